/// The value of an option without cash dividends at any spot, for one volatility: the closed form, or the integral over
/// an early-exercise boundary that is found once.
struct ContinuousValue {
    private enum Method {
        case closedForm
        case boundary(AmericanBoundary)
    }

    private let terms: OptionTerms
    private let volatility: Double
    private let method: Method

    /// - Returns: nil when the early-exercise region has two boundaries (a put with q < r <= 0, a call with
    ///   r < q <= 0), which neither method covers.
    /// - Parameter derivatives: whether delta and gamma will be asked for.
    init?(_ terms: OptionTerms, volatility: Double, scheme: AmericanScheme, derivatives: Bool) {
        self.terms = terms
        self.volatility = volatility
        let isCall = terms.right == .call
        // A call is a put with spot and strike, rate and yield exchanged.
        let rate = isCall ? terms.dividendYield : terms.rate
        let yield = isCall ? terms.rate : terms.dividendYield
        if terms.style == .european || (rate <= 0 && yield >= rate) {
            method = .closedForm
        } else if rate > 0 {
            method = .boundary(
                AmericanBoundary(
                    rate: rate,
                    yield: yield,
                    volatility: volatility,
                    years: terms.years,
                    scheme: scheme,
                    derivatives: derivatives
                )
            )
        } else {
            return nil
        }
    }

    /// The value of an option that differs in nothing but spot and strike, for which the boundary is the same.
    func with(_ terms: OptionTerms) -> ContinuousValue {
        ContinuousValue(terms: terms, volatility: volatility, method: method)
    }

    private init(terms: OptionTerms, volatility: Double, method: Method) {
        self.terms = terms
        self.volatility = volatility
        self.method = method
    }

    /// The spot from which on exercising at once is best (at or above it for a call, at or below it for a put).
    var critical: Double? {
        guard case .boundary(let boundary) = method else { return nil }
        return terms.right == .put ? terms.strike * boundary.critical : terms.strike / boundary.critical
    }

    /// Whether early exercise is never worth more than waiting, so that the closed form is exact.
    var isClosedForm: Bool {
        if case .closedForm = method { return true }
        return false
    }

    /// The value of the same option with exercise at expiration only, precise to 1e-16 of strike and spot.
    func europeanPrice(at spot: Double) -> Double {
        BlackScholes.plainPrice(terms, spot: spot, volatility: volatility)
    }

    func price(at spot: Double) -> Double {
        guard case .boundary(let boundary) = method else {
            return BlackScholes.price(terms.with(spot: spot), volatility: volatility)
        }
        let price =
            terms.right == .put
            ? terms.strike * boundary.price(at: spot / terms.strike)
            : spot * boundary.price(at: terms.strike / spot)
        return max(price, terms.payoff(at: spot))
    }

    /// Price, delta and gamma at a spot, and whether exercising at once is best there.
    func state(at spot: Double) -> OptionState {
        guard case .boundary(let boundary) = method else {
            let greeks = BlackScholes(unchecked: terms.with(spot: spot), volatility: volatility).greeks
            return OptionState(price: greeks.price, delta: greeks.delta, gamma: greeks.gamma, isExercised: false)
        }
        let strike = terms.strike
        switch terms.right {
        case .put:
            let values = boundary.values(at: spot / strike)
            return OptionState(
                price: max(strike * values.price, strike - spot),
                delta: values.delta,
                gamma: values.gamma / strike,
                isExercised: spot <= strike * boundary.critical
            )
        case .call:
            // Homogeneous of degree one: the derivative by the put's strike follows from the one by its spot.
            let ratio = strike / spot
            let values = boundary.values(at: ratio)
            return OptionState(
                price: max(spot * values.price, spot - strike),
                delta: min(max(values.price - ratio * values.delta, 0), 1),
                gamma: ratio * ratio * values.gamma / spot,
                isExercised: ratio <= boundary.critical
            )
        }
    }
}
