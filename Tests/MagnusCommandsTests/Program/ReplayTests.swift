import Foundation
import GRDB
import MagnusTestSupport
import Testing

/// `magnus replay` and `magnus verify`, with the built program over the demo.
@Suite struct ReplayTests {
    /// A home with two recorded answers, of which the second is from documents.
    private func recorded() throws -> ProgramHome {
        let home = try ProgramHome()
        for question in ["What positions do I have?", "what is theta?"] {
            let run = try home.run("ask", "--demo", question)
            #expect(run.status == 0, "\(run.errors)")
        }
        return home
    }

    @Test func anAnswerIsMadeAnewToTheByte() throws {
        let home = try recorded()
        let run = try home.run("replay", "last")
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains("Theta is the change of an option's price per day."))
        #expect(run.errors.contains("bytes, the same as recorded"))
        let data = try #require(try home.run("replay", "last", "--json").json()["data"] as? [String: Any])
        #expect(data["is_same"] as? Bool == true)
        #expect(data["is_intact"] as? Bool == true)
        #expect((data["differences"] as? [String])?.isEmpty == true)
    }

    @Test func allAnswersAreVerified() throws {
        let home = try recorded()
        let run = try home.run("verify")
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.hasSuffix("verified 2/2\n"))
        #expect(try home.run("verify", "last").output.hasSuffix("verified 1/1\n"))
        let empty = try ProgramHome().run("verify")
        #expect(empty.status == 0)
        #expect(empty.errors.contains("no answers recorded yet"))
        #expect(try home.run("replay", "ffffffffffff").status == 3)
        #expect(try home.run("verify", "ffffffffffff").status == 3)
    }

    @Test func recordsThatWereChangedOrCannotBeReadAreFound() throws {
        let home = try recorded()
        let queue = try DatabaseQueue(path: home.folder.path("home/magnus.db"))
        try queue.write { db in
            try db.execute(
                sql: """
                    UPDATE decisions SET record = CAST(replace(CAST(record AS TEXT), '104.62', '204.62') AS BLOB)
                    WHERE question LIKE 'What positions%'
                    """
            )
            #expect(db.changesCount == 1)
        }
        let run = try home.run("verify")
        #expect(run.status == 10)
        #expect(run.output.contains("the record was changed after it was written"))
        #expect(run.output.hasSuffix("verified 1/2\n"))
        #expect(try home.run("replay", "last").status == 0)

        try queue.write { db in
            try db.execute(sql: "UPDATE decisions SET record = CAST('{' AS BLOB) WHERE question LIKE 'What positions%'")
        }
        let unread = try home.run("verify")
        #expect(unread.status == 10)
        #expect(unread.output.contains("cannot be read"))
        #expect(unread.output.hasSuffix("verified 1/2\n"))
    }
}
