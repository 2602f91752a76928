import Foundation
import Markets

/// Reads our own table of cash dividends.
struct DividendTableReader {
    private let symbol, exDate, amount: ColumnMap.Column

    init(_ columns: ColumnMap) {
        symbol = columns.column("symbol")
        exDate = columns.column("ex_date")
        amount = columns.column("amount")
    }

    /// Reads every row into the draft's dividends.
    func read(_ rows: inout ImportRows, into draft: inout ImportDraft) throws {
        while let row = try rows.next() {
            try row.checkWidth()
            let expected = "dollars per share above 0"
            let dollars = try row.required(row.price(amount), amount, expected: expected)
            guard dollars > 0 else { throw row.bad(amount, expected: expected) }
            draft.dividends.append(
                Dividend(
                    symbol: try row.ticker(symbol),
                    exDate: try row.date(exDate),
                    amount: dollars,
                    source: draft.fileName
                )
            )
        }
    }
}
