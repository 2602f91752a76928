import Foundation
import JSON
import LanguageModels
import MagnusTestSupport
import Retrieval
import Testing

/// What is sent for vectors and scores, beside the services' own descriptions where there are any (see
/// `Fixtures/Wire/NOTICE.md`), and beside recorded or composed requests where there are none.
@Suite("Requests for vectors and scores beside their descriptions")
struct SearchContractTests {
    private func check(_ file: String, root: String? = nil) throws -> SchemaCheck {
        guard case .object(var schema) = try Recording.json(file) else { throw CocoaError(.fileReadCorruptFile) }
        if let root { schema["$ref"] = .string(root) }
        return SchemaCheck(.object(schema))
    }

    /// What a service is asked for vectors of `texts`.
    private func asked(
        _ model: LanguageModels.EmbeddingModel,
        _ name: String,
        _ texts: [String],
        as role: EncodedRole
    ) async throws -> JSONValue {
        let bench = try SearchServiceBench(name) { _ in LoopbackReply(status: 400) }
        await #expect(throws: ModelError.self) {
            try await RemoteEncoder(model, connection: bench.connection).encode(texts, as: role)
        }
        return try #require(bench.server.requests.first.flatMap { JSONValue(json: $0.body) })
    }

    /// What a service is asked for scores.
    private func asked(_ form: RerankForm, _ name: String, _ texts: [String], _ question: String) async throws
        -> JSONValue
    {
        let bench = try SearchServiceBench(name) { _ in LoopbackReply(status: 400) }
        let model = RerankModel(name: "m", form: form, contextTokens: 4_096)
        await #expect(throws: ModelError.self) {
            try await RemoteReranker(model, connection: bench.connection).scores(of: texts, for: question)
        }
        return try #require(bench.server.requests.first.flatMap { JSONValue(json: $0.body) })
    }

    @Test("OpenAI and Ollama, with and without a length and base64", arguments: [false, true], [false, true])
    func described(takesBase64: Bool, takesDimensions: Bool) async throws {
        let openAI = try check("openai/openapi.slice", root: "#/components/schemas/CreateEmbeddingRequest")
        let ollama = try check("ollama/schema.EmbedRequest")
        for (form, check) in [(EmbeddingForm.openai, openAI), (.ollama, ollama)] {
            let model = EmbeddingModel(
                name: "m",
                form: form,
                dimensions: 3,
                takesBase64: takesBase64,
                takesDimensions: takesDimensions
            )
            for texts in [["a"], ["a", "b"]] {
                let body = try await asked(model, "service/m", texts, as: .document)
                #expect(check.faults(in: body) == [])
                #expect((body["dimensions"] != nil) == takesDimensions)
            }
        }
    }

    @Test("The descriptions can find faults")
    func faults() throws {
        let openAI = try check("openai/openapi.slice", root: "#/components/schemas/CreateEmbeddingRequest")
        let ollama = try check("ollama/schema.EmbedRequest")
        for check in [openAI, ollama] {
            #expect(check.faults(in: ["model": "m", "input": ["a"]]) == [])
            for wrong: JSONValue in [
                ["model": "m"], ["model": "m", "input": 5], ["model": "m", "input": ["a"], "dimensions": "3"],
                ["model": "m", "input": ["a"], "colour": "red"], ["input": ["a"]],
            ] {
                #expect(!check.faults(in: wrong).isEmpty, "\(wrong)")
            }
        }
    }

    /// The members of a recorded request that some clients send as null are left out; Magnus cuts texts itself.
    private func said(_ file: String) throws -> JSONValue {
        guard case .object(let members) = try #require(Recording.all(file).first).request else { return .null }
        return .object(members.filter { $0.value != .null && $0.key != "truncation" })
    }

    @Test("Voyage, Gemini and Jina: vectors, as recorded or composed")
    func recordedVectors() async throws {
        let voyage = EmbeddingModel(name: "voyage-3.5", form: .voyage, dimensions: 1_024, takesBase64: true)
        let hello = ["Hello, world!"]
        #expect(
            try await asked(voyage, "voyage/voyage-3.5", ["hello", "world"], as: .document)
                == said("voyage/embeddings_documents")
        )
        #expect(
            try await asked(voyage, "voyage/voyage-3.5", hello, as: .question) == said("voyage/embeddings_query")
        )
        #expect(
            try await asked(voyage, "voyage/nonexistent", hello, as: .question) == said("voyage/embeddings_error")
        )
        let gemini = EmbeddingModel(name: "g", form: .gemini, dimensions: 8)
        #expect(
            try await asked(gemini, "gemini/nonexistent-model", hello, as: .question) == said("gemini/embed_error_404")
        )
        let openAI = EmbeddingModel(name: "nonexistent", form: .openai, dimensions: 8, takesBase64: true)
        #expect(
            try await asked(openAI, "openai/nonexistent", hello, as: .question) == said("openai/embeddings_error")
        )
        let jina = EmbeddingModel(name: "jina-embeddings-v3", form: .jina, dimensions: 3)
        #expect(
            try await asked(jina, "jina/jina-embeddings-v3", ["doc a"], as: .document) == said("jina/embeddings")
        )
    }

    @Test("Voyage and Jina: scores, as composed; Cohere is told to send no member that it does not know")
    func composedScores() async throws {
        let texts = ["doc a", "doc b"]
        #expect(
            try await asked(.voyage, "voyage/rerank-2.5", texts, "assignment risk") == said("voyage/rerank")
        )
        #expect(
            try await asked(.jina, "jina/jina-reranker-v2-base-multilingual", texts, "assignment risk")
                == said("jina/rerank")
        )
        // Its API, version 2, names model, query, documents, top_n, max_tokens_per_doc and priority.
        let cohere: JSONValue = ["model": "rerank-v3.5", "query": "q", "documents": ["a", "b"], "top_n": 2]
        #expect(try await asked(.cohere, "cohere/rerank-v3.5", ["a", "b"], "q") == cohere)
    }
}
