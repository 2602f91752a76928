public import LanguageModels

/// Asks a model on behalf of one worker, and keeps what was asked and what was answered.
public struct ModelCorrespondence: Sendable {
    private let model: any LanguageModel
    /// What was asked so far, with what came of it.
    public private(set) var exchanges: [ModelExchange] = []

    /// A correspondence with `model`.
    public init(with model: any LanguageModel) {
        self.model = model
    }

    /// Sends a request and keeps it with its reply, or with its failure and what had been written until then.
    ///
    /// - Parameter receive: Takes each piece of the reply as it arrives.
    /// - Throws: `ModelError`, or `CancellationError` when the task was cancelled.
    public mutating func reply(
        to request: ModelRequest,
        receive: @Sendable (ModelEvent) async throws -> Void = { _ in }
    ) async throws -> ModelReply {
        let written = WrittenText()
        do {
            let reply = try await model.reply(to: request) { event in
                await written.take(event)
                try await receive(event)
            }
            exchanges.append(ModelExchange(request: request, reply: reply))
            return reply
        } catch {
            let text = await written.text
            exchanges.append(
                ModelExchange(request: request, partialText: text.isEmpty ? nil : text, failure: .init(error))
            )
            throw error
        }
    }
}

/// What a model has written of a reply that may never be completed.
private actor WrittenText {
    private(set) var text = ""

    func take(_ event: ModelEvent) {
        switch event {
        case .began: text = ""
        case .text(let more): text += more
        case .reasoning, .toolCall: break
        }
    }
}
