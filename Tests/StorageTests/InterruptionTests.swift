import Foundation
import GRDB
import MagnusTestSupport
import Storage
import Testing

/// What is left when a write stops in the middle: nothing of it, and all that was there before.
@Suite struct InterruptionTests {
    let folder: TemporaryFolder
    let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path("magnus.sqlite")
    }

    private static let rows = (0..<30_000).map { TransactionRecord.sample($0) }

    private func prepare() throws {
        let store = PortfolioStore(database: try Storage.Database(path: path))
        try store.add(.sample("before.csv"), transactions: [.sample(-1)])
    }

    private func expectOnlyWhatWasThereBefore() throws {
        let database = try Storage.Database(path: path)
        #expect(try PortfolioStore(database: database).transactionIDs() == ["row--1"])
        #expect(try PortfolioStore(database: database).imports().map(\.fileName) == ["before.csv"])
        #expect(try database.health().problems == [])
    }

    @Test func aKilledImportLeavesNothing() async throws {
        try prepare()
        await #expect(processExitsWith: .signal(SIGXFSZ)) { [path = path as String] in
            let database = try Storage.Database(path: path)
            // The kernel ends the process, with no warning, at the write that takes the log beyond this. Rows that no
            // longer fit into memory reach the log before the import is complete.
            signal(SIGXFSZ, SIG_DFL)
            // Threads of a pool hold signals back.
            var unblocked = sigset_t()
            sigemptyset(&unblocked)
            sigaddset(&unblocked, SIGXFSZ)
            pthread_sigmask(SIG_UNBLOCK, &unblocked, nil)
            var noCoreFile = rlimit(rlim_cur: 0, rlim_max: 0)
            try #require(setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &noCoreFile) == 0)
            var limit = rlimit(rlim_cur: 500_000, rlim_max: 500_000)
            try #require(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
            try PortfolioStore(database: database).add(.sample(), transactions: InterruptionTests.rows)
        }
        try expectOnlyWhatWasThereBefore()
    }

    @Test func aFullDiskLeavesNothing() async throws {
        try prepare()
        await #expect(processExitsWith: .success) { [path = path as String] in
            let database = try Storage.Database(path: path)
            // No file may grow beyond this, as if the disk were full.
            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit(rlim_cur: 500_000, rlim_max: 500_000)
            try #require(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
            let error = #expect(throws: StorageError.self) {
                try PortfolioStore(database: database).add(.sample(), transactions: InterruptionTests.rows)
            }
            #expect(error?.code == .inputOutput || error?.code == .diskFull)
            #expect(error?.description.contains("nothing was changed") == true)
            // What fits still goes through afterwards.
            try SettingsStore(database: database).set("a", to: "1")
        }
        try expectOnlyWhatWasThereBefore()
    }

    @Test func aRowThatFailsTakesTheWholeImportBack() throws {
        try prepare()
        let queue = try DatabaseQueue(path: path)
        try queue.write { db in
            try db.execute(
                sql: """
                    CREATE TRIGGER fault BEFORE INSERT ON transactions WHEN new.id = 'row-1500'
                    BEGIN SELECT RAISE(ABORT, 'planted'); END
                    """
            )
        }
        try queue.close()
        let store = PortfolioStore(database: try Storage.Database(path: path))
        let error = #expect(throws: StorageError.self) {
            try store.add(.sample(), transactions: Array(InterruptionTests.rows.prefix(2_000)))
        }
        #expect(error?.code == .constraint)
        try expectOnlyWhatWasThereBefore()
    }

    @Test func aKilledFileWriteLeavesTheOldFile() async throws {
        let path = try folder.write("old", to: "keys.yaml")
        await #expect(processExitsWith: .success) { [path = path as String] in
            signal(SIGXFSZ, SIG_IGN)
            var limit = rlimit(rlim_cur: 10, rlim_max: 10)
            try #require(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
            let error = #expect(throws: StorageError.self) {
                try PrivateFile.write(Data(repeating: 65, count: 1_000), to: path)
            }
            #expect(error?.code == .diskFull)
        }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "old")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["keys.yaml"])
    }
}
