import Foundation
import LanguageModels
import MagnusTestSupport
import Testing
import Transport

/// What comes of services that misbehave.
@Suite(.timeLimit(.minutes(20))) struct ModelFaultTests {
    private let one = ModelName(provider: "one", model: "big")
    private let whole = "{\"text\": \"a\"}\n{\"text\": \"bé\"}\n{\"done\": true, \"input\": 5, \"output\": 7}\n"

    private var body: Data { Data(whole.utf8) }

    /// Where the letter of two bytes stands.
    private var letter: Int { Data(whole.utf8).firstIndex(of: 0xC3) ?? 0 }

    @Test func aSlowFirstByteIsNotWaitedForForEver() async throws {
        let server = try LoopbackServer { _ in .silence }
        let bench = try ServiceBench(server)
        let options = ModelServiceOptions(retries: 1, firstByte: .milliseconds(50))
        let error = try await modelFailure { _ = try await bench.service(options).reply(to: question()) }
        #expect(error?.code == .timedOut && server.requests.count == 2)
        // Nobody knows whether the service worked on it.
        #expect(bench.ledger.entries.map(\.usage) == [[TokenUsage()], [TokenUsage()]])
    }

    @Test func aReplyThatStopsComingIsNotWaitedForForEver() async throws {
        let reply = LoopbackReply(body: body).cut(after: 14, ending: .hang)
        let server = try LoopbackServer { _ in reply }
        let bench = try ServiceBench(server)
        let received = Received()
        let options = ModelServiceOptions(retries: 0, idle: .milliseconds(50))
        let error = try await modelFailure {
            _ = try await bench.service(options).reply(to: question()) { received.add($0) }
        }
        #expect(error?.code == .timedOut && received.events == [.began(one), .text("a")])
        #expect(bench.ledger.endings == [[.failed(.timedOut)]])
    }

    @Test func aReplyInSingleBytesIsTheSameReply() async throws {
        let reply = LoopbackReply(body: body).dripping(1, pause: .zero)
        let server = try LoopbackServer { _ in reply }
        let received = Received()
        _ = try await ServiceBench(server).service().reply(to: question()) { received.add($0) }
        #expect(received.events == [.began(one), .text("a"), .text("bé")])
    }

    /// Cut behind the first line, inside the second, and between the two bytes of its letter.
    @Test(arguments: [-11, -3, 1], [LoopbackReply.Ending.close, .reset])
    func aReplyThatBreaksOffIsBegunAnew(offset: Int, ending: LoopbackReply.Ending) async throws {
        let cut = LoopbackReply(body: body).cut(after: letter + offset, ending: ending)
        let server = try LoopbackServer { _ in LoopbackReply(body: body) }
        server.script("/say", cut)
        let bench = try ServiceBench(server)
        let received = Received()
        let reply = try await bench.service().reply(to: question()) { received.add($0) }
        #expect(reply.text == "abé" && server.requests.count == 2)
        // What came before the second beginning counts no more; a reset may have come before it was read.
        let beginnings = received.events.indices.filter { received.events[$0] == .began(one) }
        let last = try #require(beginnings.last)
        #expect(Array(received.events[last...]) == [.began(one), .text("a"), .text("bé")])
        #expect(received.events[..<last].allSatisfy { $0 == .began(one) || $0 == .text("a") })
        #expect(bench.ledger.endings == [[.failed(.cutOff)], [.answered]])
        // A letter at the least was written and is on the bill, unless the reset overtook it.
        let usage = try #require(bench.ledger.entries.first?.usage.first)
        let isBooked = usage.isEstimated == true && (usage.output ?? 0) >= 1
        #expect(isBooked || (ending == .reset && usage == TokenUsage()))
    }

    @Test func aReplyThatJustEndsIsNoReply() async throws {
        let server = try LoopbackServer { _ in LoopbackReply("{\"text\": \"a\"}\n") }
        let error = try await modelFailure { _ = try await ServiceBench(server).service().reply(to: question()) }
        #expect(error?.code == .cutOff && server.requests.count == 3)
    }

    @Test func anErrorInTheMiddleOfAReplyIsOne() async throws {
        let gate = LoopbackGate()
        let server = try LoopbackServer { _ in say("whole") }
        let half = LoopbackReply.chunked(["{\"text\": \"half\"}\n", "{\"error\": \"overloaded\"}\n"])
        server.script("/say", half.dripping(through: gate))
        let bench = try ServiceBench(server)
        let received = Received()
        gate.open()
        _ = try await bench.service().reply(to: question()) { event in
            received.add(event)
            // The error goes only when the words before it were handed on.
            if event == .text("half") { gate.open() }
        }
        #expect(received.events == [.began(one), .text("half"), .began(one), .text("whole")])
        #expect(bench.ledger.endings == [[.failed(.overloaded)], [.answered]])
    }

    @Test func aWebPageIsNoReply() async throws {
        let page = LoopbackReply(headers: ["Content-Type": "text/html; charset=utf-8"], "<html>Sign in</html>")
        let server = try LoopbackServer { _ in page }
        let error = try await modelFailure { _ = try await ServiceBench(server).service().reply(to: question()) }
        #expect(error?.code == .malformedReply && error?.detail.contains("web page") == true)
        #expect(server.requests.count == 1)
    }

    @Test func aPackedReplyIsUnpacked() async throws {
        // The lines {"text": "packed"} and {"done": true, "input": 5, "output": 7}, as Python's gzip packs them.
        let packed = try #require(
            Data(
                base64Encoded:
                    "H4sIAAAAAAAC/6tWKkmtKFGyUlAqSEzOTk1RquWqVkrJz0sFCpUUlabqKChl5hWUglSYAtn5pSUQjnktFwDyhbFjOwAAAA=="
            )
        )
        let server = try LoopbackServer { _ in LoopbackReply(headers: ["Content-Encoding": "gzip"], body: packed) }
        let reply = try await ServiceBench(server).service().reply(to: question())
        #expect(reply.text == "packed" && reply.usage == TokenUsage(input: 5, output: 7))
        #expect(server.requests.first?.headers["accept-encoding"]?.contains("gzip") == true)
    }

    @Test func aReplyOfAHundredMegabytesIsNotTaken() async throws {
        let line = Data(("{\"text\": \"" + String(repeating: "x", count: 999_980) + "\"}\n").utf8)
        var huge = LoopbackReply()
        huge.pieces = Array(repeating: line, count: 100)
        huge.isChunked = true
        let reply = huge
        let server = try LoopbackServer { _ in reply }
        let bench = try ServiceBench(server)
        let options = ModelServiceOptions(maximumResponseBytes: 2_000_000)
        let error = try await modelFailure { _ = try await bench.service(options).reply(to: question()) }
        #expect(error?.code == .malformedReply && server.requests.count == 1)
        #expect(server.bodyBytes < 50_000_000)
    }

    @Test func anErrorOfAHundredMegabytesIsReadInPart() async throws {
        let server = try LoopbackServer { _ in LoopbackReply(status: 400, body: Data(count: 100_000_000)) }
        let error = try await modelFailure { _ = try await ServiceBench(server).service().reply(to: question()) }
        #expect(error?.code == .invalidRequest)
        await server.clientClosed()
        #expect(server.bodyBytes < 50_000_000)
    }

    @Test func aRedirectToAnotherHostIsRefused() async throws {
        let other = try LoopbackServer { _ in say("stolen") }
        let server = try LoopbackServer { _ in
            LoopbackReply(status: 307, headers: ["Location": "http://localhost:\(other.port)/say"])
        }
        let error = try await modelFailure { _ = try await ServiceBench(server).service().reply(to: question()) }
        #expect(error?.code == .unreachable && other.connections == 0 && server.requests.count == 1)
    }

    @Test(.enabled(if: TestCertificate.isExpected, "openssl is not installed"))
    func aServerWithABadCertificateGetsNothing() async throws {
        let server = try ServerProcess(openssl: TestCertificate())
        let bench = try ServiceBench(["https://127.0.0.1:\(server.port)"])
        let error = try await modelFailure { _ = try await bench.service().reply(to: question()) }
        #expect(error?.code == .unreachable && error?.detail.contains("certificate") == true)
        #expect(bench.ledger.endings == [[.failed(.unreachable)]])
        #expect(bench.ledger.entries.first?.usage == [TokenUsage(input: 0, output: 0)])
    }

    @Test func whereNobodyListensOnThisMachineNothingIsRepeated() async throws {
        let server = try LoopbackServer { _ in say("x") }
        let bench = try ServiceBench(server)
        server.stop()
        let error = try await modelFailure { _ = try await bench.service().reply(to: question()) }
        #expect(error?.code == .unreachable || error?.code == .cutOff)
        #expect(bench.ledger.entries.allSatisfy { $0.endings.count == 1 })
    }
}
