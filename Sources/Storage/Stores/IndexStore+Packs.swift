import Foundation
import GRDB
import GRDBSQLite

/// The vectors of all chunks side by side in memory, in rising order of their chunks.
public final class PackedVectors: Sendable {
    /// The state of the index these are a copy of.
    public let generation: Int
    /// Numbers in a vector.
    public let dimension: Int
    /// The chunk of each row, in rising order.
    public let chunkIDs: [Int64]
    /// All components, row after row; usable as long as this object lives.
    public var components: UnsafeBufferPointer<Int8> { UnsafeBufferPointer(bytes) }
    /// What a component of 1 is worth in each row; usable as long as this object lives.
    public var scales: UnsafeBufferPointer<Float> { UnsafeBufferPointer(factors) }

    // Proof of safety: both are written before init returns, only read afterwards, and freed in deinit.
    private nonisolated(unsafe) let bytes: UnsafeMutableBufferPointer<Int8>
    private nonisolated(unsafe) let factors: UnsafeMutableBufferPointer<Float>

    fileprivate init(
        generation: Int,
        dimension: Int,
        count: Int,
        _ fill: (
            _ bytes: UnsafeMutableBufferPointer<Int8>, _ factors: UnsafeMutableBufferPointer<Float>,
            _ chunkIDs: inout [Int64]
        ) throws -> Void
    ) throws {
        let bytes = Self.room(count * dimension)
        let factors = UnsafeMutableBufferPointer<Float>.allocate(capacity: count)
        var chunkIDs: [Int64] = []
        chunkIDs.reserveCapacity(count)
        do {
            try fill(bytes, factors, &chunkIDs)
        } catch {
            bytes.deallocate()
            factors.deallocate()
            throw error
        }
        self.generation = generation
        self.dimension = dimension
        self.chunkIDs = chunkIDs
        // What was allocated for rows that there are not is left out of sight.
        self.bytes = UnsafeMutableBufferPointer(rebasing: bytes[..<(chunkIDs.count * dimension)])
        self.factors = UnsafeMutableBufferPointer(rebasing: factors[..<chunkIDs.count])
    }

    deinit {
        bytes.deallocate()
        factors.deallocate()
    }

    private static let largePage = 2 << 20

    /// Room for bytes, in large pages where the system has them: fewer for it to lay out, and for the processor to look up.
    private static func room(_ count: Int) -> UnsafeMutableBufferPointer<Int8> {
        guard count >= largePage else { return .allocate(capacity: count) }
        let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: largePage)
        // Without them all goes on as it would.
        madvise(memory.baseAddress, count, MADV_HUGEPAGE)
        return memory.bindMemory(to: Int8.self)
    }
}

extension IndexStore {
    /// Below so many chunks vectors are read one by one, which then takes no longer.
    public static let smallestPack = 2_000
    private static let rowsInPart = 65_536

    /// The vectors of every chunk that has one by the encoder `identifier`.
    ///
    /// Those that `packVectors` put side by side are read in large pieces, 100,000 of 384 numbers in about 20 ms; where the
    /// index has changed since, they are read one by one, which takes some ten times as long.
    /// - Throws: `StorageError`.
    public func vectors(encoder identifier: String, dimension: Int) throws -> PackedVectors {
        try database.read { db in
            let generation = try Self.generation(db)
            guard let encoderID = try Self.encoderID(identifier, db) else {
                return try PackedVectors(generation: generation, dimension: dimension, count: 0) { _, _, _ in }
            }
            if let pack = try Self.pack(encoderID, generation: generation, dimension: dimension, db) { return pack }
            return try Self.rows(encoderID, generation: generation, dimension: dimension, db)
        }
    }

    /// Puts the vectors of an encoder side by side and counts common words, where the index has changed since that was last done.
    ///
    /// It writes as much again as the vectors take. All is done in one transaction.
    /// - Parameter minimum: With fewer chunks nothing is done.
    /// - Throws: `StorageError`.
    public func packVectors(encoder identifier: String, minimum: Int = smallestPack) throws {
        let isNeeded = try database.read { db in
            guard let encoderID = try Self.encoderID(identifier, db) else { return false }
            let chunks = try Int.fetchOne(db, sql: "SELECT sum(chunk_count) FROM documents") ?? 0
            let packed = try Int.fetchOne(
                db,
                sql: "SELECT min(generation) FROM vector_packs WHERE encoder_id = ?",
                arguments: [encoderID]
            )
            return try chunks >= minimum && packed != Self.generation(db)
        }
        guard isNeeded else { return }
        try database.write { db in
            guard let encoderID = try Self.encoderID(identifier, db) else { return }
            let generation = try Self.generation(db)
            try db.execute(sql: "DELETE FROM vector_packs WHERE encoder_id = ?", arguments: [encoderID])
            var last: Int64 = -1
            for part in 0... {
                var (chunkIDs, scales, components) = ([Int64](), [Float](), Data())
                let rows = try Row.fetchCursor(
                    db,
                    // CROSS JOIN keeps this order: chunks along their key, a vector looked up for each.
                    sql: """
                        SELECT chunks.id, vectors.scale, vectors.components FROM chunks CROSS JOIN vectors
                        ON vectors.encoder_id = ? AND vectors.hash = chunks.hash
                        WHERE chunks.id > ? ORDER BY chunks.id LIMIT ?
                        """,
                    arguments: [encoderID, last, Self.rowsInPart]
                )
                while let row = try rows.next() {
                    chunkIDs.append(row[0])
                    scales.append(Float(row[1] as Double))
                    try row.withUnsafeData(atIndex: 2) { if let data = $0 { components.append(data) } }
                }
                guard let end = chunkIDs.last else { break }
                last = end
                try db.execute(
                    sql: """
                        INSERT INTO vector_packs (encoder_id, part, generation, row_count, chunk_ids, scales, components)
                        VALUES (?, ?, ?, ?, ?, ?, ?)
                        """,
                    arguments: [
                        encoderID, part, generation, chunkIDs.count, chunkIDs.withUnsafeBytes { Data($0) },
                        scales.withUnsafeBytes { Data($0) }, components,
                    ]
                )
                if chunkIDs.count < Self.rowsInPart { break }
            }
            try Self.countCommonWords(generation: generation, db)
        }
    }

    static func generation(_ db: GRDB.Database) throws -> Int {
        try Int.fetchOne(db, sql: "SELECT value FROM settings WHERE key = 'index.generation'") ?? 0
    }

    private static func encoderID(_ identifier: String, _ db: GRDB.Database) throws -> Int64? {
        try Int64.fetchOne(db, sql: "SELECT id FROM encoders WHERE identifier = ?", arguments: [identifier])
    }

    /// The packed vectors, if they are of this state of the index.
    private static func pack(
        _ encoderID: Int64,
        generation: Int,
        dimension: Int,
        _ db: GRDB.Database
    ) throws -> PackedVectors? {
        let parts = try Row.fetchAll(
            db,
            sql: """
                SELECT id, row_count FROM vector_packs WHERE encoder_id = ? AND generation = ?
                AND length(chunk_ids) = 8 * row_count AND length(scales) = 4 * row_count
                AND length(components) = ? * row_count ORDER BY part
                """,
            arguments: [encoderID, generation, dimension]
        )
        let all = "SELECT count(*) FROM vector_packs WHERE encoder_id = ?"
        guard !parts.isEmpty, try Int.fetchOne(db, sql: all, arguments: [encoderID]) == parts.count else { return nil }
        let counts = parts.map { $0[1] as Int }
        return try PackedVectors(generation: generation, dimension: dimension, count: counts.reduce(0, +)) {
            bytes,
            factors,
            chunkIDs in
            var done = 0
            for (part, count) in zip(parts, counts) {
                let id: Int64 = part[0]
                let ids = try [Int64](unsafeUninitializedCapacity: count) { buffer, initialized in
                    try read("chunk_ids", of: id, into: UnsafeMutableRawBufferPointer(buffer), db)
                    initialized = count
                }
                chunkIDs += ids
                let scales = UnsafeMutableBufferPointer(rebasing: factors[done..<done + count])
                try read("scales", of: id, into: UnsafeMutableRawBufferPointer(scales), db)
                let rows = bytes[(done * dimension)..<((done + count) * dimension)]
                let components = UnsafeMutableBufferPointer(rebasing: rows)
                try read("components", of: id, into: UnsafeMutableRawBufferPointer(components), db)
                done += count
            }
        }
    }

    /// Reads a column of a pack to where it is to stay.
    private static func read(
        _ column: String,
        of id: Int64,
        into target: UnsafeMutableRawBufferPointer,
        _ db: GRDB.Database
    ) throws {
        var blob: OpaquePointer?
        var code = sqlite3_blob_open(db.sqliteConnection, "main", "vector_packs", column, id, 0, &blob)
        defer { sqlite3_blob_close(blob) }
        if code == SQLITE_OK { code = sqlite3_blob_read(blob, target.baseAddress, CInt(target.count), 0) }
        guard code == SQLITE_OK else {
            throw DatabaseError(resultCode: ResultCode(rawValue: code), message: db.lastErrorMessage)
        }
    }

    /// The vectors read one by one.
    private static func rows(
        _ encoderID: Int64,
        generation: Int,
        dimension: Int,
        _ db: GRDB.Database
    ) throws -> PackedVectors {
        let count = try Int.fetchOne(db, sql: "SELECT sum(chunk_count) FROM documents") ?? 0
        // CROSS JOIN keeps this order: both sides are read along their keys, by hash.
        let statement = try db.makeStatement(
            sql: """
                SELECT chunks.id, vectors.scale, vectors.components
                FROM vectors CROSS JOIN chunks ON chunks.hash = vectors.hash WHERE vectors.encoder_id = ?
                """
        )
        try statement.setArguments([encoderID])
        var found: [Int64] = []
        found.reserveCapacity(count)
        var scales: [Float] = []
        scales.reserveCapacity(count)
        var components: [Int8] = []
        components.reserveCapacity(count * dimension)
        // Row by row through the library itself: many rows are read at the start of a search.
        let handle = statement.sqliteStatement
        var code = sqlite3_step(handle)
        while code == SQLITE_ROW {
            let blob = UnsafeRawBufferPointer(
                start: sqlite3_column_blob(handle, 2),
                count: Int(sqlite3_column_bytes(handle, 2))
            )
            if blob.count == dimension, found.count < count {
                found.append(sqlite3_column_int64(handle, 0))
                scales.append(Float(sqlite3_column_double(handle, 1)))
                components.append(contentsOf: blob.bindMemory(to: Int8.self))
            }
            code = sqlite3_step(handle)
        }
        guard code == SQLITE_DONE else {
            throw DatabaseError(resultCode: ResultCode(rawValue: code), message: db.lastErrorMessage)
        }
        let order = found.indices.sorted { found[$0] < found[$1] }
        return try PackedVectors(generation: generation, dimension: dimension, count: found.count) {
            bytes,
            factors,
            chunkIDs in
            components.withUnsafeBufferPointer { components in
                for (row, source) in order.enumerated() {
                    chunkIDs.append(found[source])
                    factors[row] = scales[source]
                    let range = (source * dimension)..<((source + 1) * dimension)
                    _ = UnsafeMutableBufferPointer(rebasing: bytes[(row * dimension)..<((row + 1) * dimension)])
                        .update(fromContentsOf: components[range])
                }
            }
        }
    }
}
