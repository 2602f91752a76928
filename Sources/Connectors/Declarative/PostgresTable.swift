import Foundation
import Storage

/// Reads a table of a PostgreSQL database whose columns are checked first, or the result of a query.
struct PostgresTable {
    let connector: String
    let database: PostgresDatabase
    let fields: [FieldDescription]

    /// The records.
    ///
    /// - Throws: `StorageError`, `ConnectorError` of code `notFound` where there is no such table.
    func read(
        _ origin: PostgresOrigin,
        parameters: (QueryParameter) throws -> ForeignTable.Value
    ) async throws -> RawTable {
        switch origin {
        case .query(let query, let values):
            let result = try await database.rows(query, parameters: try values.map(parameters))
            return RawTable(result, name: "the query", fields: fields)
        case .table(let table):
            return try await read(table: table)
        }
    }

    private func read(table: String) async throws -> RawTable {
        let columns = try await database.columns(of: table)
        guard !columns.isEmpty else {
            throw ConnectorError(
                connector,
                .notFound,
                "the database has no table '\(DisplayText.line(table))' that this user can read",
                nextStep: "name another 'table' in a description of your own, or grant SELECT on it"
            )
        }
        let known = Set(columns)
        var wanted: [String] = []
        for field in fields where known.contains(field.from) && !wanted.contains(field.from) {
            wanted.append(field.from)
        }
        guard !wanted.isEmpty else {
            var table = RawTable(name: "the table '\(DisplayText.line(table))'")
            table.absent = Set(fields.indices)
            table.present = columns
            return table
        }
        let result = try await database.rows(of: table, columns: wanted)
        var raw = RawTable(result, name: "the table '\(DisplayText.line(table))'", fields: fields)
        raw.present = columns.map { DisplayText.line($0) }
        return raw
    }
}
