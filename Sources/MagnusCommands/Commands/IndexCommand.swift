import ArgumentParser
import Foundation
import Retrieval

/// `magnus index`: makes documents searchable.
struct IndexCommand: MagnusSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "index",
        abstract: "Make Markdown and text files searchable.",
        discussion: """
            A second run reads only what changed, and files that are gone leave the index. Interrupting loses nothing.
            Without a path it makes the vectors that are missing, as after another `encoder` was set in config.yaml.

              magnus index ./docs
              magnus index notes.md ../handbook
              magnus search "early assignment" -k 5
            """
    )

    @OptionGroup var options: CommonOptions

    @Argument(help: ArgumentHelp("Files and folders.", valueName: "path"))
    var paths: [String] = []

    private struct Document: Encodable {
        struct Skipped: Encodable {
            var path: String
            var reason: String
        }
        var added: Int
        var updated: Int
        var unchanged: Int
        var removed: Int
        var chunks: Int
        var embedded: Int
        var reused: Int
        var pending: Int
        var skipped: [Skipped]
        var warnings: [String]
    }

    func run(in workspace: Workspace) async throws -> ExitStatus {
        let report = try await workspace.library.index(paths.map(workspace.environment.absolute))
        let hasModel = try workspace.library.encoder() != nil
        if options.json {
            let document = Document(
                added: report.added,
                updated: report.updated,
                unchanged: report.unchanged,
                removed: report.removed,
                chunks: report.chunks,
                embedded: report.encoded,
                reused: report.reused,
                pending: report.pending,
                skipped: report.skipped.map { .init(path: $0.path, reason: $0.description) },
                warnings: report.warnings
            )
            try workspace.show(try JSONEnvelope.success(schema: "magnus.index/1", document))
        } else {
            try show(report, hasModel: hasModel, workspace)
        }
        // Nothing that could be read among what was named is a refusal, not a success.
        let isEmpty = report.added + report.updated + report.unchanged + report.removed == 0
        return isEmpty && !report.skipped.isEmpty ? .inputRefused : .answered
    }

    private func show(_ report: IndexReport, hasModel: Bool, _ workspace: Workspace) throws {
        let width = workspace.terminal.width
        var lines = [
            StyledText(
                "\(report.added) documents added, \(report.updated) updated, \(report.unchanged) unchanged, "
                    + "\(report.removed) removed"
            ),
            StyledText("\(report.chunks) chunks, \(report.encoded) embedded, \(report.reused) reused", .muted),
        ]
        if !hasModel {
            lines += StyledText(
                "the embedding model is not installed: search uses keywords alone (see magnus doctor)",
                .warning
            )
            .wrapped(to: width)
        } else if report.pending > 0 {
            lines.append(StyledText("\(report.pending) chunks still without vectors; run magnus index again", .warning))
        }
        try workspace.show(lines)
        for skip in report.skipped.prefix(20) {
            try workspace.note(StyledText("skipped \(skip.description)", .warning, shape: .line))
        }
        if report.skipped.count > 20 {
            try workspace.note(StyledText("and \(report.skipped.count - 20) more skipped; --json lists all", .warning))
        }
        for warning in report.warnings.prefix(20) {
            try workspace.note(StyledText(warning, .warning, shape: .line))
        }
    }
}
