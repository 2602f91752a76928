import GRDB

extension IndexStore {
    /// The titles of the chunks that have `phrase` in their text, each with how many those are.
    ///
    /// - Throws: `StorageError`.
    public func titles(ofChunksWith phrase: String) throws -> [String: Int] {
        try database.read { db in
            let statement = try db.cachedStatement(
                sql: """
                    SELECT title, count(*) FROM chunks
                    WHERE id IN (SELECT rowid FROM chunks_fts WHERE chunks_fts MATCH ?) GROUP BY title
                    """
            )
            let rows = try Row.fetchAll(statement, arguments: ["text : " + Self.quoted(phrase)])
            return Dictionary(uniqueKeysWithValues: rows.map { ($0[0], $0[1]) })
        }
    }
}
