import GRDB

extension IndexStore {
    /// From so many chunks on a word is common.
    public static let commonFrequency = 1_000

    private static let key = "index.common_words"

    /// In how many chunks common words are, by their stems, as `packVectors` counted them; nothing where the index has changed
    /// since. To count the chunks of such a word for each search would take most of it.
    /// - Throws: `StorageError`.
    public func commonWords() throws -> [String: Int] {
        try database.read { db in
            let sql = "SELECT value FROM settings WHERE key = ?"
            guard let value = try String.fetchOne(db, sql: sql, arguments: [Self.key]) else { return [:] }
            let lines = value.split(separator: "\n")
            guard let first = lines.first, try Int(first) == Self.generation(db) else { return [:] }
            var frequencies: [String: Int] = [:]
            for line in lines.dropFirst() {
                let parts = line.split(separator: " ")
                if parts.count == 2, let frequency = Int(parts[1]) { frequencies[String(parts[0])] = frequency }
            }
            return frequencies
        }
    }

    /// Counts the chunks of common words at a generation of the index; about half a second for 100,000 chunks.
    static func countCommonWords(generation: Int, _ db: GRDB.Database) throws {
        // A view of the full-text index, which holds nothing of its own.
        try db.execute(sql: "CREATE VIRTUAL TABLE temp.chunk_words USING fts5vocab(main, chunks_fts, row)")
        let rows = try Row.fetchAll(
            db,
            sql: "SELECT term, doc FROM temp.chunk_words WHERE doc >= ? ORDER BY term",
            arguments: [commonFrequency]
        )
        try db.execute(sql: "DROP TABLE temp.chunk_words")
        let lines = rows.map { row in "\(row[0] as String) \(row[1] as Int)" }
        try db.execute(
            sql: """
                INSERT INTO settings (key, value) VALUES (?, ?)
                ON CONFLICT (key) DO UPDATE SET value = excluded.value
                """,
            arguments: [key, (["\(generation)"] + lines).joined(separator: "\n")]
        )
    }
}
