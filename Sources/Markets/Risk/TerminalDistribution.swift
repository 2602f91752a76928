#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The lognormal distribution of a price at a later time: S exp((drift - volatility²/2) T + volatility sqrt(T) Z).
///
/// With a drift of interest rate less dividend yield its probabilities are risk neutral.
public struct TerminalDistribution: Sendable, Hashable {
    /// Today's price, above 0.
    public let spot: Double
    /// Expected growth per year, continuously compounded.
    public let drift: Double
    /// Per square root of a year; 0.25 is 25 %.
    public let volatility: Double
    /// Years until then.
    public let years: Double

    /// The distribution of a price that is `spot` today.
    ///
    /// - Throws: ``PricingError`` unless all are finite, `spot` is above 0 and `volatility` and `years` at least 0.
    public init(spot: Double, drift: Double, volatility: Double, years: Double) throws(PricingError) {
        for (name, value) in [("spot price", spot), ("drift", drift), ("volatility", volatility), ("time", years)] {
            guard value.isFinite else { throw .notFinite(name) }
        }
        guard spot > 0 else { throw .outOfRange("spot price", value: spot) }
        guard volatility >= 0 else { throw .outOfRange("volatility", value: volatility) }
        guard years >= 0 else { throw .outOfRange("time", value: years) }
        self.init(unchecked: spot, drift: drift, volatility: volatility, years: years)
    }

    init(unchecked spot: Double, drift: Double, volatility: Double, years: Double) {
        self.spot = spot
        self.drift = drift
        self.volatility = volatility
        self.years = years
    }

    /// The probability of ending above `price`; one half when nothing can move the price off it.
    public func probability(above price: Double) -> Double {
        guard price > 0 else { return 1 }
        return NormalDistribution.cumulative(score(price))
    }

    /// The probability of ending below `price`.
    public func probability(below price: Double) -> Double {
        guard price > 0 else { return 0 }
        return NormalDistribution.cumulative(-score(price))
    }

    /// The probability that the price is at `level` at any moment until then (first passage), watched continuously.
    public func probability(touching level: Double) -> Double {
        guard level > 0 else { return 0 }
        guard level != spot else { return 1 }
        let deviation = volatility * years.squareRoot()
        let distance = log(level / spot)
        let slope = drift - 0.5 * volatility * volatility
        guard deviation > 0 else { return distance * (distance - slope * years) <= 0 ? 1 : 0 }
        let side = distance > 0 ? 1.0 : -1
        let reached = NormalDistribution.cumulative((slope * years - distance) * side / deviation)
        // The reflected paths. The exponential may overflow where the probability vanishes: multiply them as one.
        let exponent = 2 * slope * distance / (volatility * volatility)
        let reflected = (-distance - slope * years) * side / deviation
        let reflection =
            reflected < -5
            ? exp(exponent - 0.5 * reflected * reflected) * NormalDistribution.inverseRootTwoPi
                * MillsRatio.value(-reflected)
            : exp(exponent) * NormalDistribution.cumulative(reflected)
        return min(max(reached + reflection, 0), 1)
    }

    /// The expected payoff of a put, max(strike - S, 0), undiscounted.
    public func expectedShortfall(below strike: Double) -> Double {
        guard strike > 0 else { return 0 }
        let deviation = volatility * years.squareRoot()
        let forward = spot * exp(drift * years)
        guard deviation > 0 else { return max(strike - forward, 0) }
        let lower = score(strike)
        return max(
            strike * NormalDistribution.cumulative(-lower)
                - forward * NormalDistribution.cumulative(-lower - deviation),
            0
        )
    }

    /// The expected square of a put's payoff, max(strike - S, 0)², undiscounted.
    public func expectedSquaredShortfall(below strike: Double) -> Double {
        guard strike > 0 else { return 0 }
        let deviation = volatility * years.squareRoot()
        let forward = spot * exp(drift * years)
        guard deviation > 0 else { return pow(max(strike - forward, 0), 2) }
        let lower = score(strike)
        let squares =
            strike * strike * NormalDistribution.cumulative(-lower)
            - 2 * strike * forward * NormalDistribution.cumulative(-lower - deviation)
            + forward * forward * exp(deviation * deviation) * NormalDistribution.cumulative(-lower - 2 * deviation)
        return max(squares, 0)
    }

    /// How many deviations the expected logarithm lies above that of `price` (d2).
    private func score(_ price: Double) -> Double {
        let deviation = volatility * years.squareRoot()
        let distance = BlackScholes.logRatio(spot, price) + (drift - 0.5 * volatility * volatility) * years
        guard deviation > 0 else { return distance == 0 ? 0 : (distance > 0 ? 40 : -40) }
        return distance / deviation
    }
}
