public import Foundation

/// What shares that were put to the owner cost once every premium of their chain is counted: (assigned strike x multiplier x
/// contracts - net premium of the chain + fees) / shares.
///
/// The chain is the puts that were assigned with those they were rolled from on the same day, and every call sold since the
/// shares came. Puts that ended before, and puts sold beside the shares, are trades of their own. It is a figure for
/// managing the position, not for taxes: the books stay first in, first out.
public struct WheelBasis: Sendable, Hashable {
    /// The ticker.
    public let symbol: String
    /// Shares that were put to the owner.
    public let shares: Decimal
    /// What they cost at the strikes, in dollars.
    public let paid: Decimal
    /// Premiums of the chain received less those paid, before fees, in dollars.
    public let netPremium: Decimal
    /// Fees of the chain in dollars.
    public let fees: Decimal
    /// The day the first put of the chain was sold.
    public let began: TradingDate

    /// The basis in dollars per share.
    public var perShare: Decimal { (paid - netPremium + fees) / shares }

    /// The basis of the shares held now, worked out from the history.
    ///
    /// - Parameters:
    ///   - symbol: The ticker.
    ///   - transactions: The history, in any order; rows of other tickers are passed over.
    ///   - held: Shares held now.
    /// - Throws: ``DataGap`` where the shares come from no wheel, or the history does not tell all of it.
    public init(of symbol: String, in transactions: [Transaction], held: Decimal) throws(DataGap) {
        let rows = transactions.enumerated()
            .filter { $0.element.instrument?.underlying == symbol }
            .sorted { Self.rank($0) < Self.rank($1) }
            .map(\.element)
        let chain = WheelChain(symbol: symbol, rows: rows)
        let start = try chain.startOfHolding(held: held)
        let assigned = try chain.assignments(behind: start)
        var parts = WheelChain.Parts()
        for assignment in assigned { try chain.addPuts(behind: assignment, to: &parts) }
        chain.addCalls(since: start, to: &parts)
        guard let began = parts.began else { throw chain.gap("the shares come from no wheel") }
        self.symbol = symbol
        self.began = began
        shares = held
        paid = assigned.reduce(0) { $0 + $1.shares * $1.contract.strike }
        netPremium = parts.premium
        fees = parts.fees + chain.purchaseFees(since: start)
    }

    private static func rank(_ row: (offset: Int, element: Transaction)) -> (Int, Int, Int, Int) {
        let opening = row.element.kind == .openingBalance ? 0 : 1
        return (opening, row.element.date.daysSinceEpoch, row.element.sequence, row.offset)
    }
}

/// The rows of one ticker, in the order in which they were booked, and what a wheel makes of them.
private struct WheelChain {
    /// A contract in an account.
    struct Key: Hashable {
        var contract: OptionContract
        var account: String?
    }

    /// Shares bought because a put was assigned.
    struct Assignment {
        /// The row of the first assignment of the contract.
        var row: Int
        var contract: OptionContract
        var shares: Decimal
    }

    /// Premiums and fees that were added up.
    struct Parts {
        var premium: Decimal = 0
        var fees: Decimal = 0
        var began: TradingDate?
        var seen: Set<Int> = []

        mutating func add(_ transaction: Transaction, at row: Int) {
            guard seen.insert(row).inserted else { return }
            premium += transaction.amount + transaction.fees
            fees += transaction.fees
            began = min(began ?? transaction.date, transaction.date)
        }
    }

    let symbol: String
    let rows: [Transaction]

    func gap(_ reason: String) -> DataGap { DataGap("wheel basis of \(symbol)", reason) }

    /// The row with which the shares held now began to come in, after the last time there were none.
    func startOfHolding(held: Decimal) throws(DataGap) -> Int {
        var count: Decimal = 0
        var start: Int?
        for (index, row) in rows.enumerated() {
            guard case .shares? = row.instrument, let change = Self.change(row) else { continue }
            if count == 0 { start = index }
            count += change
            if count == 0 { start = nil }
        }
        guard held > 0, count == held, let start else {
            throw gap("the history does not lead to the shares that are held")
        }
        return start
    }

    /// The assignments that brought the shares, all of them.
    func assignments(behind start: Int) throws(DataGap) -> [Assignment] {
        var waiting: [Assignment] = []
        for (index, row) in rows.enumerated() where row.kind == .assignment {
            guard let contract = row.instrument?.contract, contract.right == .put, !contract.isAdjusted,
                rows[start].date.days(until: row.date) >= -5
            else { continue }
            waiting.append(
                Assignment(row: index, contract: contract, shares: row.quantity * Decimal(contract.multiplier))
            )
        }
        var used: [Key: Assignment] = [:]
        for row in rows[start...] {
            guard case .shares? = row.instrument, let change = Self.change(row) else { continue }
            switch row.kind {
            case .split: throw gap("a split changed the shares")
            case .buy, .buyToOpen, .buyToClose: break
            case .sell, .sellToOpen, .sellToClose: throw gap("some of the shares were sold since")
            default: throw gap("shares came in without a trade")
            }
            var rest = change
            for index in waiting.indices where rest > 0 {
                let assignment = waiting[index]
                guard assignment.shares > 0, rows[assignment.row].account == row.account,
                    row.price == nil || row.price == assignment.contract.strike,
                    (-1...5).contains(rows[assignment.row].date.days(until: row.date))
                else { continue }
                let taken = min(rest, assignment.shares)
                rest -= taken
                waiting[index].shares -= taken
                let key = Key(contract: assignment.contract, account: row.account)
                used[key, default: Assignment(row: assignment.row, contract: assignment.contract, shares: 0)]
                    .shares += taken
            }
            guard rest == 0 else { throw gap("shares were bought besides those that were put") }
        }
        return used.values.sorted { $0.row < $1.row }
    }

    /// The trades of the put that was assigned, and of those it was rolled from.
    func addPuts(behind assignment: Assignment, to parts: inout Parts) throws(DataGap) {
        let account = rows[assignment.row].account
        var pending: [(contract: OptionContract, end: Int)] = [(assignment.contract, assignment.row)]
        var isFirst = true
        while let (contract, end) = pending.popLast() {
            let trades = tradesSinceFlat(of: contract, account: account, before: end)
            let open = trades.reduce(Decimal(0)) { $0 + (rows[$1].kind == .sellToOpen ? 1 : -1) * rows[$1].quantity }
            guard trades.contains(where: { rows[$0].kind == .sellToOpen }), open > 0 else {
                throw gap("a put of its chain was sold before the history begins")
            }
            if isFirst, open != assignment.shares / Decimal(contract.multiplier) {
                throw gap("only a part of the puts sold was assigned")
            }
            isFirst = false
            for trade in trades { parts.add(rows[trade], at: trade) }
            if rows[end].kind == .buyToClose { parts.add(rows[end], at: end) }
            for trade in trades where rows[trade].kind == .sellToOpen {
                for index in rows.indices where rolled(index, into: trade, account: account) {
                    guard !parts.seen.contains(index), let old = rows[index].instrument?.contract else { continue }
                    pending.append((old, index))
                }
            }
        }
    }

    /// Every call sold since the shares came, and what was paid to buy those back.
    func addCalls(since start: Int, to parts: inout Parts) {
        var open: [Key: Decimal] = [:]
        for index in rows.indices where index >= start {
            let row = rows[index]
            guard let contract = row.instrument?.contract, contract.right == .call else { continue }
            let key = Key(contract: contract, account: row.account)
            switch row.kind {
            case .sellToOpen:
                open[key, default: 0] += row.quantity
                parts.add(row, at: index)
            case .buyToClose where (open[key] ?? 0) > 0:
                open[key, default: 0] -= row.quantity
                parts.add(row, at: index)
            default: break
            }
        }
    }

    /// Fees of taking the shares.
    func purchaseFees(since start: Int) -> Decimal {
        rows[start...].reduce(0) { sum, row in
            guard case .shares? = row.instrument, Self.change(row) != nil else { return sum }
            return sum + row.fees
        }
    }

    /// Short trades of a contract before a row, since it was last flat.
    private func tradesSinceFlat(of contract: OptionContract, account: String?, before end: Int) -> [Int] {
        var trades: [Int] = []
        var open: Decimal = 0
        for index in rows.indices where index < end {
            let row = rows[index]
            guard row.instrument?.contract == contract, row.account == account else { continue }
            switch row.kind {
            case .sellToOpen:
                open += row.quantity
                trades.append(index)
            case .buyToClose:
                open -= row.quantity
                trades.append(index)
            case .expiration, .assignment: open -= row.quantity
            default: continue
            }
            if open <= 0 { (open, trades) = (0, []) }
        }
        return trades
    }

    /// Whether a row closes another put on the day and in the account in which `trade` opens one.
    private func rolled(_ index: Int, into trade: Int, account: String?) -> Bool {
        let row = rows[index]
        return row.kind == .buyToClose && row.date == rows[trade].date && row.account == account
            && row.instrument?.contract?.right == .put && row.instrument != rows[trade].instrument
    }

    /// By how much a row of shares changes what is held; nil for rows that move none.
    private static func change(_ row: Transaction) -> Decimal? {
        switch row.kind {
        case .buy, .buyToOpen, .buyToClose: row.quantity
        case .sell, .sellToOpen, .sellToClose: -row.quantity
        case .split, .securitiesTransfer, .openingBalance: row.quantity
        default: nil
        }
    }
}
