import Foundation
import GRDB
import MagnusTestSupport
import Storage
import Testing

/// Documents that go in and out in several steps.
@Suite struct LongDocumentStoreTests {
    let folder: TemporaryFolder
    let store: IndexStore
    private let weights = IndexStore.ColumnWeights(title: 1, headings: 1, text: 1)

    init() throws {
        folder = try TemporaryFolder()
        store = IndexStore(database: try Storage.Database(path: folder.path("magnus.sqlite")))
    }

    private func document(_ path: String) -> DocumentRecord {
        DocumentRecord(
            collection: "documents",
            path: path,
            title: "Title",
            size: 100,
            modifiedAt: 5,
            contentHash: Data(),
            recipe: "r",
            indexedAt: Date(timeIntervalSince1970: 100)
        )
    }

    private func chunks(_ range: Range<Int>, _ word: String) -> [ChunkRecord] {
        range.map { number in
            let hash = Data("\(word)\(number)".utf8)
            return ChunkRecord(title: "", headings: [], text: "\(word) of \(number)", lines: 1...1, hash: hash)
        }
    }

    private func texts(_ word: String, limit: Int = 10) throws -> [String] {
        let matches = try store.matches(anyOf: [word], weights: weights, limit: limit)
        let chunks = try store.chunks(matches.map(\.chunkID))
        return matches.compactMap { chunks[$0.chunkID]?.text }
    }

    @Test func aDocumentIsSearchedAsFarAsItHasCome() throws {
        let id = try store.begin(document("a"), replacing: nil, checkpoint: Data([0]))
        try store.append(chunks(0..<2, "zebra"), to: id, after: 0, readBytes: 40, checkpoint: Data([1]))
        var stored = try #require(try store.documents().first)
        #expect((stored.readBytes, stored.checkpoint, stored.chunkCount, stored.isWhole) == (40, Data([1]), 2, false))
        #expect(try texts("zebra").count == 2)
        try store.append(chunks(2..<3, "zebra"), to: id, after: 2, readBytes: 100, checkpoint: Data([2]))
        var whole = document("a")
        whole.contentHash = Data([7])
        whole.note = "odd"
        try store.finish(id, as: whole, after: 3, checkpoint: Data([1]))
        stored = try #require(try store.documents().first)
        #expect((stored.readBytes, stored.checkpoint, stored.chunkCount, stored.isWhole) == (nil, Data([1]), 3, true))
        #expect((stored.contentHash, stored.note) == (Data([7]), "odd"))
        #expect(try store.chunks(ofDocument: id).map(\.text) == ["zebra of 0", "zebra of 1", "zebra of 2"])
        #expect(try store.chunks(ofDocument: id, from: 1, limit: 1).map(\.text) == ["zebra of 1"])
        #expect(try store.database.health().problems == [])
    }

    @Test func whoeverIsNotWhereTheDocumentIsMayNotAddToIt() throws {
        let id = try store.begin(document("a"), replacing: nil)
        try store.append(chunks(0..<2, "zebra"), to: id, after: 0, readBytes: 40)
        for count in [0, 1, 3] {
            let error = #expect(throws: StorageError.self) {
                try store.append(chunks(0..<2, "lion"), to: id, after: count, readBytes: 40)
            }
            #expect(error?.code == .inUse)
            #expect(throws: StorageError.self) { try store.finish(id, as: document("a"), after: count) }
        }
        #expect(throws: StorageError.self) { _ = try store.begin(document("a"), replacing: nil) }
        try store.finish(id, as: document("a"), after: 2)
        #expect(throws: StorageError.self) { try store.append([], to: id, after: 2, readBytes: 50) }
        #expect(throws: StorageError.self) { try store.append([], to: id + 1, after: 0, readBytes: 50) }
        #expect(try texts("lion") == [])
        #expect(try texts("zebra").count == 2)
    }

    @Test func aDocumentThatIsTakenUpAgainLosesWhatComesBehindItsMark() throws {
        let id = try store.begin(document("a"), replacing: nil)
        try store.append(chunks(0..<5, "zebra"), to: id, after: 0, readBytes: 40)
        try store.finish(id, as: document("a"), after: 5)
        try store.put(document("b"), chunks: chunks(0..<2, "lion"))
        var known = try #require(try store.documents().first { $0.path == "a" })
        known.size = 200
        try store.resume(known, after: 3, readBytes: 30, checkpoint: Data([3]))
        #expect(throws: StorageError.self) { try store.resume(known, after: 3, readBytes: 30, checkpoint: Data()) }
        try store.append(chunks(3..<6, "tiger"), to: id, after: 3, readBytes: 200)
        #expect(try texts("zebra").count == 3)
        #expect(try texts("tiger").count == 3)
        // Its chunks do not stand side by side any more, and a search of it alone finds it alone.
        let own = store.searching([id])
        #expect(try own.matches(anyOf: ["of"], weights: weights, limit: 20).count == 6)
        let ranges = try #require(try own.chunkRanges(of: nil))
        #expect(ranges.map(\.count) == [3, 3])
    }

    private func execute(_ sql: String) throws {
        let queue = try DatabaseQueue(path: folder.path("magnus.sqlite"))
        try queue.write { db in try db.execute(sql: sql) }
        try queue.close()
    }

    @Test func aDocumentOnItsWayOutIsSeenByNobody() throws {
        let number = IndexStore.chunksInStep * 2 + 500
        let id = try store.begin(document("a"), replacing: nil)
        try store.append(chunks(0..<number, "zebra"), to: id, after: 0, readBytes: 40)
        try store.finish(id, as: document("a"), after: number)
        try store.put(document("b"), chunks: chunks(0..<3, "zebra"))
        // It is broken off in its last step.
        try execute(
            """
            CREATE TRIGGER fault BEFORE DELETE ON chunks WHEN old.ordinal = 100 AND old.text LIKE 'zebra of 100'
            BEGIN SELECT RAISE(ABORT, 'planted'); END
            """
        )
        #expect(throws: StorageError.self) { try store.remove([id]) }
        try execute("DROP TRIGGER fault")
        #expect(try store.documents().map(\.path) == ["b"])
        #expect(try store.documents([id]) == [:])
        #expect(try texts("zebra", limit: 3).count == 3, "what is leaving takes no one's place")
        let left = try store.chunks(ofDocument: id)
        #expect(left.count == 500)
        #expect(try store.chunks(left.map(\.id)) == [:])
        let ranges = try store.chunkRanges(of: nil)
        #expect(left.allSatisfy { chunk in ranges?.contains { $0.contains(chunk.id) } != true })
        let counts = try store.counts()["documents"]
        #expect((counts?.documents, counts?.chunks) == (1, 3))
        #expect(try store.inspect(digest: \.hash).defects == [])
        try store.finishRemovals()
        #expect(try store.chunks(ofDocument: id) == [])
        #expect(try store.chunkRanges(of: nil) == nil)
        #expect(try store.database.health().problems == [])
    }

    @Test func aShortVersionTakesThePlaceOfALongOne() throws {
        let number = IndexStore.chunksInStep + 1
        let id = try store.begin(document("a"), replacing: nil)
        try store.append(chunks(0..<number, "zebra"), to: id, after: 0, readBytes: 40)
        try store.put(document("a"), chunks: chunks(0..<1, "lion"))
        #expect(try texts("zebra") == [])
        #expect(try texts("lion").count == 1)
        #expect(try store.documents().count == 1)
        #expect(try store.counts()["documents"]?.chunks == 1)
    }

    @Test func manyDocumentsLeaveInSteps() throws {
        let ids = try (0..<30).map { try store.put(document("\($0)"), chunks: chunks(0..<150, "zebra\($0)")) }
        try store.remove(ids.dropLast())
        #expect(try store.documents().map(\.id) == [ids[29]])
        #expect(try store.database.health().problems == [])
        #expect(try store.frequencies(of: ["of"]) == [150])
    }
}
