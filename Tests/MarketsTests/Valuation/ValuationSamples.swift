import Foundation
import Markets

/// A market and holdings whose figures are worked out by hand in the tests.
enum ValuationSamples {
    /// Wednesday, 2026-10-14, 11:00 in New York.
    static let now = TradingDate(daysSinceEpoch: 20_740).newYorkInstant(hour: 11)
    static let today = TradingDate(newYorkDateOf: now)

    /// Dollars from cents.
    static func dollars(_ cents: Int) -> Decimal { Decimal(cents) / 100 }

    static func option(
        _ right: OptionContract.Right,
        _ strike: Int,
        days: Int,
        root: String = "AAPL",
        multiplier: Int = 100
    ) -> OptionContract {
        OptionContract(
            root: root,
            expiration: today.adding(days: days),
            right: right,
            strike: Decimal(strike),
            multiplier: multiplier
        )
    }

    static func position(
        _ instrument: Instrument,
        _ quantity: Int,
        at cents: Int?,
        fees: Int = 0,
        openedDaysAgo: Int = 10
    ) -> Position {
        let lot = Lot(
            instrument: instrument,
            quantity: Decimal(quantity),
            price: cents.map(dollars),
            fees: dollars(fees),
            opened: today.adding(days: -openedDaysAgo)
        )
        return Position(instrument: instrument, lots: [lot])
    }

    static func quote(_ instrument: Instrument, bid: Int?, ask: Int?, last: Int? = nil, close: Int? = nil) -> Quote {
        Quote(
            symbol: instrument.symbol,
            asOf: now.addingTimeInterval(-60),
            bid: bid.map(dollars),
            ask: ask.map(dollars),
            last: last.map(dollars),
            previousClose: close.map(dollars),
            source: "test"
        )
    }

    static func market(_ quotes: [Quote], dividends: [Dividend] = []) -> MarketSnapshot {
        MarketSnapshot(
            now: now,
            quotes: Dictionary(uniqueKeysWithValues: quotes.map { ($0.symbol, $0) }),
            dividends: Dictionary(grouping: dividends, by: \.symbol),
            riskFreeRate: 0.04,
            riskFreeRateSource: "test"
        )
    }

    static func portfolio(_ positions: [Position], cash: Portfolio.Cash = .known(20_000)) -> Portfolio {
        Portfolio(name: "test", positions: positions, cash: cash)
    }
}
