import Foundation
import GRDB

extension IndexStore {
    /// A chunk that has words of a query.
    public struct LexicalMatch: Sendable, Hashable {
        /// The chunk's id.
        public var chunkID: Int64
        /// How well it matches, higher is better; comparable within one query only.
        public var score: Double
    }

    /// What a word in a title, a heading or the text is worth to a match.
    public struct ColumnWeights: Sendable, Hashable {
        /// Weight of the title.
        public var title: Double
        /// Weight of the headings.
        public var headings: Double
        /// Weight of the text.
        public var text: Double

        /// Weights, of which only their ratios matter.
        public init(title: Double, headings: Double, text: Double) {
            self.title = title
            self.headings = headings
            self.text = text
        }
    }

    /// The chunks that have any of `phrases`, best first: what is worth most and is there often, though more of the same word
    /// soon adds nothing. About 1 ms for 5,000 matches.
    ///
    /// A phrase is one word or several that stand side by side; what it contains is text, never query syntax.
    /// - Parameters:
    ///   - worths: What each phrase is worth, the rare ones more; 1 for those that none is given for.
    ///   - titles: Where some are given, only chunks whose title has the words of one of them side by side.
    ///   - collections: The collections to search; all if nil.
    /// - Throws: `StorageError`.
    public func matches(
        anyOf phrases: [String],
        worths: [Double] = [],
        weights: ColumnWeights,
        titled titles: [String] = [],
        in collections: [String]? = nil,
        limit: Int
    ) throws -> [LexicalMatch] {
        guard !phrases.isEmpty, limit > 0 else { return [] }
        var expression = phrases.map(Self.quoted).joined(separator: " OR ")
        if !titles.isEmpty {
            expression = "(title : \(titles.map(Self.quoted).joined(separator: " OR title : "))) AND (\(expression))"
        }
        // Titles come first in the expression, and are worth nothing: all matches have them.
        let worths = phrases.indices.map { $0 < worths.count ? worths[$0] : 1 }
        let numbers = [weights.title, weights.headings, weights.text] + titles.map { _ in 0 } + worths
        return try database.read { db in
            let statement = try db.cachedStatement(
                sql: """
                    SELECT rowid, \(MatchScore.name)(chunks_fts, ?) AS score FROM chunks_fts
                    WHERE chunks_fts MATCH ? AND rowid BETWEEN ? AND ? ORDER BY score DESC, rowid LIMIT ?
                    """
            )
            var matches: [LexicalMatch] = []
            for range in try ranges(of: collections, db) {
                let rows = try Row.fetchCursor(
                    statement,
                    arguments: [
                        numbers.withUnsafeBytes { Data($0) }, expression, range.lowerBound, range.upperBound, limit,
                    ]
                )
                while let row = try rows.next() {
                    matches.append(LexicalMatch(chunkID: row[0], score: row[1]))
                }
            }
            matches.sort { ($0.score, $1.chunkID) > ($1.score, $0.chunkID) }
            return Array(matches.prefix(limit))
        }
    }

    /// The ids that chunks of `collections` have, of all if nil; a collection without documents has none.
    /// - Returns: Nil where all chunks of the index are meant.
    /// - Throws: `StorageError`.
    public func chunkRanges(of collections: [String]?) throws -> [ClosedRange<Int64>]? {
        try database.read { db in
            if collections == nil, searched == nil, try Self.leaving(db).isEmpty { return nil }
            return try ranges(of: collections, db)
        }
    }

    /// How many chunks have each of `phrases`, in their order, and how many chunks there are in all. About 0.06 ms for 1,000
    /// matches.
    /// - Parameter inTitles: Whether only titles are looked at.
    /// - Throws: `StorageError`.
    public func frequencies(of phrases: [String], inTitles: Bool = false) throws -> (phrases: [Int], chunks: Int) {
        try database.read { db in
            let total = try Int.fetchOne(db, sql: "SELECT sum(chunk_count) FROM documents") ?? 0
            let statement = try db.cachedStatement(sql: "SELECT count(*) FROM chunks_fts WHERE chunks_fts MATCH ?")
            let counts = try phrases.map { phrase in
                try Int.fetchOne(statement, arguments: [(inTitles ? "title : " : "") + Self.quoted(phrase)]) ?? 0
            }
            return (counts, total)
        }
    }

    /// The ids of chunks whose title has all the words of one of `titles` side by side, at most `limit` for each, in rising
    /// order.
    /// - Throws: `StorageError`.
    public func chunkIDs(titled titles: [String], in collections: [String]? = nil, limit: Int) throws -> [Int64] {
        try database.read { db in
            let statement = try db.cachedStatement(
                sql: "SELECT rowid FROM chunks_fts WHERE chunks_fts MATCH ? AND rowid BETWEEN ? AND ? LIMIT ?"
            )
            var found: Set<Int64> = []
            for range in try ranges(of: collections, db) {
                for title in titles {
                    let expression = "title : " + Self.quoted(title)
                    found.formUnion(
                        try Int64.fetchAll(
                            statement,
                            arguments: [expression, range.lowerBound, range.upperBound, limit]
                        )
                    )
                }
            }
            return found.sorted()
        }
    }

    /// Where the words of `vocabulary`, which are stems as `words` gives them, stand in each text: a row of positions in
    /// `vocabulary`, -1 for every other word.
    /// - Throws: `StorageError`.
    public func positions(of vocabulary: [String], in texts: [String]) throws -> [[Int32]] {
        try database.read { db in
            let tokenizer = try WordTokenizer(db: db, arguments: [])
            let reader = WordReader(vocabulary: vocabulary)
            return try texts.map { text in
                try reader.positions(in: text, tokenizer)
            }
        }
    }

    /// The words of each text as the full-text index knows them: folded, without accents, reduced to their stems.
    /// - Throws: `StorageError`.
    public func words(of texts: [String]) throws -> [[String]] {
        try database.read { db in
            let tokenizer = try WordTokenizer(db: db, arguments: [])
            return try texts.map { text in
                try tokenizer.tokenize(query: text).map(\.token)
            }
        }
    }

    /// `phrase` as a string of the query language, in which nothing has a meaning of its own.
    static func quoted(_ phrase: String) -> String {
        "\"" + phrase.replacingOccurrences(of: "\"", with: "\"\"").replacingOccurrences(of: "\0", with: " ") + "\""
    }

    /// The ranges of chunk ids of `collections` and of the documents that are searched, without those of documents that are on
    /// their way out; one of everything if nil.
    private func ranges(of collections: [String]?, _ db: GRDB.Database) throws -> [ClosedRange<Int64>] {
        var ranges = try Self.ranges(of: collections, db)
        for id in try Self.leaving(db) {
            for run in try Self.runs(ofDocument: id, db) {
                ranges = ranges.flatMap { Self.parts(of: $0, without: run) }
            }
        }
        guard let searched else { return ranges }
        let own = try searched.flatMap { try Self.runs(ofDocument: $0, db) }
        var merged: [ClosedRange<Int64>] = []
        for range in own.sorted(by: { $0.lowerBound < $1.lowerBound })
        where ranges.contains(where: { $0.overlaps(range) }) {
            if let last = merged.last, last.upperBound + 1 == range.lowerBound {
                merged[merged.count - 1] = last.lowerBound...range.upperBound
            } else {
                merged.append(range)
            }
        }
        return merged
    }

    /// The ids of a document's chunks: one run, but where it grew while others went in.
    private static func runs(ofDocument id: Int64, _ db: GRDB.Database) throws -> [ClosedRange<Int64>] {
        let bounds = try db.cachedStatement(
            sql: """
                SELECT min(chunks.id), max(chunks.id), (SELECT chunk_count FROM documents WHERE id = ?1)
                FROM chunks WHERE document_id = ?1
                """
        )
        guard let row = try Row.fetchOne(bounds, arguments: [id]), let first: Int64 = row[0], let last: Int64 = row[1],
            let count: Int64 = row[2]
        else { return [] }
        if last - first + 1 == count { return [first...last] }
        let all = try db.cachedStatement(sql: "SELECT id FROM chunks WHERE document_id = ? ORDER BY ordinal")
        var runs: [ClosedRange<Int64>] = []
        let ids = try Int64.fetchCursor(all, arguments: [id])
        while let chunk = try ids.next() {
            if let last = runs.last, last.upperBound + 1 == chunk {
                runs[runs.count - 1] = last.lowerBound...chunk
            } else {
                runs.append(chunk...chunk)
            }
        }
        return runs
    }

    private static func parts(of range: ClosedRange<Int64>, without hole: ClosedRange<Int64>) -> [ClosedRange<Int64>] {
        guard range.overlaps(hole) else { return [range] }
        var parts: [ClosedRange<Int64>] = []
        if range.lowerBound < hole.lowerBound { parts.append(range.lowerBound...(hole.lowerBound - 1)) }
        if hole.upperBound < range.upperBound { parts.append((hole.upperBound + 1)...range.upperBound) }
        return parts
    }

    /// The ranges of chunk ids of `collections`; one of everything if nil.
    static func ranges(of collections: [String]?, _ db: GRDB.Database) throws -> [ClosedRange<Int64>] {
        guard let collections else { return [0...Int64.max] }
        return try Set(collections).sorted().compactMap { name in
            try Int64.fetchOne(db, sql: "SELECT id FROM collections WHERE name = ?", arguments: [name])
                .map(ChunkNumbers.range(ofCollection:))
        }
    }
}
