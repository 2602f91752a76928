import Foundation
import JSON
import Markets

/// Reads our own table of quotes: one instrument per row, by ticker or OCC symbol.
struct QuoteTableReader {
    private let symbol, asOf, bid, ask, last, previousClose, openInterest, volume: ColumnMap.Column

    init(_ columns: ColumnMap) {
        symbol = columns.column("symbol")
        asOf = columns.column("as_of")
        bid = columns.column("bid")
        ask = columns.column("ask")
        last = columns.column("last")
        previousClose = columns.column("previous_close")
        openInterest = columns.column("open_interest")
        volume = columns.column("volume")
    }

    /// Reads every row into the draft's quotes.
    func read(_ rows: inout ImportRows, into draft: inout ImportDraft) throws {
        while let row = try rows.next() {
            try row.checkWidth()
            let quote = Quote(
                symbol: try row.instrument(symbol).symbol,
                asOf: try time(row),
                bid: try row.price(bid),
                ask: try row.price(ask),
                last: try row.price(last),
                previousClose: try row.price(previousClose),
                openInterest: try row.wholeNumber(openInterest),
                volume: try row.wholeNumber(volume),
                source: draft.fileName
            )
            if quote.bid == nil, quote.ask == nil, quote.last == nil, quote.previousClose == nil {
                draft.warnings.append("line \(row.line): \(quote.symbol) has no price at all")
            }
            draft.quotes.append(quote)
        }
    }

    /// A date alone stands for the close of that day.
    private func time(_ row: ImportRow) throws -> Date {
        let bytes = row.bytes(asOf)
        if let instant = ImportDates.instant(bytes) { return instant }
        guard let day = ImportDates.date(bytes) else {
            throw row.bad(asOf, expected: "a time such as 2026-11-18T15:45:00-05:00 or a date such as 2026-11-18")
        }
        return day.newYorkInstant(hour: 16)
    }
}
