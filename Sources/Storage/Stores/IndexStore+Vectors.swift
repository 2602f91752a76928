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
    }

    /// How many different chunks have no vector by the encoder `identifier` yet.
    /// - Throws: `StorageError`.
    public func pendingCount(encoder identifier: String) throws -> Int {
        try database.read { db in
            try Int.fetchOne(
                db,
                sql: "SELECT count(DISTINCT hash) FROM chunks WHERE \(Self.isPending)",
                arguments: [identifier]
            ) ?? 0
        }
    }

    /// Up to `limit` different chunks without a vector by the encoder `identifier`, shortest text first, so that
    /// chunks of like length come together.
    /// - Throws: `StorageError`.
    public func pendingChunks(encoder identifier: String, limit: Int) throws -> [PendingChunk] {
        try database.read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT hash, title, headings, text FROM chunks WHERE \(Self.isPending)
                    GROUP BY hash ORDER BY length(text), hash LIMIT ?
                    """,
                arguments: [identifier, max(0, limit)]
            )
            return rows.map { row in
                let headings: String = row[2]
                return PendingChunk(
                    hash: row[0],
                    title: row[1],
                    headings: headings.isEmpty ? [] : headings.components(separatedBy: ChunkRecord.headingSeparator),
                    text: row[3]
                )
            }
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
            guard let encoder, encoder[1] == dimension, vectors.allSatisfy({ $0.components.count == dimension }) else {
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
            for vector in vectors {
                let scale = Double(vector.scale)
                let (components, checksum) = vector.components.withUnsafeBytes { bytes in
                    (Data(bytes), VectorChecksum.value(hash: vector.hash, scale: scale, components: bytes))
                }
                try statement.execute(arguments: [encoderID, vector.hash, scale, components, checksum])
            }
            try Self.raiseGeneration(db)
        }
    }

    /// Removes the vectors that no chunk has any more.
    /// - Throws: `StorageError`.
    public func removeUnusedVectors() throws {
        try database.write { db in
            try db.execute(
                sql: "DELETE FROM vectors WHERE NOT EXISTS (SELECT 1 FROM chunks WHERE chunks.hash = vectors.hash)"
            )
        }
    }

    private static let isPending = """
        NOT EXISTS (
            SELECT 1 FROM vectors WHERE vectors.hash = chunks.hash
            AND encoder_id = (SELECT id FROM encoders WHERE identifier = ?)
        )
        """
}
