import Foundation
import MagnusTestSupport
import Testing

/// The built program with `privacy: local-only`, and a recorder as its proxy: whatever it sends elsewhere is seen there.
@Suite struct LocalOnlyTests {
    private let recorder: LoopbackServer

    init() throws {
        recorder = try LoopbackServer { _ in LoopbackReply(status: 502, "recorded") }
    }

    private func run(_ settings: String, _ arguments: [String]) throws -> BuiltProgram.Run {
        let home = try ProgramHome()
        defer { withExtendedLifetime(home) {} }
        try FileManager.default.createDirectory(atPath: home.program.home, withIntermediateDirectories: true)
        let text = settings + "\nconnectors: {tradier: {url: \"https://tradier.example/v1\"}}\n"
        try Data(text.utf8).write(to: URL(fileURLWithPath: home.program.home + "/config.yaml"))
        var program = home.program
        for name in ["OPENAI_API_KEY", "ANTHROPIC_API_KEY", "TRADIER_TOKEN"] {
            program.environment[name] = "a-key-0123456789"
        }
        program.environment["OPENAI_BASE_URL"] = "https://models.example/v1"
        program.environment["OLLAMA_HOST"] = "http://ollama.example:11434"
        program.environment["http_proxy"] = recorder.baseURL
        program.environment["https_proxy"] = recorder.baseURL
        return try program.run(arguments)
    }

    /// Commands, and the host that each of them asks where it may.
    private static let commands: [([String], String)] = [
        (["positions"], "tradier.example"),
        (["ask", "What positions do I have?"], "tradier.example"),
        (["models", "test", "openai/gpt-4o-mini"], "models.example"),
        (["ask", "How much cash do I have?", "--demo", "-m", "openai/gpt-4o-mini"], "models.example"),
    ]

    @Test(arguments: commands)
    func nothingLeaves(command: [String], host: String) throws {
        let run = try run("privacy: local-only", command)
        #expect(recorder.connections == 0, "\(run.output) \(run.errors)")
        // The same command is seen where it may ask, or its silence would show nothing.
        _ = try self.run("privacy: redacted", command)
        #expect(recorder.requests.contains { $0.target.contains(host) }, "\(command)")
    }

    @Test(arguments: ["privacy: redacted", "privacy: local-only"])
    func lookingAsksNobodyElsewhere(privacy: String) throws {
        for command in [["models", "list"], ["doctor"]] {
            let run = try run(privacy, command)
            #expect(run.output.contains("ollama"), "\(run.output) \(run.errors)")
        }
        #expect(recorder.connections == 0)
    }
}
