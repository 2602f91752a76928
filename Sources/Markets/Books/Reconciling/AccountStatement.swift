public import Foundation

/// What a broker says of an account: what happened in a period, and what was held and owed at its end. Any part may be
/// missing.
public struct AccountStatement: Sendable {
    /// Activity, in any order; nil where the statement has none.
    public var transactions: [Transaction]?
    /// The days the activity is complete for; those from its first to its last row if nil.
    public var period: ClosedRange<TradingDate>?
    /// Shares and contracts held, negative when short; nil where the statement does not say.
    public var positions: [Instrument: Decimal]?
    /// Cash in dollars, negative when owed; nil where the statement does not say.
    public var cash: Decimal?
    /// The day at whose end positions and cash hold; the last of the period, or now, if nil.
    public var asOf: TradingDate?

    /// A statement of what is known.
    public init(
        transactions: [Transaction]? = nil,
        period: ClosedRange<TradingDate>? = nil,
        positions: [Instrument: Decimal]? = nil,
        cash: Decimal? = nil,
        asOf: TradingDate? = nil
    ) {
        self.transactions = transactions
        self.period = period
        self.positions = positions
        self.cash = cash
        self.asOf = asOf
    }

    /// The days its activity is held against the books for; nil without any.
    public var days: ClosedRange<TradingDate>? {
        if let period { return period }
        guard let days = transactions?.map(\.date), let first = days.min(), let last = days.max() else { return nil }
        return first...last
    }

    /// Puts another file of the same account with this one: rows it has too count once, its positions and cash win.
    public mutating func merge(_ other: AccountStatement) {
        if let rows = other.transactions {
            let known = Set((transactions ?? []).map(\.id))
            transactions = (transactions ?? []) + rows.filter { !known.contains($0.id) }
        }
        if let theirs = other.period {
            period =
                period.map { min($0.lowerBound, theirs.lowerBound)...max($0.upperBound, theirs.upperBound) } ?? theirs
        }
        positions = other.positions ?? positions
        cash = other.cash ?? cash
        asOf = other.asOf ?? asOf
    }
}
