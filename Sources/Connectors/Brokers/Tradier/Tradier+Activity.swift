import Foundation
import JSON
public import Markets
import Transport

extension Tradier: ActivitySource {
    /// Trades, dividends, interest, fees, transfers and what became of options, of the accounts in the settings, else of
    /// all open accounts.
    ///
    /// Tradier adds a day's events in the following night, and gives them neither a time nor an identifier: the
    /// identifier is made of what an event says.
    public func activity(since start: TradingDate) async throws -> Sourced<[AccountActivity]> {
        let session = try session()
        var reader = reader
        var entries: [AccountActivity] = []
        for account in try await accounts(session, &reader) {
            let events = try await events(of: account, since: start, session, &reader)
            var ranks: [String: Int] = [:]
            entries += try reader.records(events, "events") { event, drift in
                guard var entry = Self.activity(event, of: account, &drift) else { return nil }
                let rank = ranks[entry.identifier, default: 0] + 1
                ranks[entry.identifier] = rank
                entry.identifier += "#\(rank)"
                return entry
            }
        }
        let nameless = entries.filter { [.expiration, .assignment, .exercise].contains($0.kind) && $0.symbol == nil }
        if !nameless.isEmpty {
            reader.remark("Tradier does not say which option \(nameless.count) of its events are about")
        }
        let recent = entries.enumerated().filter { $0.element.date >= start }
            .sorted { ($0.element.date, $0.offset) < ($1.element.date, $1.offset) }.map(\.element)
        return Sourced(recent, source: source, notes: reader.notes)
    }

    /// The events of all pages. Where an answer counts its pages the count decides; otherwise a page with fewer events
    /// than Tradier sends unasked is the last.
    private func events(
        of account: Account,
        since start: TradingDate,
        _ session: Session,
        _ reader: inout RecordReader
    ) async throws -> [WireValue] {
        let (size, smallest, most) = (100, 25, 200)
        let path = "/accounts/\(FormEncoding.escape(account.number))/history"
        var events: [WireValue] = []
        var previous: [WireValue] = []
        for page in 1...most {
            let query = [("page", "\(page)"), ("limit", "\(size)"), ("start", start.description)]
            let answer = try await session.json(path, query)
            let found = try reader.elements("history", "event", of: answer)
            if page > 1, found == previous, !found.isEmpty {
                reader.remark("Tradier sent the same page of events twice: the history may be cut")
                return events
            }
            events += found
            previous = found
            let count = answer["history"]?["total_pages"]?.integer
            if found.isEmpty || count.map({ page >= $0 }) ?? (found.count < smallest) { return events }
        }
        throw ConnectorError(name, .unexpectedAnswer, "the history does not end after \(most) pages")
    }

    private static func activity(
        _ event: WireValue,
        of account: Account,
        _ drift: inout SchemaDrift
    ) -> AccountActivity? {
        guard let type = event.string("type", &drift), let date = event.required("date", day, &drift) else {
            return nil
        }
        let amount = event.decimal("amount", &drift)
        let about = details(of: event, type, &drift)
        let description = about.sparse("description", \.string, &drift)
        let kind: AccountActivity.Kind
        var symbol = about.optional("symbol", \.string, &drift)
        var quantity = about.optional("quantity", \.decimal, &drift)
        var price = about.optional("price", \.decimal, &drift)
        if type == "trade" {
            // Below zero where it was sold.
            symbol = about.string("symbol", &drift)
            quantity = about.decimal("quantity", &drift)
            price = about.decimal("price", &drift)
            guard let quantity, quantity != 0, symbol != nil else { return nil }
            kind = quantity < 0 ? .sell : .buy
        } else if type == "option" {
            guard let written = about.string("option_type", &drift) else { return nil }
            kind = outcome(written, description)
        } else {
            kind = kinds[type] ?? .other
        }
        if quantity == 0 { quantity = nil }
        let written = symbol.map { OptionSymbol.unpadded($0) ?? OptionSymbol.ticker($0, from: "/") }
        let words = [type, about["option_type"]?.string, description].compactMap { $0 }.joined(separator: " ")
        let numbers = [quantity, price, amount].map { $0?.description ?? "-" }
        return AccountActivity(
            account: account,
            identifier: ([date.description, type, written ?? description ?? "-"] + numbers).joined(separator: "/"),
            kind: kind,
            date: date,
            symbol: written,
            quantity: quantity,
            price: price.flatMap { $0 == 0 && type != "trade" ? nil : $0 },
            amount: amount,
            details: DisplayText.line(words, limit: 160)
        )
    }

    /// What an event is about. It stands under the event's kind, that of a dividend under `adjustment`, or beside the kind.
    private static func details(of event: WireValue, _ type: String, _ drift: inout SchemaDrift) -> WireValue {
        guard case .object(let members) = event else { return .null }
        for name in [type, "adjustment"] {
            guard let member = members[name] else { continue }
            if member == .null { return .object([:]) }
            guard case .object(let parts) = member else { break }
            if detailNames.isDisjoint(with: parts.keys) { drift.note(type) }
            return member
        }
        if detailNames.isDisjoint(with: members.keys) { drift.note(type) }
        return event
    }

    /// What tells what an event is about.
    private static let detailNames: Set<String> = ["description", "quantity", "symbol", "option_type"]

    private static let kinds: [String: AccountActivity.Kind] = [
        "dividend": .dividend, "interest": .interest, "fee": .fee, "ach": .transfer, "wire": .transfer,
        "check": .transfer, "transfer": .transfer, "journal": .transfer,
    ]

    /// What became of an option, by the code and the words of its event: `OPTEXP`, `Expired`.
    private static func outcome(_ code: String, _ words: String?) -> AccountActivity.Kind {
        for text in [code, words ?? ""].map({ $0.lowercased() }) {
            if text.contains("assign") || text.contains("asn") { return .assignment }
            if text.contains("exer") { return .exercise }
            if text.contains("exp") { return .expiration }
        }
        return .other
    }

    /// The day in a moment that is always midnight in UTC: moved to New York it would be the day before.
    private static func day(_ value: WireValue) -> TradingDate? {
        value.string.flatMap { TradingDate($0.prefix(10)) }
    }
}
