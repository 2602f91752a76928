/// What writes and reasons: one model of one service, or a chain of them behind limits and a budget.
public protocol LanguageModel: Sendable {
    /// Sends a request and hands on what comes, piece by piece, until the reply is complete.
    ///
    /// Cancelling the task closes the connection within 100 ms.
    /// - Parameters:
    ///   - request: What is asked.
    ///   - receive: Takes each piece as it arrives; the next one is not read before it returns. What it throws ends the
    ///     exchange and is thrown on.
    /// - Returns: The whole reply.
    /// - Throws: `ModelError`, or `CancellationError` when the task was cancelled.
    func reply(
        to request: ModelRequest,
        receive: @Sendable (ModelEvent) async throws -> Void
    ) async throws -> ModelReply

    /// The most tokens that a request, all of it but its reply, may have for the model that it would go to first; nil where
    /// that is not known. Only the request's tier and its limit of output count.
    func inputTokens(for request: ModelRequest) -> Int?

    /// Forgets a reply that was kept to be given again, for it turned out not to be worth it.
    func forget(_ reply: ModelReply, to request: ModelRequest)
}

extension LanguageModel {
    /// Not known.
    public func inputTokens(for request: ModelRequest) -> Int? { nil }

    /// Nothing is kept.
    public func forget(_ reply: ModelReply, to request: ModelRequest) {}

    /// Sends a request and waits for the whole reply.
    ///
    /// - Throws: As `reply(to:receive:)` does.
    public func reply(to request: ModelRequest) async throws -> ModelReply {
        try await reply(to: request) { _ in }
    }
}
