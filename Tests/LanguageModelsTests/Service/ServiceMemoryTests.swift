import Foundation
import LanguageModels
import MagnusTestSupport
import Storage
import Testing
import Transport

/// What a service learns of its providers is known to those that come later with the same database, as processes do.
///
/// Servers on this machine are not remembered, so the server of a test plays the proxy of one that is elsewhere.
@Suite(.timeLimit(.minutes(20))) struct ServiceMemoryTests {
    private let folder: TemporaryFolder
    private let database: Database

    init() throws {
        folder = try TemporaryFolder()
        database = try Database(path: folder.path("magnus.db"))
    }

    private func bench(provider: String = "") throws -> ServiceBench {
        try ServiceBench(["http://service.example"], provider: provider)
    }

    /// A service of its own, as in a process of its own.
    private func service(
        _ bench: ServiceBench,
        through proxy: String,
        _ options: ModelServiceOptions = ModelServiceOptions()
    ) throws -> ModelService {
        let other = try Database(path: folder.path("magnus.db"))
        return bench.service(
            options,
            memory: StoredServiceMemory { other },
            transport: CurlTransport(options: TransportOptions(proxies: ProxySettings(http: proxy)))
        )
    }

    @Test func aRestIsKnownToOthersAndEndsForAll() async throws {
        let server = try LoopbackServer { _ in say("back") }
        server.script("/say", LoopbackReply(status: 503), LoopbackReply(status: 503), LoopbackReply(status: 503))
        let bench = try bench()
        let first = try service(bench, through: server.baseURL)
        #expect(try await modelFailure { _ = try await first.reply(to: question()) }?.code == .overloaded)
        #expect(server.requests.count == 3)

        let second = try service(bench, through: server.baseURL)
        let error = try await modelFailure { _ = try await second.reply(to: question()) }
        #expect(error?.code == .overloaded && error?.retryAfter == .seconds(30))
        #expect(error?.detail.contains("rests for another 30 s") == true)
        #expect(server.requests.count == 3)
        let memory = StoredServiceMemory { [database] in database }
        let start = bench.clock.now
        // Half a second and a second were waited between the three.
        #expect(try memory.rests(of: ["two", "one"], at: start).map(\.until) == [start.addingTimeInterval(30)])
        #expect(try memory.rests(of: ["one"], at: start.addingTimeInterval(30)).isEmpty)

        // Its pause over, one question probes it, and its answer ends the rest for all.
        bench.clock.advance(by: 31)
        #expect(try await service(bench, through: server.baseURL).reply(to: question()).text == "back")
        #expect(try await second.reply(to: question()).text == "back")
        #expect(server.requests.count == 5)
    }

    @Test func aPauseAfterAFailedProbeIsTwiceAsLong() async throws {
        let server = try LoopbackServer { _ in LoopbackReply(status: 500) }
        let bench = try bench()
        let options = ModelServiceOptions(retries: 0, failuresBeforeRest: 1)
        for (requests, seconds) in [(1, 30.0), (2, 60), (3, 120)] {
            let asking = try service(bench, through: server.baseURL, options)
            _ = try await modelFailure { _ = try await asking.reply(to: question()) }
            let resting = try service(bench, through: server.baseURL, options)
            let error = try await modelFailure { _ = try await resting.reply(to: question()) }
            #expect(error?.retryAfter == .seconds(seconds) && server.requests.count == requests)
            bench.clock.advance(by: seconds)
        }
    }

    @Test func theTimeAServiceAskedForIsKnownToOthers() async throws {
        let server = try LoopbackServer { _ in say("yes") }
        server.script("/say", LoopbackReply(status: 429, headers: ["Retry-After": "600"]))
        let bench = try bench()
        let first = try service(bench, through: server.baseURL)
        _ = try await modelFailure { _ = try await first.reply(to: question()) }
        let second = try service(bench, through: server.baseURL)
        let error = try await modelFailure { _ = try await second.reply(to: question()) }
        #expect(error?.code == .rateLimited && error?.retryAfter == .seconds(600) && server.requests.count == 1)
        bench.clock.advance(by: 590)
        // The rest is short enough to be waited for.
        #expect(try await service(bench, through: server.baseURL).reply(to: question()).text == "yes")
        #expect(bench.clock.waits == [10_000])
    }

    @Test func whoWantsToKnowIsToldAndEndsTheWait() async throws {
        let server = try LoopbackServer { _ in say("yes") }
        server.script("/say", LoopbackReply(status: 429, headers: ["Retry-After": "600"]))
        let bench = try bench()
        _ = try await modelFailure {
            _ = try await service(bench, through: server.baseURL).reply(to: question())
        }
        let test = try service(bench, through: server.baseURL, ModelServiceOptions(retries: 0, asksResting: true))
        #expect(try await test.reply(to: question()).text == "yes")
        #expect(try await service(bench, through: server.baseURL).reply(to: question()).text == "yes")
        #expect(bench.clock.waits.isEmpty)
    }

    @Test func aPlansLimitIsSharedByProcesses() async throws {
        let server = try LoopbackServer { _ in say("yes") }
        let bench = try bench(provider: "limits: {requests_per_minute: 2}")
        for _ in 0..<2 { _ = try await service(bench, through: server.baseURL).reply(to: question()) }
        // Two of two are used; the next one is there half a minute later, which is longer than waits are while others can be asked.
        let third = try service(bench, through: server.baseURL, ModelServiceOptions(waitsUntilDeadline: false))
        let error = try await modelFailure { _ = try await third.reply(to: question()) }
        #expect(error?.code == .rateLimited && error?.retryAfter == .seconds(30) && server.requests.count == 2)
        bench.clock.advance(by: 30)
        #expect(try await service(bench, through: server.baseURL).reply(to: question()).text == "yes")
    }

    @Test func whatAnswersSayOfLimitsIsKnownToOthers() async throws {
        var full = say("yes")
        full.headers["x-ratelimit-limit-requests"] = "2"
        full.headers["x-ratelimit-remaining-requests"] = "0"
        full.headers["x-ratelimit-reset-requests"] = "10s"
        let reply = full
        let server = try LoopbackServer { _ in reply }
        let bench = try bench()
        _ = try await service(bench, through: server.baseURL).reply(to: question())
        _ = try await service(bench, through: server.baseURL).reply(to: question())
        // Two come back in ten seconds: one in five.
        #expect(bench.clock.waits == [5_000])
    }

    @Test func aNetworkThatIsDownIsNoNewsOfAService() async throws {
        let bench = try bench()
        // Port 1 is nobody's.
        for _ in 0..<2 {
            let service = try service(bench, through: "http://127.0.0.1:1")
            #expect(try await modelFailure { _ = try await service.reply(to: question()) }?.code == .unreachable)
        }
        #expect(bench.ledger.entries.count == 6)
    }

    @Test func aServerOnThisMachineIsAlwaysAsked() async throws {
        let server = try LoopbackServer { _ in LoopbackReply(status: 503) }
        let bench = try ServiceBench(server)
        for _ in 0..<2 {
            let database = database
            let service = bench.service(memory: StoredServiceMemory { database })
            _ = try await modelFailure { _ = try await service.reply(to: question()) }
        }
        #expect(server.requests.count == 6)
    }

    @Test func whatIsRememberedPassesWithinAnHour() async throws {
        let server = try LoopbackServer { _ in say("yes") }
        server.script("/say", LoopbackReply(status: 429, headers: ["Retry-After": "86400"]))
        let bench = try bench()
        _ = try await modelFailure {
            _ = try await service(bench, through: server.baseURL).reply(to: question())
        }
        bench.clock.advance(by: 3_601)
        #expect(try await service(bench, through: server.baseURL).reply(to: question()).text == "yes")
    }

    @Test func whatCannotBeReadIsForgotten() async throws {
        let server = try LoopbackServer { _ in say("yes") }
        let bench = try bench()
        let store = ModelServiceStore(database: database)
        for text in ["{}", "no JSON", #"{"heldUntil": 5}"#] {
            try store.update("one", notBefore: bench.clock.now, at: bench.clock.now) { _ in Data(text.utf8) }
            #expect(try await service(bench, through: server.baseURL).reply(to: question()).text == "yes")
        }
    }
}
