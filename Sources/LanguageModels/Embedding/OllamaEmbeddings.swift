import Foundation
import JSON
import Retrieval
import Transport

/// Ollama's `POST /api/embed`; its vectors come in the order of the texts.
struct OllamaEmbeddings: EmbeddingWire {
    private struct Body: Decodable {
        var embeddings: [WireVector]
        var prompt_eval_count: Int?
    }

    func httpRequest(
        for texts: [String],
        as role: EncodedRole,
        by model: EmbeddingModel,
        to endpoint: ModelEndpoint
    ) throws -> HTTPRequest {
        var body: [String: JSONValue] = [
            "model": .string(endpoint.name.model),
            "input": .array(texts.map(JSONValue.string)),
        ]
        if model.takesDimensions { body["dimensions"] = .number(Double(model.dimensions)) }
        return try endpoint.post("/api/embed", headers: endpoint.bearer, body: body)
    }

    func answer(in body: Data) throws -> EmbeddingAnswer {
        let body = try JSONDecoder().decode(Body.self, from: body)
        return EmbeddingAnswer(vectors: body.embeddings.map { (nil, $0.values) }, tokens: body.prompt_eval_count)
    }
}
