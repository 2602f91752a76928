import ArgumentParser
import Foundation

/// `magnus encoder use`: chooses a model.
struct EncoderUse: MagnusSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "use",
        abstract: "Let a model encode documents, or a cross-encoder put passages in order.",
        discussion: """
            It writes `encoder:` or `reranker:` in config.yaml, by what the model does. Vectors of another encoder serve until
            those of this one are made: by `magnus index`, or by the prompt in the background. `none` is for no reranker.

              magnus encoder use bge-small-en-v1.5
              magnus encoder use all-MiniLM-L6-v2
              magnus encoder use ms-marco-MiniLM-L-6-v2
              magnus encoder use none
            """
    )

    @OptionGroup var options: CommonOptions

    @Argument(help: "A model that `magnus encoder list` shows, or none for no reranker.")
    var name: String

    private struct Document: Encodable {
        var setting: String
        var name: String
        var pending: Int?
    }

    func run(in workspace: Workspace) async throws -> ExitStatus {
        let models = InstalledModels(folder: workspace.locations.models)
        let file = SettingsFile(path: workspace.locations.configurationFile)
        var setting = "reranker"
        var standing: DocumentLibrary.Standing?
        if name == "none" {
            try file.set(setting, to: nil)
        } else {
            let folder = try models.model(name)
            if try ModelTrial(of: folder).kind == .encoder {
                setting = "encoder"
                standing = try workspace.library.standing(choosing: folder)
            }
            try file.set(setting, to: setting == "encoder" && name == InstalledModels.standard ? nil : name)
        }
        let variable = "MAGNUS_" + setting.uppercased()
        if workspace.environment[variable] != nil {
            try workspace.note(StyledText("\(variable) is set, and what it says holds before config.yaml", .warning))
        }
        if options.json {
            let document = Document(setting: setting, name: name, pending: standing?.pending)
            try workspace.show(try JSONEnvelope.success(schema: "magnus.encoder_use/1", document))
            return .answered
        }
        let words = setting == "encoder" ? "\(name) encodes documents" : "\(name) puts the first passages in order"
        try workspace.show(name == "none" ? "no model on this machine puts passages in order" : words)
        if let standing, standing.pending > 0 { try standing.show(in: workspace) }
        return .answered
    }
}
