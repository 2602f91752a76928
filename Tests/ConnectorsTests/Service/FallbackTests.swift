import Connectors
import Evidence
import Foundation
import Markets
import Storage
import Testing

@Suite struct FallbackTests {
    let time = ManualTime()

    private func service(_ connectors: any Connector..., options: DataServiceOptions = .init()) -> DataService {
        DataService(connectors: connectors, options: options, clock: time.clock, sleep: time.sleeper)
    }

    @Test(arguments: [
        ConnectorError.Code.serviceFailed(status: 500), .unauthorised, .forbidden, .notFound, .unexpectedAnswer,
        .unreachable, .timedOut, .rateLimited(retryAfter: .seconds(9)), .requestRefused(status: 422),
    ])
    func whereTheFirstSourceFailsTheNextAnswersAndTheFailureIsNamed(code: ConnectorError.Code) async throws {
        let first = FakeMarket("alpha", Script(then: .fail(code)))
        let second = FakeMarket("beta").with { $0.prices["NVDA"] = 183 }
        let served = try #require(try await service(first, second).quotes(of: ["NVDA"])["NVDA"])
        #expect(served.value.last == 183)
        #expect(served.connector == "beta")
        #expect(served.freshness == .live)
        #expect(served.failures == [ConnectorError("alpha", code, "scripted")])
    }

    @Test func theOrderOfAKindGoesBeforeTheOrderOfConnectors() async throws {
        let (first, second, third) = (FakeMarket("alpha"), FakeMarket("beta"), FakeMarket("gamma"))
        let service = service(first, second, third, options: .init(order: [.quotes: ["gamma", "beta"]]))
        #expect(try await service.quotes(of: ["NVDA"])["NVDA"]?.connector == "gamma")
        #expect(try await service.chain(of: "NVDA").connector == "alpha")
        #expect(second.script.questions.isEmpty)
    }

    @Test func symbolsTheFirstSourceDoesNotKnowAreAskedOfTheNext() async throws {
        let first = FakeMarket("alpha").with { $0.prices = ["NVDA": 182] }
        let second = FakeMarket("beta").with { $0.prices = ["NVDA": 1, "AAPL": 271] }
        let service = service(first, second)
        let batch = try await service.quotes(of: ["NVDA", "AAPL", "ZZZZ"])
        #expect(batch["NVDA"]?.connector == "alpha")
        #expect(batch["AAPL"]?.connector == "beta")
        #expect(batch["AAPL"]?.failures == [], "not to know a symbol is no failure")
        #expect(batch.missing.keys.sorted() == ["ZZZZ"])
        #expect(second.script.questions == ["AAPL,ZZZZ"])
        time.advance(30)
        _ = try await service.quotes(of: ["NVDA", "AAPL"])
        #expect(first.script.questions.count == 1, "what the second source answered is fresh too")
    }

    @Test func aSlowSourceGetsItsShareOfTheTimeAndThenTheNextIsAskedAsWell() async throws {
        let slow = FakeMarket("alpha", Script(.hang))
        let second = FakeMarket("beta").with { $0.prices["NVDA"] = 183 }
        let service = service(slow, second)
        async let answer = service.quotes(of: ["NVDA"])
        await slow.script.asked(1)
        // The deadline, and the slow source's share: half of eight seconds.
        await time.sleepers(2)
        time.advance(3.9)
        #expect(second.script.questions.isEmpty)
        time.advance(0.1)
        let served = try #require(try await answer["NVDA"])
        #expect(served.connector == "beta")
        #expect(served.failures.map(\.connector) == ["alpha"])
        #expect(served.failures.map(\.code) == [.timedOut])
    }

    @Test func aSlowSourceThatAnswersAfterAllStillCounts() async throws {
        let (slow, slower) = (FakeMarket("alpha", Script(.hang)), FakeMarket("beta", Script(.hang)))
        let service = service(slow, slower)
        async let answer = service.quotes(of: ["NVDA"])
        await time.sleepers(2)
        time.advance(4)
        await slower.script.asked(1)
        slow.script.release()
        #expect(try await answer["NVDA"]?.connector == "alpha")
        #expect(try await answer["NVDA"]?.failures == [])
    }

    @Test func threeSourcesThatHangAreNamedWhenTheTimeIsOver() async throws {
        let markets = ["alpha", "beta", "gamma"].map { FakeMarket($0, Script(then: .ignoreEverything)) }
        let service = DataService(
            connectors: markets,
            options: .init(deadline: .seconds(9)),
            clock: time.clock,
            sleep: time.sleeper
        )
        let start = time.now
        let task = Task { try await service.quotes(of: ["NVDA"]) }
        for market in markets {
            await market.script.asked(1)
            // The deadline, and for all but the last its share.
            await time.sleepers(market.name == "gamma" ? 1 : 2)
            time.advance(3)
        }
        let error = await #expect(throws: DataServiceError.self) { try await task.value }
        #expect(time.now.timeIntervalSince(start) == 9)
        #expect(error?.failures.map(\.connector) == ["alpha", "beta", "gamma"])
        #expect(error?.failures.allSatisfy { $0.code == .timedOut } == true)
        #expect(error?.isTransient == true)
        for market in markets { market.script.release() }
    }

    @Test func whatIsThereByTheDeadlineIsServedAndTheRestIsNamed() async throws {
        let first = FakeMarket("alpha").with { $0.prices = ["NVDA": 182] }
        let service = service(first, FakeMarket("beta", Script(then: .hang)))
        let start = time.now
        let batch = try await time.passing { try await service.quotes(of: ["NVDA", "AAPL"]) }
        #expect(batch["NVDA"]?.freshness == .live)
        #expect(batch.answers.count == 1)
        let missing = try #require(batch.missing["AAPL"])
        #expect(missing.failures.map(\.connector) == ["beta", "alpha"])
        #expect(missing.failures.map(\.code) == [.timedOut, .notFound])
        #expect(time.now.timeIntervalSince(start) >= 8)
    }

    @Test func threeSourcesThatFailAreNamedWithWhatToDoAndSoAreThoseThatAreNotSetUp() async throws {
        let unset = FakeMarket("delta").with {
            $0.readiness = .notConfigured(reason: "no key", nextStep: "set DELTA_TOKEN")
        }
        let off = FakeMarket("epsilon").with { $0.readiness = .disabled(nextStep: "`magnus sources on epsilon`") }
        let service = service(
            FakeMarket("alpha", Script(then: .fail(.unauthorised))),
            FakeMarket("beta", Script(then: .fail(.unreachable))),
            FakeMarket("gamma", Script(then: .fail(.rateLimited(retryAfter: .seconds(20))))),
            unset,
            off
        )
        let error = try #require(
            await #expect(throws: DataServiceError.self) { try await service.quotes(of: ["NVDA"]) }
        )
        #expect(error.question == "quotes of NVDA")
        #expect(error.failures.map(\.connector) == ["alpha", "beta", "gamma"])
        #expect(error.notAsked.map(\.connector) == ["delta", "epsilon"])
        #expect(error.retryAfter == .seconds(20))
        for words in [
            "no source answered for quotes of NVDA", "alpha: scripted", "beta: scripted", "gamma: scripted",
            "delta: no key; set DELTA_TOKEN", "epsilon: switched off; `magnus sources on epsilon`",
            "Try again in 20 s",
        ] { #expect(error.description.contains(words), "\(words)") }
        #expect(unset.script.questions.isEmpty)
        #expect(off.script.questions.isEmpty)
    }

    @Test func offlineNoServiceIsAskedAndWhatIsKeptIsServed() async throws {
        let store = ConnectorStore(database: try Storage.Database())
        let market = FakeMarket("alpha")
        func service(isOffline: Bool) -> DataService {
            DataService(
                connectors: [market],
                store: store,
                options: .init(isOffline: isOffline),
                clock: time.clock,
                sleep: time.sleeper
            )
        }
        let online = service(isOffline: false)
        _ = try await online.quotes(of: ["NVDA"])
        try online.flush()
        time.advance(3_600)
        let offline = service(isOffline: true)
        let kept = try #require(try await offline.quotes(of: ["NVDA"])["NVDA"])
        #expect(kept.freshness == .stale(reason: "fetched 1 h ago; alpha: left alone; go online to ask it"))
        let error = await #expect(throws: DataServiceError.self) {
            try await offline.quotes(of: ["AAPL"], policy: .refresh)
        }
        #expect(error?.notAsked.map(\.connector) == ["alpha"])
        #expect(market.script.questions == ["NVDA"])
        var file = market
        file.kind = .file
        let files = DataService(
            connectors: [file],
            options: .init(isOffline: true),
            clock: time.clock,
            sleep: time.sleeper
        )
        #expect(try await files.quotes(of: ["AAPL"])["AAPL"]?.freshness == .live)
    }

    @Test func aQuestionNobodyOffersSaysWhereToLook() async throws {
        let error = await #expect(throws: DataServiceError.self) {
            try await service(FakeMarket()).series("DGS3MO", in: SampleChains.first...SampleChains.first)
        }
        #expect(error?.description.contains("no source offers") == true)
        #expect(error?.description.contains("magnus sources") == true)
    }

    @Test func aConnectorsUnknownErrorIsNamedByItsTypeAlone() async throws {
        struct Leaky: Error { var token = "s3cret" }
        let service = service(FakeMarket())
        let error = await #expect(throws: DataServiceError.self) {
            let _: Served<Int> = try await service.answer(
                .records,
                "x",
                words: "records",
                isOffered: { _ in true },
                ask: { _ in throw Leaky() }
            )
        }
        #expect(error?.failures.first?.code == .unexpectedAnswer)
        #expect(error?.description.contains("s3cret") == false)
    }
}
