import GRDB

extension IndexStore {
    /// From so many chunks on a word is common.
    public static let commonFrequency = 1_000

    private static let key = "index.common_words"
    private static let titleKey = "index.common_title_words"

    /// In how many chunks common words are, by their stems, as `packVectors` counted them; nothing where the index has changed
    /// since. To count the chunks of such a word for each search would take most of it.
    /// - Parameter inTitles: Whether only titles are looked at.
    /// - Throws: `StorageError`.
    public func commonWords(inTitles: Bool = false) throws -> [String: Int] {
        try database.read { db in
            guard try Self.commonWordsGeneration(db) == Self.generation(db) else { return [:] }
            let sql = "SELECT value FROM settings WHERE key = ?"
            let key = inTitles ? Self.titleKey : Self.key
            guard let value = try String.fetchOne(db, sql: sql, arguments: [key]) else { return [:] }
            let lines = value.utf8.split(separator: UInt8(ascii: "\n"))
            var frequencies: [String: Int] = [:]
            frequencies.reserveCapacity(lines.count)
            for line in lines.dropFirst() {
                let parts = line.split(separator: UInt8(ascii: " "))
                if parts.count == 2, let frequency = Int(Substring(parts[1])) {
                    frequencies[String(Substring(parts[0]))] = frequency
                }
            }
            return frequencies
        }
    }

    /// The state of the index whose common words were counted; nil where none were.
    static func commonWordsGeneration(_ db: GRDB.Database) throws -> Int? {
        let first = "SELECT substr(value, 1, instr(value || char(10), char(10)) - 1) FROM settings WHERE key = ?"
        let generations = try [key, titleKey].map { key in
            try String.fetchOne(db, sql: first, arguments: [key]).flatMap { Int($0) }
        }
        return generations[0] == generations[1] ? generations[0] : nil
    }

    /// Counts the chunks of common words at a generation of the index; not quite a second for 100,000 chunks, in which others
    /// may write.
    func countCommonWords(generation: Int) throws {
        let counted = try database.withoutTransaction { db -> (texts: [String], titles: [String])? in
            var counted: (texts: [String], titles: [String])?
            try db.inTransaction(.deferred) {
                // Views of the full-text index, which hold nothing of their own and go with the transaction.
                try db.execute(
                    sql: """
                        CREATE VIRTUAL TABLE temp.chunk_words USING fts5vocab(main, chunks_fts, row);
                        CREATE VIRTUAL TABLE temp.column_words USING fts5vocab(main, chunks_fts, col);
                        """
                )
                guard try Self.generation(db) == generation else { return .rollback }
                let texts = try Row.fetchAll(
                    db,
                    sql: "SELECT term, doc FROM temp.chunk_words WHERE doc >= ? ORDER BY term",
                    arguments: [Self.commonFrequency]
                ).map { row in (word: row[0] as String, count: row[1] as Int) }
                // What is common in titles is common in all.
                let inTitle = try db.makeStatement(
                    sql: "SELECT doc FROM temp.column_words WHERE term = ? AND col = 'title' AND doc >= ?"
                )
                let titles = try texts.compactMap { word, _ in
                    try Int.fetchOne(inTitle, arguments: [word, Self.commonFrequency]).map { (word: word, count: $0) }
                }
                counted = (texts.map { "\($0.word) \($0.count)" }, titles.map { "\($0.word) \($0.count)" })
                return .rollback
            }
            return counted
        }
        guard let counted else { return }
        try database.write { db in
            guard try Self.generation(db) == generation else { return }
            for (key, lines) in [(Self.key, counted.texts), (Self.titleKey, counted.titles)] {
                try db.execute(
                    sql: """
                        INSERT INTO settings (key, value) VALUES (?, ?)
                        ON CONFLICT (key) DO UPDATE SET value = excluded.value
                        """,
                    arguments: [key, (["\(generation)"] + lines).joined(separator: "\n")]
                )
            }
        }
    }

    /// Brings the parts together that many writes leave of the full-text index, some pages at a time. To look up a word takes a
    /// few microseconds in each part, of which there may be some twenty.
    func mergeFullText() throws {
        let parts = try database.read { db in
            try Int.fetchOne(db, sql: "SELECT count(DISTINCT segid) FROM chunks_fts_idx") ?? 0
        }
        guard parts > Self.fewParts else { return }
        // A negative number begins to bring all together, a positive one goes on; less than two changes are none.
        var pages = -Self.pagesInStep
        while true {
            let changes = try database.write { db in
                let before = db.totalChangesCount
                try db.execute(sql: "INSERT INTO chunks_fts (chunks_fts, rank) VALUES ('merge', ?)", arguments: [pages])
                return db.totalChangesCount - before
            }
            guard changes > 1 else { return }
            pages = Self.pagesInStep
        }
    }

    private static let (fewParts, pagesInStep) = (4, 1_000)
}
