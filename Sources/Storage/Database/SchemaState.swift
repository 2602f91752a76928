import GRDB

/// How the tables of an opened file stand to those this program knows.
enum SchemaState {
    /// Nothing to do.
    case current
    /// Empty, or older: steps are missing.
    case outdated

    /// - Throws: `StorageError`: `newerSchema` or `notADatabase`, before anything was written.
    init(reading db: GRDB.Database, path: String) throws {
        var (version, application) = try Self.marks(db)
        guard application == 0 || application == Schema.applicationIdentifier else {
            throw StorageError.notADatabase(path: path)
        }
        if application == 0 {
            let foreign = try Int.fetchOne(
                db,
                sql: "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name NOT GLOB 'grdb_*'"
            )
            if version == 0, foreign == 0 {
                self = .outdated
                return
            }
            // Another process may have made the tables since: they come together with the mark.
            (version, application) = try Self.marks(db)
            guard application == Schema.applicationIdentifier else { throw StorageError.notADatabase(path: path) }
        }
        let applied = try String.fetchSet(db, sql: "SELECT identifier FROM grdb_migrations")
        guard version <= Schema.version, applied.isSubset(of: Schema.names) else {
            throw Self.newer(version, path: path)
        }
        self = version == Schema.version ? .current : .outdated
    }

    /// The error of tables that a newer version of this program wrote.
    static func newer(_ version: Int, path: String) -> StorageError {
        StorageError(
            code: .newerSchema,
            path: path,
            message: "was written by a newer version of magnus (tables of version \(version), "
                + "this program knows \(Schema.version)); it was left as it is",
            nextStep: "update magnus, or choose another data folder"
        )
    }

    private static func marks(_ db: GRDB.Database) throws -> (version: Int, application: Int) {
        let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        return (version, try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0)
    }
}
