import ArgumentParser
import Foundation
import Storage

/// `magnus encoder add`: takes in a model from a folder.
struct EncoderAdd: MagnusSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Take in a model from a folder, after it was loaded and tried.",
        discussion: """
            The files are copied; --link leaves them where they are. A model of a kind that cannot be run is refused with the
            reason.

              magnus encoder add ~/models/bge-small-en-v1.5
              magnus encoder add ./export --name house-model --link
            """
    )

    @OptionGroup var options: CommonOptions

    @Argument(help: ArgumentHelp("The model's folder.", valueName: "folder"))
    var folder: String

    @Option(name: .long, help: "What it is to be called; the folder's name without it.")
    var name: String?

    @Flag(name: .long, help: "Leave the files where they are, and only link to them.")
    var link = false

    func run(in workspace: Workspace) async throws -> ExitStatus {
        let source = EncoderFolder(path: StandardPath.of(workspace.environment.absolute(folder)))
        let models = InstalledModels(folder: workspace.locations.models)
        let intake = try ModelIntake(models, name: name ?? source.name)
        try ModelIntake.requireFiles(source)
        let trial: ModelTrial
        if link {
            trial = try ModelTrial(of: source)
            try PrivateFolder.link(models.path(of: intake.name), to: source.path)
        } else {
            do {
                try intake.copy(from: source)
                trial = try intake.finish()
            } catch {
                try intake.discard()
                throw error
            }
        }
        try TakenModel(trial, in: try models.model(intake.name)).show(trial, workspace)
        return .answered
    }
}
