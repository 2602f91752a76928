#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The Black-Scholes-Merton closed form for a European option with a continuous dividend yield.
///
/// Edge cases: no time left gives the intrinsic value with a delta of 0, 1/2 (at the money) or 1 and no other Greek; no
/// volatility gives the discounted payoff at the forward.
public struct BlackScholes: Sendable, Hashable {
    /// Price per share and sensitivities.
    public let greeks: Greeks
    /// (ln(S/K) + (r - q + sigma²/2) T) / (sigma sqrt(T)); nil when there is no time, volatility or price.
    public let d1: Double?
    /// d1 - sigma sqrt(T); nil when ``d1`` is.
    public let d2: Double?
    /// Risk-neutral probability of finishing in the money: N(d2) for a call, N(-d2) for a put; an underlying exactly at
    /// the strike with nothing left to move it counts one half.
    public let probabilityInTheMoney: Double

    /// - Parameters:
    ///   - terms: style and cash dividends are not looked at.
    ///   - volatility: per square root of a year, 0.25 is 25 %; at least 0.
    /// - Throws: ``PricingError/notFinite(_:)`` or ``PricingError/outOfRange(_:value:)`` for the volatility,
    ///   ``PricingError/notComputable(_:)`` if a result overflows.
    public init(_ terms: OptionTerms, volatility: Double) throws(PricingError) {
        try Self.check(volatility: volatility)
        self.init(unchecked: terms, volatility: volatility)
        guard greeks.isFinite else { throw .notComputable("Black-Scholes value") }
    }

    init(unchecked terms: OptionTerms, volatility: Double) {
        let years = terms.years
        let total = volatility * years.squareRoot()
        guard total > 0, terms.spot > 0, terms.strike > 0 else {
            (greeks, probabilityInTheMoney) = Self.withoutRandomness(terms)
            d1 = nil
            d2 = nil
            return
        }
        let (spot, strike, rate, yield, sign) = (
            terms.spot, terms.strike, terms.rate, terms.dividendYield, terms.sign
        )
        let drift = (rate - yield) * years
        let moneyness = Self.logRatio(spot, strike) + drift
        let upper = moneyness / total + 0.5 * total
        let lower = moneyness / total - 0.5 * total
        let spotDiscount = exp(-yield * years)
        let strikeDiscount = exp(-rate * years)
        let exercised = NormalDistribution.cumulative(sign * lower)
        let delta = sign * spotDiscount * NormalDistribution.cumulative(sign * upper)
        let density = spotDiscount * NormalDistribution.density(upper)
        greeks = Greeks(
            price: Self.price(terms, total: total, moneyness: moneyness),
            delta: delta,
            gamma: density / (spot * total),
            theta: -spot * density * volatility / (2 * years.squareRoot())
                - sign * rate * strike * strikeDiscount * exercised + yield * spot * delta,
            vega: spot * density * years.squareRoot(),
            rho: sign * strike * years * strikeDiscount * exercised
        )
        d1 = upper
        d2 = lower
        probabilityInTheMoney = exercised
    }

    /// The price alone, at about a third of the cost of everything; same formula and edge cases.
    static func price(_ terms: OptionTerms, volatility: Double) -> Double {
        let total = volatility * terms.years.squareRoot()
        guard total > 0, terms.spot > 0, terms.strike > 0 else { return withoutRandomness(terms).0.price }
        let moneyness = logRatio(terms.spot, terms.strike) + (terms.rate - terms.dividendYield) * terms.years
        return price(terms, total: total, moneyness: moneyness)
    }

    /// The price as the plain textbook difference at another spot: cheap, precise to 1e-16 of spot and strike.
    static func plainPrice(_ terms: OptionTerms, spot: Double, volatility: Double) -> Double {
        let total = volatility * terms.years.squareRoot()
        let drift = (terms.rate - terms.dividendYield) * terms.years
        let upper = (log(spot / terms.strike) + drift) / total + 0.5 * total
        let sign = terms.sign
        return sign
            * (spot * exp(-terms.dividendYield * terms.years) * NormalDistribution.cumulative(sign * upper)
                - terms.strike * exp(-terms.rate * terms.years)
                * NormalDistribution.cumulative(sign * (upper - total)))
    }

    static func check(volatility: Double) throws(PricingError) {
        guard volatility.isFinite else { throw .notFinite("volatility") }
        guard volatility >= 0, volatility <= 100 else { throw .outOfRange("volatility", value: volatility) }
    }

    /// ln(a/b), precise for a close to b.
    static func logRatio(_ a: Double, _ b: Double) -> Double {
        abs(a - b) < 0.5 * b ? log1p((a - b) / b) : log(a / b)
    }

    private static func price(_ terms: OptionTerms, total: Double, moneyness: Double) -> Double {
        let outOfTheMoney = NormalisedBlack.price(-abs(moneyness), total)
        let middle = -0.5 * (terms.rate + terms.dividendYield) * terms.years
        let root = terms.spot.squareRoot() * terms.strike.squareRoot()
        let value = root * outOfTheMoney.scale * exp(middle + outOfTheMoney.exponent)
        return value + (terms.sign * moneyness > 0 ? forwardIntrinsic(terms) : 0)
    }

    /// ±(S e^{-qT} - K e^{-rT}), the sign making a call's claim positive in the money.
    private static func forwardIntrinsic(_ terms: OptionTerms) -> Double {
        terms.sign
            * (terms.spot * exp(-terms.dividendYield * terms.years) - terms.strike * exp(-terms.rate * terms.years))
    }

    private static func withoutRandomness(_ terms: OptionTerms) -> (Greeks, Double) {
        let claim = forwardIntrinsic(terms)
        let weight = claim > 0 ? 1 : (claim == 0 ? 0.5 : 0)
        let sign = terms.sign
        let spotDiscount = exp(-terms.dividendYield * terms.years)
        let strikeValue = terms.strike * exp(-terms.rate * terms.years)
        guard terms.years > 0 else {
            return (
                Greeks(price: max(claim, 0), delta: sign * weight, gamma: 0, theta: 0, vega: 0, rho: 0), weight
            )
        }
        let greeks = Greeks(
            price: max(claim, 0),
            delta: sign * weight * spotDiscount,
            gamma: 0,
            theta: sign * weight * (terms.dividendYield * terms.spot * spotDiscount - terms.rate * strikeValue),
            vega: 0,
            rho: sign * weight * terms.years * strikeValue
        )
        return (greeks, weight)
    }
}
