public import Foundation
import GRDB

/// Documents of more chunks than one transaction should have: they go in and out in steps, so that other writers get their turn.
///
/// While it goes in, a document is searched as far as it has come. Once it begins to go out it is searched no more, and its row
/// stays until its last chunk has left: two versions of it are never in the index together.
extension IndexStore {
    /// The most chunks that are written or removed in one transaction: a fraction of a second.
    public static let chunksInStep = 2_000

    /// Puts a document in that has no chunks yet.
    ///
    /// - Parameters:
    ///   - id: The document that it takes the place of, which leaves first; nil where the path is new to the collection.
    ///   - checkpoint: What its reader goes on with.
    /// - Returns: Its id, for `append` and `finish`.
    /// - Throws: `StorageError`, `inUse` where another process has put one of the same path in meanwhile.
    public func begin(_ document: DocumentRecord, replacing id: Int64?, checkpoint: Data? = nil) throws -> Int64 {
        let known = try database.read { db in
            let ids = try Self.documentIDs(document.path, of: document.collection, db)
            let leaving = try Self.leaving(db)
            return ids.filter { $0 == id || leaving.contains($0) }
        }
        try remove(known)
        return try database.write { db in
            let collectionID = try Self.collection(document.collection, db)
            let known = "SELECT 1 FROM documents WHERE collection_id = ? AND path = ?"
            guard try Int.fetchOne(db, sql: known, arguments: [collectionID, document.path]) == nil else {
                throw Self.isTakenByAnother(document.path)
            }
            try Self.raiseGeneration(db)
            return try Self.insert(
                document,
                state: .growing,
                checkpoint: checkpoint,
                collectionID: collectionID,
                db
            )
        }
    }

    /// Adds the next chunks of a document that was begun, all or nothing.
    ///
    /// - Parameters:
    ///   - count: How many chunks it has so far.
    ///   - readBytes: How many bytes of the file it reaches with these.
    ///   - checkpoint: What its reader goes on with after these.
    /// - Throws: `StorageError`, `inUse` where the document is not as this process left it, because another one reads it too.
    public func append(
        _ chunks: [ChunkRecord],
        to documentID: Int64,
        after count: Int,
        readBytes: Int,
        checkpoint: Data? = nil
    ) throws {
        try database.write { db in
            let row = try Row.fetchOne(
                db,
                sql: "SELECT collection_id, chunk_count, state, path FROM documents WHERE id = ?",
                arguments: [documentID]
            )
            guard let row, row[1] == count, row[2] == State.growing.rawValue else {
                let path: String? = row?[3]
                throw Self.isTakenByAnother(path ?? "")
            }
            let total = try Self.insert(
                chunks,
                after: count,
                documentID: documentID,
                collectionID: row[0],
                db
            )
            try db.execute(
                sql: "UPDATE documents SET chunk_count = ?, read_bytes = ?, checkpoint = ? WHERE id = ?",
                arguments: [total, readBytes, checkpoint, documentID]
            )
            try Self.raiseGeneration(db)
        }
    }

    /// Notes that a document which was begun is whole.
    ///
    /// - Parameters:
    ///   - document: What is known of it at its end.
    ///   - count: How many chunks it has.
    ///   - checkpoint: What its reader goes on with should the file grow.
    /// - Throws: `StorageError`, `inUse` as `append`.
    public func finish(
        _ documentID: Int64,
        as document: DocumentRecord,
        after count: Int,
        checkpoint: Data? = nil
    ) throws {
        try database.write { db in
            try db.execute(
                sql: """
                    UPDATE documents SET title = ?, size = ?, modified_at = ?, status_changed_at = ?, content_hash = ?,
                    note = ?, state = 0, read_bytes = NULL, checkpoint = ? WHERE id = ? AND state = 1 AND chunk_count = ?
                    """,
                arguments: [
                    document.title, document.size, document.modifiedAt, document.statusChangedAt, document.contentHash,
                    document.note, checkpoint, documentID, count,
                ]
            )
            guard db.changesCount == 1 else { throw Self.isTakenByAnother(document.path) }
        }
    }

    /// Takes up a document again where its reader left it: what it has after `count` chunks leaves.
    ///
    /// - Parameters:
    ///   - document: The document as it is in the index, with the size and time that its file has now.
    ///   - count: How many chunks stay; at most `chunksInStep` fewer than it has.
    ///   - readBytes: How many bytes of the file those reach.
    ///   - checkpoint: What its reader goes on with after those.
    /// - Throws: `StorageError`, `inUse` where another process has changed it meanwhile.
    public func resume(_ document: DocumentRecord, after count: Int, readBytes: Int, checkpoint: Data) throws {
        try database.write { db in
            try db.execute(
                sql: """
                    UPDATE documents SET size = ?, modified_at = ?, status_changed_at = ?, content_hash = x'', state = 1,
                    read_bytes = ?, checkpoint = ?, chunk_count = ? WHERE id = ? AND state < 2 AND chunk_count = ?
                    """,
                arguments: [
                    document.size, document.modifiedAt, document.statusChangedAt, readBytes, checkpoint, count,
                    document.id, document.chunkCount,
                ]
            )
            guard db.changesCount == 1 else { throw Self.isTakenByAnother(document.path) }
            try db.execute(
                sql: "DELETE FROM chunks WHERE document_id = ? AND ordinal >= ?",
                arguments: [document.id, count]
            )
            try Self.raiseGeneration(db)
        }
    }

    // MARK: - Removing

    /// Takes documents out of the index. Several thousand chunks leave together; a document of more is hidden first, and its
    /// removal goes on with the next run where this one is ended.
    ///
    /// Between steps it waits for a moment, for SQLite gives the lock to whoever asks first.
    /// - Throws: `StorageError`; what has left by then stays out.
    public func remove(_ documentIDs: some Sequence<Int64>) throws {
        let ids = Array(documentIDs)
        guard !ids.isEmpty else { return }
        let counts = try database.read { db in
            let statement = try db.cachedStatement(sql: "SELECT chunk_count FROM documents WHERE id = ?")
            return try ids.map { try Int.fetchOne(statement, arguments: [$0]) ?? 0 }
        }
        let long = zip(ids, counts).filter { $1 > Self.chunksInStep }.map(\.0)
        if !long.isEmpty {
            try database.write { db in
                for id in long { try db.execute(sql: "UPDATE documents SET state = 2 WHERE id = ?", arguments: [id]) }
                try Self.raiseGeneration(db)
            }
        }
        var group: [Int64] = []
        var size = 0
        for (id, count) in zip(ids, counts) where count <= Self.chunksInStep {
            // A document costs something even without a chunk.
            size += count + 1
            group.append(id)
            guard size >= Self.chunksInStep else { continue }
            try removeAtOnce(group)
            Self.giveWay()
            (group, size) = ([], 0)
        }
        if !group.isEmpty { try removeAtOnce(group) }
        for id in long { try removeInSteps(id) }
    }

    /// Goes on with documents whose removal was broken off.
    /// - Throws: `StorageError`.
    public func finishRemovals() throws {
        for id in try database.read(Self.leaving).sorted() { try removeInSteps(id) }
    }

    /// The documents that are on their way out.
    static func leaving(_ db: GRDB.Database) throws -> Set<Int64> {
        // By both conditions: the index is one of rows whose state is not 0, and the library does not conclude that 2 is one.
        try Int64.fetchSet(db.cachedStatement(sql: "SELECT id FROM documents WHERE state = 2 AND state <> 0"))
    }

    /// Takes out the document of a path if it has more chunks than one step, or was on its way out.
    func removeLong(_ path: String, of collection: String) throws {
        let long = try database.read { db in
            try Self.documentIDs(path, of: collection, db).filter { id in
                let sql = "SELECT 1 FROM documents WHERE id = ? AND (state = 2 OR chunk_count > ?)"
                return try Int.fetchOne(db.cachedStatement(sql: sql), arguments: [id, Self.chunksInStep]) != nil
            }
        }
        try remove(long)
    }

    private static func documentIDs(_ path: String, of collection: String, _ db: GRDB.Database) throws -> [Int64] {
        let sql = """
            SELECT documents.id FROM documents JOIN collections ON collections.id = collection_id
            WHERE collections.name = ? AND path = ?
            """
        return try Int64.fetchAll(db.cachedStatement(sql: sql), arguments: [collection, path])
    }

    private func removeAtOnce(_ documentIDs: [Int64]) throws {
        try database.write { db in
            let statement = try db.cachedStatement(sql: "DELETE FROM documents WHERE id = ?")
            for id in documentIDs { try statement.execute(arguments: [id]) }
            try Self.raiseGeneration(db)
        }
    }

    private func removeInSteps(_ documentID: Int64) throws {
        while true {
            let isDone = try database.write { db in
                let sql = "SELECT chunk_count FROM documents WHERE id = ? AND state = 2"
                guard let count = try Int.fetchOne(db, sql: sql, arguments: [documentID]) else { return true }
                let rest = max(0, count - Self.chunksInStep)
                if rest == 0 {
                    try db.execute(sql: "DELETE FROM documents WHERE id = ?", arguments: [documentID])
                } else {
                    try db.execute(
                        sql: "DELETE FROM chunks WHERE document_id = ? AND ordinal >= ?",
                        arguments: [documentID, rest]
                    )
                    try db.execute(
                        sql: "UPDATE documents SET chunk_count = ? WHERE id = ?",
                        arguments: [rest, documentID]
                    )
                }
                try Self.raiseGeneration(db)
                return rest == 0
            }
            if isDone { return }
            Self.giveWay()
        }
    }

    /// Lets another process have the lock: one that waits for it asks every tenth of a second, and so does so in this pause.
    static func giveWay() {
        usleep(110_000)
    }

    private static func isTakenByAnother(_ path: String) -> StorageError {
        StorageError(
            code: .inUse,
            path: path,
            message: "is being indexed by another run",
            nextStep: "let it finish"
        )
    }
}
