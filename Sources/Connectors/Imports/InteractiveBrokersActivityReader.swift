import Foundation
import Markets

/// Reads Interactive Brokers' activity statement.
///
/// A trade stands there as an order and again as its executions: orders count, executions only where there are no orders.
/// Positions, values and other sections that move nothing are passed over. A consolidated statement names each row's account.
struct InteractiveBrokersActivityReader {
    /// Sections that repeat or value what others say.
    private static let silentSections: Set<String> = [
        "Statement", "Account Information", "Net Asset Value", "Change in NAV", "Cash Report", "Open Positions",
        "Forex Balances", "Mark-to-Market Performance Summary", "Realized & Unrealized Performance Summary",
        "Month & Year to Date Performance Summary", "Net Stock Position Summary", "Financial Instrument Information",
        "Change in Dividend Accruals", "Interest Accruals", "Codes", "Notes/Legal Notes", "Commission Details",
        "Location of Customer Assets, Positions and Money",
    ]

    private var account = "Interactive Brokers"
    private var orders: [Booked] = []
    private var executions: [Booked] = []
    private var digest = RowDigest()
    private var holdings = InteractiveBrokersHoldings()

    private struct Booked {
        var transaction: Transaction
        var instant: Date
    }

    /// Reads every section into the draft's transactions, oldest first.
    mutating func read(_ rows: inout SectionedRows, into draft: inout ImportDraft) throws {
        var cash: [Booked] = []
        while let next = try rows.next() {
            switch next.section {
            case "Statement": try holdings.readPeriod(next)
            case "Open Positions": try holdings.readPosition(next)
            case "Cash Report": try holdings.readCash(next)
            case "Account Information": readAccount(next)
            case "Trades": try readTrade(next, &draft)
            case "Corporate Actions": try readCorporateAction(next, &cash, &draft)
            case "Dividends", "Payment In Lieu Of Dividends": try readCash(next, .dividend, &cash, &draft)
            case "Withholding Tax", "871(m) Withholding": try readCash(next, .tax, &cash, &draft)
            case "Interest": try readCash(next, .interest, &cash, &draft)
            case "Fees", "Other Fees", "Transaction Fees": try readCash(next, .fee, &cash, &draft)
            case "Deposits & Withdrawals": try readCash(next, .transfer, &cash, &draft)
            case let section where !Self.silentSections.contains(section) && movesMoney(next):
                draft.unknown.append(next.row.issue("the section \"\(DisplayText.line(section))\" is not known"))
            default: break
            }
        }
        draft.holdings = holdings.stated
        let booked = (orders.isEmpty ? executions : orders) + cash
        draft.transactions = HistoryOrder.arranged(
            booked.map { entry in
                var transaction = entry.transaction
                transaction.account = transaction.account ?? account
                return transaction
            },
            instants: booked.map(\.instant),
            isOldestFirst: true
        )
    }

    private mutating func readAccount(_ next: SectionedRows.Row) {
        guard next.row.text(next.columns.column("Field Name")) == "Account" else { return }
        account = next.row.account(next.columns.column("Field Value"), at: "Interactive Brokers")
    }

    private func movesMoney(_ next: SectionedRows.Row) -> Bool {
        ["Amount", "Proceeds", "Cash Amount"].contains { next.columns.column($0).index != nil }
    }

    private mutating func readTrade(_ next: SectionedRows.Row, _ draft: inout ImportDraft) throws {
        let (row, columns) = (next.row, next.columns)
        let discriminator = columns.column("DataDiscriminator")
        let kindOfRow = row.text(discriminator)
        guard kindOfRow == "Order" || kindOfRow == "Trade" else { return }
        let currency = columns.column("Currency")
        guard row.text(currency) == "USD" else {
            draft.unknown.append(row.issue("the currency \(row.text(currency)) is not supported, only USD"))
            return
        }
        let symbol = columns.column("Symbol")
        guard ["Stocks", "Equity and Index Options"].contains(row.text(columns.column("Asset Category"))),
            let instrument = InteractiveBrokersTrade.instrument(row.bytes(symbol))
        else {
            draft.unknown.append(row.issue("neither a share nor a listed option"))
            return
        }
        let moment = columns.column("Date/Time")
        let quantity = columns.column("Quantity")
        let count = try row.required(row.number(quantity), quantity, expected: "a number other than 0")
        guard count != 0 else { throw row.bad(quantity, expected: "a number other than 0") }
        let proceeds = columns.column("Proceeds")
        let fee = columns.column(anyOf: ["Comm/Fee", "Comm in USD"])
        let trade = InteractiveBrokersTrade(
            instrument: instrument,
            quantity: count,
            price: try row.exactNumber(columns.column("T. Price")),
            proceeds: try row.required(row.number(proceeds), proceeds, expected: "an amount such as -18210"),
            costs: -(try row.number(fee) ?? 0),
            codes: InteractiveBrokersTrade.codes(row.text(columns.column("Code")))
        )
        let instant = try instant(row, moment)
        guard let booked = try book(trade, row, instant, columns, &draft) else { return }
        if kindOfRow == "Order" { orders.append(booked) } else { executions.append(booked) }
    }

    private mutating func book(
        _ trade: InteractiveBrokersTrade,
        _ row: ImportRow,
        _ instant: Date,
        _ columns: ColumnMap,
        _ draft: inout ImportDraft
    ) throws -> Booked? {
        switch trade.kind() {
        case .failure(let unbookable):
            draft.unknown.append(row.issue(unbookable.reason))
            return nil
        case .success(let kind):
            var transaction = self.transaction(row, columns, instant, kind)
            if let words = trade.fill(&transaction) { draft.warnings.append("line \(row.line): " + words) }
            digest.begin("interactive brokers trade")
            add(transaction.account)
            digest.add(Int(instant.timeIntervalSince1970))
            digest.add(row.bytes(columns.column("Symbol")))
            digest.add(row.bytes(columns.column("Code")))
            for name in ["Quantity", "T. Price", "Proceeds"] { digest.add(try row.exactNumber(columns.column(name))) }
            digest.add(try row.exactNumber(columns.column(anyOf: ["Comm/Fee", "Comm in USD"])))
            transaction.id = digest.finish()
            return Booked(transaction: transaction, instant: instant)
        }
    }

    private mutating func readCash(
        _ next: SectionedRows.Row,
        _ kind: Transaction.Kind,
        _ cash: inout [Booked],
        _ draft: inout ImportDraft
    ) throws {
        let (row, columns) = (next.row, next.columns)
        let currency = columns.column("Currency")
        if row.text(currency).hasPrefix("Total") { return }
        guard row.text(currency) == "USD" else {
            draft.unknown.append(row.issue("the currency \(row.text(currency)) is not supported, only USD"))
            return
        }
        let day = columns.column(anyOf: ["Date", "Settle Date", "Date/Time"])
        let amount = columns.column("Amount")
        let description = columns.column("Description")
        let instant = try instant(row, day)
        var transaction = self.transaction(row, columns, instant, kind)
        transaction.amount = try row.required(row.number(amount), amount, expected: "an amount such as 26")
        transaction.details = row.text(description)
        if kind == .dividend || kind == .tax { transaction.instrument = share(in: row.bytes(description)) }
        digest.begin("interactive brokers cash")
        add(transaction.account)
        digest.add(ArraySlice(next.section.utf8))
        digest.add(Int(instant.timeIntervalSince1970))
        digest.add(row.bytes(description))
        digest.add(try row.exactNumber(amount))
        transaction.id = digest.finish()
        cash.append(Booked(transaction: transaction, instant: instant))
    }

    /// Splits are booked; what else a company did must be entered by the owner.
    private mutating func readCorporateAction(
        _ next: SectionedRows.Row,
        _ cash: inout [Booked],
        _ draft: inout ImportDraft
    ) throws {
        let (row, columns) = (next.row, next.columns)
        if row.text(columns.column("Asset Category")).hasPrefix("Total") { return }
        let description = columns.column("Description")
        let words = row.text(description, limit: 300)
        guard words.contains(" Split "), let instrument = share(in: row.bytes(description)) else {
            draft.unknown.append(row.issue("a corporate action other than a split"))
            return
        }
        let quantity = columns.column("Quantity")
        let instant = try instant(row, columns.column(anyOf: ["Date/Time", "Report Date"]))
        var transaction = self.transaction(row, columns, instant, .split)
        transaction.instrument = instrument
        transaction.quantity = try row.required(row.number(quantity), quantity, expected: "a number of shares")
        transaction.details = words
        digest.begin("interactive brokers split")
        add(transaction.account)
        digest.add(Int(instant.timeIntervalSince1970))
        digest.add(row.bytes(description))
        digest.add(try row.exactNumber(quantity))
        transaction.id = digest.finish()
        cash.append(Booked(transaction: transaction, instant: instant))
    }

    /// Equal rows of two accounts of one statement are two; ids of other statements are as they always were.
    private mutating func add(_ account: String?) {
        if let account { digest.add(ArraySlice(account.utf8)) }
    }

    private func transaction(
        _ row: ImportRow,
        _ columns: ColumnMap,
        _ instant: Date,
        _ kind: Transaction.Kind
    ) -> Transaction {
        let owner = columns.column("Account")
        return Transaction(
            id: "",
            date: TradingDate(daysSinceEpoch: Int((instant.timeIntervalSince1970 / 86_400).rounded(.down))),
            sequence: 0,
            kind: kind,
            amount: 0,
            account: row.isBlank(owner) ? nil : row.account(owner, at: "Interactive Brokers"),
            origin: row.origin
        )
    }

    /// The share that a description begins with: `AAPL(US0378331005) Cash Dividend …`.
    private func share(in description: ArraySlice<UInt8>) -> Instrument? {
        InteractiveBrokersTrade.instrument(description.prefix { $0 != UInt8(ascii: "(") })
    }

    /// `2026-11-20, 10:01:02` or a day alone, as seconds of a calendar without zones: statements are in New York time.
    private func instant(_ row: ImportRow, _ column: ColumnMap.Column) throws -> Date {
        let bytes = row.bytes(column)
        let expected = "a date such as 2026-11-20 or 2026-11-20, 10:01:02"
        guard let day = ImportDates.date(bytes.prefix(10)) else { throw row.bad(column, expected: expected) }
        let time = String(decoding: bytes.dropFirst(10), as: UTF8.self).filter { $0 != "," && $0 != " " && $0 != ";" }
        let parts = time.split(separator: ":").map { Int($0) }
        guard time.isEmpty || parts.count == 3 else { throw row.bad(column, expected: expected) }
        var seconds = 0
        for part in parts {
            guard let part, (0..<60).contains(part) else { throw row.bad(column, expected: expected) }
            seconds = seconds * 60 + part
        }
        return Date(timeIntervalSince1970: Double(day.daysSinceEpoch * 86_400 + seconds))
    }
}
