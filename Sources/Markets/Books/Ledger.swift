public import Foundation

/// What an account's history leaves open and what it has earned: positions, cash and realised gains.
///
/// Lots are matched first in, first out, per account and instrument. A close without an open counts as the close of
/// a lot of unknown basis: it is reported, closes no lot of another account, and never becomes a position of the other side.
public struct Ledger: Sendable {
    /// Open positions, by underlying, shares first, then by expiration, strike and right.
    public let positions: [Position]
    /// Cash, or why it is not known.
    public let cash: Portfolio.Cash
    /// Gains and losses of closed lots, oldest first.
    public let realised: [RealisedGain]
    /// What the history left open or contradictory.
    public let issues: [LedgerIssue]
    /// What splits, adjustments of contracts and mergers made of positions, oldest first.
    public let conversions: [Conversion]
    /// First and last date of the history, opening balances left out; nil for an empty one.
    public let history: ClosedRange<TradingDate>?
    /// The part of the positions that opening balances brought which belong to no account that could be told.
    let unassigned: [Instrument: Decimal]

    /// A position of which a split, an adjustment or a merger made another.
    public struct Conversion: Hashable, Sendable {
        /// The account's name as the file gives it; nil where it gives none.
        public var account: String?
        /// The day from which on it counts.
        public var date: TradingDate
        /// What was held.
        public var old: Instrument
        /// What is held from then on; for a split the same.
        public var new: Instrument
        /// New units for each old one.
        public var factor: Decimal
        /// Of a merger, the transactions that had opened what was exchanged; empty for a split or an adjustment, which every
        /// unit of the old goes through.
        public var exchanged: [String] = []
    }

    /// The ledger of a history in any order.
    ///
    /// Opening balances come first whatever their date; the rest is taken by date and sequence. About 3 microseconds
    /// per transaction.
    ///
    /// - Parameter asOf: The day on which options are judged to be past their end; the last of the history if nil.
    public init(transactions: [Transaction], asOf: TradingDate? = nil) {
        self.init(assigned: OpeningBalances.assigned(transactions), asOf: asOf)
    }

    /// The ledger of a history, or of a part of one, whose opening balances are in their accounts as the whole has them.
    init(assigned transactions: [Transaction], asOf: TradingDate? = nil) {
        var builder = LedgerBuilder(history: transactions)
        for index in Ledger.order(of: transactions) { builder.add(transactions[index]) }
        let history = Ledger.span(of: transactions)
        let positions = builder.positions
        let cash = Ledger.cash(builder)
        var issues = builder.issues
        if let history {
            issues += Ledger.lateOpenings(in: transactions, historyBegins: history.lowerBound)
        }
        if let today = asOf ?? history?.upperBound {
            issues += Ledger.expired(positions, by: today)
        }
        issues += AssignmentCheck.issues(in: transactions)
        if case .unknown(let reason) = cash {
            issues.append(LedgerIssue(kind: .unknownCash, message: "cash is not known: \(reason)"))
        }
        self.positions = positions
        unassigned = builder.unassigned
        self.cash = cash
        self.realised = builder.realised
        conversions = builder.conversions
        self.issues = issues
        self.history = history
    }

    /// The portfolio the history leads to.
    public func portfolio(name: String, isDemo: Bool = false) -> Portfolio {
        Portfolio(
            name: name,
            isDemo: isDemo,
            positions: positions,
            cash: cash,
            realised: realised,
            issues: issues,
            history: history
        )
    }

    /// The transactions in the order in which they are booked.
    static func ordered(_ transactions: [Transaction]) -> [Transaction] {
        order(of: transactions).map { transactions[$0] }
    }

    /// The indices of the transactions in the order in which they are booked.
    private static func order(of transactions: [Transaction]) -> [Int] {
        struct Key {
            var rank: Int
            var day: Int
            var sequence: Int
            var index: Int
        }
        let keys = transactions.indices.map { index in
            Key(
                rank: transactions[index].kind == .openingBalance ? 0 : 1,
                day: transactions[index].date.daysSinceEpoch,
                sequence: transactions[index].sequence,
                index: index
            )
        }
        return keys.sorted {
            ($0.rank, $0.day, $0.sequence, $0.index) < ($1.rank, $1.day, $1.sequence, $1.index)
        }
        .map(\.index)
    }

    /// A history that closes what it never opened lacks the rows, and the cash, that came before.
    private static func cash(_ builder: LedgerBuilder) -> Portfolio.Cash {
        guard !builder.hasAllOpeningCash, case .known = builder.cash,
            let gap = builder.issues.first(where: { $0.kind == .missingOpen || $0.kind == .mismatchedSplit }),
            let instrument = gap.instrument
        else { return builder.cash }
        return .unknown(
            reason: "\(instrument) was held before the history begins, so other cash may have been too: give it with "
                + "magnus import --opening FILE"
        )
    }

    private static func span(of transactions: [Transaction]) -> ClosedRange<TradingDate>? {
        var span: ClosedRange<TradingDate>?
        for transaction in transactions where transaction.kind != .openingBalance {
            let first = min(span?.lowerBound ?? transaction.date, transaction.date)
            let last = max(span?.upperBound ?? transaction.date, transaction.date)
            span = first...last
        }
        return span
    }

    private static func lateOpenings(in transactions: [Transaction], historyBegins: TradingDate) -> [LedgerIssue] {
        transactions.compactMap { transaction in
            guard transaction.kind == .openingBalance, let instrument = transaction.instrument,
                transaction.date > historyBegins
            else { return nil }
            return LedgerIssue(
                kind: .lateOpeningBalance,
                instrument: instrument,
                date: transaction.date,
                message: "the opening balance of \(instrument) is dated \(transaction.date), but the history begins on "
                    + "\(historyBegins): it may count twice; correct its opened date or undo it with magnus "
                    + "import --undo"
            )
        }
    }

    /// Options whose last day is so far back that the broker's row should have come, a weekend allowed for.
    private static func expired(_ positions: [Position], by today: TradingDate) -> [LedgerIssue] {
        positions.compactMap { position in
            guard let contract = position.instrument.contract, contract.expiration.days(until: today) > 4 else {
                return nil
            }
            return LedgerIssue(
                kind: .expiredStillOpen,
                instrument: position.instrument,
                date: contract.expiration,
                message: "\(position.quantity) \(contract) expired, but no row says what became of it: import a newer "
                    + "export that has the expiration or assignment"
            )
        }
    }
}
