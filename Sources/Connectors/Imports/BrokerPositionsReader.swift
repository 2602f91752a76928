import Foundation
import Markets

/// Reads what Schwab and Fidelity export of an account's positions: what is held on a day, and no history.
///
/// Several accounts in one file are taken together. Cash is a row of its own: `Cash & Cash Investments` at Schwab, core funds
/// such as `SPAXX**` at Fidelity.
struct BrokerPositionsReader {
    private let symbol, quantity, value: ColumnMap.Column
    private let isFidelity: Bool

    init(_ columns: ColumnMap, format: ImportFormat) {
        symbol = columns.column("Symbol")
        quantity = columns.column(anyOf: ["Quantity", "Qty (Quantity)", "Qty"])
        value = columns.column(anyOf: ["Market Value", "Mkt Val (Market Value)", "Current Value"])
        isFidelity = format == .fidelityPositions
    }

    /// Reads every row into the draft's holdings.
    ///
    /// - Parameter preamble: The rows above the header, of which Schwab's says the day.
    /// - Throws: `ImportError` also where the header lacks quantity or value under any of their names, and where one
    ///   instrument has a number that is none.
    func read(_ rows: inout ImportRows, below preamble: [String], into draft: inout ImportDraft) throws {
        for column in [quantity, value] where column.index == nil {
            throw ImportError(file: draft.fileName, code: .missingColumn(column.name, format: draft.format))
        }
        var positions: [Instrument: Decimal] = [:]
        var cash: Decimal?
        var day = preamble.lazy.compactMap(Self.day).first
        while let row = try rows.next() {
            let name = row.text(symbol)
            let hasFigures = !isNothing(row, quantity) || !isNothing(row, value)
            guard hasFigures, !Self.isTitle(name) else {
                day = day ?? Self.day(in: row.issue("").excerpt)
                draft.skipped.append(row.issue("a title, a sum or a note, no position"))
                continue
            }
            if Self.isCash(name) {
                let money = try row.number(value, expected: "an amount such as $1,234.50")
                cash = (cash ?? 0) + (try row.required(money, value, expected: "an amount such as $1,234.50"))
                continue
            }
            if name.lowercased() == "pending activity" {
                draft.warnings.append("line \(row.line): pending activity of \(row.text(value)) is in no position")
                continue
            }
            guard let instrument = instrument(row.bytes(symbol)) else {
                draft.unknown.append(row.issue("\"\(name)\" is neither a share, a listed option nor cash"))
                continue
            }
            positions[instrument, default: 0] += try row.units(quantity, isWhole: instrument.contract != nil)
        }
        guard !positions.isEmpty || cash != nil else { throw ImportError(file: draft.fileName, code: .empty) }
        draft.holdings = ImportDraft.StatedHoldings(positions: positions, cash: cash, asOf: day)
    }

    private func instrument(_ text: ArraySlice<UInt8>) -> Instrument? {
        let contract = isFidelity ? BrokerOptionText.fidelity(text) : BrokerOptionText.schwab(text)
        return contract.map(Instrument.option) ?? Ticker.normalised(text).map(Instrument.shares)
    }

    private func isNothing(_ row: ImportRow, _ column: ColumnMap.Column) -> Bool {
        row.isBlank(column) || row.text(column).uppercased() == "N/A"
    }

    private static func isTitle(_ name: String) -> Bool {
        let name = name.lowercased()
        return name.isEmpty || name == "symbol" || name.hasSuffix(" total") || name == "total"
    }

    private static func isCash(_ name: String) -> Bool {
        name.hasSuffix("**")
            || ["cash & cash investments", "cash and money market"].contains(name.lowercased())
    }

    /// The day in `Positions for account ... as of 05:51 PM ET, 2026/09/08` or `Date downloaded Nov-20-2026 4:05 p.m ET`.
    private static func day(in text: String) -> TradingDate? {
        let words = text.lowercased()
        guard words.contains("as of ") || words.contains("date downloaded") else { return nil }
        for word in words.split(whereSeparator: { $0 == " " || $0 == "," || $0 == "\"" }) {
            let parts = word.split { $0 == "/" || $0 == "-" }.map(String.init)
            guard parts.count == 3 else { continue }
            let numbers = parts.map { Int($0) ?? ImportDates.month(named: $0) }
            guard let first = numbers[0], let second = numbers[1], let third = numbers[2] else { continue }
            let date =
                first > 31
                ? TradingDate(year: first, month: second, day: third)
                : TradingDate(year: third, month: first, day: second)
            if let date { return date }
        }
        return nil
    }
}
