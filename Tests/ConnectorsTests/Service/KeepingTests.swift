import Foundation
import MagnusTestSupport
import Markets
import Storage
import Testing

@testable import Connectors

@Suite struct KeepingTests {
    let time = ManualTime()

    /// A connector that computes from the owner's data.
    struct Derived: VolatilitySource {
        let name = "derived"
        let title = "Computed"
        let kind = ConnectorKind.derived
        let readiness = ConnectorReadiness.ready
        let script: Script

        func volatility(of symbols: [String]) async throws -> Sourced<[VolatilityMeasures]> {
            try await script.perform(symbols.joined(separator: ","), name)
            return Sourced(symbols.map { VolatilityMeasures(symbol: $0, rank: 10) }, source: title)
        }
    }

    // MARK: - Expiring, forgetting, invalidating

    @Test(arguments: [true, false])
    func expiringByKindSymbolOrConnectorAsksAgainAndKeepsTheOldValue(hasStore: Bool) async throws {
        let script = Script(.answer, .answer, .answer, then: .fail(.unreachable))
        let market = FakeMarket("alpha", script)
        let store = hasStore ? ConnectorStore(database: try Database()) : nil
        let service = DataService(connectors: [market], store: store, clock: time.clock, sleep: time.sleeper)
        _ = try await service.quotes(of: ["NVDA", "AAPL"])
        _ = try await service.chain(of: "NVDA")
        if hasStore { try service.flush() }

        try service.expire(kind: .chains)
        _ = try await service.quotes(of: ["NVDA", "AAPL"])
        #expect(script.questions.count == 2)
        _ = try await service.chain(of: "NVDA")
        #expect(script.questions.count == 3)

        try service.expire(symbol: "nvda")
        let batch = try await service.quotes(of: ["NVDA", "AAPL"])
        #expect(script.questions.last == "NVDA")
        #expect(batch["AAPL"]?.freshness == .cached(ageSeconds: 0))
        guard case .stale = batch["NVDA"]?.freshness else {
            Issue.record("kept for when nobody answers")
            return
        }
        try service.expire(connector: "beta")
        _ = try await service.quotes(of: ["AAPL"])
        #expect(script.questions.count == 4)
        try service.forget(connector: "alpha")
        await #expect(throws: DataServiceError.self) { try await service.quotes(of: ["AAPL"]) }
    }

    @Test func anOptionGoesWithItsUnderlying() async throws {
        let option = "NVDA270115P00170000"
        let market = FakeMarket().with { $0.prices[option] = 2 }
        let service = DataService(connectors: [market], clock: time.clock, sleep: time.sleeper)
        _ = try await service.quotes(of: [option])
        try service.expire(symbol: "NVDA")
        _ = try await service.quotes(of: [option])
        #expect(market.script.questions == [option, option])
    }

    @Test func anImportTakesAwayWhatWasComputedFromIt() async throws {
        let (derived, market) = (Derived(script: Script()), FakeMarket())
        let service = DataService(
            connectors: [derived, market],
            store: ConnectorStore(database: try Database()),
            clock: time.clock,
            sleep: time.sleeper
        )
        _ = try await service.volatility(of: ["NVDA"])
        _ = try await service.quotes(of: ["NVDA"])
        try service.flush()
        try service.invalidate(.files)
        _ = try await service.volatility(of: ["NVDA"])
        #expect(derived.script.questions.count == 1)
        try service.invalidate(.ledger)
        #expect(try await service.volatility(of: ["NVDA"])["NVDA"]?.freshness == .live)
        _ = try await service.quotes(of: ["NVDA"])
        #expect(derived.script.questions.count == 2)
        #expect(market.script.questions.count == 1, "what a service said does not depend on the ledger")
    }

    @Test func anAnswerComputedBeforeTheImportIsNotKeptAsIfItWereNew() async throws {
        let derived = Derived(script: Script(.hang))
        let service = DataService(connectors: [derived], clock: time.clock, sleep: time.sleeper)
        async let first = service.volatility(of: ["NVDA"])
        await derived.script.asked(1)
        try service.invalidate(.ledger)
        derived.script.release()
        #expect(try await first["NVDA"]?.freshness == .live)
        #expect(try await service.volatility(of: ["NVDA"])["NVDA"]?.freshness == .live)
        #expect(derived.script.questions.count == 2)
    }

    // MARK: - Memory

    private func entry(_ name: String, dependencies: Set<DataDependency> = []) -> CacheEntry {
        CacheEntry(
            key: CacheKey(kind: .quotes, subject: name, connector: "alpha"),
            symbols: [name],
            dependencies: dependencies,
            source: "Alpha",
            notes: [],
            fetchedAt: time.now,
            expiresAt: time.now + 60,
            value: name
        )
    }

    private func names(_ cache: MemoryCache, _ candidates: String...) -> [String] {
        candidates.filter { cache.entry(entry($0).key) != nil }
    }

    @Test func theLeastRecentlyUsedGoesFirstOnceTheBytesAreUsedUp() {
        let cache = MemoryCache(limit: 100)
        for name in ["A", "B", "C"] { cache.put(entry(name), cost: 30) }
        #expect(cache.bytes == 90)
        _ = cache.entry(entry("A").key)
        cache.put(entry("D"), cost: 30)
        #expect(cache.bytes == 90)
        #expect(names(cache, "A", "B", "C", "D") == ["A", "C", "D"])
        cache.put(entry("E"), cost: 100)
        #expect(names(cache, "A", "C", "D", "E") == ["E"])
        cache.put(entry("F"), cost: 101)
        #expect(names(cache, "E", "F") == ["E"], "what is larger than the whole is not kept")
        cache.put(entry("E"), cost: 10)
        #expect(cache.bytes == 10, "in place of the old one")
    }

    @Test func whatAScanBringsDropsNothingButItself() {
        let cache = MemoryCache(limit: 100)
        cache.put(entry("A"), cost: 60)
        for name in ["B", "C", "D"] { cache.put(entry(name), cost: 30, isRecent: false) }
        #expect(names(cache, "C", "D") == [])
        cache.put(entry("E"), cost: 40)
        #expect(names(cache, "A", "B", "E") == ["A", "E"])
    }

    @Test func theMemoryAgreesWithASimpleModelOverManySteps() {
        let cache = MemoryCache(limit: 50)
        var generator = SeededGenerator(seed: 7)
        var model: [(name: String, cost: Int)] = []
        for _ in 0..<5_000 {
            let name = String(Int.random(in: 0..<12, using: &generator))
            if Bool.random(using: &generator) {
                let cost = Int.random(in: 1...20, using: &generator)
                cache.put(entry(name), cost: cost)
                model.removeAll { $0.name == name }
                model.append((name, cost))
                while model.map(\.cost).reduce(0, +) > 50 { model.removeFirst() }
            } else {
                let isThere = model.contains { $0.name == name }
                #expect((cache.entry(entry(name).key) != nil) == isThere)
                if let place = model.firstIndex(where: { $0.name == name }) { model.append(model.remove(at: place)) }
            }
            #expect(cache.bytes == model.map(\.cost).reduce(0, +))
        }
    }
}
