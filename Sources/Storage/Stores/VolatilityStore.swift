import Foundation
import GRDB

/// One implied volatility of each underlying and day, so that a year of them is there when it is asked for.
public struct VolatilityStore: Sendable {
    /// The database they are kept in.
    public let database: Database

    /// The volatilities in `database`.
    public init(database: Database) {
        self.database = database
    }

    /// Keeps `records`, each in place of what was kept of its symbol and day before.
    /// - Throws: `StorageError`; nothing was changed.
    public func set(_ records: [VolatilityRecord]) throws {
        try database.write { db in
            for record in records {
                try db.execute(
                    sql: """
                        INSERT INTO volatility_snapshots (symbol, date, volatility, source, as_of) VALUES (?, ?, ?, ?, ?)
                        ON CONFLICT (symbol, date) DO UPDATE SET
                        volatility = excluded.volatility, source = excluded.source, as_of = excluded.as_of
                        """,
                    arguments: [record.symbol, record.date, record.volatility, record.source, record.asOf.stored]
                )
            }
        }
    }

    /// The last `count` days of `symbol` up to and with `date`, oldest first.
    /// - Parameter date: `YYYY-MM-DD`.
    /// - Throws: `StorageError`.
    public func last(_ count: Int, of symbol: String, through date: String) throws -> [VolatilityRecord] {
        try database.read { db in
            let newestFirst = try Row.fetchAll(
                db,
                sql: """
                    SELECT symbol, date, volatility, source, as_of FROM volatility_snapshots
                    WHERE symbol = ? AND date <= ? ORDER BY date DESC LIMIT ?
                    """,
                arguments: [symbol, date, max(0, count)]
            ).map { row in
                VolatilityRecord(
                    symbol: row[0],
                    date: row[1],
                    volatility: row[2],
                    source: row[3],
                    asOf: row.instant(4)
                )
            }
            return newestFirst.reversed()
        }
    }

    /// The symbols of which something is kept, in order.
    /// - Throws: `StorageError`.
    public func symbols() throws -> [String] {
        try database.read { db in
            try String.fetchAll(db, sql: "SELECT DISTINCT symbol FROM volatility_snapshots ORDER BY symbol")
        }
    }
}
