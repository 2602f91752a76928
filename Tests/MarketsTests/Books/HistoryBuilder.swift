import Foundation
import Markets
import Testing

/// Writes an account's history row by row, oldest first.
struct HistoryBuilder {
    private(set) var rows: [Transaction] = []
    var account: String?

    /// Adds a row; `price` and the rest in decimal text, the way a statement shows them.
    mutating func add(
        _ date: String,
        _ kind: Transaction.Kind,
        _ symbol: String? = nil,
        _ quantity: String = "0",
        at price: String? = nil,
        amount: String = "0",
        fees: String = "0"
    ) throws {
        rows.append(
            Transaction(
                id: "row \(rows.count)",
                date: try #require(TradingDate(date)),
                sequence: rows.count,
                kind: kind,
                instrument: symbol.map(HistoryBuilder.instrument),
                quantity: try decimal(quantity),
                price: try price.map(decimal),
                amount: try decimal(amount),
                fees: try decimal(fees),
                account: account,
                origin: .init(file: "history.csv", line: rows.count + 2)
            )
        )
    }

    /// Adds the rows of another history behind these.
    mutating func merge(_ other: HistoryBuilder) {
        for var row in other.rows {
            row.id = "row \(rows.count)"
            row.sequence = rows.count
            rows.append(row)
        }
    }

    /// An option for an OCC symbol, shares for anything else.
    static func instrument(_ symbol: String) -> Instrument {
        OptionContract(symbol: symbol).map(Instrument.option) ?? .shares(symbol)
    }
}

/// The exact decimal a text stands for.
func decimal(_ text: String) throws -> Decimal {
    try #require(Decimal(string: text))
}
