import ArgumentParser
import Assistant
import Foundation
import Markets
import Storage

/// `magnus log`: past answers.
struct LogCommand: MagnusSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "log",
        abstract: "List past answers, newest first.",
        discussion: "  magnus log\n  magnus log -n 50 --query assignment\n  magnus show 3f9c"
    )

    @OptionGroup var options: CommonOptions

    @Option(name: .shortAndLong, help: ArgumentHelp("At most so many.", valueName: "count"))
    var number = 20

    @Option(name: .long, help: ArgumentHelp("Only questions and answers that contain this text.", valueName: "text"))
    var query: String?

    func validate() throws {
        guard (1...10_000).contains(number) else {
            throw ValidationError("-n is \(number), it must be from 1 to 10000")
        }
    }

    private struct Entry: Encodable {
        var id: String
        var session: String
        var turn: Int
        var at: Date
        var question: String
        var intent: String
        var exitCode: Int
    }

    func run(in workspace: Workspace) async throws -> ExitStatus {
        let log = DecisionLog(store: DecisionStore(database: try workspace.database()))
        let records = try log.recent(limit: number, containing: query)
        if options.json {
            let entries = records.map { record in
                Entry(
                    id: record.id,
                    session: record.sessionID,
                    turn: record.turn,
                    at: record.createdAt,
                    question: record.question,
                    intent: record.intent,
                    exitCode: record.exitCode
                )
            }
            try workspace.show(try JSONEnvelope.success(schema: "magnus.log/1", entries))
            return .answered
        }
        guard !records.isEmpty else {
            try workspace.note(
                StyledText(query == nil ? "no answers recorded yet" : "no recorded answer contains that")
            )
            return .answered
        }
        var table = Table(columns: [
            Table.Column("Id", .label, priority: .essential),
            Table.Column("When", .label, priority: .useful),
            Table.Column("Question", .truncating(minimumWidth: 20), priority: .essential),
            Table.Column("Intent", .label, priority: .detail),
        ])
        for record in records {
            table.add(row: [
                StyledText(record.id, .code),
                StyledText(NewYorkTime.description(of: record.createdAt)),
                StyledText(record.question, .plain, shape: .line),
                StyledText(record.intent, .muted),
            ])
        }
        try workspace.show(table.lines(width: workspace.terminal.width, glyphs: workspace.terminal.glyphs))
        return .answered
    }
}
