import Foundation
import Markets

/// Reads Interactive Brokers' transaction history.
///
/// Amounts are in the account's base currency, which must be dollars. It does not say whether an option trade opens or
/// closes: that follows from what the row's account holds by the file itself up to then.
struct InteractiveBrokersHistoryReader {
    private var digest = RowDigest()

    private struct Entry {
        var transaction: Transaction
        /// The signed quantity of an option trade whose kind is still to be found.
        var undecided: Decimal?
    }

    /// Reads every row into the draft's transactions, oldest first.
    mutating func read(_ rows: inout SectionedRows, into draft: inout ImportDraft) throws {
        var entries: [Entry] = []
        while let next = try rows.next() {
            switch next.section {
            case "Summary":
                try checkCurrency(next)
                if let cash = try endingCash(next) { draft.holdings = .init(cash: cash) }
            case "Transaction History":
                if let entry = try entry(next.row, next.columns, &draft) { entries.append(entry) }
            default: break
            }
        }
        var undecided: [String: Decimal] = [:]
        for entry in entries { undecided[entry.transaction.id] = entry.undecided }
        struct Holding: Hashable {
            var account: String?
            var instrument: Instrument
        }
        var held: [Holding: Decimal] = [:]
        var assumed: Set<Int> = []
        draft.transactions = HistoryOrder.arranged(entries.map(\.transaction)).map { transaction in
            guard let instrument = transaction.instrument, instrument.contract != nil else { return transaction }
            var transaction = transaction
            let holding = Holding(account: transaction.account, instrument: instrument)
            let before = held[holding] ?? 0
            if let quantity = undecided[transaction.id] {
                let closes = before != 0 && (before < 0) == (quantity > 0)
                let isBuy = quantity > 0
                transaction.kind = closes ? (isBuy ? .buyToClose : .sellToClose) : (isBuy ? .buyToOpen : .sellToOpen)
                if !closes, before == 0 { assumed.insert(transaction.origin.line) }
                held[holding] = before + quantity
            } else {
                // An option that ends brings what is held nearer to nothing.
                held[holding] = before < 0 ? before + transaction.quantity : before - transaction.quantity
            }
            return transaction
        }
        if !assumed.isEmpty {
            draft.warnings.append(
                "this export does not say whether an option trade opens or closes; \(assumed.count) of an option not held "
                    + "before in the file were taken to open"
            )
        }
    }

    /// The cash that the summary ends with; nil for its other rows.
    private func endingCash(_ next: SectionedRows.Row) throws -> Decimal? {
        guard next.row.text(next.columns.column("Field Name")) == "Ending Cash" else { return nil }
        return try next.row.number(next.columns.column("Field Value"))
    }

    private func checkCurrency(_ next: SectionedRows.Row) throws {
        guard next.row.text(next.columns.column("Field Name")) == "Base Currency" else { return }
        let value = next.columns.column("Field Value")
        guard next.row.text(value) == "USD" else {
            throw next.row.bad(
                ColumnMap.Column(name: "Base Currency", index: value.index),
                expected: "USD, the only currency that is supported"
            )
        }
    }

    /// The entry of a row; nil where the row was put with the unknown ones.
    private mutating func entry(
        _ row: ImportRow,
        _ columns: ColumnMap,
        _ draft: inout ImportDraft
    ) throws -> Entry? {
        let type = row.text(columns.column("Transaction Type"))
        let symbol = columns.column("Symbol")
        let account = columns.column("Account")
        let net = columns.column("Net Amount")
        var transaction = Transaction(
            id: "",
            date: try row.date(columns.column("Date")),
            sequence: 0,
            kind: .cashAdjustment,
            amount: try row.required(row.number(net), net, expected: "an amount such as -4003.0"),
            account: row.account(account, at: "Interactive Brokers"),
            details: row.text(columns.column("Description")),
            origin: row.origin
        )
        var undecided: Decimal?
        switch type {
        case "Buy", "Sell", "Assignment", "Exercise", "Expiration":
            guard let instrument = InteractiveBrokersTrade.instrument(row.bytes(symbol)) else {
                draft.unknown.append(row.issue("neither a share nor a listed option"))
                return nil
            }
            undecided = try fillTrade(&transaction, instrument, type, row, columns, &draft)
        case "Dividend", "Payment in Lieu": transaction.kind = .dividend
        case "Foreign Tax Withholding": transaction.kind = .tax
        case "Credit Interest", "Debit Interest", "Investment Interest Received", "Investment Interest Paid":
            transaction.kind = .interest
        case "Deposit", "Withdrawal", "Cash Transfer": transaction.kind = .transfer
        case "Other Fee": transaction.kind = .fee
        case "Adjustment", "Forex Trade Component": transaction.kind = .cashAdjustment
        default:
            draft.unknown.append(row.issue("the transaction type \"\(type)\" is not known"))
            return nil
        }
        if transaction.kind == .dividend || transaction.kind == .tax, !row.isBlank(symbol) {
            transaction.instrument = InteractiveBrokersTrade.instrument(row.bytes(symbol))
        }
        digest.begin("interactive brokers history")
        digest.add(transaction.date.daysSinceEpoch)
        for name in ["Account", "Description", "Transaction Type", "Symbol"] {
            digest.add(row.bytes(columns.column(name)))
        }
        for name in ["Quantity", "Price", "Net Amount"] { digest.add(try row.exactNumber(columns.column(name))) }
        transaction.id = digest.finish()
        return Entry(transaction: transaction, undecided: undecided)
    }

    /// - Returns: The signed quantity of an option trade whose kind is still to be found.
    private func fillTrade(
        _ transaction: inout Transaction,
        _ instrument: Instrument,
        _ type: String,
        _ row: ImportRow,
        _ columns: ColumnMap,
        _ draft: inout ImportDraft
    ) throws -> Decimal? {
        let quantity = columns.column("Quantity")
        let count = try row.required(row.number(quantity), quantity, expected: "a number other than 0")
        guard count != 0 else { throw row.bad(quantity, expected: "a number other than 0") }
        let costs = -(try row.number(columns.column("Commission")) ?? 0)
        let trade = InteractiveBrokersTrade(
            instrument: instrument,
            quantity: count,
            price: try row.exactNumber(columns.column("Price")),
            proceeds: transaction.amount + costs,
            costs: costs,
            codes: []
        )
        let isOption = instrument.contract != nil
        switch type {
        case "Assignment" where isOption: transaction.kind = .assignment
        case "Exercise" where isOption: transaction.kind = .exercise
        case "Expiration" where isOption: transaction.kind = .expiration
        default: transaction.kind = count > 0 ? .buy : .sell
        }
        if let words = trade.fill(&transaction) { draft.warnings.append("line \(row.line): " + words) }
        return isOption && (transaction.kind == .buy || transaction.kind == .sell) ? count : nil
    }
}
