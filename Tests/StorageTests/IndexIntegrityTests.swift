import Crypto
import Foundation
import GRDB
import MagnusTestSupport
import Storage
import Testing

/// Damage is done to the file behind the program's back; it must be found, named and mended.
@Suite struct IndexIntegrityTests {
    let folder: TemporaryFolder
    let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path("magnus.sqlite")
        let store = IndexStore(database: try Storage.Database(path: path))
        for name in ["a", "b"] {
            try store.put(
                DocumentRecord(
                    collection: "documents",
                    path: "/docs/\(name).md",
                    title: "Title",
                    size: 10,
                    modifiedAt: 1,
                    contentHash: Data([1]),
                    recipe: "r1",
                    indexedAt: Date(timeIntervalSince1970: 100)
                ),
                chunks: ["one of \(name)", "two of \(name)"].map { text in
                    var chunk = ChunkRecord(title: "Title", headings: ["H"], text: text, lines: 1...2, hash: Data())
                    chunk.hash = Self.digest(chunk)
                    return chunk
                }
            )
        }
        let hashes = try store.pendingChunks(encoder: "e", limit: 9).chunks.map(\.hash)
        let vectors = hashes.map { hash in
            VectorRecord(
                hash: hash,
                scale: 0.5,
                components: [127, -3, 0, 5, 1, 2, 3, 4, 9],
                residuals: [1, 2, 3, 4, 5, 6, 7, 8, -9]
            )
        }
        try store.add(vectors, encoder: "e", dimension: 9)
    }

    private static func digest(_ chunk: ChunkRecord) -> Data {
        Data(SHA256.hash(data: Data((chunk.headings + [chunk.text]).joined(separator: "|").utf8)))
    }

    private func damage(_ sql: String) throws {
        try RawDatabase.write(sql, to: path)
    }

    private func store() throws -> IndexStore {
        IndexStore(database: try Storage.Database(path: path))
    }

    @Test func aSoundIndexHasNoDefects() throws {
        let found = try store().inspect(digest: Self.digest)
        #expect(found.defects == [])
        #expect((found.documents, found.chunks, found.vectors) == (2, 4, 4))
    }

    @Test(arguments: [
        (
            "UPDATE chunks SET text = 'other words' WHERE ordinal = 1 AND text LIKE '%a'",
            ["as it was written", "full-text"], 1
        ),
        ("UPDATE chunks SET first_line = 0 WHERE text = 'one of b'", ["no place in the file"], 1),
        ("UPDATE chunks SET last_line = 0 WHERE text = 'one of b'", ["no place in the file"], 1),
        ("DELETE FROM chunks WHERE text = 'two of a'", ["1 of its 2 passages"], 1),
        ("DELETE FROM chunks WHERE text = 'one of a'", ["passages of it are missing"], 1),
        ("UPDATE documents SET chunk_count = 3 WHERE path = '/docs/b.md'", ["2 of its 3 passages"], 1),
        ("UPDATE chunks SET id = id + (1 << 40) WHERE text = 'one of a'", ["another collection", "full-text"], 1),
        ("DELETE FROM documents WHERE path = '/docs/a.md'", ["2 passages belong to no document"], 0),
        (
            """
            INSERT INTO chunks_fts (chunks_fts, rowid, title, headings, text)
            SELECT 'delete', id, title, headings, text FROM chunks WHERE text = 'one of a'
            """, ["it knows 3 of 4"], 0
        ),
        ("DELETE FROM chunks_fts_docsize WHERE id IN (SELECT max(id) FROM chunks)", ["it knows 3 of 4"], 0),
        ("UPDATE chunks_fts_data SET block = zeroblob(length(block)) WHERE id > 100", ["full-text"], 0),
        ("UPDATE chunks_fts_data SET block = x'00' WHERE id = 10", ["full-text"], 0),
        ("DELETE FROM chunks_fts_data WHERE id > 100", ["full-text"], 0),
        (
            "UPDATE vectors SET components = x'7FFD0005010203040A' WHERE hash IN (SELECT min(hash) FROM vectors)",
            ["1 vectors by e are damaged"], 0
        ),
        ("UPDATE vectors SET scale = 0.25", ["4 vectors by e are damaged"], 0),
        ("UPDATE vectors SET components = x'7F'", ["4 vectors by e are damaged"], 0),
        ("UPDATE vectors SET checksum = NULL, components = zeroblob(9)", ["4 vectors by e are damaged"], 0),
        (
            "UPDATE vector_residuals SET residuals = x'0102030405060708F6' WHERE hash IN (SELECT min(hash) FROM vectors)",
            ["1 vectors by e are damaged"], 0
        ),
        ("UPDATE vector_residuals SET residuals = x'12'", ["4 vectors by e are damaged"], 0),
        (
            "UPDATE vectors SET scale = 2; UPDATE vector_residuals SET checksum = 1", ["4 vectors by e are damaged"], 0
        ),
        (
            "DROP TRIGGER vectors_deleted; DELETE FROM vectors WHERE hash IN (SELECT min(hash) FROM vectors)",
            ["1 vectors by e are damaged"], 0
        ),
    ])
    func damageIsFoundNamedAndMended(sql: String, named: [String], reread: Int) throws {
        try damage(sql)
        let found = try store().inspect(digest: Self.digest)
        #expect(found.defects.count == named.count, "\(found.defects)")
        for words in named { #expect(found.defects.contains { $0.description.contains(words) }, "\(found.defects)") }

        let affected = try store().repair(digest: Self.digest)
        #expect(affected.count == reread)
        #expect(try store().inspect(digest: Self.digest).defects == [])
        #expect(try store().database.health().problems == [])
        // Documents that lost their passages are as no file is, so that the next run reads them.
        let emptied = try store().documents(affected).values
        #expect(
            emptied.allSatisfy { $0.chunkCount == 0 && $0.size == -1 && $0.contentHash.isEmpty && $0.recipe.isEmpty }
        )
        let left = try store().matches(
            anyOf: ["one"],
            weights: IndexStore.ColumnWeights(title: 1, headings: 1, text: 1),
            limit: 9
        )
        let chunks = try store().chunks(left.map(\.chunkID))
        #expect(chunks.values.allSatisfy { $0.text.hasPrefix("one of") && $0.hash == Self.digest($0) })
        #expect(left.count == chunks.count)
    }

    /// Leaves residuals of four vectors and no vector.
    private func loseVectors() throws {
        try damage("DROP TRIGGER vectors_deleted; DELETE FROM vectors")
    }

    private func residualCount() throws -> Int? {
        try DatabaseQueue(path: path).read { try Int.fetchOne($0, sql: "SELECT count(*) FROM vector_residuals") }
    }

    @Test func residualsWithoutVectorsGiveWayToNewOnes() throws {
        try loseVectors()
        let hashes = try store().pendingChunks(encoder: "e", limit: 9).chunks.map(\.hash)
        #expect(hashes.count == 4)
        let (components, residuals): ([Int8], [Int8]) = ([1, 2, 3, 4, 5, 6, 7, 8, 127], [9, 8, 7, 6, 5, 4, 3, 2, 1])
        let vectors = hashes.map { VectorRecord(hash: $0, scale: 1, components: components, residuals: residuals) }
        try store().add(vectors, encoder: "e", dimension: 9)
        #expect(try store().inspect(digest: Self.digest).defects == [])
        let chunkIDs = try store().vectors(encoder: "e", dimension: 9).chunkIDs
        let kept = try store().residuals(ofChunks: chunkIDs, encoder: "e", dimension: 9)
        #expect(kept == [Data?](repeating: Data([9, 8, 7, 6, 5, 4, 3, 2, 1]), count: 4))
    }

    @Test func residualsWithoutVectorsLeaveWithTheirEncoder() throws {
        try loseVectors()
        #expect(try store().removeVectors(encoder: "e") == 0)
        #expect(try store().encoderIdentifiers() == [])
        #expect(try residualCount() == 0)
    }

    @Test func allVectorsLeaveWithTheirResidualsAndSoDoLaterOnes() throws {
        try loseVectors()
        try store().removeAllVectors()
        #expect(try residualCount() == 0)
        let hashes = try store().pendingChunks(encoder: "e", limit: 9).chunks.map(\.hash)
        let row = [Int8](repeating: 127, count: 9)
        try store().add(
            hashes.map { VectorRecord(hash: $0, scale: 1, components: row, residuals: row) },
            encoder: "e",
            dimension: 9
        )
        #expect(try residualCount() == 4)
        // The trigger is there again.
        try damage("DELETE FROM vectors WHERE hash IN (SELECT min(hash) FROM vectors)")
        #expect(try residualCount() == 3)
    }

    @Test func aRepairThatIsBrokenOffAmongPassagesHidesNoVectorsOfOthers() throws {
        try damage(
            """
            UPDATE documents SET chunk_count = 3 WHERE path = '/docs/a.md';
            CREATE TRIGGER break BEFORE DELETE ON chunks BEGIN SELECT RAISE(ABORT, 'break'); END
            """
        )
        #expect(throws: StorageError.self) { _ = try store().repair(digest: Self.digest) }
        #expect(try store().vectors(encoder: "e", dimension: 9).chunkIDs.count == 4)
        try damage("DROP TRIGGER break")
        #expect(try store().repair(digest: Self.digest).count == 1)
        #expect(try store().vectors(encoder: "e", dimension: 9).chunkIDs.count == 2)
        #expect(try store().inspect(digest: Self.digest).defects == [])
    }

    @Test func anIndexThatCanBeReadAndNotLookedUpIsDamaged() throws {
        // Enough words for several pages, the way to which is then lost.
        try store().put(
            DocumentRecord(
                collection: "documents",
                path: "/docs/long.md",
                title: "Long",
                size: 10,
                modifiedAt: 1,
                contentHash: Data([1]),
                recipe: "r1",
                indexedAt: Date(timeIntervalSince1970: 100)
            ),
            chunks: (0..<3_000).map { number in
                let letters = String(number).map { String(UnicodeScalar($0.asciiValue! + 49)) }.joined()
                var chunk = ChunkRecord(
                    title: "",
                    headings: [],
                    text: "word\(letters) rest",
                    lines: 1...1,
                    hash: Data()
                )
                chunk.hash = Self.digest(chunk)
                return chunk
            }
        )
        #expect(try store().inspect(digest: Self.digest).defects == [])
        try damage("DELETE FROM chunks_fts_idx")
        #expect(try store().inspect(digest: Self.digest).defects == [.fullText("words of it are not found")])
        _ = try store().repair(digest: Self.digest)
        #expect(try store().inspect(digest: Self.digest).defects == [])
    }

    @Test(arguments: [
        "components = zeroblob(length(components))", "scales = zeroblob(length(scales))",
        "chunk_ids = zeroblob(length(chunk_ids))", "components = x'00'", "row_count = 3",
    ])
    func packedVectorsAreHeldAgainstThoseTheyAreACopyOf(change: String) throws {
        try store().packVectors(encoder: "e", minimum: 1)
        #expect(try store().inspect(digest: Self.digest).defects == [])
        try damage("UPDATE vector_packs SET \(change)")
        #expect(try store().inspect(digest: Self.digest).defects == [.packedVectors(encoder: "e")])
        _ = try store().repair(digest: Self.digest)
        try store().packVectors(encoder: "e", minimum: 1)
        #expect(try store().inspect(digest: Self.digest).defects == [])
        let read = try store().vectors(encoder: "e", dimension: 9)
        #expect(read.chunkIDs.count == 4)
        #expect(read.components.prefix(3).elementsEqual([127, -3, 0]))
    }

    @Test func vectorsOfOlderVersionsHaveNoChecksumAndAreNotTakenForDamaged() throws {
        try damage("UPDATE vectors SET checksum = NULL")
        #expect(try store().inspect(digest: Self.digest).defects == [])
    }

    @Test func anyByteOfAVectorThatChangesIsNoticed() throws {
        for byte in 0..<9 {
            let original = [127, 253, 0, 5, 1, 2, 3, 4, 9]
            var changed = original
            changed[byte] ^= 1 << (byte % 8)
            func literal(_ bytes: [Int]) -> String { bytes.map { String(format: "%02X", $0) }.joined() }
            try damage("UPDATE vectors SET components = x'\(literal(changed))'")
            #expect(try store().inspect(digest: Self.digest).defects == [.vectors(encoder: "e", count: 4)])
            try damage("UPDATE vectors SET components = x'\(literal(original))'")
            #expect(try store().inspect(digest: Self.digest).defects == [])
        }
    }

    // MARK: - Files that change

    @Test func aSnapshotIsOfOneMoment() throws {
        let file = try folder.write("text", to: "a.md")
        let fresh = try FileReader(maximumBytes: 100).snapshot(of: file)
        #expect(fresh.data == Data("text".utf8))
        #expect(fresh.size == 4)
        #expect(!fresh.isSettled, "a change within the same tick of the clock would not show")
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSince1970: 1_000)],
            ofItemAtPath: file
        )
        let old = try FileReader(maximumBytes: 100).snapshot(of: file)
        #expect(old.isSettled)
        #expect(old.modifiedAt == 1_000_000_000_000)
        let error = #expect(throws: StorageError.self) { try FileReader(maximumBytes: 3).snapshot(of: file) }
        #expect(error?.code == .tooLarge)
    }

    @Test func aFileThatIsWrittenAllTheWhileIsRefused() async throws {
        let file = folder.path("growing.txt")
        await #expect(processExitsWith: .success) { [file = file as String] in
            // So large that no read of it is done before the other thread has had its turn.
            try Data(repeating: 65, count: 30_000_000).write(to: URL(fileURLWithPath: file))
            Thread.detachNewThread {
                let descriptor = open(file, O_WRONLY | O_APPEND)
                while true { _ = write(descriptor, "x", 1) }
            }
            var refused = false
            // Now and then a read falls between two writes and is whole; it is never torn.
            for _ in 0..<5_000 where !refused {
                do {
                    let found = try FileReader(maximumBytes: 1_000_000_000).snapshot(of: file)
                    try #require(found.data.count == found.size)
                } catch let error as StorageError {
                    try #require(error.code == .changing)
                    refused = true
                }
            }
            try #require(refused)
        }
    }
}
