/// How far a price is expected to move until a day, in dollars per share up or down.
public struct ExpectedMove: Sendable, Hashable {
    /// One standard deviation: S × IV × sqrt(DTE / 365). About two thirds of outcomes stay within it.
    public let oneDeviation: Double
    /// The price of the at-the-money straddle, a heuristic; nil when it is not known.
    public let straddle: Double?
    /// 85 % of the straddle, a heuristic; nil when the straddle is not known.
    public var straddleFraction: Double? { straddle.map { 0.85 * $0 } }

    /// - Parameters:
    ///   - spot: price per share, at least 0.
    ///   - volatility: implied volatility per square root of a year, at least 0.
    ///   - daysToExpiration: calendar days; negative counts as 0.
    ///   - straddle: mid price per share of the call and the put at the strike nearest the spot.
    /// - Throws: ``PricingError`` for values that are not finite or negative.
    public init(
        spot: Double,
        volatility: Double,
        daysToExpiration: Int,
        straddle: Double? = nil
    ) throws(PricingError) {
        for (name, value) in [("spot price", spot), ("volatility", volatility), ("straddle", straddle ?? 0)] {
            guard value.isFinite else { throw .notFinite(name) }
            guard value >= 0 else { throw .outOfRange(name, value: value) }
        }
        oneDeviation = spot * volatility * (Double(max(daysToExpiration, 0)) / 365).squareRoot()
        self.straddle = straddle
    }
}
