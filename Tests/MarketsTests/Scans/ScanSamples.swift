import Foundation
import Markets

/// Underlyings for the tests of scans.
enum ScanSamples {
    static let market = ScanMarket(now: ChainSamples.now, rate: 0.045)

    /// A rank of 50: lowest 0.2, highest 0.4, today 0.3.
    static let rank = VolatilityRank(history: Array(repeating: 0.2, count: 60) + [0.4], current: 0.3)

    /// The state of a market that rises steadily.
    static let bull = MarketRegime.history(of: bars(count: 260, factor: 1.002)).last

    /// Bars that change by a factor a day, with a little range.
    static func bars(_ symbol: String = "XYZ", count: Int, factor: Double, from start: Double = 50) -> [DailyBar] {
        (0..<count).map { day in
            let close = start * pow(factor, Double(day))
            return DailyBar(
                symbol: symbol,
                date: TradingDate(daysSinceEpoch: 20_000 + day),
                open: ChainSamples.decimal(close * 0.999),
                high: ChainSamples.decimal(close * 1.004),
                low: ChainSamples.decimal(close * 0.996),
                close: ChainSamples.decimal(close),
                volume: 1_000_000
            )
        }
    }

    /// XYZ at 100 with one put of 30 days.
    static func put(
        strike: Decimal = 95,
        bid: Decimal = 1.2,
        ask: Decimal? = nil,
        days: Int = 30,
        volatility: Double? = 0.3,
        openInterest: Int? = 1050,
        earnings: [TradingDate]? = [],
        dividends: [Dividend] = []
    ) -> ScanUnderlying {
        let option = ChainSamples.option(
            .put,
            strike,
            days: days,
            bid: bid,
            ask: ask,
            openInterest: openInterest,
            volatility: volatility
        )
        return ScanUnderlying(
            chain: OptionChain(underlying: "XYZ", underlyingPrice: 100, options: [option]),
            dividends: dividends,
            earnings: earnings,
            volatilityRank: rank,
            historicalVolatility: 0.25,
            regime: bull
        )
    }
}
