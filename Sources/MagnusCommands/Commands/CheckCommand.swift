import ArgumentParser
import Assistant
import Evidence
import Foundation
import Storage

/// `magnus check`: any text against the evidence of a recorded answer.
struct CheckCommand: MagnusSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check a text, figure by figure, against the evidence of a past answer.",
        discussion: """
            Reads the text, plain or Markdown, from standard input. Every figure, date, name and citation is listed with
            the facts it traces to or the reason why it does not; the last line counts them. With --strict, exit status
            4 says that something did not trace.

              magnus check --against 3f9c < reply.md
              echo "Your cash is $122,585.86." | magnus check --against 3f9c --strict
              magnus check --against 3f9c --json < reply.md
            """
    )

    @OptionGroup var options: CommonOptions

    @Option(help: ArgumentHelp("The answer's id, as `magnus log` shows it; it may be shortened.", valueName: "id"))
    var against: String

    @Flag(name: .long, help: "End with exit status 4 when anything does not trace.")
    var strict = false

    func run(in workspace: Workspace) async throws -> ExitStatus {
        let text = try text(workspace)
        let log = DecisionLog(store: DecisionStore(database: try workspace.database()))
        let decision = try log.decision(against)
        let report = GroundingCheck(decision).check(text)
        if options.json {
            try workspace.show(try CheckDocument(report, against: decision.id).json())
        } else {
            try workspace.show(lines(report, workspace))
        }
        return strict && report.struck > 0 ? .refused : .answered
    }

    private func lines(_ report: GroundingReport, _ workspace: Workspace) -> [StyledText] {
        var table = Table(columns: [
            Table.Column("Figure", .wrapping(minimumWidth: 12), priority: .essential),
            Table.Column("Verdict", .label, priority: .essential),
            Table.Column("Why", .wrapping(minimumWidth: 24), priority: .essential),
        ])
        let summary = GroundingSummary(report)
        for figure in summary.figures {
            let isStruck = figure.status == "struck"
            let why = figure.reason ?? figure.formula ?? figure.sources.joined(separator: ", ")
            table.add(row: [
                StyledText(figure.text, .plain, shape: .line),
                StyledText(figure.status, isStruck ? .negative : .positive),
                StyledText(why, isStruck ? .warning : .muted, shape: .line),
            ])
        }
        var lines: [StyledText] = []
        if !summary.figures.isEmpty, !options.quiet {
            lines += table.lines(width: workspace.terminal.width, glyphs: workspace.terminal.glyphs) + [""]
        }
        return lines + [StyledText("grounded \(report.matched)/\(report.checked)", .strong)]
    }

    private func text(_ workspace: Workspace) throws -> String {
        guard !workspace.terminal.input.isTerminal else {
            throw CommandError(
                .usage,
                type: "usage",
                "there is no text to check",
                hint: "magnus check --against \(against) < reply.md"
            )
        }
        let text = try StandardInput.text(maximumBytes: AskCommand.maximumBytes)
        guard text.contains(where: { !$0.isWhitespace }) else {
            throw CommandError(
                .usage,
                type: "usage",
                "there is no text to check",
                hint: "magnus check --against \(against) < reply.md"
            )
        }
        return text
    }
}

/// What `magnus check --json` prints, schema `magnus.check/1`.
struct CheckDocument: Encodable {
    struct Sentence: Encodable {
        var text: String
        var reasons: [String]
    }

    /// The id of the answer the text was checked against.
    var against: String
    var checked: Int
    var matched: Int
    var struck: Int
    /// The text with everything struck replaced.
    var text: String
    var figures: [GroundingSummary.Figure]
    /// The sentences in which something was struck.
    var failures: [Sentence]

    init(_ report: GroundingReport, against id: String) {
        against = id
        checked = report.checked
        matched = report.matched
        struck = report.struck
        text = report.repaired.text
        figures = GroundingSummary(report).figures
        failures = report.failures.map { failure in
            Sentence(
                text: failure.text,
                reasons: failure.figures.map { "\($0.text): \($0.reason?.description ?? "")" }
            )
        }
    }

    /// The document in its envelope.
    func json() throws -> String {
        try JSONEnvelope.success(schema: "magnus.check/1", self)
    }
}
