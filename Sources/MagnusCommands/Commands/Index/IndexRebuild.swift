import ArgumentParser
import Retrieval

/// `magnus index rebuild`: makes the index anew.
struct IndexRebuild: MagnusSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "rebuild",
        abstract: "Read every indexed file anew, and make all passages, words and vectors anew.",
        discussion: """
            Files that are gone leave the index. It can be searched meanwhile, and interrupting loses nothing.

              magnus index rebuild
            """
    )

    @OptionGroup var options: CommonOptions

    private struct Document: Encodable {
        var documents: Int
        var chunks: Int
        var embedded: Int
        var removed: Int
        var warnings: [String]
    }

    func run(in workspace: Workspace) async throws -> ExitStatus {
        try workspace.library.database.requireSoundStructure()
        let report = try await workspace.library.rebuild()
        let documents = report.added + report.updated + report.unchanged
        if options.json {
            let document = Document(
                documents: documents,
                chunks: report.chunks,
                embedded: report.encoded,
                removed: report.removed,
                warnings: report.warnings
            )
            try workspace.show(try JSONEnvelope.success(schema: "magnus.index_rebuild/1", document))
            return .answered
        }
        try workspace.show(
            "\(documents) documents read anew: \(report.chunks) passages, \(report.encoded) embedded; "
                + "\(report.removed) gone"
        )
        for warning in report.warnings.prefix(20) {
            try workspace.note(StyledText(warning, .warning, shape: .line))
        }
        return .answered
    }
}
