public import Foundation
import GRDB

/// Chunks held to what they were when they were written.
extension IndexStore {
    /// Those of some chunks that are not as they were written: another text, other lines, another document. About 0.02 ms each.
    /// - Parameter digest: The digest that a chunk is kept under.
    /// - Throws: `StorageError`.
    public func damagedChunks(
        among ids: some Sequence<Int64>,
        digest: (ChunkRecord) -> Data
    ) throws -> Set<Int64> {
        try database.read { db in
            let statement = try db.cachedStatement(sql: CheckedChunk.selection + " WHERE chunks.id = ?")
            return try Set(ids).filter { id in
                guard let row = try Row.fetchOne(statement, arguments: [id]) else { return false }
                return CheckedChunk(row: row).fault(digest: digest) != nil
            }
        }
    }

    /// The documents whose chunks an older version wrote, which gave them no checksums.
    /// - Throws: `StorageError`.
    public func documentsWithoutChecksums() throws -> Set<Int64> {
        try database.read { db in
            try Int64.fetchSet(db.cachedStatement(sql: "SELECT id FROM documents WHERE has_checksums = 0"))
        }
    }

    /// Gives the chunks of a document checksums of what they are now, some thousand at a time.
    /// - Throws: `StorageError`.
    public func addChecksums(toDocument documentID: Int64) throws {
        var next = 0
        while true {
            let start = next
            let count = try database.write { db in
                let rows = try Row.fetchAll(
                    db,
                    sql: CheckedChunk.selection + " WHERE document_id = ? AND ordinal >= ? ORDER BY ordinal LIMIT ?",
                    arguments: [documentID, start, Self.chunksInStep]
                )
                for row in rows { try Self.addChecksum(to: CheckedChunk(row: row), db) }
                if rows.count < Self.chunksInStep {
                    try db.execute(
                        sql: "UPDATE documents SET has_checksums = 1 WHERE id = ?",
                        arguments: [documentID]
                    )
                }
                return rows.count
            }
            guard count == Self.chunksInStep else { return }
            next += count
            Self.giveWay()
        }
    }

    /// Keeps of a document the chunks that are as they were written, one after the other.
    /// - Returns: Whether there are any; where there are none nothing is changed.
    func keepSoundChunks(ofDocument documentID: Int64, digest: (ChunkRecord) -> Data) throws -> Bool {
        try database.write { db in
            let rows = try Row.fetchAll(
                db,
                sql: CheckedChunk.selection + " WHERE document_id = ? ORDER BY ordinal, chunks.id",
                arguments: [documentID]
            )
            let all = rows.map(CheckedChunk.init)
            var sound = all.filter { $0.fault(digest: digest) == nil }
            guard !sound.isEmpty else { return false }
            let kept = Set(sound.map(\.chunk.id))
            for chunk in all where !kept.contains(chunk.chunk.id) {
                try db.cachedStatement(sql: "DELETE FROM chunks WHERE id = ?").execute(arguments: [chunk.chunk.id])
            }
            for index in sound.indices {
                sound[index].ordinal = index
                try Self.addChecksum(to: sound[index], db)
            }
            try db.execute(
                sql: """
                    UPDATE documents SET chunk_count = ?, state = 0, read_bytes = NULL, checkpoint = NULL,
                    has_checksums = 1 WHERE id = ?
                    """,
                arguments: [sound.count, documentID]
            )
            try Self.raiseGeneration(db)
            return true
        }
    }

    private static func addChecksum(to checked: CheckedChunk, _ db: GRDB.Database) throws {
        try db.cachedStatement(sql: "UPDATE chunks SET ordinal = ?, checksum = ? WHERE id = ?").execute(arguments: [
            checked.ordinal,
            ChunkChecksum.value(of: checked.chunk, documentID: checked.chunk.documentID, ordinal: checked.ordinal),
            checked.chunk.id,
        ])
    }
}

/// A chunk with what it is held to.
struct CheckedChunk {
    static let selection = """
        SELECT chunks.id, document_id, chunks.title, headings, text, first_line, last_line, hash, ordinal, checksum,
        has_checksums, collection_id FROM chunks JOIN documents ON documents.id = document_id
        """

    let chunk: ChunkRecord
    /// Its place in the document, from 0.
    var ordinal: Int
    private let lines: (first: Int, last: Int)
    private let checksum: Int64?
    private let hasChecksum: Bool
    private let collectionID: Int64

    /// The chunk of a row of `selection`.
    init(row: Row) {
        chunk = ChunkRecord(row: row)
        ordinal = row[8]
        lines = (row[5], row[6])
        checksum = row[9]
        hasChecksum = row[10]
        collectionID = row[11]
    }

    /// Why it is not what was written; nil if it is, as far as it can be told.
    func fault(digest: (ChunkRecord) -> Data) -> String? {
        if lines.first < 1 || lines.last < lines.first { return "a passage of it has no place in the file" }
        guard ChunkNumbers.range(ofCollection: collectionID).contains(chunk.id) else {
            return "a passage of it stands in another collection"
        }
        let isAsWritten =
            digest(chunk) == chunk.hash
            && (!hasChecksum
                || checksum == ChunkChecksum.value(of: chunk, documentID: chunk.documentID, ordinal: ordinal))
        return isAsWritten ? nil : "a passage of it is not as it was written"
    }
}
