import Foundation
import JSON
import Retrieval
import Transport

/// `POST /embeddings` as OpenAI defined it, with what Voyage and Jina add.
struct OpenAIEmbeddings: EmbeddingWire {
    /// What a service adds.
    enum Dialect: Sendable {
        case plain, voyage, jina
    }

    let dialect: Dialect

    private struct Body: Decodable {
        struct Item: Decodable {
            var index: Int?
            var embedding: WireVector
        }
        struct Usage: Decodable {
            var prompt_tokens: Int?
            var total_tokens: Int?
        }
        var data: [Item]
        var usage: Usage?
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
        if model.takesBase64 { body["encoding_format"] = "base64" }
        let dimensions = JSONValue.number(Double(model.dimensions))
        switch dialect {
        case .plain:
            if model.takesDimensions { body["dimensions"] = dimensions }
        case .voyage:
            body["input_type"] = role == .question ? "query" : "document"
            if model.takesDimensions { body["output_dimension"] = dimensions }
        case .jina:
            body["task"] = role == .question ? "retrieval.query" : "retrieval.passage"
            if model.takesDimensions { body["dimensions"] = dimensions }
        }
        return try endpoint.post("/embeddings", headers: endpoint.bearer, body: body)
    }

    func answer(in body: Data) throws -> EmbeddingAnswer {
        let body = try JSONDecoder().decode(Body.self, from: body)
        return EmbeddingAnswer(
            vectors: body.data.map { ($0.index, $0.embedding.values) },
            tokens: body.usage?.total_tokens ?? body.usage?.prompt_tokens
        )
    }
}

extension ModelEndpoint {
    /// The key as most services want it; nothing where there is none.
    var bearer: HTTPHeaders {
        key.map { ["Authorization": "Bearer " + $0.revealed] } ?? [:]
    }
}
