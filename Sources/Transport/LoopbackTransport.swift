/// A transport that reaches this machine and nothing else: a request to any other host is refused before it is sent.
public struct LoopbackTransport: HTTPTransport {
    private let base: any HTTPTransport
    private let reason: String

    /// A transport that hands what is for this machine to `base`.
    ///
    /// - Parameter reason: Why nothing else is reached, in a few words: `Magnus is offline`.
    public init(_ base: any HTTPTransport, reason: String) {
        self.base = base
        self.reason = reason
    }

    /// Sends a request to this machine and waits for the whole answer.
    ///
    /// - Throws: `TransportError`, of code `cannotConnect` for another host; `CancellationError`.
    public func response(to request: HTTPRequest) async throws -> HTTPResponse {
        try check(request)
        return try await base.response(to: request)
    }

    /// Sends a request to this machine and returns when the answer's header is there.
    ///
    /// - Throws: `TransportError`, of code `cannotConnect` for another host; `CancellationError`.
    public func stream(_ request: HTTPRequest) async throws -> HTTPStream {
        try check(request)
        return try await base.stream(request)
    }

    /// By the parser that curl itself connects by. Redirects need no look: none leads to another host.
    private func check(_ request: HTTPRequest) throws {
        let host = try CurlAddress(request.url).host
        guard ThisMachine.isNamed(host) else {
            throw TransportError(.cannotConnect, host: host, detail: "not asked, for " + reason)
        }
    }
}
