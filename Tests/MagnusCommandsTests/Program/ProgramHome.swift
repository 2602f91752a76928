import Foundation
import MagnusTestSupport

/// A home of its own for the built program, with resources whose knowledge is two short pages, so that a debug build need not
/// embed the whole of it.
struct ProgramHome {
    let folder: TemporaryFolder
    let program: BuiltProgram

    /// The source folder.
    static let package = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// - Parameter hasModel: Whether the program finds the embedding model.
    init(hasModel: Bool = false) throws {
        folder = try TemporaryFolder()
        let resources = folder.path("resources")
        try folder.write(
            "# Theta\n\nTheta is the change of an option's price per day.\n",
            to: "resources/knowledge/theta.md"
        )
        try folder.write(
            "# Assignment\n\nA short option is assigned when its holder exercises it early.\n",
            to: "resources/knowledge/assignment.md"
        )
        for name in ["prompts", "demo", "models", "connectors"] {
            try FileManager.default.createSymbolicLink(
                atPath: resources + "/" + name,
                withDestinationPath: Self.package.appendingPathComponent(name).path
            )
        }
        program = BuiltProgram(
            home: folder.path("home"),
            environment: [
                "MAGNUS_RESOURCES": resources,
                "MAGNUS_MODELS": hasModel ? (EmbeddingModel.folder ?? "") : folder.path("no-models"),
            ]
        )
    }

    func run(_ arguments: String..., input: String? = nil) throws -> BuiltProgram.Run {
        try program.run(arguments, input: input.map { Data($0.utf8) })
    }

    /// Runs the program in a folder.
    func run(in folder: TemporaryFolder, _ arguments: String...) throws -> BuiltProgram.Run {
        try program.run(arguments, currentFolder: folder.url)
    }
}
