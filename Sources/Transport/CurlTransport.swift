import Foundation

/// HTTP by libcurl: HTTP/1.1 and HTTP/2, connections kept and used again, one thread for all of it.
///
/// The thread starts with the first request and ends when the transport goes away, or on `shutDown`. Certificates are always
/// verified. Redirects are followed within the same host unless the request allows more, at most five in a row.
public final class CurlTransport: HTTPTransport {
    private let options: TransportOptions
    private let pacing: RetryPacing
    private let loop: CurlLoop

    /// A transport that has not connected to anything yet.
    public init(options: TransportOptions = TransportOptions(), pacing: RetryPacing = RetryPacing()) {
        self.options = options
        self.pacing = pacing
        loop = CurlLoop(options: options)
    }

    deinit {
        loop.shutDown()
    }

    /// Ends all that is under way with `TransportError.shutDown`, closes all connections, and takes no more requests.
    public func shutDown() {
        loop.shutDown()
    }

    /// Sends `request` and waits for the whole answer, whatever its status.
    ///
    /// - Throws: `TransportError`, or `CancellationError` when the task was cancelled.
    public func response(to request: HTTPRequest) async throws -> HTTPResponse {
        try await repeating(request) { sending in
            let (head, exchange) = try await sending.open(total: request.timeouts.total, bufferLimit: .max)
            let body = try await exchange.whole()
            return (head, HTTPResponse(status: head.status, headers: head.headers, body: body))
        }
    }

    /// Sends `request` and returns as soon as the answer's header is there; the body follows piece by piece.
    ///
    /// The server is held back while more than `TransportOptions.streamBufferBytes` wait for the reader. As with every
    /// `AsyncThrowingStream`, a reader whose task is cancelled may see the body end without an error.
    /// - Throws: `TransportError`, or `CancellationError` when the task was cancelled.
    public func stream(_ request: HTTPRequest) async throws -> HTTPStream {
        try await repeating(request) { sending in
            let limit = options.streamBufferBytes
            let (head, exchange) = try await sending.open(total: request.timeouts.streamTotal, bufferLimit: limit)
            // The stream keeps the exchange and this transport; dropping it drops them, and closes the connection.
            let body = AsyncThrowingStream { [self] in
                defer { withExtendedLifetime(self) {} }
                return try await exchange.next()
            }
            return (head, HTTPStream(status: head.status, headers: head.headers, body: body))
        }
    }

    /// Sends by `send`, again and again as the request's policy says. An answer that is not the last is dropped.
    private func repeating<Answer>(
        _ request: HTTPRequest,
        send: (Sending) async throws -> (ResponseHead, Answer)
    ) async throws -> Answer {
        try request.checkHeaders()
        let decision = RetryDecision(policy: request.retry, method: request.method)
        var repeats = 0
        while true {
            let sending = Sending(request: request, loop: loop)
            let outcome: RetryDecision.Outcome
            let result: Result<Answer, any Error>
            do {
                try Task.checkCancellation()
                let (head, answer) = try await send(sending)
                outcome = .answer(head)
                result = .success(answer)
            } catch let error as TransportError {
                outcome = .failure(error, isBeforeAnswer: !sending.hasReceived)
                result = .failure(error)
            }
            let random = pacing.random()
            guard let wait = decision.wait(after: outcome, repeats: repeats, random: random, now: pacing.now()) else {
                return try result.get()
            }
            try await pacing.sleep(wait)
            repeats += 1
        }
    }
}
