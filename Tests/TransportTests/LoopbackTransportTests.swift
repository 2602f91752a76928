import Foundation
import MagnusTestSupport
import Synchronization
import Testing
import Transport

@Suite(.timeLimit(.minutes(20))) struct LoopbackTransportTests {
    /// A transport that notes what reaches it and answers nothing.
    private final class Noting: HTTPTransport {
        private let urls = Mutex<[String]>([])
        var asked: [String] { urls.withLock { $0 } }

        func response(to request: HTTPRequest) async throws -> HTTPResponse {
            urls.withLock { $0.append(request.url) }
            return HTTPResponse(status: 204)
        }

        func stream(_ request: HTTPRequest) async throws -> HTTPStream {
            urls.withLock { $0.append(request.url) }
            return HTTPStream(status: 204, headers: [:], body: AsyncThrowingStream { nil })
        }
    }

    @Test(arguments: [
        "http://localhost:1/", "http://LOCALHOST/", "http://127.0.0.1/", "http://127.1/", "http://[::1]:8080/v1",
        "http://a.localhost/",
    ])
    func thisMachineIsReached(url: String) async throws {
        let base = Noting()
        let transport = LoopbackTransport(base, reason: "a test")
        #expect(try await transport.response(to: HTTPRequest(.get, url)).status == 204)
        #expect(try await transport.stream(HTTPRequest(.get, url)).status == 204)
        #expect(base.asked == [url, url])
    }

    @Test(arguments: [
        "https://api.openai.com/v1", "http://10.0.0.1/", "http://localhost.example.com/",
        "http://127.0.0.1.example.com/",
        "http://[::2]/", "http://128.0.0.1/", "http://0.0.0.0/",
    ])
    func everythingElseIsRefusedBeforeItIsSent(url: String) async throws {
        let base = Noting()
        let transport = LoopbackTransport(base, reason: "Magnus is offline")
        let whole = try await failure { _ = try await transport.response(to: HTTPRequest(.get, url)) }
        let streamed = try await failure { _ = try await transport.stream(HTTPRequest(.get, url)) }
        #expect(whole?.code == .cannotConnect && whole?.detail == "not asked, for Magnus is offline")
        #expect(streamed == whole && base.asked.isEmpty)
    }
}
