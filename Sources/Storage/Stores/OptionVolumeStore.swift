import Foundation
import GRDB

/// The volumes of options on each of the last days they were seen, so that there is something to hold today's against.
public struct OptionVolumeStore: Sendable {
    /// The database they are kept in.
    public let database: Database

    /// How many days of an underlying are kept.
    public static let days = 30

    /// The volumes in `database`.
    public init(database: Database) {
        self.database = database
    }

    /// Keeps what `change` makes of what is kept of an underlying's day, and lets go of all but its last days.
    /// - Parameters:
    ///   - date: `YYYY-MM-DD`.
    ///   - change: Given nil where nothing is kept; nil leaves everything as it is.
    /// - Throws: `StorageError`, and what `change` throws; nothing was changed.
    public func update(
        of underlying: String,
        on date: String,
        _ change: @Sendable (OptionVolumeRecord?) throws -> OptionVolumeRecord?
    ) throws {
        try database.write { db in
            let row = try Row.fetchOne(
                db,
                sql: "SELECT underlying, date, volumes, as_of FROM option_volumes WHERE underlying = ? AND date = ?",
                arguments: [underlying, date]
            )
            guard let record = try change(row.map(OptionVolumeRecord.init)) else { return }
            try db.execute(
                sql: """
                    INSERT INTO option_volumes (underlying, date, volumes, as_of) VALUES (?, ?, ?, ?)
                    ON CONFLICT (underlying, date) DO UPDATE SET volumes = excluded.volumes, as_of = excluded.as_of
                    """,
                arguments: [underlying, date, record.volumes, record.asOf.stored]
            )
            try db.execute(
                sql: """
                    DELETE FROM option_volumes WHERE underlying = ? AND date NOT IN
                    (SELECT date FROM option_volumes WHERE underlying = ? ORDER BY date DESC LIMIT ?)
                    """,
                arguments: [underlying, underlying, Self.days]
            )
        }
    }

    /// The days of `underlying` before `date`, oldest first.
    /// - Parameter date: `YYYY-MM-DD`.
    /// - Throws: `StorageError`.
    public func days(of underlying: String, before date: String) throws -> [OptionVolumeRecord] {
        try database.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT underlying, date, volumes, as_of FROM option_volumes
                    WHERE underlying = ? AND date < ? ORDER BY date
                    """,
                arguments: [underlying, date]
            ).map(OptionVolumeRecord.init)
        }
    }
}

extension OptionVolumeRecord {
    fileprivate init(_ row: Row) {
        self.init(underlying: row[0], date: row[1], volumes: row[2], asOf: row.instant(3))
    }
}
