public import Retrieval
import Transport

/// A reranker that asks a service.
public struct RemoteReranker: Reranker {
    private let model: RerankModel
    private let connection: ServiceConnection

    /// A reranker.
    public init(_ model: RerankModel, connection: ServiceConnection) {
        self.model = model
        self.connection = connection
    }

    /// Names provider and model.
    public var identifier: String { connection.endpoint.name.description }
    /// The most texts it looks at for a question.
    public var maximumTexts: Int { model.maximumTexts }

    /// How well each of `texts` answers `question`, from the service.
    ///
    /// - Throws: `ModelError`, `CancellationError`.
    public func scores(of texts: [String], for question: String) async throws -> [Double] {
        guard !texts.isEmpty else { return [] }
        let question = ServiceConnection.beginning(of: connection.redact(question), tokens: model.contextTokens / 2)
        // Three tokens part question and text and end them.
        let room = model.contextTokens - ChunkMeasure.estimate.pieces(in: question) - 3
        var texts = texts.map { ServiceConnection.beginning(of: connection.redact($0), tokens: room) }
        while true {
            do {
                return try await answer(texts, question)
            } catch let error as ModelError where error.code == .tooLong && texts.contains(where: { $0.count > 64 }) {
                // What a passage is about, its beginning says.
                texts = texts.map { String($0.prefix(max(64, $0.count * 2 / 3))) }
            }
        }
    }

    private func answer(_ texts: [String], _ question: String) async throws -> [Double] {
        let endpoint = connection.endpoint
        let exchange = RerankExchange(form: model.form)
        let estimate = CallEstimate(
            model: endpoint.name,
            agent: "search",
            // Each text is read together with the question.
            inputTokens: ServiceConnection.estimatedTokens(texts) + texts.count * question.utf8.count / 2,
            maximumOutputTokens: 0,
            price: model.price
        )
        return try await connection.answer(
            to: try exchange.httpRequest(for: texts, question: question, to: endpoint),
            of: estimate,
            patience: connection.patience
        ) { body in
            let (found, tokens) = try exchange.answer(in: body)
            var scores = [Double?](repeating: nil, count: texts.count)
            for (index, score) in found {
                guard scores.indices.contains(index), scores[index] == nil, score.isFinite else {
                    throw endpoint.failure(.malformedReply, "its scores do not say which text each belongs to")
                }
                scores[index] = score
            }
            let all = scores.compactMap(\.self)
            guard all.count == texts.count else {
                throw endpoint.failure(.malformedReply, "it sent \(all.count) scores for \(texts.count) texts")
            }
            return (all, tokens)
        }
    }
}
