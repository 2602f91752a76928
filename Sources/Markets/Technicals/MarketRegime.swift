import Foundation

/// Whether a market advances, declines or does neither, judged on each day from the days before it only.
///
/// Three votes for an advance: close above the 200-day average, 50-day above 200-day average, 200-day average above
/// where it was 20 days ago. BULL: at least two and a positive 63-day return; BEAR: at most one and a negative return;
/// else SIDEWAYS. Without a trend by the ADX (below 20) it is SIDEWAYS too, unless the 63-day return exceeds one
/// standard deviation. A change counts only after three equal days.
public enum MarketRegime {
    /// Which way the market goes.
    public enum Trend: String, Sendable, Hashable, Codable, CaseIterable {
        /// An advance.
        case bull = "BULL"
        /// Neither.
        case sideways = "SIDEWAYS"
        /// A decline.
        case bear = "BEAR"
    }

    /// The regime on one day and what it was judged by.
    public struct State: Sendable, Hashable {
        /// The day.
        public let date: TradingDate
        /// The trend after three equal days.
        public let trend: Trend
        /// The trend of this day alone.
        public let dailyTrend: Trend
        /// Whether the 20-day volatility is above 80 % of those of the past year.
        public let isHighVolatility: Bool
        /// The votes for an advance, 0 to 3.
        public let votes: Int
        /// Average closes of 50 and 200 days on the scale of the latest day.
        public let average50, average200: Double
        /// The change of the 200-day average over 20 days as a fraction; nil in the first 20 days it exists.
        public let slope200: Double?
        /// The return of 63 sessions, a fraction.
        public let return63: Double
        /// One standard deviation of 63-day log returns, from the daily ones of the past year.
        public let deviation63: Double
        /// Historical volatility of 20 sessions per year.
        public let volatility20: Double
        /// 100 × the share of the past year's ``volatility20`` strictly below today's.
        public let volatilityPercentile: Double
        /// Wilder's average directional index of 14 days, 0 to 100.
        public let directionalIndex: Double
    }

    /// The state on each day from the 200th bar on; empty with fewer. Works on adjusted closes. O(bars), but for a
    /// count over 252 numbers for each.
    public static func history(of bars: [DailyBar]) -> [State] {
        let prices = AdjustedBars(bars)
        guard prices.count >= 200 else { return [] }
        let close = prices.close
        let closes = RunningSums(close)
        let returns = RunningSums([0.0] + zip(close, close.dropFirst()).map { log($1 / $0) })
        var directional = DirectionalIndex()
        var averages200: [Double] = []
        var volatilities: [Double] = []
        var states: [State] = []
        var streak = (trend: Trend.sideways, length: 0)
        var shown: Trend?
        for day in close.indices {
            directional.add(high: prices.high[day], low: prices.low[day], close: close[day])
            if day >= 20 { volatilities.append(returns.deviation(of: 20, through: day) * 252.0.squareRoot()) }
            guard day >= 199, let index = directional.value, let recent = volatilities.last else { continue }
            let average200 = closes.mean(of: 200, through: day)
            averages200.append(average200)
            let slope = averages200.count > 20 ? average200 / averages200[averages200.count - 21] - 1 : nil
            let average50 = closes.mean(of: 50, through: day)
            let past = volatilities.dropLast().suffix(252)
            let percentile = 100 * Double(past.count { $0 < recent }) / Double(max(past.count, 1))
            let return63 = close[day] / close[day - 63] - 1
            let deviation63 = returns.deviation(of: min(252, day), through: day) * 63.0.squareRoot()
            let votes = [close[day] > average200, average50 > average200, (slope ?? 0) > 0].count { $0 }
            let today = trend(
                votes: votes,
                possibleVotes: votes + (slope == nil ? 1 : 0),
                return63: return63,
                isTrending: index >= 20 || abs(log1p(return63)) > deviation63
            )
            streak = streak.trend == today ? (today, streak.length + 1) : (today, 1)
            if shown == nil || streak.length >= 3 { shown = today }
            states.append(
                State(
                    date: prices.dates[day],
                    trend: shown ?? today,
                    dailyTrend: today,
                    isHighVolatility: percentile > 80,
                    votes: votes,
                    average50: average50,
                    average200: average200,
                    slope200: slope,
                    return63: return63,
                    deviation63: deviation63,
                    volatility20: recent,
                    volatilityPercentile: percentile,
                    directionalIndex: index
                )
            )
        }
        return states
    }

    /// The latest state.
    ///
    /// - Throws: ``DataGap`` with fewer than 200 bars.
    public static func latest(of bars: [DailyBar]) throws(DataGap) -> State {
        guard let state = history(of: bars).last else {
            throw DataGap("market regime", "it needs 200 daily bars and there are \(AdjustedBars(bars).count)")
        }
        return state
    }

    /// - Parameter possibleVotes: the votes if the one that cannot be cast yet were for an advance.
    private static func trend(votes: Int, possibleVotes: Int, return63: Double, isTrending: Bool) -> Trend {
        guard isTrending else { return .sideways }
        if votes >= 2, return63 > 0 { return .bull }
        if possibleVotes <= 1, return63 < 0 { return .bear }
        return .sideways
    }
}

/// Sums of a series and of its squares up to each place, for moving means and deviations in constant time.
struct RunningSums {
    private var sums: [Double] = [0]
    private var squares: [Double] = [0]

    init(_ values: [Double]) {
        sums.reserveCapacity(values.count + 1)
        squares.reserveCapacity(values.count + 1)
        for (index, value) in values.enumerated() {
            sums.append(sums[index] + value)
            squares.append(squares[index] + value * value)
        }
    }

    /// The mean of the `count` values that end at a place.
    func mean(of count: Int, through index: Int) -> Double {
        (sums[index + 1] - sums[index + 1 - count]) / Double(count)
    }

    /// The sample standard deviation of the `count` values that end at a place; 0 with fewer than two.
    func deviation(of count: Int, through index: Int) -> Double {
        guard count > 1 else { return 0 }
        let mean = mean(of: count, through: index)
        let square = squares[index + 1] - squares[index + 1 - count]
        return max((square - Double(count) * mean * mean) / Double(count - 1), 0).squareRoot()
    }
}
