import Foundation
import JSON
import Transport

/// How requests for scores and their answers are written. It is pure: nothing is sent here.
struct RerankExchange: Sendable {
    let form: RerankForm

    private struct Body: Decodable {
        struct Item: Decodable {
            var index: Int
            var relevance_score: Double
        }
        struct Usage: Decodable {
            var total_tokens: Int?
        }
        struct Meta: Decodable {
            struct Billed: Decodable {
                var input_tokens: Double?
            }
            var billed_units: Billed?
        }
        var results: [Item]?
        var data: [Item]?
        var usage: Usage?
        var meta: Meta?
    }

    /// The HTTP request for the scores of all `texts`.
    ///
    /// - Throws: `ModelError`.
    func httpRequest(for texts: [String], question: String, to endpoint: ModelEndpoint) throws -> HTTPRequest {
        var body: [String: JSONValue] = [
            "model": .string(endpoint.name.model),
            "query": .string(question),
            "documents": .array(texts.map(JSONValue.string)),
            form == .voyage ? "top_k" : "top_n": .number(Double(texts.count)),
        ]
        if form != .cohere { body["return_documents"] = false }
        return try endpoint.post("/rerank", headers: endpoint.bearer, body: body)
    }

    /// The scores with the index of their texts, and the tokens that were read, where the service says.
    ///
    /// - Throws: `DecodingError` for what is no such answer.
    func answer(in body: Data) throws -> (scores: [(index: Int, score: Double)], tokens: Int?) {
        let body = try JSONDecoder().decode(Body.self, from: body)
        guard let items = form == .voyage ? body.data : body.results else {
            throw DecodingError.valueNotFound([Body.Item].self, .init(codingPath: [], debugDescription: "no scores"))
        }
        let tokens = body.usage?.total_tokens ?? body.meta?.billed_units?.input_tokens.flatMap { Int(exactly: $0) }
        return (items.map { ($0.index, $0.relevance_score) }, tokens)
    }
}
