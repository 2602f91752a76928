import Foundation
import JSON
import Markets

/// Reads daily prices of one symbol, which is the file's name without its extension.
struct DailyBarsReader {
    private let date, open, high, low, close, adjustedClose, volume: ColumnMap.Column

    init(_ columns: ColumnMap) {
        date = columns.column("date")
        open = columns.column("open")
        high = columns.column("high")
        low = columns.column("low")
        close = columns.column("close")
        adjustedClose = columns.column("adj_close")
        volume = columns.column("volume")
    }

    /// Reads every row into the draft's bars, oldest first.
    func read(_ rows: inout ImportRows, into draft: inout ImportDraft) throws {
        let name = draft.fileName.lastIndex(of: ".").map { draft.fileName[..<$0] } ?? draft.fileName[...]
        guard let symbol = Ticker.normalised(ArraySlice(name.utf8)) else {
            let reason = "daily bars take their symbol from the file's name, and \(name) is no ticker"
            throw ImportError(file: draft.fileName, code: .malformed(line: 1, reason: reason))
        }
        var dates: Set<TradingDate> = []
        var outOfRange = 0
        while let row = try rows.next() {
            try row.checkWidth()
            let bar = DailyBar(
                symbol: symbol,
                date: try row.date(date),
                open: try price(row, open),
                high: try price(row, high),
                low: try price(row, low),
                close: try price(row, close),
                adjustedClose: try row.price(adjustedClose),
                volume: try row.wholeNumber(volume)
            )
            guard dates.insert(bar.date).inserted else {
                throw row.bad(date, expected: "a day that no row before has")
            }
            if bar.high < max(bar.open, bar.close) || bar.low > min(bar.open, bar.close) { outOfRange += 1 }
            draft.bars.append(bar)
        }
        draft.bars.sort { $0.date < $1.date }
        if outOfRange > 0 { draft.warnings.append("\(outOfRange) days open or close outside of their high and low") }
    }

    private func price(_ row: ImportRow, _ column: ColumnMap.Column) throws -> Decimal {
        let expected = "a price above 0"
        let price = try row.required(row.price(column), column, expected: expected)
        guard price > 0 else { throw row.bad(column, expected: expected) }
        return price
    }
}
