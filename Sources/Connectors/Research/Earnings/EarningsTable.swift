import Foundation
import Markets

/// A table of earnings reports as comma-separated values, its columns found by their names in any order.
struct EarningsTable {
    /// Why a table cannot be read at all.
    struct MissingColumn: Error {
        /// `symbol`.
        var column: String
        /// The header's first names.
        var header: String
    }

    /// A column, and how sources call it: lower case, letters only.
    private enum Column: String, CaseIterable {
        case symbol, date, session, estimate, actual, confirmed

        var names: [String] {
            switch self {
            case .symbol: ["symbol", "ticker"]
            case .date: ["date", "reportdate", "earningsdate"]
            case .session: ["session", "timeoftheday", "reporttime", "time", "hour", "when"]
            case .estimate: ["estimate", "epsestimate", "estimatedeps"]
            case .actual: ["actual", "epsactual", "reportedeps"]
            case .confirmed: ["confirmed", "isconfirmed"]
            }
        }
    }

    /// Reports in the table's order.
    private(set) var reports: [EarningsReport] = []
    /// What the owner should know: lines that were passed over, columns that are missing.
    private(set) var notes: [String] = []
    private let file: String
    private var places: [Column: Int] = [:]
    private var badLines = 0

    /// The most lines that are named one by one.
    private static let namedLines = 5

    /// The table in `bytes`.
    ///
    /// - Parameters:
    ///   - file: The name that notes give the table.
    ///   - expected: Columns whose lack is noted.
    /// - Throws: `ImportError` where it is no table, `MissingColumn` where it has no symbol or no date.
    init(_ bytes: [UInt8], file: String, expecting expected: [String] = []) throws {
        self.file = file
        var reader = try CSVReader(bytes, file: file)
        var header: CSVRow?
        while header == nil, let row = try reader.next() {
            if !row.isBlank { header = row }
        }
        guard let header else { throw ImportError(file: file, code: .empty) }
        try findColumns(header)
        for column in Column.allCases where expected.contains(column.rawValue) && places[column] == nil {
            notes.append("\(file) has no column '\(column.rawValue)'")
        }
        while let row = try reader.next() {
            if !row.isBlank { read(row) }
        }
        if badLines > Self.namedLines { notes.append("\(file): \(badLines - Self.namedLines) more lines are left out") }
    }

    private mutating func findColumns(_ header: CSVRow) throws {
        let names = (0..<header.count).map { header.text($0).lowercased().filter(\.isLetter) }
        for column in Column.allCases {
            places[column] = column.names.lazy.compactMap { names.firstIndex(of: $0) }.first
        }
        for column in [Column.symbol, .date] where places[column] == nil {
            throw MissingColumn(column: column.rawValue, header: header.excerpt)
        }
    }

    private mutating func read(_ row: CSVRow) {
        guard let symbol = Ticker.normalised(ArraySlice(text(row, .symbol).utf8)) else {
            return leaveOut(row, "'\(DisplayText.line(text(row, .symbol), limit: 20))' is no ticker")
        }
        guard let date = ImportDates.date(ArraySlice(text(row, .date).utf8)) else {
            return leaveOut(row, "'\(DisplayText.line(text(row, .date), limit: 20))' is no date")
        }
        reports.append(
            EarningsReport(
                symbol: symbol,
                date: date,
                session: EarningsReport.Session(written: text(row, .session)),
                estimate: number(row, .estimate),
                actual: number(row, .actual),
                isConfirmed: isConfirmed(row)
            )
        )
    }

    private mutating func leaveOut(_ row: CSVRow, _ reason: String) {
        badLines += 1
        if badLines <= Self.namedLines { notes.append("\(file) line \(row.line) is left out: \(reason)") }
    }

    private func text(_ row: CSVRow, _ column: Column) -> String {
        places[column].map { DisplayText.trimmed(row.text($0)) } ?? ""
    }

    private mutating func number(_ row: CSVRow, _ column: Column) -> Decimal? {
        let text = text(row, column)
        guard !["", "-", "--", "n/a", "na", "none", "null"].contains(text.lowercased()) else { return nil }
        if let number = ExactNumber(ArraySlice(text.utf8)) { return number.decimal }
        notes.append("\(file) line \(row.line): '\(DisplayText.line(text, limit: 20))' is no number")
        return nil
    }

    private func isConfirmed(_ row: CSVRow) -> Bool? {
        switch text(row, .confirmed).lowercased() {
        case "yes", "true", "1", "confirmed": true
        case "no", "false", "0", "estimated", "projected", "unconfirmed": false
        default: nil
        }
    }
}
