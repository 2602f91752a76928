import JSON

/// Finds the records in JSON and the fields that a description names in them.
enum JSONTable {
    /// The records in `pages`.
    ///
    /// - Throws: `ConnectorError` of code `unexpectedAnswer` where the way to the records leads nowhere.
    static func read(
        _ pages: [WireValue],
        records: RecordPath?,
        name: String,
        fields: [FieldDescription],
        _ connector: String
    ) throws -> RawTable {
        var table = RawTable(name: name)
        for page in pages {
            for record in try self.records(in: page, records, name, connector) {
                let values = fields.map { $0.path?.value(in: record) }
                table.rows.append(RawTable.Row(place: "record \(table.rows.count + 1)", values: values))
            }
        }
        if !table.rows.isEmpty {
            for index in fields.indices where table.rows.allSatisfy({ $0.values[index] == nil }) {
                table.absent.insert(index)
            }
        }
        return table
    }

    /// The records of one page.
    static func records(
        in page: WireValue,
        _ records: RecordPath?,
        _ name: String,
        _ connector: String
    ) throws -> [WireValue] {
        guard let records else { return page.items }
        guard let found = records.records(in: page) else {
            throw ConnectorError(
                connector,
                .unexpectedAnswer,
                "\(name) has nothing at '\(records.text)'",
                nextStep: "correct 'records' in its description"
            )
        }
        return found
    }
}
