/// How much of the underlying's price a broker wants for an uncovered short option, after the exchanges' minimum rules.
public struct MarginRules: Sendable, Hashable {
    /// Fraction of the spot, less the amount out of the money.
    public var fraction: Double
    /// Least fraction, of the strike for puts and of the spot for calls.
    public var minimumFraction: Double

    /// Rules with their own fractions.
    public init(fraction: Double, minimumFraction: Double) {
        self.fraction = fraction
        self.minimumFraction = minimumFraction
    }

    /// Shares and ordinary funds: 20 %, at least 10 %.
    public static let equity = MarginRules(fraction: 0.20, minimumFraction: 0.10)
    /// Broad indices: 15 %, at least 10 %.
    public static let broadIndex = MarginRules(fraction: 0.15, minimumFraction: 0.10)
    /// Leveraged funds: the equity fractions times the leverage, at most everything.
    public static func leveraged(_ factor: Double) -> MarginRules {
        MarginRules(fraction: min(0.20 * abs(factor), 1), minimumFraction: min(0.10 * abs(factor), 1))
    }

    /// The requirement per share of an uncovered short option.
    func uncovered(_ leg: MarginLeg, spot: Double) -> Double {
        switch leg.right {
        case .put:
            return max(
                leg.price + fraction * spot - max(spot - leg.strike, 0),
                leg.price + minimumFraction * leg.strike
            )
        case .call:
            return max(leg.price + fraction * spot - max(leg.strike - spot, 0), leg.price + minimumFraction * spot)
        }
    }
}
