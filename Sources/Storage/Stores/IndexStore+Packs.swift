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
    /// A part that has fewer is the last one, which may have none.
    static let rowsInPart = 16_384

    /// The vectors of every chunk that has one by the encoder `identifier`.
    ///
    /// Those that `packVectors` put side by side are read in large pieces, 100,000 of 384 numbers in about 15 ms; where the
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

    /// Puts the vectors of an encoder side by side, brings the full-text index together and counts common words, where the index
    /// has changed since that was last done.
    ///
    /// It writes as much again as the vectors take, in many transactions of a fraction of a second. After an interruption the
    /// next call goes on where this one was; where another process changes the index meanwhile it ends, for what it has done
    /// is of no use then.
    /// - Parameter minimum: With fewer chunks nothing is done.
    /// - Throws: `StorageError`.
    public func packVectors(encoder identifier: String, minimum: Int = smallestPack) throws {
        let (generation, isPacked, isCounted) = try database.read { db in
            let generation = try Self.generation(db)
            guard let encoderID = try Self.encoderID(identifier, db),
                try Int.fetchOne(db, sql: "SELECT sum(chunk_count) FROM documents") ?? 0 >= minimum
            else { return (generation, true, true) }
            return (
                generation, try Self.parts(encoderID, generation: generation, db).last?.isLast == true,
                try Self.commonWordsGeneration(db) == generation
            )
        }
        if !isPacked {
            try mergeFullText()
            while try packPart(encoder: identifier, generation: generation) {}
        }
        if !isCounted { try countCommonWords(generation: generation) }
    }

    /// A part of a pack, as far as that is known without reading it.
    private struct Part {
        var id: Int64
        var number: Int
        var count: Int
        var isLast: Bool { count < rowsInPart }
    }

    /// The parts that are there of a state of the index, in their order; those after one that is missing are of no use.
    private static func parts(_ encoderID: Int64, generation: Int, _ db: GRDB.Database) throws -> [Part] {
        let sql = """
            SELECT id, part, row_count FROM vector_packs WHERE encoder_id = ? AND generation = ? ORDER BY part
            """
        let all = try Row.fetchAll(db, sql: sql, arguments: [encoderID, generation])
            .map { Part(id: $0[0], number: $0[1], count: $0[2]) }
        return zip(all, all.indices).prefix { part, index in
            part.number == index && (index == 0 || !all[index - 1].isLast)
        }.map(\.0)
    }

    /// Whether every chunk of this state of the index has a packed vector.
    static func isAllPacked(encoder identifier: String, _ db: GRDB.Database) throws -> Bool {
        guard let encoderID = try encoderID(identifier, db) else { return false }
        let parts = try parts(encoderID, generation: generation(db), db)
        guard parts.last?.isLast == true else { return false }
        return try parts.reduce(0) { $0 + $1.count } == Int.fetchOne(db, sql: "SELECT count(*) FROM chunks") ?? 0
    }

    /// Packs the next part.
    /// - Returns: Whether there is another one.
    private func packPart(encoder identifier: String, generation: Int) throws -> Bool {
        try database.write { db in
            guard let encoderID = try Self.encoderID(identifier, db), try Self.generation(db) == generation else {
                return false
            }
            let parts = try Self.parts(encoderID, generation: generation, db)
            guard parts.last?.isLast != true else { return false }
            try db.execute(
                sql: "DELETE FROM vector_packs WHERE encoder_id = ? AND (generation <> ? OR part >= ?)",
                arguments: [encoderID, generation, parts.count]
            )
            let end = try parts.last.flatMap { part in
                try Data.fetchOne(
                    db,
                    sql: "SELECT substr(chunk_ids, -8) FROM vector_packs WHERE id = ?",
                    arguments: [part.id]
                )
            }
            let last =
                end.flatMap { $0.count == 8 ? $0.withUnsafeBytes { $0.loadUnaligned(as: Int64.self) } : nil } ?? -1
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
            try db.execute(
                sql: """
                    INSERT INTO vector_packs (encoder_id, part, generation, row_count, chunk_ids, scales, components)
                    VALUES (?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    encoderID, parts.count, generation, chunkIDs.count, chunkIDs.withUnsafeBytes { Data($0) },
                    scales.withUnsafeBytes { Data($0) }, components,
                ]
            )
            return chunkIDs.count == Self.rowsInPart
        }
    }

    static func generation(_ db: GRDB.Database) throws -> Int {
        try Int.fetchOne(db, sql: "SELECT value FROM settings WHERE key = 'index.generation'") ?? 0
    }

    static func encoderID(_ identifier: String, _ db: GRDB.Database) throws -> Int64? {
        try Int64.fetchOne(db, sql: "SELECT id FROM encoders WHERE identifier = ?", arguments: [identifier])
    }

    /// The packed vectors, if they are of this state of the index.
    private static func pack(
        _ encoderID: Int64,
        generation: Int,
        dimension: Int,
        _ db: GRDB.Database
    ) throws -> PackedVectors? {
        let parts = try parts(encoderID, generation: generation, db)
        let damaged = """
            SELECT count(*) FROM vector_packs WHERE encoder_id = ? AND (length(chunk_ids) <> 8 * row_count
            OR length(scales) <> 4 * row_count OR length(components) <> ? * row_count)
            """
        guard parts.last?.isLast == true,
            try Int.fetchOne(db, sql: damaged, arguments: [encoderID, dimension]) == 0
        else { return nil }
        let counts = parts.map(\.count)
        return try PackedVectors(generation: generation, dimension: dimension, count: counts.reduce(0, +)) {
            bytes,
            factors,
            chunkIDs in
            try withFileMapped(db) {
                var done = 0
                for (part, count) in zip(parts, counts) where count > 0 {
                    let ids = try [Int64](unsafeUninitializedCapacity: count) { buffer, initialized in
                        try read("chunk_ids", of: part.id, into: UnsafeMutableRawBufferPointer(buffer), db)
                        initialized = count
                    }
                    chunkIDs += ids
                    let scales = UnsafeMutableBufferPointer(rebasing: factors[done..<done + count])
                    try read("scales", of: part.id, into: UnsafeMutableRawBufferPointer(scales), db)
                    let rows = bytes[(done * dimension)..<((done + count) * dimension)]
                    let components = UnsafeMutableBufferPointer(rebasing: rows)
                    try read("components", of: part.id, into: UnsafeMutableRawBufferPointer(components), db)
                    done += count
                }
            }
        }
    }

    /// Runs `body` while the connection sees the file in memory: large values are then copied once. Otherwise each page goes
    /// through the connection's cache, which takes five times as long and leaves nothing in it of what other queries read.
    private static func withFileMapped(_ db: GRDB.Database, _ body: () throws -> Void) throws {
        // In bytes; what is beyond is read as usual.
        try db.execute(sql: "PRAGMA mmap_size = \(Int32.max)")
        let result = Result(catching: body)
        // Not kept: with a mapping, a file that another program shortens ends this one.
        try db.execute(sql: "PRAGMA mmap_size = 0")
        try result.get()
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
