import Crypto
import Foundation
import MagnusTestSupport
import Storage
import Testing

/// The full-text index of many chunks is made anew in steps: each is whole by itself, and what is broken off goes on.
@Suite struct FullTextStepsTests {
    private struct Break: Error {}

    let folder: TemporaryFolder
    let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path("magnus.sqlite")
    }

    private static func digest(_ chunk: ChunkRecord) -> Data {
        Data(SHA256.hash(data: Data(chunk.text.utf8)).prefix(16))
    }

    private func store() throws -> IndexStore {
        IndexStore(database: try Storage.Database(path: path))
    }

    private func put(_ name: String, _ words: Range<Int>, collection: String = "documents", in store: IndexStore) throws
    {
        let chunks = words.map { number -> ChunkRecord in
            var chunk = ChunkRecord(title: name, headings: [], text: "all word\(number)", lines: 1...1, hash: Data())
            chunk.hash = Self.digest(chunk)
            return chunk
        }
        let document = DocumentRecord(
            collection: collection,
            path: "/\(name)",
            title: name,
            size: 1,
            modifiedAt: 1,
            contentHash: Data([1]),
            recipe: "r",
            indexedAt: Date(timeIntervalSince1970: 0)
        )
        try store.put(document, chunks: chunks)
    }

    private func isFound(_ number: Int, in store: IndexStore) throws -> Bool {
        try store.frequencies(of: ["word\(number)"]) == [1]
    }

    /// Back to where the words were known in another way.
    private func takeBackWords() throws {
        try RawDatabase.write(
            """
            DROP TABLE chunks_fts;
            CREATE VIRTUAL TABLE chunks_fts USING fts5 (
                title, headings, text, content = 'chunks', content_rowid = 'id', tokenize = 'porter unicode61'
            );
            INSERT INTO chunks_fts (chunks_fts) VALUES ('rebuild');
            \(OlderSchema.withoutChecksums) DROP TRIGGER vectors_deleted; DROP TABLE vector_residuals;
            DELETE FROM grdb_migrations WHERE CAST(identifier AS INTEGER) >= 15;
            PRAGMA user_version = 14
            """,
            to: path
        )
    }

    @Test func aFewWordsAreMadeWhenTheDatabaseIsOpened() throws {
        try put("a", 0..<1_000, in: store())
        try takeBackWords()
        let store = try store()
        #expect(try store.fullTextProgress() == nil)
        #expect(try isFound(999, in: store))
        #expect(try store.inspect(digest: Self.digest).defects == [])
    }

    /// Words of letters that were known as they are written are made anew; where there are none nothing is done.
    @Test(arguments: [true, false])
    func wordsOfFoldedLettersAreMadeAnew(hasLetters: Bool) throws {
        let old = try store()
        var chunk = ChunkRecord(
            title: "Title",
            headings: [],
            text: hasLetters ? "die Straße" : "die Strasse",
            lines: 1...1,
            hash: Data()
        )
        chunk.hash = Self.digest(chunk)
        try put("a", 0..<10, in: old)
        let document = try #require(try old.documents().first)
        try old.put(document, chunks: [chunk])
        let generation = try old.generation()
        // As the version before knew the words.
        let words = hasLetters ? "die Stra\u{DF}e" : "die Strasse"
        try RawDatabase.write(
            """
            INSERT INTO chunks_fts (chunks_fts, rowid, title, headings, text) SELECT 'delete', id, title, headings, 'die Strasse'
            FROM chunks;
            INSERT INTO chunks_fts (rowid, title, headings, text) SELECT id, title, headings, '\(words)' FROM chunks;
            DELETE FROM grdb_migrations WHERE CAST(identifier AS INTEGER) >= 18;
            PRAGMA user_version = 17
            """,
            to: path
        )
        let store = try store()
        #expect(try store.frequencies(of: ["strasse"]) == [1])
        #expect(try store.inspect(digest: Self.digest).defects == [])
        #expect(try (store.generation() == generation) == !hasLetters)
    }

    @Test(arguments: [3_999, 4_000, 5_000, 6_000])
    func whereNoneFollowTheWordsAreWhole(count: Int) throws {
        try put("a", 0..<count, in: store())
        try takeBackWords()
        let store = try store()
        #expect(try store.fullTextProgress() == nil)
        #expect(try isFound(count - 1, in: store))
        #expect(try store.inspect(digest: Self.digest).defects == [])
    }

    @Test func anOlderDatabaseWithPassagesOfNoDocumentOpensAndIsMended() throws {
        try put("a", 0..<10, in: store())
        try put("b", 10..<20, in: store())
        try takeBackWords()
        try RawDatabase.write("DELETE FROM documents WHERE path = '/a'", to: path)
        let store = try store()
        #expect(try store.inspect(digest: Self.digest).defects == [.orphanedChunks(count: 10, titles: ["a"])])
        #expect(try store.repair(digest: Self.digest) == [])
        #expect(try store.inspect(digest: Self.digest).defects == [])
        #expect(try !isFound(9, in: store))
        #expect(try isFound(19, in: store))
    }

    @Test func manyWordsAreMadeInStepsThatGoOn() throws {
        let first = try store()
        for part in 0..<10 { try put("d\(part)", part * 1_200..<(part + 1) * 1_200, in: first) }
        try takeBackWords()
        let store = try store()
        let begun = try #require(try store.fullTextProgress())
        #expect((begun.done, begun.total, begun.percent) == (6_000, 12_000, 50))
        #expect(try isFound(5_999, in: store))
        #expect(try !isFound(6_000, in: store))
        #expect(
            try store.inspect(digest: Self.digest).defects.map(\.description) == [
                "the full-text index does not match the passages (it is being made anew and knows 6000 of 12000)"
            ]
        )
        #expect(try store.database.health().problems == [])

        // Meanwhile chunks come and go on both sides of the place that is reached.
        try put("d1", 20_000..<20_010, in: store)
        try put("d8", 21_000..<21_010, in: store)
        try put("other", 22_000..<22_010, collection: "other", in: store)
        #expect(try !isFound(1_200, in: store))

        var seen: [Int] = []
        #expect(throws: Break.self) {
            try store.completeFullText { step in
                seen.append(step.done)
                throw Break()
            }
        }
        let reached = try #require(try store.fullTextProgress())
        #expect(seen == [reached.done])
        #expect(reached.done > 6_000 - 1_200 && reached.done < reached.total)

        let again = try self.store()
        try again.completeFullText { seen.append($0.done) }
        #expect(seen == seen.sorted())
        #expect(try again.fullTextProgress() == nil)
        #expect(try again.inspect(digest: Self.digest).defects == [])
        #expect(try again.database.health().problems == [])
        for number in [0, 5_999, 6_000, 11_999, 20_009, 21_009, 22_009] { #expect(try isFound(number, in: again)) }
        for number in [1_200, 2_399, 9_600, 10_799] { #expect(try !isFound(number, in: again)) }

        // And afterwards as ever.
        try put("d9", 23_000..<23_005, in: again)
        #expect(try isFound(23_004, in: again))
        #expect(try !isFound(11_000, in: again))
        #expect(try again.inspect(digest: Self.digest).defects == [])
    }

    @Test func aRepairThatIsBrokenOffGoesOn() throws {
        let first = try store()
        for part in 0..<8 { try put("d\(part)", part * 1_500..<(part + 1) * 1_500, in: first) }
        try RawDatabase.write("UPDATE chunks_fts_data SET block = zeroblob(length(block)) WHERE id > 100", to: path)
        let store = try store()
        #expect(try store.inspect(digest: Self.digest).defects.count == 1)
        var steps: [Int] = []
        #expect(throws: Break.self) {
            _ = try store.repair(digest: Self.digest) { step in
                steps.append(step.done)
                if steps.count == 2 { throw Break() }
            }
        }
        #expect(steps == [4_000, 8_000])
        // Others may write between.
        try put("new", 30_000..<30_001, in: self.store())
        let affected = try self.store().repair(digest: Self.digest) { steps.append($0.done) }
        #expect(affected == [])
        #expect(steps == [4_000, 8_000, 12_000, 12_001])
        #expect(try self.store().inspect(digest: Self.digest).defects == [])
        #expect(try isFound(30_000, in: self.store()))
    }

    @Test(arguments: [
        "UPDATE chunks_fts_data SET block = x'00' WHERE id = 10",
        "UPDATE chunks_fts_data SET block = zeroblob(length(block)) WHERE id > 100",
        "DROP TRIGGER chunks_inserted; UPDATE chunks_fts_data SET block = x'00' WHERE id = 10",
    ])
    func whatIsHalfMadeAndDamagedIsMended(sql: String) throws {
        let first = try store()
        for part in 0..<8 { try put("d\(part)", part * 1_500..<(part + 1) * 1_500, in: first) }
        #expect(throws: Break.self) {
            _ = try first.repair(digest: Self.digest) { step in
                if step.done >= 8_000 { throw Break() }
            }
        }
        // A document is damaged as well: its passages leave the full-text index, which cannot tell them any more.
        try RawDatabase.write("UPDATE documents SET chunk_count = 3 WHERE path = '/d0'; \(sql)", to: path)
        let store = try store()
        #expect(try store.repair(digest: Self.digest).count == 1)
        #expect(try store.inspect(digest: Self.digest).defects == [])
        #expect(try store.database.health().problems == [])
        #expect(try !isFound(0, in: store))
        #expect(try isFound(1_500, in: store))
        #expect(try isFound(11_999, in: store))
    }
}
