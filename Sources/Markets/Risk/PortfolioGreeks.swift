/// The sensitivities of a portfolio. Shares are added up per underlying only; dollars across all.
public struct PortfolioGreeks: Sendable, Hashable {
    /// Share-equivalent delta by underlying.
    public private(set) var deltaSharesBySymbol: [String: Double] = [:]
    /// Change of the share-equivalent delta per dollar of that underlying.
    public private(set) var gammaSharesBySymbol: [String: Double] = [:]
    /// Dollar delta by underlying.
    public private(set) var dollarDeltaBySymbol: [String: Double] = [:]
    /// Dollars of underlyings that move like the portfolio.
    public private(set) var dollarDelta = 0.0
    /// Change of ``dollarDelta`` when every underlying moves 1 %.
    public private(set) var gammaDollarsPerPercent = 0.0
    /// Dollars per calendar day.
    public private(set) var thetaPerDay = 0.0
    /// Dollars per volatility point.
    public private(set) var vegaPerPoint = 0.0
    /// Dollars per percentage point of the interest rate.
    public private(set) var rhoPerPoint = 0.0
    /// Index shares that move like the portfolio; nil while any position lacks a benchmark.
    public private(set) var betaWeightedDelta: Double? = 0
    /// Positions in the sums.
    public private(set) var covered = 0
    /// Positions without Greeks, which are in none of the sums.
    public private(set) var uncovered = 0

    /// An empty portfolio.
    public init() {}

    /// Adds a position, or counts it as uncovered when its Greeks are not known.
    public mutating func add(_ position: PositionGreeks?, symbol: String) {
        guard let position else {
            uncovered += 1
            return
        }
        covered += 1
        deltaSharesBySymbol[symbol, default: 0] += position.deltaShares
        gammaSharesBySymbol[symbol, default: 0] += position.gammaShares
        dollarDeltaBySymbol[symbol, default: 0] += position.dollarDelta
        dollarDelta += position.dollarDelta
        gammaDollarsPerPercent += position.gammaDollarsPerPercent
        thetaPerDay += position.thetaPerDay
        vegaPerPoint += position.vegaPerPoint
        rhoPerPoint += position.rhoPerPoint
        if let sum = betaWeightedDelta {
            betaWeightedDelta = position.betaWeightedDelta.map { sum + $0 }
        }
    }
}
