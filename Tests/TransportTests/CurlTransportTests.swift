import Foundation
import MagnusTestSupport
import Testing
import Transport

@Suite(.timeLimit(.minutes(20))) struct CurlTransportTests {
    @Test(arguments: [HTTPRequest.Method.get, .post, .put, .patch, .delete])
    func sendsMethodHeadersAndBody(method: HTTPRequest.Method) async throws {
        let server = try LoopbackServer { request in
            LoopbackReply(status: 201, headers: ["X-Seen": request.method], "done")
        }
        let body = method == .get ? nil : Data("{\"a\": \"é\u{0}\"}".utf8)
        let request = HTTPRequest(
            method,
            server.baseURL + "/orders?x=%20y",
            headers: ["Authorization": "Bearer s3cret", "X-Empty": "", "X-Name": "Zürich"],
            body: body
        )
        let transport = CurlTransport(options: TransportOptions(userAgent: "magnus/9.9"))
        let response = try await transport.response(to: request)
        #expect(response.status == 201 && response.isSuccess)
        #expect(response.headers["x-seen"] == method.rawValue)
        #expect(response.body == Data("done".utf8))
        let seen = try #require(server.requests.first)
        #expect(seen.method == method.rawValue && seen.target == "/orders?x=%20y")
        #expect(seen.body == body ?? Data())
        #expect(seen.headers["authorization"] == "Bearer s3cret" && seen.headers["x-name"] == "Zürich")
        #expect(seen.headers["x-empty"] == "" && seen.headers["user-agent"] == "magnus/9.9")
        #expect(seen.headers["content-type"] == nil && seen.headers["expect"] == nil)
        #expect(seen.headers["content-length"] == body.map { String($0.count) })
    }

    @Test(arguments: [HTTPRequest.Method.post, .put, .patch]) func announcesAnEmptyBody(method: HTTPRequest.Method)
        async throws
    {
        let server = try LoopbackServer { _ in LoopbackReply(status: 204) }
        let response = try await CurlTransport().response(to: HTTPRequest(method, server.baseURL + "/"))
        #expect(response.status == 204 && response.body.isEmpty)
        #expect(server.requests.first?.headers["content-length"] == "0")
    }

    @Test func headHasNoBody() async throws {
        let server = try LoopbackServer { _ in LoopbackReply("not sent") }
        let response = try await CurlTransport().response(to: HTTPRequest(.head, server.baseURL + "/"))
        #expect(response.body.isEmpty && response.headers["Content-Length"] == "8")
        #expect(server.requests.first?.method == "HEAD")
    }

    @Test func sendsAndReceivesLargeBodies() async throws {
        let server = try LoopbackServer { request in LoopbackReply(body: request.body) }
        let body = Data((0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) })
        let request = HTTPRequest(.post, server.baseURL + "/", body: body, timeouts: patient)
        #expect(try await CurlTransport().response(to: request).body == body)
    }

    @Test(arguments: [400, 401, 403, 404, 418]) func aFailureStatusIsAnAnswer(status: Int) async throws {
        let server = try LoopbackServer { _ in .json(#"{"error": "no"}"#, status: status) }
        let response = try await CurlTransport().response(to: HTTPRequest(.get, server.baseURL + "/"))
        #expect(response.status == status && !response.isSuccess && response.body == Data(#"{"error": "no"}"#.utf8))
    }

    @Test func keepsRepeatedHeadersInOrder() async throws {
        let raw =
            "HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\nHTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nset-cookie:  b=2 \r\n"
            + "X-Folded: one\r\n two\r\nContent-Length: 2\r\n\r\nok"
        let server = try LoopbackServer { _ in .raw(raw) }
        let response = try await CurlTransport().response(to: HTTPRequest(.get, server.baseURL + "/"))
        #expect(response.headers.fields.filter { $0.name.lowercased() == "set-cookie" }.map(\.value) == ["a=1", "b=2"])
        #expect(response.headers["x-folded"] == "one two" && response.headers["x-early"] == nil)
        #expect(response.body == Data("ok".utf8))
    }

    @Test func usesAConnectionAgain() async throws {
        let server = try LoopbackServer { request in LoopbackReply(request.path) }
        let transport = CurlTransport()
        for path in ["/a", "/b", "/c"] { #expect(try await transport.text(server.baseURL + path) == path) }
        #expect(server.connections == 1)
    }

    @Test func manyAtOnceAreAnsweredEachWithItsOwn() async throws {
        let server = try LoopbackServer { request in LoopbackReply(request.path) }
        let transport = CurlTransport()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<60 {
                group.addTask {
                    let text = try await transport.text(server.baseURL + "/\(number)")
                    #expect(text == "/\(number)")
                }
            }
            try await group.waitForAll()
        }
        #expect(server.requests.count == 60)
    }

    /// The encoded bodies were made by Python's gzip and zlib and by the brotli program.
    @Test(arguments: [
        ("gzip", "H4sIAAAAAAACA6tWykksLlGyUlAyNNIzNlHSUVDKS8xNBQlEHd5TlJmcoVQLACdhqDgkAAAA"),
        ("deflate", "eJyrVspJLC5RslJQMjTSMzZR0lFQykvMTQUJRB3eU5SZnKFUCwC4RwrV"),
        ("br", "jxGAeyJsYXN0IjogIjEyLjM0IiwgIm5hbWUiOiAiWsO8cmljaCJ9Aw=="),
    ])
    func decodes(encoding: String, base64: String) async throws {
        let body = try #require(Data(base64Encoded: base64))
        let server = try LoopbackServer { _ in LoopbackReply(headers: ["Content-Encoding": encoding], body: body) }
        #expect(try await CurlTransport().text(server.baseURL + "/") == #"{"last": "12.34", "name": "Zürich"}"#)
        let accepted = try #require(server.requests.first?.headers["accept-encoding"])
        #expect(accepted.contains(encoding))
    }

    @Test(.timeLimit(.minutes(20))) func closesItsConnectionsWhenItGoesAway() async throws {
        let server = try LoopbackServer { _ in LoopbackReply("ok") }
        var transport: CurlTransport? = CurlTransport()
        _ = try await transport?.text(server.baseURL + "/")
        #expect(server.clientCloses == 0)
        transport = nil
        await server.clientClosed()
        #expect(server.clientCloses == 1)
    }

    @Test func shutDownEndsWhatIsUnderWay() async throws {
        let server = try LoopbackServer { _ in .silence }
        let transport = CurlTransport()
        async let pending = failure { _ = try await transport.response(to: HTTPRequest(.get, server.baseURL + "/")) }
        await server.requestsArrived()
        transport.shutDown()
        #expect(try await pending?.code == .shutDown)
        await server.clientClosed()
        let later = try await failure { _ = try await transport.text(server.baseURL + "/") }
        #expect(later?.code == .shutDown)
        transport.shutDown()
    }

    @Test func unusedItStartsNothing() {
        CurlTransport().shutDown()
        _ = CurlTransport()
    }
}
