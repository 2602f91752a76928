import Foundation
import GRDB

/// Reads the records of the ledger; `filter` is the end of the statement, from `WHERE` or `ORDER BY` on.
extension ImportRecord {
    static func fetch(
        _ db: GRDB.Database,
        _ filter: String,
        _ arguments: StatementArguments = StatementArguments()
    ) throws -> [ImportRecord] {
        let sql = """
            SELECT id, imported_at, file_name, file_digest, format, note, transaction_count, quote_count, bar_count,
            dividend_count FROM imports \(filter)
            """
        return try Row.fetchAll(db, sql: sql, arguments: arguments).map { row in
            var record = ImportRecord(
                importedAt: row.instant(1),
                fileName: row[2],
                fileDigest: row[3],
                format: row[4],
                note: row[5]
            )
            record.id = row[0]
            record.transactionCount = row[6]
            record.quoteCount = row[7]
            record.barCount = row[8]
            record.dividendCount = row[9]
            return record
        }
    }
}

extension TransactionRecord {
    static func fetch<Value>(
        _ db: GRDB.Database,
        _ filter: String,
        _ value: (TransactionRecord) throws -> Value
    ) throws -> [Value] {
        let cursor = try Row.fetchCursor(
            db,
            sql: """
                SELECT id, import_id, date, sequence, kind, symbol, underlying, multiplier, quantity, price, amount,
                fees, account, details, source_file, source_line FROM transactions \(filter)
                """
        )
        var values: [Value] = []
        while let row = try cursor.next() {
            let record = TransactionRecord(
                id: row[0],
                importID: row[1],
                date: row[2],
                sequence: row[3],
                kind: row[4],
                symbol: row[5],
                underlying: row[6],
                multiplier: row[7],
                quantity: try row.decimal(8),
                price: try row.decimalIfPresent(9),
                amount: try row.decimal(10),
                fees: try row.decimal(11),
                account: row[12],
                details: row[13],
                sourceFile: row[14],
                sourceLine: row[15]
            )
            values.append(try value(record))
        }
        return values
    }
}

extension QuoteRecord {
    static func fetch(
        _ db: GRDB.Database,
        _ filter: String,
        _ arguments: StatementArguments = StatementArguments()
    ) throws -> [QuoteRecord] {
        let sql = """
            SELECT symbol, as_of, bid, ask, last, previous_close, open_interest, volume, source, import_id
            FROM quotes \(filter)
            """
        let cursor = try db.cachedStatement(sql: sql)
        return try Row.fetchAll(cursor, arguments: arguments).map { row in
            var record = QuoteRecord(
                symbol: row[0],
                asOf: row.instant(1),
                bid: try row.decimalIfPresent(2),
                ask: try row.decimalIfPresent(3),
                last: try row.decimalIfPresent(4),
                previousClose: try row.decimalIfPresent(5),
                openInterest: row[6],
                volume: row[7],
                source: row[8]
            )
            record.importID = row[9]
            return record
        }
    }
}

extension BarRecord {
    /// `filter` groups by date: beside `max(import_id)` the other columns are those of the import that came last.
    static func fetch(
        _ db: GRDB.Database,
        _ filter: String,
        _ arguments: StatementArguments
    ) throws -> [BarRecord] {
        let sql = """
            SELECT symbol, date, open, high, low, close, adjusted_close, volume, max(import_id) FROM bars \(filter)
            """
        return try Row.fetchAll(db, sql: sql, arguments: arguments).map { row in
            BarRecord(
                symbol: row[0],
                date: row[1],
                open: try row.decimal(2),
                high: try row.decimal(3),
                low: try row.decimal(4),
                close: try row.decimal(5),
                adjustedClose: try row.decimalIfPresent(6),
                volume: row[7]
            )
        }
    }
}

extension DividendRecord {
    /// `filter` groups by symbol and date: beside `max(import_id)` the other columns are those of the last import.
    static func fetch(_ db: GRDB.Database, _ filter: String) throws -> [DividendRecord] {
        let sql = "SELECT symbol, ex_date, amount, source, max(import_id) FROM dividends \(filter)"
        return try Row.fetchAll(db, sql: sql).map { row in
            DividendRecord(symbol: row[0], exDate: row[1], amount: try row.decimal(2), source: row[3])
        }
    }
}
