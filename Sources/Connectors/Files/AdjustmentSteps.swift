import Foundation
import Markets

/// Splits and dividends that daily bars tell of themselves, by how their adjusted close moves against the close.
///
/// On the day of a split of `s` new shares for one the close falls to 1/s and the adjusted close does not; on an ex-date
/// the ratio of the two rises by 1 / (1 - dividend / close before). Only what cannot be anything else is taken: a step of
/// the ratio may also be a spin-off, a special right, or another company that took over the ticker.
struct AdjustmentSteps {
    /// Splits that are certain, oldest first.
    private(set) var splits: [PriceHistory.Split] = []
    /// Dividends, oldest first; empty where one step cannot be told.
    private(set) var dividends: [Dividend] = []
    /// Days on which the ratio has a step that is neither a certain split nor a certain dividend.
    private(set) var unexplained: [TradingDate] = []

    /// A larger move of the adjusted close between two days makes no step certain.
    private static let largestMove = 0.25
    /// Larger steps are no ordinary dividends.
    private static let largestYield = 0.10
    private static let longestGap = 10

    /// The steps in `bars`, which are oldest first. Bars without an adjusted close tell nothing.
    ///
    /// - Parameter source: Where the bars came from, as it is shown.
    init(_ bars: [DailyBar], source: String) {
        var found: [Dividend] = []
        for (before, after) in zip(bars, bars.dropFirst()) {
            guard let step = Step(before, after), step.isStep else { continue }
            let isQuiet =
                abs(log(step.adjustedMove)) < log(1 + Self.largestMove)
                && before.date.days(until: after.date) <= Self.longestGap
            if isQuiet, let ratio = Self.splitRatio(step.ratio) {
                splits.append(PriceHistory.Split(date: after.date, ratio: ratio))
            } else if isQuiet, let amount = step.dividend, amount / before.close < Decimal(Self.largestYield) {
                found.append(Dividend(symbol: after.symbol, exDate: after.date, amount: amount, source: source))
            } else {
                unexplained.append(after.date)
            }
        }
        // A list with gaps would pass for a whole one.
        if unexplained.isEmpty { dividends = found }
    }

    /// The ratio between the adjusted close and the close, from one day to the next.
    private struct Step {
        let ratio: Double
        let adjustedMove: Double
        /// By how much `ratio` may be off, since files round prices and factors.
        let error: Double
        let closeBefore: Double

        init?(_ before: DailyBar, _ after: DailyBar) {
            guard let adjustedBefore = before.adjustedClose, let adjustedAfter = after.adjustedClose,
                adjustedBefore > 0, adjustedAfter > 0
            else { return nil }
            func double(_ number: Decimal) -> Double { NSDecimalNumber(decimal: number).doubleValue }
            let factorBefore = double(adjustedBefore) / double(before.close)
            let factorAfter = double(adjustedAfter) / double(after.close)
            ratio = factorAfter / factorBefore
            adjustedMove = double(adjustedAfter) / double(adjustedBefore)
            closeBefore = double(before.close)
            // Half a unit in the last place: of the adjusted closes as written, and of factors with seven digits.
            error =
                Self.rounding(adjustedBefore) / double(adjustedBefore)
                + Self.rounding(adjustedAfter) / double(adjustedAfter)
                + 5e-8 / factorBefore + 5e-8 / factorAfter
        }

        /// Whether it is more than rounding.
        var isStep: Bool { abs(ratio - 1) > 2 * error + 1e-7 }

        /// Dollars per share; nil where no amount in cents, halves of a cent or tenths of a cent stands out.
        var dividend: Decimal? {
            guard ratio > 1 else { return nil }
            let amount = closeBefore * (1 - 1 / ratio)
            let error = closeBefore * error
            for (unit, places) in [(0.01, 100), (0.005, 200), (0.001, 1_000)] where error <= unit / 20 {
                let count = (amount / unit).rounded()
                if count >= 1, abs(count * unit - amount) <= error { return Decimal(Int(count)) / Decimal(places) }
            }
            return nil
        }

        private static func rounding(_ price: Decimal) -> Double {
            // Trailing zeros are not kept, so that fewer digits than six say nothing.
            0.5 * pow(10, Double(min(price.exponent, -6)))
        }
    }

    /// New shares for one old; nil where the ratio is none of those that companies choose.
    private static func splitRatio(_ ratio: Double) -> Decimal? {
        for (new, old) in ratios where abs(ratio * Double(old) / Double(new) - 1) < 1e-4 {
            return Decimal(new) / Decimal(old)
        }
        return nil
    }

    private static let ratios: [(new: Int, old: Int)] =
        (2...50).map { ($0, 1) } + (2...100).map { (1, $0) }
        + [(3, 2), (5, 2), (7, 2), (4, 3), (5, 3), (5, 4), (6, 5), (2, 3), (3, 4), (2, 5)]
}
