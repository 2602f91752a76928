import Foundation
import JSON
import Storage

/// A connector's view of a server: the tools on its list and no others, answers unwrapped, pages joined, errors its own.
///
/// A tool that is not on the list is refused here, before anything is sent, whatever the server offers.
struct MCPReader: Sendable {
    /// The connector: `robinhood`.
    let connector: String
    /// How the server is called for the owner: `Robinhood`.
    let title: String
    /// The only tools that are ever called.
    let allowedTools: Set<String>
    /// What speaks with the server.
    let client: MCPClient
    /// What the owner can do when the sign-in is refused.
    let advice: String
    /// Where the list of tools is remembered.
    let pin: ToolPin

    /// The most pages of one list.
    private static let maximumPages = 50

    /// What `tool` answers, unwrapped.
    ///
    /// - Throws: `ConnectorError`, `CancellationError`.
    func value(_ tool: String, _ arguments: [String: WireValue] = [:]) async throws -> WireValue {
        guard allowedTools.contains(tool) else {
            throw ConnectorError(connector, .forbidden, "'\(tool)' is not among the tools that only read")
        }
        do {
            let result = try await client.call(tool, arguments)
            guard let value = result.value else {
                throw ConnectorError(connector, .unexpectedAnswer, "'\(tool)' gave no JSON")
            }
            return MCPReader.unwrapped(value)
        } catch let error as MCPError {
            throw failure(error)
        }
    }

    /// The records of a list, all pages of it.
    ///
    /// - Parameters:
    ///   - key: The member that holds them; `results` is looked for too.
    /// - Throws: `ConnectorError`, `CancellationError`.
    func records(_ key: String, of tool: String, _ arguments: [String: WireValue] = [:]) async throws -> [WireValue] {
        var records: [WireValue] = []
        var arguments = arguments
        var seen: Set<String> = []
        while true {
            let page = try await value(tool, arguments)
            guard let found = MCPReader.list(key, in: page) else {
                throw ConnectorError(connector, .unexpectedAnswer, "the answer of '\(tool)' has no '\(key)'")
            }
            records += found
            guard let next = page["next"]?.string else { return records }
            let cursor = MCPReader.cursor(in: next)
            guard seen.insert(cursor).inserted, seen.count < Self.maximumPages else {
                throw ConnectorError(connector, .unexpectedAnswer, "the list of '\(tool)' does not end")
            }
            let name =
                try await parameter(of: tool, among: ["cursor", "next", "page_cursor", "page_token"]) ?? "cursor"
            arguments[name] = .text(cursor)
        }
    }

    /// The first of `names` that `tool` takes by its schema; nil where it takes none of them, or is not offered.
    func parameter(of tool: String, among names: [String]) async throws -> String? {
        guard case .object(let properties) = try await schema(of: tool)?["properties"] ?? .null else { return nil }
        return names.first { properties[$0] != nil }
    }

    /// `texts` as the schema of `tool` wants them in `parameter`: a list, or one text with commas.
    func list(_ texts: [String], as parameter: String, of tool: String) async throws -> WireValue {
        try await takesText(parameter, tool) ? .text(texts.joined(separator: ",")) : .list(texts.map(WireValue.text))
    }

    /// Whether the schema of `tool` wants a text in `parameter`.
    func takesText(_ parameter: String, _ tool: String) async throws -> Bool {
        try await schema(of: tool)?["properties"]?[parameter]?["type"] == .text("string")
    }

    /// Whether the server offers `tool`.
    func offers(_ tool: String) async throws -> Bool {
        try await schema(of: tool) != nil
    }

    /// What the owner should know about the list of tools: that it is another than when they signed in.
    func notes() async throws -> [String] {
        do {
            return pin.changes(in: try await client.tools()).map { "\(title) \($0)" }
        } catch let error as MCPError {
            throw failure(error)
        }
    }

    private func schema(of tool: String) async throws -> WireValue? {
        do {
            return try await client.tools().first { $0.name == tool }?.schema
        } catch let error as MCPError {
            throw failure(error)
        }
    }

    // MARK: Unwrapping

    /// `{"data": ..., "guide": ...}` and `{"result": "JSON"}` as what is in them. A guide is a text of the server's for a
    /// model; it goes no further.
    static func unwrapped(_ value: WireValue) -> WireValue {
        guard case .object(let members) = value else { return value }
        if let data = members["data"], members.count == 1 || members["guide"] != nil || members["_source"] != nil {
            return data
        }
        if members.count == 1, let result = members["result"] {
            if case .text(let text) = result, let inner = WireValue(json: Data(text.utf8)) { return unwrapped(inner) }
            return unwrapped(result)
        }
        return value
    }

    private static func list(_ key: String, in page: WireValue) -> [WireValue]? {
        if case .list(let elements) = page { return elements }
        for key in [key, "results"] {
            guard case .object(let members) = page, let member = members[key] else { continue }
            switch member {
            case .list(let elements): return elements
            case .null: return []
            default: return nil
            }
        }
        return nil
    }

    /// A page's cursor, which older servers give as an address that holds it.
    private static func cursor(in next: String) -> String {
        guard next.contains("://"), let items = URLComponents(string: next)?.queryItems,
            let value = items.first(where: { $0.name == "cursor" })?.value
        else { return next }
        return value
    }

    // MARK: Errors

    private func failure(_ error: MCPError) -> ConnectorError {
        let words = DisplayText.line(error.words, limit: 160)
        let detail = error.detail + (words.isEmpty ? "" : " (it says: \(words))")
        func failure(_ code: ConnectorError.Code, _ nextStep: String = "") -> ConnectorError {
            ConnectorError(connector, code, detail, nextStep: nextStep)
        }
        switch error.code {
        case .cannotStart: return failure(.notConfigured, "check the command and that it is installed")
        case .unreachable, .closed, .sessionExpired: return failure(.unreachable)
        case .timedOut: return failure(.timedOut)
        case .unauthorised, .http(status: 401): return failure(.unauthorised, advice)
        case .http(status: 403): return failure(.forbidden, advice)
        case .http(status: 404): return failure(.notFound, "check the address")
        case .rateLimited(let wait): return failure(.rateLimited(retryAfter: wait))
        case .http(let status) where status >= 500: return failure(.serviceFailed(status: status))
        case .http(let status): return failure(.requestRefused(status: status))
        case .malformed, .tooLarge, .unknownRevision: return failure(.unexpectedAnswer)
        case .refused, .toolFailed: return failure(.requestRefused(status: 200))
        case .notAllowed: return failure(.forbidden)
        }
    }
}
