import Foundation
import JSON
public import Markets

extension Alpaca: ActivitySource {
    /// Fills, dividends, interest, fees, transfers and what became of options. Canceled entries are left out.
    public func activity(since start: TradingDate) async throws -> Sourced<[AccountActivity]> {
        let session = try session()
        var reader = reader
        let owner = try account(try await session.client.json(session.trading.url("/v2/account")), &reader.drift)
        let records = try await entries(session, since: start).filter { $0["status"]?.string != "canceled" }
        let activities = try reader.records(records, "activities") { record, drift in
            Self.activity(record, of: owner, &drift)
        }
        let kept = activities.enumerated().filter { $0.element.date >= start }
            .sorted { ($0.element.date, $0.offset) < ($1.element.date, $1.offset) }.map(\.element)
        return Sourced(kept, source: source, notes: reader.notes)
    }

    /// Every entry made after the day before `start`: the API filters by the day an entry was made, which for a fee is
    /// the day after it was due, never before.
    private func entries(_ session: Session, since start: TradingDate) async throws -> [WireValue] {
        let size = 100
        let query = [
            ("after", start.adding(days: -1).description), ("direction", "asc"), ("page_size", "\(size)"),
        ]
        let pages = try await session.client.pages(
            session.trading.url("/v2/account/activities"),
            query: query,
            parameter: "page_token",
            limit: 500
        ) { page in
            // The mark is the identifier of the last entry; a page that is not full is the last.
            let entries = page.items
            return entries.count < size ? nil : entries.last?["id"]?.string
        }
        return try pages.flatMap { page in
            guard case .list(let entries) = page else {
                throw ConnectorError(name, .unexpectedAnswer, "the activities are no list")
            }
            return entries
        }
    }

    private static func activity(
        _ record: WireValue,
        of account: Account,
        _ drift: inout SchemaDrift
    ) -> AccountActivity? {
        guard let identifier = record.string("id", &drift), let type = record.string("activity_type", &drift) else {
            return nil
        }
        if type == "FILL" || type == "OPTRD" { return fill(record, identifier, type, of: account, &drift) }
        guard let date = record.required("date", day, &drift) else { return nil }
        let kind = kind(type)
        let movesCash = ![.expiration, .assignment, .exercise].contains(kind)
        return AccountActivity(
            account: account,
            identifier: identifier,
            kind: kind,
            date: date,
            symbol: record.optional("symbol", \.string, &drift),
            quantity: record.optional("qty", \.decimal, &drift),
            price: kind == .dividend
                ? record.sparse("per_share_amount", \.decimal, &drift)
                : record.optional("per_share_amount", \.decimal, &drift),
            amount: movesCash
                ? record.sparse("net_amount", \.decimal, &drift) : record.optional("net_amount", \.decimal, &drift),
            details: details(type, record["activity_sub_type"]?.string, record["description"]?.string)
        )
    }

    private static func fill(
        _ record: WireValue,
        _ identifier: String,
        _ type: String,
        of account: Account,
        _ drift: inout SchemaDrift
    ) -> AccountActivity? {
        guard let symbol = record.string("symbol", &drift), let side = record.string("side", &drift),
            let moment = record.instant("transaction_time", &drift),
            let quantity = record.decimal("qty", &drift).map({ abs($0) })
        else { return nil }
        let isSale = side.hasPrefix("sell")
        let price = record.decimal("price", &drift)
        let amount = contractSize(symbol).flatMap { size in price.map { $0 * quantity * size } }
        return AccountActivity(
            account: account,
            identifier: identifier,
            kind: isSale ? .sell : .buy,
            date: TradingDate(newYorkDateOf: moment),
            symbol: symbol,
            quantity: isSale ? -quantity : quantity,
            price: price,
            amount: amount.map { isSale ? $0 : -$0 },
            details: details(type, record.optional("type", \.string, &drift), nil)
        )
    }

    /// Units per share or contract; nil for an adjusted contract, whose size a fill does not say.
    private static func contractSize(_ symbol: String) -> Decimal? {
        guard let contract = OptionContract(symbol: symbol) else { return 1 }
        return contract.isAdjusted ? nil : 100
    }

    private static func kind(_ type: String) -> AccountActivity.Kind {
        switch type {
        case "OPEXP": .expiration
        case "OPASN": .assignment
        case "OPEXC": .exercise
        case "FEE", "CFEE", "DIVFEE", "PTC": .fee
        case "INT", "INTNRA", "INTTW": .interest
        case "TRANS", "CSD", "CSW", "JNL", "JNLC", "JNLS", "ACATC", "ACATS", "FOPT": .transfer
        case let type where type.hasPrefix("DIV") || type == "CGD": .dividend
        default: .other
        }
    }

    private static func details(_ type: String, _ subtype: String?, _ words: String?) -> String {
        DisplayText.line([type, subtype, words].compactMap { $0 }.joined(separator: " "), limit: 160)
    }

    /// A day, written alone or as a moment.
    private static func day(_ value: WireValue) -> TradingDate? {
        value.date ?? value.string.flatMap { $0.utf8.count > 10 ? TradingDate($0.prefix(10)) : nil }
    }
}
