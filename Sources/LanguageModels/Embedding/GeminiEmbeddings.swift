import Foundation
import JSON
import Retrieval
import Transport

/// Gemini's `POST /v1beta/models/MODEL:batchEmbedContents`; its vectors come in the order of the texts, and it counts no
/// tokens.
struct GeminiEmbeddings: EmbeddingWire {
    private struct Body: Decodable {
        struct Item: Decodable {
            var values: WireVector
        }
        var embeddings: [Item]
    }

    func httpRequest(
        for texts: [String],
        as role: EncodedRole,
        by model: EmbeddingModel,
        to endpoint: ModelEndpoint
    ) throws -> HTTPRequest {
        let name = "models/" + endpoint.name.model
        guard let path = name.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) else {
            throw endpoint.failure(.unknownModel, "the model's name cannot be part of an address")
        }
        let requests = texts.map { text in
            var request: [String: JSONValue] = [
                "model": .string(name),
                "content": ["parts": [["text": .string(text)]]],
                "taskType": role == .question ? "RETRIEVAL_QUERY" : "RETRIEVAL_DOCUMENT",
            ]
            if model.takesDimensions { request["outputDimensionality"] = .number(Double(model.dimensions)) }
            return JSONValue.object(request)
        }
        return try endpoint.post(
            "/v1beta/\(path):batchEmbedContents",
            headers: endpoint.key.map { ["x-goog-api-key": $0.revealed] } ?? [:],
            body: ["requests": .array(requests)]
        )
    }

    func answer(in body: Data) throws -> EmbeddingAnswer {
        let body = try JSONDecoder().decode(Body.self, from: body)
        return EmbeddingAnswer(vectors: body.embeddings.map { (nil, $0.values.values) })
    }
}
