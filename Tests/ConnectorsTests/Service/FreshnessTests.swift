import Connectors
import Evidence
import Foundation
import Markets
import Testing

@Suite struct FreshnessTests {
    let time = ManualTime()

    private func service(_ connectors: any Connector..., options: DataServiceOptions = .init()) -> DataService {
        DataService(connectors: connectors, options: options, clock: time.clock, sleep: time.sleeper)
    }

    @Test func aValueIsLiveThenKeptForItsTimeToLiveAndAskedForAgainAtItsEnd() async throws {
        let market = FakeMarket()
        let service = service(market)
        let first = try #require(try await service.quotes(of: ["nvda"])["NVDA"])
        #expect(first.value.last == 182)
        #expect(first.freshness == .live)
        #expect(first.source == "Alpha")
        #expect(first.connector == "alpha")
        #expect(first.asOf == market.asOf, "the provider's time, not the time it was fetched")
        #expect(first.fetchedAt == time.now)

        time.advance(59.9)
        let kept = try #require(try await service.quotes(of: ["NVDA"])["NVDA"])
        #expect(kept.freshness == .cached(ageSeconds: 59))
        #expect(kept.asOf == market.asOf)
        #expect(kept.fetchedAt == first.fetchedAt)
        #expect(market.script.questions == ["NVDA"])

        time.advance(0.1)
        #expect(try await service.quotes(of: ["NVDA"])["NVDA"]?.freshness == .live)
        #expect(market.script.questions == ["NVDA", "NVDA"])
    }

    @Test func aConnectorsOwnTimeToLiveGoesBeforeThatOfTheKind() async throws {
        let market = FakeMarket().with { $0.timesToLive = [.quotes: .seconds(5)] }
        let service = service(market)
        _ = try await service.quotes(of: ["NVDA"])
        time.advance(4.9)
        _ = try await service.quotes(of: ["NVDA"])
        #expect(market.script.questions.count == 1)
        time.advance(0.1)
        _ = try await service.quotes(of: ["NVDA"])
        #expect(market.script.questions.count == 2)
    }

    @Test func ofSeveralSymbolsOnlyThoseThatAreMissingAreAskedForInOneRequest() async throws {
        let market = FakeMarket()
        let service = service(market)
        _ = try await service.quotes(of: ["NVDA"])
        let batch = try await service.quotes(of: ["MSFT", "NVDA", " aapl ", "NVDA"])
        #expect(market.script.questions == ["NVDA", "AAPL,MSFT"])
        #expect(batch.answers.keys.sorted() == ["AAPL", "MSFT", "NVDA"])
        #expect(batch["NVDA"]?.freshness == .cached(ageSeconds: 0))
        #expect(batch["MSFT"]?.freshness == .live)
        #expect(batch.values.map(\.last) == [270, 480, 182])
        #expect(try await service.quotes(of: []).answers.isEmpty)
    }

    @Test func refreshAsksInAnyCaseAndFallsBackOnWhatIsKept() async throws {
        let market = FakeMarket("alpha", Script(.answer, .answer, .fail(.serviceFailed(status: 503))))
        let service = service(market)
        _ = try await service.quotes(of: ["NVDA"])
        #expect(try await service.quotes(of: ["NVDA"], policy: .refresh)["NVDA"]?.freshness == .live)
        let kept = try await service.quotes(of: ["NVDA"], policy: .refresh)["NVDA"]
        #expect(kept?.freshness == .cached(ageSeconds: 0))
        #expect(kept?.failures == [ConnectorError("alpha", .serviceFailed(status: 503), "scripted")])
    }

    @Test func whereNobodyAnswersTheLastValueIsServedWithItsAgeAndTheReason() async throws {
        let market = FakeMarket("alpha", Script(.answer, then: .fail(.serviceFailed(status: 503))))
        let service = service(market)
        _ = try await service.quotes(of: ["NVDA"])
        time.advance(14 * 60)
        let old = try #require(try await service.quotes(of: ["NVDA"])["NVDA"])
        #expect(old.value.last == 182)
        #expect(old.freshness == .stale(reason: "fetched 14 min ago; alpha: scripted"))
        #expect(old.failures.map(\.code) == [.serviceFailed(status: 503)])
        #expect(service.status()[0].staleServed == 1)
    }

    @Test func nothingOlderThanTheLimitIsServed() async throws {
        let market = FakeMarket("alpha", Script(.answer, then: .fail(.unreachable)))
        let service = service(market, options: .init(maximumStaleness: .seconds(3_600)))
        _ = try await service.quotes(of: ["NVDA"])
        time.advance(3_600)
        #expect(try await service.quotes(of: ["NVDA"])["NVDA"] != nil)
        time.advance(0.5)
        await #expect(throws: DataServiceError.self) { try await service.quotes(of: ["NVDA"]) }
    }

    @Test func cachedOnlyAsksNobody() async throws {
        let market = FakeMarket()
        let service = service(market)
        let error = await #expect(throws: DataServiceError.self) {
            try await service.quotes(of: ["NVDA"], policy: .cachedOnly)
        }
        #expect(error?.description.contains("was not asked") == true)
        _ = try await service.quotes(of: ["NVDA"])
        time.advance(100)
        let kept = try await service.quotes(of: ["NVDA"], policy: .cachedOnly)["NVDA"]
        #expect(kept?.freshness == .stale(reason: "fetched 1 min ago; no source was asked"))
        #expect(market.script.questions.count == 1)
    }

    @Test func thatNobodyKnowsASymbolIsRememberedForAMinute() async throws {
        let market = FakeMarket()
        let service = service(market)
        let batch = try await service.quotes(of: ["NVDA", "ZZZZ"])
        #expect(batch.missing["ZZZZ"]?.description.contains("alpha: does not know ZZZZ") == true)
        time.advance(59)
        let error = await #expect(throws: DataServiceError.self) { try await service.quotes(of: ["ZZZZ"]) }
        #expect(error?.failures.map(\.code) == [.notFound])
        #expect(market.script.questions == ["NVDA,ZZZZ"])
        time.advance(1)
        await #expect(throws: DataServiceError.self) { try await service.quotes(of: ["ZZZZ"]) }
        #expect(market.script.questions == ["NVDA,ZZZZ", "ZZZZ"])
        await #expect(throws: DataServiceError.self) { try await service.chain(of: "ZZZZ") }
        await #expect(throws: DataServiceError.self) { try await service.chain(of: "ZZZZ") }
        #expect(market.script.questions.filter { $0 == "chain ZZZZ" }.count == 1)
    }

    @Test func notesOfTheSourceAreKeptWithTheValue() async throws {
        let note = "Alpha no longer sends 'bid' as it did (1 record)"
        let service = service(FakeMarket().with { $0.notes = [note] })
        _ = try await service.quotes(of: ["NVDA"])
        let batch = try await service.quotes(of: ["NVDA"])
        #expect(batch["NVDA"]?.freshness == .cached(ageSeconds: 0))
        #expect(batch.notes == [note])
    }

    @Test func partsOfAChainComeFromTheWholeChainWhereThatIsKept() async throws {
        let market = FakeMarket()
        let service = service(market)
        let part = SampleChains.first...SampleChains.first.adding(days: 7)
        #expect(try await service.chain(of: "NVDA", expirations: part).value.options.count == 6)
        #expect(try await service.chain(of: "NVDA").value.options.count == 12)
        let later = SampleChains.first.adding(days: 28)...SampleChains.first.adding(days: 60)
        let served = try await service.chain(of: "NVDA", expirations: later)
        #expect(served.value.options.count == 6)
        #expect(served.freshness == .cached(ageSeconds: 0))
        #expect(market.script.questions.count == 2)
        time.advance(300)
        #expect(try await service.chain(of: "NVDA", expirations: later).freshness == .live)
    }

    @Test func spansOfHistoryShareTheAnswerForWholeYears() async throws {
        let market = FakeMarket()
        let service = service(market)
        let today = try #require(TradingDate("2026-11-25"))
        let month = try await service.history(of: "NVDA", in: today.adding(days: -30)...today)
        let quarter = try await service.history(of: "NVDA", in: today.adding(days: -90)...today)
        #expect(market.script.questions == ["history NVDA 2026-01-01..2026-11-25"])
        #expect(month.value.bars.first?.date == TradingDate("2026-10-26"))
        #expect(quarter.value.bars.first?.date == TradingDate("2026-08-27"))
        #expect(quarter.value.bars.last?.date == today)
    }

    @Test func aKindOfItsOwnIsKeptToo() async throws {
        let market = FakeMarket()
        let service = service(market)
        for _ in 0..<2 {
            let served = try await service.answer(
                .scans,
                "volume of 3",
                words: "unusual volume",
                isOffered: { $0.name == "alpha" },
                ask: { connector in
                    try await market.script.perform("scan", connector.name)
                    return Sourced([1, 2, 3], source: "Scan")
                }
            )
            #expect(served.value == [1, 2, 3])
        }
        #expect(market.script.questions == ["scan"])
    }
}
