import Foundation
import MagnusTestSupport
import Testing
import Transport

/// Streams whose small pieces are gathered, for an hour at most: what is not gathered comes at once, or the tests never end.
@Suite(.timeLimit(.minutes(20))) struct CoalescingTests {
    private static let prompt = 2

    /// A stream with its first pieces read, on a transport that now gathers; `gate` lets more pieces out.
    private struct Gathering {
        let gate = LoopbackGate()
        let server: LoopbackServer
        let transport = CurlTransport()
        var pieces: AsyncThrowingStream<Data, any Error>.AsyncIterator

        init(timeouts: HTTPTimeouts = HTTPTimeouts(firstByte: nil, idle: nil)) async throws {
            let gate = gate
            server = try LoopbackServer { request in
                if request.path == "/other" { return LoopbackReply("other") }
                return .chunked((1...40).map { "\($0);" }).dripping(through: gate)
            }
            // Before the time limits run: nothing of what they wait for waits for this task.
            for _ in 1...CoalescingTests.prompt { gate.open() }
            var request = HTTPRequest(.get, server.baseURL + "/", timeouts: timeouts)
            request.coalescingInterval = .seconds(3600)
            pieces = try await transport.stream(request).body.makeAsyncIterator()
            var text = Data()
            let expected = (1...CoalescingTests.prompt).map { "\($0);" }.joined()
            while text.count < expected.utf8.count, let piece = try await pieces.next() { text += piece }
            #expect(String(decoding: text, as: UTF8.self) == expected)
        }
    }

    @Test func aRequestMeanwhileIsAnsweredAtOnceAndBringsWhatWasGathered() async throws {
        var gathering = try await Gathering()
        for _ in 3...39 { gathering.gate.open() }
        let expected = (3...39).map { "\($0);" }.joined()
        // Around each chunk the length and two line ends are counted as well.
        await gathering.server.bodyBytesSent((1...39).reduce(0) { $0 + "\($1);".utf8.count + 5 })
        // The request wakes the network thread, which then takes all that is there.
        #expect(try await gathering.transport.text(gathering.server.baseURL + "/other") == "other")
        var text = Data()
        while text.count < expected.utf8.count, let piece = try await gathering.pieces.next() { text += piece }
        #expect(String(decoding: text, as: UTF8.self) == expected)
    }

    @Test func aReaderThatLeavesClosesTheConnection() async throws {
        var gathering: Gathering? = try await Gathering()
        let server = try #require(gathering?.server)
        #expect(server.clientCloses == 0)
        gathering = nil
        await server.clientClosed()
    }

    @Test func timeLimitsHold() async throws {
        var gathering = try await Gathering(timeouts: HTTPTimeouts(firstByte: nil, idle: .seconds(2)))
        #expect(try await failure { _ = try await gathering.pieces.next() }?.code == .idleTimeout)
    }

    @Test func nothingIsLostOfAQuickStream() async throws {
        let lines = (1...3000).map { "data: \($0)\n\n" }
        let server = try LoopbackServer { _ in .events(lines) }
        var request = HTTPRequest(.get, server.baseURL + "/")
        request.coalescingInterval = .milliseconds(4)
        var body = Data()
        for try await piece in try await CurlTransport().stream(request).body { body += piece }
        #expect(String(decoding: body, as: UTF8.self) == lines.joined())
    }
}
