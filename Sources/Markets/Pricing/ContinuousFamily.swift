/// What options without cash dividends have in common that differ in nothing but spot and strike: the early-exercise
/// boundaries at their volatility and rate, and, where vega and rho are asked for, at neighbouring ones. Each is found when
/// it is first needed.
struct ContinuousFamily {
    /// The relative step of the volatility for vega.
    static let volatilityStep = 0.005
    /// The step of the rate for rho.
    static let rateStep = 1e-4

    private let terms: OptionTerms
    private let volatility: Double
    private let scheme: AmericanScheme
    private let base: ContinuousValue
    private lazy var moreVolatile = value(terms, (1 + Self.volatilityStep) * volatility)
    private lazy var lessVolatile = value(terms, (1 - Self.volatilityStep) * volatility)
    private lazy var higherRate = value(terms.with(rate: terms.rate + Self.rateStep), volatility)
    private lazy var lowerRate = value(terms.with(rate: terms.rate - Self.rateStep), volatility)

    /// - Parameter derivatives: whether more than prices will be asked for, which needs a denser quadrature.
    /// - Returns: nil where neither closed form nor boundary covers the options; see ``ContinuousValue``.
    init?(_ terms: OptionTerms, volatility: Double, scheme: AmericanScheme, derivatives: Bool = true) {
        guard let base = ContinuousValue(terms, volatility: volatility, scheme: scheme, derivatives: derivatives) else {
            return nil
        }
        self.terms = terms
        self.volatility = volatility
        self.scheme = scheme
        self.base = base
    }

    /// Whether the closed form is exact for the options.
    var isClosedForm: Bool { base.isClosedForm }

    /// The price of a member.
    func price(_ member: OptionTerms) -> Double {
        base.with(member).price(at: member.spot)
    }

    /// Price, delta and gamma of a member.
    func state(_ member: OptionTerms) -> OptionState {
        base.with(member).state(at: member.spot)
    }

    /// The change of a member's price per 1.00 of volatility; nil where it has no boundary at the neighbouring ones.
    mutating func vega(_ member: OptionTerms) -> Double? {
        guard let up = moreVolatile, let down = lessVolatile else { return nil }
        let difference = up.with(member).price(at: member.spot) - down.with(member).price(at: member.spot)
        return difference / (2 * Self.volatilityStep * volatility)
    }

    /// The change of a member's price per 1.00 of the rate; nil where it has no boundary at the neighbouring ones.
    mutating func rho(_ member: OptionTerms) -> Double? {
        guard let up = higherRate, let down = lowerRate else { return nil }
        let difference =
            up.with(member.with(rate: member.rate + Self.rateStep)).price(at: member.spot)
            - down.with(member.with(rate: member.rate - Self.rateStep)).price(at: member.spot)
        return difference / (2 * Self.rateStep)
    }

    private func value(_ terms: OptionTerms, _ volatility: Double) -> ContinuousValue? {
        ContinuousValue(terms, volatility: volatility, scheme: scheme.ofDifferences, derivatives: false)
    }
}
