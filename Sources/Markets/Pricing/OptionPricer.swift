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

    /// The value of the option per share with delta, gamma and theta, which cost an American option little more than its
    /// price; vega and rho, which ``greeks(_:volatility:)`` adds, cost it four further prices.
    ///
    /// - Parameter volatility: per square root of a year, 0.25 is 25 %; from 0 to 100.
    /// - Throws: ``PricingError`` for a volatility out of range or a value that is not finite.
    public func spotGreeks(_ terms: OptionTerms, volatility: Double) throws(PricingError) -> SpotGreeks {
        try BlackScholes.check(volatility: volatility)
        let greeks: SpotGreeks
        if isDeterministic(terms, volatility) || usesClosedForm(terms) {
            greeks = SpotGreeks(uncheckedGreeks(terms, volatility: volatility))
        } else if terms.dividends.isEmpty, let family = family(terms, volatility) {
            greeks = SpotGreeks(family.state(terms), terms, volatility: volatility)
        } else {
            greeks = SpotGreeks(grid(terms, volatility).state(), terms, volatility: volatility)
        }
        guard greeks.isFinite else { throw .notComputable("price or sensitivity") }
        return greeks
    }

    // MARK: - Methods

    func uncheckedPrice(_ terms: OptionTerms, volatility: Double) -> Double {
        if isDeterministic(terms, volatility) { return DeterministicValue(terms).greeks.price }
        if usesClosedForm(terms) { return BlackScholes.price(terms, volatility: volatility) }
        if terms.dividends.isEmpty,
            let value = ContinuousValue(terms, volatility: volatility, scheme: scheme, derivatives: false)
        {
            return value.price(at: terms.spot)
        }
        return grid(terms, volatility).state().price
    }

    private func uncheckedGreeks(_ terms: OptionTerms, volatility: Double) -> Greeks {
        var family = terms.style == .american ? family(terms, volatility) : nil
        return uncheckedGreeks(terms, volatility: volatility, family: &family)
    }

    /// - Parameter family: the early-exercise boundaries the option shares with others; nil where there is none.
    func uncheckedGreeks(_ terms: OptionTerms, volatility: Double, family: inout ContinuousFamily?) -> Greeks {
        if isDeterministic(terms, volatility) { return DeterministicValue(terms).greeks }
        if usesClosedForm(terms) || family?.isClosedForm == true {
            return BlackScholes(unchecked: terms, volatility: volatility).greeks
        }
        let state = family?.state(terms) ?? grid(terms, volatility).state()
        let spot = SpotGreeks(state, terms, volatility: volatility)
        var greeks = Greeks(
            price: spot.price,
            delta: spot.delta,
            gamma: spot.gamma,
            theta: spot.theta,
            vega: 0,
            rho: 0
        )
        guard !state.isExercised else { return greeks }
        greeks.vega = family?.vega(terms) ?? vega(terms, volatility)
        greeks.rho = family?.rho(terms) ?? rho(terms, volatility)
        return greeks
    }

    private func vega(_ terms: OptionTerms, _ volatility: Double) -> Double {
        let step = ContinuousFamily.volatilityStep * volatility
        let up = uncheckedPrice(terms, volatility: volatility + step)
        return (up - uncheckedPrice(terms, volatility: volatility - step)) / (2 * step)
    }

    private func rho(_ terms: OptionTerms, _ volatility: Double) -> Double {
        let step = ContinuousFamily.rateStep
        let up = uncheckedPrice(terms.with(rate: terms.rate + step), volatility: volatility)
        return (up - uncheckedPrice(terms.with(rate: terms.rate - step), volatility: volatility)) / (2 * step)
    }

    /// What the option shares with others that differ in spot and strike; nil where it has cash dividends, needs no model, or
    /// has two boundaries.
    func family(_ terms: OptionTerms, _ volatility: Double, derivatives: Bool = true) -> ContinuousFamily? {
        guard terms.dividends.isEmpty, !isDeterministic(terms, volatility) else { return nil }
        return ContinuousFamily(terms, volatility: volatility, scheme: scheme, derivatives: derivatives)
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
