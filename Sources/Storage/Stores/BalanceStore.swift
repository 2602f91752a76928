import Foundation
import GRDB

/// The balances of each account on each day, so that there is a history of them when it is asked for.
public struct BalanceStore: Sendable {
    /// The database they are kept in.
    public let database: Database

    /// The balances in `database`.
    public init(database: Database) {
        self.database = database
    }

    /// Keeps `records`, each in place of what was kept of its account and day before.
    /// - Throws: `StorageError`; nothing was changed.
    public func set(_ records: [BalanceRecord]) throws {
        try database.write { db in
            for record in records {
                try db.execute(
                    sql: """
                        INSERT INTO balance_snapshots
                        (account, date, cash, net_liquidation, buying_power, source, as_of) VALUES (?, ?, ?, ?, ?, ?, ?)
                        ON CONFLICT (account, date) DO UPDATE SET
                        cash = excluded.cash, net_liquidation = excluded.net_liquidation,
                        buying_power = excluded.buying_power, source = excluded.source, as_of = excluded.as_of
                        """,
                    arguments: [
                        record.account, record.date, record.cash?.storedText, record.netLiquidation?.storedText,
                        record.buyingPower?.storedText, record.source, record.asOf.stored,
                    ]
                )
            }
        }
    }

    /// The balances of all accounts from `start` on, oldest first.
    /// - Parameter start: `YYYY-MM-DD`.
    /// - Throws: `StorageError`.
    public func since(_ start: String) throws -> [BalanceRecord] {
        try database.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT account, date, cash, net_liquidation, buying_power, source, as_of FROM balance_snapshots
                    WHERE date >= ? ORDER BY date, account
                    """,
                arguments: [start]
            ).map { row in
                BalanceRecord(
                    account: row[0],
                    date: row[1],
                    cash: try row.decimalIfPresent(2),
                    netLiquidation: try row.decimalIfPresent(3),
                    buyingPower: try row.decimalIfPresent(4),
                    source: row[5],
                    asOf: row.instant(6)
                )
            }
        }
    }
}
