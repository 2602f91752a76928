#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Prices, Greeks and implied volatilities of European and American options.
///
/// European options with a yield use the Black-Scholes-Merton closed form, American ones an integral over the early
/// exercise boundary, and options with cash dividends a finite-difference grid in the spot model. Every answer is
/// finite; what has no finite answer throws.
public struct OptionPricer: Sendable {
    /// Precision of American options.
    public var scheme: AmericanScheme
    /// Precision of options with cash dividends.
    public var resolution: GridResolution

    /// A pricer; the standard precision is far below a cent.
    public init(scheme: AmericanScheme = .standard, resolution: GridResolution = .standard) {
        self.scheme = scheme
        self.resolution = resolution
    }

    /// The value of the option per share.
    ///
    /// - Parameter volatility: per square root of a year, 0.25 is 25 %; from 0 to 100.
    /// - Throws: ``PricingError`` for a volatility out of range or a value that is not finite.
    public func price(_ terms: OptionTerms, volatility: Double) throws(PricingError) -> Double {
        try BlackScholes.check(volatility: volatility)
        let price = uncheckedPrice(terms, volatility: volatility)
        guard price.isFinite else { throw .notComputable("price") }
        return price
    }

    /// The value of the option per share and its sensitivities; see ``Greeks`` for the units.
    ///
    /// Where exercising at once is best, the price is the intrinsic value, delta is ±1 and the other Greeks are 0.
    /// Theta follows from the Black-Scholes equation, vega and rho from central differences where no closed form exists.
    ///
    /// - Parameter volatility: per square root of a year, 0.25 is 25 %; from 0 to 100.
    /// - Throws: ``PricingError`` for a volatility out of range or a value that is not finite.
    public func greeks(_ terms: OptionTerms, volatility: Double) throws(PricingError) -> Greeks {
        try BlackScholes.check(volatility: volatility)
        let greeks = uncheckedGreeks(terms, volatility: volatility)
        guard greeks.isFinite else { throw .notComputable("price or sensitivity") }
        return greeks
    }

    // MARK: - Methods

    func uncheckedPrice(_ terms: OptionTerms, volatility: Double) -> Double {
        if isDeterministic(terms, volatility) { return DeterministicValue(terms).greeks.price }
        if usesClosedForm(terms) { return BlackScholes.price(terms, volatility: volatility) }
        if terms.dividends.isEmpty, let value = ContinuousValue(terms, volatility: volatility, scheme: scheme) {
            return value.price(at: terms.spot)
        }
        return grid(terms, volatility).state().price
    }

    private func uncheckedGreeks(_ terms: OptionTerms, volatility: Double) -> Greeks {
        if isDeterministic(terms, volatility) { return DeterministicValue(terms).greeks }
        if usesClosedForm(terms) { return BlackScholes(unchecked: terms, volatility: volatility).greeks }
        let state: OptionState
        if terms.dividends.isEmpty, let value = ContinuousValue(terms, volatility: volatility, scheme: scheme) {
            guard !value.isClosedForm else { return BlackScholes(unchecked: terms, volatility: volatility).greeks }
            state = value.state(at: terms.spot)
        } else {
            state = grid(terms, volatility).state()
        }
        guard !state.isExercised else {
            return Greeks(price: terms.intrinsic, delta: terms.sign, gamma: 0, theta: 0, vega: 0, rho: 0)
        }
        let (spot, rate) = (terms.spot, terms.rate)
        let convexity = volatility * volatility * spot * spot * state.gamma
        let volatilityShift = 0.005 * volatility
        let rateShift = 1e-4
        let vega =
            uncheckedPrice(terms, volatility: volatility + volatilityShift)
            - uncheckedPrice(terms, volatility: volatility - volatilityShift)
        let rho =
            uncheckedPrice(terms.with(rate: rate + rateShift), volatility: volatility)
            - uncheckedPrice(terms.with(rate: rate - rateShift), volatility: volatility)
        return Greeks(
            price: state.price,
            delta: state.delta,
            gamma: state.gamma,
            theta: rate * state.price - (rate - terms.dividendYield) * spot * state.delta - 0.5 * convexity,
            vega: vega / (2 * volatilityShift),
            rho: rho / (2 * rateShift)
        )
    }

    private func usesClosedForm(_ terms: OptionTerms) -> Bool {
        terms.style == .european && terms.dividends.isEmpty
    }

    private func isDeterministic(_ terms: OptionTerms, _ volatility: Double) -> Bool {
        terms.spot == 0 || terms.strike == 0 || volatility * terms.years.squareRoot() < 1e-10
    }

    private func grid(_ terms: OptionTerms, _ volatility: Double) -> DividendGrid {
        DividendGrid(terms: terms, volatility: volatility, resolution: resolution, scheme: scheme)
    }
}
