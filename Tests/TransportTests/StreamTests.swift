import Foundation
import MagnusTestSupport
import Testing
import Transport

@Suite(.timeLimit(.minutes(20))) struct StreamTests {
    /// A stream of which one event comes, and then nothing for ever.
    private let endless: LoopbackReply = {
        var reply = LoopbackReply.events(["data: 1\n\n", "data: 2\n\n"]).ending(.hang)
        reply.piecesSent = 1
        return reply
    }()

    @Test func piecesArriveWhileTheServerStillHasMore() async throws {
        let gate = LoopbackGate()
        let server = try LoopbackServer { _ in
            .events(["data: 1\n\n", "data: 2\n\n", "data: 3\n\n"]).dripping(through: gate)
        }
        let stream = try await CurlTransport().stream(HTTPRequest(.get, server.baseURL + "/"))
        #expect(stream.status == 200 && stream.headers["content-type"] == "text/event-stream")
        var pieces = stream.body.makeAsyncIterator()
        for number in 1...3 {
            gate.open()
            #expect(try await pieces.next() == Data("data: \(number)\n\n".utf8))
        }
        #expect(try await pieces.next() == nil)
        #expect(try await pieces.next() == nil)
    }

    @Test func aFailureStatusHasItsBodyToo() async throws {
        let server = try LoopbackServer { _ in .json(#"{"error": "bad key"}"#, status: 401) }
        let stream = try await CurlTransport().stream(HTTPRequest(.post, server.baseURL + "/", body: Data("{}".utf8)))
        var body = Data()
        for try await piece in stream.body { body += piece }
        #expect(stream.status == 401 && body == Data(#"{"error": "bad key"}"#.utf8))
    }

    @Test(arguments: [LoopbackReply.Ending.close, .reset]) func aCutStreamThrows(ending: LoopbackReply.Ending)
        async throws
    {
        let gate = LoopbackGate()
        let server = try LoopbackServer { _ in
            var reply = LoopbackReply.chunked(["first", "second"]).dripping(through: gate).ending(ending)
            reply.piecesSent = 1
            return reply
        }
        let stream = try await CurlTransport().stream(HTTPRequest(.get, server.baseURL + "/"))
        gate.open()
        let error = try await failure { for try await _ in stream.body {} }
        #expect(error?.code == .connectionLost)
    }

    /// The most bytes that the system keeps between two ends of a connection on this machine, at its largest settings.
    private func bytesBetween() throws -> Int {
        let largest = try ["tcp_rmem", "tcp_wmem"].map { name in
            let text = try String(contentsOfFile: "/proc/sys/net/ipv4/\(name)", encoding: .utf8)
            return try #require(text.split(whereSeparator: \.isWhitespace).last.flatMap { Int($0) })
        }
        return largest.reduce(0, +)
    }

    @Test func aSlowReaderHoldsTheServerBack() async throws {
        let (buffer, other) = (100_000, 30_000_000)
        let limit = try bytesBetween() + 1_000_000
        let total = limit + other
        let server = try LoopbackServer { _ in LoopbackReply(body: Data(count: total)) }
        let quick = try LoopbackServer { _ in LoopbackReply(body: Data(count: other)) }
        let unlimited = HTTPTimeouts(connect: nil, firstByte: nil, idle: nil, total: nil)
        let request = HTTPRequest(.get, server.baseURL + "/", timeouts: unlimited, maximumResponseBytes: total)
        let transport = CurlTransport(options: TransportOptions(streamBufferBytes: buffer))
        let stream = try await transport.stream(request)
        var pieces = stream.body.makeAsyncIterator()
        var received = try await pieces.next()?.count ?? 0
        // While the same thread reads another body to its end, of this one the transport takes no more than its buffer
        // holds, and the server gets no further than the system's buffers reach.
        let rest = try await transport.response(to: HTTPRequest(.get, quick.baseURL + "/", timeouts: unlimited))
        #expect(rest.body.count == other)
        #expect(received <= buffer + 16_384)
        #expect(server.bodyBytes <= limit)
        while let piece = try await pieces.next() {
            #expect(piece.count <= buffer + 16_384)
            received += piece.count
        }
        #expect(received == total)
    }

    @Test func droppingTheBodyClosesTheConnection() async throws {
        let server = try LoopbackServer { _ in endless }
        let transport = CurlTransport()
        var stream: HTTPStream? = try await transport.stream(HTTPRequest(.get, server.baseURL + "/"))
        #expect(stream?.status == 200 && server.clientCloses == 0)
        stream = nil
        await server.clientClosed()
        #expect(server.clientCloses == 1)
    }

    @Test func leavingTheLoopClosesTheConnection() async throws {
        let server = try LoopbackServer { _ in endless }
        let transport = CurlTransport()
        func first() async throws -> Data? {
            for try await piece in try await transport.stream(HTTPRequest(.get, server.baseURL + "/")).body {
                return piece
            }
            return nil
        }
        #expect(try await first() == Data("data: 1\n\n".utf8))
        await server.clientClosed()
    }

    @Test func cancellingTheReaderClosesTheConnection() async throws {
        let server = try LoopbackServer { _ in endless }
        let transport = CurlTransport()
        let stream = try await transport.stream(HTTPRequest(.get, server.baseURL + "/"))
        let (arrived, didArrive) = AsyncStream<Void>.makeStream()
        let task = Task {
            for try await _ in stream.body { didArrive.yield() }
        }
        var arrivals = arrived.makeAsyncIterator()
        await arrivals.next()
        task.cancel()
        await server.clientClosed()
        _ = await task.result
        #expect(server.clientCloses == 1)
    }

    @Test func cancellingAHeldBackStreamClosesTheConnection() async throws {
        let server = try LoopbackServer { _ in LoopbackReply(body: Data(count: 64_000_000)) }
        let transport = CurlTransport(options: TransportOptions(streamBufferBytes: 1000))
        var stream: HTTPStream? = try await transport.stream(HTTPRequest(.get, server.baseURL + "/", timeouts: patient))
        await server.bodyBytesSent(1)
        #expect(stream?.status == 200)
        stream = nil
        await server.clientClosed()
    }

    @Test(arguments: [LoopbackReply.silence, LoopbackReply("0123456789").cut(after: 2, ending: .hang)])
    func cancellingAResponseClosesTheConnection(reply: LoopbackReply) async throws {
        let server = try LoopbackServer { _ in reply }
        let transport = CurlTransport()
        let task = Task { try await transport.response(to: HTTPRequest(.get, server.baseURL + "/", timeouts: patient)) }
        await server.requestsArrived()
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        await server.clientClosed()
        #expect(server.clientCloses == 1 && server.requests.count == 1)
    }

    @Test func aCancelledTaskSendsNothing() async throws {
        let server = try LoopbackServer { _ in LoopbackReply("ok") }
        let transport = CurlTransport()
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return try await transport.response(to: HTTPRequest(.get, server.baseURL + "/"))
        }
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(server.connections == 0)
    }

    @Test func aStreamOutlivesTheNameOfItsTransport() async throws {
        let gate = LoopbackGate()
        let server = try LoopbackServer { _ in .chunked(["a", "b"]).dripping(through: gate) }
        let stream = try await CurlTransport().stream(HTTPRequest(.get, server.baseURL + "/"))
        gate.open()
        gate.open()
        var body = Data()
        for try await piece in stream.body { body += piece }
        #expect(body == Data("ab".utf8))
    }
}
