/// A condition that a trade must meet before its score counts, with the value it was held against.
public struct ScanGate: Sendable, Hashable {
    /// What is asked.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// A buyer bids: dollars per share.
        case bid
        /// A seller offers: dollars per share.
        case ask
        /// Contracts outstanding.
        case openInterest = "open interest"
        /// Calendar days to expiration.
        case daysToExpiration = "days to expiration"
        /// How far the strike is out of the money, as a fraction of the spot.
        case outOfTheMoney = "out of the money"
        /// The size of the option's delta.
        case delta
        /// Earnings reports on or before the expiration.
        case earnings = "reports before expiration"
        /// Dollars the trade ties up against free cash.
        case cash
        /// The underlying's share of the account after the trade.
        case nameWeight = "share of the account"
        /// The sector's share of the account after the trade.
        case sectorWeight = "sector's share of the account"
        /// The Herfindahl-Hirschman index of the exposures after the trade.
        case concentrationIndex = "concentration index"
        /// Shares that no other call is written on.
        case freeShares = "free shares"
        /// The strike against the break-even of the wheel, dollars per share.
        case wheelBreakEven = "wheel break-even"
        /// The probability that a call is exercised before the next ex-date.
        case earlyAssignment = "early assignment"
        /// Dollars per share of a dividend that goes ex while the short call lives.
        case exDividend = "dividend before the front expiration"
        /// Days between the two expirations.
        case gap = "days between expirations"
        /// Dollars per share paid for a spread.
        case debit
        /// The variance between two expirations, which cannot be negative.
        case forwardVariance = "forward variance"
    }

    /// Whether it is met.
    public enum Outcome: String, Sendable, Hashable, Codable, CaseIterable {
        /// The value is inside the limits.
        case passed
        /// The value is outside.
        case failed
        /// The value is not known: neither passed nor failed.
        case unknown
    }

    /// What is asked.
    public let kind: Kind
    /// What was found.
    public let value: Reading
    /// The least allowed; nil for no lower limit.
    public let minimum: Double?
    /// The most allowed; nil for no upper limit.
    public let maximum: Double?

    init(_ kind: Kind, _ value: Reading, minimum: Double? = nil, maximum: Double? = nil) {
        self.kind = kind
        self.value = value
        self.minimum = minimum
        self.maximum = maximum
    }

    /// Whether the value is inside the limits.
    public var outcome: Outcome {
        guard let value = value.value else { return .unknown }
        if let minimum, value < minimum { return .failed }
        if let maximum, value > maximum { return .failed }
        return .passed
    }
}
