/// The price of one option per share and the sensitivities that come with it at little extra cost; the units are those of
/// ``Greeks``.
public struct SpotGreeks: Sendable, Hashable {
    /// Price per share.
    public var price: Double
    /// Change of price per 1.00 change of the spot.
    public var delta: Double
    /// Change of delta per 1.00 change of the spot.
    public var gamma: Double
    /// Change of price per year of passing time, everything else fixed.
    public var theta: Double

    /// Creates them from values in the units given at each property.
    public init(price: Double, delta: Double, gamma: Double, theta: Double) {
        self.price = price
        self.delta = delta
        self.gamma = gamma
        self.theta = theta
    }

    init(_ greeks: Greeks) {
        self.init(price: greeks.price, delta: greeks.delta, gamma: greeks.gamma, theta: greeks.theta)
    }

    /// Theta follows from the Black-Scholes equation. Where exercising at once is best, the price is the intrinsic value and
    /// does not change with time.
    init(_ state: OptionState, _ terms: OptionTerms, volatility: Double) {
        guard !state.isExercised else {
            self.init(price: terms.intrinsic, delta: terms.sign, gamma: 0, theta: 0)
            return
        }
        let drift = (terms.rate - terms.dividendYield) * terms.spot * state.delta
        let convexity = volatility * volatility * terms.spot * terms.spot * state.gamma
        self.init(
            price: state.price,
            delta: state.delta,
            gamma: state.gamma,
            theta: terms.rate * state.price - drift - 0.5 * convexity
        )
    }

    var isFinite: Bool { price.isFinite && delta.isFinite && gamma.isFinite && theta.isFinite }
}
