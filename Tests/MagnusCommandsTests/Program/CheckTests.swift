import Foundation
import MagnusTestSupport
import Testing

/// `magnus check` and the trees of facts, with the built program over the demo.
@Suite struct CheckTests {
    private static let question = "What positions do I have?"

    /// A home with one recorded answer, and its id.
    private func recorded(_ question: String = question) throws -> (home: ProgramHome, id: String) {
        let home = try ProgramHome()
        let run = try home.run("ask", "--demo", "--json", question)
        #expect(run.status == 0, "\(run.errors)")
        let data = try #require(try run.json()["data"] as? [String: Any])
        return (home, try #require(data["id"] as? String))
    }

    @Test func countsWhatTracesInItsLastLine() throws {
        let (home, id) = try recorded()
        // Worked out from the demo's files: 100 DIS bought at 117.85 are marked at 104.62.
        let text =
            "DIS trades at $104.62 against a cost of $117.85, an unrealised loss of $1,323.00. Cash is $122,585.86."
        let run = try home.run("check", "--against", String(id.prefix(6)), input: text)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.split(separator: "\n").last == "grounded 4/4")
        #expect(run.output.contains("matched"))
    }

    @Test func saysWhyAFigureDoesNotTrace() throws {
        let (home, id) = try recorded()
        let text = "DIS shows a profit of $1,323.00, and TSLA is at $250.00."
        let run = try home.run("check", "--against", id, input: text)
        #expect(run.status == 0)
        #expect(run.output.contains("the data has this value with the other sign"))
        #expect(run.output.contains("no data is about this name"))
        #expect(run.output.split(separator: "\n").last == "grounded 0/3")
        #expect(try home.run("check", "--against", id, "--strict", input: text).status == 4)
        #expect(try home.run("check", "--against", id, "--strict", input: "Cash is $122,585.86.").status == 0)
    }

    @Test func givesEachVerdictAsJSON() throws {
        let (home, id) = try recorded()
        let run = try home.run(
            "check",
            "--against",
            id,
            "--json",
            input: "Cash is $122,585.86. DIS has a delta of 0.31."
        )
        #expect(run.status == 0)
        let json = try run.json()
        #expect(json["schema"] as? String == "magnus.check/1")
        let data = try #require(json["data"] as? [String: Any])
        #expect(data["checked"] as? Int == 2)
        #expect(data["struck"] as? Int == 1)
        #expect(data["text"] as? String == "Cash is $122,585.86. DIS has a delta of [unverified].")
        let figures = try #require(data["figures"] as? [[String: Any]])
        #expect(figures.map { $0["status"] as? String } == ["matched", "struck"])
        let failures = try #require(data["failures"] as? [[String: Any]])
        #expect(failures.first?["text"] as? String == "DIS has a delta of 0.31.")
    }

    @Test func namesTheFactsAndTheSentencesThatDoNotTrace() throws {
        let (home, _) = try recorded()
        let text = "# Notes\n\nDIS trades at $104.62.\nDIS shows a profit of $1,323.00.\n"
        let run = try home.run("check", "--against", "last", input: text)
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.output.contains(#/[A-Z][0-9]+\.[0-9]+ DIS: mark/#))
        #expect(run.output.contains("line 4: DIS shows a profit of $1,323.00. ($1,323.00: the data has this value"))
        let mixed = try home.run(
            "check",
            "--against",
            "last",
            input: "DIS trades at $104.62. The market felt rather heavy to everybody."
        )
        #expect(mixed.output.contains("Not checked"))
        #expect(mixed.output.contains("- The market felt rather heavy to everybody."))
        #expect(!run.output.contains("Not checked"))
        let nothing = try home.run("check", "--against", "last", input: "Good morning.")
        #expect(nothing.status == 0)
        #expect(nothing.output == "grounded 0/0\n")
        #expect(nothing.errors.contains("nothing was checked"))
    }

    @Test func theLatestAnswerIsCalledLast() throws {
        let (home, id) = try recorded()
        #expect(try home.run("show", "last").output.contains("Answer \(id)"))
        let empty = try ProgramHome().run("show", "last")
        #expect(empty.status == 3)
        #expect(empty.errors.contains("no answer has been recorded yet"))
    }

    @Test func refusesWhatItCannotRead() throws {
        let (home, id) = try recorded()
        #expect(try home.run("check", "--against", id, input: " \n").status == 2)
        #expect(try home.run("check", "--against", "ffffffffffff", input: "5").status == 3)
        #expect(try home.run("check", input: "5").status == 2)
        let latin = try home.program.run(["check", "--against", id], input: Data([0x24, 0x35, 0xE9]))
        #expect(latin.status == 8)
    }

    @Test func leadsFiguresDownToTheirRecords() throws {
        let (home, id) = try recorded("how is DIS doing")
        let shown = try home.run("show", id, "--facts")
        #expect(shown.status == 0, "\(shown.errors)")
        #expect(shown.output.contains("unrealised P&L -$1,323.00 = quantity x multiplier x (mark - average price)"))
        #expect(shown.output.contains("mark $104.62, from quotes.csv (mid) DIS"))
        #expect(shown.output.contains(#/quantity 100 = bought less sold, over the rows of the history\n/#))
        #expect(shown.output.contains(#/activity\.csv:[0-9]+, buy 100 at \$117\.85, 20[0-9-]+/#))
        let tree = try home.run("show", id, "--fact", "1")
        #expect(tree.status == 0)
        #expect(try home.run("show", id, "--fact", "999").status == 2)
        #expect(try home.run("show", id, "--fact", "P9.1").status == 2)
        let prompt = try home.run("--demo", input: "how is DIS doing\n/facts\n/facts 1\n/facts 999\n")
        #expect(prompt.output.contains("quotes.csv (mid) DIS"))
    }
}
