import Foundation

/// Moments of daily log returns.
enum Returns {
    /// Sessions looked at.
    static let window = 252
    /// Returns below which nothing is said.
    static let minimumCount = 60

    /// Sums of two series about their means.
    struct Moments {
        let count: Int
        /// Sums of squares and products about the means.
        let xx, yy, xy: Double

        init(_ x: [Double], _ y: [Double]) {
            count = min(x.count, y.count)
            let n = Double(max(count, 1))
            let (meanX, meanY) = (x.prefix(count).reduce(0, +) / n, y.prefix(count).reduce(0, +) / n)
            var (xx, yy, xy) = (0.0, 0.0, 0.0)
            for index in 0..<count {
                let (a, b) = (x[index] - meanX, y[index] - meanY)
                xx += a * a
                yy += b * b
                xy += a * b
            }
            (self.xx, self.yy, self.xy) = (xx, yy, xy)
        }
    }

    /// The log returns of two series between consecutive common dates, at most the last `window` of them.
    static func common(_ left: [Int: Double], _ right: [Int: Double], window: Int = Returns.window) -> (
        [Double], [Double]
    ) {
        let days = left.keys.filter { right[$0] != nil }.sorted().suffix(window + 1)
        var (x, y): ([Double], [Double]) = ([], [])
        for (before, after) in zip(days, days.dropFirst()) {
            guard let a = left[before], let b = left[after], let c = right[before], let d = right[after] else {
                continue
            }
            x.append(log(b / a))
            y.append(log(d / c))
        }
        return (x, y)
    }

    /// Adjusted closes by day number.
    static func closes(_ bars: [DailyBar]) -> [Int: Double] {
        let adjusted = AdjustedBars(bars)
        return Dictionary(
            zip(adjusted.dates.map(\.daysSinceEpoch), adjusted.close),
            uniquingKeysWith: { _, last in last }
        )
    }

    /// The sample standard deviation; nil with fewer than two values.
    static func deviation(_ values: some Collection<Double>) -> Double? {
        guard values.count > 1 else { return nil }
        let mean = values.reduce(0, +) / Double(values.count)
        let sum = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        return (sum / Double(values.count - 1)).squareRoot()
    }
}

/// Historical (realised) volatility: what the share has done, as against what its options expect.
public enum HistoricalVolatility {
    /// The sample standard deviation of the last `sessions` daily log returns of adjusted closes, times sqrt(252); nil
    /// with fewer bars than that needs.
    public static func annualised(_ bars: [DailyBar], sessions: Int = 30) -> Double? {
        guard sessions >= 2 else { return nil }
        let closes = AdjustedBars(bars.count > sessions + 10 ? bars.sortedTail(sessions + 10) : bars).close
        guard closes.count > sessions else { return nil }
        let recent = closes.suffix(sessions + 1)
        let returns = zip(recent, recent.dropFirst()).map { log($1 / $0) }
        return Returns.deviation(returns).map { $0 * 252.0.squareRoot() }
    }
}

extension [DailyBar] {
    /// The latest `count` bars by date.
    fileprivate func sortedTail(_ count: Int) -> [DailyBar] {
        let isOrdered = zip(self, dropFirst()).allSatisfy { $0.date < $1.date }
        return Array((isOrdered ? self : sorted { $0.date < $1.date }).suffix(count))
    }
}
