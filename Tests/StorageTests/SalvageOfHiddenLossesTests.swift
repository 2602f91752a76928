import Foundation
import GRDB
import MagnusTestSupport
import Storage
import Testing

/// What a damaged file does not show at first sight: pages that tell of fewer rows than there were, and what is in the log alone.
@Suite struct SalvageOfHiddenLossesTests {
    private static let day = Date(timeIntervalSince1970: 1_795_000_000)
    private static let transactionCount = 600
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path("magnus.sqlite")
        let database = try Storage.Database(path: path)
        try PortfolioStore(database: database).add(
            .sample("activity.csv"),
            transactions: (0..<Self.transactionCount).map { TransactionRecord.sample($0) }
        )
        try RawDatabase.write(
            """
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300)
            INSERT INTO settings SELECT 'key-' || i, 'value ' || i FROM n;
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 200)
            INSERT INTO usage (at, day, question, provider, model, agent, state, cost, is_measured, failure, estimated_input,
            maximum_output, process) SELECT i, '2026-01-02', 'q' || i, 'p', 'm', 'a', 'settled', i, 1, '', 1, 2, 3 FROM n;
            INSERT INTO sessions VALUES ('long', 1, 1.5, 'Title', randomblob(30000));
            """,
            to: path
        )
    }

    // MARK: - Damage

    /// The pages of a tree of one kind, after what is in the log is in the file.
    private func pages(of tree: String, _ kind: String) throws -> [Int] {
        let queue = try DatabaseQueue(path: path)
        defer { try? queue.close() }
        try queue.writeWithoutTransaction { db in _ = try db.checkpoint(.truncate) }
        return try queue.read { db in
            let sql = "SELECT pageno FROM dbstat WHERE name = ? AND pagetype = ? ORDER BY path"
            return try Int.fetchAll(db, sql: sql, arguments: [tree, kind])
        }
    }

    private func page(_ number: Int) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: path))[((number - 1) * 4_096)..<(number * 4_096)]
    }

    private func overwrite(_ bytes: [UInt8], at offset: Int, of page: Int, in path: String? = nil) throws {
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path ?? self.path))
        try handle.seek(toOffset: UInt64((page - 1) * 4_096 + offset))
        try handle.write(contentsOf: bytes)
        try handle.close()
    }

    private func salvage() throws -> SalvageReport { try Storage.Database.salvage(path: path, at: Self.day) }

    private static func sentences(_ report: SalvageReport) -> [String] {
        report.losses.map { $0.description(naming: 10) }
    }

    private func transactionIDs() throws -> Set<String> {
        Set(try PortfolioStore(database: try Storage.Database(path: path)).transactionIDs())
    }

    // MARK: - Rows that are missing

    @Test(arguments: ["leaf", "internal"])
    func rowsThatAPageDoesNotTellOfAreNamed(kind: String) throws {
        let before = try transactionIDs()
        let page = try #require(try pages(of: "transactions", kind).first)
        // The count of cells.
        try overwrite([0, 1], at: 3, of: page)
        let report = try salvage()
        let lost = before.subtracting(try transactionIDs())
        if kind == "leaf" {
            #expect(lost.count > 1)
            #expect(report.losses.map(\.table) == ["transactions"])
            #expect(report.losses.first?.count == lost.count && Set(report.losses.first?.keys ?? []) == lost)
        } else {
            // What the page led to is found by what is in it.
            #expect(lost == [] && report.losses == [])
        }
    }

    /// Nothing counts the settings but their own pages.
    @Test func aTableWithoutAnIndexIsNotToldAsWhole() throws {
        let page = try #require(try pages(of: "settings", "leaf").first)
        try overwrite([0, 1], at: 3, of: page)
        let report = try salvage()
        #expect(Self.sentences(report) == ["settings: rows were lost"])
    }

    @Test func rowsOfAPageThatWasNotWrittenAreNamed() throws {
        let leaf = try #require(try pages(of: "transactions", "leaf").last)
        let old = try page(leaf)
        try PortfolioStore(database: try Storage.Database(path: path)).add(
            .sample("later.csv"),
            transactions: [TransactionRecord.sample(Self.transactionCount)]
        )
        #expect(try pages(of: "transactions", "leaf").last == leaf, "the row was to be on the same page")
        try overwrite([UInt8](old), at: 0, of: leaf)
        #expect(try !Storage.Database.structuralProblems(of: path).isEmpty)
        let report = try salvage()
        #expect(Self.sentences(report) == ["transactions: 1 row was lost: row-\(Self.transactionCount)"])
        #expect(report.filesToImport == ["later.csv"])
    }

    /// Entries of an index that look like settings, of which some are lost as well, are none.
    @Test func entriesOfAnIndexAreNoRows() throws {
        try RawDatabase.write(
            """
            WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 600)
            INSERT INTO balance_snapshots SELECT 'account ' || i, date('2026-01-02', i || ' days'), '1', '2', NULL, 'test', 1.5
            FROM n;
            """,
            to: path
        )
        let leaf = try #require(try pages(of: "settings", "leaf").first)
        let root = try #require(try pages(of: "balance_snapshots_by_date", "internal").first)
        for page in [leaf, root] { try overwrite([UInt8](repeating: 0, count: 4_096), at: 0, of: page) }
        let report = try salvage()
        #expect(Self.sentences(report) == ["settings: rows were lost"])
        let queue = try DatabaseQueue(path: path)
        #expect(
            try queue.read { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM settings WHERE key LIKE '20%'") }
                == 0
        )
        try queue.close()
    }

    /// Free places between rows are no rows that are lost.
    @Test func placesOfDeletedRowsAreNoLosses() throws {
        var generator = SeededGenerator(seed: 11)
        for round in 0..<20 {
            let (first, second) = (Int.random(in: 3...9, using: &generator), Int.random(in: 0...40, using: &generator))
            try RawDatabase.write(
                """
                DELETE FROM transactions WHERE rowid % \(first) = 1;
                UPDATE transactions SET details = substr(hex(zeroblob(40)), 1, \(second)) WHERE rowid % 3 = \(round % 3);
                DELETE FROM settings WHERE length(key) * \(first) % 7 = 1;
                UPDATE settings SET value = value || '\(round)' WHERE key LIKE '%\(round % 10)';
                INSERT INTO settings VALUES ('round-\(round)', hex(zeroblob(\(second))));
                """,
                to: path
            )
        }
        #expect(try Storage.Database.structuralProblems(of: path) == [])
        let report = try salvage()
        #expect(report.losses == [] && report.renewable == [] && report.notes == [])
    }

    // MARK: - The log

    @Test func rowsBeyondTheEndOfTheFileAreReadFromItsLog() throws {
        let before = try transactionIDs()
        _ = try pages(of: "transactions", "leaf")
        let database = try Storage.Database(path: path)
        try PortfolioStore(database: database).add(
            .sample("later.csv"),
            transactions: (1_000..<1_400).map { TransactionRecord.sample($0) }
        )
        let copy = folder.path("copy.sqlite")
        for suffix in ["", "-wal"] {
            try FileManager.default.copyItem(atPath: path + suffix, toPath: copy + suffix)
        }
        // The first page is in the log as well, which has another number of pages in it.
        try overwrite([UInt8](repeating: 0, count: 4_096), at: 0, of: 1, in: copy)
        let report = try Storage.Database.salvage(path: copy, at: Self.day)
        #expect(report.losses == [] && report.renewable == [] && report.notes == [])
        let after = Set(try PortfolioStore(database: try Storage.Database(path: copy)).transactionIDs())
        #expect(after == before.union((1_000..<1_400).map { "row-\($0)" }))
    }

    // MARK: - Numbers

    @Test func numbersOfATableThatIsEmptyAreNotGivenAgain() throws {
        try RawDatabase.write("DELETE FROM usage", to: path)
        _ = try salvage()
        try RawDatabase.write(
            """
            INSERT INTO usage (at, day, question, provider, model, agent, state, cost, is_measured, failure, estimated_input,
            maximum_output, process) VALUES (1, '2026-01-02', 'q', 'p', 'm', 'a', 'settled', 1, 1, '', 1, 2, 3)
            """,
            to: path
        )
        let queue = try DatabaseQueue(path: path)
        #expect(try queue.read { db in try Int.fetchOne(db, sql: "SELECT id FROM usage") } == 201)
        try queue.close()
    }

    @Test func theLargestNumberMayStandInADamagedPage() throws {
        let root = try #require(try pages(of: "imports", "leaf").first)
        // A page that leads to others: its first key is the largest number there is, the second smaller.
        var page = [UInt8](repeating: 0, count: 4_096)
        page.replaceSubrange(0..<16, with: [5, 0, 0, 0, 2, 0x0F, 0xEE, 0, 0, 0, 0, 0, 0x0F, 0xF3, 0x0F, 0xEE])
        page.replaceSubrange(0xFEE..<0xFF3, with: [0, 0, 0, 0, 5])
        page.replaceSubrange(0xFF3..<0x1000, with: [0, 0, 0, 0, 0xBF, 255, 255, 255, 255, 255, 255, 255, 255])
        try overwrite(page, at: 0, of: root)
        let report = try salvage()
        #expect(report.losses.map(\.table) == ["imports"])
        #expect(report.losses.first?.keys == ["numbers up to \(Int64.max)", "numbers after 5"])
        #expect(try transactionIDs().count == Self.transactionCount)
    }

    // MARK: - Long records

    /// The pages of a long record in a circle are as long as the record, and not what it was.
    @Test func aRecordThatGoesInACircleIsLost() throws {
        let page = try #require(try pages(of: "sessions", "overflow").dropFirst(2).first)
        try overwrite((0..<4).map { UInt8(truncatingIfNeeded: page >> (24 - 8 * $0)) }, at: 0, of: page)
        let report = try salvage()
        #expect(Self.sentences(report) == ["sessions: 1 row was lost: long"])
    }
}
