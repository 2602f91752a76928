import Foundation
import GRDB
import MagnusTestSupport
import Testing

/// Vectors are packed at the end of an index run; where that was broken off, the next run or search does it.
@Suite struct UnfinishedPackTests {
    private let models: TinyModels
    private let docs: String

    init() throws {
        models = try TinyModels(standard: "bert-mean-cased")
        // The tiny model takes twenty word pieces at a time, which makes more than the two thousand passages that are packed.
        let filler = String(repeating: "puts and calls are sold and bought again ", count: 20)
        let page = (0..<60).map { "# Part \($0)\n\n\(filler)\($0).\n" }.joined(separator: "\n")
        try models.home.folder.write(page, to: "docs/page.md")
        docs = models.home.folder.path("docs")
    }

    private var database: String { models.home.folder.path("home/magnus.db") }

    private func packedRows() throws -> Int {
        let queue = try DatabaseQueue(path: database)
        let rows = try queue.read { db in
            try Int.fetchOne(db, sql: "SELECT coalesce(sum(row_count), 0) FROM vector_packs")
        }
        try queue.close()
        return rows ?? 0
    }

    @Test func theNextSearchOrRunFinishesThem() throws {
        #expect(try models.run("index", docs, "--quiet").status == 0)
        let rows = try packedRows()
        #expect(rows > 2_000)
        for command in [
            ["search", "puts", "--json"], ["ask", "--demo", "what is theta"], ["index", docs, "--quiet"],
        ] {
            try RawDatabase.write("DELETE FROM vector_packs", to: database)
            let run = try models.program.run(command)
            #expect(run.status == 0, "\(command): \(run.errors)")
            #expect(try packedRows() == rows, "\(command)")
        }
    }
}
