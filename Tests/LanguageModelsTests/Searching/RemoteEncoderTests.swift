import Foundation
import JSON
import LanguageModels
import MagnusTestSupport
import Retrieval
import Testing
import Transport

@Suite("Vectors of services")
struct RemoteEncoderTests {
    /// Answers a recorded exchange, whatever is asked.
    private func bench(_ recording: Recording, _ name: String, path: String = "/v1") throws -> SearchServiceBench {
        let reply = LoopbackReply(
            status: recording.status,
            headers: ["Content-Type": "application/json"],
            body: recording.body
        )
        return try SearchServiceBench(name, path: path) { _ in reply }
    }

    /// What `server` was asked last, as JSON.
    private func asked(_ bench: SearchServiceBench) throws -> JSONValue {
        try #require(bench.server.requests.last.flatMap { JSONValue(json: $0.body) })
    }

    /// The members of a recorded request that are not null, for some clients send nulls.
    private func said(_ request: JSONValue, besides names: Set<String> = []) throws -> JSONValue {
        guard case .object(let members) = request else { return request }
        return .object(members.filter { $0.value != .null && !names.contains($0.key) })
    }

    private func isClose(_ values: some Collection<Float>, _ expected: [Float]) -> Bool {
        zip(values, expected).allSatisfy { abs($0 - $1) < 2e-6 }
    }

    // MARK: - Recorded exchanges; the vectors' numbers were worked out with another program

    @Test("OpenAI, in base64")
    func openAI() async throws {
        let recording = try #require(try Recording.all("openai/embeddings_query").first)
        let bench = try bench(recording, "openai/text-embedding-3-small")
        let model = EmbeddingModel(name: "text-embedding-3-small", form: .openai, dimensions: 1536, takesBase64: true)
        let encoder = RemoteEncoder(model, connection: bench.connection)
        let vector = try await encoder.encode(["Hello, world!"], as: .question)
        #expect(vector.count == 1536)
        #expect(isClose(vector.prefix(3), [-0.019193, -0.025299, -0.001693]))
        #expect(isClose(vector.suffix(1), [-0.010619]))
        #expect(try asked(bench) == recording.request)
        let request = try #require(bench.server.requests.first)
        #expect(request.path == "/v1/embeddings")
        #expect(request.headers["authorization"] == "Bearer sk-0123456789")
        #expect(encoder.identifier == "openai/text-embedding-3-small@1536")
        #expect(bench.ledger.entries.map(\.usage) == [TokenUsage(input: 4, output: 0)])
        #expect(bench.ledger.entries.map(\.ending) == [.answered])
        #expect(bench.ledger.entries.map(\.estimate.maximumOutputTokens) == [0])
    }

    @Test("Voyage, documents and questions told apart")
    func voyage() async throws {
        let model = EmbeddingModel(name: "voyage-3.5", form: .voyage, dimensions: 1024, takesBase64: true)
        let documents = try #require(try Recording.all("voyage/embeddings_documents").first)
        let first = try bench(documents, "voyage/voyage-3.5")
        let vectors = try await RemoteEncoder(model, connection: first.connection)
            .encode(["hello", "world"], as: .document)
        #expect(vectors.count == 2048)
        #expect(isClose(vectors.prefix(3), [-0.007256, 0.034476, -0.003169]))
        #expect(isClose(vectors[1024...].prefix(3), [0.014137, 0.028466, -0.002045]))
        // Texts are cut before they are sent.
        #expect(try asked(first) == said(documents.request, besides: ["truncation"]))

        let question = try #require(try Recording.all("voyage/embeddings_query").first)
        let second = try bench(question, "voyage/voyage-3.5")
        let vector = try await RemoteEncoder(model, connection: second.connection)
            .encode(["Hello, world!"], as: .question)
        #expect(isClose(vector.prefix(3), [-0.004381, 0.048981, -0.031783]))
        #expect(try asked(second) == said(question.request, besides: ["truncation"]))
    }

    @Test("Gemini, brought to length 1")
    func gemini() async throws {
        let recording = try #require(try Recording.all("gemini/batchEmbedContents").first)
        let bench = try bench(recording, "gemini/gemini-embedding-2-preview", path: "")
        let model = EmbeddingModel(name: "gemini-embedding-2-preview", form: .gemini, dimensions: 8)
        let vector = try await RemoteEncoder(model, connection: bench.connection)
            .encode(["Hello, world!"], as: .question)
        #expect(isClose(vector.prefix(3), [-0.488273, 0.087182, 0.579079]))
        #expect(isClose(vector.suffix(1), [0.353123]))
        #expect(try asked(bench) == recording.request)
        let request = try #require(bench.server.requests.first)
        #expect(request.path == "/v1beta/models/gemini-embedding-2-preview:batchEmbedContents")
        #expect(request.headers["x-goog-api-key"] == "sk-0123456789")
        #expect(request.headers["authorization"] == nil)
        // It counts no tokens, so the call is booked at what was set aside.
        #expect(bench.ledger.entries.map(\.usage) == [TokenUsage()])
    }

    @Test("Ollama, without a key")
    func ollama() async throws {
        let bench = try SearchServiceBench("ollama/all-minilm", key: nil) { _ in
            .json(#"{"model": "all-minilm", "embeddings": [[3, 0, 4], [0, -2, 0]], "prompt_eval_count": 8}"#)
        }
        let model = EmbeddingModel(name: "all-minilm", form: .ollama, dimensions: 3)
        let vectors = try await RemoteEncoder(model, connection: bench.connection).encode(["a", "b"], as: .document)
        #expect(isClose(vectors, [0.6, 0, 0.8, 0, -1, 0]))
        #expect(try asked(bench) == ["model": "all-minilm", "input": ["a", "b"]])
        let request = try #require(bench.server.requests.first)
        #expect(request.path == "/api/embed")
        #expect(request.headers["authorization"] == nil)
    }

    @Test("Jina, and a length that is asked for")
    func jina() async throws {
        let bench = try SearchServiceBench("jina/jina-embeddings-v3", path: "/v1") { _ in
            .json(#"{"data": [{"index": 0, "embedding": [0, 1]}], "usage": {"total_tokens": 3}}"#)
        }
        let model = EmbeddingModel(name: "jina-embeddings-v3", form: .jina, dimensions: 2, takesDimensions: true)
        _ = try await RemoteEncoder(model, connection: bench.connection).encode(["a"], as: .document)
        let expected: JSONValue = [
            "model": "jina-embeddings-v3", "input": ["a"], "task": "retrieval.passage", "dimensions": 2,
        ]
        #expect(try asked(bench) == expected)
    }

    // MARK: - Batches

    /// Gives a text of `n` letters the vector (n, 1), last text first.
    private static func lengths(_ request: LoopbackRequest) -> LoopbackReply {
        let items = request.texts("input").enumerated().map { index, text in
            #"{"index": \#(index), "embedding": [\#(text.count), 1]}"#
        }
        return .json(#"{"data": [\#(items.reversed().joined(separator: ","))], "usage": {"total_tokens": 1}}"#)
    }

    private func angles(_ vectors: [Float]) -> [Int] {
        stride(from: 0, to: vectors.count, by: 2).map { Int((vectors[$0] / vectors[$0 + 1]).rounded()) }
    }

    @Test("Texts go out in batches and come back in order")
    func batches() async throws {
        let bench = try SearchServiceBench("local/lengths", RemoteEncoderTests.lengths)
        let model = EmbeddingModel(name: "lengths", form: .openai, dimensions: 2, maximumTexts: 3)
        let texts = (1...8).map { String(repeating: "x", count: $0) }
        let vectors = try await RemoteEncoder(model, connection: bench.connection).encode(texts, as: .document)
        #expect(angles(vectors) == Array(1...8))
        #expect(bench.server.requests.map { $0.texts("input").count } == [3, 3, 2])
        #expect(bench.ledger.entries.count == 3)
        #expect(try await RemoteEncoder(model, connection: bench.connection).encode([], as: .document).isEmpty)
        #expect(bench.server.requests.count == 3)
    }

    @Test("A batch keeps to the tokens of a request")
    func tokens() async throws {
        let bench = try SearchServiceBench("local/lengths", RemoteEncoderTests.lengths)
        let model = EmbeddingModel(name: "lengths", form: .openai, dimensions: 2, maximumRequestTokens: 200)
        // By the upward estimate a text of 100 letters has 74 tokens: two fit.
        let texts = (0..<5).map { String(repeating: "x", count: 100 + $0) }
        let vectors = try await RemoteEncoder(model, connection: bench.connection).encode(texts, as: .document)
        #expect(angles(vectors) == [100, 101, 102, 103, 104])
        #expect(bench.server.requests.map { $0.texts("input").count } == [2, 2, 1])
    }

    @Test("A batch that is too long goes apart, a text that is too long is cut")
    func tooLong() async throws {
        let bench = try SearchServiceBench("local/lengths") { request in
            guard request.texts("input").reduce(0, { $0 + $1.count }) <= 400 else {
                return .json(
                    #"{"error": {"code": 400, "message": "too long", "type": "exceed_context_size_error"}}"#,
                    status: 400
                )
            }
            return RemoteEncoderTests.lengths(request)
        }
        let model = EmbeddingModel(name: "lengths", form: .openai, dimensions: 2)
        let texts = [300, 200, 100, 700].map { String(repeating: "x", count: $0) }
        let vectors = try await RemoteEncoder(model, connection: bench.connection).encode(texts, as: .document)
        // 700 letters are cut by a third twice: 466, 310.
        #expect(angles(vectors) == [300, 200, 100, 310])
        #expect(bench.waits.all.isEmpty)
    }

    @Test("What the model does not read is not sent, and what is private does not leave")
    func prepared() async throws {
        let bench = try SearchServiceBench(
            "local/lengths",
            redact: { $0.replacing("Z12345678", with: "[account-1]") },
            RemoteEncoderTests.lengths
        )
        let model = EmbeddingModel(
            name: "lengths",
            form: .openai,
            dimensions: 2,
            contextTokens: 20,
            prefixes: [.question: "search_query: "]
        )
        let encoder = RemoteEncoder(model, connection: bench.connection)
        _ = try await encoder.encode(["is Z12345678 mine"], as: .question)
        #expect(bench.server.requests.last?.texts("input") == ["search_query: is [account-1] mine"])
        _ = try await encoder.encode([String(repeating: "word ", count: 40)], as: .document)
        // Each word is one piece by estimate.
        #expect(bench.server.requests.last?.texts("input") == [String(repeating: "word ", count: 20)])
        #expect(encoder.identifier == "local/lengths@2 question: search_query: ")
        #expect(encoder.measureName == ChunkMeasure.estimate.name)
        #expect(!encoder.isCalibrated)
    }

    @Test("Vectors of another address are other vectors")
    func elsewhere() throws {
        let bench = try SearchServiceBench("openai/e", path: "/v1", RemoteEncoderTests.lengths)
        let model = EmbeddingModel(name: "e", form: .openai, dimensions: 2)
        let usual = RemoteEncoder(model, connection: bench.connection)
        let other = RemoteEncoder(model, connection: bench.connection, isElsewhere: true)
        #expect(usual.identifier == "openai/e@2")
        #expect(other.identifier == "openai/e@2 at \(bench.server.baseURL)/v1")
    }

    // MARK: - What goes wrong

    struct Fault: Sendable, CustomTestStringConvertible {
        var name: String
        var reply: LoopbackReply
        var code: ModelError.Code
        var says: String
        var requests = 1
        var testDescription: String { name }

        static func vectors(_ text: String) -> LoopbackReply { .json(#"{"data": \#(text)}"#) }

        static let all = [
            Fault(
                name: "401",
                reply: .json(#"{"error": {"message": "Incorrect key: sk-0123456789"}}"#, status: 401),
                code: .keyRefused,
                says: "Incorrect key: ••••"
            ),
            Fault(
                name: "no money",
                reply: .json(#"{"error": {"message": "quota", "code": "insufficient_quota"}}"#, status: 429),
                code: .outOfMoney,
                says: "quota"
            ),
            Fault(name: "404", reply: LoopbackReply(status: 404), code: .unknownModel, says: "404"),
            Fault(name: "503", reply: LoopbackReply(status: 503), code: .overloaded, says: "503", requests: 3),
            Fault(
                name: "429 that asks for an hour",
                reply: LoopbackReply(status: 429, headers: ["Retry-After": "3600"]),
                code: .rateLimited,
                says: "429"
            ),
            Fault(
                name: "429 not to be repeated",
                reply: LoopbackReply(status: 429, headers: ["x-should-retry": "false"]),
                code: .rateLimited,
                says: "429"
            ),
            Fault(
                name: "fewer vectors",
                reply: vectors(#"[{"index": 0, "embedding": [1, 0]}]"#),
                code: .malformedReply,
                says: "1 vectors for 2 texts"
            ),
            Fault(
                name: "the same text twice",
                reply: vectors(#"[{"index": 1, "embedding": [1, 0]}, {"index": 1, "embedding": [1, 0]}]"#),
                code: .malformedReply,
                says: "which text"
            ),
            Fault(
                name: "another dimension",
                reply: vectors(#"[{"index": 0, "embedding": [1, 0]}, {"index": 1, "embedding": [1, 0, 0]}]"#),
                code: .malformedReply,
                says: "3 numbers and not 2"
            ),
            Fault(
                name: "null among the numbers",
                reply: vectors(#"[{"index": 0, "embedding": [1, 0]}, {"index": 1, "embedding": [1, null]}]"#),
                code: .malformedReply,
                says: "form"
            ),
            Fault(
                name: "NaN in base64",
                // 1.0 and a quiet NaN, little-endian.
                reply: vectors(#"[{"index": 0, "embedding": "AACAPwAAwH8="}, {"index": 1, "embedding": [1, 0]}]"#),
                code: .malformedReply,
                says: "not made of numbers"
            ),
            Fault(
                name: "half a number in base64",
                reply: vectors(#"[{"index": 0, "embedding": "AACA"}, {"index": 1, "embedding": [1, 0]}]"#),
                code: .malformedReply,
                says: "form"
            ),
            Fault(name: "a web page", reply: LoopbackReply("<html>"), code: .malformedReply, says: "form"),
            Fault(
                name: "an error with the status of success",
                reply: .json(#"{"error": {"message": "slow down", "type": "rate_limit_error"}}"#),
                code: .rateLimited,
                says: "slow down"
            ),
            Fault(
                name: "cut",
                reply: vectors(#"[{"index": 0, "embedding": [1, 0]}, {"index": 1"#).cut(after: 20),
                code: .cutOff,
                says: "127.0.0.1",
                requests: 3
            ),
            Fault(
                name: "sent to another host",
                reply: LoopbackReply(status: 307, headers: ["Location": "http://localhost:1/steal"]),
                code: .unreachable,
                says: "127.0.0.1"
            ),
        ]
    }

    @Test("A fault is an error with a code, and ends in a booking", arguments: Fault.all)
    func fault(_ fault: Fault) async throws {
        let bench = try SearchServiceBench("openai/e") { _ in fault.reply }
        let model = EmbeddingModel(name: "e", form: .openai, dimensions: 2)
        let error = try await #require(throws: ModelError.self) {
            try await RemoteEncoder(model, connection: bench.connection).encode(["a", "b"], as: .document)
        }
        #expect(error.code == fault.code)
        #expect(error.detail.contains(fault.says), "\(error.detail)")
        #expect(!"\(error)".contains("0123456789"))
        #expect(error.provider == "openai")
        #expect(bench.server.requests.count == fault.requests)
        #expect(bench.ledger.entries.map(\.ending) == [.failed(fault.code)])
    }

    @Test("A hint is followed, and the call is booked once")
    func hint() async throws {
        let bench = try SearchServiceBench("local/lengths", RemoteEncoderTests.lengths)
        bench.server.script(
            "/embeddings",
            LoopbackReply(status: 429, headers: ["Retry-After": "7"]),
            LoopbackReply(status: 529, headers: ["retry-after-ms": "1500"])
        )
        let model = EmbeddingModel(name: "lengths", form: .openai, dimensions: 2)
        let vectors = try await RemoteEncoder(model, connection: bench.connection).encode(["abc"], as: .question)
        #expect(angles(vectors) == [3])
        #expect(bench.waits.all == [.seconds(7), .milliseconds(1500)])
        #expect(bench.ledger.entries.map(\.ending) == [.answered])
    }

    @Test("A hint may be a date")
    func dates() async throws {
        let bench = try SearchServiceBench("local/lengths", RemoteEncoderTests.lengths)
        // The clock stands at 15:00:00.
        let hint = ["Retry-After": "Mon, 02 Mar 2026 15:00:06 GMT"]
        bench.server.script("/embeddings", LoopbackReply(status: 429, headers: hint))
        let model = EmbeddingModel(name: "lengths", form: .openai, dimensions: 2)
        _ = try await RemoteEncoder(model, connection: bench.connection).encode(["abc"], as: .question)
        #expect(bench.waits.all == [.seconds(6)])
    }

    @Test("The owner's plan is kept to")
    func plan() async throws {
        let limits = ModelLimits(requestsPerMinute: 2)
        let bench = try SearchServiceBench("local/lengths", limits: limits, RemoteEncoderTests.lengths)
        let model = EmbeddingModel(name: "lengths", form: .openai, dimensions: 2, maximumTexts: 1)
        let encoder = RemoteEncoder(model, connection: bench.connection)
        let vectors = try await encoder.encode(["a", "bb", "ccc", "dddd"], as: .document)
        #expect(angles(vectors) == [1, 2, 3, 4])
        // Two at once, then one in each half minute.
        #expect(bench.waits.all.map { ($0 / .seconds(1)).rounded() } == [30, 30])
        // A question waits no longer than anybody would.
        await #expect(throws: ModelError.self) { try await encoder.encode(["e"], as: .question) }
        #expect(bench.server.requests.count == 4)
    }

    @Test("What the service says of its limits is kept to")
    func limitsOfTheService() async throws {
        let bench = try SearchServiceBench("local/lengths", RemoteEncoderTests.lengths)
        let headers = [
            "Content-Type": "application/json", "x-ratelimit-limit-requests": "60",
            "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "60s",
        ]
        let body = #"{"data": [{"index": 0, "embedding": [1, 1]}]}"#
        bench.server.script("/embeddings", LoopbackReply(status: 200, headers: headers, body))
        let model = EmbeddingModel(name: "lengths", form: .openai, dimensions: 2, maximumTexts: 1)
        _ = try await RemoteEncoder(model, connection: bench.connection).encode(["a", "bb"], as: .document)
        // 60 come back in 60 seconds, one a second.
        #expect(bench.waits.all.map { ($0 / .seconds(1)).rounded() } == [1])
    }

    @Test("A service that failed several times is left alone")
    func rest() async throws {
        let bench = try SearchServiceBench("local/lengths") { _ in LoopbackReply(status: 503) }
        let model = EmbeddingModel(name: "lengths", form: .openai, dimensions: 2)
        let encoder = RemoteEncoder(model, connection: bench.connection)
        await #expect(throws: ModelError.self) { try await encoder.encode(["a"], as: .question) }
        #expect(bench.server.requests.count == 3)
        let error = await #expect(throws: ModelError.self) { try await encoder.encode(["a"], as: .question) }
        #expect(error?.code == .overloaded && error?.detail.contains("rests for another 30 s") == true)
        #expect(bench.server.requests.count == 3)
    }

    @Test("Nothing is sent that the budget does not allow")
    func budget() async throws {
        let refusal = ModelError(.overBudget, detail: "the budget of the day is used up")
        let bench = try SearchServiceBench(
            "local/lengths",
            ledger: SearchServiceBench.Ledger(refusal: refusal),
            RemoteEncoderTests.lengths
        )
        let model = EmbeddingModel(name: "lengths", form: .openai, dimensions: 2)
        await #expect(throws: refusal) {
            try await RemoteEncoder(model, connection: bench.connection).encode(["a"], as: .question)
        }
        #expect(bench.server.requests.isEmpty)
    }

    @Test("Nobody listens: one attempt, and nothing is charged")
    func nobody() async throws {
        let bench = try SearchServiceBench("local/lengths", RemoteEncoderTests.lengths)
        var connection = bench.connection
        connection.endpoint.baseURL = "http://127.0.0.1:1"
        let model = EmbeddingModel(name: "lengths", form: .openai, dimensions: 2)
        let error = try await #require(throws: ModelError.self) {
            try await RemoteEncoder(model, connection: connection).encode(["a"], as: .question)
        }
        #expect(error.code == .unreachable)
        #expect(bench.waits.all.isEmpty)
        #expect(bench.ledger.entries.map(\.usage) == [TokenUsage(input: 0, output: 0)])
    }
}
