/// The sensitivities of a whole position, in the units in which positions are compared and added.
public struct PositionGreeks: Sendable, Hashable {
    /// The index against which betas are measured.
    public struct Benchmark: Sendable, Hashable {
        /// Beta of the underlying to the index.
        public var beta: Double
        /// Price of the index.
        public var price: Double

        /// A beta to an index at `price`, above 0.
        public init(beta: Double, price: Double) {
            self.beta = beta
            self.price = price
        }
    }

    /// Shares of the underlying that move like the position: n m delta. Only to be added up within one underlying.
    public var deltaShares: Double
    /// Dollars of the underlying that move like the position: n m delta S.
    public var dollarDelta: Double
    /// Change of ``deltaShares`` per dollar of the underlying. Only to be added up within one underlying.
    public var gammaShares: Double
    /// Change of ``dollarDelta`` caused by delta when the underlying moves 1 %: n m gamma S² / 100.
    public var gammaDollarsPerPercent: Double
    /// Dollars per calendar day: n m theta / 365.
    public var thetaPerDay: Double
    /// Dollars per volatility point: n m vega / 100.
    public var vegaPerPoint: Double
    /// Dollars per percentage point of the interest rate: n m rho / 100.
    public var rhoPerPoint: Double
    /// Shares of the index that move like the position: n m delta S beta / S_index; nil without a benchmark.
    public var betaWeightedDelta: Double?
    /// Change of ``betaWeightedDelta`` per dollar of the index: n m gamma (S beta)² / S_index²; nil without a benchmark.
    public var betaWeightedGamma: Double?

    /// The Greeks of `quantity` contracts or shares.
    ///
    /// - Parameters:
    ///   - greeks: per share.
    ///   - quantity: contracts, negative when short.
    ///   - multiplier: shares per contract.
    ///   - spot: price per share of the underlying.
    ///   - benchmark: for beta weighting.
    public init(
        _ greeks: Greeks,
        quantity: Double,
        multiplier: Double,
        spot: Double,
        benchmark: Benchmark? = nil
    ) {
        let shares = quantity * multiplier
        deltaShares = shares * greeks.delta
        dollarDelta = shares * greeks.delta * spot
        gammaShares = shares * greeks.gamma
        gammaDollarsPerPercent = shares * greeks.gamma * spot * spot / 100
        thetaPerDay = shares * greeks.thetaPerDay
        vegaPerPoint = shares * greeks.vegaPerPoint
        rhoPerPoint = shares * greeks.rhoPerPoint
        if let benchmark, benchmark.price > 0 {
            let ratio = spot * benchmark.beta / benchmark.price
            betaWeightedDelta = shares * greeks.delta * ratio
            betaWeightedGamma = shares * greeks.gamma * ratio * ratio
        }
    }

    /// The Greeks of a holding of shares: delta 1 each, nothing else.
    public init(shares quantity: Double, spot: Double, benchmark: Benchmark? = nil) {
        let share = Greeks(price: spot, delta: 1, gamma: 0, theta: 0, vega: 0, rho: 0)
        self.init(share, quantity: quantity, multiplier: 1, spot: spot, benchmark: benchmark)
    }

    /// Vega made comparable between expirations, as if all had 30 days left: vega × sqrt(30 / DTE), DTE at least 1.
    public func timeWeightedVegaPerPoint(daysToExpiration: Int) -> Double {
        vegaPerPoint * (30 / Double(max(daysToExpiration, 1))).squareRoot()
    }
}
