import Foundation

/// Looks for the share rows that each assignment or exercise must have brought.
enum AssignmentCheck {
    private struct Key: Hashable {
        var account: String?
        var ticker: String
        var isBuy: Bool
    }

    private struct ShareRow {
        var date: TradingDate
        var price: Decimal?
        var quantity: Decimal
    }

    /// Roots of index options, which settle in cash and bring no shares.
    private static let cashSettledRoots: Set<String> = [
        "SPX", "SPXW", "XSP", "NDX", "NDXP", "XND", "RUT", "RUTW", "MRUT", "VIX", "VIXW", "DJX", "OEX", "XEO",
    ]

    /// One issue per assignment or exercise without its shares.
    static func issues(in transactions: [Transaction]) -> [LedgerIssue] {
        let ended = transactions.filter { $0.kind == .assignment || $0.kind == .exercise }
        guard !ended.isEmpty else { return [] }
        let tickers = Set(ended.compactMap { $0.instrument?.underlying })
        var shares: [Key: [ShareRow]] = [:]
        for transaction in transactions {
            guard case .shares(let ticker)? = transaction.instrument, tickers.contains(ticker),
                let isBuy = isBuy(transaction.kind)
            else { continue }
            let key = Key(account: transaction.account, ticker: ticker, isBuy: isBuy)
            let row = ShareRow(date: transaction.date, price: transaction.price, quantity: transaction.quantity)
            shares[key, default: []].append(row)
        }
        return ended.compactMap { issue(for: $0, &shares) }
    }

    private static func issue(for ended: Transaction, _ shares: inout [Key: [ShareRow]]) -> LedgerIssue? {
        // A contract that was adjusted delivers something else, and an amount means it was settled in cash.
        guard let contract = ended.instrument?.contract, !contract.isAdjusted, ended.amount + ended.fees == 0,
            !cashSettledRoots.contains(contract.root)
        else { return nil }
        let isBuy = (contract.right == .put) == (ended.kind == .assignment)
        let key = Key(account: ended.account, ticker: contract.underlying, isBuy: isBuy)
        var missing = ended.quantity * Decimal(contract.multiplier)
        for index in (shares[key] ?? []).indices {
            guard missing > 0, var row = shares[key]?[index] else { break }
            let lag = ended.date.days(until: row.date)
            guard row.quantity > 0, (-1...5).contains(lag), row.price == nil || row.price == contract.strike else {
                continue
            }
            let taken = min(missing, row.quantity)
            missing -= taken
            row.quantity -= taken
            shares[key]?[index] = row
        }
        guard missing > 0 else { return nil }
        return LedgerIssue(
            kind: .mismatchedAssignment,
            instrument: ended.instrument,
            date: ended.date,
            message: "the \(ended.kind.rawValue) of \(ended.quantity) \(contract) on \(ended.date) should have "
                + "\(isBuy ? "bought" : "sold") \(missing) more \(contract.underlying) at \(contract.strike): import the "
                + "share rows, or check that the export is complete"
        )
    }

    private static func isBuy(_ kind: Transaction.Kind) -> Bool? {
        switch kind {
        case .buy, .buyToOpen, .buyToClose: return true
        case .sell, .sellToOpen, .sellToClose: return false
        default: return nil
        }
    }
}
