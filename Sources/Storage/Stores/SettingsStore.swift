import GRDB

/// Small values that the program remembers, by key.
public struct SettingsStore: Sendable {
    /// The database they are kept in.
    public let database: Database

    /// The settings in `database`.
    public init(database: Database) {
        self.database = database
    }

    /// The value of `key`; nil if it has none.
    /// - Throws: `StorageError`.
    public func value(_ key: String) throws -> String? {
        try database.read { db in
            try String.fetchOne(db, sql: "SELECT value FROM settings WHERE key = ?", arguments: [key])
        }
    }

    /// Gives `key` a value, or takes it away with nil.
    /// - Throws: `StorageError`.
    public func set(_ key: String, to value: String?) throws {
        try database.write { db in
            guard let value else {
                return try db.execute(sql: "DELETE FROM settings WHERE key = ?", arguments: [key])
            }
            try db.execute(
                sql:
                    "INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                arguments: [key, value]
            )
        }
    }
}
