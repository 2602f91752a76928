import Foundation

/// The typed records of one table, and what the owner should know about it.
struct ParsedRecords: Sendable {
    var records: [DataRecord] = []
    var notes: [String] = []
    var issues = RowIssues()
    /// The source's time of the whole.
    var asOf: Date?

    /// No records yet.
    init() {}

    /// The records of `table`.
    ///
    /// A value that cannot be what its field holds is left out, and with it its record where the field is required.
    /// - Throws: `ConnectorError` of code `unexpectedAnswer` where a required field is not there at all.
    init(_ table: RawTable, _ description: SourceDescription.Collection, connector: String) throws {
        issues = table.issues
        asOf = table.asOf
        for (index, field) in description.fields.enumerated() where table.absent.contains(index) {
            guard field.field.isRequired else {
                notes.append("\(table.name) has no '\(field.from)'")
                continue
            }
            let present = table.present.filter { !$0.isEmpty }.prefix(20).joined(separator: ", ")
            throw ConnectorError(
                connector,
                .unexpectedAnswer,
                "\(table.name) has no '\(DisplayText.line(field.from))'"
                    + (present.isEmpty ? "" : "; it has \(present)"),
                nextStep: "correct 'from' of '\(field.field.name)' in its description"
            )
        }
        records.reserveCapacity(table.rows.count)
        for row in table.rows {
            if let record = record(row, table.name, description) { records.append(record) }
        }
    }

    private mutating func record(
        _ row: RawTable.Row,
        _ table: String,
        _ description: SourceDescription.Collection
    ) -> DataRecord? {
        var fields: [DataRecord.Field] = []
        fields.reserveCapacity(description.fields.count)
        for (field, raw) in zip(description.fields, row.values) {
            let name = field.field.name
            switch raw.map(field.read) ?? .none {
            case .value(let value): fields.append(DataRecord.Field(name, value, unit: field.field.unit))
            case .none:
                guard field.field.isRequired else { continue }
                issues.add("\(table) \(row.place) has no \(name) and was passed over")
                return nil
            case .wrong(let seen, let expected):
                let text = "\(table) \(row.place): \(name) is \(seen), expected \(expected)"
                issues.add(field.field.isRequired ? text + "; the record was passed over" : text)
                if field.field.isRequired { return nil }
            }
        }
        let record = DataRecord(collection: description.collection.name, fields: fields)
        guard let timeField = description.collection.timeField else { return record }
        return DataRecord(collection: record.collection, fields: fields, asOf: record[timeField]?.instant)
    }

    /// Adds the records of another part of the same collection.
    mutating func add(_ other: ParsedRecords) {
        records += other.records
        for note in other.notes where !notes.contains(note) { notes.append(note) }
        issues.add(other.issues)
        asOf = [asOf, other.asOf].compactMap { $0 }.max()
    }

    /// Leaves one record of each key: the latest by its time, else the one that stands last.
    mutating func removeDuplicates(by key: [String]) {
        guard !key.isEmpty else { return }
        var places: [[RecordValue?]: Int] = [:]
        var kept: [DataRecord] = []
        var removed = 0
        for record in records {
            let values = key.map { record[$0] }
            guard let place = places[values] else {
                places[values] = kept.count
                kept.append(record)
                continue
            }
            removed += 1
            if let old = kept[place].asOf, let new = record.asOf, new < old { continue }
            kept[place] = record
        }
        guard removed > 0 else { return }
        records = kept
        let name = key.joined(separator: ", ")
        notes.append("\(removed) record\(removed == 1 ? " has" : "s have") the \(name) of another; the latest was kept")
    }
}
