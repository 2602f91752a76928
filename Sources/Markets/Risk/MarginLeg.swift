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
    /// What it was opened for per share; nil where that is not known.
    public var openPrice: Double?

    /// A leg with all its values.
    public init(
        right: OptionContract.Right,
        strike: Double,
        expirationDay: Int,
        contracts: Int,
        multiplier: Double = 100,
        price: Double,
        openPrice: Double? = nil
    ) {
        self.right = right
        self.strike = strike
        self.expirationDay = expirationDay
        self.contracts = contracts
        self.multiplier = multiplier
        self.price = price
        self.openPrice = openPrice
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
