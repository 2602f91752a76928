public import Foundation
import GRDB
import GRDBSQLite

/// The documents, their chunks, the full-text index over them and their vectors.
public struct IndexStore: Sendable {
    /// What a collection holds.
    public struct Counts: Sendable, Hashable {
        /// Documents in it.
        public var documents: Int
        /// Chunks of those documents.
        public var chunks: Int
    }

    /// A collection as a whole.
    public struct CollectionSummary: Sendable, Hashable {
        /// Its name.
        public var name: String
        /// Documents in it.
        public var documents: Int
        /// Chunks of those documents.
        public var chunks: Int
        /// Chunks that have a vector.
        public var vectors: Int
        /// Bytes of the files, as far as they are known.
        public var bytes: Int
        /// When a document went in last.
        public var indexedAt: Date
    }

    /// What is new about a file whose bytes are as they were.
    public struct Touch: Sendable, Hashable {
        /// The document.
        public var documentID: Int64
        /// Bytes of the file.
        public var size: Int
        /// When it was changed last, in nanoseconds since 1970.
        public var modifiedAt: Int
        /// When the system last noted a change of it, in nanoseconds since 1970; nil where that is not known.
        public var statusChangedAt: Int?
        /// How it would be cut now, which makes the same chunks of it; nil where that is as it was.
        public var recipe: String?

        /// The file of a document has another time.
        public init(
            _ documentID: Int64,
            size: Int,
            modifiedAt: Int,
            statusChangedAt: Int? = nil,
            recipe: String? = nil
        ) {
            self.recipe = recipe
            self.documentID = documentID
            self.size = size
            self.modifiedAt = modifiedAt
            self.statusChangedAt = statusChangedAt
        }
    }

    /// The database it is kept in.
    public let database: Database

    /// The only documents that searches look at; all if nil.
    private(set) var searched: Set<Int64>?
    /// Documents that searches do not look at.
    private(set) var hiddenDocuments: Set<Int64> = []
    /// Chunks that searches do not look at.
    private(set) var hiddenChunks: Set<Int64> = []

    /// The index in `database`.
    public init(database: Database) {
        self.database = database
    }

    /// The same index, whose searches look at some documents only.
    public func searching(_ documentIDs: Set<Int64>) -> IndexStore {
        var store = self
        store.searched = documentIDs
        return store
    }

    /// The same index, whose searches do not look at some documents and some chunks.
    public func hiding(documents: Set<Int64>, chunks: Set<Int64>) -> IndexStore {
        var store = self
        store.hiddenDocuments.formUnion(documents)
        store.hiddenChunks.formUnion(chunks)
        return store
    }

    // MARK: - Documents

    /// The documents of `collection` (of all if nil), by path.
    /// - Throws: `StorageError`.
    public func documents(in collection: String? = nil) throws -> [DocumentRecord] {
        try database.read { db in
            guard let collection else { return try DocumentRecord.fetch(db, order: "ORDER BY path, documents.id") }
            return try DocumentRecord.fetch(db, "AND collections.name = ?", order: "ORDER BY path", [collection])
        }
    }

    /// What each collection holds, by its name.
    /// - Throws: `StorageError`.
    public func counts() throws -> [String: Counts] {
        try database.read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT collections.name, count(*), sum(chunk_count) FROM documents
                    JOIN collections ON collections.id = collection_id WHERE state < 2 GROUP BY collections.id
                    """
            )
            return Dictionary(
                uniqueKeysWithValues: rows.map { row in (row[0], Counts(documents: row[1], chunks: row[2])) }
            )
        }
    }

    /// The names of the collections that there are, in order.
    /// - Throws: `StorageError`.
    public func collectionNames() throws -> [String] {
        try database.read { db in try String.fetchAll(db, sql: "SELECT name FROM collections ORDER BY name") }
    }

    /// What each collection holds and how far its vectors are, by name.
    /// - Parameter identifier: The encoder whose vectors count; nil for none.
    /// - Throws: `StorageError`.
    public func summaries(encoder identifier: String?) throws -> [CollectionSummary] {
        try database.read { db in
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT collections.id, collections.name, count(*), sum(chunk_count), sum(max(size, 0)), max(indexed_at)
                    FROM documents JOIN collections ON collections.id = collection_id WHERE state < 2
                    GROUP BY collections.id ORDER BY collections.name
                    """
            )
            return try rows.map { row in
                let range = ChunkNumbers.range(ofCollection: row[0])
                let vectors = try Int.fetchOne(
                    db,
                    sql: """
                        SELECT count(*) FROM chunks WHERE id BETWEEN ? AND ? AND EXISTS (
                            SELECT 1 FROM vectors WHERE vectors.hash = chunks.hash
                            AND encoder_id = (SELECT id FROM encoders WHERE identifier = ?)
                        )
                        """,
                    arguments: [range.lowerBound, range.upperBound, identifier]
                )
                return CollectionSummary(
                    name: row[1],
                    documents: row[2],
                    chunks: row[3],
                    vectors: vectors ?? 0,
                    bytes: row[4],
                    indexedAt: row.instant(5)
                )
            }
        }
    }

    /// Puts `document` and its chunks in place of the one of the same collection and path, all or nothing; an old one of many
    /// chunks is taken out first, as `remove` does.
    /// - Returns: The document's id.
    /// - Throws: `StorageError`; an old one of no more than `chunksInStep` chunks is then still there.
    @discardableResult
    public func put(_ document: DocumentRecord, chunks: some Sequence<ChunkRecord>) throws -> Int64 {
        try removeLong(document.path, of: document.collection)
        return try database.write { db in
            let collectionID = try Self.collection(document.collection, db)
            try db.cachedStatement(sql: "DELETE FROM documents WHERE collection_id = ? AND path = ?")
                .execute(arguments: [collectionID, document.path])
            let documentID = try Self.insert(document, state: .whole, collectionID: collectionID, db)
            let count = try Self.insert(chunks, documentID: documentID, collectionID: collectionID, db)
            try db.cachedStatement(sql: "UPDATE documents SET chunk_count = ? WHERE id = ?")
                .execute(arguments: [count, documentID])
            try Self.raiseGeneration(db)
            return documentID
        }
    }

    /// Notes that files of documents were written again without a change of their bytes, all or nothing; not where the database can
    /// only be read, for the next look at the files comes to the same.
    /// - Throws: `StorageError`.
    public func touch(_ documents: [Touch]) throws {
        guard !documents.isEmpty, database.access == .readWrite else { return }
        try database.write { db in
            let statement = try db.cachedStatement(
                sql: """
                    UPDATE documents SET size = ?, modified_at = ?, status_changed_at = ?, recipe = coalesce(?, recipe)
                    WHERE id = ?
                    """
            )
            for document in documents {
                try statement.execute(arguments: [
                    document.size, document.modifiedAt, document.statusChangedAt, document.recipe, document.documentID,
                ])
            }
        }
    }

    /// A number that rises with every change of chunks and vectors, by which a copy in memory knows that it is old.
    /// - Throws: `StorageError`.
    public func generation() throws -> Int {
        try database.read { db in
            try Int.fetchOne(db, sql: "SELECT value FROM settings WHERE key = 'index.generation'") ?? 0
        }
    }

    // MARK: - Chunks

    /// Chunks by their ids; those that are gone, and those of documents that are on their way out or not searched, are missing.
    /// - Throws: `StorageError`.
    public func chunks(_ ids: some Sequence<Int64>) throws -> [Int64: ChunkRecord] {
        try database.read { db in
            let statement = try db.cachedStatement(sql: ChunkRecord.selection + " WHERE id = ?")
            let unseen = try unseenDocuments(db)
            var chunks: [Int64: ChunkRecord] = [:]
            // In the order in which they lie in the file, and through the library itself: a search reads hundreds.
            let handle = statement.sqliteStatement
            defer { sqlite3_reset(handle) }
            for id in Set(ids).subtracting(hiddenChunks).sorted() {
                sqlite3_reset(handle)
                sqlite3_bind_int64(handle, 1, id)
                let code = sqlite3_step(handle)
                guard code == SQLITE_ROW else {
                    guard code == SQLITE_DONE else {
                        throw DatabaseError(resultCode: ResultCode(rawValue: code), message: db.lastErrorMessage)
                    }
                    continue
                }
                let documentID = sqlite3_column_int64(handle, 1)
                guard !unseen.contains(documentID), searched?.contains(documentID) ?? true else { continue }
                chunks[id] = ChunkRecord(steppedTo: handle)
            }
            return chunks
        }
    }

    /// The chunks of a document in its order.
    /// - Parameters:
    ///   - ordinal: The first one that is wanted, counted from 0.
    ///   - limit: The most that are wanted; all if nil.
    /// - Throws: `StorageError`.
    public func chunks(ofDocument documentID: Int64, from ordinal: Int = 0, limit: Int? = nil) throws -> [ChunkRecord] {
        try database.read { db in
            let sql = ChunkRecord.selection + " WHERE document_id = ? AND ordinal >= ? ORDER BY ordinal LIMIT ?"
            return try Row.fetchAll(db, sql: sql, arguments: [documentID, ordinal, limit ?? -1])
                .map(ChunkRecord.init(row:))
        }
    }

    /// Documents by their ids; those that are gone or on their way out are missing.
    /// - Throws: `StorageError`.
    public func documents(_ ids: Set<Int64>) throws -> [Int64: DocumentRecord] {
        try database.read { db in
            var documents: [Int64: DocumentRecord] = [:]
            for id in ids {
                documents[id] = try DocumentRecord.fetch(db, "AND documents.id = ?", [id]).first
            }
            return documents
        }
    }

    /// Where a document stands, as the table has it.
    enum State: Int {
        case whole, growing, leaving
    }

    /// A document without chunks yet; one of its path in the same collection must not be there.
    static func insert(
        _ document: DocumentRecord,
        state: State,
        checkpoint: Data? = nil,
        collectionID: Int64,
        _ db: GRDB.Database
    ) throws -> Int64 {
        let insertion = try db.cachedStatement(
            sql: """
                INSERT INTO documents
                (collection_id, path, title, size, modified_at, content_hash, recipe, chunk_count, indexed_at, note, state,
                read_bytes, checkpoint, status_changed_at, has_checksums)
                VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, 1)
                """
        )
        let readBytes: Int? = state == .whole ? nil : 0
        try insertion.execute(arguments: [
            collectionID, document.path, document.title, document.size, document.modifiedAt, document.contentHash,
            document.recipe, document.indexedAt.stored, document.note, state.rawValue, readBytes, checkpoint,
            document.statusChangedAt,
        ])
        return db.lastInsertedRowID
    }

    /// - Parameter start: How many chunks the document has already.
    /// - Returns: How many it has with these.
    static func insert(
        _ chunks: some Sequence<ChunkRecord>,
        after start: Int = 0,
        documentID: Int64,
        collectionID: Int64,
        _ db: GRDB.Database
    ) throws -> Int {
        let range = ChunkNumbers.range(ofCollection: collectionID)
        let last = try Int64.fetchOne(
            db.cachedStatement(sql: "SELECT max(id) FROM chunks WHERE id BETWEEN ? AND ?"),
            arguments: [range.lowerBound, range.upperBound]
        )
        var next = (last ?? range.lowerBound) + 1
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO chunks (id, document_id, ordinal, title, headings, text, first_line, last_line, hash, checksum)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        )
        var ordinal = start
        for chunk in chunks {
            try statement.execute(arguments: [
                next, documentID, ordinal, chunk.title,
                chunk.headings.joined(separator: ChunkRecord.headingSeparator), chunk.text, chunk.lines.lowerBound,
                chunk.lines.upperBound, chunk.hash,
                ChunkChecksum.value(of: chunk, documentID: documentID, ordinal: ordinal),
            ])
            next += 1
            ordinal += 1
        }
        return ordinal
    }

    static func collection(_ name: String, _ db: GRDB.Database) throws -> Int64 {
        let insertion = "INSERT INTO collections (name) VALUES (?) ON CONFLICT DO NOTHING"
        try db.cachedStatement(sql: insertion).execute(arguments: [name])
        let selection = try db.cachedStatement(sql: "SELECT id FROM collections WHERE name = ?")
        guard let id = try Int64.fetchOne(selection, arguments: [name]) else {
            throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "the collection '\(name)' was not stored")
        }
        return id
    }

    static func raiseGeneration(_ db: GRDB.Database) throws {
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO settings (key, value) VALUES ('index.generation', '1')
                ON CONFLICT (key) DO UPDATE SET value = CAST(value AS INTEGER) + 1
                """
        )
        try statement.execute()
    }
}

/// Row numbers of chunks: the collection's number from bit 40 up, a running number below.
///
/// The full-text index knows rows by their number only; this way it keeps to a collection by a range of them.
enum ChunkNumbers {
    private static let bits = 40

    static func range(ofCollection collectionID: Int64) -> ClosedRange<Int64> {
        (collectionID << bits)...(((collectionID + 1) << bits) - 1)
    }
}

extension ChunkRecord {
    /// A control character no heading has, and no letter to the tokenizer.
    static let headingSeparator = "\u{1F}"

    static let selection = "SELECT id, document_id, title, headings, text, first_line, last_line, hash FROM chunks"

    /// The row at which a statement of this selection is.
    init(steppedTo statement: OpaquePointer?) {
        func bytes(_ column: CInt, _ start: UnsafeRawPointer?) -> UnsafeRawBufferPointer {
            UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(statement, column)))
        }
        func text(_ column: CInt) -> String {
            String(decoding: bytes(column, sqlite3_column_text(statement, column)), as: UTF8.self)
        }
        let (firstLine, lastLine) = (Int(sqlite3_column_int64(statement, 5)), Int(sqlite3_column_int64(statement, 6)))
        self.init(
            title: text(2),
            headings: Self.headings(text(3)),
            text: text(4),
            lines: firstLine...max(firstLine, lastLine),
            hash: Data(bytes(7, sqlite3_column_blob(statement, 7)))
        )
        id = sqlite3_column_int64(statement, 0)
        documentID = sqlite3_column_int64(statement, 1)
    }

    /// Headings as they are stored.
    static func headings(_ stored: String) -> [String] {
        guard !stored.isEmpty else { return [] }
        return stored.utf8.split(separator: 0x1F, omittingEmptySubsequences: false).map { String(Substring($0)) }
    }

    init(row: Row) {
        let firstLine: Int = row[5]
        let lastLine: Int = row[6]
        self.init(
            title: row[2],
            headings: Self.headings(row[3]),
            text: row[4],
            lines: firstLine...max(firstLine, lastLine),
            hash: row[7]
        )
        id = row[0]
        documentID = row[1]
    }
}

extension DocumentRecord {
    /// The documents that are not on their way out.
    fileprivate static func fetch(
        _ db: GRDB.Database,
        _ filter: String = "",
        order: String = "",
        _ arguments: StatementArguments = StatementArguments()
    ) throws -> [DocumentRecord] {
        let sql = """
            SELECT documents.id, collections.name, path, title, size, modified_at, content_hash, recipe, chunk_count,
            indexed_at, note, read_bytes, checkpoint, has_checksums, status_changed_at FROM documents JOIN collections ON collections.id = collection_id
            WHERE state < 2 \(filter) \(order)
            """
        return try Row.fetchAll(db.cachedStatement(sql: sql), arguments: arguments).map { row in
            var document = DocumentRecord(
                collection: row[1],
                path: row[2],
                title: row[3],
                size: row[4],
                modifiedAt: row[5],
                contentHash: row[6],
                recipe: row[7],
                indexedAt: row.instant(9),
                note: row[10]
            )
            document.id = row[0]
            document.chunkCount = row[8]
            document.readBytes = row[11]
            document.checkpoint = row[12]
            document.hasChecksums = row[13]
            document.statusChangedAt = row[14]
            return document
        }
    }
}
