import Connectors
import Foundation
import JSON
import MagnusTestSupport
import Synchronization
import Transport

/// Robinhood's server, answering from files of its shape; a test may put another answer in place of each.
final class RobinhoodServer: Sendable {
    let server: LoopbackServer
    let folder: TemporaryFolder
    private let state: SharedState

    private final class SharedState: Sendable {
        let answers = Mutex<[String: [String]]>([:])
        let calls = Mutex<[(tool: String, arguments: WireValue)]>([])
        let tools = Mutex<[String: String]>([:])
    }

    /// A server that offers all tools of the file `tools.json`, those that write too.
    init() throws {
        let state = SharedState()
        self.state = state
        folder = try TemporaryFolder()
        let offered = try RobinhoodServer.names("read_tools") + RobinhoodServer.names("write_tools_never_allow")
        state.tools.withLock { tools in
            for name in offered { tools[name] = #"{"type":"object","properties":{}}"# }
        }
        server = try LoopbackServer { request in
            let tools = state.tools.withLock { tools in
                tools.sorted { $0.key < $1.key }.map { #"{"name":"\#($0.key)","inputSchema":\#($0.value)}"# }
            }
            return ScriptedMCP.reply(to: request, tools: tools.joined(separator: ",")) { id, params in
                let tool = params["name"]?.string ?? ""
                state.calls.withLock { $0.append((tool, params["arguments"] ?? .null)) }
                let scripted = state.answers.withLock { answers -> String? in
                    guard let first = answers[tool]?.first else { return nil }
                    if answers[tool]?.count ?? 0 > 1 { answers[tool]?.removeFirst() }
                    return first
                }
                let answer = scripted ?? (try? RobinhoodServer.file(tool))
                return .json(ScriptedMCP.text(id, answer ?? #"{"data":{"results":[],"next":null},"guide":""}"#))
            }
        }
    }

    /// Answers calls of `tool` with these texts, one each, the last for ever.
    func answer(_ tool: String, _ texts: String...) {
        state.answers.withLock { $0[tool] = texts }
    }

    /// Answers with the file of `tool` after `change` was made in its text.
    func change(_ tool: String, _ old: String, _ new: String) throws {
        let text = try RobinhoodServer.file(tool)
        guard text.contains(old) else { throw CocoaError(.formatting) }
        answer(tool, text.replacingOccurrences(of: old, with: new))
    }

    /// Offers `tool` with this schema of arguments; nil takes it away.
    func offer(_ tool: String, _ schema: String?) {
        state.tools.withLock { $0[tool] = schema }
    }

    /// The calls of tools that came, in order.
    var calls: [(tool: String, arguments: WireValue)] { state.calls.withLock { $0 } }

    /// The arguments of the calls of `tool`.
    func arguments(_ tool: String) -> [WireValue] { calls.filter { $0.tool == tool }.map(\.arguments) }

    /// A connector whose owner has signed in.
    func connector(isSignedIn: Bool = true, settings more: [String: [String]] = [:]) throws -> Robinhood {
        let environment = environment(more)
        if isSignedIn {
            let tokens = OAuthTokens(
                access: Secret("token-of-the-owner"),
                details: ["resource": server.baseURL + "/mcp"]
            )
            try TokenFile("robinhood", in: environment).save(tokens)
        }
        return Robinhood(environment: environment, version: "1", limits: MCPServers.patience)
    }

    func environment(_ more: [String: [String]] = [:]) -> ConnectorEnvironment {
        var values = more
        values["url"] = [server.baseURL + "/mcp"]
        return ConnectorEnvironment(
            transport: testTransport(),
            settings: ConnectorSettings(["robinhood": values]),
            secrets: NoSecrets(),
            clock: { Date(timeIntervalSince1970: 1_795_208_400) },
            folder: folder.path("private")
        )
    }

    static func file(_ name: String, filePath: String = #filePath) throws -> String {
        let folder = URL(fileURLWithPath: filePath).deletingLastPathComponent().deletingLastPathComponent()
        let url = folder.appendingPathComponent("Fixtures/Robinhood/\(name).json")
        return String(decoding: try Data(contentsOf: url), as: UTF8.self)
    }

    static func names(_ list: String) throws -> [String] {
        WireValue(json: Data(try file("tools").utf8))?[list]?.items.compactMap(\.string) ?? []
    }
}
