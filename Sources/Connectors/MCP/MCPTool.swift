import Crypto
import Foundation
public import JSON

/// A tool that a server offers. Its texts are the server's: data, not instructions.
public struct MCPTool: Sendable, Hashable {
    /// The name it is called by.
    public var name: String
    /// What the server calls it for people.
    public var title: String?
    /// What the server says it does.
    public var details: String
    /// JSON Schema of its arguments.
    public var schema: WireValue
    /// Whether the server says that it only reads; a hint, not a promise.
    public var isReadOnly: Bool?

    /// From an element of `tools/list`; nil without a name.
    init?(_ value: WireValue) {
        guard case .text(let name) = value["name"] ?? .null, !name.isEmpty else { return nil }
        self.name = name
        title = value["title"]?.string ?? value["annotations"]?["title"]?.string
        details = value["description"]?.string ?? ""
        schema = value["inputSchema"] ?? .object([:])
        isReadOnly = value["annotations"]?["readOnlyHint"]?.bool
    }
}

extension [MCPTool] {
    /// A digest of names and arguments, whatever their order: it changes when a tool is added, taken away, or takes other
    /// arguments.
    public var digest: String {
        let text = map { WireValue.object(["name": .text($0.name), "schema": $0.schema]).json }.sorted()
            .joined(separator: "\n")
        return SHA256.hash(data: Data(text.utf8)).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
            .joined()
    }
}

/// Who a server says it is.
public struct MCPServer: Sendable, Hashable {
    /// Its name.
    public var name: String
    /// Its version.
    public var version: String
    /// The revision of the protocol that was agreed on: `2025-06-18`.
    public var revision: String
    /// Whether it offers tools.
    public var offersTools: Bool
}

/// What a tool answered. All of it is data.
public struct MCPResult: Sendable, Hashable {
    /// The structured content, where there is one.
    public var structured: WireValue?
    /// The texts, in order.
    public var texts: [String]
    /// Kinds of content that are not read here: `image`, `resource`.
    public var otherKinds: [String]

    /// From the result of `tools/call`.
    init(_ value: WireValue) {
        structured = value["structuredContent"]
        texts = []
        otherKinds = []
        for block in value["content"]?.items ?? [] {
            switch block["type"]?.string {
            case "text": if case .text(let text) = block["text"] ?? .null { texts.append(text) }
            case let kind?: otherKinds.append(kind)
            case nil: break
            }
        }
    }

    /// The structured content, else the first text read as JSON; nil where neither is there.
    public var value: WireValue? {
        structured ?? texts.first.flatMap { WireValue(json: Data($0.utf8)) }
    }
}
