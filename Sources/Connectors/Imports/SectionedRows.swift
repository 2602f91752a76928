import Foundation

/// The rows of a statement in sections: each row begins with its section's name and with what it is, `Header`, `Data`,
/// `SubTotal` or `Total`; a header holds for the rows of its section below it, and may come again.
struct SectionedRows {
    /// A row of data.
    struct Row {
        var section: String
        var row: ImportRow
        var columns: ColumnMap
    }

    private var reader: CSVReader
    private let format: ImportFormat
    private let file: String
    private var headers: [String: ColumnMap] = [:]
    /// Rows of data handed out so far.
    private(set) var count = 0

    init(reader: CSVReader, format: ImportFormat, file: String) {
        self.reader = reader
        self.format = format
        self.file = file
    }

    /// The next row of data, or nil at the end.
    ///
    /// - Throws: `ImportError` for a row of data whose section has no header.
    mutating func next() throws -> Row? {
        while let row = try reader.next() {
            if row.isBlank { continue }
            let section = DisplayText.trimmed(row.text(0))
            switch DisplayText.trimmed(row.text(1)) {
            case "Header":
                let names = (0..<row.count).map(row.text)
                headers[section] = try ColumnMap(header: names, line: row.line, format: format, file: file)
            case "Data":
                guard let columns = headers[section] else {
                    let reason = "a row of the section \"\(DisplayText.line(section))\", which has no header"
                    throw ImportError(file: file, code: .malformed(line: row.line, reason: reason))
                }
                count += 1
                return Row(
                    section: section,
                    row: ImportRow(row: row, file: file, columnCount: columns.count),
                    columns: columns
                )
            default: continue
            }
        }
        return nil
    }
}
