import Foundation
public import JSON

/// A client of one Model Context Protocol server.
///
/// It connects by itself when it is first asked something, agrees on a revision, keeps the list of tools until the server
/// says that it changed, and connects again after the connection was lost. What a server says is data: its texts are
/// returned, never followed. It offers servers nothing but the answer to a ping.
public actor MCPClient {
    /// Revisions of the protocol that are understood, the oldest first.
    public static let revisions = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"]
    /// The revision that is offered.
    public static let offeredRevision = "2025-06-18"

    /// How long things may take and how much may come.
    public struct Limits: Sendable, Hashable {
        /// For an answer; a report of progress starts it anew.
        public var deadline: Duration
        /// For an answer, whatever progress is reported.
        public var longest: Duration
        /// Pages of a list.
        public var pages: Int
        /// Tools of a server.
        public var tools: Int

        /// Limits.
        public init(
            deadline: Duration = .seconds(30),
            longest: Duration = .seconds(120),
            pages: Int = 100,
            tools: Int = 2_000
        ) {
            self.deadline = deadline
            self.longest = longest
            self.pages = pages
            self.tools = tools
        }
    }

    private enum Connection {
        case none
        case open(MCPServer)
    }

    private let channel: any MCPChannel
    private let version: String
    private let limits: Limits
    private let connecting = SharedWork<MCPServer>()
    private var connection = Connection.none
    /// Counts connections, so that a failure of an old one does not take down its successor.
    private var generation = 0
    private var lastID = 0
    private var knownTools: [MCPTool]?
    private var progress: [Int: ContinuousClock.Instant] = [:]

    /// A client.
    ///
    /// - Parameters:
    ///   - channel: The way to the server.
    ///   - version: This program's version, which the server is told.
    ///   - limits: How long things may take.
    public init(channel: any MCPChannel, version: String, limits: Limits = Limits()) {
        self.channel = channel
        self.version = version
        self.limits = limits
    }

    /// Connects, unless it is connected; many at once connect once.
    ///
    /// - Throws: `MCPError`, `CancellationError`.
    @discardableResult
    public func connect() async throws -> MCPServer {
        if case .open(let server) = connection { return server }
        return try await connecting.value { try await self.handshake() }
    }

    /// The tools the server offers.
    ///
    /// - Throws: `MCPError`, `CancellationError`.
    public func tools() async throws -> [MCPTool] {
        if let knownTools { return knownTools }
        var tools: [MCPTool] = []
        var cursor: WireValue?
        var seen: Set<WireValue> = []
        repeat {
            let page = try await result(of: "tools/list", cursor.map { ["cursor": $0] } ?? [:], limits.deadline)
            guard case .list(let elements) = page["tools"] ?? .null else {
                throw malformed("its list of tools is none")
            }
            tools += elements.compactMap(MCPTool.init(_:))
            cursor = page["nextCursor"]
            if let cursor, !seen.insert(cursor).inserted || seen.count >= limits.pages || tools.count > limits.tools {
                throw malformed("its list of tools does not end")
            }
        } while cursor != nil
        knownTools = tools
        return tools
    }

    /// Calls a tool.
    ///
    /// - Parameters:
    ///   - tool: Its name.
    ///   - arguments: Its arguments.
    ///   - deadline: For this call; nil for that of the limits.
    /// - Throws: `MCPError`, of code `toolFailed` where the tool reports a failure; `CancellationError`. Then, and after
    ///   the deadline, the server is told that the answer is no longer wanted.
    public func call(
        _ tool: String,
        _ arguments: [String: WireValue] = [:],
        deadline: Duration? = nil
    ) async throws -> MCPResult {
        let value = try await result(
            of: "tools/call",
            ["name": .text(tool), "arguments": .object(arguments)],
            deadline ?? limits.deadline
        )
        let result = MCPResult(value)
        if value["isError"]?.bool == true {
            let words = result.texts.joined(separator: " ")
            throw MCPError(.toolFailed, server: channel.server, "'\(tool)' failed", words: words)
        }
        return result
    }

    /// Ends the connection; the next question opens it again.
    public func close() async {
        connection = .none
        generation += 1
        await channel.close()
    }

    // MARK: The connection

    private func handshake() async throws -> MCPServer {
        if case .open(let server) = connection { return server }
        do {
            try await channel.open { [weak self] message in await self?.receive(message) }
            let answer = try await exchange("initialize", initialParameters, limits.deadline)
            let server = try agreed(answer)
            channel.agree(on: server.revision)
            try await channel.post(MCPMessage.notification("notifications/initialized"))
            connection = .open(server)
            knownTools = nil
            return server
        } catch {
            await channel.close()
            throw error
        }
    }

    private var initialParameters: [String: WireValue] {
        [
            "protocolVersion": .text(MCPClient.offeredRevision),
            "capabilities": .object([:]),
            "clientInfo": .object(["name": .text("magnus"), "version": .text(version)]),
        ]
    }

    private func agreed(_ answer: WireValue) throws -> MCPServer {
        guard case .text(let revision) = answer["protocolVersion"] ?? .null else {
            throw malformed("its greeting names no revision of the protocol")
        }
        guard MCPClient.revisions.contains(revision) else {
            let known = MCPClient.revisions.joined(separator: ", ")
            let detail = "it speaks revision \(DisplayText.line(revision, limit: 40)); known are \(known)"
            throw MCPError(.unknownRevision, server: channel.server, detail)
        }
        return MCPServer(
            name: answer["serverInfo"]?["name"]?.string ?? "",
            version: answer["serverInfo"]?["version"]?.string ?? "",
            revision: revision,
            offersTools: answer["capabilities"]?["tools"] != nil
        )
    }

    private func receive(_ message: MCPMessage) async {
        switch message {
        case .request(let id, let method):
            // An answer that cannot be sent is the connection's failure, which whoever waits for an answer learns.
            try? await channel.post(MCPMessage.reply(to: method, id: id))
        case .notification("notifications/tools/list_changed", _):
            knownTools = nil
        case .notification("notifications/progress", let params):
            if let token = params["progressToken"]?.integer, progress[token] != nil { progress[token] = .now }
        case .notification, .result, .failure, .unknown:
            break
        }
    }

    // MARK: Questions

    private func result(
        of method: String,
        _ parameters: [String: WireValue],
        _ deadline: Duration
    ) async throws -> WireValue {
        try await connect()
        let used = generation
        do {
            return try await exchange(method, parameters, deadline)
        } catch let error as MCPError {
            switch error.code {
            case .sessionExpired:
                drop(used)
                try await connect()
                return try await exchange(method, parameters, deadline)
            case .closed, .tooLarge, .malformed:
                drop(used)
                throw error
            default:
                throw error
            }
        }
    }

    private func drop(_ used: Int) {
        guard used == generation else { return }
        generation += 1
        connection = .none
    }

    private func exchange(
        _ method: String,
        _ parameters: [String: WireValue],
        _ deadline: Duration
    ) async throws -> WireValue {
        lastID += 1
        let id = lastID
        var parameters = parameters
        if method == "tools/call" { parameters["_meta"] = .object(["progressToken": .number(Decimal(id))]) }
        let request = MCPMessage.request(id, method, .object(parameters))
        progress[id] = .now
        defer { progress[id] = nil }
        do {
            let answer = try await withThrowingTaskGroup(of: MCPMessage?.self) { group in
                defer { group.cancelAll() }
                group.addTask { [channel] in try await channel.answer(to: request, id: id) }
                group.addTask { try await self.expire(id, method, deadline) }
                return try await group.next().flatMap(\.self)
            }
            return try self.result(of: method, answer)
        } catch {
            // The first request cannot be cancelled by its rules; a new one can.
            if method != "initialize", MCPClient.isAbandoned(error) { tellOfCancelling(id) }
            throw error
        }
    }

    private func result(of method: String, _ answer: MCPMessage?) throws -> WireValue {
        switch answer {
        case .result(_, let value): return value
        case .failure(_, let code, let words):
            let detail = "it refused '\(method)' (error \(code))"
            throw MCPError(.refused(code: code), server: channel.server, detail, words: words)
        default: throw malformed("its answer is none")
        }
    }

    /// Ends in an error when the time is up.
    private func expire(_ id: Int, _ method: String, _ deadline: Duration) async throws -> MCPMessage? {
        let start = ContinuousClock.now
        while true {
            let end = min((progress[id] ?? start) + deadline, start + max(deadline, limits.longest))
            guard end > .now else { break }
            try await Task.sleep(until: end, clock: .continuous)
        }
        throw MCPError(.timedOut, server: channel.server, "no answer to '\(method)' in time")
    }

    private static func isAbandoned(_ error: any Error) -> Bool {
        error is CancellationError || (error as? MCPError)?.code == .timedOut
    }

    /// Not waited for: whoever gave up does not wait for the server to hear of it.
    private func tellOfCancelling(_ id: Int) {
        let parameters: WireValue = .object(["requestId": .number(Decimal(id)), "reason": .text("no longer wanted")])
        let message = MCPMessage.notification("notifications/cancelled", parameters)
        Task { [channel] in try? await channel.post(message) }
    }

    private func malformed(_ detail: String) -> MCPError {
        MCPError(.malformed, server: channel.server, detail)
    }
}
