#if !Postgres

    /// A PostgreSQL database, only ever read. This build has no client for it: the package trait `Postgres` brings it.
    public struct PostgresDatabase: Sendable {
        /// Whether this build can read PostgreSQL.
        public static let isBuilt = false

        /// The database at `connection`, an address or the words of libpq; it may hold a password and is never shown.
        public init(connection: String, limits: ForeignQueryLimits = ForeignQueryLimits()) {}

        /// The rows of one SELECT.
        ///
        /// - Throws: `StorageError` of code `notBuilt`.
        public func rows(_ query: String, parameters: [ForeignTable.Value] = []) async throws -> ForeignTable {
            throw PostgresDatabase.notBuilt
        }

        /// The columns of a table or view that can be read.
        ///
        /// - Throws: `StorageError` of code `notBuilt`.
        public func columns(of table: String) async throws -> [String] {
            throw PostgresDatabase.notBuilt
        }

        /// All rows of a table or view.
        ///
        /// - Throws: `StorageError` of code `notBuilt`.
        public func rows(of table: String, columns: [String]) async throws -> ForeignTable {
            throw PostgresDatabase.notBuilt
        }

        private static let notBuilt = StorageError(
            code: .notBuilt,
            path: "",
            message: "this build cannot read PostgreSQL",
            nextStep: "install libpq-dev and build with `swift build -c release --traits Postgres`"
        )
    }

#endif
