/// Something the history leaves open or contradicts itself about.
public struct LedgerIssue: Hashable, Sendable {
    /// What is wrong.
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        /// A position was closed that the history never opened: its gain is unknown.
        case missingOpen = "missing_open"
        /// An option's last day has passed, and no row says what became of it.
        case expiredStillOpen = "expired_still_open"
        /// The cash balance cannot be worked out from the history.
        case unknownCash = "unknown_cash"
        /// An assignment or exercise without the share rows that belong to it.
        case mismatchedAssignment = "mismatched_assignment"
        /// A row that opens one side while the other was held: it was taken to close first.
        case openedAgainstPosition = "opened_against_position"
        /// Shares added or removed by a split that do not fit what was held.
        case mismatchedSplit = "mismatched_split"
        /// A trade without an instrument, or with a quantity that makes no sense: it was left out.
        case unusableRow = "unusable_row"
        /// An opening balance dated after the history it should precede.
        case lateOpeningBalance = "late_opening_balance"
        /// One account is long and another short: they are shown net, at no known price.
        case heldBothWays = "held_both_ways"
    }

    /// What is wrong.
    public var kind: Kind
    /// What it is about; nil for cash.
    public var instrument: Instrument?
    /// The date of the row that showed it; nil where no one row did.
    public var date: TradingDate?
    /// What is wrong and what to do next, in one line.
    public var message: String

    /// An issue with all its values.
    public init(kind: Kind, instrument: Instrument? = nil, date: TradingDate? = nil, message: String) {
        self.kind = kind
        self.instrument = instrument
        self.date = date
        self.message = message
    }
}

extension LedgerIssue: CustomStringConvertible {
    /// The message.
    public var description: String { message }
}
