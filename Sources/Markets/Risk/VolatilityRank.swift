/// Where today's implied volatility stands against its own past year.
public struct VolatilityRank: Sendable, Hashable {
    /// Sessions looked at, today included.
    public static let window = 252

    /// 100 × (today - lowest) / (highest - lowest) over the last 252 sessions with today among them, so 0 to 100; nil
    /// when the range is below 1e-6 or there are too few observations.
    public let rank: Double?
    /// 100 × the share of past sessions whose volatility was strictly below today's; nil with too few observations.
    public let percentile: Double?
    /// Past sessions used.
    public let observations: Int

    /// - Parameters:
    ///   - history: volatilities of past sessions, oldest first, today excluded; values that are not finite are left out.
    ///   - current: today's volatility.
    ///   - minimumCount: past observations below which nothing is said.
    public init(history: [Double], current: Double, minimumCount: Int = 60) {
        let past = history.filter(\.isFinite).suffix(Self.window - 1)
        observations = past.count
        guard current.isFinite, past.count >= max(minimumCount, 1) else {
            rank = nil
            percentile = nil
            return
        }
        let lowest = past.reduce(current, min)
        let highest = past.reduce(current, max)
        rank = highest - lowest < 1e-6 ? nil : min(100 * ((current - lowest) / (highest - lowest)), 100)
        percentile = 100 * Double(past.count { $0 < current }) / Double(past.count)
    }

    /// A rank and percentile of 0 to 100 as a source reports them; how many observations they rest on it does not tell, so
    /// ``observations`` is 0. What is out of range is nil.
    public init(rank: Double?, percentile: Double?) {
        func inRange(_ value: Double?) -> Double? { value.flatMap { (0...100).contains($0) ? $0 : nil } }
        self.rank = inRange(rank)
        self.percentile = inRange(percentile)
        observations = 0
    }
}
