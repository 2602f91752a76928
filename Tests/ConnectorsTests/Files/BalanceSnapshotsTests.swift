import Connectors
import Foundation
import MagnusTestSupport
import Markets
import Storage
import Synchronization
import Testing

@Suite struct BalanceSnapshotsTests {
    private let folder: TemporaryFolder
    private let snapshots: BalanceSnapshots
    /// 2026-11-18 15:45 in New York.
    private let now = Date(timeIntervalSince1970: 1_795_034_700)

    init() throws {
        folder = try TemporaryFolder()
        snapshots = BalanceSnapshots(store: BalanceStore(database: try Database(path: folder.path("magnus.db"))))
    }

    private func holdings(_ net: Decimal?, asOf: Date?) -> Sourced<[AccountHoldings]> {
        let account = Account(broker: "alpaca", number: "PA12344821")
        let balances = AccountBalances(cash: Decimal(string: "7700.05"), netLiquidation: net, asOf: asOf)
        return Sourced(
            [
                AccountHoldings(account: account, positions: [], balances: balances),
                AccountHoldings(account: Account(broker: "alpaca", number: "2"), positions: []),
            ],
            source: "Alpaca"
        )
    }

    @Test func theLastOfADayStaysAndDaysAreNewYorks() async throws {
        // Half past midnight in London on the 19th is the evening of the 18th in New York.
        let evening = Date(timeIntervalSince1970: 1_795_048_200)
        try snapshots.keep(holdings(27_000, asOf: now), now: now)
        try snapshots.keep(holdings(27_430, asOf: evening), now: evening)
        try snapshots.keep(holdings(nil, asOf: nil), now: now.addingTimeInterval(86_400))
        let kept = try await snapshots.balances(since: TradingDate.beforeHistory).value
        #expect(kept.map(\.date.description) == ["2026-11-18", "2026-11-19"])
        #expect(kept.map(\.netLiquidation) == [27_430, nil])
        #expect(kept.map(\.cash) == [Decimal(string: "7700.05"), Decimal(string: "7700.05")])
        #expect(kept.map(\.account) == ["alpaca ••4821", "alpaca ••4821"])
        #expect(kept.first?.asOf == evening)
        let later = try #require(TradingDate("2026-11-19"))
        #expect(try await snapshots.balances(since: later).value.count == 1)
    }

    @Test func theServiceTellsWhatItFetchedAndNotWhatItKept() async throws {
        let broker = FakeBroker("alpaca")
        let seen = Mutex<[String]>([])
        let service = DataService(
            connectors: [broker],
            clock: { [now] in now },
            sawHoldings: { holdings in seen.withLock { $0.append(holdings.source) } }
        )
        _ = try await service.holdings()
        _ = try await service.holdings()
        #expect(seen.withLock { $0 } == ["Alpaca"])
    }
}
