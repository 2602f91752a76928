import Foundation
import JSON
public import Markets

extension Alpaca: PriceHistorySource {
    /// Unadjusted daily bars, with splits and cash dividends in dollars from `/v1/corporate-actions`.
    ///
    /// Dividends in shares and spin-offs are not among the splits.
    public func history(of symbol: String, in dates: ClosedRange<TradingDate>) async throws -> Sourced<PriceHistory> {
        let session = try session()
        async let bars = session.pages(session.data.url("/v2/stocks/bars"), barQuery(symbol, dates))
        async let actions = Attempt.result {
            try await session.pages(session.data.url("/v1/corporate-actions"), Self.actionQuery(symbol, dates))
        }
        var reader = reader
        var history = PriceHistory(symbol: symbol, bars: [])
        for page in try await bars {
            let records = try Self.records(try reader.member("bars", of: page), of: symbol, reader)
            history.bars += try reader.records(records, "bars") { Self.bar(symbol, $0, &$1) }
        }
        history.bars = history.bars.filter { dates.contains($0.date) }.sorted { $0.date < $1.date }
        switch try await actions {
        case .success(let pages):
            for page in pages {
                try add(try reader.member("corporate_actions", of: page), to: &history, in: dates, &reader)
            }
        case .failure(let error): reader.remark("no splits and dividends: \(error.detail)")
        }
        history.splits.sort { $0.date < $1.date }
        history.dividends.sort { $0.exDate < $1.exDate }
        return Sourced(history, source: title, notes: reader.notes)
    }

    /// The bars of `symbol` in an object by symbol, which is empty or null where there are none.
    private static func records(
        _ bars: WireValue,
        of symbol: String,
        _ reader: RecordReader
    ) throws -> [WireValue] {
        switch bars {
        case .null: return []
        case .object(let members):
            if let records = members[symbol]?.items { return records }
            if members.isEmpty { return [] }
        default: break
        }
        throw reader.unexpected("the 'bars' are not those of \(symbol)")
    }

    private func barQuery(_ symbol: String, _ dates: ClosedRange<TradingDate>) -> [(name: String, value: String)] {
        var query = [
            ("symbols", symbol), ("timeframe", "1Day"), ("start", dates.lowerBound.description),
            ("adjustment", "raw"), ("limit", "10000"), ("sort", "asc"),
        ]
        // Without an end Alpaca goes as far as the subscription allows; today as the end is refused to those whose data is
        // delayed.
        if dates.upperBound < TradingDate(newYorkDateOf: environment.clock()) {
            query.append(("end", dates.upperBound.description))
        }
        return query + feed("stock_feed").filter { $0.value != "delayed_sip" }
    }

    private static let actionKinds: Set<String> = ["forward_splits", "reverse_splits", "cash_dividends"]

    /// Actions are found by the day they are processed: a dividend on its payment, some weeks after its ex-date.
    private static func actionQuery(
        _ symbol: String,
        _ dates: ClosedRange<TradingDate>
    ) -> [(name: String, value: String)] {
        [
            ("symbols", symbol), ("types", "forward_split,reverse_split,cash_dividend"),
            ("start", dates.lowerBound.adding(days: -7).description),
            ("end", dates.upperBound.adding(days: 120).description), ("limit", "1000"),
        ]
    }

    private static func bar(_ symbol: String, _ record: WireValue, _ drift: inout SchemaDrift) -> DailyBar? {
        guard let moment = record.instant("t", &drift), let open = record.decimal("o", &drift),
            let high = record.decimal("h", &drift), let low = record.decimal("l", &drift),
            let close = record.decimal("c", &drift)
        else { return nil }
        return DailyBar(
            symbol: symbol,
            date: TradingDate(newYorkDateOf: moment),
            open: open,
            high: high,
            low: low,
            close: close,
            volume: record.required("v", \.integer, &drift)
        )
    }

    private func add(
        _ actions: WireValue,
        to history: inout PriceHistory,
        in dates: ClosedRange<TradingDate>,
        _ reader: inout RecordReader
    ) throws {
        let symbol = history.symbol
        guard case .object(let members) = actions else { throw reader.unexpected("'corporate_actions' is no object") }
        for name in members.keys.sorted() where !Self.actionKinds.contains(name) {
            let shown = DisplayText.line(name, limit: 30)
            reader.remark("Alpaca sends '\(shown)', which are neither splits nor dividends that are known here")
        }
        for kind in ["forward_splits", "reverse_splits"] {
            let splits = try reader.records(actions[kind]?.items ?? [], "splits", Self.split)
            history.splits += splits.filter { dates.contains($0.date) }
        }
        let paid = (actions["cash_dividends"]?.items ?? []).filter { record in
            guard let currency = record["currency"]?.string, currency != "USD" else { return true }
            reader.remark("dividends in \(DisplayText.line(currency, limit: 8)) are left out")
            return false
        }
        let dividends = try reader.records(paid, "dividends") { record, drift -> Dividend? in
            guard let date = record.required("ex_date", \.date, &drift), let rate = record.decimal("rate", &drift)
            else {
                return nil
            }
            return Dividend(symbol: symbol, exDate: date, amount: rate, source: "Alpaca")
        }
        history.dividends += dividends.filter { dates.contains($0.exDate) }
    }

    private static func split(_ record: WireValue, _ drift: inout SchemaDrift) -> PriceHistory.Split? {
        guard let date = record.required("ex_date", \.date, &drift), let new = record.decimal("new_rate", &drift),
            let old = record.decimal("old_rate", &drift), old > 0, new > 0
        else { return nil }
        return PriceHistory.Split(date: date, ratio: new / old)
    }
}
