import Foundation
import MagnusTestSupport
import Testing

/// Keys are sent where they belong, and are found nowhere else: not in what the program prints, not in what it keeps.
@Suite struct KeyCanaryTests {
    private static let canary = "canary-4f1d9c77e2aa50b3"

    /// What a server does with a key it was given.
    enum Misdeed: CaseIterable {
        case repeatsItIn401, repeatsItIn500, repeatsItInGarbage, repeatsItInARedirect, repeatsItInPlainText,
            repeatsItInAnEvent, saysItInItsAnswer

        fileprivate func reply(to request: LoopbackRequest) -> LoopbackReply {
            let headers = request.headers.map { "\($0.key): \($0.value)" }.sorted().joined(separator: ", ")
            let quoted = headers.replacing("\"", with: "'")
            switch self {
            case .repeatsItIn401:
                return .json(
                    #"{"error": {"message": "Incorrect API key provided: \#(quoted)"}, "detail": "\#(quoted)"}"#,
                    status: 401
                )
            case .repeatsItIn500:
                return .json(#"{"error": {"message": "\#(quoted)", "type": "server_error"}}"#, status: 500)
            case .repeatsItInGarbage: return .json(#"{"data": "\#(quoted)", "choices": ["#)
            case .repeatsItInARedirect:
                let key = KeyCanaryTests.canary
                return LoopbackReply(status: 307, headers: ["Location": "https://other.example/\(key)?key=\(key)"])
            case .repeatsItInPlainText:
                return LoopbackReply(
                    status: 403,
                    headers: ["Content-Type": "text/plain", "X-Echo": quoted],
                    "refused: " + headers
                )
            case .saysItInItsAnswer:
                // In two pieces, and the whole once more.
                let middle = quoted.index(quoted.startIndex, offsetBy: quoted.count / 2)
                let pieces = [quoted[..<middle], quoted[middle...], " again: canary-4f1d9c", "77e2aa50b3."]
                return .events(
                    pieces.map { #"data: {"choices": [{"delta": {"content": "\#($0)"}}]}"# + "\n\n" }
                        + [
                            #"data: {"choices": [{"delta": {}, "finish_reason": "stop"}]}"# + "\n\n",
                            "data: [DONE]\n\n",
                        ]
                )
            case .repeatsItInAnEvent:
                return .events([#"data: {"error": {"message": "\#(quoted)", "code": "invalid_api_key"}}"# + "\n\n"])
            }
        }
    }

    private static let commands: [[String]] = [
        ["models", "list", "--verbose"], ["models", "list", "--json"],
        ["models", "test", "openai/gpt-4o-mini", "--verbose"],
        ["models", "test", "ollama/small", "--json", "--verbose"],
        ["ask", "How risky is my book?", "-m", "openai/gpt-4o-mini", "--verbose"],
        ["positions", "--verbose"], ["quote", "AAPL", "--json", "--verbose"], ["doctor", "--verbose"],
        ["sources", "--all"],
        ["usage", "--json"], ["config", "show"], ["keys", "list"], ["log"],
    ]

    private func program(_ home: ProgramHome, _ address: String) throws -> BuiltProgram {
        try FileManager.default.createDirectory(atPath: home.program.home, withIntermediateDirectories: true)
        let settings = "connectors: {tradier: {url: \"\(address)/v1\"}}\n"
        try Data(settings.utf8).write(to: URL(fileURLWithPath: home.program.home + "/config.yaml"))
        var program = home.program
        for name in ["OPENAI_API_KEY", "OLLAMA_API_KEY", "ANTHROPIC_API_KEY", "TRADIER_TOKEN"] {
            program.environment[name] = Self.canary
        }
        program.environment["OPENAI_BASE_URL"] = address + "/v1"
        program.environment["OLLAMA_HOST"] = address
        return program
    }

    private func expectNoKey(_ program: BuiltProgram) throws {
        for command in Self.commands {
            let run = try program.run(command)
            #expect(!run.output.contains(Self.canary), "\(command)")
            #expect(!run.errors.contains(Self.canary), "\(command)")
        }
        let files = try FileManager.default.subpathsOfDirectory(atPath: program.home)
        #expect(files.contains("magnus.db"))
        for file in files {
            var isFolder: ObjCBool = false
            let path = program.home + "/" + file
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else {
                continue
            }
            let content = try Data(contentsOf: URL(fileURLWithPath: path))
            #expect(content.range(of: Data(Self.canary.utf8)) == nil, "\(file)")
        }
    }

    @Test(arguments: Misdeed.allCases)
    func aServerThatRepeatsAKey(misdeed: Misdeed) throws {
        let server = try LoopbackServer { misdeed.reply(to: $0) }
        defer { server.stop() }
        let home = try ProgramHome()
        defer { withExtendedLifetime(home) {} }
        try expectNoKey(try program(home, server.baseURL))
        // The key was sent, or the test would show nothing.
        #expect(server.requests.contains { $0.headers["authorization"] == "Bearer \(Self.canary)" })
    }

    @Test func aServerWithoutTLS() throws {
        let server = try LoopbackServer { _ in LoopbackReply("plain") }
        defer { server.stop() }
        let home = try ProgramHome()
        defer { withExtendedLifetime(home) {} }
        try expectNoKey(try program(home, server.baseURL.replacing("http:", with: "https:")))
        #expect(server.connections > 0)
    }
}
