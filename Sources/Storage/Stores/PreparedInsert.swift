import Foundation
import GRDB
import GRDBSQLite

/// A statement that is run for many rows, whose values are bound without going through an array of them: imports have
/// a hundred thousand rows of sixteen values.
struct PreparedInsert {
    private let statement: Statement
    private var index: Int32 = 0

    init(_ db: GRDB.Database, sql: String) throws {
        statement = try db.makeStatement(sql: sql)
        // Tells GRDB that the values are taken care of.
        statement.setUncheckedArguments(StatementArguments())
    }

    /// Runs the statement with the values bound since the last run, one for each of its parameters in their order.
    mutating func run() throws {
        precondition(index == sqlite3_bind_parameter_count(statement.sqliteStatement), "each parameter needs a value")
        index = 0
        try statement.execute()
        sqlite3_reset(statement.sqliteStatement)
    }

    mutating func bind(_ text: String?) {
        index += 1
        guard var text else { return bindNull() }
        text.withUTF8 { bytes in
            // An empty string may have no address, which SQLite would take for NULL.
            _ = bytes.withMemoryRebound(to: CChar.self) { characters in
                sqlite3_bind_text(
                    statement.sqliteStatement,
                    index,
                    characters.baseAddress ?? UnsafePointer(bitPattern: 1),
                    Int32(characters.count),
                    Self.copied
                )
            }
        }
    }

    mutating func bind(_ number: Int64?) {
        index += 1
        guard let number else { return bindNull() }
        sqlite3_bind_int64(statement.sqliteStatement, index, number)
    }

    mutating func bind(_ number: Int?) {
        bind(number.map { Int64($0) })
    }

    mutating func bind(_ decimal: Decimal?) {
        bind(decimal.map { $0.storedText })
    }

    mutating func bind(_ instant: Date) {
        index += 1
        sqlite3_bind_double(statement.sqliteStatement, index, instant.timeIntervalSince1970)
    }

    private func bindNull() {
        sqlite3_bind_null(statement.sqliteStatement, index)
    }

    /// Tells SQLite to copy what it is given (`SQLITE_TRANSIENT`, a macro that Swift does not see).
    private static var copied: sqlite3_destructor_type {
        unsafeBitCast(OpaquePointer(bitPattern: -1), to: sqlite3_destructor_type.self)
    }
}
