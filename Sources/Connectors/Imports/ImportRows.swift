import Foundation
import JSON
import Markets

/// The rows below a header, one after the other, blank ones left out.
struct ImportRows {
    private var reader: CSVReader
    private let columns: ColumnMap
    private let file: String
    /// Rows handed out so far.
    private(set) var count = 0

    init(reader: CSVReader, columns: ColumnMap, file: String) {
        self.reader = reader
        self.columns = columns
        self.file = file
    }

    /// The next row that is not blank, or nil at the end.
    mutating func next() throws -> ImportRow? {
        while let row = try reader.next() {
            if row.isBlank { continue }
            count += 1
            return ImportRow(row: row, file: file, columnCount: columns.count)
        }
        return nil
    }
}

/// One row below a header, read by column.
struct ImportRow {
    private let row: CSVRow
    private let columnCount: Int
    /// The file's name.
    let file: String

    init(row: CSVRow, file: String, columnCount: Int) {
        self.row = row
        self.file = file
        self.columnCount = columnCount
    }

    /// The line the row begins on.
    var line: Int { row.line }

    /// Where a record from this row was read.
    var origin: Transaction.Origin { .init(file: file, line: line) }

    /// A field without the white space around it; empty where the row or the file does not have it.
    func bytes(_ column: ColumnMap.Column) -> ArraySlice<UInt8> {
        guard let index = column.index else { return [] }
        var bytes = row[index]
        while let byte = bytes.first, byte == 0x20 || (9...13).contains(byte) { bytes = bytes.dropFirst() }
        while let byte = bytes.last, byte == 0x20 || (9...13).contains(byte) { bytes = bytes.dropLast() }
        return bytes
    }

    /// A field as one line of text, cut to `limit` characters.
    func text(_ column: ColumnMap.Column, limit: Int = 200) -> String {
        DisplayText.line(bytes(column), limit: limit)
    }

    /// Whether a field has nothing in it, or one or two dashes, which stand for nothing.
    func isBlank(_ column: ColumnMap.Column) -> Bool {
        let bytes = bytes(column)
        return bytes.count <= 2 && bytes.allSatisfy { $0 == UInt8(ascii: "-") }
    }

    /// A number exactly as it stands; nil for a blank field.
    func exactNumber(_ column: ColumnMap.Column, expected: String = "a number") throws -> ExactNumber? {
        if isBlank(column) { return nil }
        guard let number = ExactNumber(bytes(column)) else { throw bad(column, expected: expected) }
        return number
    }

    /// A number; nil for a blank field.
    func number(_ column: ColumnMap.Column, expected: String = "a number") throws -> Decimal? {
        try exactNumber(column, expected: expected)?.decimal
    }

    /// A number that is not negative, such as a price; nil for a blank field.
    func price(_ column: ColumnMap.Column) throws -> Decimal? {
        let expected = "a price such as 12.50"
        guard let number = try number(column, expected: expected) else { return nil }
        guard number >= 0 else { throw bad(column, expected: expected) }
        return number
    }

    /// A whole number that is not negative, also written `75.0`; nil for a blank field.
    func wholeNumber(_ column: ColumnMap.Column) throws -> Int? {
        let expected = "a whole number"
        guard let number = try exactNumber(column, expected: expected) else { return nil }
        guard number.fractionDigits == 0, !number.isNegative else { throw bad(column, expected: expected) }
        return Int(number.significand)
    }

    /// A signed number of shares, or of whole contracts, other than 0.
    func units(_ column: ColumnMap.Column, isWhole: Bool) throws -> Decimal {
        let expected = isWhole ? "a whole number of contracts" : "a number of shares other than 0"
        let number = try required(exactNumber(column, expected: expected), column, expected: expected)
        guard number.significand > 0, !isWhole || number.fractionDigits == 0 else {
            throw bad(column, expected: expected)
        }
        return number.decimal
    }

    /// A date.
    func date(_ column: ColumnMap.Column) throws -> TradingDate {
        guard let date = ImportDates.date(bytes(column)) else {
            throw bad(column, expected: "a date that exists, such as 2026-11-20 or 11/20/2026")
        }
        return date
    }

    /// The ticker of a share, in upper case, classes behind a point (`BRK.B`).
    func ticker(_ column: ColumnMap.Column) throws -> String {
        guard let ticker = Ticker.normalised(bytes(column)) else {
            throw bad(column, expected: "a ticker such as AAPL")
        }
        return ticker
    }

    /// A share by ticker, or an option by its OCC symbol.
    func instrument(_ column: ColumnMap.Column) throws -> Instrument {
        let bytes = bytes(column)
        if let ticker = Ticker.normalised(bytes) { return .shares(ticker) }
        guard let contract = OptionContract(symbol: String(decoding: bytes, as: UTF8.self)) else {
            throw bad(column, expected: "a ticker such as AAPL or an option symbol such as AAPL270115P00170000")
        }
        return .option(contract)
    }

    /// The value for a required field that may be blank.
    func required<Value>(_ value: Value?, _ column: ColumnMap.Column, expected: String) throws -> Value {
        guard let value else { throw bad(column, expected: expected) }
        return value
    }

    /// Refuses rows that have more filled fields than the header has columns.
    func checkWidth() throws {
        for index in columnCount..<max(row.count, columnCount) where !row[index].isEmpty {
            let reason = "the row has \(row.count) fields, but the header only \(columnCount)"
            throw ImportError(file: file, code: .malformed(line: line, reason: reason))
        }
    }

    /// The error of a value that cannot be.
    func bad(_ column: ColumnMap.Column, expected: String) -> ImportError {
        ImportError(
            file: file,
            code: .badValue(line: line, column: column.name, value: text(column, limit: 40), expected: expected)
        )
    }

    /// The row as something that became no record.
    func issue(_ reason: String) -> ImportDraft.RowIssue {
        ImportDraft.RowIssue(line: line, reason: reason, excerpt: row.excerpt)
    }
}
