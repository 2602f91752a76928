#if Postgres

    /// A PostgreSQL database, only ever read: each question is one statement in a transaction of its own that is read-only by
    /// the server's word.
    public struct PostgresDatabase: Sendable {
        /// Whether this build can read PostgreSQL.
        public static let isBuilt = true

        private let connection: String
        private let limits: ForeignQueryLimits

        /// The database at `connection`, an address (`postgresql://user:password@host/name`) or the words of libpq; it may
        /// hold a password and is never shown. Nothing is opened yet.
        public init(connection: String, limits: ForeignQueryLimits = ForeignQueryLimits()) {
            self.connection = connection
            self.limits = limits
        }

        /// The rows of one SELECT (WITH, VALUES) with the values of `$1`, `$2`, ...
        ///
        /// Connects, asks once, and closes the connection.
        /// - Throws: `StorageError`: `notAQuery`, `tooSlow`, `tooLarge` where it has more rows than the limit, `unreachable`,
        ///   `failed`; `CancellationError`.
        public func rows(_ query: String, parameters: [ForeignTable.Value] = []) async throws -> ForeignTable {
            guard let statement = SingleSelect.statement(query) else {
                throw StorageError(
                    code: .notAQuery,
                    path: "",
                    message: "the statement is not run: it does not begin with SELECT",
                    nextStep: "write one SELECT"
                )
            }
            return try await ask(statement, parameters)
        }

        /// The columns of a table or view that this user can read, in order; empty where there is none.
        ///
        /// - Parameter table: Its name, `positions` or `schema.positions`, in the case in which it was created.
        /// - Throws: As `rows(_:parameters:)`.
        public func columns(of table: String) async throws -> [String] {
            let result = try await ask(
                """
                SELECT a.attname FROM pg_attribute AS a WHERE a.attrelid = to_regclass($1) AND a.attnum > 0
                AND NOT a.attisdropped AND has_column_privilege(a.attrelid, a.attnum, 'SELECT') ORDER BY a.attnum
                """,
                [.text(PostgresDatabase.quoted(table: table))]
            )
            return result.rows.compactMap { row in
                if case .text(let name)? = row.first { return name }
                return nil
            }
        }

        /// All rows of a table or view.
        ///
        /// - Throws: As `rows(_:parameters:)`.
        public func rows(of table: String, columns: [String]) async throws -> ForeignTable {
            let names = columns.map { PostgresDatabase.quoted($0) }.joined(separator: ", ")
            return try await ask("SELECT \(names) FROM \(PostgresDatabase.quoted(table: table))", [])
        }

        private func ask(_ statement: String, _ parameters: [ForeignTable.Value]) async throws -> ForeignTable {
            try await QueryDeadline(after: limits.time).run { [connection, limits] deadline in
                try PostgresConnection(connection, limits: limits, deadline: deadline).rows(statement, parameters)
            }
        }

        private static func quoted(_ name: String) -> String {
            "\"" + name.replacing("\"", with: "\"\"") + "\""
        }

        private static func quoted(table: String) -> String {
            table.split(separator: ".", maxSplits: 1).map { quoted(String($0)) }.joined(separator: ".")
        }
    }

#endif
