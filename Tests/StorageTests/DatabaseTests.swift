import Foundation
import GRDB
import MagnusTestSupport
import Storage
import Testing

@Suite struct DatabaseTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func mode(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return try #require(attributes[.posixPermissions] as? Int)
    }

    @Test func aNewDatabaseAndItsFolderArePrivate() throws {
        let path = folder.path("data/magnus/magnus.sqlite")
        let database = try Storage.Database(path: path)
        try SettingsStore(database: database).set("a", to: "1")
        #expect(try mode(folder.path("data")) == 0o700)
        #expect(try mode(folder.path("data/magnus")) == 0o700)
        for suffix in ["", "-wal", "-shm"] {
            #expect(try mode(path + suffix) == 0o600, "\(suffix)")
        }
    }

    @Test func anOpenFileOfOthersIsMadePrivate() throws {
        let path = folder.path("magnus.sqlite")
        _ = try Storage.Database(path: path)
        chmod(path, 0o644)
        _ = try Storage.Database(path: path)
        #expect(try mode(path) == 0o600)
    }

    @Test func whatWasWrittenIsThereAfterOpeningAgain() throws {
        let path = folder.path("magnus.sqlite")
        try SettingsStore(database: Storage.Database(path: path)).set("disclaimer", to: "2026-11-18")
        let again = try Storage.Database(path: path)
        #expect(try SettingsStore(database: again).value("disclaimer") == "2026-11-18")
        #expect(try again.health().problems == [])
        #expect(try again.health().schemaVersion == Storage.Database.schemaVersion)
    }

    @Test func readingOnlyNeverChangesTheFile() throws {
        let path = folder.path("magnus.sqlite")
        try SettingsStore(database: Storage.Database(path: path)).set("a", to: "1")
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        let database = try Storage.Database(path: path, access: .readOnly)
        #expect(try SettingsStore(database: database).value("a") == "1")
        let error = #expect(throws: StorageError.self) { try SettingsStore(database: database).set("a", to: "2") }
        #expect(error?.code == .readOnly)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }

    @Test func readingOnlyRefusesWhatIsMissing() throws {
        let error = #expect(throws: StorageError.self) {
            try Storage.Database(path: folder.path("none.sqlite"), access: .readOnly)
        }
        #expect(error?.code == .notFound)
        #expect(!FileManager.default.fileExists(atPath: folder.path("none.sqlite")))
    }

    @Test func aDatabaseInMemoryIsEmptyAndUsable() throws {
        let database = try Storage.Database()
        #expect(try PortfolioStore(database: database).transactions().isEmpty)
        try SettingsStore(database: database).set("a", to: "1")
        #expect(try SettingsStore(database: database).value("a") == "1")
        #expect(database.sizeInBytes == 0)
    }

    @Test func severalAtOnceMakeTheDatabaseOnce() throws {
        let path = folder.path("magnus.sqlite")
        let failures = Failures()
        DispatchQueue.concurrentPerform(iterations: 8) { index in
            do {
                let database = try Storage.Database(path: path)
                try SettingsStore(database: database).set("key \(index)", to: "\(index)")
            } catch {
                failures.append("\(error)")
            }
        }
        #expect(failures.all == [])
        let settings = SettingsStore(database: try Storage.Database(path: path))
        for index in 0..<8 { #expect(try settings.value("key \(index)") == "\(index)") }
    }

    // MARK: - Refusals

    @Test(arguments: ["PRAGMA user_version = 999", "INSERT INTO grdb_migrations VALUES ('99 later')"])
    func aNewerSchemaIsRefusedAndLeftAsItIs(change: String) throws {
        let path = folder.path("magnus.sqlite")
        try SettingsStore(database: Storage.Database(path: path)).set("a", to: "1")
        try alter(path, change)
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        for access in [Storage.Database.Access.readWrite, .readOnly] {
            let error = #expect(throws: StorageError.self) { try Storage.Database(path: path, access: access) }
            #expect(error?.code == .newerSchema)
            #expect(error?.description.contains("newer version") == true)
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }

    @Test func anOlderSchemaIsBroughtUpToDate() throws {
        let path = folder.path("magnus.sqlite")
        try SettingsStore(database: Storage.Database(path: path)).set("kept", to: "yes")
        // Back to where only the first step had been taken.
        try RawDatabase.write(
            """
            DROP TABLE vector_packs; DROP TABLE vector_residuals; DROP TRIGGER chunks_inserted; DROP TRIGGER chunks_deleted; DROP TABLE chunks_fts; DROP TABLE vectors;
            DROP TABLE encoders; DROP TABLE chunks; DROP TABLE documents; DROP TABLE collections;
            DROP TABLE decisions; DROP TABLE sessions; DROP TABLE connector_values; DROP TABLE connector_states;
            DROP TABLE volatility_snapshots; DROP TABLE usage; DROP TABLE model_replies; DROP TABLE balance_snapshots;
            DROP TABLE model_services; DROP TABLE option_volumes;
            DELETE FROM grdb_migrations WHERE identifier <> '1 ledger'; PRAGMA user_version = 1
            """,
            to: path
        )
        let readOnly = #expect(throws: StorageError.self) { try Storage.Database(path: path, access: .readOnly) }
        #expect(readOnly?.code == .readOnly)
        let database = try Storage.Database(path: path)
        #expect(try database.health().schemaVersion == Storage.Database.schemaVersion)
        #expect(try SettingsStore(database: database).value("kept") == "yes")
        #expect(try DecisionStore(database: database).recent(limit: 1).isEmpty)
        #expect(try UsageStore(database: database).totals(by: .model).isEmpty)
        #expect(try ModelReplyStore(database: database).size() == (0, 0))
    }

    /// Imports before the names of accounts had the broker's: an export without one left none, and words stood alone.
    @Test func accountsOfOlderBooksAreCalledAsImportsCallThemNow() throws {
        let path = folder.path("magnus.sqlite")
        let store = PortfolioStore(database: try Storage.Database(path: path))
        let formats = [
            "robinhood_activity": [nil, "Individual", "123456789", "Robinhood"],
            "fidelity_history": ["IRA X2", "Fidelity"],
            "tastytrade_legacy": ["Roth IRA...40", "tastytrade"], "opening_balances": [nil, "Individual"],
            "interactive_brokers_flex": ["U1234567"],
        ]
        for (index, entry) in formats.sorted(by: { $0.key < $1.key }).enumerated() {
            let record = ImportRecord(
                importedAt: Date(timeIntervalSince1970: 1_790_000_000),
                fileName: "\(entry.key).csv",
                fileDigest: entry.key,
                format: entry.key
            )
            let rows = entry.value.enumerated().map { offset, account in
                var row = TransactionRecord.sample(10 * index + offset)
                row.account = account
                return row
            }
            try store.add(record, transactions: rows)
        }
        try RawDatabase.write(
            """
            \(OlderSchema.withoutChecksums) DROP TRIGGER vectors_deleted; DROP TABLE vector_residuals;
            DELETE FROM grdb_migrations WHERE CAST(identifier AS INTEGER) >= 14; PRAGMA user_version = 13
            """,
            to: path
        )
        let accounts = try PortfolioStore(database: Storage.Database(path: path)).transactions().map(\.account)
        #expect(
            accounts == [
                "Fidelity IRA X2", "Fidelity", "U1234567", nil, "Individual", "Robinhood", "Robinhood Individual",
                "123456789", "Robinhood", "tastytrade Roth IRA...40", "tastytrade",
            ]
        )
    }

    @Test func aFileThatIsNoDatabaseIsRefusedAndLeftAsItIs() throws {
        let text = String(repeating: "this is a letter, not a database\n", count: 100)
        let path = try folder.write(text, to: "letter.txt")
        let error = #expect(throws: StorageError.self) { try Storage.Database(path: path) }
        #expect(error?.code == .notADatabase)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
    }

    @Test func aDatabaseOfAnotherProgramIsRefusedAndLeftAsItIs() throws {
        let path = folder.path("other.sqlite")
        try alter(path, "CREATE TABLE notes (text TEXT)")
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        let error = #expect(throws: StorageError.self) { try Storage.Database(path: path) }
        #expect(error?.code == .notADatabase)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }

    @Test func aFolderAndAPipeAreRefused() throws {
        let directory = #expect(throws: StorageError.self) { try Storage.Database(path: folder.url.path) }
        #expect(directory?.code == .isDirectory)
        try #require(mkfifo(folder.path("pipe"), 0o600) == 0)
        let pipe = #expect(throws: StorageError.self) { try Storage.Database(path: folder.path("pipe")) }
        #expect(pipe?.code == .notRegularFile)
        try folder.write("x", to: "file")
        let below = #expect(throws: StorageError.self) { try Storage.Database(path: folder.path("file/magnus.sqlite")) }
        #expect(below?.code == .notFound)
    }

    @Test func aReadOnlyFolderIsRefused() throws {
        let existing = folder.path("locked/magnus.sqlite")
        _ = try Storage.Database(path: existing)
        chmod(folder.path("locked"), 0o500)
        defer { chmod(folder.path("locked"), 0o700) }
        chmod(folder.url.path, 0o755)
        try Unprivileged.run(owning: [folder.path("locked"), existing]) {
            for path in [existing, folder.path("locked/new.sqlite")] {
                let error = #expect(throws: StorageError.self) { try Storage.Database(path: path) }
                #expect(error?.code == .readOnly, "\(path)")
                #expect(error?.description.contains(folder.path("locked")) == true)
            }
        }
    }

    @Test func damageIsReportedNotReturned() throws {
        let path = folder.path("magnus.sqlite")
        do {
            let store = PortfolioStore(database: try Storage.Database(path: path))
            try store.add(.sample(), transactions: (0..<2_000).map { .sample($0) })
        }
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        // Every page but the first one, which holds the schema's root and the file's header.
        for index in stride(from: 4_096, to: bytes.count, by: 7) { bytes[index] ^= 0x5A }
        try bytes.write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: StorageError.self) {
            _ = try PortfolioStore(database: Storage.Database(path: path)).transactions()
        }
        #expect(error?.code == .corrupt)
        #expect(error?.path == path)
    }

    @Test func aDamagedTableIsAmongTheProblems() throws {
        let path = folder.path("magnus.sqlite")
        do {
            let store = PortfolioStore(database: try Storage.Database(path: path))
            try store.add(.sample(), transactions: (0..<2_000).map { .sample($0) })
        }
        let page = try rootPage(of: "transactions_by_import", in: path)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        for index in (page - 1) * 4_096..<page * 4_096 { bytes[index] = 0 }
        try bytes.write(to: URL(fileURLWithPath: path))
        #expect(try Storage.Database(path: path).health().problems.isEmpty == false)
    }

    @Test func aLockedDatabaseIsReportedAfterTheWait() throws {
        let path = folder.path("magnus.sqlite")
        let database = try Storage.Database(path: path, busyTimeout: .milliseconds(50))
        let other = try DatabaseQueue(path: path)
        try other.inDatabase { db in
            try db.execute(sql: "BEGIN IMMEDIATE")
            let error = #expect(throws: StorageError.self) {
                try SettingsStore(database: database).set("a", to: "1")
            }
            #expect(error?.code == .locked)
            // Who only reads is not kept out.
            #expect(try SettingsStore(database: database).value("a") == nil)
            #expect(throws: Never.self) { try Storage.Database(path: path, busyTimeout: .milliseconds(50)) }
            try db.execute(sql: "ROLLBACK")
        }
        try SettingsStore(database: database).set("a", to: "2")
        #expect(try SettingsStore(database: database).value("a") == "2")
    }

    // MARK: - Backup

    @Test func aBackupIsTheWholeDatabaseInOneFile() throws {
        let database = try Storage.Database(path: folder.path("magnus.sqlite"))
        try SettingsStore(database: database).set("a", to: "1")
        try database.backup(to: folder.path("copy.sqlite"))
        #expect(try mode(folder.path("copy.sqlite")) == 0o600)
        try SettingsStore(database: database).set("a", to: "2")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.url.path).filter { $0.hasPrefix("copy") }
        #expect(names == ["copy.sqlite"])
        let copy = try Storage.Database(path: folder.path("copy.sqlite"))
        #expect(try SettingsStore(database: copy).value("a") == "1")
        #expect(try copy.health().problems == [])
    }

    @Test func aBackupNeverReplacesAFile() throws {
        let database = try Storage.Database(path: folder.path("magnus.sqlite"))
        let path = try folder.write("precious", to: "copy.sqlite")
        let error = #expect(throws: StorageError.self) { try database.backup(to: path) }
        #expect(error?.code == .alreadyExists)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "precious")
        let missing = #expect(throws: StorageError.self) { try database.backup(to: folder.path("none/copy.sqlite")) }
        #expect(missing?.code == .notFound)
    }

    private func alter(_ path: String, _ sql: String) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { db in try db.execute(sql: sql) }
        try queue.close()
    }

    private func rootPage(of name: String, in path: String) throws -> Int {
        let queue = try DatabaseQueue(path: path)
        let page = try queue.read { db in
            try Int.fetchOne(db, sql: "SELECT rootpage FROM sqlite_master WHERE name = ?", arguments: [name])
        }
        try queue.close()
        return try #require(page)
    }
}
