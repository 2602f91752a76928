import Foundation

/// The running cash of each account, and whether the history shows all of it.
///
/// A history that begins in the middle of an account's life lacks the cash held before. It is taken to be complete
/// when the cash it began with was given, or when it begins with a deposit and cash is never negative at a day's end.
struct CashBook {
    private struct Account {
        var balance: Decimal = 0
        var day: TradingDate?
        var firstDay: TradingDate?
        var beginsWithDeposit = false
        var firstNegativeDay: TradingDate?

        mutating func closeDay() {
            if balance < 0, firstNegativeDay == nil { firstNegativeDay = day }
        }
    }

    private var accounts: [Transaction.Holder: Account] = [:]
    private var opened: Set<Transaction.Holder> = []

    /// Whether the cash that every account began with was given: in one sum for all, or for each by itself.
    var hasAllOpeningCash: Bool {
        opened.contains(.anyAccount)
            || (!opened.isEmpty && accounts.allSatisfy { opened.contains($0.key) || $0.value.firstDay == nil })
    }

    /// Counts one row; rows come in order of date.
    mutating func add(_ transaction: Transaction) {
        guard transaction.amount != 0 || transaction.kind == .openingBalance else { return }
        if transaction.kind == .openingBalance {
            if transaction.instrument == nil { opened.insert(transaction.holder) }
            accounts[transaction.holder, default: Account()].balance += transaction.amount
            return
        }
        var account = accounts[transaction.holder] ?? Account()
        if account.day != transaction.date { account.closeDay() }
        account.day = transaction.date
        account.firstDay = account.firstDay ?? transaction.date
        // Brokers' files have no times, so a purchase may stand before the deposit of the same day.
        if account.firstDay == transaction.date, transaction.kind == .transfer, transaction.amount > 0 {
            account.beginsWithDeposit = true
        }
        account.balance += transaction.amount
        accounts[transaction.holder] = account
    }

    /// The cash of all accounts together.
    var total: Portfolio.Cash {
        var sum: Decimal = 0
        var reason: String?
        for (holder, account) in accounts.sorted(by: { ($0.key.name ?? "") < ($1.key.name ?? "") }) {
            var closed = account
            closed.closeDay()
            sum += closed.balance
            if opened.contains(holder) { continue }
            let whose = holder.name.map { " of the account \($0)" } ?? ""
            if closed.firstDay != nil, !closed.beginsWithDeposit {
                reason = reason ?? "the history\(whose) does not begin with a deposit"
            } else if let day = closed.firstNegativeDay {
                reason = reason ?? "the cash\(whose) would be below zero on \(day)"
            }
        }
        let remedy = "give the cash held before it with magnus import --opening FILE"
        if hasAllOpeningCash { return .known(sum) }
        if accounts.isEmpty { return .unknown(reason: "the history has no movement of cash: \(remedy)") }
        if let reason { return .unknown(reason: "\(reason): \(remedy)") }
        return .known(sum)
    }
}
