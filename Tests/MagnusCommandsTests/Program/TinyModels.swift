import Foundation
import MagnusTestSupport

/// A home whose folder of models is its own, and the tiny models of the encoder's fixtures.
struct TinyModels {
    let home: ProgramHome
    let program: BuiltProgram
    /// The folder of models.
    let folder: String

    /// Where the fixtures are: `bert-mean-cased`, `bert-cls-accents`, `mpnet-mean`, `cross-encoder`.
    static let fixtures = ProgramHome.package.appendingPathComponent("Tests/EncoderTests/Fixtures/models").path

    /// - Parameter standard: The fixture that stands for the model Magnus was made with; nil for none.
    init(standard: String? = nil) throws {
        home = try ProgramHome()
        folder = home.folder.path("models")
        var program = home.program
        program.environment["MAGNUS_MODELS"] = folder
        self.program = program
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        if let standard { try copy(standard, to: folder + "/all-MiniLM-L6-v2") }
    }

    /// Copies a fixture to where it can be changed.
    @discardableResult
    func copy(_ fixture: String, to path: String) throws -> String {
        try FileManager.default.copyItem(atPath: Self.fixtures + "/" + fixture, toPath: path)
        return path
    }

    /// Changes a text in a file.
    func change(_ path: String, _ old: String, _ new: String) throws {
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try text.replacingOccurrences(of: old, with: new).write(toFile: path, atomically: true, encoding: .utf8)
    }

    /// Runs the program.
    func run(_ arguments: String...) throws -> BuiltProgram.Run {
        try program.run(arguments)
    }

    /// Runs the program and gives what `--json` holds.
    func data(_ arguments: String...) throws -> [String: Any] {
        let run = try program.run(arguments + ["--json"])
        return try run.json()["data"] as? [String: Any] ?? ["errors": run.errors]
    }

    /// The names of the models that the program lists.
    func names() throws -> [String] {
        (try data("encoder", "list")["models"] as? [[String: Any]] ?? []).compactMap { $0["name"] as? String }
    }
}
