import Foundation
import MagnusTestSupport
import Testing

/// The wheel, income, wash sales and reconciliation, through the built program.
@Suite struct BooksTests {
    /// One turn of a wheel: a put assigned, a call sold; and a share sold at a loss that was bought back.
    private static let activity = """
        "Activity Date","Process Date","Settle Date","Instrument","Description","Trans Code","Quantity","Price","Amount"
        "11/12/2026","11/12/2026","11/13/2026","F","Ford Motor
        CUSIP: 345370860","Buy","10","$9.50","($95.00)"
        "11/10/2026","11/10/2026","11/12/2026","F","Ford Motor
        CUSIP: 345370860","Sell","10","$9.00","$90.00"
        "11/09/2026","11/09/2026","11/10/2026","XYZ","XYZ 12/18/2026 Call $31.00","STO","1","$0.80","$79.95"
        "10/19/2026","10/19/2026","10/20/2026","XYZ","Xyz Corp
        CUSIP: 111111111","Buy","100","$30.00","($3,000.00)"
        "10/19/2026","10/19/2026","10/19/2026","XYZ","XYZ 10/16/2026 Put $30.00","OASGN","1","",""
        "09/14/2026","09/14/2026","09/15/2026","XYZ","XYZ 10/16/2026 Put $30.00","STO","1","$1.20","$119.95"
        "09/02/2026","09/02/2026","09/03/2026","F","Ford Motor
        CUSIP: 345370860","Buy","10","$10.00","($100.00)"
        "09/01/2026","09/01/2026","09/01/2026","","ACH Deposit","ACH","","","$5,000.00"

        """

    private static func home() throws -> ProgramHome {
        let home = try ProgramHome()
        let file = try home.folder.write(activity, to: "activity.csv")
        #expect(try home.run("import", file, "--yes").status == 0)
        return home
    }

    @Test func aWheelIsShownLegByLegWithItsBreakEven() throws {
        let home = try Self.home()
        let shown = try home.run("wheel", "xyz", "--as-of", "2026-11-20")
        #expect(shown.status == 0, "\(shown.errors)")
        // (3,000 - 120 - 80 + 0.10) / 100.
        #expect(shown.output.contains("The break-even of the wheel on XYZ is $28.001 per share"))
        #expect(shown.output.contains("shares put"))
        #expect(!shown.output.contains("[unverified]"))
        for question in ["how is my wheel on XYZ?", "what is my adjusted basis on XYZ?"] {
            let json = try home.run("ask", question, "--as-of", "2026-11-20", "--json").json()
            let data = try #require(json["data"] as? [String: Any])
            #expect(data["intent"] as? String == "wheel")
            #expect((data["answer"] as? String)?.contains("$28.001") == true)
            #expect((data["grounding"] as? [String: Any])?["replaced"] as? Int == 0)
        }
        let none = try home.run("wheel", "F", "--as-of", "2026-11-20")
        #expect(none.output.contains("no wheel"))
        #expect(try home.run("wheel", "-n", "0").status == 2)
        #expect(try home.run("wheel", "").status == 2)
        #expect(try home.run("income", "INTC", "not a ticker").errors.contains("is no ticker"))
    }

    @Test func incomeIsGroupedAndKeepsToTheYear() throws {
        let home = try Self.home()
        let months = try home.run("income", "--as-of", "2026-11-20")
        #expect(months.output.contains("2026-10-31"))
        let strategies = try home.run("income", "--by", "strategy", "--as-of", "2026-11-20")
        #expect(strategies.output.contains("wheel put"))
        #expect(strategies.output.contains("$119.95"))
        let past = try home.run("income", "--year", "2025", "--as-of", "2026-11-20")
        #expect(past.output.contains("no income"))
        #expect(try home.run("income", "--by", "colour").status == 2)
        #expect(try home.run("income", "--year", "2026", "--since", "2026-01-01").status == 2)
    }

    @Test func aWashSaleIsFlagged() throws {
        let home = try Self.home()
        let shown = try home.run("wash-sales", "--as-of", "2026-11-20")
        #expect(shown.output.contains("Possible wash sales: 1, disallowed amount $10.00"))
        #expect(shown.output.contains("not tax advice"))
        #expect(!shown.output.contains("[unverified]"))
    }

    @Test func aStatementIsHeldAgainstTheBooks() throws {
        let home = try Self.home()
        let same = try home.folder.write(Self.activity, to: "statement.csv")
        let held = try home.folder.write(
            "symbol,quantity\nXYZ,100\nF,10\nXYZ261218C00031000,-1\nCASH,2094.90\n",
            to: "held.csv"
        )
        let balanced = try home.run("reconcile", same, held)
        #expect(balanced.status == 0, "\(balanced.output) \(balanced.errors)")
        #expect(balanced.output.contains("agree to the cent"))

        let other = try home.folder.write(
            Self.activity.replacing(#""Sell","10","$9.00","$90.00""#, with: #""Sell","10","$9.00","$89.99""#),
            to: "other.csv"
        )
        let wrong = try home.folder.write("symbol,quantity\nXYZ,100\nF,20\nCASH,2094.90\n", to: "wrong.csv")
        let differs = try home.run("reconcile", other, wrong, "--json")
        #expect(differs.status == 10)
        let data = try #require(try differs.json()["data"] as? [String: Any])
        #expect(data["balanced"] as? Bool == false)
        #expect((data["findings"] as? [[String: Any]])?.map { $0["kind"] as? String } == ["differs"])
        let positions = try #require(data["positions"] as? [[String: Any]])
        #expect(positions.map { $0["instrument"] as? String } == ["F", "XYZ 2026-12-18 31 call"])
        // Nothing was written.
        #expect(try home.run("reconcile", same, held).status == 0)
    }

    @Test func whatIsNoStatementIsRefused() throws {
        let home = try Self.home()
        let quotes = try home.folder.write("symbol,as_of,last\nF,2026-11-20,10\n", to: "quotes.csv")
        #expect(try home.run("reconcile", quotes).status == 8)
        #expect(try home.run("reconcile", home.folder.path("none.csv")).status == 8)
        let held = try home.folder.write("symbol,quantity\nCASH,1\n", to: "held.csv")
        #expect(try home.run("reconcile", held, "--account", "roth").status == 2)
        #expect(try ProgramHome().run("reconcile", held).status == 3)
        #expect(try home.run("reconcile").status == 2)
    }
}
