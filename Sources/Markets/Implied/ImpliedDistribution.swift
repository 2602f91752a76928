public import Foundation

/// What the options of an underlying say about its price at a time: the risk-neutral distribution behind their quotes.
///
/// An SVI smile (see ``SmileFit``) is fitted to the out-of-the-money options of the expirations around the time,
/// without butterfly arbitrage; total variance is interpolated between them at equal moneyness. Probabilities are
/// derivatives of the call price in the strike. They hold risk premiums: they are prices, not forecasts.
public struct ImpliedDistribution: Sendable {
    /// The fit of one expiration.
    public struct Fit: Sendable, Hashable {
        /// The last day of its options.
        public let expiration: TradingDate
        /// Years until settlement.
        public let years: Double
        /// Forward price per share.
        public let forward: Double
        /// Options the smile was fitted to.
        public let options: Int
        /// Root mean square of the fit's misses in volatility, 0.01 is a point.
        public let rootMeanSquareError: Double
        /// The share of the options whose fitted volatility lies between those of their bid and ask.
        public let insideQuotes: Double
        /// The lowest value of Durrleman's function over the strikes and half as far again on each side; 0 or more
        /// means that the density is nowhere negative.
        public let lowestDensity: Double
        /// SVI's parameters: a, b, ρ, m, σ.
        public var parameters: [Double] { [smile.a, smile.b, smile.rho, smile.m, smile.sigma] }

        let smile: SmileFit
    }

    /// Years until the time asked for.
    public let years: Double
    /// Forward price per share then.
    public let forward: Double
    /// The expirations used, sooner first: two, or one when it is the time itself or the only one near.
    public let fits: [Fit]
    private let weight: Double

    /// The distribution at a time.
    ///
    /// - Parameters:
    ///   - chain: the listed options.
    ///   - now: the time of their quotes.
    ///   - time: when the price is asked for; an expiration within a day of it serves alone.
    ///   - rate: continuously compounded interest per year.
    /// - Throws: ``DataGap`` when no expiration near the time has at least five usable options, or no fit is free of
    ///   arbitrage.
    public init(_ chain: OptionChain, now: Date, at time: Date, rate: Double) throws(DataGap) {
        let figure = "implied distribution of \(chain.underlying)"
        guard rate.isFinite, abs(rate) <= 1 else { throw DataGap(figure, "the interest rate is not usable") }
        let years = time.timeIntervalSince(now) / (365 * 86_400)
        guard years > 0 else { throw DataGap(figure, "the time asked for is not in the future") }
        let groups = ChainExpiration.groups(of: chain, now: now).filter { $0.years > 0.25 / 365 }
        let day = 1.0 / 365
        func fit(_ group: ChainExpiration.Group) -> Fit? {
            Fit(ChainExpiration(group, of: chain), rate: rate)
        }
        let same = groups.filter { abs($0.years - years) <= day }
            .sorted { abs($0.years - years) < abs($1.years - years) }
            .lazy.compactMap(fit).first
        if let same {
            fits = [same]
            weight = 0
            forward = same.forward
            self.years = same.years
            return
        }
        self.years = years
        let before = groups.reversed().lazy.filter { $0.years < years }.compactMap(fit).first
        let after = groups.lazy.filter { $0.years > years }.compactMap(fit).first
        guard let after else {
            throw DataGap(
                figure,
                "no expiration on or after that time has five usable options on an arbitrage-free smile"
            )
        }
        guard let before else {
            throw DataGap(
                figure,
                "no expiration before that time has five usable options, and the next one is \(after.expiration)"
            )
        }
        fits = [before, after]
        let weight = (years - before.years) / (after.years - before.years)
        self.weight = weight
        forward = before.forward * pow(after.forward / before.forward, weight)
    }

    /// P(S_T > `price`): the slope of the undiscounted call price in the strike.
    public func probability(above price: Double) -> Double {
        guard price > 0 else { return 1 }
        let k = log(price / forward)
        let (w, slope) = variance(at: k)
        let deviation = w.squareRoot()
        let lower = -k / deviation - 0.5 * deviation
        let value =
            NormalDistribution.cumulative(lower) - NormalDistribution.density(lower) * slope / (2 * deviation)
        return min(max(value, 0), 1)
    }

    /// P(S_T < `price`).
    public func probability(below price: Double) -> Double { 1 - probability(above: price) }

    /// P(`low` < S_T < `high`).
    public func probability(between low: Double, and high: Double) -> Double {
        max(probability(above: min(low, high)) - probability(above: max(low, high)), 0)
    }

    /// The implied volatility of a strike, per year.
    public func volatility(at strike: Double) -> Double? {
        guard strike > 0 else { return nil }
        return (variance(at: log(strike / forward)).value / years).squareRoot()
    }

    /// Whether the time lies between two expirations.
    public var isInterpolated: Bool { fits.count == 2 }

    private func variance(at k: Double) -> (value: Double, slope: Double) {
        let first = fits[0].smile.variance(at: k)
        guard fits.count == 2 else { return (first.value, first.slope) }
        let second = fits[1].smile.variance(at: k)
        return (
            first.value + weight * (second.value - first.value), first.slope + weight * (second.slope - first.slope)
        )
    }
}

extension ImpliedDistribution.Fit {
    /// - Returns: nil with fewer than five usable options, no forward, or no arbitrage-free fit.
    init?(_ slice: ChainExpiration, rate: Double) {
        guard let forward = slice.parityForward(rate: rate) else { return nil }
        var points: [(point: SmileFit.Point, low: Double, high: Double)] = []
        for entry in slice.strikes {
            let right: OptionContract.Right = entry.strike <= forward ? .put : .call
            let price = right == .put ? entry.put : entry.call
            guard let price, let mid = price.mid, let bid = price.bid, let ask = price.ask else { continue }
            func volatility(_ value: Double) -> Double? {
                var quoted = price
                quoted.mid = value
                quoted.reportedVolatility = nil
                return slice.volatility(of: quoted, right, strike: entry.strike, forward: forward, rate: rate)?.value
            }
            guard let middle = volatility(mid), let high = volatility(ask) else { continue }
            let low = volatility(bid) ?? 0
            // Narrow quotes weigh more, but none so much that the others no longer count.
            let spread = max(high - low, 0.004)
            let slope = 2 * middle * slice.years
            points.append(
                (
                    SmileFit.Point(
                        moneyness: log(entry.strike / forward),
                        totalVariance: middle * middle * slice.years,
                        weight: 1 / (spread * spread * slope * slope)
                    ), low, high
                )
            )
        }
        guard points.count >= 5, let smile = SmileFit(points.map(\.point)) else { return nil }
        self.smile = smile
        self.forward = forward
        expiration = slice.expiration
        years = slice.years
        options = points.count
        let errors = points.map { entry in
            let fitted = (smile.variance(at: entry.point.moneyness).value / slice.years).squareRoot()
            return (
                miss: fitted - (entry.point.totalVariance / slice.years).squareRoot(),
                isInside: fitted >= entry.low - 1e-9 && fitted <= entry.high + 1e-9
            )
        }
        rootMeanSquareError =
            (errors.reduce(0) { $0 + $1.miss * $1.miss } / Double(errors.count)).squareRoot()
        insideQuotes = Double(errors.count { $0.isInside }) / Double(errors.count)
        let moneyness = points.map(\.point.moneyness)
        let (low, high) = (moneyness.min() ?? 0, moneyness.max() ?? 0)
        let margin = 0.5 * max(high - low, 0.02)
        lowestDensity = smile.lowestDensity(in: (low - margin)...(high + margin))
        guard rootMeanSquareError.isFinite, lowestDensity.isFinite else { return nil }
    }
}
