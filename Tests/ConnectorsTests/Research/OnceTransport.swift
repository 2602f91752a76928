import MagnusTestSupport
import Transport

/// The transport that the program uses, without its retries, so that a test sees each answer exactly once.
struct OnceTransport: HTTPTransport {
    /// Lives as long as what asks it.
    let server: LoopbackServer?
    /// How long it waits for a first byte.
    let patience: Duration

    private let transport = CurlTransport()

    init(server: LoopbackServer? = nil, patience: Duration = .seconds(5)) {
        self.server = server
        self.patience = patience
    }

    func response(to request: HTTPRequest) async throws -> HTTPResponse {
        var request = request
        request.retry = .never
        request.timeouts.firstByte = patience
        return try await transport.response(to: request)
    }

    func stream(_ request: HTTPRequest) async throws -> HTTPStream {
        try await transport.stream(request)
    }
}
