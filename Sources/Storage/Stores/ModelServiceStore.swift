public import Foundation
import GRDB

/// How services of language models are doing, for the processes that come later.
///
/// Everything in it passes by itself: it may be lost at any time without harm.
public struct ModelServiceStore: Sendable {
    /// The database it is kept in.
    public let database: Database

    /// The states in `database`.
    public init(database: Database) {
        self.database = database
    }

    /// What is remembered of a service since `oldest`, in a form its owner chooses; nil where there is nothing.
    ///
    /// - Throws: `StorageError`.
    public func state(of provider: String, notBefore oldest: Date) throws -> Data? {
        try database.read { db in try Self.state(db, provider, oldest) }
    }

    /// Replaces what is remembered of a service by what `change` makes of it, in one transaction, so that nothing another
    /// process adds meanwhile is lost.
    ///
    /// - Parameter change: Gets what is remembered since `oldest` and returns what is to be; nil for nothing.
    /// - Throws: `StorageError`, or what `change` throws; nothing was changed.
    public func update(
        _ provider: String,
        notBefore oldest: Date,
        at now: Date,
        _ change: (Data?) throws -> Data?
    ) throws {
        try database.write { db in
            guard let state = try change(Self.state(db, provider, oldest)) else {
                return try db.execute(sql: "DELETE FROM model_services WHERE provider = ?", arguments: [provider])
            }
            try db.execute(
                sql: """
                    INSERT INTO model_services (provider, updated_at, state) VALUES (?, ?, ?)
                    ON CONFLICT (provider) DO UPDATE SET updated_at = excluded.updated_at, state = excluded.state
                    """,
                arguments: [provider, now.stored, state]
            )
        }
    }

    private static func state(_ db: GRDB.Database, _ provider: String, _ oldest: Date) throws -> Data? {
        try Data.fetchOne(
            db,
            sql: "SELECT state FROM model_services WHERE provider = ? AND updated_at >= ?",
            arguments: [provider, oldest.stored]
        )
    }
}
