import GRDB

/// Writes the rows of an import inside a transaction that is already open.
enum ImportRows {
    static func insert(_ record: ImportRecord, _ db: GRDB.Database) throws -> Int64 {
        try db.execute(
            sql: """
                INSERT INTO imports
                (imported_at, file_name, file_digest, format, transaction_count, quote_count, bar_count, dividend_count, note)
                VALUES (?, ?, ?, ?, 0, 0, 0, 0, ?)
                """,
            arguments: [
                record.importedAt.stored, record.fileName, record.fileDigest, record.format, record.note,
            ]
        )
        return db.lastInsertedRowID
    }

    static func updateCounts(of record: ImportRecord, _ db: GRDB.Database) throws {
        try db.execute(
            sql: """
                UPDATE imports
                SET transaction_count = ?, quote_count = ?, bar_count = ?, dividend_count = ? WHERE id = ?
                """,
            arguments: [
                record.transactionCount, record.quoteCount, record.barCount, record.dividendCount, record.id,
            ]
        )
    }

    static func insert(
        _ rows: some Sequence<TransactionRecord>,
        importID: Int64,
        _ db: GRDB.Database
    ) throws -> Int {
        var statement = try PreparedInsert(
            db,
            sql: """
                INSERT INTO transactions
                (id, import_id, date, sequence, kind, symbol, underlying, multiplier, quantity, price, amount, fees,
                account, details, source_file, source_line)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING
                """
        )
        return try count(db, rows) { row in
            statement.bind(row.id)
            statement.bind(importID)
            statement.bind(row.date)
            statement.bind(row.sequence)
            statement.bind(row.kind)
            statement.bind(row.symbol)
            statement.bind(row.underlying)
            statement.bind(row.multiplier)
            statement.bind(row.quantity)
            statement.bind(row.price)
            statement.bind(row.amount)
            statement.bind(row.fees)
            statement.bind(row.account)
            statement.bind(row.details)
            statement.bind(row.sourceFile)
            statement.bind(row.sourceLine)
            try statement.run()
        }
    }

    @discardableResult
    static func insert(_ rows: [QuoteRecord], importID: Int64?, _ db: GRDB.Database) throws -> Int {
        guard !rows.isEmpty else { return 0 }
        var statement = try PreparedInsert(
            db,
            sql: """
                INSERT INTO quotes
                (symbol, import_id, as_of, bid, ask, last, previous_close, open_interest, volume, source)
                SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10
                WHERE NOT EXISTS (
                    SELECT 1 FROM quotes WHERE symbol = ?1 AND as_of = ?3 AND bid IS ?4 AND ask IS ?5 AND last IS ?6
                    AND previous_close IS ?7 AND open_interest IS ?8 AND volume IS ?9 AND source = ?10
                    AND id = (SELECT max(id) FROM quotes WHERE symbol = ?1 AND as_of = ?3)
                )
                """
        )
        return try count(db, rows) { row in
            statement.bind(row.symbol)
            statement.bind(importID)
            statement.bind(row.asOf)
            statement.bind(row.bid)
            statement.bind(row.ask)
            statement.bind(row.last)
            statement.bind(row.previousClose)
            statement.bind(row.openInterest)
            statement.bind(row.volume)
            statement.bind(row.source)
            try statement.run()
        }
    }

    static func insert(_ rows: [BarRecord], importID: Int64, _ db: GRDB.Database) throws -> Int {
        guard !rows.isEmpty else { return 0 }
        var statement = try PreparedInsert(
            db,
            sql: """
                INSERT OR REPLACE INTO bars
                (symbol, date, import_id, open, high, low, close, adjusted_close, volume)
                SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9
                WHERE NOT EXISTS (
                    SELECT 1 FROM bars WHERE symbol = ?1 AND date = ?2 AND open = ?4 AND high = ?5 AND low = ?6
                    AND close = ?7 AND adjusted_close IS ?8 AND volume IS ?9
                    AND import_id = (SELECT max(import_id) FROM bars WHERE symbol = ?1 AND date = ?2)
                )
                """
        )
        return try count(db, rows) { row in
            statement.bind(row.symbol)
            statement.bind(row.date)
            statement.bind(importID)
            statement.bind(row.open)
            statement.bind(row.high)
            statement.bind(row.low)
            statement.bind(row.close)
            statement.bind(row.adjustedClose)
            statement.bind(row.volume)
            try statement.run()
        }
    }

    static func insert(_ rows: [DividendRecord], importID: Int64, _ db: GRDB.Database) throws -> Int {
        guard !rows.isEmpty else { return 0 }
        var statement = try PreparedInsert(
            db,
            sql: """
                INSERT OR REPLACE INTO dividends (symbol, ex_date, import_id, amount, source)
                SELECT ?1, ?2, ?3, ?4, ?5
                WHERE NOT EXISTS (
                    SELECT 1 FROM dividends WHERE symbol = ?1 AND ex_date = ?2 AND amount = ?4 AND source = ?5
                    AND import_id = (SELECT max(import_id) FROM dividends WHERE symbol = ?1 AND ex_date = ?2)
                )
                """
        )
        return try count(db, rows) { row in
            statement.bind(row.symbol)
            statement.bind(row.exDate)
            statement.bind(importID)
            statement.bind(row.amount)
            statement.bind(row.source)
            try statement.run()
        }
    }

    /// Runs `body` for each row and says how many rows the database gained.
    private static func count<Record>(
        _ db: GRDB.Database,
        _ rows: some Sequence<Record>,
        _ body: (Record) throws -> Void
    ) throws -> Int {
        let before = db.totalChangesCount
        for row in rows { try body(row) }
        return db.totalChangesCount - before
    }
}
