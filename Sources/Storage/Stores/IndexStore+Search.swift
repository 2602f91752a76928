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

    /// How well the chunks match that have any of `phrases`: what is worth most and is there often counts more, though more of
    /// the same word soon adds nothing. About 0.1 ms for 1,000 matches.
    ///
    /// A phrase is one word or several that stand side by side; what it contains is text, never query syntax.
    /// - Parameters:
    ///   - worths: What each phrase is worth, the rare ones more; 1 for those that none is given for.
    ///   - collections: The collections to search; all if nil.
    /// - Throws: `StorageError`.
    public func scores(
        anyOf phrases: [String],
        worths: [Double] = [],
        weights: ColumnWeights,
        in collections: [String]? = nil
    ) throws -> LexicalScores {
        guard !phrases.isEmpty else { return LexicalScores() }
        let expression = phrases.map(Self.quoted).joined(separator: " OR ")
        let worths = phrases.indices.map { $0 < worths.count ? worths[$0] : 1 }
        let numbers = [weights.title, weights.headings, weights.text] + worths
        return try database.read { db in
            // The function looks up all rows for the first one that there is.
            let statement = try db.cachedStatement(
                sql: "SELECT \(PhraseScores.name)(chunks_fts, ?) FROM chunks_fts WHERE chunks_fts MATCH ? LIMIT 1"
            )
            let rows = try Row.fetchCursor(
                statement,
                arguments: [numbers.withUnsafeBytes { Data($0) }, expression]
            )
            guard let row = try rows.next() else { return LexicalScores() }
            let all = try row.withUnsafeData(atIndex: 0) { data in
                (data ?? Data()).withUnsafeBytes(PhraseScores.read)
            }
            return LexicalScores(rows: all.rows, scores: all.scores, in: try ranges(of: collections, db))
        }
    }

    /// The chunks that have any of `phrases`, best first, by the scores that `scores` gives.
    ///
    /// - Parameters:
    ///   - titles: Where some are given, only chunks whose title has the words of one of them side by side.
    /// - Throws: `StorageError`.
    public func matches(
        anyOf phrases: [String],
        worths: [Double] = [],
        weights: ColumnWeights,
        titled titles: [String] = [],
        in collections: [String]? = nil,
        limit: Int
    ) throws -> [LexicalMatch] {
        let scores = try scores(anyOf: phrases, worths: worths, weights: weights, in: collections)
        guard !titles.isEmpty else { return scores.best(limit) }
        return scores.best(limit, among: try chunkIDs(titled: titles, in: collections))
    }

    /// The ids that chunks of `collections` have, of all if nil; a collection without documents has none.
    /// - Returns: Nil where all chunks of the index are meant.
    /// - Throws: `StorageError`.
    public func chunkRanges(of collections: [String]?) throws -> [ClosedRange<Int64>]? {
        try database.read { db in
            if collections == nil, searched == nil, try unseenDocuments(db).isEmpty { return nil }
            return try ranges(of: collections, db)
        }
    }

    /// How many chunks have each of `phrases`, in their order. About 0.05 ms for 1,000 matches.
    /// - Parameter inTitles: Whether only titles are looked at.
    /// - Throws: `StorageError`.
    public func frequencies(of phrases: [String], inTitles: Bool = false) throws -> [Int] {
        try database.read { db in
            let statement = try db.cachedStatement(sql: "SELECT count(*) FROM chunks_fts WHERE chunks_fts MATCH ?")
            return try phrases.map { phrase in
                try Int.fetchOne(statement, arguments: [(inTitles ? "title : " : "") + Self.quoted(phrase)]) ?? 0
            }
        }
    }

    /// How many chunks there are. The time is in proportion to the documents.
    /// - Throws: `StorageError`.
    public func chunkCount() throws -> Int {
        try database.read { db in try Int.fetchOne(db, sql: "SELECT sum(chunk_count) FROM documents") ?? 0 }
    }

    /// The ids of chunks whose title has all the words of one of `titles` side by side, in rising order.
    /// - Parameter limit: The most for each title; all if nil.
    /// - Throws: `StorageError`.
    public func chunkIDs(titled titles: [String], in collections: [String]? = nil, limit: Int? = nil) throws -> [Int64]
    {
        try database.read { db in
            let statement = try db.cachedStatement(
                sql: "SELECT rowid FROM chunks_fts WHERE chunks_fts MATCH ? AND rowid BETWEEN ? AND ? LIMIT ?"
            )
            var found: [Int64] = []
            for range in try ranges(of: collections, db) {
                for title in titles {
                    let expression = "title : " + Self.quoted(title)
                    found += try Int64.fetchAll(
                        statement,
                        arguments: [expression, range.lowerBound, range.upperBound, limit ?? -1]
                    )
                }
            }
            guard titles.count > 1 else { return found.sorted() }
            return Set(found).sorted()
        }
    }

    /// Where the words of `vocabulary`, which are stems as `words` gives them, stand in each text: a row of positions in
    /// `vocabulary`, -1 for every other word.
    /// - Throws: `StorageError`.
    public func positions(of vocabulary: [String], in texts: [String]) throws -> [[Int32]] {
        try database.read { db in
            let tokenizer = try WordTokenizer(db: db, arguments: [])
            var reader = WordReader(vocabulary: vocabulary)
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

    /// The documents that no search shows: those on their way out, and those that are hidden.
    func unseenDocuments(_ db: GRDB.Database) throws -> Set<Int64> {
        try Self.leaving(db).union(hiddenDocuments)
    }

    /// The ranges of chunk ids of `collections` and of the documents that are searched, without those of documents that are on
    /// their way out or hidden; one of everything if nil.
    private func ranges(of collections: [String]?, _ db: GRDB.Database) throws -> [ClosedRange<Int64>] {
        var ranges = try Self.ranges(of: collections, db)
        for id in try unseenDocuments(db) {
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
