import Foundation

/// One request under way, as the tasks see it: sent once, to one address. Dropping it closes the connection.
final class Exchange: Sendable {
    private let buffer: ResponseBuffer
    private let id: Int
    private let loop: CurlLoop

    init(id: Int, buffer: ResponseBuffer, loop: CurlLoop) {
        (self.id, self.buffer, self.loop) = (id, buffer, loop)
    }

    deinit {
        cancel()
    }

    /// Whether any byte of an answer came.
    var hasReceived: Bool { buffer.hasReceived }

    /// The header, as soon as it is there. Cancelling the task cancels the exchange.
    ///
    /// - Throws: `TransportError`, `CancellationError`.
    func head() async throws -> ResponseHead {
        try await withTaskCancellationHandler {
            try await buffer.head()
        } onCancel: {
            cancel()
        }
    }

    /// The next bytes of the body; nil at its end. Cancelling the task cancels the exchange.
    ///
    /// - Throws: `TransportError`, `CancellationError`.
    func next() async throws -> Data? {
        try await withTaskCancellationHandler {
            try await buffer.next { loop.resume(id) }
        } onCancel: {
            cancel()
        }
    }

    /// The whole body. Cancelling the task cancels the exchange.
    ///
    /// - Throws: `TransportError`, `CancellationError`.
    func whole() async throws -> Data {
        try await withTaskCancellationHandler {
            try await buffer.whole()
        } onCancel: {
            cancel()
        }
    }

    /// Closes the connection, where the answer is not complete yet.
    func cancel() {
        if buffer.hasEnded { return }
        buffer.end(.cancelled)
        loop.cancel(id)
    }
}
