public import Foundation

/// The books held against a broker's statement, row by row and to the cent.
public struct Reconciliation: Sendable {
    /// What is wrong with a row.
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
        /// The statement has it, the books do not.
        case missing
        /// The books have it once more than the statement.
        case duplicate
        /// The books have it, the statement does not.
        case unstated = "not_in_statement"
        /// One row of the statement is several in the books, with the same sums.
        case split
        /// Several rows of the statement are one in the books, with the same sums.
        case joined
        /// Both have it on one day, with another kind, quantity or amount.
        case differs
        /// Both have it, on days that are at most five apart.
        case otherDay = "other_day"
    }

    /// A row, or the rows that belong together, on which books and statement do not agree.
    public struct Finding: Hashable, Sendable {
        /// What is wrong.
        public let kind: Kind
        /// The rows of the statement.
        public let stated: [Transaction]
        /// The rows of the books.
        public let booked: [Transaction]

        /// The row that names it: the statement's, else the books'.
        public var row: Transaction? { stated.first ?? booked.first }
        /// What the statement's rows change cash by, less what the books' rows do, in dollars. Duplicates count as rows that
        /// should not be.
        public var cashDifference: Decimal {
            stated.reduce(0) { $0 + $1.amount } - booked.reduce(0) { $0 + $1.amount }
        }
    }

    /// An instrument of which books and statement do not hold the same.
    public struct PositionDifference: Hashable, Sendable {
        /// What is held.
        public let instrument: Instrument
        /// Shares or contracts by the statement, negative when short.
        public let stated: Decimal
        /// Shares or contracts by the books.
        public let booked: Decimal
        /// A cause that the books themselves show, in words: rows that repeat each other, a split; nil where there is none.
        public let hint: String?
    }

    /// Cash by statement and books.
    public struct CashDifference: Hashable, Sendable {
        /// Dollars by the statement.
        public let stated: Decimal
        /// Dollars by the books, all rows through the day added up.
        public let booked: Decimal
        /// The part of the difference that the findings account for, in dollars.
        public let explained: Decimal

        /// Dollars by which the statement has more.
        public var difference: Decimal { stated - booked }
        /// What of the difference no finding accounts for.
        public var unexplained: Decimal { difference - explained }
    }

    /// Rows on which both agree.
    public let matched: Int
    /// Rows on which they do not, by day.
    public let findings: [Finding]
    /// Positions on which they do not agree, by underlying, shares first; empty where the statement has none.
    public let positions: [PositionDifference]
    /// How many instruments were compared; nil where the statement has none.
    public let comparedPositions: Int?
    /// Cash, where the statement has it.
    public let cash: CashDifference?
    /// What the books hold by opening balances of no account that could be told, and is no part of what was compared; empty where
    /// all accounts were.
    public let unassigned: [Instrument: Decimal]
    /// Dollars of opening balances of no account that could be told, no part of what was compared; 0 where all accounts were.
    public let unassignedCash: Decimal
    /// The day at whose end positions and cash were compared.
    public let asOf: TradingDate?

    /// Whether nothing is wrong: every row, every position and every cent agrees.
    public var isBalanced: Bool {
        findings.isEmpty && positions.isEmpty && (cash?.difference ?? 0) == 0
    }

    /// Holds `books` against `statement`.
    ///
    /// Only rows of the statement's days and of the accounts it names are compared; where the books name none of these
    /// accounts, all of them are. A statement that names none is held against rows without a name, where there are any.
    /// Opening balances of no account that could be told are left out where not all accounts are compared, except for what
    /// the rows of these accounts close of them. About 10 microseconds per row.
    ///
    /// - Parameter account: Only rows of the books whose account has this name or, where none has, one that contains it; all if
    ///   nil.
    public init(of books: [Transaction], with statement: AccountStatement, account: String? = nil) {
        let books = OpeningBalances.assigned(books)
        var booked = books
        if let wanted = account?.lowercased() {
            let isWhole = books.contains { $0.account?.lowercased() == wanted }
            booked = books.filter { row in
                if row.isOfAnyAccount { return true }
                guard let name = row.account?.lowercased() else { return false }
                return isWhole ? name == wanted : name.contains(wanted)
            }
        } else {
            booked = Self.rows(of: Set((statement.transactions ?? []).map(\.account)), in: books)
        }
        var matcher = RowMatcher()
        if let stated = statement.transactions, let days = statement.days {
            matcher = RowMatcher(
                stated: stated.filter { $0.kind != .openingBalance && days.contains($0.date) },
                booked: booked.filter { $0.kind != .openingBalance && $0.origin.line > 0 && days.contains($0.date) }
            )
        }
        matched = matcher.matched
        findings = matcher.findings
        let asOf = statement.asOf ?? statement.days?.upperBound
        self.asOf = asOf
        let rows = asOf.map { day in booked.filter { $0.kind == .openingBalance || $0.date <= day } } ?? booked
        let isPart = booked.count < books.count
        let own = isPart ? rows.filter { !$0.isOfAnyAccount } : rows
        let ledger = Ledger(assigned: rows)
        unassigned = isPart ? ledger.unassigned : [:]
        unassignedCash = isPart ? rows.reduce(0) { $0 + ($1.isOfAnyAccount ? $1.amount : 0) } : 0
        if let stated = statement.positions {
            let held = Self.holdings(ledger, without: unassigned)
            positions = Self.differences(stated, held, own, unassigned: unassigned, asOf: asOf)
            comparedPositions = Set(stated.keys).union(held.keys).count
        } else {
            positions = []
            comparedPositions = nil
        }
        cash = statement.cash.map { stated in
            CashDifference(
                stated: stated,
                booked: own.reduce(0) { $0 + $1.amount },
                explained: matcher.findings.reduce(0) { $0 + $1.cashDifference }
            )
        }
    }

    /// The rows of the accounts a statement names, with those of no account; all where the books know none of these.
    private static func rows(of accounts: Set<String?>, in books: [Transaction]) -> [Transaction] {
        let known = Set(books.lazy.filter { !$0.isOfAnyAccount }.map(\.account))
        let shared = accounts.intersection(known)
        guard !shared.isEmpty, shared != known else { return books }
        return books.filter { $0.isOfAnyAccount || shared.contains($0.account) }
    }

    private static func holdings(_ ledger: Ledger, without others: [Instrument: Decimal]) -> [Instrument: Decimal] {
        var held = ledger.positions.reduce(into: [:]) { $0[$1.instrument, default: 0] += $1.quantity }
        for (instrument, quantity) in others {
            held[instrument, default: 0] -= quantity
            if held[instrument] == 0 { held[instrument] = nil }
        }
        return held
    }

    private static func differences(
        _ stated: [Instrument: Decimal],
        _ held: [Instrument: Decimal],
        _ rows: [Transaction],
        unassigned: [Instrument: Decimal],
        asOf: TradingDate?
    ) -> [PositionDifference] {
        let repeated = Dictionary(grouping: RowMatcher.repeated(in: rows)) { $0.instrument }
        return Set(stated.keys).union(held.keys).compactMap { instrument in
            let (theirs, ours) = (stated[instrument] ?? 0, held[instrument] ?? 0)
            guard theirs != ours else { return nil }
            var hint: String?
            if let row = repeated[instrument]?.first {
                hint = "\(row.origin.file) line \(row.origin.line) repeats another row of \(row.date)"
            } else if theirs != 0, ours != 0, instrument.contract == nil, let ratio = Self.ratio(theirs, ours) {
                hint = "it looks like a split of \(ratio) whose row is missing"
            } else if let others = unassigned[instrument] {
                hint = "an opening balance of \(others) names no account"
            } else if let contract = instrument.contract, theirs == 0 {
                hint = Self.hint(for: contract, asOf: asOf)
            }
            return PositionDifference(instrument: instrument, stated: theirs, booked: ours, hint: hint)
        }
        .sorted { left, right in
            let (first, second) = (left.instrument, right.instrument)
            if first.underlying != second.underlying { return first.underlying < second.underlying }
            if (first.contract == nil) != (second.contract == nil) { return first.contract == nil }
            return first.symbol < second.symbol
        }
    }

    /// What may have become of an option that only the books hold.
    private static func hint(for contract: OptionContract, asOf: TradingDate?) -> String {
        if let asOf, contract.expiration <= asOf {
            return "no row says what became of it; it expired on \(contract.expiration)"
        }
        return "a row that closed or moved it is missing, or the statement leaves it out; it expires only on "
            + "\(contract.expiration)"
    }

    /// `7 for 1`, where one quantity is a small multiple of the other.
    private static func ratio(_ stated: Decimal, _ booked: Decimal) -> String? {
        for (many, few, isForward) in [(stated, booked, true), (booked, stated, false)] {
            for factor in 2...50 where many == few * Decimal(factor) {
                return isForward ? "\(factor) for 1" : "1 for \(factor)"
            }
        }
        return stated * 2 == booked * 3 ? "3 for 2" : nil
    }
}
