import Foundation
import GRDB
import MagnusTestSupport
import Storage
import Testing

/// What is made of an index for searches: vectors side by side, in parts of 16,384 rows, and a full text in few parts.
@Suite struct VectorPackTests {
    private static let rowsInPart = 16_384
    private let folder: TemporaryFolder
    private let store: IndexStore

    init() throws {
        folder = try TemporaryFolder()
        store = IndexStore(database: try Storage.Database(path: folder.path("magnus.db")))
    }

    private func put(_ path: String, _ hashes: Range<Int>) throws {
        let document = DocumentRecord(
            collection: "documents",
            path: path,
            title: "Title",
            size: 1,
            modifiedAt: 0,
            contentHash: Data([1]),
            recipe: "r",
            indexedAt: Date(timeIntervalSince1970: 0),
            note: ""
        )
        let chunks = hashes.map { number in
            ChunkRecord(
                title: "Title",
                headings: [],
                text: number.isMultiple(of: 100) ? "hundred hundred" : "word hundred",
                lines: 1...1,
                hash: Self.hash(number)
            )
        }
        try store.put(document, chunks: chunks)
        let vectors = hashes.map { number in
            VectorRecord(hash: Self.hash(number), scale: 1, components: [Int8(number % 100), Int8(number / 100 % 100)])
        }
        try store.add(vectors, encoder: "e", dimension: 2)
    }

    private static func hash(_ number: Int) -> Data {
        withUnsafeBytes(of: UInt32(number).bigEndian) { Data($0) }
    }

    private func components() throws -> [Int8] {
        let vectors = try store.vectors(encoder: "e", dimension: 2)
        return withExtendedLifetime(vectors) { Array(vectors.components) }
    }

    private func rawDatabase() throws -> DatabaseQueue {
        try DatabaseQueue(path: folder.path("magnus.db"))
    }

    private func rowCounts() throws -> [Int] {
        try rawDatabase().read { db in
            try Int.fetchAll(db, sql: "SELECT row_count FROM vector_packs ORDER BY part")
        }
    }

    @Test(arguments: [(16_383, [16_383]), (16_384, [16_384, 0]), (16_390, [16_384, 6])])
    func aPackIsWholeWhateverItsLastPartHas(count: Int, rows: [Int]) throws {
        try put("a.txt", 0..<count)
        let single = try components()
        #expect(single.count == 2 * count)
        try store.packVectors(encoder: "e")
        #expect(try rowCounts() == rows)
        #expect(try components() == single)
    }

    @Test func aPackThatWasBrokenOffIsNotTakenForAWholeOneAndGoesOn() throws {
        try put("a.txt", 0..<(2 * Self.rowsInPart + 10))
        let single = try components()
        try store.packVectors(encoder: "e")
        let first = try rawDatabase().write { db in
            try db.execute(sql: "DELETE FROM vector_packs WHERE part > 0")
            return try Int64.fetchOne(db, sql: "SELECT id FROM vector_packs")
        }
        #expect(try components() == single)
        // What is not finished is no damage.
        #expect(try store.inspect { $0.hash }.defects == [])
        try store.packVectors(encoder: "e")
        #expect(try rowCounts() == [Self.rowsInPart, Self.rowsInPart, 10])
        #expect(try components() == single)
        // The part that was there was not made anew.
        #expect(try rawDatabase().read { try Int64.fetchOne($0, sql: "SELECT min(id) FROM vector_packs") } == first)
    }

    @Test func theNextStateOfTheIndexHasAPackOfItsOwn() throws {
        try put("a.txt", 0..<(Self.rowsInPart + 5))
        try store.packVectors(encoder: "e")
        try put("b.txt", 20_000..<20_003)
        let single = try components()
        #expect(single.count == 2 * (Self.rowsInPart + 8))
        try store.packVectors(encoder: "e")
        #expect(try rowCounts() == [Self.rowsInPart, 8])
        #expect(try components() == single)
    }

    @Test func aPackTellsThatNoVectorIsMissing() throws {
        try put("a.txt", 0..<20)
        #expect(try store.pendingCount(encoder: "e", trustsPacks: true) == 0)
        try store.packVectors(encoder: "e", minimum: 1)
        #expect(try store.pendingCount(encoder: "e", trustsPacks: true) == 0)
        #expect(try store.pendingCount(encoder: "other", trustsPacks: true) == 20)
        // What a damaged index has lost only a look at each chunk tells.
        try rawDatabase().write { db in
            try db.execute(sql: "DELETE FROM vectors WHERE hash = ?", arguments: [Self.hash(7)])
        }
        #expect(try store.pendingCount(encoder: "e", trustsPacks: true) == 0)
        #expect(try store.pendingCount(encoder: "e") == 1)
        // At the next state of the index, and with a chunk that no pack has, the pack says nothing.
        try put("b.txt", 20..<22)
        #expect(try store.pendingCount(encoder: "e", trustsPacks: true) == 1)
        try store.packVectors(encoder: "e", minimum: 1)
        #expect(try store.pendingCount(encoder: "e", trustsPacks: true) == 1)
    }

    @Test func theFullTextComesTogetherAndIsTheSame() throws {
        // Each write leaves a part, which the library by itself would bring together now and then.
        try RawDatabase.write(
            "INSERT INTO chunks_fts (chunks_fts, rank) VALUES ('automerge', 0)",
            to: folder.path("magnus.db")
        )
        for file in 0..<12 { try put("\(file).txt", (file * 100)..<(file * 100 + 100)) }
        let weights = IndexStore.ColumnWeights(title: 1, headings: 1, text: 1)
        let before = try store.matches(anyOf: ["hundred", "word"], weights: weights, limit: 60)
        let parts = "SELECT count(DISTINCT segid) FROM chunks_fts_idx"
        #expect(try rawDatabase().read { try Int.fetchOne($0, sql: parts) ?? 0 } > 4)
        try store.packVectors(encoder: "e", minimum: 1)
        #expect(try rawDatabase().read { try Int.fetchOne($0, sql: parts) } == 1)
        #expect(try store.matches(anyOf: ["hundred", "word"], weights: weights, limit: 60) == before)
        #expect(try store.frequencies(of: ["hundred", "word", "none"]) == [1_200, 1_188, 0])
    }

    @Test func ofEqualMatchesTheFirstChunksAreKept() throws {
        try put("a.txt", 1..<3_000)
        let weights = IndexStore.ColumnWeights(title: 1, headings: 1, text: 1)
        let ids = try store.vectors(encoder: "e", dimension: 2).chunkIDs
        let scores = try store.scores(anyOf: ["hundred"], weights: weights)
        // Every hundredth chunk has the word twice, 29 of them; the others have it once.
        let twice = stride(from: 99, to: 2_999, by: 100).map { ids[$0] }
        let once = ids.filter { !twice.contains($0) }
        #expect(scores.best(32).map(\.chunkID) == twice + once.prefix(3))
        #expect(scores.best(2, among: [once[7], once[5], once[6], -1]).map(\.chunkID) == [once[5], once[6]])
        #expect(scores.best(0).isEmpty)
        #expect(scores.best(5, among: []).isEmpty)
    }
}
