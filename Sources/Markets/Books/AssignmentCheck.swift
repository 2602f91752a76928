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

    /// The assignments, or exercises, of one contract on one day in one account.
    private struct Event: Hashable {
        var account: String?
        var instrument: Instrument?
        var kind: Transaction.Kind
        var date: TradingDate
    }

    /// One issue for each account, contract and day of assignments or exercises without their shares.
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
        var order: [Event] = []
        var lacking: [Event: (contracts: Decimal, shares: Decimal)] = [:]
        for row in ended {
            let missing = missingShares(of: row, &shares)
            guard missing > 0 else { continue }
            let event = Event(account: row.account, instrument: row.instrument, kind: row.kind, date: row.date)
            if lacking[event] == nil { order.append(event) }
            lacking[event, default: (0, 0)].contracts += row.quantity
            lacking[event, default: (0, 0)].shares += missing
        }
        let accounts = Set(transactions.lazy.filter { !$0.isOfAnyAccount }.map(\.account))
        return order.compactMap { event in
            guard let contract = event.instrument?.contract, let lack = lacking[event] else { return nil }
            let place = accounts.count > 1 ? " in \(event.account ?? "the account without a name")" : ""
            let verb = isBuy(contract, event.kind) ? "bought" : "sold"
            return LedgerIssue(
                kind: .mismatchedAssignment,
                instrument: event.instrument,
                date: event.date,
                message:
                    "the \(event.kind.rawValue) of \(lack.contracts) \(contract) on \(event.date)\(place) should have "
                    + "\(verb) \(lack.shares) more \(contract.underlying) at \(contract.strike): import the share rows, or "
                    + "check that the export is complete"
            )
        }
    }

    /// How many shares of an assignment or exercise no row brought; those that one did are taken from `shares`.
    private static func missingShares(of ended: Transaction, _ shares: inout [Key: [ShareRow]]) -> Decimal {
        // A contract that was adjusted delivers something else, and an amount means it was settled in cash.
        guard let contract = ended.instrument?.contract, !contract.isAdjusted, ended.amount + ended.fees == 0,
            !cashSettledRoots.contains(contract.root)
        else { return 0 }
        let key = Key(account: ended.account, ticker: contract.underlying, isBuy: isBuy(contract, ended.kind))
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
        return max(missing, 0)
    }

    /// Whether the end of an option buys its shares.
    private static func isBuy(_ contract: OptionContract, _ kind: Transaction.Kind) -> Bool {
        (contract.right == .put) == (kind == .assignment)
    }

    private static func isBuy(_ kind: Transaction.Kind) -> Bool? {
        switch kind {
        case .buy, .buyToOpen, .buyToClose: return true
        case .sell, .sellToOpen, .sellToClose: return false
        default: return nil
        }
    }
}
