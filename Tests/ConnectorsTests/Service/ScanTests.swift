import Connectors
import Evidence
import Foundation
import Markets
import Storage
import Testing
import Transport

@Suite struct ScanTests {
    let time = ManualTime()
    let symbols = (0..<200).map { "S\($0)" }

    private func market(_ script: Script = Script()) -> FakeMarket {
        FakeMarket("alpha", script).with {
            $0.prices = Dictionary(uniqueKeysWithValues: symbols.enumerated().map { ($1, Decimal(100 + $0)) })
        }
    }

    private func service(_ market: FakeMarket, _ store: ConnectorStore? = nil) -> DataService {
        DataService(connectors: [market], store: store, clock: time.clock, sleep: time.sleeper)
    }

    @Test func aScanReadsWhatIsKeptAndAsksForTheRest() async throws {
        let store = ConnectorStore(database: try Storage.Database())
        let market = market()
        let first = service(market, store)
        for symbol in symbols.prefix(150) { _ = try await first.chain(of: symbol) }
        try first.flush()
        let scanned = try await service(market, store).chains(of: symbols + ["ZZZZ"]) { served in
            (price: served.value.underlyingPrice, isLive: served.freshness == .live)
        }
        #expect(scanned.results.count == 200)
        for (index, symbol) in symbols.enumerated() {
            #expect(scanned.results[symbol]?.price == Decimal(100 + index))
            #expect(scanned.results[symbol]?.isLive == (index >= 150))
        }
        #expect(scanned.missing.keys.sorted() == ["ZZZZ"])
        #expect(market.script.questions.count == 201)
        #expect(Set(market.script.questions).count == 201)
    }

    @Test func aScanThatTakesTooLongServesWhatIsKept() async throws {
        let script = Script()
        let market = market(script)
        let service = service(market)
        for symbol in symbols.prefix(20) { _ = try await service.chain(of: symbol) }
        time.advance(400)
        let scanned = try await service.chains(of: Array(symbols.prefix(30)), within: .zero) { $0.freshness }
        #expect(scanned.results.count == 20)
        #expect(scanned.missing.count == 10)
        for freshness in scanned.results.values {
            #expect(freshness == .stale(reason: "fetched 6 min ago; no source was asked"))
        }
        #expect(script.questions.count == 20)
    }

    @Test func whatTheBodyThrowsEndsTheScan() async throws {
        struct Stop: Error {}
        await #expect(throws: Stop.self) {
            try await service(market()).chains(of: symbols) { _ -> Int in throw Stop() }
        }
    }

    @Test func aScanUnderARateLimitNeverAsksMoreThanAllowed() async throws {
        let market = market().with { $0.rateLimit = RateLimit(perSecond: 0.001, burst: 60) }
        let scanned = try await service(market).chains(of: symbols) { $0.value.underlying }
        #expect(scanned.results.count == 60)
        #expect(scanned.missing.count == 140)
        #expect(market.script.questions.count == 60)
        let error = try #require(scanned.missing.values.first)
        #expect(error.description.contains("its rate limit is used up"))
    }
}
