import Foundation
import MagnusTestSupport
import Testing

/// A book without any price, of tickers of one letter and with a point, and options on them: nothing that Magnus says of it
/// itself is without data.
@Suite struct UnpricedBookTests {
    private static let activity = """
        "Activity Date","Process Date","Settle Date","Instrument","Description","Trans Code","Quantity","Price","Amount"
        "11/20/2026","11/20/2026","11/23/2026","NVDA","NVDA 1/15/2027 Put $170.00","STO","2","$1.55","$309.90"
        "11/19/2026","11/19/2026","11/20/2026","T","T 1/15/2027 Call $30.00","STO","1","$0.40","$39.96"
        "11/18/2026","11/18/2026","11/20/2026","T","AT&T
        CUSIP: 00206R102","Buy","100","$25.00","($2,500.00)"
        "11/18/2026","11/18/2026","11/20/2026","BRK.B","Berkshire Hathaway
        CUSIP: 084670702","Buy","2","$500.00","($1,000.00)"
        "11/17/2026","11/17/2026","11/18/2026","F","F 11/14/2026 Put $10.00","OASGN","1","",""
        "11/17/2026","11/17/2026","11/18/2026","F","Ford Motor
        CUSIP: 345370860","Buy","100","$10.00","($1,000.00)"
        "11/16/2026","11/16/2026","11/18/2026","V","Visa
        CUSIP: 92826C839","Buy","3","$300.00","($900.00)"

        """

    private static func home() throws -> ProgramHome {
        let home = try ProgramHome()
        let file = try home.folder.write(activity, to: "activity.csv")
        #expect(try home.run("import", file, "--yes").status == 0)
        return home
    }

    @Test func nothingIsStruckFromTheViews() throws {
        let home = try Self.home()
        let positions = try home.run("positions", "--as-of", "2026-11-20")
        for ticker in ["F", "T", "V", "BRK.B"] {
            #expect(positions.output.contains("- \(ticker): not priced"), "\(positions.output)")
        }
        let wheel = try home.run("wheel", "--as-of", "2026-11-20")
        #expect(wheel.output.contains("the break-even of the wheel on F is not known"), "\(wheel.output)")
        for run in [positions, wheel] {
            #expect(!run.output.contains("[unverified]"), "\(run.output)")
            #expect(!run.errors.contains("struck"), "\(run.errors)")
        }
    }

    /// A short option that has no price is no less short.
    @Test func shortOptionsWithoutAPriceAreNamed() throws {
        let run = try Self.home().run("ask", "what could be assigned?", "--as-of", "2026-11-20")
        #expect(!run.output.contains("holds no short options"), "\(run.output)")
        #expect(run.output.contains("how likely that is cannot be said of those"), "\(run.output)")
        // Two puts at 170 take 34,000 dollars, a call 100 shares.
        #expect(run.output.contains("assignment takes $34,000.00 of cash"), "\(run.output)")
        #expect(run.output.contains("assignment takes 100 shares"), "\(run.output)")
        #expect(!run.output.contains("[unverified]"), "\(run.output)")
    }

    @Test func keysThatWereTypedByMistakeAreNotRepeated() throws {
        let home = try ProgramHome()
        let key = "sk-ant-api03-AbCdEf0123456789"
        for arguments in [
            ["models", "test", key], ["connect", key], ["encoder", "pull", "https://\(key)@localhost/m"],
        ] {
            let run = try home.program.run(arguments)
            #expect(run.status != 0)
            #expect(!(run.output + run.errors).contains(key), "\(arguments): \(run.errors)")
        }
    }

    @Test(arguments: [
        "what is my position in F?", "what is my position in T?", "what is my position in BRK.B?",
        "how is my wheel on F?", "how risky is my portfolio?",
    ])
    func nothingIsStruckFromAnAnswer(question: String) throws {
        let json = try Self.home().run("ask", question, "--as-of", "2026-11-20", "--json").json()
        let data = try #require(json["data"] as? [String: Any])
        let answer = try #require(data["answer"] as? String)
        #expect(!answer.contains("[unverified]"), "\(answer)")
        #expect((data["grounding"] as? [String: Any])?["replaced"] as? Int == 0)
        // Six shares and options are held, and none is priced.
        if question.contains("position") { #expect(answer.contains("6 of 6 positions are not priced"), "\(answer)") }
    }
}
