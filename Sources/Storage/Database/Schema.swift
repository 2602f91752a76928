import GRDB

/// The tables, and the steps that lead to them from any older version.
///
/// Each step runs in a transaction of its own and raises `user_version` by one, so that opening a database that is up
/// to date costs one pragma.
enum Schema {
    /// The version this program writes: the number of steps.
    static var version: Int { steps.count }

    /// Marks the file as ours: `MGNS`.
    static let applicationIdentifier = 0x4D47_4E53

    private struct Step {
        var name: String
        var sql: String
        /// What follows in the same transaction, where SQL alone does not say it.
        var then: (@Sendable (GRDB.Database) throws -> Void)?
    }

    /// Steps are only ever added at the end; a step that was released never changes.
    private static let steps = [
        Step(name: "1 ledger", sql: ledger),
        Step(name: "2 decisions", sql: decisions),
        Step(name: "3 documents", sql: documents),
        Step(name: "4 connector cache", sql: connectorCache),
        Step(name: "5 volatility snapshots", sql: volatilitySnapshots),
        Step(name: "6 usage", sql: usage),
        Step(name: "7 model replies", sql: modelReplies),
        Step(name: "8 balance snapshots", sql: balanceSnapshots),
        Step(name: "9 model services", sql: modelServices),
        Step(name: "10 option volumes", sql: optionVolumes),
        Step(name: "11 vector packs", sql: vectorPacks),
        Step(name: "12 vector checksums", sql: vectorChecksums),
        Step(name: "13 long documents", sql: longDocuments),
        Step(name: "14 names of accounts", sql: accountNames),
        Step(name: "15 words of unspaced scripts", sql: unspacedScripts, then: beginWords),
        Step(name: "16 residuals of vectors", sql: vectorResiduals),
        Step(name: "17 checksums of passages", sql: chunkChecksums),
        Step(name: "18 folded letters", sql: "", then: foldLetters),
    ]

    static var names: Set<String> { Set(steps.map(\.name)) }

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        for (index, step) in steps.enumerated() {
            // No step changes what a row refers to. A check of all rows afterwards would shut out a database with damaged ones,
            // which could not be mended then.
            migrator.registerMigration(step.name, foreignKeyChecks: .immediate) { db in
                try db.execute(sql: step.sql)
                try step.then?(db)
                try db.execute(sql: "PRAGMA user_version = \(index + 1)")
                try db.execute(sql: "PRAGMA application_id = \(applicationIdentifier)")
            }
        }
        return migrator
    }

    /// Brings the tables of an empty database to those of a version.
    static func migrate(_ writer: some DatabaseWriter, toVersion version: Int) throws {
        try migrator.migrate(writer, upTo: steps[version - 1].name)
    }

    private static let ledger = """
        CREATE TABLE imports (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            imported_at REAL NOT NULL,
            file_name TEXT NOT NULL,
            file_digest TEXT NOT NULL,
            format TEXT NOT NULL,
            transaction_count INTEGER NOT NULL,
            quote_count INTEGER NOT NULL,
            bar_count INTEGER NOT NULL,
            dividend_count INTEGER NOT NULL,
            note TEXT NOT NULL
        );
        CREATE TABLE transactions (
            id TEXT PRIMARY KEY,
            import_id INTEGER NOT NULL REFERENCES imports (id),
            date TEXT NOT NULL,
            sequence INTEGER NOT NULL,
            kind TEXT NOT NULL,
            symbol TEXT,
            underlying TEXT,
            multiplier INTEGER,
            quantity TEXT NOT NULL,
            price TEXT,
            amount TEXT NOT NULL,
            fees TEXT NOT NULL,
            account TEXT,
            details TEXT NOT NULL,
            source_file TEXT NOT NULL,
            source_line INTEGER NOT NULL
        );
        CREATE INDEX transactions_by_import ON transactions (import_id);
        CREATE TABLE quotes (
            id INTEGER PRIMARY KEY,
            symbol TEXT NOT NULL,
            import_id INTEGER REFERENCES imports (id),
            as_of REAL NOT NULL,
            bid TEXT,
            ask TEXT,
            last TEXT,
            previous_close TEXT,
            open_interest INTEGER,
            volume INTEGER,
            source TEXT NOT NULL
        );
        CREATE INDEX quotes_by_symbol ON quotes (symbol, as_of);
        CREATE INDEX quotes_by_import ON quotes (import_id);
        CREATE TABLE bars (
            symbol TEXT NOT NULL,
            date TEXT NOT NULL,
            import_id INTEGER NOT NULL REFERENCES imports (id),
            open TEXT NOT NULL,
            high TEXT NOT NULL,
            low TEXT NOT NULL,
            close TEXT NOT NULL,
            adjusted_close TEXT,
            volume INTEGER,
            PRIMARY KEY (symbol, date, import_id)
        ) WITHOUT ROWID;
        CREATE INDEX bars_by_import ON bars (import_id);
        CREATE TABLE dividends (
            symbol TEXT NOT NULL,
            ex_date TEXT NOT NULL,
            import_id INTEGER NOT NULL REFERENCES imports (id),
            amount TEXT NOT NULL,
            source TEXT NOT NULL,
            PRIMARY KEY (symbol, ex_date, import_id)
        ) WITHOUT ROWID;
        CREATE INDEX dividends_by_import ON dividends (import_id);
        CREATE TABLE settings (
            key TEXT PRIMARY KEY,
            value TEXT NOT NULL
        ) WITHOUT ROWID;
        """

    private static let decisions = """
        CREATE TABLE sessions (
            id TEXT PRIMARY KEY,
            started_at REAL NOT NULL,
            updated_at REAL NOT NULL,
            title TEXT NOT NULL,
            state BLOB
        );
        CREATE INDEX sessions_by_time ON sessions (updated_at);
        CREATE TABLE decisions (
            id TEXT PRIMARY KEY,
            session_id TEXT NOT NULL,
            turn INTEGER NOT NULL,
            created_at REAL NOT NULL,
            question TEXT NOT NULL,
            intent TEXT NOT NULL,
            answer TEXT NOT NULL,
            record BLOB NOT NULL,
            exit_code INTEGER NOT NULL
        );
        CREATE INDEX decisions_by_time ON decisions (created_at);
        CREATE INDEX decisions_by_session ON decisions (session_id, turn);
        """

    /// `chunks.id` carries its collection in the bits from 40 up, so that the full-text index, which knows rows by
    /// their number only, can keep to a collection by a range of row numbers.
    private static let documents = """
        CREATE TABLE collections (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE
        );
        CREATE TABLE documents (
            id INTEGER PRIMARY KEY,
            collection_id INTEGER NOT NULL REFERENCES collections (id),
            path TEXT NOT NULL,
            title TEXT NOT NULL,
            size INTEGER NOT NULL,
            modified_at INTEGER NOT NULL,
            content_hash BLOB NOT NULL,
            recipe TEXT NOT NULL,
            chunk_count INTEGER NOT NULL,
            indexed_at REAL NOT NULL,
            note TEXT NOT NULL,
            UNIQUE (collection_id, path)
        );
        CREATE TABLE chunks (
            id INTEGER PRIMARY KEY,
            document_id INTEGER NOT NULL REFERENCES documents (id) ON DELETE CASCADE,
            ordinal INTEGER NOT NULL,
            title TEXT NOT NULL,
            headings TEXT NOT NULL,
            text TEXT NOT NULL,
            first_line INTEGER NOT NULL,
            last_line INTEGER NOT NULL,
            hash BLOB NOT NULL
        );
        CREATE INDEX chunks_by_document ON chunks (document_id, ordinal);
        CREATE INDEX chunks_by_hash ON chunks (hash);
        CREATE VIRTUAL TABLE chunks_fts USING fts5 (
            title, headings, text,
            content = 'chunks', content_rowid = 'id',
            tokenize = 'porter unicode61 remove_diacritics 2'
        );
        CREATE TRIGGER chunks_inserted AFTER INSERT ON chunks BEGIN
            INSERT INTO chunks_fts (rowid, title, headings, text) VALUES (new.id, new.title, new.headings, new.text);
        END;
        CREATE TRIGGER chunks_deleted AFTER DELETE ON chunks BEGIN
            INSERT INTO chunks_fts (chunks_fts, rowid, title, headings, text)
            VALUES ('delete', old.id, old.title, old.headings, old.text);
        END;
        CREATE TABLE encoders (
            id INTEGER PRIMARY KEY,
            identifier TEXT NOT NULL UNIQUE,
            dimension INTEGER NOT NULL
        );
        CREATE TABLE vectors (
            encoder_id INTEGER NOT NULL REFERENCES encoders (id),
            hash BLOB NOT NULL,
            scale REAL NOT NULL,
            components BLOB NOT NULL,
            PRIMARY KEY (encoder_id, hash)
        ) WITHOUT ROWID;
        """

    /// The same index with another tokenizer. Its triggers know it by its name; its words follow. Packs had larger parts before; they
    /// are made again.
    private static let unspacedScripts = """
        DROP TABLE chunks_fts;
        CREATE VIRTUAL TABLE chunks_fts USING fts5 (
            title, headings, text,
            content = 'chunks', content_rowid = 'id',
            tokenize = '\(WordTokenizer.name)'
        );
        DELETE FROM vector_packs;
        """

    /// Gives the new full-text index its words: those of a few chunks at once, more in steps later, so that nobody waits for a
    /// command that only wants to open the database.
    @Sendable
    private static func beginWords(_ db: GRDB.Database) throws {
        try IndexStore.beginFullText(db)
        for _ in 0..<3 { try IndexStore.extendFullText(by: IndexStore.chunksInStep, db) }
    }

    /// Has the full-text index made anew where it knows words in another way than its tokenizer does now.
    @Sendable
    private static func foldLetters(_ db: GRDB.Database) throws {
        let sql =
            "SELECT 1 FROM chunks WHERE text GLOB :letters OR title GLOB :letters OR headings GLOB :letters LIMIT 1"
        guard try Int.fetchOne(db, sql: sql, arguments: ["letters": LetterFolding.pattern]) != nil else { return }
        try beginWords(db)
    }

    /// Columns that are scanned come before the payload, which SQLite then never reads for a scan.
    private static let connectorCache = """
        CREATE TABLE connector_values (
            id INTEGER PRIMARY KEY,
            kind TEXT NOT NULL,
            subject TEXT NOT NULL,
            connector TEXT NOT NULL,
            symbols TEXT NOT NULL,
            dependencies TEXT NOT NULL,
            source TEXT NOT NULL,
            as_of REAL,
            notes TEXT NOT NULL,
            fetched_at REAL NOT NULL,
            expires_at REAL NOT NULL,
            size INTEGER NOT NULL,
            payload BLOB,
            UNIQUE (kind, subject, connector)
        );
        CREATE INDEX connector_values_by_time ON connector_values (fetched_at, size);
        CREATE TABLE connector_states (
            connector TEXT PRIMARY KEY,
            updated_at REAL NOT NULL,
            state BLOB NOT NULL
        ) WITHOUT ROWID;
        """

    private static let volatilitySnapshots = """
        CREATE TABLE volatility_snapshots (
            symbol TEXT NOT NULL,
            date TEXT NOT NULL,
            volatility REAL NOT NULL,
            source TEXT NOT NULL,
            as_of REAL NOT NULL,
            PRIMARY KEY (symbol, date)
        ) WITHOUT ROWID;
        """

    /// Amounts are whole millionths of a millionth of a dollar, so that they add up exactly where they are compared with a
    /// cap. `cost` is what counts: what was set aside while a call runs, what it came to afterwards; NULL is unknown.
    private static let usage = """
        CREATE TABLE usage (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            at REAL NOT NULL,
            day TEXT NOT NULL,
            question TEXT NOT NULL,
            provider TEXT NOT NULL,
            model TEXT NOT NULL,
            agent TEXT NOT NULL,
            state TEXT NOT NULL,
            cost INTEGER,
            is_measured INTEGER NOT NULL,
            failure TEXT NOT NULL,
            estimated_input INTEGER NOT NULL,
            maximum_output INTEGER NOT NULL,
            input INTEGER,
            cached_input INTEGER,
            cache_write_input INTEGER,
            output INTEGER,
            reasoning INTEGER,
            set_aside INTEGER,
            process INTEGER NOT NULL,
            settled_at REAL
        );
        CREATE INDEX usage_by_day ON usage (day, cost);
        CREATE INDEX usage_by_question ON usage (question, cost);
        CREATE INDEX usage_open ON usage (process) WHERE state = 'reserved';
        """

    /// What language models replied, by a digest of all that was asked.
    private static let modelReplies = """
        CREATE TABLE model_replies (
            id INTEGER PRIMARY KEY,
            digest TEXT NOT NULL UNIQUE,
            model TEXT NOT NULL,
            replied_at REAL NOT NULL,
            used_at REAL NOT NULL,
            size INTEGER NOT NULL,
            reply BLOB NOT NULL
        );
        CREATE INDEX model_replies_by_use ON model_replies (used_at, size);
        """

    private static let balanceSnapshots = """
        CREATE TABLE balance_snapshots (
            account TEXT NOT NULL,
            date TEXT NOT NULL,
            cash TEXT,
            net_liquidation TEXT,
            buying_power TEXT,
            source TEXT NOT NULL,
            as_of REAL NOT NULL,
            PRIMARY KEY (account, date)
        ) WITHOUT ROWID;
        CREATE INDEX balance_snapshots_by_date ON balance_snapshots (date);
        """

    /// How services of language models are doing.
    private static let modelServices = """
        CREATE TABLE model_services (
            provider TEXT PRIMARY KEY,
            updated_at REAL NOT NULL,
            state BLOB NOT NULL
        ) WITHOUT ROWID;
        """

    /// How often each option of an underlying was traded on one day.
    private static let optionVolumes = """
        CREATE TABLE option_volumes (
            underlying TEXT NOT NULL,
            date TEXT NOT NULL,
            volumes BLOB NOT NULL,
            as_of REAL NOT NULL,
            PRIMARY KEY (underlying, date)
        ) WITHOUT ROWID;
        """

    /// The vectors of an encoder side by side, so that a search reads them in large pieces. They are a copy of those in
    /// `vectors` at one generation of the index, and worth nothing at any other.
    private static let vectorPacks = """
        CREATE TABLE vector_packs (
            id INTEGER PRIMARY KEY,
            encoder_id INTEGER NOT NULL REFERENCES encoders (id),
            part INTEGER NOT NULL,
            generation INTEGER NOT NULL,
            row_count INTEGER NOT NULL,
            chunk_ids BLOB NOT NULL,
            scales BLOB NOT NULL,
            components BLOB NOT NULL,
            UNIQUE (encoder_id, part)
        );
        """

    /// By which a damaged vector is known; vectors that were made before have none.
    private static let vectorChecksums = "ALTER TABLE vectors ADD COLUMN checksum INTEGER"

    /// What the bytes of a vector leave out of it, apart from them, for a search reads it of the best few only. Vectors that were
    /// made before have none.
    private static let vectorResiduals = """
        CREATE TABLE vector_residuals (
            encoder_id INTEGER NOT NULL REFERENCES encoders (id),
            hash BLOB NOT NULL,
            residuals BLOB NOT NULL,
            checksum INTEGER NOT NULL,
            PRIMARY KEY (encoder_id, hash)
        ) WITHOUT ROWID;
        \(vectorsDeleted)
        """

    /// Has residuals leave with their vectors.
    static let vectorsDeleted = """
        CREATE TRIGGER vectors_deleted AFTER DELETE ON vectors BEGIN
            DELETE FROM vector_residuals WHERE encoder_id = old.encoder_id AND hash = old.hash;
        END;
        """

    /// A long document goes in and out in several transactions, so that nobody waits long for the lock. `state` is 0 for a whole
    /// document, 1 for one whose chunks reach as far as `read_bytes` of its file, 2 for one that is on its way out and that no
    /// search shows any more. `checkpoint` is what its reader goes on with.
    private static let longDocuments = """
        ALTER TABLE documents ADD COLUMN state INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE documents ADD COLUMN read_bytes INTEGER;
        ALTER TABLE documents ADD COLUMN checkpoint BLOB;
        CREATE INDEX documents_unfinished ON documents (state) WHERE state <> 0;
        """

    /// By which a chunk is known that is not as it was written: by its text, its lines, its document and its place in it. Chunks of
    /// a document without `has_checksums` were written before and have none until they were compared with its file.
    /// `status_changed_at` is the time of a file that no program sets, in nanoseconds; NULL where it is not known.
    private static let chunkChecksums = """
        ALTER TABLE chunks ADD COLUMN checksum INTEGER;
        ALTER TABLE documents ADD COLUMN has_checksums INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE documents ADD COLUMN status_changed_at INTEGER;
        CREATE INDEX documents_without_checksums ON documents (id) WHERE has_checksums = 0;
        """

    /// Accounts are called as imports name them now: with the broker before the words that several brokers use, and by the
    /// broker where the file says nothing. Numbers, told by four digits, stay.
    private static let accountNames = [
        ("Robinhood", "robinhood_activity"), ("Fidelity", "fidelity_history"), ("tastytrade", "tastytrade_legacy"),
    ]
    .map { broker, format in
        """
        UPDATE transactions SET account = trim('\(broker) ' || coalesce(account, ''))
        WHERE import_id IN (SELECT id FROM imports WHERE format = '\(format)')
        AND coalesce(account, '') NOT LIKE '\(broker)%' AND coalesce(account, '') NOT GLOB '*[0-9]*[0-9]*[0-9]*[0-9]*';
        """
    }
    .joined(separator: "\n")
}
