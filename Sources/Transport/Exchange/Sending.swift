/// A request sent once, through its redirects. Used by one task.
final class Sending {
    private let request: HTTPRequest
    private let loop: CurlLoop
    private var exchange: Exchange?

    init(request: HTTPRequest, loop: CurlLoop) {
        (self.request, self.loop) = (request, loop)
    }

    /// Whether any byte of an answer came to the last request that went out.
    var hasReceived: Bool { exchange?.hasReceived ?? false }

    /// Sends the request, follows redirects, and returns when the header of the answer is there.
    ///
    /// - Parameters:
    ///   - total: The time for all of it, from now to the end of the body.
    ///   - bufferLimit: How many bytes of the body may wait for the reader.
    /// - Throws: `TransportError`, `CancellationError`.
    func open(total: Duration?, bufferLimit: Int) async throws -> (ResponseHead, Exchange) {
        let deadline = total.map { ContinuousClock.now + $0 }
        var request = request
        var redirects = 0
        while true {
            let address = try CurlAddress(request.url)
            let exchange = loop.send(request, to: address, deadline: deadline, bufferLimit: bufferLimit)
            self.exchange = exchange
            let head = try await exchange.head()
            guard let next = try Redirect.next(after: request, at: address, head: head) else { return (head, exchange) }
            redirects += 1
            guard redirects <= Redirect.limit else {
                let detail = "it redirects more than \(Redirect.limit) times"
                throw TransportError(.redirectRefused, host: address.host, detail: detail)
            }
            // Read to its end, so that the connection can be used again.
            while try await exchange.next() != nil {}
            request = next
        }
    }
}
