import Foundation
import JSON

/// Reads the columns that a description names from a comma-separated file.
enum CSVTable {
    /// The records in `bytes`.
    ///
    /// - Throws: `ImportError` where it is no sound table, or a column that is named stands twice.
    static func read(_ bytes: [UInt8], name: String, fields: [FieldDescription]) throws -> RawTable {
        guard bytes.count <= ImportDraft.largestFile else {
            throw ImportError(file: name, code: .tooLarge(bytes: bytes.count, limit: ImportDraft.largestFile))
        }
        var reader = try CSVReader(bytes, file: name)
        var header: CSVRow?
        while header == nil, let row = try reader.next() { header = row.isBlank ? nil : row }
        guard let header else { throw ImportError(file: name, code: .empty) }
        var places: [String: Int] = [:]
        var doubled: Set<String> = []
        for index in 0..<header.count {
            let column = ColumnMap.normalised(header.text(index))
            if !column.isEmpty, places.updateValue(index, forKey: column) != nil { doubled.insert(column) }
        }
        var table = RawTable(name: name)
        table.present = (0..<header.count).map { DisplayText.line(header.text($0)) }
        let columns = fields.map { places[ColumnMap.normalised($0.from)] }
        for (index, field) in fields.enumerated() {
            if columns[index] == nil { table.absent.insert(index) }
            guard !doubled.contains(ColumnMap.normalised(field.from)) else {
                let reason = "two columns are called \"\(DisplayText.line(field.from))\""
                throw ImportError(file: name, code: .malformed(line: header.line, reason: reason))
            }
        }
        while let row = try reader.next() {
            if row.isBlank { continue }
            if (header.count..<max(row.count, header.count)).contains(where: { !row[$0].isEmpty }) {
                table.issues.add("\(name) line \(row.line) has more fields than the header and was passed over")
                continue
            }
            let values = columns.map { column -> WireValue? in
                guard let column else { return nil }
                return .text(row.text(column))
            }
            table.rows.append(RawTable.Row(place: "line \(row.line)", values: values))
        }
        return table
    }
}
