import Foundation
import JSON
public import Markets

extension Yahoo: PriceHistorySource {
    /// Daily bars, splits and dividends.
    ///
    /// Yahoo's prices are adjusted for the splits since. They are asked for up to today, so that every split since is
    /// among the events, and are set back to what was paid on the day.
    public func history(of symbol: String, in dates: ClosedRange<TradingDate>) async throws -> Sourced<PriceHistory> {
        let now = Int(environment.clock().timeIntervalSince1970)
        let start = Int(dates.lowerBound.newYorkInstant(hour: 0).timeIntervalSince1970)
        let query = [
            ("interval", "1d"), ("events", "div|split"), ("period1", "\(start)"),
            ("period2", "\(max(now, start) + 86_400)"),
        ]
        guard let answer = try await chart(symbol, query) else {
            throw ConnectorError(name, .notFound, "Yahoo has no such symbol")
        }
        var reader = reader
        let chart = try YahooChart(answer, reader)
        var history = PriceHistory(symbol: symbol, bars: [])
        guard isInDollars(chart.meta, symbol, &reader) else {
            return Sourced(history, source: title, notes: reader.notes)
        }
        let splits = chart.splits(&reader.drift)
        func ratio(after date: TradingDate) -> Decimal {
            splits.filter { $0.date > date }.reduce(1) { $0 * $1.ratio }
        }
        history.bars = chart.bars(symbol, &reader.drift).filter { dates.contains($0.date) }.map { bar in
            Self.unadjusted(bar, by: ratio(after: bar.date))
        }
        history.dividends = chart.dividends(symbol, &reader.drift).filter { dates.contains($0.exDate) }.map {
            dividend in
            var paid = dividend
            paid.amount = Self.rounded(paid.amount * ratio(after: paid.exDate), 6)
            return paid
        }
        history.splits = splits.filter { dates.contains($0.date) }
        return Sourced(history, source: title, notes: reader.notes)
    }

    private static func unadjusted(_ bar: DailyBar, by ratio: Decimal) -> DailyBar {
        var bar = bar
        bar.open = rounded(bar.open * ratio, 4)
        bar.high = rounded(bar.high * ratio, 4)
        bar.low = rounded(bar.low * ratio, 4)
        bar.close = rounded(bar.close * ratio, 4)
        bar.volume = bar.volume.flatMap { rounded(Decimal($0) / ratio, 0).wholeNumber }
        return bar
    }

    private static func rounded(_ value: Decimal, _ digits: Int) -> Decimal {
        var (value, result) = (value, Decimal())
        NSDecimalRound(&result, &value, digits, .plain)
        return result
    }
}
