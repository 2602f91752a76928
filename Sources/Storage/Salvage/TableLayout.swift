import GRDB

/// How the rows of a table are stored, by which those that have lost their table are known.
struct TableLayout {
    /// A column.
    struct Column {
        var name: String
        var type: String
        /// Whether every row has a value of its own in it.
        var isRequired: Bool
        /// Whether it is NULL in no row.
        var isNeverNull: Bool
    }

    /// The table's name.
    let name: String
    /// Its columns in the order in which they are stored.
    let columns: [Column]
    /// Whether its rows have no numbers and lie in the order of their keys.
    let isWithoutRowid: Bool
    /// The column that is the number of the row, which is stored apart.
    let rowidColumn: Int?

    /// The layout of a table of the schema that `db` has.
    init(_ name: String, isWithoutRowid: Bool, _ db: GRDB.Database) throws {
        let rows = try Row.fetchAll(db, sql: "SELECT * FROM pragma_table_info(?) ORDER BY cid", arguments: [name])
        // Without row numbers the columns of the key come first.
        let keys = rows.filter { $0["pk"] > 0 }.sorted { ($0["pk"] as Int) < $1["pk"] }
        let stored = isWithoutRowid ? keys + rows.filter { $0["pk"] == 0 } : rows
        self.name = name
        self.isWithoutRowid = isWithoutRowid
        columns = stored.map { row in
            let isNeverNull = row["notnull"] || (isWithoutRowid && row["pk"] > 0)
            let hasDefault = row["dflt_value"] as String? != nil
            return Column(
                name: row["name"],
                type: row["type"],
                isRequired: isNeverNull && !hasDefault,
                isNeverNull: isNeverNull
            )
        }
        rowidColumn =
            !isWithoutRowid && keys.count == 1 && keys[0]["type"] == "INTEGER"
            ? stored.firstIndex { $0["pk"] > 0 } : nil
    }

    /// Whether a row can be one of the table. Rows that were written before columns were added are shorter.
    func accepts(_ row: TreeReader.StoredRow) -> Bool {
        guard (row.rowid == nil) == isWithoutRowid, row.values.count <= columns.count,
            !columns[row.values.count...].contains(where: \.isRequired)
        else { return false }
        return zip(row.values, columns).enumerated().allSatisfy { index, pair in
            index == rowidColumn ? pair.0.isNull : pair.1.accepts(pair.0)
        }
    }

    /// A statement that puts rows of so many values in, which does nothing where a row contradicts one that is there.
    func insertion(of count: Int, _ db: GRDB.Database) throws -> Statement {
        var names = columns[..<count].map(\.name)
        if !isWithoutRowid, rowidColumn == nil { names.append("rowid") }
        let places = Array(repeating: "?", count: names.count).joined(separator: ", ")
        return try db.cachedStatement(
            sql: "INSERT OR IGNORE INTO \(name) (\(names.joined(separator: ", "))) VALUES (\(places))"
        )
    }

    /// What is given to `insertion` for a row.
    func arguments(_ row: TreeReader.StoredRow) -> StatementArguments {
        var values = row.values
        if let rowid = row.rowid {
            if let rowidColumn { values[rowidColumn] = rowid.databaseValue } else { values.append(rowid.databaseValue) }
        }
        return StatementArguments(values)
    }
}

/// How the entries of an index are stored.
struct IndexLayout {
    private let columns: [TableLayout.Column]

    /// The layout of an index of the schema that `db` has.
    init(_ name: String, of table: String, _ db: GRDB.Database) throws {
        // What is no column is the number of the row.
        let sql = """
            SELECT coalesce(type, 'INTEGER') AS type, coalesce("notnull", 1) AS isNeverNull
            FROM pragma_index_xinfo(?) AS entry LEFT JOIN pragma_table_info(?) AS declared ON declared.cid = entry.cid
            ORDER BY seqno
            """
        columns = try Row.fetchAll(db, sql: sql, arguments: [name, table]).map { row in
            let isNeverNull: Bool = row["isNeverNull"]
            return TableLayout.Column(name: "", type: row["type"], isRequired: true, isNeverNull: isNeverNull)
        }
    }

    /// Whether a row can be an entry of the index.
    func accepts(_ row: TreeReader.StoredRow) -> Bool {
        row.rowid == nil && row.values.count == columns.count
            && zip(row.values, columns).allSatisfy { value, column in column.accepts(value) }
    }
}

extension TableLayout.Column {
    fileprivate func accepts(_ value: DatabaseValue) -> Bool {
        switch value.storage {
        case .null: !isNeverNull
        // Whole numbers are stored as such also where fractions may stand.
        case .int64: type == "INTEGER" || type == "REAL"
        case .double: type == "REAL"
        case .string: type == "TEXT"
        case .blob: type == "BLOB"
        }
    }
}
