import Foundation
import GRDB

/// The ledger and the market data that came with it.
public struct PortfolioStore: Sendable {
    /// The database it is kept in.
    public let database: Database

    /// The ledger in `database`.
    public init(database: Database) {
        self.database = database
    }

    // MARK: - Imports

    /// Takes in everything that one file brought, in one transaction: all of it or nothing.
    ///
    /// Rows that are there already are passed over: transactions of the same id, and quotes, bars and dividends that
    /// say the same as the latest of their instrument and time. About 100,000 transactions per second.
    /// - Returns: The import as it was stored, with its id and what it added.
    /// - Throws: `StorageError`; nothing was changed.
    @discardableResult
    public func add(
        _ record: ImportRecord,
        transactions: some Sequence<TransactionRecord> = [TransactionRecord](),
        quotes: [QuoteRecord] = [],
        bars: [BarRecord] = [],
        dividends: [DividendRecord] = []
    ) throws -> ImportRecord {
        try database.write { db in
            var stored = record
            stored.id = try ImportRows.insert(record, db)
            stored.transactionCount = try ImportRows.insert(transactions, importID: stored.id, db)
            stored.quoteCount = try ImportRows.insert(quotes, importID: stored.id, db)
            stored.barCount = try ImportRows.insert(bars, importID: stored.id, db)
            stored.dividendCount = try ImportRows.insert(dividends, importID: stored.id, db)
            try ImportRows.updateCounts(of: stored, db)
            return stored
        }
    }

    /// All imports, the latest first.
    /// - Throws: `StorageError`.
    public func imports() throws -> [ImportRecord] {
        try database.read { db in
            try ImportRecord.fetch(db, "ORDER BY id DESC")
        }
    }

    /// The latest import of a file with these bytes; nil if there is none.
    /// - Throws: `StorageError`.
    public func lastImport(withDigest digest: String) throws -> ImportRecord? {
        try database.read { db in
            try ImportRecord.fetch(db, "WHERE file_digest = ? ORDER BY id DESC LIMIT 1", [digest]).first
        }
    }

    /// Takes the latest import back: its rows leave the ledger and the market data.
    /// - Returns: What was taken back; nil when there was no import.
    /// - Throws: `StorageError`; nothing was changed.
    @discardableResult
    public func undoLastImport() throws -> ImportRecord? {
        try database.write { db in
            guard let last = try ImportRecord.fetch(db, "ORDER BY id DESC LIMIT 1").first else { return nil }
            for table in ["transactions", "quotes", "bars", "dividends"] {
                try db.execute(sql: "DELETE FROM \(table) WHERE import_id = ?", arguments: [last.id])
            }
            try db.execute(sql: "DELETE FROM imports WHERE id = ?", arguments: [last.id])
            return last
        }
    }

    // MARK: - Transactions

    /// The ids of all transactions.
    /// - Throws: `StorageError`.
    public func transactionIDs() throws -> Set<String> {
        try database.read { db in try String.fetchSet(db, sql: "SELECT id FROM transactions") }
    }

    /// How many transactions there are.
    /// - Throws: `StorageError`.
    public func transactionCount() throws -> Int {
        try database.read { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM transactions") ?? 0 }
    }

    /// All transactions by date, then sequence, then the order in which they were taken in.
    /// - Throws: `StorageError`.
    public func transactions() throws -> [TransactionRecord] {
        try transactions { $0 }
    }

    /// What `value` makes of all transactions, in the same order; one record at a time is in memory.
    /// - Throws: `StorageError`, and what `value` throws.
    public func transactions<Value>(_ value: (TransactionRecord) throws -> Value) throws -> [Value] {
        try database.read { db in
            try TransactionRecord.fetch(db, "ORDER BY date, sequence, rowid", value)
        }
    }

    // MARK: - Market data

    /// The latest quote of every instrument, in order of symbol.
    ///
    /// Of several with the same time the one that came last.
    /// - Throws: `StorageError`.
    public func latestQuotes() throws -> [QuoteRecord] {
        try database.read { db in
            try QuoteRecord.fetch(
                db,
                """
                WHERE id = (
                    SELECT other.id FROM quotes AS other WHERE other.symbol = quotes.symbol
                    ORDER BY other.as_of DESC, other.id DESC LIMIT 1
                ) ORDER BY symbol
                """
            )
        }
    }

    /// The latest quotes of `symbols`, by symbol; what has none is missing.
    /// - Throws: `StorageError`.
    public func latestQuotes(for symbols: some Sequence<String>) throws -> [String: QuoteRecord] {
        try database.read { db in
            let filter = "WHERE symbol = ? ORDER BY as_of DESC, id DESC LIMIT 1"
            var quotes: [String: QuoteRecord] = [:]
            for symbol in symbols where quotes[symbol] == nil {
                quotes[symbol] = try QuoteRecord.fetch(db, filter, [symbol]).first
            }
            return quotes
        }
    }

    /// Keeps a quote that belongs to no import, in place of the one of the same symbol, source and time.
    /// - Throws: `StorageError`.
    public func setQuote(_ quote: QuoteRecord) throws {
        try database.write { db in
            try db.execute(
                sql: "DELETE FROM quotes WHERE symbol = ? AND as_of = ? AND source = ? AND import_id IS NULL",
                arguments: [quote.symbol, quote.asOf.stored, quote.source]
            )
            try ImportRows.insert([quote], importID: nil, db)
        }
    }

    /// The last `count` daily bars of `symbol` (all if nil), oldest first; of several for a day the one taken in last.
    /// - Throws: `StorageError`.
    public func bars(symbol: String, last count: Int? = nil) throws -> [BarRecord] {
        try database.read { db in
            let newestFirst = try BarRecord.fetch(
                db,
                "WHERE symbol = ? GROUP BY date ORDER BY date DESC LIMIT ?",
                [symbol, max(0, count ?? Int(Int32.max))]
            )
            return newestFirst.reversed()
        }
    }

    /// The symbols that have daily bars, in order.
    /// - Throws: `StorageError`.
    public func barSymbols() throws -> [String] {
        try database.read { db in try String.fetchAll(db, sql: "SELECT DISTINCT symbol FROM bars ORDER BY symbol") }
    }

    /// All dividends known, by symbol, then date; of several for a day the one taken in last.
    /// - Throws: `StorageError`.
    public func dividends() throws -> [DividendRecord] {
        try database.read { db in
            try DividendRecord.fetch(db, "GROUP BY symbol, ex_date ORDER BY symbol, ex_date")
        }
    }
}
