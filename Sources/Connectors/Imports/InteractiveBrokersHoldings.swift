import Foundation
import Markets

/// What Interactive Brokers' activity statement says was held at its end: its open positions, its cash report and its period.
struct InteractiveBrokersHoldings {
    private var positions: [Instrument: Decimal]?
    private var cash: Decimal?
    private var period: ClosedRange<TradingDate>?

    /// What was read; nil where the statement has none of it.
    var stated: ImportDraft.StatedHoldings? {
        guard positions != nil || cash != nil else { return nil }
        return ImportDraft.StatedHoldings(positions: positions, cash: cash, period: period, asOf: period?.upperBound)
    }

    /// `Period,"November 1, 2026 - November 20, 2026"`, or one day.
    mutating func readPeriod(_ next: SectionedRows.Row) throws {
        guard next.row.text(next.columns.column("Field Name")) == "Period" else { return }
        let days = next.row.text(next.columns.column("Field Value")).components(separatedBy: " - ")
            .map(Self.day)
        guard let first = days.first ?? nil, let last = days.last ?? nil, first <= last else { return }
        period = first...last
    }

    /// A row of the open positions. Those by lot repeat the sums.
    mutating func readPosition(_ next: SectionedRows.Row) throws {
        let (row, columns) = (next.row, next.columns)
        guard row.text(columns.column("DataDiscriminator")) == "Summary" else { return }
        let symbol = columns.column("Symbol")
        let quantity = columns.column("Quantity")
        let multiplier = Int(row.text(columns.column("Mult"))) ?? 100
        let isOption = row.text(columns.column("Asset Category")) == "Equity and Index Options"
        guard
            let instrument = InteractiveBrokersTrade.instrument(
                row.bytes(symbol),
                multiplier: isOption ? multiplier : 100
            )
        else { throw row.bad(symbol, expected: "a ticker such as AAPL or an option such as NVDA 15JAN27 170 P") }
        let count = try row.required(row.number(quantity), quantity, expected: "a number of shares or contracts")
        positions = positions ?? [:]
        positions?[instrument, default: 0] += count
    }

    /// The cash at the end, of all currencies in the account's own, else in dollars.
    mutating func readCash(_ next: SectionedRows.Row) throws {
        let (row, columns) = (next.row, next.columns)
        let title = row.text(columns.column(anyOf: ["Currency Summary", "Currency Summary Name"]))
        let currency = row.text(columns.column("Currency"))
        guard title == "Ending Cash", currency == "USD" || currency == "Base Currency Summary" else { return }
        let total = columns.column("Total")
        if currency == "Base Currency Summary", cash != nil { return }
        cash = try row.required(row.number(total), total, expected: "an amount such as 1234.50")
    }

    /// `November 20, 2026`.
    private static func day(_ text: String) -> TradingDate? {
        let months = [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November",
            "December",
        ]
        let words = text.split { $0 == " " || $0 == "," }.map(String.init)
        guard words.count == 3, let month = months.firstIndex(of: words[0]), let day = Int(words[1]),
            let year = Int(words[2])
        else { return nil }
        return TradingDate(year: year, month: month + 1, day: day)
    }
}
