import ArgumentParser

/// `magnus index`: what is searchable.
struct IndexCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "index",
        abstract: "Make documents searchable, and look after the index.",
        discussion: """
            A second run reads only what changed, and files that are gone leave the index. Interrupting loses nothing.
            Without a path it makes the vectors that are missing, as after `magnus encoder use`; the old ones serve meanwhile.

              magnus index ./docs
              magnus index notes.md ../handbook --collection handbook
              magnus index ./docs --dry-run
              magnus index status
              magnus index rm ./docs/old
              magnus index verify --repair
              magnus search "early assignment" -k 5
            """,
        subcommands: [IndexAdd.self, IndexStatus.self, IndexRemove.self, IndexVerify.self, IndexRebuild.self],
        defaultSubcommand: IndexAdd.self
    )
}
