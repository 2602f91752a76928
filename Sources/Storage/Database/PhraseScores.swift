import GRDB
import GRDBSQLite

/// A function of the full-text index that looks up all phrases of an expression at once: `phrase_scores(chunks_fts, numbers)`.
///
/// It is asked for the first row that matches, goes through the rows of each phrase by itself, and gives the number of every
/// row that has one of them, then the score of each, as a blob. So a row costs a fraction of what it does as a row of the
/// query, where the library looks for the next row among those of all phrases and calls a function for it; `bm25`, which the
/// library brings, counts each phrase's rows anew besides. `numbers` is a blob of doubles: what a word in each column is worth,
/// then what each phrase of the expression is worth.
enum PhraseScores {
    static let name = "phrase_scores"
    /// How soon more of the same word adds nothing.
    private static let saturation = 0.6

    /// Makes the function known to a connection.
    /// - Throws: `DatabaseError`.
    static func register(in db: GRDB.Database) throws {
        let api = UnsafeMutablePointer(mutating: FTS5.api(db))
        let code = api.pointee.xCreateFunction?(api, name, nil, scores, nil) ?? SQLITE_ERROR
        guard code == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
    }

    /// Rows and scores of such a blob.
    static func read(_ blob: UnsafeRawBufferPointer) -> (rows: [Int64], scores: [Double]) {
        let count = blob.count / (MemoryLayout<Int64>.stride + MemoryLayout<Double>.stride)
        let middle = count * MemoryLayout<Int64>.stride
        let rows = [Int64](unsafeUninitializedCapacity: count) { target, initialized in
            UnsafeMutableRawBufferPointer(target).copyMemory(from: UnsafeRawBufferPointer(rebasing: blob[..<middle]))
            initialized = count
        }
        let scores = [Double](unsafeUninitializedCapacity: count) { target, initialized in
            let rest = UnsafeRawBufferPointer(rebasing: blob[middle..<(2 * middle)])
            UnsafeMutableRawBufferPointer(target).copyMemory(from: rest)
            initialized = count
        }
        return (rows, scores)
    }

    /// What is known while the rows of a phrase are gone through.
    private struct Scan {
        /// What a word in each column is worth.
        var columns: [Double]
        /// What the phrase is worth.
        var worth = 0.0
        /// Where each row stands among those found.
        var places = KeyedNumbers(capacity: 16_000)
        var rows: [Int64] = []
        var scores: [Double] = []

        mutating func add(_ score: Double, to row: Int64) {
            let place = places.place(of: UInt64(bitPattern: row), orInsert: Int32(truncatingIfNeeded: rows.count))
            if Int(place) == rows.count {
                rows.append(row)
                scores.append(score)
            } else {
                scores[Int(place)] += score
            }
        }
    }

    private static let scores: fts5_extension_function = { api, context, result, count, values in
        guard let api, count == 1, let value = values?[0], let blob = sqlite3_value_blob(value),
            let columnCount = api.pointee.xColumnCount?(context), let phraseCount = api.pointee.xPhraseCount?(context),
            Int(sqlite3_value_bytes(value)) >= Int(columnCount + phraseCount) * MemoryLayout<Double>.stride
        else {
            sqlite3_result_error(result, "phrase_scores needs a number for each column and phrase", -1)
            return
        }
        let numbers = UnsafeRawPointer(blob)
        func number(_ index: CInt) -> Double {
            numbers.loadUnaligned(fromByteOffset: Int(index) * MemoryLayout<Double>.stride, as: Double.self)
        }
        var scan = Scan(columns: (0..<columnCount).map(number))
        for phrase in 0..<phraseCount {
            scan.worth = max(0, number(columnCount + phrase))
            let code = withUnsafeMutablePointer(to: &scan) { scan in
                api.pointee.xQueryPhrase?(context, phrase, scan, addRow) ?? SQLITE_ERROR
            }
            guard code == SQLITE_OK else {
                sqlite3_result_error_code(result, code)
                return
            }
        }
        let bytes = scan.rows.withUnsafeBytes { rows in
            scan.scores.withUnsafeBytes { scores in
                let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: rows.count + scores.count, alignment: 8)
                bytes.copyMemory(from: rows)
                UnsafeMutableRawBufferPointer(rebasing: bytes[rows.count...]).copyMemory(from: scores)
                return bytes
            }
        }
        // The library takes a copy.
        let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        sqlite3_result_blob64(result, bytes.baseAddress, sqlite3_uint64(bytes.count), copied)
        bytes.deallocate()
    }

    /// Called for each row of a phrase.
    private static let addRow:
        @convention(c) (UnsafePointer<Fts5ExtensionApi>?, OpaquePointer?, UnsafeMutableRawPointer?) -> CInt = {
            api,
            context,
            data in
            guard let api, let scan = data?.assumingMemoryBound(to: Scan.self),
                let row = api.pointee.xRowid?(context)
            else { return SQLITE_ERROR }
            var iterator = Fts5PhraseIter()
            var (column, offset): (CInt, CInt) = (-1, 0)
            let code = api.pointee.xPhraseFirst?(context, 0, &iterator, &column, &offset) ?? SQLITE_ERROR
            guard code == SQLITE_OK else { return code }
            var occurrences = 0.0
            while column >= 0, Int(column) < scan.pointee.columns.count {
                occurrences += scan.pointee.columns[Int(column)]
                api.pointee.xPhraseNext?(context, &iterator, &column, &offset)
            }
            let score = occurrences > 0 ? scan.pointee.worth * occurrences / (occurrences + saturation) : 0
            scan.pointee.add(score, to: row)
            return SQLITE_OK
        }
}
