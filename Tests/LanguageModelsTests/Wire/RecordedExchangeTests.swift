import Foundation
import JSON
import LanguageModels
import MagnusTestSupport
import Synchronization
import Testing
import Transport

extension Recording {
    /// What was asked for.
    enum Kind: Sendable {
        case conversation, vectors, scores
        /// What is never asked: counts of tokens, OpenAI's Responses.
        case other
    }

    var kind: Kind {
        let path = url.prefix { $0 != "?" }
        if path.hasSuffix("mbeddings") || path.hasSuffix(":batchEmbedContents") { return .vectors }
        if path.hasSuffix("/rerank") { return .scores }
        let isConversation = ["/chat/completions", "/v1/messages", "enerateContent"].contains { path.hasSuffix($0) }
        return isConversation || path.isEmpty ? .conversation : .other
    }

    var isRefusal: Bool { !(200..<300).contains(status) }

    var provider: String { String(name.prefix { $0 != "/" }) }

    /// All that is recorded or composed of services of models.
    static let everything = ["anthropic", "deepseek", "gemini", "groq", "jina", "ollama", "openai", "voyage"]
        .flatMap(folder)
}

/// What comes of asking a service: a text that tells all of it, or an error.
private enum Outcome: Equatable {
    case answer(String)
    case failure(ModelError)
}

/// Every recorded exchange that comes whole, through the whole client and over a real connection. Conversations that are
/// streamed are cut by `RecutTests`, at every byte.
@Suite("Recorded exchanges", .timeLimit(.minutes(20)))
struct RecordedExchangeTests {
    /// A server that answers with what it is given, and a way to ask it as the recording was asked for.
    private struct Bench {
        let replies: Replies
        let server: LoopbackServer
        let ask: @Sendable () async throws -> String

        init(_ recording: Recording) throws {
            let replies = Replies()
            server = try LoopbackServer { _ in replies.next() }
            self.replies = replies
            var endpoint = ModelEndpoint(
                name: ModelName(provider: recording.provider, model: "big"),
                baseURL: server.baseURL,
                key: Secret("sk-0123456789")
            )
            switch recording.kind {
            case .vectors:
                let form: EmbeddingForm =
                    ["voyage": .voyage, "jina": .jina, "gemini": .gemini][recording.provider] ?? .openai
                if form != .gemini { endpoint.baseURL += "/v1" }
                let texts = recording.texts
                let role: [String: Int] = ["voyage": 1024, "jina": 3, "gemini": 8]
                let model = EmbeddingModel(
                    name: "big",
                    form: form,
                    dimensions: role[recording.provider] ?? 1536,
                    takesBase64: true
                )
                let encoder = RemoteEncoder(model, connection: Self.connection(endpoint))
                ask = { String(describing: try await encoder.encode(texts, as: .document)) }
            case .scores:
                endpoint.baseURL += "/v1"
                let model = RerankModel(
                    name: "big",
                    form: recording.provider == "voyage" ? .voyage : .jina,
                    contextTokens: 1_024
                )
                let reranker = RemoteReranker(model, connection: Self.connection(endpoint))
                let texts = recording.texts
                ask = { String(describing: try await reranker.scores(of: texts, for: "assignment risk")) }
            case .conversation, .other:
                let wire = ["anthropic": "anthropic", "gemini": "gemini"][recording.provider] ?? "openai"
                let service = try ServiceBench([server.baseURL], speaking: wire)
                    .service(ModelServiceOptions(retries: 0, failuresBeforeRest: .max))
                ask = {
                    let reply = try await service.reply(to: question())
                    return "\(reply.message) \(reply.ending) \(reply.usage)"
                }
            }
        }

        private static func connection(_ endpoint: ModelEndpoint) -> ServiceConnection {
            ServiceConnection(endpoint: endpoint, transport: CurlTransport(), retries: 0)
        }

        func outcome(_ reply: LoopbackReply) async throws -> Outcome {
            replies.put(reply)
            do {
                return .answer(try await ask())
            } catch let error as ModelError {
                return .failure(error)
            }
        }
    }

    private final class Replies: Sendable {
        private let kept = Mutex<LoopbackReply?>(nil)

        func put(_ reply: LoopbackReply) { kept.withLock { $0 = reply } }

        func next() -> LoopbackReply { kept.withLock { $0 } ?? LoopbackReply(status: 500) }
    }

    /// Those whose body comes whole.
    static let whole = Recording.everything.filter { $0.kind != .conversation || $0.isRefusal }

    @Test("All recordings are there, and each is read by a test")
    func complete() {
        func count(_ kind: Recording.Kind, isRefusal: Bool) -> Int {
            Recording.everything.count { $0.kind == kind && $0.isRefusal == isRefusal }
        }
        // Counted by hand in the files. RecutTests reads the conversations, two of which are of its own.
        #expect(count(.conversation, isRefusal: false) == RecutCase.all.count - 2)
        // Anthropic 1, OpenAI 1, Groq 1 + 1 + 1.
        #expect(count(.conversation, isRefusal: true) == 5)
        // OpenAI 1, Voyage 1 + 1, Gemini 1, Jina 1; refused: OpenAI, Voyage, Gemini one each.
        #expect(count(.vectors, isRefusal: false) == 5 && count(.vectors, isRefusal: true) == 3)
        #expect(count(.scores, isRefusal: false) == 2)
        // Anthropic's and Gemini's counts 1 + 1, OpenAI's Responses 2; refused: a count, and one of the Responses.
        #expect(count(.other, isRefusal: false) == 4 && count(.other, isRefusal: true) == 2)
    }

    /// What the services' words mean, read in the recordings by hand.
    static let meanings: [String: (ModelError.Code, String)] = [
        "anthropic/error_invalid_request 0": (.invalidRequest, "does not support effort level 'xhigh'"),
        "anthropic/error_not_found 0": (.unknownModel, "claude-does-not-exist"),
        "openai/error_400 0": (.invalidRequest, "Web search options not supported"),
        "openai/embeddings_error 0": (.unknownModel, "`nonexistent` does not exist"),
        "openai/responses_error 0": (.invalidRequest, "decimal below minimum value"),
        "groq/error_model_not_found 0": (.unknownModel, "does not exist"),
        "groq/error_tool_use_failed_400 0": (.toolCallUnreadable, "tool call validation failed"),
        "groq/error_tool_use_failed_text 0": (.toolCallUnreadable, "Tool choice is required"),
        "gemini/embed_error_404 0": (.unknownModel, "models/nonexistent-model is not found"),
        "voyage/embeddings_error 0": (.invalidRequest, "Model nonexistent is not supported"),
    ]

    @Test("What is recorded of refusals and of other answers", arguments: whole)
    func meaning(recording: Recording) async throws {
        let bench = try Bench(recording)
        let outcome = try await bench.outcome(recording.reply)
        switch outcome {
        case .answer(let answer):
            #expect(!recording.isRefusal && recording.kind != .other && !answer.isEmpty)
        case .failure(let error):
            #expect(error.status == (recording.isRefusal ? recording.status : nil))
            if recording.isRefusal {
                let (code, words) = try #require(Self.meanings[recording.name])
                #expect(error.code == code, "\(recording.name): \(error)")
                #expect(error.detail.contains(words), "\(recording.name): \(error.detail)")
            } else {
                // An answer to what is never asked is no reply.
                let isNone = error.code == .malformedReply || error.code == .cutOff
                #expect(recording.kind == .other && isNone, "\(recording.name): \(error)")
            }
        }
    }

    /// The pieces of a body as a stream of the transport.
    private struct Pieces: HTTPTransport {
        let recording: Recording
        let pieces: [Data]

        func response(to request: HTTPRequest) async throws -> HTTPResponse {
            HTTPResponse(status: recording.status, headers: recording.headers, body: recording.body)
        }

        func stream(_ request: HTTPRequest) async throws -> HTTPStream {
            let body = AsyncThrowingStream<Data, any Error> { continuation in
                for piece in pieces { continuation.yield(piece) }
                continuation.finish()
            }
            return HTTPStream(status: recording.status, headers: recording.headers, body: body)
        }
    }

    @Test("Refusals mean the same wherever their bytes are cut", arguments: whole.filter { $0.kind == .conversation })
    func recutRefusals(recording: Recording) async throws {
        let wire = recording.provider == "anthropic" ? "anthropic" : "openai"
        let bench = try ServiceBench(["http://127.0.0.1:1"], speaking: wire)
        func failure(_ pieces: [Data]) async throws -> ModelError? {
            let options = ModelServiceOptions(retries: 0, failuresBeforeRest: .max)
            let service = bench.service(options, transport: Pieces(recording: recording, pieces: pieces))
            return try await modelFailure { _ = try await service.reply(to: question()) }
        }
        let body = recording.body
        let whole = try #require(try await failure([body]))
        #expect(try await failure(body.indices.map { body[$0..<$0 + 1] }) == whole, "byte by byte")
        for cut in 1..<body.count {
            guard try await failure([body.prefix(cut), body.dropFirst(cut)]) == whole else {
                Issue.record("cut at \(cut)")
                return
            }
        }
    }

    /// Such a body is collected before it is read: forty places tell as much as all.
    @Test("All mean the same in two pieces and in single bytes over a connection", arguments: whole)
    func recut(recording: Recording) async throws {
        let bench = try Bench(recording)
        let whole = try await bench.outcome(recording.reply)
        #expect(try await bench.outcome(recording.reply.dripping(1, pause: .zero)) == whole, "byte by byte")
        var generator = SeededGenerator(seed: 7)
        for cut in (1..<max(2, recording.body.count)).shuffled(using: &generator).prefix(40) {
            var reply = recording.reply
            reply.pieces = [recording.body.prefix(cut), recording.body.dropFirst(cut)]
            reply.isChunked = true
            guard try await bench.outcome(reply) == whole else {
                Issue.record("cut at \(cut)")
                return
            }
        }
    }

    @Test("A part of an answer is none; a refusal that breaks off is one all the same", arguments: whole)
    func truncated(recording: Recording) async throws {
        let bench = try Bench(recording)
        guard case let whole = try await bench.outcome(recording.reply), recording.body.count > 2 else { return }
        var generator = SeededGenerator(seed: 11)
        for cut in (0..<recording.body.count).shuffled(using: &generator).prefix(30) {
            // The server says that this is all.
            let reply = LoopbackReply(
                status: recording.status,
                headers: ["Content-Type": "application/json"],
                body: recording.body.prefix(cut)
            )
            guard case .failure(let error) = try await bench.outcome(reply) else {
                Issue.record("\(cut) of \(recording.body.count) bytes were taken for an answer")
                return
            }
            guard recording.isRefusal, case .failure(let complete) = whole else { continue }
            #expect(error.status == complete.status && !error.detail.isEmpty)
        }
    }
}

extension Recording {
    /// The texts that were sent for vectors or scores.
    fileprivate var texts: [String] {
        let list = request["input"] ?? request["documents"] ?? .null
        if let text = list.string { return [text] }
        return list.array?.compactMap(\.string)
            ?? (request["requests"]?.array ?? []).compactMap { $0["content"]?["parts"]?.array?.first?["text"]?.string }
    }

    fileprivate var reply: LoopbackReply {
        LoopbackReply(status: status, headers: ["Content-Type": "application/json"], body: body)
    }
}
