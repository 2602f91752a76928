import Agents
import Foundation
import JSON
import LanguageModels
import MagnusTestSupport
import Storage
import Synchronization
import Testing
import Transport

/// A server on this machine that speaks as OpenAI and as Anthropic do, and the whole client in front of it: what it is told to
/// say to a model's name, it streams to whoever asks that model for an answer. Agents' models state no findings.
final class SpeakingServer: Sendable {
    private static let openAI = "/v1/chat/completions"
    private static let anthropic = "/v1/messages"

    private let folder: TemporaryFolder
    private let server: LoopbackServer
    private let directory: ModelDirectory
    private let transport = CurlTransport()
    private let store: UsageStore
    private let answers: Answers

    /// What is said to whom.
    private final class Answers: Sendable {
        private let texts = Mutex<[String: String]>([:])

        func put(_ text: String, to model: String) { texts.withLock { $0[model] = text } }

        func text(for model: String) -> String? { texts.withLock { $0[model] } }
    }

    private struct NoKeys: SecretSource {
        func secret(_ name: String) throws -> Secret? { nil }
    }

    init() throws {
        folder = try TemporaryFolder()
        store = UsageStore(database: try Database(path: folder.path("magnus.db")))
        let answers = Answers()
        self.answers = answers
        server = try LoopbackServer { Self.reply(to: $0, from: answers) }
        let catalogue = """
            providers:
              openai: {protocol: openai, base_url: "\(server.baseURL)/v1", needs_key: false}
              anthropic: {protocol: anthropic, base_url: "\(server.baseURL)", needs_key: false}
            """
        directory = ModelDirectory(
            catalogue: try ModelCatalogue(.init(text: catalogue, name: "catalogue.yaml")),
            variable: { _ in nil },
            secrets: NoKeys(),
            protocols: WireProtocols.all
        )
    }

    /// The client of a model that says `text`; of every second number it speaks as Anthropic's do.
    func model(saying text: String, number: Int) -> ModelService {
        let name = ModelName(provider: number.isMultiple(of: 2) ? "openai" : "anthropic", model: "model-\(number)")
        answers.put(text, to: name.model)
        let store = store
        return ModelService(
            directory: directory,
            chain: .named([name]),
            transport: transport,
            ledger: SpendingLedger(
                store: { store },
                budget: Budget(),
                question: name.model,
                timeZone: .gmt,
                clock: { Date(timeIntervalSince1970: 1_795_032_000) }
            )
        )
    }

    /// The bodies of all requests, in order.
    var bodies: [Data] { server.requests.map(\.body) }

    /// How often each protocol was spoken, OpenAI's first.
    var requests: (openAI: Int, anthropic: Int) {
        let paths = server.requests.map(\.path)
        return (paths.count { $0 == Self.openAI }, paths.count { $0 == Self.anthropic })
    }

    /// Calls that were booked.
    ///
    /// - Throws: `StorageError`.
    func booked() throws -> UsageTotal { try store.total(.day("2026-11-18")) }

    private static func reply(to request: LoopbackRequest, from answers: Answers) -> LoopbackReply {
        guard let body = JSONValue(json: request.body), let model = body["model"]?.string, body["stream"] == true else {
            return .json(#"{"error": {"message": "this is no request for a stream"}}"#, status: 400)
        }
        let system = body["system"]?.string ?? body["messages"]?.array?.first?["content"]?.string ?? ""
        // An agent's prompt ends with the form of findings.
        let isAgent = system.contains(FindingForm.instructions)
        guard let text = isAgent ? #"{"findings": []}"# : answers.text(for: model) else {
            return .json(#"{"error": {"message": "there is no such model"}}"#, status: 404)
        }
        var pieces: [String] = []
        var rest = text[...]
        while !rest.isEmpty {
            pieces.append(String(rest.prefix(7)))
            rest = rest.dropFirst(7)
        }
        switch request.path {
        case openAI: return .events(openAIEvents(pieces).map { "data: \($0)\n\n" } + ["data: [DONE]\n\n"])
        case anthropic:
            return .events(
                anthropicEvents(pieces).map { "event: \($0["type"]?.string ?? "")\ndata: \(Self.json($0))\n\n" }
            )
        default: return LoopbackReply(status: 404)
        }
    }

    private static func openAIEvents(_ pieces: [String]) -> [String] {
        func chunk(_ choices: JSONValue, usage: JSONValue = .null) -> JSONValue {
            [
                "id": "c", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": choices,
                "usage": usage,
            ]
        }
        let words = pieces.map { piece -> JSONValue in
            [["index": 0, "delta": ["role": "assistant", "content": .string(piece)], "finish_reason": .null]]
        }
        let usage: JSONValue = ["prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 120]
        let chunks =
            words.map { chunk($0) } + [chunk([["index": 0, "delta": [:], "finish_reason": "stop"]])]
            + [chunk([], usage: usage)]
        return chunks.map(json)
    }

    private static func anthropicEvents(_ pieces: [String]) -> [JSONValue] {
        let start: [JSONValue] = [
            [
                "type": "message_start",
                "message": ["id": "m", "role": "assistant", "usage": ["input_tokens": 100, "output_tokens": 1]],
            ],
            ["type": "content_block_start", "index": 0, "content_block": ["type": "text", "text": ""]],
        ]
        let words = pieces.map { piece -> JSONValue in
            [
                "type": "content_block_delta", "index": 0,
                "delta": ["type": "text_delta", "text": .string(piece)],
            ]
        }
        return start + words + [
            ["type": "content_block_stop", "index": 0],
            ["type": "message_delta", "delta": ["stop_reason": "end_turn"], "usage": ["output_tokens": 20]],
            ["type": "message_stop"],
        ]
    }

    private static func json(_ value: JSONValue) -> String {
        // Texts and whole numbers: nothing of it can fail to be written.
        (try? JSONWriter().text(value)) ?? ""
    }
}
