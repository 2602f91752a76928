import Foundation
import Markets

/// Chains for the tests of what is computed from them.
enum ChainSamples {
    /// Wednesday, 2026-06-24, 16:00 in New York: whole days to every expiration at 16:00, there being no clock change
    /// before November.
    static let now = TradingDate(daysSinceEpoch: 20_628).newYorkInstant(hour: 16)
    static let today = TradingDate(newYorkDateOf: now)

    static func option(
        _ right: OptionContract.Right,
        _ strike: Decimal,
        days: Int,
        root: String = "XYZ",
        bid: Decimal?,
        ask: Decimal?,
        last: Decimal? = nil,
        openInterest: Int? = 500,
        volume: Int? = 100,
        volatility: Double? = nil,
        delta: Double? = nil,
        multiplier: Int = 100
    ) -> ListedOption {
        let contract = OptionContract(
            root: root,
            expiration: today.adding(days: days),
            right: right,
            strike: strike,
            multiplier: multiplier
        )
        return ListedOption(
            contract: contract,
            quote: Quote(
                symbol: contract.symbol,
                asOf: now,
                bid: bid,
                ask: ask,
                last: last,
                openInterest: openInterest,
                volume: volume,
                source: "test"
            ),
            impliedVolatility: volatility,
            greeks: delta.map { ReportedGreeks(delta: $0) }
        )
    }

    /// Quotes without a spread at the price of a model.
    static func priced(
        _ root: String = "XYZ",
        spot: Double,
        days: [Int],
        strikes: [Int],
        rate: Double = 0.045,
        style: OptionTerms.Style = .european,
        halfSpread: Double = 0,
        volatility: (_ strike: Double, _ days: Int) -> Double
    ) throws -> OptionChain {
        var options: [ListedOption] = []
        for day in days {
            for strike in strikes {
                for right in OptionContract.Right.allCases {
                    let years = today.adding(days: day).newYorkInstant(hour: 16).timeIntervalSince(now) / (365 * 86_400)
                    let terms = try OptionTerms(
                        style: style,
                        right: right,
                        spot: spot,
                        strike: Double(strike),
                        rate: rate,
                        years: years
                    )
                    let price = try OptionPricer().price(terms, volatility: volatility(Double(strike), day))
                    options.append(
                        option(
                            right,
                            Decimal(strike),
                            days: day,
                            root: root,
                            bid: decimal(max(price - halfSpread, 0)),
                            ask: decimal(price + halfSpread)
                        )
                    )
                }
            }
        }
        return OptionChain(underlying: root, underlyingPrice: decimal(spot), options: options)
    }

    /// Rounded to 10 decimals.
    static func decimal(_ value: Double) -> Decimal {
        Decimal(Int((value * 1e10).rounded())) / 10_000_000_000
    }
}
