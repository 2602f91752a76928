import Foundation
import JSON
public import Markets
import Transport

extension Tastytrade: ActivitySource {
    /// Trades, deliveries, what became of options, dividends, interest, fees and transfers, of the accounts in the
    /// settings, else of all open accounts.
    ///
    /// Amounts are net of commissions and fees. Futures, options on them and cryptocurrencies are left out, and the owner
    /// is told.
    public func activity(since start: TradingDate) async throws -> Sourced<[AccountActivity]> {
        var reader = reader
        var entries: [AccountActivity] = []
        for account in try await accounts(&reader) {
            let records = try await transactions(of: account, since: start, &reader)
            entries += try reader.records(known(records, "transactions", &reader), "transactions") { record, drift in
                Self.activity(record, of: account, &drift)
            }
        }
        let recent = entries.enumerated().filter { $0.element.date >= start }
            .sorted { ($0.element.date, $0.offset) < ($1.element.date, $1.offset) }.map(\.element)
        return Sourced(recent, source: source, notes: reader.notes)
    }

    /// The transactions of all pages, oldest first. The count of pages stands beside the data; where it is missing, a
    /// page that is not full is the last.
    private func transactions(
        of account: Account,
        since start: TradingDate,
        _ reader: inout RecordReader
    ) async throws -> [WireValue] {
        let (size, most) = (250, 200)
        let path = "/accounts/\(FormEncoding.escape(account.number))/transactions"
        var records: [WireValue] = []
        var seen: Set<String> = []
        for page in 0..<most {
            let query = [
                ("per-page", "\(size)"), ("page-offset", "\(page)"), ("sort", "Asc"),
                // A day earlier: the day of a transaction is New York's, that of the filter is not said.
                ("start-date", start.adding(days: -1).description),
            ]
            let answer = try await answer(path, query)
            let found = try reader.member("items", of: try reader.member("data", of: answer)).items
            // An entry that comes in while pages are read moves the others on: the last of a page is then sent again.
            let new = found.filter { record in record["id"]?.string.map { seen.insert($0).inserted } ?? true }
            records += new
            if page > 0, new.isEmpty, !found.isEmpty {
                reader.remark("tastytrade sent the same page of transactions twice: the history may be cut")
                return records
            }
            let count = answer["pagination"]?["total-pages"]?.integer
            if found.isEmpty || count.map({ page + 1 >= $0 }) ?? (found.count < size) { return records }
        }
        throw ConnectorError(name, .unexpectedAnswer, "the history does not end after \(most) pages")
    }

    private static func activity(
        _ record: WireValue,
        of account: Account,
        _ drift: inout SchemaDrift
    ) -> AccountActivity? {
        guard let identifier = record.string("id", &drift), let type = record.string("transaction-type", &drift),
            let date = record.required("transaction-date", \.date, &drift)
        else { return nil }
        let subtype = record.string("transaction-sub-type", &drift) ?? ""
        let isTrade = type == "Trade"
        func text(_ name: String) -> String? {
            isTrade ? record.string(name, &drift) : record.optional(name, \.string, &drift)
        }
        func number(_ name: String) -> Decimal? {
            isTrade ? record.decimal(name, &drift) : record.optional(name, \.decimal, &drift)
        }
        let action = text("action")
        if isTrade, action == nil { return nil }
        let isSale = action?.hasPrefix("Sell") == true
        let quantity = number("quantity").map { abs($0) }
        return AccountActivity(
            account: account,
            identifier: identifier,
            kind: kind(type, subtype, action),
            date: date,
            symbol: text("symbol").map { OptionSymbol.unpadded($0) ?? OptionSymbol.ticker($0, from: "/") },
            quantity: quantity.flatMap { $0 == 0 ? nil : isSale ? -$0 : $0 },
            price: number("price").map { abs($0) },
            amount: amount(record, &drift),
            details: DisplayText.line(
                [subtype.isEmpty ? type : subtype, record.sparse("description", \.string, &drift)].compactMap { $0 }
                    .joined(separator: ": "),
                limit: 160
            )
        )
    }

    /// The net value with the sign of its effect: `Credit`, `Debit`, or `None` where no cash moved.
    private static func amount(_ record: WireValue, _ drift: inout SchemaDrift) -> Decimal? {
        guard let value = record.decimal("net-value", &drift).map({ abs($0) }) else { return nil }
        switch record.string("net-value-effect", &drift) {
        case "Credit": return value
        case "Debit": return -value
        case "None" where value == 0: return 0
        case nil: return nil
        default:
            drift.note("net-value-effect")
            return nil
        }
    }

    private static func kind(_ type: String, _ subtype: String, _ action: String?) -> AccountActivity.Kind {
        switch (type, subtype) {
        case (_, "Assignment"), (_, "Cash Settled Assignment"): .assignment
        case (_, "Exercise"), (_, "Cash Settled Exercise"): .exercise
        case (_, "Expiration"): .expiration
        case ("Money Movement", "Dividend"), ("Money Movement", "Special Dividend"): .dividend
        case ("Money Movement", "Credit Interest"), ("Money Movement", "Debit Interest"),
            ("Money Movement", "Fully Paid Stock Lending Income"):
            .interest
        case ("Money Movement", "Fee"): .fee
        case ("Money Movement", "Deposit"), ("Money Movement", "Withdrawal"), (_, "Transfer"), (_, "ACAT"):
            .transfer
        // Shares that an assignment, an exercise or a reinvested dividend brings or takes.
        case ("Trade", _), ("Receive Deliver", "Buy to Open"), ("Receive Deliver", "Sell to Open"),
            ("Receive Deliver", "Buy to Close"), ("Receive Deliver", "Sell to Close"),
            ("Receive Deliver", "Dividend"):
            action.map { $0.hasPrefix("Sell") ? .sell : .buy } ?? .other
        default: .other
        }
    }
}
