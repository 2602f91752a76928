import GRDB

/// The full-text index is made anew in steps: where a new version knows words in another way, and where it was damaged.
///
/// The number of the last chunk that it knows stands in the settings meanwhile. Chunks up to that one come and go with their words
/// as ever; those after it get theirs when their turn comes. So others may search and write between steps, an interruption loses
/// a step, and several processes may go on with it together.
extension IndexStore {
    /// How far the full-text index is made.
    public struct FullTextProgress: Sendable, Hashable {
        /// Chunks whose words it knows.
        public var done: Int
        /// All chunks.
        public var total: Int

        /// The hundredths of the chunks that it knows.
        public var percent: Int { total > 0 ? done * 100 / total : 100 }
    }

    /// How far the full-text index is made; nil where it is whole, which takes a look at one row.
    /// - Throws: `StorageError`.
    public func fullTextProgress() throws -> FullTextProgress? {
        try database.read(Self.fullTextProgress)
    }

    /// Makes the full-text index whole where its making was begun: not quite a tenth of a millisecond for a chunk of 200 words, in
    /// transactions of less than a second. Does nothing where it is whole.
    ///
    /// - Parameter progress: Called after each step; what it throws ends this, and steps that were made stay.
    /// - Throws: `StorageError`, or what `progress` throws.
    public func completeFullText(progress: (FullTextProgress) throws -> Void = { _ in }) throws {
        while try database.read(Self.reach) != nil {
            let (now, isWhole) = try database.write { db in
                try Self.extendFullText(by: Self.chunksOfWordsInStep, db)
                return (try Self.countFullText(db), try Self.reach(db) == nil)
            }
            try progress(now)
            if !isWhole { Self.giveWay() }
        }
    }

    static func fullTextProgress(_ db: GRDB.Database) throws -> FullTextProgress? {
        try reach(db) != nil ? try countFullText(db) : nil
    }

    private static func countFullText(_ db: GRDB.Database) throws -> FullTextProgress {
        FullTextProgress(
            done: try Int.fetchOne(db, sql: "SELECT count(*) FROM chunks_fts_docsize") ?? 0,
            total: try Int.fetchOne(db, sql: "SELECT count(*) FROM chunks") ?? 0
        )
    }

    /// Empties the full-text index, to be made anew by `completeFullText`.
    static func beginFullText(_ db: GRDB.Database) throws {
        try db.execute(sql: "INSERT INTO chunks_fts (chunks_fts) VALUES ('delete-all')")
        try setReach(-1, db)
        try setTriggers(upTo: "(SELECT CAST(value AS INTEGER) FROM settings WHERE key = '\(reachKey)')", db)
        try raiseGeneration(db)
    }

    /// Adds the words of the next chunks; where none follow, the full-text index is whole.
    static func extendFullText(by count: Int, _ db: GRDB.Database) throws {
        guard let reach = try reach(db) else { return }
        let next = "FROM chunks WHERE id > ? ORDER BY id LIMIT ?"
        let last = try Int64.fetchOne(db, sql: "SELECT max(id) FROM (SELECT id \(next))", arguments: [reach, count])
        try db.execute(
            sql: "INSERT INTO chunks_fts (rowid, title, headings, text) SELECT id, title, headings, text \(next)",
            arguments: [reach, count]
        )
        let following = "SELECT 1 FROM chunks WHERE id > ? LIMIT 1"
        if let last, try Int.fetchOne(db, sql: following, arguments: [last]) != nil { return try setReach(last, db) }
        try db.execute(sql: "DELETE FROM settings WHERE key = ?", arguments: [reachKey])
        try setTriggers(upTo: nil, db)
        try raiseGeneration(db)
    }

    private static let reachKey = "index.full_text_reach"
    private static let chunksOfWordsInStep = 4_000

    /// The last chunk that the full-text index knows; nil where it knows all.
    private static func reach(_ db: GRDB.Database) throws -> Int64? {
        try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT CAST(value AS INTEGER) FROM settings WHERE key = ?"),
            arguments: [reachKey]
        )
    }

    private static func setReach(_ chunkID: Int64, _ db: GRDB.Database) throws {
        try db.execute(
            sql: """
                INSERT INTO settings (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value
                """,
            arguments: [reachKey, "\(chunkID)"]
        )
    }

    /// Has words come and go with chunks.
    /// - Parameter reach: SQL for the last chunk whose words do; those of all do if nil.
    private static func setTriggers(upTo reach: String?, _ db: GRDB.Database) throws {
        func condition(_ row: String) -> String { reach.map { "WHEN \(row).id <= \($0)" } ?? "" }
        try db.execute(
            sql: """
                DROP TRIGGER IF EXISTS chunks_inserted;
                DROP TRIGGER IF EXISTS chunks_deleted;
                CREATE TRIGGER chunks_inserted AFTER INSERT ON chunks \(condition("new")) BEGIN
                    INSERT INTO chunks_fts (rowid, title, headings, text)
                    VALUES (new.id, new.title, new.headings, new.text);
                END;
                CREATE TRIGGER chunks_deleted AFTER DELETE ON chunks \(condition("old")) BEGIN
                    INSERT INTO chunks_fts (chunks_fts, rowid, title, headings, text)
                    VALUES ('delete', old.id, old.title, old.headings, old.text);
                END;
                """
        )
    }
}
