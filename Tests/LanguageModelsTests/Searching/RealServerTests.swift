import Foundation
import JSON
import LanguageModels
import Testing
import Transport

/// The client against llama.cpp's `llama-server`, where one is given; skipped otherwise.
///
/// - `MAGNUS_LLAMA_SERVER=http://127.0.0.1:8080`: a server with any model, started with `--jinja`.
/// - `MAGNUS_LLAMA_TOOL_SERVER`: one whose model calls the tool `portfolio_positions` with a symbol.
/// - `MAGNUS_LLAMA_EMBEDDING_SERVER`: one with all-MiniLM-L6-v2, started with `--embedding --pooling mean`.
/// - `MAGNUS_LLAMA_RERANK_SERVER`: one with any reranker, started with `--reranking`.
@Suite("A real server") struct RealServerTests {
    private static func address(_ variable: String) -> String? {
        ProcessInfo.processInfo.environment[variable].flatMap { $0.isEmpty ? nil : $0 }
    }

    private static let chat = address("MAGNUS_LLAMA_SERVER")
    private static let tools = address("MAGNUS_LLAMA_TOOL_SERVER")
    private static let embedding = address("MAGNUS_LLAMA_EMBEDDING_SERVER")
    private static let rerank = address("MAGNUS_LLAMA_RERANK_SERVER")

    private func service(_ wire: String, _ base: String) throws -> ModelService {
        struct NoSecrets: SecretSource {
            func secret(_ name: String) -> Secret? { nil }
        }
        let text = "providers: {real: {protocol: \(wire), base_url: '\(base)', needs_key: false}}"
        return ModelService(
            directory: ModelDirectory(
                catalogue: try ModelCatalogue(.init(text: text, name: "test")),
                variable: { _ in nil },
                secrets: NoSecrets(),
                protocols: WireProtocols.all
            ),
            chain: .named([ModelName(provider: "real", model: "any")]),
            transport: CurlTransport(),
            ledger: RecordingLedger(),
            options: ModelServiceOptions(retries: 0)
        )
    }

    private func request(_ text: String) -> ModelRequest {
        ModelRequest(
            agent: "test",
            system: "You are brief.",
            messages: [ModelMessage(.user, text: text)],
            maximumOutputTokens: 48,
            temperature: 0
        )
    }

    /// A reply, and its words as they came.
    private func reply(_ service: ModelService, to request: ModelRequest) async throws -> (ModelReply, [String]) {
        let words = Words()
        let reply = try await service.reply(to: request) { event in
            if case .text(let text) = event { await words.add(text) }
        }
        return (reply, await words.all)
    }

    private actor Words {
        var all: [String] = []
        func add(_ text: String) { all.append(text) }
    }

    @Test(
        "Words in pieces that make the whole, and tokens counted",
        .enabled(if: chat != nil),
        arguments: ["openai", "anthropic"]
    )
    func words(wire: String) async throws {
        let base = try #require(Self.chat)
        let service = try service(wire, wire == "openai" ? base + "/v1" : base)
        let (reply, words) = try await reply(service, to: request("What do I hold?"))
        #expect(!reply.text.isEmpty)
        #expect(words.count > 1)
        #expect(words.joined() == reply.text)
        #expect(reply.ending == .complete || reply.ending == .length)
        #expect(try #require(reply.usage.input) > 0)
        #expect(try #require(reply.usage.output) > 0)
    }

    @Test("A reply in the form of a schema", .enabled(if: chat != nil))
    func schema() async throws {
        var request = request("Say it.")
        request.outputSchema = ModelRequest.OutputSchema(
            name: "stance",
            schema: [
                "type": "object", "properties": ["stance": ["type": "string", "enum": ["hold", "sell"]]],
                "required": ["stance"], "additionalProperties": false,
            ]
        )
        let service = try service("openai", try #require(Self.chat) + "/v1")
        let (reply, _) = try await reply(service, to: request)
        let value = try #require(JSONValue(json: reply.text), "\(reply.text)")
        #expect(["hold", "sell"].contains(value["stance"]?.string))
    }

    @Test("A tool's call and its result", .enabled(if: tools != nil), arguments: ["openai", "anthropic"])
    func tool(wire: String) async throws {
        let base = try #require(Self.tools)
        let service = try service(wire, wire == "openai" ? base + "/v1" : base)
        var request = request("What do I hold of NVDA?")
        request.tools = [
            ModelRequest.ToolOffer(
                name: "portfolio_positions",
                summary: "The positions of a symbol.",
                schema: ["type": "object", "properties": ["symbol": ["type": "string"]], "required": ["symbol"]]
            )
        ]
        let (reply, _) = try await reply(service, to: request)
        let call = try #require(reply.message.toolCalls.first)
        #expect(call.name == "portfolio_positions")
        #expect(call.arguments == ["symbol": "NVDA"])
        #expect(!call.id.isEmpty)
        #expect(reply.ending == .toolCalls)
        let result = ModelToolResult(id: call.id, name: call.name, content: #"{"shares": 100}"#)
        request.messages += [reply.message, ModelMessage(.user, [.toolResult(result)])]
        // What the model then says is its own affair: the server must take the conversation.
        let (second, _) = try await self.reply(service, to: request)
        #expect(try #require(second.usage.input) > (try #require(reply.usage.input)))
    }

    @Test("A question that is too long is refused as that", .enabled(if: chat != nil))
    func tooLong() async throws {
        let service = try service("openai", try #require(Self.chat) + "/v1")
        let long = String(repeating: "word ", count: 200_000)
        let error = try await #require(throws: ModelError.self) { try await reply(service, to: request(long)) }
        #expect(error.code == .tooLong, "\(error)")
    }

    @Test("Vectors, also of a text that is too long for it", .enabled(if: embedding != nil))
    func vectors() async throws {
        let endpoint = ModelEndpoint(
            name: ModelName(provider: "llama.cpp", model: "all-MiniLM-L6-v2"),
            baseURL: try #require(Self.embedding) + "/v1"
        )
        let connection = ServiceConnection(endpoint: endpoint, transport: CurlTransport())
        for isBase64 in [false, true] {
            let model = EmbeddingModel(
                name: "all-MiniLM-L6-v2",
                form: .openai,
                dimensions: 384,
                contextTokens: 8_000,
                takesBase64: isBase64
            )
            let encoder = RemoteEncoder(model, connection: connection)
            let texts = [
                "A cat naps on the couch.", "The kitten sleeps on the sofa.", "Dividends are paid in cash.",
                String(repeating: "word ", count: 1_000),
            ]
            let vectors = try await encoder.encode(texts, as: .document)
            #expect(vectors.count == 4 * 384)
            func cosine(_ left: Int, _ right: Int) -> Float {
                (0..<384).reduce(0) { $0 + vectors[left * 384 + $1] * vectors[right * 384 + $1] }
            }
            #expect(abs(cosine(0, 0) - 1) < 1e-5)
            #expect(cosine(0, 1) > 0.5)
            #expect(cosine(0, 2) < 0.2)
        }
    }

    @Test("Scores", .enabled(if: rerank != nil))
    func scores() async throws {
        let endpoint = ModelEndpoint(
            name: ModelName(provider: "llama.cpp", model: "reranker"),
            baseURL: try #require(Self.rerank) + "/v1"
        )
        let reranker = RemoteReranker(
            RerankModel(name: "reranker", form: .cohere, contextTokens: 8_000),
            connection: ServiceConnection(endpoint: endpoint, transport: CurlTransport())
        )
        let texts = ["Theta is time decay.", "Bread.", String(repeating: "word ", count: 1_000)]
        let scores = try await reranker.scores(of: texts, for: "time decay")
        #expect(scores.count == 3)
        let again = try await reranker.scores(of: texts, for: "time decay")
        #expect(zip(scores, again).allSatisfy { abs($0 - $1) < 1e-3 })
    }
}
