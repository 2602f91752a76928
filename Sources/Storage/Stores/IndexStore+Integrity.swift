public import Foundation
import GRDB

extension IndexStore {
    /// What a look at the whole index found.
    public struct Inspection: Sendable, Hashable {
        /// Documents.
        public var documents = 0
        /// Their chunks.
        public var chunks = 0
        /// Vectors of all encoders.
        public var vectors = 0
        /// What contradicts the rest; empty for a sound index.
        public var defects: [IndexDefect] = []
    }

    /// Reads the whole index and compares its parts with each other: documents with their chunks, chunks with their digests
    /// and with the full-text index, vectors with their checksums.
    ///
    /// The time is in proportion to the size; nothing is changed.
    /// - Parameter digest: The digest that a chunk is kept under.
    /// - Throws: `StorageError` where the file itself cannot be read.
    public func inspect(digest: (ChunkRecord) -> Data) throws -> Inspection {
        var inspection = try database.read { db in
            var inspection = Inspection()
            inspection.documents = try Int.fetchOne(db, sql: "SELECT count(*) FROM documents") ?? 0
            let lost = try Self.lostCollections(db)
            if !lost.isEmpty { inspection.defects.append(.collections(lost.count)) }
            let orphans = try Self.orphans(db)
            if !orphans.isEmpty {
                let count = orphans.reduce(0) { $0 + $1.hashes.count }
                inspection.defects.append(.orphanedChunks(count: count, titles: orphans.map(\.title)))
            }
            inspection.defects += try Self.defectiveDocuments(db, digest: digest, chunks: &inspection.chunks)
            let damaged = try Self.damagedVectors(db, count: &inspection.vectors)
            for (encoder, hashes) in damaged.sorted(by: { $0.key < $1.key }) {
                inspection.defects.append(.vectors(encoder: encoder, count: hashes.count))
            }
            inspection.defects += try Self.damagedPacks(db).map { .packedVectors(encoder: $0) }
            return inspection
        }
        if let reason = try fullTextFault() { inspection.defects.append(.fullText(reason)) }
        return inspection
    }

    /// Mends what `inspect` finds: the full-text index is made anew, damaged vectors and chunks without a document leave, and
    /// documents with wrong chunks lose them, to be read again.
    ///
    /// It goes in steps, between which others may write; where it is broken off the next call goes on.
    /// - Parameters:
    ///   - documentIDs: Further documents that are to be read again.
    ///   - kept: Documents that cannot be read again: what is sound of them stays.
    ///   - digest: The digest that a chunk is kept under.
    ///   - progress: Called while the full-text index is made; what it throws ends this, and steps that were made stay.
    /// - Returns: The documents that have lost their chunks.
    /// - Throws: `StorageError`, or what `progress` throws.
    public func repair(
        rereading documentIDs: Set<Int64> = [],
        keeping kept: Set<Int64> = [],
        digest: (ChunkRecord) -> Data,
        progress: (FullTextProgress) throws -> Void = { _ in }
    ) throws -> Set<Int64> {
        for table in ["documents", "chunks", "vectors"] {
            try database.write { db in try db.execute(sql: "REINDEX \(table)") }
        }
        // Deleting chunks takes their words out of the full-text index, which must know them for that; an empty one knows none.
        let isGoneOnWith = try database.write { db in
            // The next search or run of the indexer makes these copies again.
            try db.execute(sql: "DELETE FROM vector_packs")
            // One that a broken-off repair has begun is gone on with.
            if try Self.fullTextProgress(db) != nil { return true }
            try Self.beginFullText(db)
            return false
        }
        var affected: Set<Int64> = []
        do {
            try mend(rereading: documentIDs, keeping: kept, digest: digest, &affected)
            try completeFullText(progress: progress)
            // What was there before may be damaged without a word: passages may have left it with words that are not theirs.
            if isGoneOnWith, try fullTextFault() != nil {
                try database.write { db in try Self.beginFullText(db) }
                try completeFullText(progress: progress)
            }
        } catch let error as StorageError
            where isGoneOnWith && (error.code == .corrupt || error.code == .constraint)
        {
            // What there is of it is damaged as well. Where it has forgotten its segments, it writes new ones over them, which
            // breaks the uniqueness of their numbers.
            try database.write { db in try Self.beginFullText(db) }
            try mend(rereading: documentIDs, keeping: kept, digest: digest, &affected)
            try completeFullText(progress: progress)
        }
        return affected
    }

    /// Removes what is damaged of all but the full-text index.
    private func mend(
        rereading documentIDs: Set<Int64>,
        keeping kept: Set<Int64>,
        digest: (ChunkRecord) -> Data,
        _ affected: inout Set<Int64>
    ) throws {
        try database.write(Self.restoreCollections)
        try removeChunks("document_id NOT IN (SELECT id FROM documents)")
        var count = 0
        let (vectors, documents) = try database.read { db in
            (
                try Self.damagedVectors(db, count: &count),
                try Self.defectiveDocuments(db, digest: digest, chunks: &count)
            )
        }
        for (encoder, hashes) in vectors { try removeVectors(Array(hashes), encoder: encoder) }
        affected.formUnion(documentIDs)
        for case .document(let id, _, _) in documents { affected.insert(id) }
        for id in affected.intersection(kept) where try keepSoundChunks(ofDocument: id, digest: digest) {
            affected.remove(id)
        }
        for id in affected.sorted() {
            // The number that it should have stays until the last has left: that there are fewer tells of it after a break.
            try removeChunks("document_id = \(id)")
            try database.write { db in
                try db.execute(
                    sql: """
                        UPDATE documents SET chunk_count = 0, recipe = '', content_hash = x'', size = -1,
                        modified_at = -1, state = 0, read_bytes = NULL, checkpoint = NULL WHERE id = ? AND state < 2
                        """,
                    arguments: [id]
                )
                try Self.raiseGeneration(db)
            }
        }
    }

    /// Chunks that have lost their document.
    public struct Orphans: Sendable, Hashable {
        /// The title of the document.
        public var title: String
        /// The collection it was in; nil where that is lost as well.
        public var collection: String?
        /// The digest of each of its chunks, in their order.
        public var hashes: [Data]
    }

    /// The chunks that have lost their documents, by document.
    /// - Throws: `StorageError`.
    public func orphans() throws -> [Orphans] {
        try database.read(Self.orphans)
    }

    private static func orphans(_ db: GRDB.Database) throws -> [Orphans] {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT document_id, title, hash, (SELECT name FROM collections WHERE id = chunks.id >> 40) FROM chunks
                WHERE document_id NOT IN (SELECT id FROM documents) ORDER BY document_id, ordinal
                """
        )
        var orphans: [Orphans] = []
        var last: Int64?
        while let row = try rows.next() {
            if row[0] != last { orphans.append(Orphans(title: row[1], collection: row[3], hashes: [])) }
            last = row[0]
            orphans[orphans.count - 1].hashes.append(row[2])
        }
        return orphans
    }

    /// The documents that came on standard input, those of collections without a name included.
    /// - Throws: `StorageError`.
    public func textDocuments() throws -> Set<Int64> {
        try database.read { db in try Int64.fetchSet(db, sql: "SELECT id FROM documents WHERE path LIKE 'stdin:%'") }
    }

    /// Collections that documents are in and that have no name.
    private static func lostCollections(_ db: GRDB.Database) throws -> [Int64] {
        try Int64.fetchAll(
            db,
            sql: """
                SELECT DISTINCT collection_id FROM documents WHERE collection_id NOT IN (SELECT id FROM collections)
                ORDER BY collection_id
                """
        )
    }

    /// Gives collections without a name the usual one, or one of their number.
    static func restoreCollections(_ db: GRDB.Database) throws {
        for id in try lostCollections(db) {
            // What the program puts in by itself it puts in again, under the right name.
            try db.execute(
                sql: "DELETE FROM documents WHERE collection_id = ? AND path NOT LIKE '/%' AND path NOT LIKE 'stdin:%'",
                arguments: [id]
            )
            let left = try Int.fetchOne(db, sql: "SELECT 1 FROM documents WHERE collection_id = ?", arguments: [id])
            guard left != nil else { continue }
            let isTaken = try Int.fetchOne(db, sql: "SELECT 1 FROM collections WHERE name = 'documents'") != nil
            try db.execute(
                sql: "INSERT INTO collections (id, name) VALUES (?, ?)",
                arguments: [id, isTaken ? "recovered-\(id)" : "documents"]
            )
            try raiseGeneration(db)
        }
    }

    /// Removes chunks that SQL tells, some thousand at a time.
    private func removeChunks(_ condition: String) throws {
        while true {
            let removed = try database.write { db in
                try db.execute(
                    sql: "DELETE FROM chunks WHERE id IN (SELECT id FROM chunks WHERE \(condition) LIMIT ?)",
                    arguments: [Self.chunksInStep]
                )
                let removed = db.changesCount
                if removed > 0 { try Self.raiseGeneration(db) }
                return removed
            }
            guard removed == Self.chunksInStep else { return }
            Self.giveWay()
        }
    }

    private func removeVectors(_ hashes: [Data], encoder: String) throws {
        for start in stride(from: 0, to: hashes.count, by: Self.chunksInStep) {
            if start > 0 { Self.giveWay() }
            try database.write { db in
                // Residuals that belong to no vector do not leave with one.
                let statements = try ["vectors", "vector_residuals"].map { table in
                    try db.cachedStatement(
                        sql: """
                            DELETE FROM \(table) WHERE hash = ?
                            AND encoder_id = (SELECT id FROM encoders WHERE identifier = ?)
                            """
                    )
                }
                for hash in hashes[start..<min(start + Self.chunksInStep, hashes.count)] {
                    for statement in statements { try statement.execute(arguments: [hash, encoder]) }
                }
                try Self.raiseGeneration(db)
            }
        }
    }

    /// Removes all vectors, so that they are made anew.
    /// - Throws: `StorageError`.
    public func removeAllVectors() throws {
        try database.write { db in
            // Without the trigger that goes from row to row, both tables are emptied at a stroke.
            try db.execute(
                sql: """
                    DROP TRIGGER IF EXISTS vectors_deleted;
                    DELETE FROM vector_residuals;
                    DELETE FROM vectors;
                    \(Schema.vectorsDeleted)
                    """
            )
            try Self.raiseGeneration(db)
        }
    }

    /// Why the full-text index is not that of the chunks; nil if it is.
    private func fullTextFault() throws -> String? {
        guard database.access == .readWrite else { return nil }
        if let progress = try fullTextProgress() {
            return "it is being made anew and knows \(progress.done) of \(progress.total)"
        }
        let counts = try database.read { db in
            (
                try Int.fetchOne(db, sql: "SELECT count(*) FROM chunks_fts_docsize") ?? 0,
                try Int.fetchOne(db, sql: "SELECT count(*) FROM chunks") ?? 0
            )
        }
        guard counts.0 == counts.1 else { return "it knows \(counts.0) of \(counts.1)" }
        do {
            // Compares the words of every chunk; it is written like an insertion and writes nothing.
            try database.write { db in
                try db.execute(sql: "INSERT INTO chunks_fts (chunks_fts, rank) VALUES ('integrity-check', 1)")
            }
        } catch let error as StorageError where error.code == .corrupt {
            return "its words are not those of the text"
        }
        // That reads the index from end to end; a lookup takes another way.
        return try database.read { db in try Self.findsSamples(db) } ? nil : "words of it are not found"
    }

    /// Whether words of a few hundred chunks, spread over all, lead to them.
    private static func findsSamples(_ db: GRDB.Database) throws -> Bool {
        let count = try Int.fetchOne(db, sql: "SELECT count(*) FROM chunks") ?? 0
        let rows = try Row.fetchCursor(
            db,
            sql:
                "SELECT id, text FROM (SELECT id, text, row_number() OVER (ORDER BY id) AS n FROM chunks) WHERE n % ? = 0",
            arguments: [max(1, count / 300)]
        )
        let lookup = try db.makeStatement(sql: "SELECT 1 FROM chunks_fts WHERE chunks_fts MATCH ? AND rowid = ?")
        while let row = try rows.next() {
            let (id, text): (Int64, String) = (row[0], row[1])
            let words = text.split { !($0.isASCII && ($0.isLetter || $0.isNumber)) }
            guard let word = words.max(by: { $0.utf8.count < $1.utf8.count }), text.utf8.allSatisfy({ $0 < 0x80 })
            else {
                continue
            }
            if try Int.fetchOne(lookup, arguments: ["\"\(word)\"", id]) == nil { return false }
        }
        return true
    }

    /// Documents whose chunks are not whole, not in order, or not what their digests say.
    private static func defectiveDocuments(
        _ db: GRDB.Database,
        digest: (ChunkRecord) -> Data,
        chunks: inout Int
    ) throws -> [IndexDefect] {
        chunks = 0
        var reasons: [Int64: String] = [:]
        var counts: [Int64: Int] = [:]
        let rows = try Row.fetchCursor(db, sql: CheckedChunk.selection + " ORDER BY document_id, ordinal")
        while let row = try rows.next() {
            chunks += 1
            let checked = CheckedChunk(row: row)
            let document = checked.chunk.documentID
            if checked.ordinal != counts[document, default: 0] {
                reasons[document] = "passages of it are missing"
            } else if let fault = checked.fault(digest: digest) {
                reasons[document] = fault
            }
            counts[document] = checked.ordinal + 1
        }
        let documents = try Row.fetchAll(db, sql: "SELECT id, path, chunk_count FROM documents ORDER BY path, id")
        return documents.compactMap { row in
            let (id, count): (Int64, Int) = (row[0], row[2])
            if reasons[id] == nil, counts[id, default: 0] != count {
                reasons[id] = "it has \(counts[id, default: 0]) of its \(count) passages"
            }
            return reasons[id].map { .document(id: id, path: row[1], reason: $0) }
        }
    }

    /// Encoders whose packed vectors, where they are of this state of the index, are not those of the chunks.
    private static func damagedPacks(_ db: GRDB.Database) throws -> [String] {
        let encoders = try Row.fetchAll(
            db,
            sql: """
                SELECT id, identifier, dimension FROM encoders WHERE id IN (
                    SELECT encoder_id FROM vector_packs
                    WHERE generation = (SELECT CAST(value AS INTEGER) FROM settings WHERE key = 'index.generation')
                ) ORDER BY identifier
                """
        )
        return try encoders.filter { row in try !arePacksSound(of: row[0], dimension: row[2], db) }.map { $0[1] }
    }

    private static func arePacksSound(of encoderID: Int64, dimension: Int, _ db: GRDB.Database) throws -> Bool {
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT chunks.id, vectors.scale, vectors.components FROM chunks CROSS JOIN vectors
                ON vectors.encoder_id = ? AND vectors.hash = chunks.hash ORDER BY chunks.id
                """,
            arguments: [encoderID]
        )
        let parts = try Row.fetchCursor(
            db,
            sql: """
                SELECT row_count, chunk_ids, scales, components FROM vector_packs
                WHERE encoder_id = ? AND generation = ? ORDER BY part
                """,
            arguments: [encoderID, try generation(db)]
        )
        var lastCount = 0
        while let part = try parts.next() {
            let count: Int = part[0]
            lastCount = count
            let (chunkIDs, scales, components): (Data, Data, Data) = (part[1], part[2], part[3])
            guard chunkIDs.count == 8 * count, scales.count == 4 * count, components.count == dimension * count else {
                return false
            }
            for index in 0..<count {
                guard let row = try rows.next() else { return false }
                let id = chunkIDs.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: index * 8, as: Int64.self) }
                let scale = scales.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: index * 4, as: Float.self) }
                let own = components[
                    components.startIndex + index * dimension..<components.startIndex + (index + 1) * dimension
                ]
                guard row[0] == id, Float(row[1] as Double) == scale, row[2] as Data == own else { return false }
            }
        }
        // A pack that is being made, or whose making was interrupted, ends with a full part; the next one goes on there.
        return try lastCount >= rowsInPart || rows.next() == nil
    }

    /// The digests of vectors that are not as they were written, by the encoder's identifier.
    private static func damagedVectors(_ db: GRDB.Database, count: inout Int) throws -> [String: Set<Data>] {
        count = 0
        var damaged: [String: Set<Data>] = [:]
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT hash, scale, components, checksum, identifier, dimension FROM vectors
                JOIN encoders ON encoders.id = encoder_id
                """
        )
        while let row = try rows.next() {
            count += 1
            let hash: Data = row[0]
            let scale: Double = row[1]
            let components: Data = row[2]
            let dimension: Int = row[5]
            // Vectors of older versions have no checksum; the largest of their components is 127 or all are 0.
            let isSound =
                components.count == dimension && scale.isFinite && scale >= 0
                && components.withUnsafeBytes { bytes in
                    guard let checksum: Int64 = row[3] else {
                        let largest = bytes.reduce(0) { max($0, Int(Int8(bitPattern: $1).magnitude)) }
                        return largest == 127 || (largest == 0 && scale == 0)
                    }
                    return checksum == VectorChecksum.value(hash: hash, scale: scale, components: bytes)
                }
            if !isSound { damaged[row[4], default: []].insert(hash) }
        }
        let residuals = try Row.fetchCursor(
            db,
            sql: """
                SELECT hash, residuals, vector_residuals.checksum, identifier, dimension, vectors.hash IS NOT NULL
                FROM vector_residuals JOIN encoders ON encoders.id = encoder_id
                LEFT JOIN vectors USING (encoder_id, hash)
                """
        )
        while let row = try residuals.next() {
            let (hash, bytes): (Data, Data) = (row[0], row[1])
            let isSound =
                row[5] && bytes.count == row[4]
                && row[2] == VectorChecksum.value(hash: hash, residuals: bytes)
            if !isSound { damaged[row[3], default: []].insert(hash) }
        }
        return damaged
    }
}
