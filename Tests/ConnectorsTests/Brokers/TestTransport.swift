import Foundation
import MagnusTestSupport
import Transport

/// The real transport, which sends each request once and waits no longer than told: a test counts what a connector asks for.
struct TestTransport: HTTPTransport {
    static let once = TestTransport()

    /// Lives as long as what asks it.
    var server: LoopbackServer?
    /// How long the first byte of an answer may take.
    var patience = Duration.seconds(20)
    private let transport = CurlTransport()

    init(server: LoopbackServer? = nil) {
        self.server = server
    }

    func response(to request: HTTPRequest) async throws -> HTTPResponse {
        try await transport.response(to: once(request))
    }

    func stream(_ request: HTTPRequest) async throws -> HTTPStream {
        try await transport.stream(once(request))
    }

    private func once(_ request: HTTPRequest) -> HTTPRequest {
        var request = request
        request.retry = .never
        request.timeouts.firstByte = patience
        return request
    }
}
