public import Foundation

/// What the owner holds, and what is known about it.
public struct Portfolio: Sendable {
    /// Cash, or why it is not known.
    public enum Cash: Hashable, Sendable {
        /// Dollars.
        case known(Decimal)
        /// Not known, because of the reason given.
        case unknown(reason: String)

        /// The amount in dollars where it is known.
        public var amount: Decimal? {
            if case .known(let amount) = self { return amount }
            return nil
        }
    }

    /// What the owner calls it: `demo portfolio`, `imported portfolio`.
    public var name: String
    /// Whether it is the built-in demonstration and not the owner's.
    public var isDemo: Bool
    /// Open positions, by underlying, shares first, then by expiration, strike and right.
    public var positions: [Position]
    /// Cash.
    public var cash: Cash
    /// Gains and losses of closed lots, oldest first.
    public var realised: [RealisedGain]
    /// What the history left open or contradictory, in words for the owner.
    public var issues: [LedgerIssue]
    /// First and last date of the history; nil for an empty one.
    public var history: ClosedRange<TradingDate>?

    /// A portfolio with all its values.
    public init(
        name: String,
        isDemo: Bool = false,
        positions: [Position],
        cash: Cash,
        realised: [RealisedGain] = [],
        issues: [LedgerIssue] = [],
        history: ClosedRange<TradingDate>? = nil
    ) {
        self.name = name
        self.isDemo = isDemo
        self.positions = positions
        self.cash = cash
        self.realised = realised
        self.issues = issues
        self.history = history
    }
}

/// What is known of the owner's holdings. An assistant must never speak of sizes without knowing which it is.
public enum PortfolioState: Sendable {
    /// Holdings were supplied.
    case known(Portfolio)
    /// Holdings were supplied, and nothing is held now.
    case knownEmpty(Portfolio)
    /// Nothing was ever supplied.
    case notSupplied
}
