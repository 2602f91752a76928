import Foundation
import MagnusTestSupport
import Testing
import Transport

@Suite(.timeLimit(.minutes(20))) struct FaultTests {
    @Test(arguments: [
        (LoopbackReply.closed, TransportError.Code.connectionLost), (.reset, .connectionLost),
        (LoopbackReply("0123456789").cut(after: 4), .connectionLost),
        (LoopbackReply("0123456789").cut(after: 4, ending: .reset), .connectionLost),
        (.raw("HTTP/1.1 200 OK\r\nContent-Le"), .connectionLost),
        (.raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc"), .connectionLost),
        (.raw("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n0\r\n\r\n"), .connectionLost),
        (.garbled, .malformedResponse), (.raw("HTTP/1.1 abc OK\r\n\r\n"), .malformedResponse),
        (.raw("220 mail.example ESMTP\r\n"), .malformedResponse),
        (LoopbackReply(headers: ["Content-Encoding": "gzip"], "no gzip at all"), .malformedResponse),
    ])
    func aBrokenAnswerIsAnError(reply: LoopbackReply, code: TransportError.Code) async throws {
        let server = try LoopbackServer { _ in reply }
        let request = HTTPRequest(.get, server.baseURL + "/secret?token=s3cret", timeouts: patient, retry: .never)
        let error = try await failure { _ = try await CurlTransport().response(to: request) }
        #expect(error?.code == code)
        #expect(error?.host == "127.0.0.1")
        #expect(error?.description.contains("s3cret") == false && error?.description.contains("/secret") == false)
    }

    @Test func aBodyWithoutEndIsWhateverCame() async throws {
        let server = try LoopbackServer { _ in .raw("HTTP/1.1 200 OK\r\n\r\nall of it") }
        #expect(try await CurlTransport().text(server.baseURL + "/") == "all of it")
    }

    @Test func nobodyListens() async throws {
        let server = try LoopbackServer()
        let url = server.baseURL + "/secret"
        server.stop()
        // The port is free once the server's thread has let it go; a new connection is refused from then on.
        var code: TransportError.Code?
        repeat {
            code = try await failure {
                _ = try await CurlTransport().response(to: HTTPRequest(.get, url, retry: .never))
            }?.code
        } while code == .connectionLost
        #expect(code == .cannotConnect)
    }

    @Test func anUnknownHost() async throws {
        let request = HTTPRequest(.get, "http://no-such-host.invalid/", timeouts: patient)
        let error = try await failure { _ = try await CurlTransport().response(to: request) }
        #expect(error == TransportError(.hostNotFound, host: "no-such-host.invalid", detail: "no such host is known"))
    }

    @Test(arguments: [
        "ftp://example.com/x", "file:///etc/passwd", "example.com", "http://", "",
        "https://user:pw@example.com/",
        "http://exa mple.com/", "http://example.com/a b", "http://example.com/\r\nX: y", "gopher://127.0.0.1/",
        "http://[::1",
        "http://example.com:99999/", "http://example.com/\u{0}@other.example",
    ])
    func anAddressThatIsNone(url: String) async throws {
        let error = try await failure { _ = try await CurlTransport().response(to: HTTPRequest(.get, url)) }
        #expect(error?.code == .badAddress)
        #expect(error?.description.contains("pw") == false)
    }

    @Test(arguments: [
        ("X-A", "b\r\nX-C: d"), ("X-A", "b\nc"), ("X-A", "b\u{0}"), ("X A", "b"), ("X-A:", "b"), ("", "b"),
        ("X\r\nY", "b"),
    ])
    func aHeaderFieldThatWouldBecomeTwo(name: String, value: String) async throws {
        let server = try LoopbackServer { _ in LoopbackReply("ok") }
        var headers = HTTPHeaders()
        headers.add(name, value)
        let request = HTTPRequest(.get, server.baseURL + "/", headers: headers)
        let error = try await failure { _ = try await CurlTransport().response(to: request) }
        #expect(error?.code == .badAddress)
        #expect(server.connections == 0)
    }

    @Test func theLengthIsWhatIsSent() async throws {
        let server = try LoopbackServer { _ in LoopbackReply("ok") }
        let headers: HTTPHeaders = ["Content-Length": "1", "Transfer-Encoding": "chunked"]
        let request = HTTPRequest(.post, server.baseURL + "/", headers: headers, body: Data("GET /x".utf8))
        _ = try await CurlTransport().response(to: request)
        #expect(server.requests.map(\.text) == ["GET /x"])
        #expect(server.requests.first?.headers["content-length"] == "6")
    }

    @Test(arguments: [(99, true), (100, false), (101, false)])
    func aBodyMayBeAsLargeAsAllowed(limit: Int, isRefused: Bool) async throws {
        let server = try LoopbackServer { _ in
            .chunked([String(repeating: "x", count: 60), String(repeating: "y", count: 40)])
        }
        var request = HTTPRequest(.get, server.baseURL + "/")
        request.maximumResponseBytes = limit
        let error = try await failure { _ = try await CurlTransport().response(to: request) }
        #expect(error?.code == (isRefused ? .responseTooLarge : nil))
        if isRefused { await server.clientClosed() }
        let streamed = try await failure { for try await _ in try await CurlTransport().stream(request).body {} }
        #expect(streamed?.code == error?.code)
    }

    /// 1,000,000 zeros in 1003 bytes, as Python's gzip packs them.
    @Test(arguments: [(999_999, true), (1_000_000, false)])
    func sizeCountsAfterDecompression(limit: Int, isRefused: Bool) async throws {
        let head: [UInt8] = [
            0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 2, 3, 0xED, 0xC1, 1, 1, 0, 0, 0, 0x82, 0x20, 0xFF, 0xAF, 0x6E, 0x48, 0x40, 1,
        ]
        let tail: [UInt8] = [0xAF, 6, 0x9E, 0xCB, 0x79, 0x12, 0x40, 0x42, 0x0F, 0]
        let bomb = Data(head) + Data(count: 968) + Data(tail)
        let server = try LoopbackServer { _ in LoopbackReply(headers: ["Content-Encoding": "gzip"], body: bomb) }
        var request = HTTPRequest(.get, server.baseURL + "/")
        request.maximumResponseBytes = limit
        let error = try await failure {
            let body = try await CurlTransport().response(to: request).body
            #expect(body == Data(count: 1_000_000))
        }
        #expect(error?.code == (isRefused ? .responseTooLarge : nil))
    }

    @Test func aHeaderWithoutEnd() async throws {
        let field = "X-Fill: " + String(repeating: "x", count: 60_000) + "\r\n"
        let server = try LoopbackServer { _ in .raw("HTTP/1.1 200 OK\r\n" + String(repeating: field, count: 6) + "\r\n")
        }
        let error = try await failure { _ = try await CurlTransport().text(server.baseURL + "/") }
        #expect(error?.code == .responseTooLarge)
    }

    @Test func everyErrorNamesTheHostAndANextStep() {
        let codes: [TransportError.Code] = [
            .badAddress, .hostNotFound, .cannotConnect, .untrustedServer, .connectTimeout,
            .firstByteTimeout,
            .idleTimeout, .totalTimeout, .connectionLost, .responseTooLarge, .redirectRefused, .malformedResponse,
            .shutDown,
        ]
        let texts = codes.map { TransportError($0, host: "api.example", detail: "it broke").description }
        #expect(texts.allSatisfy { $0.hasPrefix("api.example: it broke; ") && $0.count > 30 && !$0.contains("\n") })
    }
}
