import ArgumentParser
import Retrieval

/// `magnus index verify`: whether the index is sound.
struct IndexVerify: MagnusSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Read the whole index and every file, and say where they differ.",
        discussion: """
            Passages are compared with the lines of their files, words with the full-text index, and vectors with their checksums.
            --repair mends what is damaged: passages are read again from their files, and vectors are made again.
            The exit status is 9 where something is damaged and was not mended. Files that have changed are no damage.

              magnus index verify
              magnus index verify --repair
            """
    )

    @OptionGroup var options: CommonOptions

    @Flag(name: .long, help: "Mend what is damaged.")
    var repair = false

    private struct Document: Encodable {
        var documents: Int
        var chunks: Int
        var vectors: Int
        var pending: Int
        var files: Int
        var defects: [String]
        var changed: [String]
        var missing: [String]
        var unreadable: [String]
        var isRepaired: Bool
        var warnings: [String]
    }

    func run(in workspace: Workspace) async throws -> ExitStatus {
        let library = workspace.library
        let saved = repair ? try library.salvageDatabase() : nil
        try library.database.requireSoundStructure()
        let found = try library.verify(readsFiles: true)
        var left = found
        var warnings =
            saved.map {
                ["the database was damaged and made anew, the damaged file is \($0.damagedFile)"]
                    + $0.sentences(naming: 3)
            } ?? []
        if repair, !found.isSound {
            warnings += try await library.repair(found).warnings
            left = try library.verify(readsFiles: true)
        }
        let status: ExitStatus = left.isSound ? .answered : .storage
        if options.json {
            let document = Document(
                documents: left.documents,
                chunks: left.chunks,
                vectors: left.vectors,
                pending: left.pending,
                files: left.files,
                defects: found.defects.map(\.description),
                changed: left.changed,
                missing: left.missing,
                unreadable: left.unreadable.map(\.description),
                isRepaired: left.isSound && !found.isSound,
                warnings: warnings
            )
            try workspace.show(try JSONEnvelope.success(schema: "magnus.index_verify/1", document))
            return status
        }
        for defect in options.all ? found.defects[...] : found.defects.prefix(20) {
            try workspace.show([StyledText(defect.description, .negative, shape: .line)])
        }
        for warning in warnings { try workspace.note(StyledText(warning, .warning, shape: .line)) }
        let size =
            "\(left.documents) documents, \(left.chunks) passages, \(left.vectors) vectors, \(left.files) files read"
        switch (found.isSound, left.isSound) {
        case (true, _): try workspace.show("The index is sound: \(size).")
        case (false, true): try workspace.show("\(found.defects.count) defects were mended: \(size).")
        case (false, false):
            let words =
                "\(left.defects.count) defects; `magnus index \(repair ? "rebuild" : "verify --repair")` mends them"
            try workspace.show([StyledText(words, .negative)])
        }
        try IndexNotes.show(left, workspace, isShort: !options.all)
        return status
    }
}
