/// The price of one option per share of its underlying and its sensitivities, in the units of the formulas; the
/// computed properties give the units traders read.
public struct Greeks: Sendable, Hashable {
    /// Price per share.
    public var price: Double
    /// Change of price per 1.00 change of the spot.
    public var delta: Double
    /// Change of delta per 1.00 change of the spot.
    public var gamma: Double
    /// Change of price per year of passing time, everything else fixed; negative for most long options.
    public var theta: Double
    /// Change of price per 1.00 change of volatility (100 points).
    public var vega: Double
    /// Change of price per 1.00 change of the interest rate (100 points).
    public var rho: Double

    /// Creates Greeks from values in the units given at each property.
    public init(price: Double, delta: Double, gamma: Double, theta: Double, vega: Double, rho: Double) {
        self.price = price
        self.delta = delta
        self.gamma = gamma
        self.theta = theta
        self.vega = vega
        self.rho = rho
    }

    /// Change of price per calendar day: theta / 365.
    public var thetaPerDay: Double { theta / 365 }
    /// Change of price per volatility point (0.01): vega / 100.
    public var vegaPerPoint: Double { vega / 100 }
    /// Change of price per rate point (0.01): rho / 100.
    public var rhoPerPoint: Double { rho / 100 }

    var isFinite: Bool {
        price.isFinite && delta.isFinite && gamma.isFinite && theta.isFinite && vega.isFinite && rho.isFinite
    }
}
