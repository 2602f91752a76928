import Connectors
import Foundation
import Markets
import Testing

@Suite struct LivePortfolioTests {
    private static func account(_ number: String, _ positions: [HeldPosition], cash: Decimal? = 0) -> AccountHoldings {
        AccountHoldings(
            account: Account(broker: "alpaca", number: number),
            positions: positions,
            balances: AccountBalances(cash: cash)
        )
    }

    @Test func positionsOfAllAccountsStandTogetherInOrder() throws {
        let put = "AAPL270115P00170000"
        let live = LivePortfolio(accounts: [
            Self.account(
                "1",
                [
                    HeldPosition(symbol: put, multiplier: 100, quantity: -2, averagePrice: 3.45),
                    HeldPosition(symbol: "F", quantity: 10, averagePrice: 9),
                ],
                cash: 1_000
            ),
            Self.account("2", [HeldPosition(symbol: "F", quantity: 30, averagePrice: 11)], cash: 500.25),
        ])
        let portfolio = live.portfolio()
        #expect(portfolio.positions.map(\.instrument.symbol) == [put, "F"])
        let ford = try #require(portfolio.positions.last)
        #expect(ford.quantity == 40)
        // (10 x 9 + 30 x 11) / 40
        #expect(ford.averagePrice == 10.5)
        #expect(portfolio.cash == .known(1_500.25))
        #expect(live.symbols == ["AAPL", put, "F"])
    }

    @Test func cashThatOneAccountDoesNotTellIsUnknownAndNamesNoNumber() {
        let live = LivePortfolio(accounts: [Self.account("12344821", [], cash: nil)])
        #expect(live.portfolio().cash == .unknown(reason: "alpaca ••4821 gives no cash balance"))
    }

    @Test func longInOneAccountAndShortInAnotherIsNetWithoutACost() throws {
        let live = LivePortfolio(accounts: [
            Self.account("1", [HeldPosition(symbol: "SPY", quantity: 100, averagePrice: 500)]),
            Self.account("2", [HeldPosition(symbol: "SPY", quantity: -30, averagePrice: 600)]),
        ])
        let portfolio = live.portfolio()
        let position = try #require(portfolio.positions.first)
        #expect(position.quantity == 70)
        #expect(position.averagePrice == nil)
        #expect(portfolio.issues.map(\.kind) == [.heldBothWays])
    }
}

/// Holdings of brokers of which some do not answer.
@Suite struct PartialHoldingsTests {
    private let time = ManualTime()

    private func snapshot(_ brokers: FakeBroker..., over imported: PortfolioState = .notSupplied) async throws
        -> PortfolioSnapshot
    {
        let service = DataService(connectors: brokers, clock: time.clock, sleep: time.sleeper)
        let kept = PortfolioSnapshot(
            state: imported,
            transactions: [],
            market: MarketSnapshot(now: time.now, riskFreeRate: 0.04, riskFreeRateSource: "test"),
            source: "imported"
        )
        return try await service.snapshot(over: kept)
    }

    @Test func aBrokerThatDoesNotAnswerIsNamedAsMissing() async throws {
        let snapshot = try await snapshot(FakeBroker("alpha"), FakeBroker("beta", Script(then: .fail(.unreachable))))
        #expect(snapshot.holdings?.missing == ["beta"])
        #expect(snapshot.notes.contains("the holdings at beta are missing: beta: scripted"))
    }

    @Test func whereNoneAnswersTheImportedPortfolioSaysThatItIs() async throws {
        let position = Position(
            instrument: .shares("NVDA"),
            lots: [Lot(instrument: .shares("NVDA"), quantity: 100, price: 95, opened: nil)]
        )
        let imported = Portfolio(name: "Your portfolio", positions: [position], cash: .known(5))
        let snapshot = try await snapshot(
            FakeBroker("beta", Script(then: .fail(.unreachable))),
            over: .known(imported)
        )
        guard case .known(let portfolio) = snapshot.state else {
            Issue.record("the imported portfolio is gone")
            return
        }
        #expect(portfolio.name == "Your portfolio as imported" && portfolio.positions == [position])
        #expect(snapshot.holdings == nil)
    }
}
