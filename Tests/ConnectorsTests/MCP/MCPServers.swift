import Connectors
import Foundation
import Transport

/// The servers that the client is tested with.
enum MCPServers {
    private static let environment = ProcessInfo.processInfo.environment

    /// The interpreter that has the official SDK, which `scripts/mcp-test-servers` installs; nil where it did not run.
    static let sdkPython: String? = {
        let cache = environment["XDG_CACHE_HOME"] ?? (environment["HOME"] ?? "") + "/.cache"
        let folder = environment["MAGNUS_MCP_SERVERS"] ?? cache + "/magnus/mcp-servers"
        let python = folder + "/bin/python"
        return FileManager.default.isExecutableFile(atPath: python) ? python : nil
    }()

    /// Whether tests with the official SDK run: where it is installed, and always in CI, where they fail without it.
    static let areExpected = sdkPython != nil || environment["CI"] != nil

    /// What starts a server on the official SDK.
    static func official(_ arguments: [String] = []) -> ChildCommand {
        python(sdkPython ?? "scripts/mcp-test-servers has not been run", "server.py", arguments)
    }

    /// Limits for tests that are not about time: an answer may wait its turn while other tests hold every thread.
    static let patience = MCPClient.Limits(deadline: .seconds(600), longest: .seconds(1_200))

    /// A client of a server with a fault.
    static func faulty(
        _ fault: String,
        limits: MCPClient.Limits = patience,
        maximumMessageBytes: Int = 1_000_000
    ) -> MCPClient {
        let channel = MCPStdioChannel(
            server: "faulty",
            command: python("python3", "faulty.py", [fault]),
            maximumMessageBytes: maximumMessageBytes,
            grace: .milliseconds(200)
        )
        return MCPClient(channel: channel, version: "1", limits: limits)
    }

    private static func python(_ program: String, _ script: String, _ arguments: [String]) -> ChildCommand {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures/MCP/\(script)").path
        return ChildCommand(
            program,
            [path] + arguments,
            environment: ["PATH": environment["PATH"] ?? "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"]
        )
    }
}

extension MCPResult {
    /// The first text.
    var text: String? { texts.first }
}
