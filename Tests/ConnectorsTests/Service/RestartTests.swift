import Connectors
import Evidence
import Foundation
import MagnusTestSupport
import Markets
import Storage
import Testing
import Transport

@Suite struct RestartTests {
    let time = ManualTime()
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    /// A new process: nothing in memory, the same database.
    private func process(_ connectors: any Connector..., options: DataServiceOptions = .init()) throws -> DataService {
        DataService(
            connectors: connectors,
            store: try store(),
            options: options,
            clock: time.clock,
            sleep: time.sleeper
        )
    }

    private func store() throws -> ConnectorStore {
        ConnectorStore(database: try Database(path: folder.path("magnus.db")))
    }

    @Test func answersOutliveTheProcess() async throws {
        let market = FakeMarket().with { $0.notes = ["a note"] }
        let first = try process(market)
        _ = try await first.quotes(of: ["NVDA", "ZZZZ"])
        _ = try await first.chain(of: "NVDA")
        try first.flush()
        time.advance(30)
        let second = try process(market)
        let batch = try await second.quotes(of: ["NVDA", "ZZZZ", "AAPL"])
        let served = try #require(batch["NVDA"])
        #expect(served.value == Quote(symbol: "NVDA", asOf: market.asOf, last: 182, source: "Alpha"))
        #expect(served.freshness == .cached(ageSeconds: 30))
        #expect(served.asOf == market.asOf)
        #expect(served.fetchedAt == time.now.addingTimeInterval(-30))
        #expect(served.notes == ["a note"])
        #expect(try await second.chain(of: "NVDA").value == SampleChains.chain("NVDA", price: 182))
        #expect(market.script.questions == ["NVDA,ZZZZ", "chain NVDA", "AAPL"])
    }

    @Test func whatIsOldIsAskedForAgainAndServedWhereNobodyAnswers() async throws {
        let script = Script(.answer, then: .fail(.unreachable))
        let first = try process(FakeMarket("alpha", script))
        _ = try await first.quotes(of: ["NVDA"])
        try first.flush()
        time.advance(7_500)
        let served = try await process(FakeMarket("alpha", script)).quotes(of: ["NVDA"])["NVDA"]
        #expect(served?.freshness == .stale(reason: "fetched 2 h 5 min ago; alpha: scripted"))
    }

    @Test func aRowThatIsDamagedOrOfAnotherVersionIsAMiss() async throws {
        let market = FakeMarket()
        let first = try process(market)
        _ = try await first.quotes(of: ["NVDA"])
        _ = try await first.chain(of: "NVDA")
        try first.flush()
        let rows =
            try store().values(kind: "quotes", subjects: ["NVDA"])
            + store().values(kind: "chains", subjects: ["NVDA"])
        #expect(rows.count == 2)
        var asked = market.script.questions.count
        for row in rows {
            let payload = try #require(row.payload)
            var damaged = [Data(), Data([0]), payload.dropLast(), payload + [0], payload.prefix(12)].map { Data($0) }
            for place in [0, 2, 3, 5, 12, payload.count / 2, payload.count - 1] {
                var copy = payload
                copy[place] ^= 0x10
                damaged.append(copy)
            }
            for payload in damaged {
                var bad = row
                bad.payload = payload
                try store().save([bad])
                let process = try process(market)
                if row.kind == "quotes" {
                    #expect(try await process.quotes(of: ["NVDA"])["NVDA"]?.freshness == .live)
                } else {
                    #expect(try await process.chain(of: "NVDA").freshness == .live)
                }
                asked += 1
                #expect(market.script.questions.count == asked)
            }
        }
    }

    @Test func aScriptRunEachMinuteDoesNotHammerADeadService() async throws {
        let script = Script(then: .fail(.serviceFailed(status: 503)))
        for _ in 0..<60 {
            // Not even a flush at the end: the failure was written down at once.
            _ = try? await process(FakeMarket("alpha", script)).quotes(of: ["NVDA"])
            time.advance(60)
        }
        // Minutes 0, 1, 2; then after pauses of 1/2, 1, 2, 4, 8, 15, 15 and 15 minutes.
        #expect(script.questions.count == 10)
        let status = try process(FakeMarket("alpha", script)).status()[0]
        #expect(status.errors == ["service_failed": 10])
        #expect(status.restsUntil.map { $0 > time.now } == true)
    }

    @Test func aDailyAllowanceIsSharedByAllRuns() async throws {
        let script = Script()
        let limit = RateLimit(perSecond: 25 / 86_400, burst: 25)
        var refused = 0
        for _ in 0..<40 {
            let process = try process(FakeMarket("alpha", script).with { $0.rateLimit = limit })
            do {
                _ = try await process.quotes(of: ["NVDA"], policy: .refresh)
            } catch {
                refused += 1
            }
            try process.flush()
        }
        #expect(script.questions.count == 25)
        // The others were served what is kept.
        #expect(refused == 0)
    }

    @Test func countersAddUpOverRunsAndProcesses() async throws {
        let market = FakeMarket("alpha", Script(.answer, .fail(.unauthorised), .answer))
        let (first, second) = (try process(market), try process(market))
        _ = try await first.quotes(of: ["NVDA", "AAPL"])
        _ = try await first.quotes(of: ["NVDA"])
        _ = try? await second.quotes(of: ["MSFT"])
        try first.flush()
        try second.flush()
        try first.flush()
        time.advance(5)
        _ = try await first.quotes(of: ["MSFT"])
        try first.flush()
        let status = try process(market).status()[0]
        #expect(status.requests == 3)
        #expect(status.misses == 4)
        #expect(status.hits == 1)
        #expect(status.hitRate == 0.2)
        #expect(status.errors == ["unauthorised": 1])
        #expect(status.lastSuccess == time.now)
        #expect(status.lastFailure == time.now.addingTimeInterval(-5))
        #expect(status.lastFailureDetail == "scripted")
        #expect(status.offers == [.quotes, .chains, .volatility, .history])
    }

    @Test func latencyIsMeasured() async throws {
        let market = FakeMarket("alpha", Script(.hang, .hang))
        let service = try process(market)
        for seconds in [1.0, 3.0] {
            async let answer = service.quotes(of: ["NVDA"], policy: .refresh)
            await time.sleepers(1)
            await market.script.asked(seconds == 1 ? 1 : 2)
            time.advance(seconds)
            market.script.release()
            _ = try await answer
        }
        let status = service.status()[0]
        #expect(status.meanLatency == .seconds(2))
        let slowest = try #require(status.latency95)
        #expect(slowest >= .seconds(3) && slowest < .seconds(4.5))
    }

    @Test func theDatabaseIsKeptSmall() async throws {
        let market = FakeMarket()
        let first = try process(market, options: .init(maximumStaleness: .seconds(3_600)))
        _ = try await first.quotes(of: ["NVDA"])
        try first.flush()
        time.advance(3_601)
        _ = try await first.chain(of: "NVDA")
        try first.flush()
        #expect(try store().values(kind: "quotes", subjects: ["NVDA"]).isEmpty, "older than anything that is served")
        let size = try #require(try store().values(kind: "chains", subjects: ["NVDA"]).first?.payload?.count)
        let service = try process(market, options: .init(diskBytes: 2 * size))
        for symbol in ["AAPL", "MSFT"] {
            time.advance(1)
            _ = try await service.chain(of: symbol)
        }
        try service.flush()
        let kept = try store().values(kind: "chains", subjects: ["NVDA", "AAPL", "MSFT"])
        #expect(kept.map(\.subject).sorted() == ["AAPL", "MSFT"], "the oldest goes")
    }

    @Test func aDatabaseThatCannotBeWrittenTakesNothingDown() async throws {
        _ = try store()
        let database = try Database(path: folder.path("magnus.db"), access: .readOnly)
        let market = FakeMarket()
        let service = DataService(
            connectors: [market],
            store: ConnectorStore(database: database),
            clock: time.clock,
            sleep: time.sleeper
        )
        #expect(try await service.quotes(of: ["NVDA"])["NVDA"]?.freshness == .live)
        #expect(try await service.quotes(of: ["NVDA"])["NVDA"]?.freshness == .cached(ageSeconds: 0))
        #expect(throws: StorageError.self) { try service.flush() }
        #expect(service.storageFailure?.code == .readOnly)
    }
}
