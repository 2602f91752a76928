import Foundation
import GRDB
import MagnusTestSupport
import Testing

/// A page of the database is lost: the program says so, saves the rest and says what to do for what is lost.
@Suite struct SalvageProgramTests {
    private let home: ProgramHome
    private let database: String

    init() throws {
        home = try ProgramHome()
        database = home.folder.path("home/magnus.db")
        let activity = ProgramHome.package.appendingPathComponent("demo/activity.csv").path
        #expect(try home.run("import", activity, "--yes").status == 0)
        #expect(try home.run("search", "assignment").status == 0)
    }

    private func lose(_ tree: String) throws {
        let queue = try DatabaseQueue(path: database)
        let page = try queue.read { db in
            try Int.fetchOne(
                db,
                sql: "SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY pageno DESC",
                arguments: [tree]
            )
        }
        try queue.close()
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: database))
        try handle.seek(toOffset: UInt64((try #require(page) - 1) * 4_096))
        try handle.write(contentsOf: Data(count: 4_096))
        try handle.close()
    }

    private func transactionCount() throws -> Int {
        let queue = try DatabaseQueue(path: database)
        defer { try? queue.close() }
        return try queue.read { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM transactions") ?? 0 }
    }

    @Test(arguments: ["chunks", "chunks_fts_data", "chunks_by_hash", "documents", "settings", "transactions_by_import"])
    func whatCanBeMadeAgainCostsNothing(tree: String) throws {
        let before = try transactionCount()
        try lose(tree)
        let sick = try home.run("doctor")
        #expect(sick.status == 9 && sick.output.contains("magnus doctor --repair"), "\(sick.output)")
        let mended = try home.run("doctor", "--repair")
        #expect(mended.status == 0 && mended.output.contains("magnus.db.damaged-"), "\(mended.output)")
        #expect(try transactionCount() == before)
        #expect(try home.run("index", "verify").status == 0)
        #expect(try home.run("search", "assignment").output.contains("assignment.md"))
    }

    @Test func anotherImportBringsBackWhatIsLost() throws {
        let before = try transactionCount()
        try lose("transactions")
        let mended = try home.run("doctor", "--repair", "--json")
        #expect(mended.status == 0)
        #expect(mended.output.contains("magnus import activity.csv"), "\(mended.output)")
        #expect(try transactionCount() < before)
        let activity = ProgramHome.package.appendingPathComponent("demo/activity.csv").path
        #expect(try home.run("import", activity, "--yes").status == 0)
        #expect(try transactionCount() == before)
    }

    /// A page of another table in the place of one: its rows lack what every row has.
    @Test func rowsThatAreNoneEndNoProgram() throws {
        let queue = try DatabaseQueue(path: database)
        let pages = try queue.read { db in
            try ["documents", "chunks"].map { name in
                try Int.fetchOne(
                    db,
                    sql: "SELECT pageno FROM dbstat WHERE name = ? AND pagetype = 'leaf' ORDER BY pageno DESC",
                    arguments: [name]
                )
            }
        }
        try queue.close()
        var bytes = try Data(contentsOf: URL(fileURLWithPath: database))
        let (target, source) = ((try #require(pages[0]) - 1) * 4_096, (try #require(pages[1]) - 1) * 4_096)
        bytes.replaceSubrange(target..<target + 4_096, with: bytes[source..<source + 4_096])
        try bytes.write(to: URL(fileURLWithPath: database))
        for arguments in [["doctor"], ["index", "verify"], ["index", "rebuild"]] {
            #expect(try home.program.run(arguments).status == 9, "\(arguments)")
        }
        #expect(try home.run("doctor", "--repair").status == 0)
        #expect(try home.run("index", "verify").status == 0)
    }

    @Test func verifyMendsItAsWell() throws {
        try lose("chunks")
        let mended = try home.run("index", "verify", "--repair")
        #expect(mended.status == 0 && mended.errors.contains("made anew"), "\(mended)")
    }

    @Test func anotherProcessKeepsItFromBeingReplaced() throws {
        try lose("chunks")
        let queue = try DatabaseQueue(path: database)
        try queue.read { db in _ = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") }
        let refused = try home.run("doctor", "--repair")
        #expect(refused.status == 9 && refused.output.contains("process is using the database"), "\(refused.output)")
        try queue.close()
        #expect(try home.run("doctor", "--repair").status == 0)
    }
}
