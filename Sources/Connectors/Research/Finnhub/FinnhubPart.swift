import Markets

/// A part of a question for earnings that one request can answer.
struct FinnhubPart: Sendable, Hashable, CustomStringConvertible {
    /// What makes a report one.
    struct Key: Hashable {
        var symbol: String
        var date: TradingDate
    }

    /// The company; nil for all.
    var symbol: String?
    /// The days.
    var dates: ClosedRange<TradingDate>

    /// `NVDA, 2026-11-01 to 2026-11-07`.
    var description: String {
        (symbol.map { "\($0), " } ?? "") + "\(dates.lowerBound) to \(dates.upperBound)"
    }

    /// Both halves of the days; nil for a single day.
    var halves: (FinnhubPart, FinnhubPart)? {
        let days = dates.lowerBound.days(until: dates.upperBound)
        guard days > 0 else { return nil }
        let middle = dates.lowerBound.adding(days: days / 2)
        return (
            FinnhubPart(symbol: symbol, dates: dates.lowerBound...middle),
            FinnhubPart(symbol: symbol, dates: middle.adding(days: 1)...dates.upperBound)
        )
    }

    /// The parts of a question: half a year at a time of each symbol, or a week at a time of all companies, whichever is
    /// fewer; the spans are longer where there would be more than `limit`.
    static func parts(of symbols: [String], in dates: ClosedRange<TradingDate>, atMost limit: Int) -> [FinnhubPart] {
        let days = dates.lowerBound.days(until: dates.upperBound) + 1
        func span(_ usual: Int, times: Int) -> Int { max(usual, (days * times + limit - 1) / limit) }
        let ofAll = spans(dates, days: span(7, times: 1)).map { FinnhubPart(symbol: nil, dates: $0) }
        guard !symbols.isEmpty, symbols.count <= limit else { return ofAll }
        let each = spans(dates, days: span(180, times: symbols.count))
        guard each.count * symbols.count <= ofAll.count || symbols.count == 1 else { return ofAll }
        return symbols.flatMap { symbol in each.map { FinnhubPart(symbol: symbol, dates: $0) } }
    }

    private static func spans(_ dates: ClosedRange<TradingDate>, days: Int) -> [ClosedRange<TradingDate>] {
        let first = dates.lowerBound.daysSinceEpoch
        let last = dates.upperBound.daysSinceEpoch
        return stride(from: first, through: last, by: days).map { start in
            TradingDate(daysSinceEpoch: start)...TradingDate(daysSinceEpoch: min(start + days - 1, last))
        }
    }
}
