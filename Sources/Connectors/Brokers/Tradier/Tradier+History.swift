import Foundation
public import Markets

extension Tradier: PriceHistorySource {
    /// Daily bars. Tradier gives no splits and no dividends, and does not say whether its prices are adjusted for splits:
    /// a note says so.
    public func history(of symbol: String, in dates: ClosedRange<TradingDate>) async throws -> Sourced<PriceHistory> {
        let session = try session()
        var reader = reader
        let answer = try await session.json(
            "/markets/history",
            [
                ("symbol", OptionSymbol.ticker(symbol, separator: "/")), ("interval", "daily"),
                ("start", dates.lowerBound.description), ("end", dates.upperBound.description),
            ]
        )
        let records = try reader.elements("history", "day", of: answer)
        let bars = try reader.records(records, "bars") { record, drift -> DailyBar? in
            guard let date = record.required("date", \.date, &drift), let open = record.decimal("open", &drift),
                let high = record.decimal("high", &drift), let low = record.decimal("low", &drift),
                let close = record.decimal("close", &drift)
            else { return nil }
            return DailyBar(
                symbol: symbol,
                date: date,
                open: open,
                high: high,
                low: low,
                close: close,
                volume: record.required("volume", \.integer, &drift)
            )
        }
        if !bars.isEmpty { reader.remark("Tradier does not say whether its daily prices are adjusted for splits") }
        let history = PriceHistory(symbol: symbol, bars: bars.sorted { $0.date < $1.date })
        return Sourced(history, source: source, notes: reader.notes)
    }
}
