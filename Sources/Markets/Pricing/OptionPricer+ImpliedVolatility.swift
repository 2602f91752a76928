#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension OptionPricer {
    /// The volatility at which the option, priced with this pricer's own models, costs `price` per share.
    ///
    /// European options with a yield are inverted to the last digits the price determines; the others until the price is
    /// met to 1e-9 of the strike or the volatility is fixed to 1e-8.
    ///
    /// - Throws: ``PricingError``: not finite, expired, below intrinsic, no time value, or above the upper bound.
    public func impliedVolatility(_ terms: OptionTerms, price: Double) throws(PricingError) -> Double {
        guard price.isFinite else { throw .notFinite("price") }
        guard terms.spot > 0 else { throw .outOfRange("spot price", value: terms.spot) }
        guard terms.strike > 0 else { throw .outOfRange("strike", value: terms.strike) }
        guard terms.years > 0 else { throw .expired }
        if terms.style == .european && terms.dividends.isEmpty {
            return try europeanVolatility(terms, price: price)
        }
        return try searchedVolatility(terms, price: price)
    }

    // MARK: - European

    private func europeanVolatility(_ terms: OptionTerms, price: Double) throws(PricingError) -> Double {
        let (spot, strike, years) = (terms.spot, terms.strike, terms.years)
        let moneyness = BlackScholes.logRatio(spot, strike) + (terms.rate - terms.dividendYield) * years
        let upperBound =
            terms.right == .call ? spot * exp(-terms.dividendYield * years) : strike * exp(-terms.rate * years)
        guard price < upperBound else { throw .aboveUpperBound(bound: upperBound) }
        let isInTheMoney = terms.sign * moneyness > 0
        // S e^{-qT} - K e^{-rT} in doubled precision: near the intrinsic value the time value is all that counts.
        let claim = isInTheMoney ? terms.sign : 0
        let spotLoss = DoubleDouble.expm1(DoubleDouble(product: -terms.dividendYield, years))
        let strikeLoss = DoubleDouble.expm1(DoubleDouble(product: -terms.rate, years))
        let held = spotLoss.multiplied(by: -spot).added(to: -spot)
        let owed = strikeLoss.multiplied(by: strike).added(to: strike)
        let timeValue = held.added(owed).multiplied(by: claim).added(to: price).high
        let lowerBound = price - timeValue
        guard timeValue >= -1e-12 * max(price, lowerBound) else { throw .belowIntrinsic(bound: lowerBound) }
        guard timeValue > 0 else { throw .noTimeValue }
        let scale = exp(0.5 * (terms.rate + terms.dividendYield) * years) / (spot.squareRoot() * strike.squareRoot())
        let x = -abs(moneyness)
        let normalised = timeValue * scale
        guard normalised > 0, normalised < exp(0.5 * x) else {
            throw normalised > 0 ? .aboveUpperBound(bound: upperBound) : .noTimeValue
        }
        guard let total = NormalisedBlack.totalVolatility(x, price: normalised), total.isFinite, total > 0 else {
            throw .notComputable("implied volatility")
        }
        return total / years.squareRoot()
    }

    // MARK: - American and dividends

    private func searchedVolatility(_ terms: OptionTerms, price: Double) throws(PricingError) -> Double {
        let floor = DeterministicValue(terms).greeks.price
        let tolerance = 1e-9 * max(terms.strike, terms.spot)
        guard price > floor - tolerance else { throw .belowIntrinsic(bound: floor) }
        guard price > floor + tolerance else { throw .noTimeValue }
        let bound = terms.right == .call ? terms.spot : terms.strike
        guard price < max(bound, floor) || terms.rate < 0 || terms.dividendYield < 0 else {
            throw .aboveUpperBound(bound: bound)
        }

        let start = try bracket(terms, price, floor)
        for trial in [start.upper, start.lower] where trial.volatility > 0 && abs(trial.error) <= tolerance {
            return trial.volatility
        }
        return try root(terms, price, start.lower, start.upper, tolerance)
    }

    private typealias Trial = (volatility: Double, error: Double)

    /// Two volatilities with the price in between. The closed form's volatility, with the spot less the value of the
    /// dividends, is the first guess, and a Newton step from there lands close to the answer.
    private func bracket(
        _ terms: OptionTerms,
        _ price: Double,
        _ floor: Double
    ) throws(PricingError) -> (lower: Trial, upper: Trial) {
        var lower: Trial = (0, floor - price)
        let paid = terms.dividends.reduce(0) { $0 + $1.amount * exp(-terms.rate * $1.years) }
        let plain = terms.with(spot: paid < terms.spot ? terms.spot - paid : terms.spot)
        let guess = (try? europeanVolatility(plain, price: price)) ?? 0.5
        var upper: Trial = (guess, uncheckedPrice(terms, volatility: guess) - price)
        if upper.error > 0 {
            let vega = BlackScholes(unchecked: plain, volatility: guess).greeks.vega
            let next = guess - 1.02 * upper.error / vega
            if next > 0.05 * guess, next < guess {
                let trial: Trial = (next, uncheckedPrice(terms, volatility: next) - price)
                if trial.error < 0 { lower = trial } else { upper = trial }
            }
        }
        while upper.error < 0 {
            lower = upper
            let volatility = upper.volatility * (upper.volatility == guess ? 1.1 : 2.5)
            guard volatility <= 100 else { throw .aboveUpperBound(bound: upper.error + price) }
            upper = (volatility, uncheckedPrice(terms, volatility: volatility) - price)
        }
        return (lower, upper)
    }

    /// Chandrupatla's bracketed inverse quadratic interpolation: never leaves the bracket, and needs few evaluations.
    private func root(
        _ terms: OptionTerms,
        _ price: Double,
        _ lower: Trial,
        _ upper: Trial,
        _ tolerance: Double
    ) throws(PricingError) -> Double {
        var (a, b, c) = (upper, lower, upper)
        var fraction = 0.5
        for _ in 0..<100 {
            let volatility = a.volatility + fraction * (b.volatility - a.volatility)
            let point = (volatility: volatility, error: uncheckedPrice(terms, volatility: volatility) - price)
            guard point.error.isFinite else { throw .notComputable("implied volatility") }
            if (point.error > 0) == (a.error > 0) {
                c = a
            } else {
                (c, b) = (b, a)
            }
            a = point
            let best = abs(a.error) < abs(b.error) ? a : b
            let smallest = 1e-8 * best.volatility / abs(b.volatility - a.volatility)
            if abs(best.error) <= tolerance || smallest > 0.5 { return best.volatility }
            let xi = (a.volatility - b.volatility) / (c.volatility - b.volatility)
            let phi = (a.error - b.error) / (c.error - b.error)
            if phi * phi < xi && (1 - phi) * (1 - phi) < 1 - xi {
                let slope = (c.volatility - a.volatility) / (b.volatility - a.volatility)
                fraction =
                    a.error / (b.error - a.error) * c.error / (b.error - c.error)
                    + slope * a.error / (c.error - a.error) * b.error / (c.error - b.error)
            } else {
                fraction = 0.5
            }
            fraction = min(max(fraction, smallest), 1 - smallest)
        }
        return 0.5 * (a.volatility + b.volatility)
    }
}
