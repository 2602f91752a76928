public import Foundation
import GRDB

extension IndexStore {
    /// The texts and digest of a chunk that has no vector yet.
    public struct PendingChunk: Sendable, Hashable {
        /// The digest the vector is kept under.
        public var hash: Data
        /// The document's title.
        public var title: String
        /// Headings from the outermost to the one it stands under.
        public var headings: [String]
        /// The chunk's text.
        public var text: String

        /// A chunk that is to get a vector.
        public init(hash: Data, title: String, headings: [String], text: String) {
            (self.hash, self.title, self.headings, self.text) = (hash, title, headings, text)
        }
    }

    /// How many different chunks have no vector by the encoder `identifier` yet.
    ///
    /// Every chunk is looked up, 100,000 in some tenths of a second.
    /// - Parameter trustsPacks: Whether vectors that were packed are taken for present, as a search takes them: where that is all
    ///   of them it is told in a millisecond, but not that a damaged index has lost some since.
    /// - Throws: `StorageError`.
    public func pendingCount(encoder identifier: String, trustsPacks: Bool = false) throws -> Int {
        try database.read { db in
            if trustsPacks, try Self.isAllPacked(encoder: identifier, db) { return 0 }
            return try Int.fetchOne(
                db,
                sql: "SELECT count(DISTINCT hash) FROM chunks WHERE \(Self.isPending)",
                arguments: [identifier]
            ) ?? 0
        }
    }

    /// Different chunks without a vector by the encoder `identifier`, shortest text first, so that chunks of like length come
    /// together. The time is in proportion to the chunks looked at.
    ///
    /// - Parameters:
    ///   - chunkID: Only chunks of higher numbers are looked at; all if nil.
    ///   - excluded: Documents whose chunks are not looked at.
    ///   - limit: The most chunks without a vector that are looked at.
    /// - Returns: The chunks, and the last one that was looked at; nil where there was none.
    /// - Throws: `StorageError`.
    public func pendingChunks(
        encoder identifier: String,
        after chunkID: Int64? = nil,
        excluding excluded: Set<Int64> = [],
        limit: Int
    ) throws -> (chunks: [PendingChunk], last: Int64?) {
        let others = excluded.map { "\($0)" }.joined(separator: ",")
        return try database.read { db in
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT id, hash, title, headings, text FROM chunks WHERE id > ? AND \(Self.isPending)
                    AND document_id NOT IN (\(others)) ORDER BY id LIMIT ?
                    """,
                arguments: [chunkID ?? -1, identifier, max(0, limit)]
            )
            var last: Int64?
            var found: [Data: PendingChunk] = [:]
            while let row = try rows.next() {
                last = row[0]
                let hash: Data = row[1]
                guard found[hash] == nil else { continue }
                found[hash] = PendingChunk(
                    hash: hash,
                    title: row[2],
                    headings: ChunkRecord.headings(row[3]),
                    text: row[4]
                )
            }
            let chunks = found.values.map { (length: $0.text.utf8.count, chunk: $0) }
            let sorted = chunks.sorted { first, second in
                first.length != second.length
                    ? first.length < second.length : first.chunk.hash.lexicographicallyPrecedes(second.chunk.hash)
            }
            return (sorted.map(\.chunk), last)
        }
    }

    /// Those of some digests that no vector by the encoder `identifier` is kept under.
    /// - Throws: `StorageError`.
    public func withoutVectors(_ hashes: some Sequence<Data>, encoder identifier: String) throws -> Set<Data> {
        try database.read { db in
            guard let encoderID = try Self.encoderID(identifier, db) else { return Set(hashes) }
            let lookup = try db.cachedStatement(sql: "SELECT 1 FROM vectors WHERE encoder_id = ? AND hash = ?")
            return try Set(hashes).filter { try Int.fetchOne(lookup, arguments: [encoderID, $0]) == nil }
        }
    }

    /// Keeps vectors by the encoder `identifier`, all or none; one that is there already stays.
    /// - Throws: `StorageError`, `constraint` if the encoder is known with another dimension.
    public func add(_ vectors: [VectorRecord], encoder identifier: String, dimension: Int) throws {
        try database.write { db in
            try db.execute(
                sql: "INSERT INTO encoders (identifier, dimension) VALUES (?, ?) ON CONFLICT DO NOTHING",
                arguments: [identifier, dimension]
            )
            let encoder = try Row.fetchOne(
                db,
                sql: "SELECT id, dimension FROM encoders WHERE identifier = ?",
                arguments: [identifier]
            )
            let fits = vectors.allSatisfy {
                $0.components.count == dimension && [0, dimension].contains($0.residuals.count)
            }
            guard let encoder, encoder[1] == dimension, fits else {
                throw StorageError(
                    code: .constraint,
                    path: database.path,
                    message: "the vectors are not of the dimension of the encoder '\(identifier)'",
                    nextStep: "give the encoder another name"
                )
            }
            let encoderID: Int64 = encoder[0]
            let statement = try db.makeStatement(
                sql: """
                    INSERT INTO vectors (encoder_id, hash, scale, components, checksum) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT DO NOTHING
                    """
            )
            let addition = try db.makeStatement(
                // Those of a vector that a damaged index has lost are of no use to this one.
                sql: """
                    INSERT INTO vector_residuals (encoder_id, hash, residuals, checksum) VALUES (?, ?, ?, ?)
                    ON CONFLICT DO UPDATE SET residuals = excluded.residuals, checksum = excluded.checksum
                    """
            )
            for vector in vectors {
                let scale = Double(vector.scale)
                let (components, checksum) = vector.components.withUnsafeBytes { bytes in
                    (Data(bytes), VectorChecksum.value(hash: vector.hash, scale: scale, components: bytes))
                }
                try statement.execute(arguments: [encoderID, vector.hash, scale, components, checksum])
                // Residuals belong to the components beside which they were made.
                guard db.changesCount > 0, !vector.residuals.isEmpty else { continue }
                let residuals = vector.residuals.withUnsafeBytes { Data($0) }
                try addition.execute(arguments: [
                    encoderID, vector.hash, residuals, VectorChecksum.value(hash: vector.hash, residuals: residuals),
                ])
            }
            try Self.raiseGeneration(db)
        }
    }

    /// What the components of some chunks' vectors leave out, in the order of the chunks; nil where that is not known. Some ten
    /// microseconds for each.
    /// - Throws: `StorageError`.
    public func residuals(
        ofChunks chunkIDs: [Int64],
        encoder identifier: String,
        dimension: Int
    ) throws -> [Data?] {
        try database.read { db in
            guard let encoderID = try Self.encoderID(identifier, db) else { return chunkIDs.map { _ in nil } }
            let statement = try db.cachedStatement(
                sql: """
                    SELECT residuals FROM vector_residuals
                    WHERE encoder_id = ? AND hash = (SELECT hash FROM chunks WHERE id = ?)
                    """
            )
            return try chunkIDs.map { chunkID in
                let residuals = try Data.fetchOne(statement, arguments: [encoderID, chunkID])
                return residuals?.count == dimension ? residuals : nil
            }
        }
    }

    /// The identifiers of all encoders that vectors were ever kept of.
    /// - Throws: `StorageError`.
    public func encoderIdentifiers() throws -> [String] {
        try database.read { db in
            try String.fetchAll(db, sql: "SELECT identifier FROM encoders ORDER BY id")
        }
    }

    /// Removes all vectors by the encoder `identifier`.
    /// - Returns: How many there were.
    /// - Throws: `StorageError`.
    @discardableResult
    public func removeVectors(encoder identifier: String) throws -> Int {
        try database.write { db in
            let encoder = "(SELECT id FROM encoders WHERE identifier = ?)"
            try db.execute(sql: "DELETE FROM vector_packs WHERE encoder_id = \(encoder)", arguments: [identifier])
            // Before the vectors, and so those that belong to none as well.
            try db.execute(sql: "DELETE FROM vector_residuals WHERE encoder_id = \(encoder)", arguments: [identifier])
            try db.execute(sql: "DELETE FROM vectors WHERE encoder_id = \(encoder)", arguments: [identifier])
            let count = db.changesCount
            try db.execute(sql: "DELETE FROM encoders WHERE identifier = ?", arguments: [identifier])
            if count > 0 { try Self.raiseGeneration(db) }
            return count
        }
    }

    /// Removes the vectors that no chunk has any more, some thousand at a time.
    /// - Throws: `StorageError`.
    public func removeUnusedVectors() throws {
        let unused = "NOT EXISTS (SELECT 1 FROM chunks WHERE chunks.hash = vectors.hash)"
        let hashes = try database.read { db in
            try Data.fetchAll(db, sql: "SELECT DISTINCT hash FROM vectors WHERE \(unused)")
        }
        for start in stride(from: 0, to: hashes.count, by: Self.chunksInStep) {
            if start > 0 { Self.giveWay() }
            try database.write { db in
                // A chunk may have come meanwhile that needs it again.
                for encoder in try Int64.fetchAll(db, sql: "SELECT id FROM encoders") {
                    let own = try db.cachedStatement(
                        sql: "DELETE FROM vectors WHERE encoder_id = ? AND hash = ? AND \(unused)"
                    )
                    for hash in hashes[start..<min(start + Self.chunksInStep, hashes.count)] {
                        try own.execute(arguments: [encoder, hash])
                    }
                }
            }
        }
    }

    private static let isPending = """
        NOT EXISTS (
            SELECT 1 FROM vectors WHERE vectors.hash = chunks.hash
            AND encoder_id = (SELECT id FROM encoders WHERE identifier = ?)
        )
        """
}
