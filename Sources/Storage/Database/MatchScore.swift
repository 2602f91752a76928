import GRDB
import GRDBSQLite

/// An auxiliary function of the full-text index that says how well a row matches: `match_score(chunks_fts, numbers)`.
///
/// The function that SQLite brings, `bm25`, counts each phrase's rows anew and looks up each row's length; with both known or
/// of no matter, a row costs a tenth. `numbers` is a blob of doubles: what a word in each column is worth, then what each
/// phrase of the expression is worth.
enum MatchScore {
    static let name = "match_score"
    /// How soon more of the same word adds nothing.
    private static let saturation = 0.6

    /// Makes the function known to a connection.
    /// - Throws: `DatabaseError`.
    static func register(in db: GRDB.Database) throws {
        let api = UnsafeMutablePointer(mutating: FTS5.api(db))
        let code = api.pointee.xCreateFunction?(api, name, nil, score, nil) ?? SQLITE_ERROR
        guard code == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
    }

    private static let score: fts5_extension_function = { api, context, result, count, values in
        guard let api = api?.pointee, count == 1, let value = values?[0], let blob = sqlite3_value_blob(value),
            let columnCount = api.xColumnCount?(context), let phraseCount = api.xPhraseCount?(context),
            Int(sqlite3_value_bytes(value)) >= Int(columnCount + phraseCount) * MemoryLayout<Double>.stride
        else {
            sqlite3_result_error(result, "match_score needs a number for each column and phrase", -1)
            return
        }
        let numbers = UnsafeRawPointer(blob)
        func number(_ index: CInt) -> Double {
            numbers.loadUnaligned(fromByteOffset: Int(index) * MemoryLayout<Double>.stride, as: Double.self)
        }
        var total = 0.0
        for phrase in 0..<phraseCount {
            let worth = number(columnCount + phrase)
            guard worth > 0 else { continue }
            var iterator = Fts5PhraseIter()
            var (column, offset): (CInt, CInt) = (-1, 0)
            let code = api.xPhraseFirst?(context, phrase, &iterator, &column, &offset) ?? SQLITE_ERROR
            guard code == SQLITE_OK else {
                sqlite3_result_error_code(result, code)
                return
            }
            var occurrences = 0.0
            while column >= 0, column < columnCount {
                occurrences += number(column)
                api.xPhraseNext?(context, &iterator, &column, &offset)
            }
            if occurrences > 0 { total += worth * occurrences / (occurrences + saturation) }
        }
        sqlite3_result_double(result, total)
    }
}
