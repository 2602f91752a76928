import Foundation
import GRDB

/// The decisions and sessions that were recorded.
public struct DecisionStore: Sendable {
    /// The database they are kept in.
    public let database: Database

    /// The decisions in `database`.
    public init(database: Database) {
        self.database = database
    }

    // MARK: - Decisions

    /// Keeps `decision`, in one transaction with `session` if that is given.
    /// - Throws: `StorageError`, `constraint` if the id is taken; nothing was changed.
    public func save(_ decision: DecisionRecord, session: SessionRecord? = nil) throws {
        try database.write { db in
            if let session { try Self.save(session, db) }
            try db.execute(
                sql: """
                    INSERT INTO decisions
                    (id, session_id, turn, created_at, question, intent, answer, record, exit_code)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    decision.id, decision.sessionID, decision.turn, decision.createdAt.stored, decision.question,
                    decision.intent, decision.answer, decision.record, decision.exitCode,
                ]
            )
        }
    }

    /// The decision whose id is `identifier`, or begins with it if no other one does.
    /// - Throws: `StorageError`: `noSuchRecord`, `ambiguous`, or a failure of the database.
    public func decision(_ identifier: String) throws -> DecisionRecord {
        let found = try database.read { db in
            let exact = try Self.fetch(db, "WHERE id = ?", [identifier])
            guard exact.isEmpty, !identifier.isEmpty else { return exact }
            // A range and not LIKE: an id is no pattern.
            return try Self.fetch(
                db,
                "WHERE id >= ?1 AND substr(id, 1, length(?1)) = ?1 ORDER BY id LIMIT 6",
                [identifier]
            )
        }
        guard let first = found.first else {
            throw StorageError(
                code: .noSuchRecord,
                path: "",
                message: "no decision has the id '\(identifier)'",
                nextStep: "`magnus log` lists those there are"
            )
        }
        guard found.count == 1 else {
            let some = found.prefix(5).map(\.id).joined(separator: ", ")
            throw StorageError(
                code: .ambiguous,
                path: "",
                message: "several decisions begin with '\(identifier)': \(some)\(found.count > 5 ? " and more" : "")",
                nextStep: "give more characters of the id"
            )
        }
        return first
    }

    /// The latest decisions, newest first; with `text`, those that have it in question or answer, whatever its case.
    /// - Throws: `StorageError`.
    public func recent(limit: Int, containing text: String? = nil) throws -> [DecisionRecord] {
        try database.read { db in
            let order = "ORDER BY created_at DESC, rowid DESC LIMIT ?"
            guard let text, !text.isEmpty else { return try Self.fetch(db, order, [max(0, limit)]) }
            let pattern = "%" + Self.escaped(text) + "%"
            return try Self.fetch(
                db,
                "WHERE question LIKE ?1 ESCAPE '\\' OR answer LIKE ?1 ESCAPE '\\' "
                    + order.replacingOccurrences(of: "?", with: "?2"),
                [pattern, max(0, limit)]
            )
        }
    }

    /// A question and the answer that was shown.
    public struct Exchange: Sendable, Hashable {
        /// The decision's id.
        public var id: String
        /// What was asked.
        public var question: String
        /// What was answered.
        public var answer: String
    }

    /// The latest questions and answers, newest first, without their records.
    /// - Throws: `StorageError`.
    public func exchanges(limit: Int) throws -> [Exchange] {
        try database.read { db in
            let sql = "SELECT id, question, answer FROM decisions ORDER BY created_at DESC, rowid DESC LIMIT ?"
            return try Row.fetchAll(db, sql: sql, arguments: [max(0, limit)]).map { row in
                Exchange(id: row[0], question: row[1], answer: row[2])
            }
        }
    }

    /// The decision before another one in its session; nil where there is none.
    /// - Throws: `StorageError`.
    public func decision(before id: String) throws -> DecisionRecord? {
        try database.read { db in
            let filter = """
                WHERE session_id = (SELECT session_id FROM decisions WHERE id = ?1) AND (turn, rowid) <
                (SELECT turn, rowid FROM decisions WHERE id = ?1) ORDER BY turn DESC, rowid DESC LIMIT 1
                """
            return try Self.fetch(db, filter, [id]).first
        }
    }

    /// The ids of all decisions, oldest first.
    /// - Throws: `StorageError`.
    public func identifiers() throws -> [String] {
        try database.read { db in
            try String.fetchAll(db, sql: "SELECT id FROM decisions ORDER BY created_at, rowid")
        }
    }

    /// The decisions of a session in the order of its turns.
    /// - Throws: `StorageError`.
    public func decisions(inSession sessionID: String) throws -> [DecisionRecord] {
        try database.read { db in try Self.fetch(db, "WHERE session_id = ? ORDER BY turn, rowid", [sessionID]) }
    }

    // MARK: - Sessions

    /// Keeps `session` in place of the one with the same id.
    /// - Throws: `StorageError`.
    public func save(_ session: SessionRecord) throws {
        try database.write { db in try Self.save(session, db) }
    }

    /// The session with this id; nil if there is none.
    /// - Throws: `StorageError`.
    public func session(_ id: String) throws -> SessionRecord? {
        try sessions("WHERE id = ?", [id]).first
    }

    /// The latest sessions, newest first.
    /// - Throws: `StorageError`.
    public func recentSessions(limit: Int) throws -> [SessionRecord] {
        try sessions("ORDER BY updated_at DESC, rowid DESC LIMIT ?", [max(0, limit)])
    }

    private func sessions(_ filter: String, _ arguments: StatementArguments) throws -> [SessionRecord] {
        try database.read { db in
            let sql = "SELECT id, started_at, updated_at, title, state FROM sessions \(filter)"
            return try Row.fetchAll(db, sql: sql, arguments: arguments).map { row in
                SessionRecord(
                    id: row[0],
                    startedAt: row.instant(1),
                    updatedAt: row.instant(2),
                    title: row[3],
                    state: row[4]
                )
            }
        }
    }

    private static func save(_ session: SessionRecord, _ db: GRDB.Database) throws {
        try db.execute(
            sql: """
                INSERT INTO sessions (id, started_at, updated_at, title, state) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (id) DO UPDATE SET started_at = excluded.started_at, updated_at = excluded.updated_at,
                title = excluded.title, state = excluded.state
                """,
            arguments: [
                session.id, session.startedAt.stored, session.updatedAt.stored, session.title, session.state,
            ]
        )
    }

    private static func fetch(
        _ db: GRDB.Database,
        _ filter: String,
        _ arguments: StatementArguments
    ) throws -> [DecisionRecord] {
        let sql = """
            SELECT id, session_id, turn, created_at, question, intent, answer, record, exit_code
            FROM decisions \(filter)
            """
        return try Row.fetchAll(db, sql: sql, arguments: arguments).map { row in
            DecisionRecord(
                id: row[0],
                sessionID: row[1],
                turn: row[2],
                createdAt: row.instant(3),
                question: row[4],
                intent: row[5],
                answer: row[6],
                record: row[7],
                exitCode: row[8]
            )
        }
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for character in text {
            if character == "%" || character == "_" || character == "\\" { escaped.append("\\") }
            escaped.append(character)
        }
        return escaped
    }
}
