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
