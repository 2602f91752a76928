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
}

extension LanguageModel {
    /// Sends a request and waits for the whole reply.
    ///
    /// - Throws: As `reply(to:receive:)` does.
    public func reply(to request: ModelRequest) async throws -> ModelReply {
        try await reply(to: request) { _ in }
    }
}
