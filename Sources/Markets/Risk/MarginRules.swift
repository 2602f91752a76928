/// How much of the underlying's price a broker wants for an uncovered short option, after the exchanges' minimum rules.
public struct MarginRules: Sendable, Hashable {
    /// Fraction of the spot, less the amount out of the money.
    public var fraction: Double
    /// Least fraction, of the strike for puts and of the spot for calls.
    public var minimumFraction: Double

    /// Rules with their own fractions.
    public init(fraction: Double, minimumFraction: Double) {
        self.fraction = fraction
        self.minimumFraction = minimumFraction
    }

    /// Shares and ordinary funds: 20 %, at least 10 %.
    public static let equity = MarginRules(fraction: 0.20, minimumFraction: 0.10)
    /// Broad indices: 15 %, at least 10 %.
    public static let broadIndex = MarginRules(fraction: 0.15, minimumFraction: 0.10)
    /// Leveraged funds: the equity fractions times the leverage, at most everything.
    public static func leveraged(_ factor: Double) -> MarginRules {
        MarginRules(fraction: min(0.20 * abs(factor), 1), minimumFraction: min(0.10 * abs(factor), 1))
    }

    /// The requirement per share of an uncovered short option.
    func uncovered(_ leg: MarginLeg, spot: Double) -> Double {
        switch leg.right {
        case .put:
            return max(
                leg.price + fraction * spot - max(spot - leg.strike, 0), leg.price + minimumFraction * leg.strike
            )
        case .call:
            return max(leg.price + fraction * spot - max(leg.strike - spot, 0), leg.price + minimumFraction * spot)
        }
    }
}

/// The kind of account a position is held in.
public enum MarginAccount: Sendable, Hashable {
    /// Short puts are secured by cash: the strike, less the premium unless `isStrict`.
    case cash(isStrict: Bool)
    /// Short options are secured by the broker's requirement.
    case margin
}

/// An option position as the buying-power estimate sees it.
public struct MarginLeg: Sendable, Hashable {
    /// Call or put.
    public var right: OptionContract.Right
    /// Exercise price per share.
    public var strike: Double
    /// Any day number that grows with time; legs of equal number expire together.
    public var expirationDay: Int
    /// Contracts, negative when short.
    public var contracts: Int
    /// Shares per contract.
    public var multiplier: Double
    /// The option's price per share: the fill for a new trade, the mark for an open one.
    public var price: Double

    /// A leg with all its values.
    public init(
        right: OptionContract.Right,
        strike: Double,
        expirationDay: Int,
        contracts: Int,
        multiplier: Double = 100,
        price: Double
    ) {
        self.right = right
        self.strike = strike
        self.expirationDay = expirationDay
        self.contracts = contracts
        self.multiplier = multiplier
        self.price = price
    }

    /// Dollars received for the leg; negative when it was paid for.
    var credit: Double { -Double(contracts) * multiplier * price }

    /// Dollars at expiration with the underlying at `spot`.
    func payoff(at spot: Double) -> Double {
        Double(contracts) * multiplier * max(right == .call ? spot - strike : strike - spot, 0)
    }

    func with(contracts: Int) -> MarginLeg {
        var leg = self
        leg.contracts = contracts
        return leg
    }
}
