import Foundation
import MagnusTestSupport
import Testing
import Transport

/// The server never does what is waited for, so the limits are short and the outcome does not depend on the machine's speed.
@Suite(.timeLimit(.minutes(20))) struct TimeoutTests {
    @Test func noFirstByte() async throws {
        let server = try LoopbackServer { _ in .silence }
        var request = HTTPRequest(.get, server.baseURL + "/", timeouts: patient)
        request.timeouts.firstByte = .milliseconds(30)
        let error = try await failure { _ = try await CurlTransport().response(to: request) }
        #expect(error == TransportError(.firstByteTimeout, host: "127.0.0.1", detail: "no answer within 30 ms"))
        await server.clientClosed()
    }

    @Test func nothingMore() async throws {
        let server = try LoopbackServer { _ in LoopbackReply("0123456789").cut(after: 3, ending: .hang) }
        var request = HTTPRequest(.get, server.baseURL + "/", timeouts: patient)
        request.timeouts.idle = .milliseconds(30)
        #expect(try await failure { _ = try await CurlTransport().response(to: request) }?.code == .idleTimeout)
        let stream = try await CurlTransport().stream(request)
        #expect(try await failure { for try await _ in stream.body {} }?.code == .idleTimeout)
        await server.clientClosed(2)
    }

    @Test func notComplete() async throws {
        let server = try LoopbackServer { _ in
            LoopbackReply(body: Data(count: 1_000_000)).dripping(1, pause: .milliseconds(2))
        }
        var request = HTTPRequest(.get, server.baseURL + "/", timeouts: patient)
        request.timeouts.total = .milliseconds(80)
        #expect(try await failure { _ = try await CurlTransport().response(to: request) }?.code == .totalTimeout)
        let error = try await failure { for try await _ in try await CurlTransport().stream(request).body {} }
        #expect(error?.code == .totalTimeout)
        await server.clientClosed(2)
    }

    @Test func redirectsDoNotRenewTheTotal() async throws {
        let server = try LoopbackServer { _ in
            LoopbackReply(status: 302, headers: ["Location": "/"]).after(.milliseconds(40))
        }
        var request = HTTPRequest(.get, server.baseURL + "/", timeouts: patient)
        request.timeouts.total = .milliseconds(60)
        #expect(try await failure { _ = try await CurlTransport().response(to: request) }?.code == .totalTimeout)
    }

    /// A server that takes connections and says nothing of TLS.
    @Test func noConnection() async throws {
        let server = try LoopbackServer { _ in .silence }
        let url = server.baseURL.replacingOccurrences(of: "http:", with: "https:")
        var request = HTTPRequest(.get, url + "/", timeouts: patient)
        request.timeouts.connect = .milliseconds(50)
        #expect(try await failure { _ = try await CurlTransport().response(to: request) }?.code == .connectTimeout)
        await server.clientClosed()
    }

    @Test func aStreamHasNoTotalUnlessGivenOne() {
        var timeouts = HTTPTimeouts()
        #expect(timeouts.total == .seconds(60))
        #expect(timeouts == HTTPTimeouts(connect: .seconds(10)))
        #expect(timeouts != HTTPTimeouts(total: .seconds(60)))
        timeouts.total = .seconds(60)
        #expect(timeouts == HTTPTimeouts(total: .seconds(60)))
    }

    @Test func aSlowAnswerIsNoLateOne() async throws {
        let server = try LoopbackServer { _ in
            LoopbackReply("0123456789").dripping(1, pause: .milliseconds(5)).after(.milliseconds(20))
        }
        let unlimited = HTTPTimeouts(connect: nil, firstByte: nil, idle: nil, total: nil)
        let request = HTTPRequest(.get, server.baseURL + "/", timeouts: unlimited)
        #expect(try await CurlTransport().response(to: request).body == Data("0123456789".utf8))
    }
}
