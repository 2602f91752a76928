import ArgumentParser
import Foundation
import Retrieval

/// `magnus index status`: what is in the index, and whether files have changed since.
struct IndexStatus: MagnusSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show what is indexed, and which files have changed since.",
        discussion: """
            Each file is looked at and none is read; `magnus index verify` reads them.

              magnus index status
              magnus index status --json
            """
    )

    @OptionGroup var options: CommonOptions

    private struct Document: Encodable {
        struct Collection: Encodable {
            var name: String
            var documents: Int
            var chunks: Int
            var vectors: Int
            var bytes: Int
            var indexedAt: Date
        }
        /// A file that is not read to its end yet.
        struct Unfinished: Encodable {
            var path: String
            var percent: Int
        }
        var collections: [Collection]
        var encoder: String?
        /// Whose vectors serve until those of the encoder are made.
        var serving: String?
        var pending: Int
        var changed: [String]
        var missing: [String]
        var unreadable: [String]
        var unfinished: [Unfinished]
        var database: String
        var databaseBytes: Int
    }

    func run(in workspace: Workspace) async throws -> ExitStatus {
        let library = workspace.library
        let collections = try library.summaries()
        let encoder = try library.encoderIdentifier()
        let files = try library.fileStates()
        let standing = try library.standing()
        let database = try workspace.database()
        if options.json {
            let document = Document(
                collections: collections.map { summary in
                    Document.Collection(
                        name: summary.name,
                        documents: summary.documents,
                        chunks: summary.chunks,
                        vectors: summary.vectors,
                        bytes: summary.bytes,
                        indexedAt: summary.indexedAt
                    )
                },
                encoder: encoder,
                serving: standing?.former,
                pending: files.pending,
                changed: files.changed,
                missing: files.missing,
                unreadable: files.unreadable.map(\.path),
                unfinished: files.unfinished.sorted { $0.key < $1.key }.map {
                    .init(path: $0.key.path, percent: $0.value)
                },
                database: database.path,
                databaseBytes: database.sizeInBytes
            )
            try workspace.show(try JSONEnvelope.success(schema: "magnus.index_status/1", document))
            return .answered
        }
        var table = Table(columns: [
            Table.Column("Collection", .label, priority: .essential),
            Table.Column("Documents", .number, priority: .essential),
            Table.Column("Passages", .number, priority: .useful),
            Table.Column("With vectors", .number, priority: .useful),
            Table.Column("Last indexed", .label, priority: .detail),
        ])
        for summary in collections {
            table.add(row: [
                StyledText(summary.name, .plain, shape: .line), StyledText("\(summary.documents)"),
                StyledText("\(summary.chunks)"), StyledText("\(summary.vectors)"),
                StyledText(summary.indexedAt.formatted(.iso8601)),
            ])
        }
        try workspace.show(table.lines(width: workspace.terminal.width, glyphs: workspace.terminal.glyphs))
        try workspace.show("\(database.path), \(database.sizeInBytes / 1_024) KiB; encoder: \(encoder ?? "none")")
        try IndexNotes.show(files, workspace, isShort: !options.all)
        if let standing, standing.former != nil { try standing.show(in: workspace) }
        return .answered
    }
}

/// What several commands of the index tell about files.
enum IndexNotes {
    /// Which files are not as the index has them.
    static func show(_ files: IndexVerification, _ workspace: Workspace, isShort: Bool) throws {
        let limit = isShort ? 10 : Int.max
        for (path, share) in files.unfinished.sorted(by: { $0.key < $1.key }).prefix(limit) {
            let words = "\(path.path): indexed to \(share) % so far; magnus index goes on"
            try workspace.note(StyledText(words, .warning, shape: .line))
        }
        let groups: [(words: String, paths: [String], step: String)] = [
            ("changed since it was indexed", files.changed, "magnus index brings it up to date"),
            ("gone since it was indexed", files.missing, "magnus index rm forgets it"),
            ("cannot be read now", files.unreadable.map(\.path), "check who owns it and its mode"),
        ]
        for (words, paths, step) in groups where !paths.isEmpty {
            for path in paths.prefix(limit) {
                try workspace.note(StyledText("\(path): \(words)", .warning, shape: .line))
            }
            let more = paths.count > limit ? "and \(paths.count - limit) more (--all lists them); " : ""
            try workspace.note(StyledText(more + step, .muted, shape: .line))
        }
        if files.pending > 0 {
            try workspace.note(
                StyledText("\(files.pending) passages without a vector; magnus index makes them", .muted)
            )
        }
    }
}
