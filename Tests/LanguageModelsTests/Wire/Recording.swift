import Foundation
import JSON
import LanguageModels
import Testing
import Transport

/// One recorded exchange with a service, under `Fixtures/Wire`.
struct Recording: Sendable, CustomTestStringConvertible {
    var name: String
    /// The address that was asked; empty for a stream that is by itself in a file.
    var url: String
    var request: JSONValue
    var status: Int
    var headers: HTTPHeaders
    var body: Data

    var testDescription: String { name }

    /// The exchanges of a file.
    static func all(_ file: String) throws -> [Recording] {
        try interactions(try json(file), file)
    }

    /// The exchanges of a file, for the arguments of a test.
    static func list(_ file: String) -> [Recording] {
        (try? all(file)) ?? []
    }

    /// All that is recorded of a service, by name; nothing where its folder cannot be read.
    static func folder(_ name: String) -> [Recording] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder.path + "/" + name)) ?? []
        return files.sorted().flatMap { file in
            let path = name + "/" + file
            if file.hasSuffix(".sse") { return (try? [stream(path)]) ?? [] }
            return file.hasSuffix(".json") ? list(String(path.dropLast(5))) : []
        }
    }

    /// A recorded stream, by itself in a file.
    static func stream(_ file: String) throws -> Recording {
        let body = try Data(contentsOf: folder.appendingPathComponent(file))
        return Recording(
            name: file,
            url: "",
            request: .null,
            status: 200,
            headers: ["content-type": "text/event-stream; charset=utf-8"],
            body: body
        )
    }

    static func json(_ file: String) throws -> JSONValue {
        let data = try Data(contentsOf: folder.appendingPathComponent(file + ".json"))
        return try #require(JSONValue(json: data))
    }

    private static var folder: URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appendingPathComponent("Fixtures/Wire")
    }

    private static func interactions(_ root: JSONValue, _ file: String) throws -> [Recording] {
        // One that is composed stands alone, its request under another name.
        let single = root["response"] == nil ? [] : [root]
        return try (root["interactions"]?.array ?? single).enumerated().map { index, value in
            let response = try #require(value["response"])
            var headers = HTTPHeaders()
            if case .object(let fields)? = response["headers"] {
                for (name, value) in fields { headers[name] = value.string }
            }
            let body = try response["body_text"]?.string.map { Data($0.utf8) } ?? JSONWriter().data(response["body"])
            return Recording(
                name: "\(file) \(index)",
                url: try #require(value["request"]?["url"]?.string),
                request: try #require(value["request"]?["body"] ?? value["request"]?["json"]),
                status: try #require(response["status"]?.integer),
                headers: headers,
                body: body
            )
        }
    }
}

/// A reply, with the events that told of it.
struct Reading: Equatable {
    var events: [ModelEvent]
    var reply: ModelReply

    /// What a protocol reads from a body.
    init(_ wire: any WireProtocol, _ body: Data, from endpoint: ModelEndpoint, contentType: String? = nil) throws {
        var reader = wire.replyReader(contentType: contentType, from: endpoint)
        events = try reader.read(body)
        let end = try reader.finish()
        events += end.events
        reply = end.reply
    }

    init(events: [ModelEvent], reply: ModelReply) {
        self.events = events
        self.reply = reply
    }
}

/// The error of reading a body.
func failure(_ wire: any WireProtocol, _ body: Data, from endpoint: ModelEndpoint) throws -> ModelError {
    try #require(throws: ModelError.self) { _ = try Reading(wire, body, from: endpoint) }
}

extension ModelEndpoint {
    static let anthropic = ModelEndpoint(
        name: ModelName(provider: "anthropic", model: "claude-sonnet-4-5"),
        baseURL: "https://api.anthropic.com",
        key: Secret("sk-ant-0123456789")
    )
    static let openAI = ModelEndpoint(
        name: ModelName(provider: "openai", model: "gpt-4o"),
        baseURL: "https://api.openai.com/v1",
        key: Secret("sk-0123456789")
    )
    static let groq = ModelEndpoint(
        name: ModelName(provider: "groq", model: "openai/gpt-oss-120b"),
        baseURL: "https://api.groq.com/openai/v1",
        key: Secret("gsk-0123456789")
    )
    static let deepSeek = ModelEndpoint(
        name: ModelName(provider: "deepseek", model: "deepseek-reasoner"),
        baseURL: "https://api.deepseek.com",
        key: Secret("sk-d-0123456789")
    )
    static let gemini = ModelEndpoint(
        name: ModelName(provider: "gemini", model: "gemini-2.5-flash"),
        baseURL: "https://generativelanguage.googleapis.com",
        key: Secret("AIza0123456789")
    )
    static let ollama = ModelEndpoint(
        name: ModelName(provider: "ollama", model: "qwen3:0.6b"),
        baseURL: "http://localhost:11434"
    )
}
