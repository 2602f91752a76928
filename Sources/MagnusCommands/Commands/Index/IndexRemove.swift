import ArgumentParser
import Retrieval
import Storage

/// `magnus index rm`: forgets documents.
struct IndexRemove: MagnusSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "rm",
        abstract: "Take files, or all below a folder, out of the index; the files stay.",
        discussion: """
            magnus index rm ./docs/old
            magnus index rm notes.md --collection handbook
            magnus index rm ./docs --dry-run
            """
    )

    @OptionGroup var options: CommonOptions

    @Argument(help: ArgumentHelp("Files and folders.", valueName: "path"))
    var paths: [String]

    @Option(name: .long, help: ArgumentHelp("Only out of this collection; any without it.", valueName: "name"))
    var collection: String?

    @Flag(name: .long, help: "Tell what would leave, and change nothing.")
    var dryRun = false

    func validate() throws {
        if let collection { try CollectionName.check(collection) }
    }

    private struct Document: Encodable {
        var dryRun: Bool
        var removed: [String]
    }

    func run(in workspace: Workspace) async throws -> ExitStatus {
        let collection = collection.map(DocumentCollection.init(rawValue:))
        var removed: [String] = []
        for path in paths {
            let absolute = StandardPath.of(workspace.environment.absolute(path))
            var found = try workspace.library.remove(absolute, from: collection, isDryRun: dryRun)
            // What came on standard input goes by its name.
            if found.isEmpty {
                found = try workspace.library.remove(path, from: collection, isDryRun: dryRun)
            }
            guard !found.isEmpty else {
                throw CommandError(
                    .noData,
                    type: "not_indexed",
                    "nothing is indexed of \(absolute)",
                    hint: "`magnus index status` shows what is"
                )
            }
            removed += found
        }
        if options.json {
            try workspace.show(
                try JSONEnvelope.success(
                    schema: "magnus.index_rm/1",
                    Document(dryRun: dryRun, removed: removed)
                )
            )
            return .answered
        }
        let shown = options.all || dryRun ? removed[...] : removed.prefix(20)
        try workspace.show(shown.map { StyledText($0, .plain, shape: .line) })
        let words = removed.count == 1 ? "1 document" : "\(removed.count) documents"
        try workspace.show(dryRun ? "\(words) would leave the index" : "\(words) left the index; the files stay")
        return .answered
    }
}
