import ArgumentParser
import Foundation
import Retrieval
import Storage

/// `magnus index PATH...`: makes documents searchable.
struct IndexAdd: MagnusSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Make files and folders searchable; what `magnus index PATH` does.",
        discussion: """
            Read are Markdown, text, reStructuredText, HTML (without navigation), CSV and TSV, JSON, source text, and messages
            (.eml, .mbox). EPUB needs unzip, PDF needs pdftotext, and .docx, .odt, .rtf, .fb2, .org, .tex and .ipynb need
            pandoc. Hidden files and what a .gitignore names are left out. `-` is standard input.

            Call a folder `./status` if it is called like one of the other commands.

              magnus index ./docs
              magnus index notes.md ../handbook --collection handbook
              magnus index './docs/**/*.rst' --dry-run
              curl -s https://example.com/page | magnus index - --name page.html
              magnus index ./docs --watch
            """
    )

    @OptionGroup var options: CommonOptions

    @Argument(help: ArgumentHelp("Files and folders.", valueName: "path"))
    var paths: [String] = []

    @OptionGroup var target: CollectionOption

    @Flag(name: .long, help: "Tell what would change, and change nothing.")
    var dryRun = false

    @Flag(name: .long, help: "Go on and index what changes, until Ctrl-C.")
    var watch = false

    @Option(
        name: .long,
        help: ArgumentHelp("What standard input is called; the ending says what form it has.", valueName: "name")
    )
    var name = "input.txt"

    func validate() throws {
        let isInput = paths.contains("-")
        guard !isInput || paths.count == 1 else { throw ValidationError("`-` is given alone, without other paths") }
        guard !watch || (!paths.isEmpty && !isInput && !dryRun) else {
            throw ValidationError("--watch needs files or folders, and goes without --dry-run")
        }
        guard !name.isEmpty, name.count <= 200 else { throw ValidationError("--name is a name, such as page.html") }
        guard !isInput || !dryRun else { throw ValidationError("--dry-run is for files and folders") }
    }

    private struct Document: Encodable {
        struct Skipped: Encodable {
            var path: String
            var reason: String
        }
        struct Change: Encodable {
            var change: String
            var path: String
        }
        var collection: String
        var dryRun: Bool
        var added: Int
        var updated: Int
        var unchanged: Int
        var removed: Int
        var chunks: Int
        var embedded: Int
        var reused: Int
        var pending: Int
        var changes: [Change]
        var skipped: [Skipped]
        var warnings: [String]
    }

    func run(in workspace: Workspace) async throws -> ExitStatus {
        let collection = target.collection
        let paths = paths.map { StandardPath.of(workspace.environment.absolute($0)) }
        if self.paths == ["-"] {
            let data = try FileReader(maximumBytes: 64_000_000).read(descriptor: 0, named: "standard input")
            let report = try await workspace.library.index(data, named: name, in: collection)
            return try await tell(report, in: collection, workspace)
        }
        guard watch else {
            return try await tell(
                try await workspace.library.index(paths, in: collection, isDryRun: dryRun),
                in: collection,
                workspace
            )
        }
        return try await goOn(with: paths, in: collection, workspace)
    }

    /// How often what cannot be watched is looked at, in milliseconds.
    private static let period = 10_000

    /// Indexes what changes, until Ctrl-C.
    private func goOn(
        with paths: [String],
        in collection: DocumentCollection,
        _ workspace: Workspace
    ) async throws -> ExitStatus {
        let watch = FolderWatch()
        let library = workspace.library
        var hasBegun = false
        var unwatched = 0
        while true {
            // Watched before it is read, so that nothing is missed in between.
            let places = try library.watchedPlaces(of: paths)
            let refused = watch.add(folders: places.folders, roots: paths + places.files).count
            if refused > 0, unwatched == 0 {
                let words =
                    "\(refused) folders cannot be watched and are looked at every \(Self.period / 1_000) seconds; "
                    + "raise fs.inotify.max_user_watches or max_user_instances to have them watched"
                try workspace.note(StyledText(words, .warning))
            }
            unwatched = refused
            let outcome = await workspace.interrupts.interruptible { try await library.index(paths, in: collection) }
            if outcome.wasInterrupted { throw CancellationError() }
            let report = try outcome.result.get()
            if report.isChanged || !hasBegun { _ = try await tell(report, in: collection, workspace) }
            if !hasBegun, !options.json {
                try workspace.note(StyledText("watching for changes; Ctrl-C ends it", .muted))
            }
            hasBegun = true
            try workspace.output.flush()
            let period = unwatched > 0 ? Self.period : nil
            let waited = await workspace.interrupts.interruptible { try watch.waitForChanges(period: period) }
            if waited.wasInterrupted { return .interrupted }
            try waited.result.get()
        }
    }

    /// Shows what a run did.
    private func tell(
        _ report: IndexReport,
        in collection: DocumentCollection,
        _ workspace: Workspace
    ) async throws -> ExitStatus {
        let hasModel = try workspace.library.encoder() != nil
        if options.json {
            let document = Document(
                collection: collection.rawValue,
                dryRun: dryRun,
                added: report.added,
                updated: report.updated,
                unchanged: report.unchanged,
                removed: report.removed,
                chunks: report.chunks,
                embedded: report.encoded,
                reused: report.reused,
                pending: report.pending,
                changes: report.changes.map { .init(change: $0.kind.rawValue, path: $0.path) },
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
        var lines: [StyledText] = []
        if dryRun {
            let changes = options.all ? report.changes[...] : report.changes.prefix(100)
            lines += changes.map { StyledText("\($0.kind.rawValue)  \($0.path)", .plain, shape: .line) }
            if changes.count < report.changes.count {
                lines.append(StyledText("and \(report.changes.count - changes.count) more; --all lists them", .muted))
            }
        }
        lines.append(
            StyledText(
                "\(report.added) documents \(dryRun ? "to be added" : "added"), \(report.updated) updated, "
                    + "\(report.unchanged) unchanged, \(report.removed) removed"
            )
        )
        if dryRun {
            lines.append(StyledText("\(report.chunks) chunks; nothing was changed", .muted))
        } else {
            lines.append(
                StyledText("\(report.chunks) chunks, \(report.encoded) embedded, \(report.reused) reused", .muted)
            )
        }
        if dryRun {
            // What search can do is told where something is indexed.
        } else if !hasModel {
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
