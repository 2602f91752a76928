import ArgumentParser
import Foundation
import Storage

/// `magnus encoder rm`: removes a model.
struct EncoderRemove: MagnusSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "rm",
        abstract: "Remove a model and its vectors; of one that is linked, the link.",
        discussion: "  magnus encoder rm bge-small-en-v1.5"
    )

    @OptionGroup var options: CommonOptions

    @Argument(help: "A model that `magnus encoder list` shows.")
    var name: String

    private struct Document: Encodable {
        var name: String
        var vectors: Int
    }

    func run(in workspace: Workspace) async throws -> ExitStatus {
        let models = InstalledModels(folder: workspace.locations.models)
        let unfinished = try ModelIntake.unfinished(models).contains { $0.name == name }
        if !InstalledModels.isName(name) || (!unfinished && !models.contains(name)) { _ = try models.model(name) }
        var vectors = 0
        if models.contains(name) {
            try refuseWhereUsed(workspace)
            let database = try workspace.database()
            let store = IndexStore(database: database)
            // Under every way it was ever used in.
            for identifier in try store.encoderIdentifiers() where identifier.hasPrefix(name + "@") {
                vectors += try store.removeVectors(encoder: identifier)
            }
            try PrivateFolder.remove(models.path(of: name))
        }
        if unfinished { try PrivateFolder.remove(ModelIntake.folder(of: name, models)) }
        if options.json {
            let document = Document(name: name, vectors: vectors)
            try workspace.show(try JSONEnvelope.success(schema: "magnus.encoder_rm/1", document))
        } else {
            try workspace.show("\(name) is removed" + (vectors > 0 ? ", and \(vectors) vectors with it" : ""))
        }
        return .answered
    }

    private func refuseWhereUsed(_ workspace: Workspace) throws {
        let chosen = workspace.configuration.encoder.value ?? .installed(InstalledModels.standard)
        func refused(_ reason: String, _ hint: String) -> CommandError {
            CommandError(.inputRefused, type: "in_use", "\(name) \(reason)", hint: hint)
        }
        if chosen == .installed(name) {
            throw refused("encodes documents", "choose another one first: magnus encoder use NAME")
        }
        if workspace.configuration.reranker.value == .installed(name) {
            throw refused("puts passages in order", "first: magnus encoder use none")
        }
        if let former = try workspace.library.standing()?.former, former.hasPrefix(name + "@") {
            throw refused("serves until the vectors of the chosen model are made", "first: magnus index")
        }
    }
}
