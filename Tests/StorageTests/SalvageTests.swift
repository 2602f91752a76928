import Crypto
import Foundation
import GRDB
import MagnusTestSupport
import Storage
import Testing

/// Pages of the file are lost; what the others hold must be in the new file, and what is lost must be named.
@Suite struct SalvageTests {
    static let day = Date(timeIntervalSince1970: 1_795_000_000)
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path("magnus.sqlite")
        try Self.fill(path)
    }

    private static let transactionCount = 600

    /// A database with rows in all tables, most of them on several pages.
    private static func fill(_ path: String) throws {
        let database = try Storage.Database(path: path)
        try PortfolioStore(database: database).add(
            .sample("activity.csv"),
            transactions: (0..<transactionCount).map { TransactionRecord.sample($0) }
        )
        let index = IndexStore(database: database)
        for number in 0..<40 {
            try index.put(document(number), chunks: (0..<6).map { chunk(number, $0) })
        }
        var vectors: [VectorRecord] = []
        for hash in try index.pendingChunks(encoder: "e", limit: 1_000).chunks.map(\.hash) {
            let bytes = (0..<384).map { Int8(truncatingIfNeeded: Int(hash[$0 % 32]) &+ $0) }
            vectors.append(VectorRecord(hash: hash, scale: 0.5, components: bytes, residuals: bytes.reversed()))
        }
        try index.add(vectors, encoder: "e", dimension: 384)
        try index.packVectors(encoder: "e", minimum: 1)
        try SettingsStore(database: database).set("answer", to: "42")
        // The tables that no store of these tests fills.
        try RawDatabase.write(
            """
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
            INSERT INTO quotes (symbol, import_id, as_of, bid, source) SELECT 'S' || i, 1, i + 0.5, '1.25', 'test' FROM n;
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
            INSERT INTO bars SELECT 'S' || i, '2026-01-02', 1, '1', '2', '0.5', '1.5', NULL, i FROM n;
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
            INSERT INTO dividends SELECT 'S' || i, '2026-01-02', 1, '0.25', 'test' FROM n;
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
            INSERT INTO sessions SELECT 'session-' || i, i, i + 0.5, 'Title', zeroblob(0) FROM n;
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)
            INSERT INTO decisions SELECT 'decision-' || i, 'session-1', i, i, 'q', 'i', 'a', randomblob(100 * i), 0 FROM n;
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
            INSERT INTO usage (at, day, question, provider, model, agent, state, cost, is_measured, failure, estimated_input,
            maximum_output, process) SELECT i, '2026-01-02', 'q' || i, 'p', 'm', 'a', 'settled', i, 1, '', 1, 2, 3 FROM n;
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
            INSERT INTO balance_snapshots SELECT 'account ' || i, '2026-01-02', '1', '2', NULL, 'test', i + 0.5 FROM n;
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
            INSERT INTO volatility_snapshots SELECT 'S' || i, '2026-01-02', 0.25, 'test', i + 0.5 FROM n;
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
            INSERT INTO option_volumes SELECT 'S' || i, '2026-01-02', x'0102', i + 0.5 FROM n;
            """,
            to: path
        )
    }

    private static func document(_ number: Int) -> DocumentRecord {
        DocumentRecord(
            collection: "documents",
            path: "/docs/\(number).md",
            title: "Title \(number)",
            size: 10,
            modifiedAt: 1,
            contentHash: Data([1]),
            recipe: "r1",
            indexedAt: day
        )
    }

    private static func chunk(_ document: Int, _ number: Int) -> ChunkRecord {
        let text = "passage \(number) of \(document) " + String(repeating: "word\(document * 7 + number) ", count: 40)
        var chunk = ChunkRecord(title: "Title", headings: ["H"], text: text, lines: 1...2, hash: Data())
        chunk.hash = digest(chunk)
        return chunk
    }

    private static func digest(_ chunk: ChunkRecord) -> Data {
        Data(SHA256.hash(data: Data((chunk.headings + [chunk.text]).joined(separator: "|").utf8)))
    }

    // MARK: - Damage

    /// The pages of each tree, overflow pages included.
    private func pages() throws -> [String: [Int]] {
        let queue = try DatabaseQueue(path: path)
        defer { try? queue.close() }
        // Only what is in the file itself can be damaged there.
        try queue.writeWithoutTransaction { db in _ = try db.checkpoint(.truncate) }
        return try queue.read { db in
            try Row.fetchAll(db, sql: "SELECT name, pageno FROM dbstat ORDER BY pageno")
                .reduce(into: [:]) { pages, row in pages[row[0], default: []].append(row[1]) }
        }
    }

    private func overwrite(_ bytes: Data, at offset: Int) throws {
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try handle.seek(toOffset: UInt64(offset))
        try handle.write(contentsOf: bytes)
        try handle.close()
    }

    private func zero(_ page: Int) throws {
        try overwrite(Data(count: 4_096), at: (page - 1) * 4_096)
    }

    /// The rows of all tables that are copied, by table.
    private func rows(_ path: String) throws -> [String: Set<String>] {
        let queue = try DatabaseQueue(path: path)
        defer { try? queue.close() }
        return try queue.read { db in
            var rows: [String: Set<String>] = [:]
            for table in Self.tables {
                rows[table] = Set(try Row.fetchAll(db, sql: "SELECT * FROM \(table)").map { "\($0)" })
            }
            return rows
        }
    }

    private static let owned = [
        "imports", "transactions", "quotes", "bars", "dividends", "settings", "sessions", "decisions", "usage",
        "balance_snapshots", "volatility_snapshots", "option_volumes",
    ]
    private static let tables =
        owned + ["collections", "documents", "chunks", "encoders", "vectors", "vector_residuals"]

    // MARK: - Tests

    @Test func aSoundFileHasNoProblems() throws {
        #expect(try Storage.Database.structuralProblems(of: path) == [])
        #expect(try Storage.Database.structuralProblems(of: folder.path("none")) == [])
    }

    @Test func withoutDamageEveryRowIsKept() throws {
        let before = try rows(path)
        let report = try Storage.Database.salvage(path: path, at: Self.day)
        let after = try rows(path)
        for table in Self.tables where table != "settings" { #expect(after[table] == before[table], "\(table)") }
        #expect(report.losses == [] && report.renewable == [] && report.notes == [])
        #expect(report.damagedFile == path + ".damaged-2026-11-18")
        let database = try Storage.Database(path: path)
        #expect(try database.health().problems == [])
        #expect(try SettingsStore(database: database).value("answer") == "42")
        #expect(try IndexStore(database: database).inspect(digest: Self.digest).defects == [])
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o600)
    }

    /// One page of every table and index in turn: the first, which leads to the others, the last, and one in between.
    @Test func aLostPageOfAnyTreeCostsItsOwnRowsAlone() throws {
        let before = try rows(path)
        let trees = try pages().filter { $0.key != "sqlite_schema" }
        #expect(trees.count > 50)
        let original = try Data(contentsOf: URL(fileURLWithPath: path))
        var generator = SeededGenerator(seed: 6)
        for (name, pages) in trees.sorted(by: { $0.key < $1.key }) {
            for page in Set([pages[0], pages[pages.count - 1], pages.randomElement(using: &generator) ?? pages[0]]) {
                try original.write(to: URL(fileURLWithPath: path))
                try zero(page)
                try expectSalvage(from: before, lost: name, page: page)
            }
        }
    }

    private func expectSalvage(from before: [String: Set<String>], lost name: String, page: Int) throws {
        let where_: Comment = "page \(page) of \(name)"
        let report = try Storage.Database.salvage(path: path, at: Self.day)
        try FileManager.default.removeItem(atPath: report.damagedFile)
        let after = try rows(path)
        for table in Self.tables where table != "settings" {
            let (old, new) = (before[table] ?? [], after[table] ?? [])
            let isNamed = (report.losses + report.renewable).contains { $0.table == table }
            // Rows of documents come back empty where an index knows their paths; imports by what they brought.
            if ["documents", "imports"].contains(table) {
                #expect(old.count == new.count, where_)
            } else {
                #expect(new.isSubset(of: old), where_)
                #expect(new.count == old.count || table == name || isNamed || name == "encoders", where_)
                let counts = (report.losses + report.renewable).filter { $0.table == table }.compactMap(\.count)
                if name == table, let count = counts.first { #expect(old.count - new.count == count, where_) }
            }
        }
        let database = try Storage.Database(path: path)
        #expect(try database.health().problems == [], where_)
        let store = IndexStore(database: database)
        _ = try store.repair(digest: Self.digest)
        #expect(try store.inspect(digest: Self.digest).defects == [], where_)
    }

    @Test func rowsOfALostLeafAreNamedByTheirKeys() throws {
        let leaf = try #require(try pages()["transactions"]?.dropFirst(3).first)
        try zero(leaf)
        #expect(try !Storage.Database.structuralProblems(of: path).isEmpty)
        let report = try Storage.Database.salvage(path: path, at: Self.day)
        let loss = try #require(report.losses.first)
        #expect(report.losses.count == 1)
        let left = try PortfolioStore(database: try Storage.Database(path: path)).transactionIDs()
        #expect(loss.table == "transactions" && loss.count == Self.transactionCount - left.count)
        let lost = Set((0..<Self.transactionCount).map { "row-\($0)" }).subtracting(left)
        #expect(Set(loss.keys) == lost)
        #expect(loss.description(naming: 1).hasSuffix("\(loss.keys[0]) and \(lost.count - 1) more"))
        #expect(report.filesToImport == ["activity.csv"])
    }

    /// Rows that are none break no rule of SQLite's trees.
    @Test func aPageOfAnotherTreeInThePlaceOfOneIsFound() throws {
        let trees = try pages()
        let (vector, word) = (try #require(trees["vectors"]?.last), try #require(trees["chunks_fts_idx"]?.last))
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        try overwrite(bytes[((word - 1) * 4_096)..<(word * 4_096)], at: (vector - 1) * 4_096)
        #expect(try !Storage.Database.structuralProblems(of: path).isEmpty)
        let report = try Storage.Database.salvage(path: path, at: Self.day)
        #expect(report.losses == [] && report.renewable.map(\.table).contains("vectors"))
        let store = IndexStore(database: try Storage.Database(path: path))
        _ = try store.repair(digest: Self.digest)
        #expect(try store.inspect(digest: Self.digest).defects == [])
    }

    @Test func rowsBelowALostRootAreFoundByWhatIsInThem() throws {
        for table in ["transactions", "chunks", "decisions", "bars", "usage"] {
            let before = try rows(path)
            try zero(try #require(try pages()[table]?.first))
            let report = try Storage.Database.salvage(path: path, at: Self.day)
            try FileManager.default.removeItem(atPath: report.damagedFile)
            let (old, new) = (try #require(before[table]), try #require(try rows(path)[table]))
            // Of a table that is kept like an index its root is rows as well.
            if table == "bars" {
                #expect(old.count - new.count == report.losses.first?.count)
                #expect(new.count > old.count - 10)
            } else {
                #expect(new == old, "\(table)")
                #expect(report.losses == [] && report.renewable == [])
            }
        }
    }

    @Test func severalPagesMayBeLost() throws {
        let before = try rows(path)
        var generator = SeededGenerator(seed: 60)
        let all = try pages().filter { $0.key != "sqlite_schema" }.values.flatMap { $0 }.sorted()
        for _ in 0..<40 { try zero(try #require(all.randomElement(using: &generator))) }
        _ = try Storage.Database.salvage(path: path, at: Self.day)
        let after = try rows(path)
        for table in Self.owned where table != "settings" && table != "imports" {
            #expect(try #require(after[table]).isSubset(of: try #require(before[table])), "\(table)")
        }
        let store = IndexStore(database: try Storage.Database(path: path))
        _ = try store.repair(digest: Self.digest)
        #expect(try store.inspect(digest: Self.digest).defects == [])
        #expect(try store.database.health().problems == [])
    }

    /// Nothing that stands on a page may end the process: a page of noise, or one that stands in the place of another.
    @Test func pagesOfNoiseAreLostAsWell() throws {
        let before = try rows(path)
        var generator = SeededGenerator(seed: 7)
        let trees = try pages()
        for name in ["transactions", "chunks", "bars", "decisions"] {
            let page = try #require(trees[name]?.dropFirst(2).first)
            let kind: UInt8 = name == "bars" ? 10 : 13
            let noise =
                [kind, 0, 0, 0, 60, 0, 0, 0] + (0..<4_088).map { _ in UInt8.random(in: 0...255, using: &generator) }
            try overwrite(Data(noise), at: (page - 1) * 4_096)
        }
        let report = try Storage.Database.salvage(path: path, at: Self.day)
        let after = try rows(path)
        for table in ["transactions", "bars"] {
            let (old, new) = (try #require(before[table]), try #require(after[table]))
            #expect(new.isSubset(of: old))
            #expect(report.losses.first { $0.table == table }?.count == old.count - new.count)
        }
    }

    @Test func aFileThatWasCutOffIsReadToItsEnd() throws {
        _ = try pages()
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try handle.truncate(atOffset: try handle.seekToEnd() / 2)
        try handle.close()
        _ = try Storage.Database.salvage(path: path, at: Self.day)
        #expect(try Storage.Database(path: path).health().problems == [])
    }

    @Test func whatIsInTheLogAloneIsKept() throws {
        let database = try Storage.Database(path: path)
        try SettingsStore(database: database).set("late", to: "yes")
        let copy = folder.path("copy.sqlite")
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: path + suffix, toPath: copy + suffix)
        }
        _ = try Storage.Database.salvage(path: copy, at: Self.day)
        #expect(try SettingsStore(database: try Storage.Database(path: copy)).value("late") == "yes")
    }

    @Test func anOlderFileIsBroughtUpToDate() throws {
        try RawDatabase.write(
            """
            UPDATE transactions SET account = NULL;
            UPDATE imports SET format = 'fidelity_history';
            DROP TABLE vector_residuals; DROP TRIGGER vectors_deleted;
            \(OlderSchema.withoutChecksums)
            DELETE FROM grdb_migrations WHERE CAST(identifier AS INTEGER) >= 14;
            PRAGMA user_version = 13;
            """,
            to: path
        )
        let leaf = try #require(try pages()["transactions"]?.dropFirst(3).first)
        try zero(leaf)
        _ = try Storage.Database.salvage(path: path, at: Self.day)
        let database = try Storage.Database(path: path)
        #expect(try database.health().schemaVersion == Storage.Database.schemaVersion)
        // What the fourteenth step makes of the names of accounts.
        #expect(try PortfolioStore(database: database).transactions().allSatisfy { $0.account == "Fidelity" })
    }

    /// Two that find the same damage: one mends it, the other finds it mended.
    @Test func ofSeveralRunsOneMendsIt() async throws {
        let before = try rows(path)
        try zero(try #require(try pages()["chunks_by_hash"]?.last))
        let reports = try await withThrowingTaskGroup(of: SalvageReport?.self) { group in
            for _ in 0..<3 {
                group.addTask { [path] in
                    try Storage.Database.salvageIfDamaged(path: path, at: Self.day, busyTimeout: .seconds(60))
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(reports.compactMap { $0 }.count == 1)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted().last
                == "magnus.sqlite.damaged-2026-11-18"
        )
        #expect(try rows(path)["transactions"] == before["transactions"])
    }

    @Test func aFileThatIsOpenElsewhereIsLeftAlone() throws {
        let database = try Storage.Database(path: path)
        let error = #expect(throws: StorageError.self) {
            try Storage.Database.salvage(path: path, at: Self.day, busyTimeout: .milliseconds(50))
        }
        #expect(error?.code == .locked)
        #expect(try PortfolioStore(database: database).transactionCount() == Self.transactionCount)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.url.path).allSatisfy { !$0.contains("damaged") }
        )
    }

    @Test func withoutItsFirstBytesNothingIsChanged() throws {
        _ = try pages()
        try zero(1)
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        let error = #expect(throws: StorageError.self) { try Storage.Database.salvage(path: path, at: Self.day) }
        #expect(error?.code == .corrupt && error?.message.contains("first bytes") == true)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }

    @Test func aListOfTablesThatIsLostIsNone() throws {
        let before = try rows(path)
        _ = try pages()
        // The header stays, the list of tables behind it goes.
        try overwrite(Data(count: 3_996), at: 100)
        _ = try Storage.Database.salvage(path: path, at: Self.day)
        let after = try rows(path)
        for table in ["transactions", "decisions", "usage", "imports", "quotes", "sessions"] {
            #expect(after[table] == before[table], "\(table)")
        }
    }

    @Test func aFullDiskLeavesTheOldFile() async throws {
        try zero(try #require(try pages()["transactions"]?.last))
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        await #expect(processExitsWith: .success) { [path = path as String] in
            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit(rlim_cur: 200_000, rlim_max: 200_000)
            try #require(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
            let error = #expect(throws: StorageError.self) {
                try Storage.Database.salvage(path: path, at: SalvageTests.day)
            }
            #expect(error?.code == .inputOutput || error?.code == .diskFull)
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path).sorted().first == "magnus.sqlite")
        #expect(!FileManager.default.fileExists(atPath: path + ".unfinished"))
    }

    @Test func aKilledRunLeavesTheOldFileAndTheNextOneMendsIt() async throws {
        try zero(try #require(try pages()["transactions"]?.last))
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            _ = try Storage.Database.salvage(path: path, at: SalvageTests.day) { step in
                if step.table == "chunks" { kill(getpid(), SIGKILL) }
            }
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
        _ = try Storage.Database.salvage(path: path, at: Self.day)
        #expect(try Storage.Database(path: path).health().problems == [])
        #expect(!FileManager.default.fileExists(atPath: path + ".unfinished"))
    }
}
