import Foundation
import GRDB

/// Fills a new database with what can be read of a damaged one.
///
/// Rows are read from the pages of their trees; SQLite itself would stop at the first that is damaged. Pages whose way from the
/// root is lost are known by what is in them.
struct DatabaseSalvage {
    /// An entry of the damaged file's own list of tables and indexes.
    private struct Entry {
        var type: String
        var name: String
        var steps: [TreeReader.Step]
    }

    /// What became of a table.
    private struct Outcome {
        var layout: TableLayout
        var kept = 0
        /// Rows that contradict others, or cannot be read one by one.
        var refused = 0
        /// Where rows are missing.
        var gaps: [TreeReader.RowRange] = []
        /// Rows that the indexes know and the table has not, by their keys.
        var missing: [[String: DatabaseValue]] = []
        /// Whether an index tells of all rows.
        var isCounted = false

        var isWhole: Bool { refused == 0 && gaps.isEmpty }
    }

    private let reader: TreeReader
    private let queue: DatabaseQueue
    private let progress: (SalvageProgress) throws -> Void
    private let stepCount: Int
    private let entries: [Entry]
    private let claimed: Set<Int>
    private var outcomes: [Outcome] = []
    private var notes: [String] = []
    private var stepsDone = 0

    /// Tables of what cannot be had again, first.
    private static let owned = [
        "imports", "transactions", "quotes", "bars", "dividends", "settings", "sessions", "decisions", "usage",
        "balance_snapshots", "volatility_snapshots", "option_volumes",
    ]
    /// Tables of what can be made or asked for again, and is kept where it is sound. What is a copy, and the words of the full-text
    /// index, are made anew.
    private static let renewable = [
        "collections", "documents", "chunks", "encoders", "vectors", "vector_residuals", "connector_values",
        "connector_states",
        "model_replies", "model_services",
    ]
    private static let rowsInStep = 2_000
    /// Bytes of rows that are held before they are copied, as far as one page has not more.
    private static let bytesInStep = 16 << 20

    /// - Parameter queue: The new database, with tables of the version of the damaged file and nothing in them.
    init(_ file: DamagedFile, into queue: DatabaseQueue, progress: @escaping (SalvageProgress) throws -> Void) {
        let reader = TreeReader(file: file)
        self.reader = reader
        self.queue = queue
        self.progress = progress
        var claimed: Set<Int> = []
        var entries: [Entry] = []
        let list = reader.steps(from: 1, isTable: true, claimed: &claimed)
        for step in list {
            reader.read(step) { found in
                guard case .row(let row) = found, row.values.count == 5,
                    let type = String.fromDatabaseValue(row.values[0]),
                    let name = String.fromDatabaseValue(row.values[1]),
                    let root = Int.fromDatabaseValue(row.values[3]), root > 1
                else { return }
                entries.append(Entry(type: type, name: name, steps: [.leaf(page: root, rows: .init())]))
            }
        }
        entries = entries.map { entry in
            guard case .leaf(let root, _)? = entry.steps.first else { return entry }
            var entry = entry
            // A table without row numbers is kept like an index.
            let isTable = entry.type == "table" && reader.treePage(root)?.kind.isTable != false
            entry.steps = reader.steps(from: root, isTable: isTable, claimed: &claimed)
            return entry
        }
        self.entries = entries
        self.claimed = claimed
        let names = Set(Self.owned + Self.renewable)
        stepCount = entries.reduce(0) { $0 + (names.contains($1.name) ? $1.steps.count : 0) }
    }

    /// Copies everything.
    /// - Returns: What is kept and what is lost; its `damagedFile` is empty.
    mutating func run(at now: Date) throws -> SalvageReport {
        try queue.write { db in try db.execute(sql: "DELETE FROM settings") }
        for name in Self.owned + Self.renewable {
            guard let layout = try layout(of: name) else { continue }
            var outcome = Outcome(layout: layout)
            try copy(&outcome)
            outcomes.append(outcome)
        }
        if outcomes.contains(where: { !$0.isWhole }) { try copyStrayPages() }
        // A page that is an older one of its table shows no damage.
        for index in outcomes.indices
        where !outcomes[index].isWhole || Self.owned.contains(outcomes[index].layout.name) {
            try count(&outcomes[index])
        }
        try queue.write { db in
            try putStandIns(at: now, db)
            try restoreSequences(db)
            try dropDetached(db)
            try IndexStore.raiseGeneration(db)
        }
        return try report()
    }

    // MARK: - Rows

    private func layout(of name: String) throws -> TableLayout? {
        try queue.read { db in
            let sql = "SELECT wr FROM pragma_table_list WHERE schema = 'main' AND name = ?"
            // Tables of later versions than the file is of are not there yet.
            guard let isWithoutRowid = try Bool.fetchOne(db, sql: sql, arguments: [name]) else { return nil }
            return try TableLayout(name, isWithoutRowid: isWithoutRowid, db)
        }
    }

    private mutating func copy(_ outcome: inout Outcome) throws {
        guard let entry = entries.first(where: { $0.type == "table" && $0.name == outcome.layout.name }) else {
            return outcome.gaps.append(TreeReader.RowRange())
        }
        var rows: [TreeReader.StoredRow] = []
        var bytes = 0
        for step in entry.steps {
            reader.read(step) { found in
                switch found {
                case .row(let row):
                    rows.append(row)
                    bytes += row.size
                case .damagedRow: outcome.refused += 1
                case .lost(let range): outcome.gaps.append(range)
                }
            }
            stepsDone += 1
            guard rows.count >= Self.rowsInStep || bytes >= Self.bytesInStep else { continue }
            try insert(rows, &outcome)
            (rows, bytes) = ([], 0)
            try progress(SalvageProgress(table: entry.name, done: stepsDone, total: stepCount))
        }
        try insert(rows, &outcome)
        try progress(SalvageProgress(table: entry.name, done: stepsDone, total: stepCount))
    }

    private func insert(_ rows: [TreeReader.StoredRow], _ outcome: inout Outcome) throws {
        let layout = outcome.layout
        try queue.write { db in
            for row in rows where !Self.isMadeAnew(row, of: layout) {
                guard layout.accepts(row) else {
                    outcome.refused += 1
                    continue
                }
                try layout.insertion(of: row.values.count, db).execute(arguments: layout.arguments(row))
                if db.changesCount == 1 { outcome.kept += 1 } else { outcome.refused += 1 }
            }
        }
    }

    /// Whether a row says how far something is made that the new file has not.
    private static func isMadeAnew(_ row: TreeReader.StoredRow, of layout: TableLayout) -> Bool {
        guard layout.name == "settings", let key = row.values.first.flatMap(String.fromDatabaseValue) else {
            return false
        }
        return key.hasPrefix("index.") && key != "index.generation"
    }

    /// Copies rows from pages that no tree leads to any more, where they can only be those of one table that misses some.
    private mutating func copyStrayPages() throws {
        let free = reader.file.freePages()
        let indexes = try brokenIndexes()
        for number in 2...max(2, reader.file.pageCount) where !claimed.contains(number) && !free.contains(number) {
            guard let page = reader.treePage(number), page.kind != .tableInterior else { continue }
            let rows = reader.rows(of: page)
            let readable = rows.compactMap { $0 }
            guard !readable.isEmpty, !indexes.contains(where: { readable.allSatisfy($0.accepts) }) else { continue }
            let owners = outcomes.indices.filter { index in
                let outcome = outcomes[index]
                return readable.allSatisfy { row in
                    outcome.layout.accepts(row)
                        && outcome.gaps.contains { gap in row.rowid.map(gap.contains) ?? true }
                }
            }
            guard owners.count == 1 else { continue }
            outcomes[owners[0]].refused += rows.count - readable.count
            try insert(readable, &outcomes[owners[0]])
        }
    }

    /// The indexes that have lost pages, which are made anew: what can be of one of them is of no table for sure.
    private func brokenIndexes() throws -> [IndexLayout] {
        try queue.read { db in
            try Row.fetchAll(db, sql: "SELECT name, tbl_name FROM sqlite_schema WHERE type = 'index'")
                .map { row in (name: row[0] as String, table: row[1] as String) }
                .filter { index in
                    guard let entry = entries.first(where: { $0.type == "index" && $0.name == index.name }) else {
                        return true
                    }
                    return entry.steps.contains { if case .lost = $0 { true } else { false } }
                }
                .map { index in try IndexLayout(index.name, of: index.table, db) }
        }
    }

    // MARK: - What is missing

    /// Finds the rows that indexes know and the table has not.
    private func count(_ outcome: inout Outcome) throws {
        let layout = outcome.layout
        let indexes = try queue.read { db in
            try Row.fetchAll(
                db,
                sql: "SELECT name, partial = 0 FROM pragma_index_list(?) WHERE origin <> 'pk' OR NOT ?",
                arguments: [layout.name, layout.isWithoutRowid]
            ).map { row in (name: row[0] as String, isOfAll: row[1] as Bool) }
        }
        var missing: [[DatabaseValue]: [String: DatabaseValue]] = [:]
        for index in indexes {
            guard let entry = entries.first(where: { $0.type == "index" && $0.name == index.name }) else { continue }
            let isWhole = try queue.read { db in
                try missingRows(of: layout, in: entry, db) { key, columns in
                    missing[key, default: [:]].merge(columns) { first, _ in first }
                }
            }
            if isWhole, index.isOfAll { outcome.isCounted = true }
        }
        outcome.missing = missing.sorted { "\($0.key)" < "\($1.key)" }.map(\.value)
    }

    /// Gives the entries of an index whose rows are not in the new table, by the names of their columns.
    /// - Returns: Whether the index could be read to its end.
    private func missingRows(
        of layout: TableLayout,
        in entry: Entry,
        _ db: GRDB.Database,
        _ found: ([DatabaseValue], [String: DatabaseValue]) -> Void
    ) throws -> Bool {
        let columns = try String.fetchAll(
            db,
            sql: "SELECT coalesce(name, 'rowid') FROM pragma_index_xinfo(?) ORDER BY seqno",
            arguments: [entry.name]
        )
        let keys = layout.isWithoutRowid ? try Self.keyColumns(of: layout.name, db) : ["rowid"]
        let condition = keys.map { "\($0) = ?" }.joined(separator: " AND ")
        let lookup = try db.makeStatement(sql: "SELECT 1 FROM \(layout.name) WHERE \(condition)")
        var isWhole = true
        for step in entry.steps {
            try reader.read(step) { row in
                guard case .row(let row) = row, row.values.count == columns.count else { return isWhole = false }
                let values = Dictionary(zip(columns, row.values)) { first, _ in first }
                let key = keys.compactMap { values[$0] }
                guard key.count == keys.count else { return isWhole = false }
                if try Int.fetchOne(lookup, arguments: StatementArguments(key)) == nil { found(key, values) }
            }
        }
        return isWhole
    }

    private static func keyColumns(of table: String, _ db: GRDB.Database) throws -> [String] {
        try String.fetchAll(
            db,
            sql: "SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk",
            arguments: [table]
        )
    }

    // MARK: - What rows refer to

    /// Numbers that were given are not given again, also those of tables without a row that was kept.
    private func restoreSequences(_ db: GRDB.Database) throws {
        guard let entry = entries.first(where: { $0.name == "sqlite_sequence" }) else { return }
        for step in entry.steps {
            try reader.read(step) { found in
                guard case .row(let row) = found, row.values.count == 2,
                    let table = String.fromDatabaseValue(row.values[0]),
                    let last = Int64.fromDatabaseValue(row.values[1])
                else { return }
                try db.execute(
                    sql: """
                        UPDATE sqlite_sequence SET seq = max(seq, :last) WHERE name = :table;
                        INSERT INTO sqlite_sequence (name, seq) SELECT name, :last FROM sqlite_schema
                        WHERE type = 'table' AND name = :table AND sql LIKE '%AUTOINCREMENT%'
                        AND name NOT IN (SELECT name FROM sqlite_sequence)
                        """,
                    arguments: ["last": last, "table": table]
                )
            }
        }
    }

    /// Puts rows in that others refer to, as far as something is known of them.
    private mutating func putStandIns(at now: Date, _ db: GRDB.Database) throws {
        try restore("collections", db, sql: "INSERT OR IGNORE INTO collections (id, name) VALUES (:rowid, :name)")
        try restore(
            "encoders",
            db,
            sql: """
                INSERT OR IGNORE INTO encoders (id, identifier, dimension)
                SELECT :rowid, :identifier, length(components) FROM vectors WHERE encoder_id = :rowid LIMIT 1
                """
        )
        for row in outcomes.first(where: { $0.layout.name == "documents" })?.missing ?? [] {
            // As no file is, so that its file is read again.
            try db.execute(
                sql: """
                    INSERT OR IGNORE INTO documents
                    (id, collection_id, path, title, size, modified_at, content_hash, recipe, chunk_count, indexed_at, note)
                    VALUES (?, ?, ?, '', -1, -1, x'', '', 0, ?, '')
                    """,
                arguments: [row["rowid"], row["collection_id"], row["path"], now.timeIntervalSince1970]
            )
        }
        try putImports(at: now, db)
        try IndexStore.restoreCollections(db)
    }

    /// Puts rows in again of which the indexes know all; they are not missing any more.
    private mutating func restore(_ table: String, _ db: GRDB.Database, sql: String) throws {
        guard let index = outcomes.firstIndex(where: { $0.layout.name == table }) else { return }
        outcomes[index].missing = try outcomes[index].missing.filter { row in
            try db.execute(sql: sql, arguments: StatementArguments(row))
            return db.changesCount == 0
        }
    }

    /// Imports whose own rows are lost are told by what they brought.
    private mutating func putImports(at now: Date, _ db: GRDB.Database) throws {
        let tables = ["transactions", "quotes", "bars", "dividends"]
        let referred = tables.map { "SELECT import_id FROM \($0)" }.joined(separator: " UNION ")
        let lost =
            "SELECT import_id FROM (\(referred)) WHERE import_id NOT IN (SELECT id FROM imports) AND import_id NOT NULL"
        for id in try Int64.fetchAll(db, sql: lost + " ORDER BY import_id") {
            let file = try String.fetchOne(
                db,
                sql: "SELECT source_file FROM transactions WHERE import_id = ? LIMIT 1",
                arguments: [id]
            )
            let counts = try tables.map { table in
                try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table) WHERE import_id = ?", arguments: [id]) ?? 0
            }
            try db.execute(
                sql: """
                    INSERT INTO imports (id, imported_at, file_name, file_digest, format, transaction_count, quote_count,
                    bar_count, dividend_count, note) VALUES (?, ?, ?, '', '', ?, ?, ?, ?, ?)
                    """,
                arguments: [
                    id, now.timeIntervalSince1970, file ?? "unknown", counts[0], counts[1], counts[2], counts[3],
                    "its own record was damaged; made again from what it brought",
                ]
            )
            notes.append(
                "the record of import \(id) (\(file ?? "of an unknown file")) was lost and made again from what it brought"
            )
        }
    }

    /// Removes what refers to rows that nothing is known of.
    private mutating func dropDetached(_ db: GRDB.Database) throws {
        for table in ["vectors", "vector_residuals"] where outcomes.contains(where: { $0.layout.name == table }) {
            try db.execute(sql: "DELETE FROM \(table) WHERE encoder_id NOT IN (SELECT id FROM encoders)")
        }
        let titles = try String.fetchAll(
            db,
            sql: """
                SELECT DISTINCT title FROM chunks WHERE document_id NOT IN (SELECT id FROM documents) ORDER BY title
                """
        )
        guard !titles.isEmpty else { return }
        try db.execute(sql: "DELETE FROM chunks WHERE document_id NOT IN (SELECT id FROM documents)")
        notes.append(
            "the paths of documents were lost; index them again: "
                + SalvageReport.listed(titles.map { "'\($0)'" }, limit: 20)
        )
    }

    // MARK: - Report

    private func report() throws -> SalvageReport {
        let losses = outcomes.compactMap { outcome in Self.loss(of: outcome) }
        return SalvageReport(
            damagedFile: "",
            kept: Dictionary(uniqueKeysWithValues: outcomes.map { ($0.layout.name, $0.kept) }),
            losses: losses.filter { Self.owned.contains($0.table) },
            renewable: losses.filter { Self.renewable.contains($0.table) },
            notes: notes,
            filesToImport: losses.contains { $0.table == "transactions" } ? try incompleteImports() : []
        )
    }

    private func incompleteImports() throws -> [String] {
        try queue.read { db in
            try String.fetchAll(
                db,
                sql: """
                    SELECT DISTINCT file_name FROM imports WHERE transaction_count
                    > (SELECT count(*) FROM transactions WHERE import_id = imports.id) ORDER BY file_name
                    """
            )
        }
    }

    private static func loss(of outcome: Outcome) -> SalvageReport.Loss? {
        guard !outcome.isWhole || !outcome.missing.isEmpty else { return nil }
        let table = outcome.layout.name
        let names = outcome.missing.map { name(of: $0, in: outcome.layout) }
        if outcome.isCounted {
            return names.isEmpty ? nil : SalvageReport.Loss(table: table, count: names.count, keys: names)
        }
        guard !outcome.gaps.isEmpty || !names.isEmpty else {
            return SalvageReport.Loss(table: table, count: outcome.refused, keys: [])
        }
        let ranges = outcome.gaps.compactMap { gap in
            switch (gap.after, gap.through) {
            case (nil, nil), (.max, _): nil as String?
            case (let after?, nil): "numbers after \(after)"
            case (nil, let through?): "numbers up to \(through)"
            case (let after?, let through?): "numbers \(after + 1) to \(through)"
            }
        }
        return SalvageReport.Loss(table: table, count: nil, keys: ranges + names)
    }

    /// What a lost row is called: by its key, else by its number.
    private static func name(of row: [String: DatabaseValue], in layout: TableLayout) -> String {
        if layout.isWithoutRowid {
            return layout.columns.compactMap { row[$0.name] }.map(\.description).joined(separator: " ")
        }
        let key = row["id"] ?? row["path"] ?? row["rowid"]
        return key.flatMap(String.fromDatabaseValue) ?? key?.description ?? "?"
    }
}
