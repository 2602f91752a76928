public import Foundation
import GRDB

/// What connectors answered, and how each of them is doing.
///
/// Everything in it can be fetched again: it may be lost at any time without harm.
public struct ConnectorStore: Sendable {
    /// The database it is kept in.
    public let database: Database

    /// The values and states in `database`.
    public init(database: Database) {
        self.database = database
    }

    // MARK: - Values

    /// What connectors answered to `subjects` of `kind`, in no order.
    ///
    /// Payloads are read whole: ask for a hundred subjects at a time where they are large.
    /// - Throws: `StorageError`.
    public func values(kind: String, subjects: [String]) throws -> [CachedValueRecord] {
        guard !subjects.isEmpty else { return [] }
        return try database.read { db in
            let statement = try db.cachedStatement(
                sql: """
                    SELECT kind, subject, connector, symbols, dependencies, source, as_of, notes, fetched_at, expires_at,
                    payload FROM connector_values WHERE kind = ? AND subject = ?
                    """
            )
            return try subjects.flatMap { subject in
                try Row.fetchAll(statement, arguments: [kind, subject]).map(Self.record)
            }
        }
    }

    /// Keeps `values`, each in place of an older one by the same connector to the same question; all or nothing.
    /// - Throws: `StorageError`.
    public func save(_ values: [CachedValueRecord]) throws {
        guard !values.isEmpty else { return }
        try database.write { db in
            let statement = try db.cachedStatement(
                sql: """
                    INSERT INTO connector_values (kind, subject, connector, symbols, dependencies, source, as_of, notes,
                    fetched_at, expires_at, size, payload) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT (kind, subject, connector) DO UPDATE SET symbols = excluded.symbols,
                    dependencies = excluded.dependencies, source = excluded.source, as_of = excluded.as_of,
                    notes = excluded.notes, fetched_at = excluded.fetched_at, expires_at = excluded.expires_at,
                    size = excluded.size, payload = excluded.payload
                    WHERE excluded.fetched_at >= fetched_at
                    """
            )
            for value in values {
                try statement.execute(arguments: [
                    value.kind, value.subject, value.connector, Self.joined(value.symbols),
                    Self.joined(value.dependencies), value.source, value.asOf?.timeIntervalSince1970,
                    value.notes.joined(separator: "\n"), value.fetchedAt.stored, value.expiresAt.stored,
                    value.payload?.count ?? 0, value.payload,
                ])
            }
        }
    }

    /// Lets values be asked for again at once, but keeps them for when nobody answers.
    /// - Returns: How many values there are.
    /// - Throws: `StorageError`.
    @discardableResult
    public func expire(_ filter: CachedValueFilter) throws -> Int {
        try database.write { db in
            try db.execute(
                sql: "UPDATE connector_values SET expires_at = 0 WHERE \(Self.condition)",
                arguments: filter.arguments
            )
            return db.changesCount
        }
    }

    /// Removes values.
    /// - Returns: How many were removed.
    /// - Throws: `StorageError`.
    @discardableResult
    public func remove(_ filter: CachedValueFilter) throws -> Int {
        try database.write { db in
            try db.execute(sql: "DELETE FROM connector_values WHERE \(Self.condition)", arguments: filter.arguments)
            return db.changesCount
        }
    }

    /// Removes values fetched before `oldest`, then the oldest ones until the payloads of the rest have at most
    /// `maximumBytes`.
    /// - Returns: How many were removed.
    /// - Throws: `StorageError`.
    @discardableResult
    public func prune(fetchedBefore oldest: Date, maximumBytes: Int) throws -> Int {
        try database.write { db in
            try db.execute(sql: "DELETE FROM connector_values WHERE fetched_at < ?", arguments: [oldest.stored])
            var removed = db.changesCount
            let total = try Int.fetchOne(db, sql: "SELECT sum(size) FROM connector_values") ?? 0
            guard total > maximumBytes else { return removed }
            try db.execute(
                sql: """
                    DELETE FROM connector_values WHERE id IN (
                        SELECT id FROM (
                            SELECT id, sum(size) OVER (ORDER BY fetched_at DESC, id DESC) AS total FROM connector_values
                        ) WHERE total > ?
                    )
                    """,
                arguments: [maximumBytes]
            )
            removed += db.changesCount
            return removed
        }
    }

    // MARK: - States

    /// What is remembered of each connector, by its name, in a form its owner chooses.
    /// - Throws: `StorageError`.
    public func states() throws -> [String: Data] {
        try database.read { db in
            let rows = try Row.fetchAll(db, sql: "SELECT connector, state FROM connector_states")
            return Dictionary(uniqueKeysWithValues: rows.map { ($0[0], $0[1]) })
        }
    }

    /// Replaces what is remembered of `connectors` by what `change` makes of it, in one transaction, so that nothing
    /// another process adds meanwhile is lost.
    ///
    /// - Parameter change: Gets a connector's name and its state (nil where there is none) and returns the new one.
    /// - Throws: `StorageError`, or what `change` throws; nothing was changed.
    public func updateStates(
        of connectors: [String],
        at now: Date,
        _ change: (_ connector: String, _ state: Data?) throws -> Data
    ) throws {
        guard !connectors.isEmpty else { return }
        try database.write { db in
            for connector in connectors {
                let old = try Data.fetchOne(
                    db,
                    sql: "SELECT state FROM connector_states WHERE connector = ?",
                    arguments: [connector]
                )
                try db.execute(
                    sql: """
                        INSERT INTO connector_states (connector, updated_at, state) VALUES (?, ?, ?)
                        ON CONFLICT (connector) DO UPDATE SET updated_at = excluded.updated_at, state = excluded.state
                        """,
                    arguments: [connector, now.stored, try change(connector, old)]
                )
            }
        }
    }

    // MARK: - Rows

    private static let condition = """
        (?1 IS NULL OR kind = ?1) AND (?2 IS NULL OR connector = ?2) AND (?3 IS NULL OR instr(symbols, ?3) > 0)
        AND (?4 IS NULL OR instr(dependencies, ?4) > 0)
        """

    /// Words with a space around each, so that each can be looked for as a whole.
    fileprivate static func joined(_ words: [String]) -> String {
        words.isEmpty ? "" : " " + words.joined(separator: " ") + " "
    }

    private static func record(_ row: Row) -> CachedValueRecord {
        let symbols: String = row[3]
        let dependencies: String = row[4]
        let asOf: Double? = row[6]
        let notes: String = row[7]
        return CachedValueRecord(
            kind: row[0],
            subject: row[1],
            connector: row[2],
            symbols: symbols.split(separator: " ").map(String.init),
            dependencies: dependencies.split(separator: " ").map(String.init),
            source: row[5],
            asOf: asOf.map { Date(timeIntervalSince1970: $0) },
            notes: notes.isEmpty ? [] : notes.components(separatedBy: "\n"),
            fetchedAt: row.instant(8),
            expiresAt: row.instant(9),
            payload: row[10]
        )
    }
}

extension CachedValueFilter {
    fileprivate var arguments: StatementArguments {
        [kind, connector, symbol.map { ConnectorStore.joined([$0]) }, dependency.map { ConnectorStore.joined([$0]) }]
    }
}
