/// How a share moves with an index: ordinary least squares of its daily log returns on the index's, over the common
/// dates of the last 252 sessions.
public struct BetaEstimate: Sendable, Hashable {
    /// The slope; 1 where it is assumed.
    public let beta: Double
    /// The share of the variance that the index explains, 0 to 1; nil where beta is assumed.
    public let rSquared: Double?
    /// The standard error of the slope; nil where beta is assumed.
    public let standardError: Double?
    /// Returns used.
    public let observations: Int
    /// Whether there were fewer than 60 common returns, or none of the index moved, so that beta is taken to be 1.
    public let isAssumed: Bool

    /// - Parameters:
    ///   - bars: the share's.
    ///   - index: the index's, for instance SPY's.
    public init(_ bars: [DailyBar], index: [DailyBar]) {
        let (x, y) = Returns.common(Returns.closes(index), Returns.closes(bars))
        let moments = Returns.Moments(x, y)
        observations = moments.count
        guard moments.count >= Returns.minimumCount, moments.xx > 0, (moments.xy / moments.xx).isFinite else {
            (beta, rSquared, standardError, isAssumed) = (1, nil, nil, true)
            return
        }
        let slope = moments.xy / moments.xx
        beta = slope
        rSquared = moments.yy > 0 ? min(slope * moments.xy / moments.yy, 1) : 0
        let residual = max(moments.yy - slope * moments.xy, 0)
        standardError = (residual / Double(moments.count - 2) / moments.xx).squareRoot()
        isAssumed = false
    }
}
