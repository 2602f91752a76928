import Foundation
import GRDB
import MagnusTestSupport
import Testing

@testable import Storage

@Suite("Databases of other programs") struct ForeignDatabaseTests {
    private let folder: TemporaryFolder
    private let path: String

    init() throws {
        folder = try TemporaryFolder()
        path = folder.path("own ?#%.db")
        let queue = try DatabaseQueue(path: path)
        try queue.write { db in
            try db.execute(
                sql: """
                    CREATE TABLE notes (id INTEGER PRIMARY KEY, name TEXT, weight REAL, data BLOB);
                    INSERT INTO notes VALUES (1, 'a', 0.1, NULL), (2, 'b', 2.5, x'FF00'), (9007199254740993, NULL, NULL, NULL);
                    """
            )
        }
        try queue.close()
    }

    private func failure(_ query: String, _ parameters: [ForeignTable.Value] = []) async throws -> StorageError {
        try await #require(throws: StorageError.self) {
            try await ForeignDatabase(path: path).rows(query, parameters: parameters)
        }
    }

    @Test("Values come as they are kept, numbers exact")
    func values() async throws {
        let table = try await ForeignDatabase(path: path).rows(
            "SELECT id, name, weight, data AS d FROM notes ORDER BY id;"
        )
        #expect(table.columns == ["id", "name", "weight", "d"])
        #expect(
            table.rows[0] == [
                .number(1), .text("a"), .number(Decimal(sign: .plus, exponent: -1, significand: 1)), .null,
            ]
        )
        #expect(table.rows[1][3] == .bytes(Data([0xFF, 0])))
        #expect(table.rows[2][0] == .number(Decimal(9_007_199_254_740_993 as Int64)))
    }

    @Test("Parameters are bound, never written into the statement")
    func parameters() async throws {
        let database = ForeignDatabase(path: path)
        let table = try await database.rows(
            "SELECT id FROM notes WHERE name = ?1 OR weight > ?2",
            parameters: [.text("a' OR 1=1 --"), .number(2)]
        )
        #expect(table.rows == [[.number(2)]])
        #expect(try await failure("SELECT ?1, ?2", [.null]).code == .notAQuery)
    }

    @Test(
        "Anything but one query is refused, and nothing is changed",
        arguments: [
            "DELETE FROM notes", "INSERT INTO notes (id) VALUES (5)", "UPDATE notes SET name = 'x'",
            "DROP TABLE notes", "PRAGMA user_version = 7", "PRAGMA table_info(notes)", "ATTACH 'x.db' AS x",
            "VACUUM INTO 'x.db'", "BEGIN", "SELECT 1; DELETE FROM notes", "SELECT 1; SELECT 2",
            "WITH old AS (SELECT 1) DELETE FROM notes", "WITH a AS (SELECT 1) INSERT INTO notes (id) SELECT 5",
            "/* SELECT */ DELETE FROM notes", "-- SELECT\nDELETE FROM notes", "SELECT load_extension('x')",
            "SELECT * FROM pragma_table_info('notes')", "", "EXPLAIN SELECT 1",
        ]
    )
    func writes(_ query: String) async throws {
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        let error = try await failure(query)
        #expect(error.code == .notAQuery, "\(error)")
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["own ?#%.db"])
    }

    @Test(
        "One query in any dress is taken",
        arguments: [
            "select 1", "  SELECT 1 ; ", "/* a */ SELECT ';' -- b", "WITH a AS (SELECT 1) SELECT * FROM a",
            "VALUES (1)", "SELECT 'it''s -- no comment'",
        ]
    )
    func queries(_ query: String) async throws {
        #expect(try await ForeignDatabase(path: path).rows(query).rows.count == 1)
    }

    @Test("A query that takes too long is stopped")
    func slow() async throws {
        let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
        let database = ForeignDatabase(path: path, limits: ForeignQueryLimits(time: .milliseconds(50)))
        let error = try await #require(throws: StorageError.self) { try await database.rows(endless) }
        #expect(error.code == .tooSlow)
        let task = Task { try await ForeignDatabase(path: path, limits: .init(time: .seconds(600))).rows(endless) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test("More rows than the limit are an error, never a part")
    func tooManyRows() async throws {
        let database = ForeignDatabase(path: path, limits: ForeignQueryLimits(rows: 2))
        #expect(try await database.rows("SELECT id FROM notes LIMIT 2").rows.count == 2)
        let error = try await #require(throws: StorageError.self) { try await database.rows("SELECT id FROM notes") }
        #expect(error.code == .tooLarge)
    }

    @Test("What is no database, is missing, or lacks the table is told apart")
    func faults() async throws {
        #expect(try await failure("SELECT x FROM notes").message.contains("no such column: x"))
        #expect(try await failure("SELECT 1 FROM other").message.contains("no such table: other"))
        let text = try folder.write("no database, but long enough to be looked at as one by SQLite", to: "text.db")
        for (path, code) in [(text, StorageError.Code.notADatabase), (folder.path("none.db"), .notFound)] {
            let error = try await #require(throws: StorageError.self) {
                try await ForeignDatabase(path: path).rows("SELECT * FROM sqlite_master")
            }
            #expect(error.code == code)
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path("none.db")))
    }

    @Test("A file that nothing writes to is read without a lock, also while another holds it")
    func immutable() async throws {
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let writer = try DatabaseQueue(path: path, configuration: configuration)
        try await writer.writeWithoutTransaction { db in try db.execute(sql: "BEGIN EXCLUSIVE") }
        let database = ForeignDatabase(path: path, isImmutable: true)
        #expect(try await database.rows("SELECT count(*) FROM notes").rows == [[.number(3)]])
        try await writer.writeWithoutTransaction { db in try db.execute(sql: "ROLLBACK") }
    }
}
