import GRDB

/// A database of the program as a stranger changes it: with plain SQL, without its checks and its keys between tables.
public enum RawDatabase {
    /// Stands for the tokenizer of the full-text index, which the tables' triggers ask for by its name.
    private final class Words: FTS5CustomTokenizer {
        static let name = "magnus_words"
        private let base: any FTS5Tokenizer

        init(db: Database, arguments: [String]) throws {
            base = try db.makeTokenizer(.porter(wrapping: .unicode61(diacritics: .remove)))
        }

        func tokenize(
            context: UnsafeMutableRawPointer?,
            tokenization: FTS5Tokenization,
            pText: UnsafePointer<CChar>?,
            nText: CInt,
            tokenCallback: @escaping FTS5TokenCallback
        ) -> CInt {
            base.tokenize(
                context: context,
                tokenization: tokenization,
                pText: pText,
                nText: nText,
                tokenCallback: tokenCallback
            )
        }
    }

    /// Runs `sql` in one transaction on the database at `path`, whose text is ASCII.
    public static func write(_ sql: String, to path: String) throws {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        configuration.prepareDatabase { db in
            // Reads the tables' names, without which a tokenizer cannot be added.
            try db.execute(sql: "PRAGMA cache_size = -2000")
            db.add(tokenizer: Words.self)
        }
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.write { db in try db.execute(sql: sql) }
        try queue.close()
    }
}
