import Foundation
import JSON
import LanguageModels
import MagnusTestSupport
import Testing

@Suite("Rerankers of services")
struct RemoteRerankerTests {
    private func asked(_ bench: SearchServiceBench) throws -> JSONValue {
        try #require(bench.server.requests.last.flatMap { JSONValue(json: $0.body) })
    }

    @Test("Voyage: top_k, and scores in data")
    func voyage() async throws {
        let bench = try SearchServiceBench("voyage/rerank-2.5", path: "/v1") { _ in
            .json(
                #"""
                {"object": "list", "data": [{"relevance_score": 0.83, "index": 1}, {"relevance_score": 0.21, "index": 0}],
                 "model": "rerank-2.5", "usage": {"total_tokens": 26}}
                """#
            )
        }
        let model = RerankModel(name: "rerank-2.5", form: .voyage, contextTokens: 32_000)
        let reranker = RemoteReranker(model, connection: bench.connection)
        #expect(try await reranker.scores(of: ["doc a", "doc b"], for: "assignment risk") == [0.21, 0.83])
        #expect(reranker.identifier == "voyage/rerank-2.5")
        let expected: JSONValue = [
            "query": "assignment risk", "documents": ["doc a", "doc b"], "model": "rerank-2.5", "top_k": 2,
            "return_documents": false,
        ]
        #expect(try asked(bench) == expected)
        let request = try #require(bench.server.requests.first)
        #expect(request.path == "/v1/rerank")
        #expect(request.headers["authorization"] == "Bearer sk-0123456789")
        #expect(bench.ledger.entries.map(\.usage) == [TokenUsage(input: 26, output: 0)])
        #expect(bench.ledger.entries.map(\.estimate.agent) == ["search"])
    }

    @Test("Jina and Cohere: top_n, and scores in results", arguments: [RerankForm.jina, .cohere])
    func results(form: RerankForm) async throws {
        let usage =
            form == .jina ? #""usage": {"total_tokens": 26}"# : #""meta": {"billed_units": {"search_units": 1}}"#
        let bench = try SearchServiceBench("service/model", path: "/v2") { _ in
            .json(
                #"{"results": [{"index": 1, "relevance_score": 0.87}, {"index": 0, "relevance_score": 0.2}], \#(usage)}"#
            )
        }
        let reranker = RemoteReranker(RerankModel(name: "model", form: form), connection: bench.connection)
        #expect(try await reranker.scores(of: ["doc a", "doc b"], for: "risk") == [0.2, 0.87])
        var expected: [String: JSONValue] = [
            "query": "risk", "documents": ["doc a", "doc b"], "model": "model", "top_n": 2,
        ]
        if form == .jina { expected["return_documents"] = false }
        #expect(try asked(bench) == .object(expected))
        #expect(bench.server.requests.first?.path == "/v2/rerank")
        #expect(bench.ledger.entries.map(\.usage?.input) == [form == .jina ? 26 : nil])
    }

    @Test("Texts of no model's reach are cut to what it reads, and what is private does not leave")
    func prepared() async throws {
        let bench = try SearchServiceBench(
            "local/reranker",
            redact: { $0.replacing("Z12345678", with: "[account-1]") }
        ) { _ in
            .json(#"{"results": [{"index": 0, "relevance_score": 1}]}"#)
        }
        let model = RerankModel(name: "reranker", form: .cohere, contextTokens: 24)
        let reranker = RemoteReranker(model, connection: bench.connection)
        _ = try await reranker.scores(of: [String(repeating: "word ", count: 40)], for: "Z12345678")
        let request = try #require(bench.server.requests.first)
        #expect(try request.json()["query"] as? String == "[account-1]")
        // The question has 5 pieces by estimate (brackets, hyphen, two words), three more are the model's own.
        #expect(request.texts("documents") == [String(repeating: "word ", count: 15)])
        #expect(try await reranker.scores(of: [], for: "x").isEmpty)
        #expect(bench.server.requests.count == 1)
    }

    @Test("Texts that the service finds too long are cut until it takes them")
    func tooLong() async throws {
        let bench = try SearchServiceBench("local/reranker") { request in
            request.text.count > 700
                ? .json(#"{"error": {"message": "x", "type": "exceed_context_size_error"}}"#, status: 400)
                : .json(#"{"results": [{"index": 0, "relevance_score": 1}]}"#)
        }
        let model = RerankModel(name: "reranker", form: .cohere, contextTokens: 8_000)
        let scores = try await RemoteReranker(model, connection: bench.connection)
            .scores(of: [String(repeating: "w", count: 900)], for: "q")
        #expect(scores == [1])
        #expect(bench.server.requests.map { $0.texts("documents").first?.count } == [900, 600])
    }

    @Test(
        "What does not say which text has which score is refused",
        arguments: [
            (#"{"results": [{"index": 0, "relevance_score": 1}]}"#, "1 scores for 2 texts"),
            (#"{"results": [{"index": 2, "relevance_score": 1}]}"#, "which text"),
            (#"{"results": [{"index": 0, "relevance_score": 1}, {"index": 0, "relevance_score": 1}]}"#, "which text"),
            (#"{"results": [{"index": 0, "relevance_score": null}]}"#, "form"),
            (#"{"data": []}"#, "form"), ("[]", "form"), ("", "form"),
        ]
    )
    func malformed(body: String, says: String) async throws {
        let bench = try SearchServiceBench("jina/model") { _ in .json(body) }
        let model = RerankModel(name: "model", form: .jina)
        let error = try await #require(throws: ModelError.self) {
            try await RemoteReranker(model, connection: bench.connection).scores(of: ["a", "b"], for: "q")
        }
        #expect(error.code == .malformedReply)
        #expect(error.detail.contains(says), "\(error.detail)")
        #expect(bench.ledger.entries.map(\.ending) == [.failed(.malformedReply)])
    }
}
