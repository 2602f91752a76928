import Foundation
import MagnusTestSupport
import Testing
import Transport

@Suite(.timeLimit(.minutes(20))) struct RetryTests {
    @Test(arguments: [
        (200, 1), (204, 1), (400, 1), (401, 1), (403, 1), (404, 1), (408, 3), (409, 1), (425, 3), (429, 3), (500, 3),
        (501, 1), (502, 3), (503, 3), (504, 3), (529, 3),
    ])
    func passingStatusesAreAskedAgain(status: Int, requests: Int) async throws {
        let server = try LoopbackServer { _ in LoopbackReply(status: status) }
        let log = WaitLog()
        let transport = CurlTransport(pacing: .recorded(in: log))
        #expect(try await transport.response(to: HTTPRequest(.get, server.baseURL + "/")).status == status)
        #expect(server.requests.count == requests)
        #expect(log.milliseconds == Array([250, 500].prefix(requests - 1)))
    }

    @Test(arguments: [LoopbackReply.closed, .reset, LoopbackReply(status: 503), LoopbackReply(status: 429)])
    func theSecondTimeItWorks(first: LoopbackReply) async throws {
        let server = try LoopbackServer { _ in LoopbackReply("ok") }
        server.script("/", first)
        let log = WaitLog()
        let transport = CurlTransport(pacing: .recorded(in: log, random: 0))
        #expect(try await transport.text(server.baseURL + "/") == "ok")
        #expect(log.milliseconds == [125])
    }

    @Test func aRefusedConnectionIsTriedAgain() async throws {
        // Port 1 is nobody's; one that a server has left may be another test's a moment later.
        let log = WaitLog()
        let transport = CurlTransport(pacing: .recorded(in: log))
        let error = try await failure { _ = try await transport.text("http://127.0.0.1:1/") }
        #expect(error?.code == .cannotConnect || error?.code == .connectionLost)
        #expect(log.milliseconds == [250, 500])
    }

    @Test(arguments: [
        LoopbackReply("0123456789").cut(after: 4), .garbled, .raw("HTTP/1.1 200 OK\r\nContent-"),
    ])
    func whatBeganIsNotAskedAgain(reply: LoopbackReply) async throws {
        let server = try LoopbackServer { _ in reply }
        let transport = CurlTransport(pacing: .recorded(in: WaitLog()))
        _ = try await failure { _ = try await transport.text(server.baseURL + "/") }
        #expect(server.requests.count == 1)
    }

    @Test(arguments: [
        (HTTPRequest.Method.post, false, 1), (.patch, false, 1), (.post, true, 3), (.patch, true, 3), (.put, false, 3),
        (.delete, false, 3), (.head, false, 3),
    ])
    func whatChangesSomethingOnlyWhereAllowed(method: HTTPRequest.Method, isAllowed: Bool, requests: Int) async throws {
        for reply in [LoopbackReply(status: 503), .closed] {
            let server = try LoopbackServer { _ in reply }
            let transport = CurlTransport(pacing: .recorded(in: WaitLog()))
            var request = HTTPRequest(method, server.baseURL + "/", body: method == .head ? nil : Data("x".utf8))
            request.retry.repeatsUnsafeMethods = isAllowed
            _ = try await failure { _ = try await transport.response(to: request) }
            #expect(server.requests.count == requests)
        }
    }

    /// A kept connection that breaks is what curl by itself would send again.
    @Test(arguments: [(HTTPRequest.Method.post, 2), (.get, 3)])
    func aKeptConnectionThatBreaksIsNoLicence(method: HTTPRequest.Method, requests: Int) async throws {
        let server = try LoopbackServer { _ in LoopbackReply("ok") }
        let transport = CurlTransport(pacing: .recorded(in: WaitLog()))
        _ = try await transport.text(server.baseURL + "/")
        server.script("/pay", .closed)
        let request = HTTPRequest(method, server.baseURL + "/pay", body: method == .post ? Data("x".utf8) : nil)
        let error = try await failure { _ = try await transport.response(to: request) }
        #expect(server.requests.count == requests)
        #expect(error?.code == (method == .post ? .connectionLost : nil))
        #expect(server.requests[1].connection == 1)
    }

    /// The recorded time is 2026-03-02 15:00:00 UTC, which is 1772463600 seconds after 1970.
    @Test(
        arguments: [
            (["retry-after-ms": "1500", "retry-after": "9"], 429, 1500), (["Retry-After": "2"], 503, 2000),
            (["Retry-After": "0.25"], 503, 250), (["Retry-After": "0"], 503, 0),
            (["Retry-After": "Mon, 02 Mar 2026 15:00:07 GMT"], 429, 7000),
            (["Retry-After": "Monday, 02-Mar-26 15:00:07 GMT"], 429, 7000),
            (["Retry-After": "Mon, 02 Mar 2026 14:59:00 GMT"], 429, 0), (["Retry-After": "soon"], 429, 250),
            (["Retry-After": "-3"], 429, 250), (["retry-after-ms": "x", "retry-after": "1"], 429, 1000),
            (["X-RateLimit-Reset": "1772463604"], 429, 4000), (["X-RateLimit-Reset": "3"], 429, 3000),
            (["X-RateLimit-Reset": "3"], 503, 250), (["Retry-After": "1", "X-RateLimit-Reset": "3"], 429, 1000),
        ] as [([String: String], Int, Int)]
    )
    func theServersHintsSetTheWait(headers: [String: String], status: Int, milliseconds: Int) async throws {
        let server = try LoopbackServer { _ in LoopbackReply("ok") }
        server.script("/", LoopbackReply(status: status, headers: headers))
        let log = WaitLog()
        #expect(try await CurlTransport(pacing: .recorded(in: log)).text(server.baseURL + "/") == "ok")
        #expect(log.milliseconds == [milliseconds])
    }

    @Test(arguments: ["Retry-After", "X-RateLimit-Reset"]) func aHintThatIsTooLongEndsIt(name: String) async throws {
        let server = try LoopbackServer { _ in LoopbackReply(status: 429, headers: [name: "11"], "later") }
        let log = WaitLog()
        let transport = CurlTransport(pacing: .recorded(in: log))
        let response = try await transport.response(to: HTTPRequest(.get, server.baseURL + "/"))
        #expect(response.status == 429 && response.body == Data("later".utf8))
        #expect(log.milliseconds.isEmpty && server.requests.count == 1)
    }

    @Test(arguments: [("true", 409, 3), ("false", 503, 1), ("true", 200, 1), ("maybe", 503, 3), ("maybe", 409, 1)])
    func theServerMayDecide(value: String, status: Int, requests: Int) async throws {
        let server = try LoopbackServer { _ in LoopbackReply(status: status, headers: ["x-should-retry": value]) }
        let transport = CurlTransport(pacing: .recorded(in: WaitLog()))
        _ = try await transport.response(to: HTTPRequest(.get, server.baseURL + "/"))
        #expect(server.requests.count == requests)
    }

    @Test func waitsAreDoubledUpToTheLongest() async throws {
        let server = try LoopbackServer { _ in LoopbackReply(status: 500) }
        let log = WaitLog()
        var request = HTTPRequest(.get, server.baseURL + "/")
        request.retry = RetryPolicy(retries: 6, base: .milliseconds(100), longestWait: .seconds(1))
        _ = try await CurlTransport(pacing: .recorded(in: log)).response(to: request)
        #expect(log.milliseconds == [100, 200, 400, 800, 1000, 1000])
    }

    @Test func neverIsNever() async throws {
        let server = try LoopbackServer { _ in LoopbackReply(status: 503) }
        let request = HTTPRequest(.get, server.baseURL + "/", retry: .never)
        #expect(try await CurlTransport().response(to: request).status == 503)
        #expect(server.requests.count == 1)
    }

    @Test func aStreamIsAskedAgainBeforeItsBody() async throws {
        let server = try LoopbackServer { _ in .chunked(["ok"]) }
        server.script("/", LoopbackReply(status: 503, "busy"), LoopbackReply(status: 429))
        let log = WaitLog()
        let stream = try await CurlTransport(pacing: .recorded(in: log)).stream(HTTPRequest(.get, server.baseURL + "/"))
        var body = Data()
        for try await piece in stream.body { body += piece }
        #expect(stream.status == 200 && body == Data("ok".utf8))
        #expect(log.milliseconds == [250, 500])
    }

    @Test func theWaitEndsWhenTheTaskIsCancelled() async throws {
        let server = try LoopbackServer { _ in LoopbackReply(status: 503) }
        let (waiting, isWaiting) = AsyncStream<Void>.makeStream()
        let pacing = RetryPacing(sleep: { _ in
            isWaiting.yield()
            try await Task.sleep(for: .seconds(3600))
        })
        let transport = CurlTransport(pacing: pacing)
        let task = Task { try await transport.response(to: HTTPRequest(.get, server.baseURL + "/")) }
        var waits = waiting.makeAsyncIterator()
        await waits.next()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(server.requests.count == 1)
    }
}
