/// How finely the finite-difference grid for cash dividends is laid.
public struct GridResolution: Sendable, Hashable {
    /// Intervals in the logarithm of the spot.
    public let spotIntervals: Int
    /// Time steps between now and the last ex-date; shorter stretches between dividends get fewer.
    public let timeSteps: Int

    /// About 1e-6 of the strike; a few 1e-5 where rates are negative and the grid must reach to expiration.
    public static let standard = GridResolution(spotIntervals: 160, timeSteps: 32)
    /// Better than 1e-7 of the strike, some ten times the cost.
    public static let precise = GridResolution(spotIntervals: 800, timeSteps: 160)

    /// At least 20 intervals and 4 steps; fewer are raised.
    public init(spotIntervals: Int, timeSteps: Int) {
        self.spotIntervals = max(spotIntervals, 20)
        self.timeSteps = max(timeSteps, 4)
    }
}
