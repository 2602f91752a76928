public import Foundation

/// What a history brought in over a period: premiums, gains of what was closed, dividends, interest, fees.
public struct IncomeStatement: Sendable {
    /// What the lines are about.
    public enum Grouping: String, Hashable, Sendable, Codable, CaseIterable {
        /// Months by the day of the row, or of the close for gains.
        case month
        /// Tickers of the underlyings.
        case symbol
        /// Kinds of trade (``TradeStrategy``).
        case strategy
        /// Accounts by their name in the file.
        case account
    }

    /// The sums of one month, ticker, strategy or account.
    public struct Line: Hashable, Sendable {
        /// What the line is about: `2026-05`, `AMD`, `wheel put`, an account's name; ``IncomeStatement/unassigned`` for what
        /// belongs to none.
        public let title: String
        /// Cash from option trades less cash paid for them, fees taken off, open trades included, in dollars. nil by strategy,
        /// where only what was closed has one.
        public internal(set) var netPremium: Decimal? = 0
        /// Gains of options that were closed, ended or assigned, fees taken off, in dollars: the premium that was kept.
        public internal(set) var premiumKept: Decimal = 0
        /// Gains of shares that were sold, fees taken off, in dollars.
        public internal(set) var shareGain: Decimal = 0
        /// Dividends in dollars, before tax.
        public internal(set) var dividends: Decimal = 0
        /// Interest received less paid, in dollars.
        public internal(set) var interest: Decimal = 0
        /// Fees that belong to no trade, in dollars, positive.
        public internal(set) var accountFees: Decimal = 0
        /// Tax withheld, in dollars, positive.
        public internal(set) var taxes: Decimal = 0
        /// Fees of trades and those that belong to none, in dollars, positive.
        public internal(set) var fees: Decimal = 0
        /// Closed lots whose gain is not known, for their opening is not in the history. They are in no sum.
        public internal(set) var unknownGains = 0

        init(_ title: String) { self.title = title }

        /// Gains of all that was closed, fees taken off, in dollars.
        public var realised: Decimal { premiumKept + shareGain }
        /// Realised gains, dividends and interest less the fees that belong to no trade and tax withheld, in dollars.
        public var income: Decimal { realised + dividends + interest - accountFees - taxes }
        /// Whether there is nothing in it.
        public var isEmpty: Bool {
            (netPremium ?? 0) == 0 && premiumKept == 0 && shareGain == 0 && dividends == 0 && interest == 0 && fees == 0
                && taxes == 0 && unknownGains == 0
        }

        mutating func add(_ transaction: Transaction) {
            fees += transaction.fees
            switch transaction.kind {
            case .buyToOpen, .sellToOpen, .buyToClose, .sellToClose:
                if transaction.instrument?.contract != nil { netPremium = netPremium.map { $0 + transaction.amount } }
            case .dividend: dividends += transaction.amount
            case .interest: interest += transaction.amount
            case .tax: taxes -= transaction.amount
            case .fee:
                fees -= transaction.amount
                accountFees -= transaction.amount
            default: break
            }
        }

        mutating func add(_ gain: RealisedGain) {
            guard let amount = gain.gain else {
                unknownGains += 1
                return
            }
            if gain.instrument.contract == nil { shareGain += amount } else { premiumKept += amount }
        }
    }

    /// The title of what belongs to no ticker, strategy or account.
    public static let unassigned = "none"

    /// The lines that are not empty: months, tickers and accounts in order, strategies in that of ``TradeStrategy``; what
    /// belongs to none last.
    public let lines: [Line]
    /// All of them together.
    public let total: Line

    /// The statement of a history.
    ///
    /// - Parameters:
    ///   - transactions: The history, in any order, all of it: it says which calls were covered.
    ///   - realised: The gains of its ledger.
    ///   - grouping: What the lines are about.
    ///   - symbols: Only what belongs to these tickers; everything where there are none.
    ///   - period: The days that count; all if nil.
    public init(
        of transactions: [Transaction],
        realised: [RealisedGain],
        by grouping: Grouping,
        symbols: Set<String> = [],
        period: ClosedRange<TradingDate>? = nil
    ) {
        func counts(_ instrument: Instrument?, _ date: TradingDate) -> Bool {
            (period?.contains(date) ?? true)
                && (symbols.isEmpty || instrument.map { symbols.contains($0.underlying) } == true)
        }
        func title(_ date: TradingDate, _ instrument: Instrument?, _ account: String?) -> String {
            switch grouping {
            case .month: String(date.description.prefix(7))
            case .symbol: instrument?.underlying ?? Self.unassigned
            case .strategy: Self.unassigned
            case .account: account ?? Self.unassigned
            }
        }
        var lines: [String: Line] = [:]
        var total = Line("")
        for row in transactions where counts(row.instrument, row.date) {
            let title = title(row.date, row.instrument, row.account)
            total.add(row)
            lines[title, default: Line(title)].add(row)
        }
        if grouping == .strategy {
            // Fees of trades stand with what was closed; those of open trades with no strategy.
            for trade in ClosedTrade.trades(realised, transactions: transactions) {
                let title = trade.strategy.rawValue
                for leg in trade.legs where counts(leg.instrument, leg.closeDate) {
                    total.add(leg)
                    lines[title, default: Line(title)].add(leg)
                    lines[title]?.fees += leg.fees
                    lines[Self.unassigned, default: Line(Self.unassigned)].fees -= leg.fees
                }
            }
            for title in lines.keys { lines[title]?.netPremium = nil }
        } else {
            for gain in realised where counts(gain.instrument, gain.closeDate) {
                let title = title(gain.closeDate, gain.instrument, gain.account)
                total.add(gain)
                lines[title, default: Line(title)].add(gain)
            }
        }
        let order = TradeStrategy.allCases.map(\.rawValue)
        func rank(_ line: Line) -> (Int, Int, String) {
            (line.title == Self.unassigned ? 1 : 0, order.firstIndex(of: line.title) ?? 0, line.title)
        }
        self.lines = lines.values.filter { !$0.isEmpty }.sorted { rank($0) < rank($1) }
        self.total = total
    }
}
