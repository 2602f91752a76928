import Foundation
import MagnusTestSupport
import Testing

/// A split across shares, options, the wheel and the equity curve, through the built program.
@Suite struct CorporateActionTests {
    /// Apple's split of 9 June 2014, of which the file has no row.
    private static let activity = """
        "Activity Date","Process Date","Settle Date","Instrument","Description","Trans Code","Quantity","Price","Amount"
        "07/21/2014","07/21/2014","07/22/2014","AAPL","AAPL 7/19/2014 Call $100.00","OEXP","7","",""
        "06/06/2014","06/06/2014","06/09/2014","AAPL","AAPL 7/19/2014 Call $700.00","STO","1","$7.00","$699.00"
        "06/05/2014","06/05/2014","06/10/2014","AAPL","Apple
        CUSIP: 037833100","Buy","100","$640.00","($64,000.00)"
        "06/02/2014","06/02/2014","06/02/2014","","ACH Deposit","ACH","","","$70,000.00"

        """

    @Test func aSplitOfTheOwnersListReachesEveryView() throws {
        let home = try ProgramHome()
        let file = try home.folder.write(Self.activity, to: "activity.csv")
        let unknown = try home.run("import", file)
        #expect(unknown.output.contains("was opened before"))
        try home.folder.write("- {symbol: AAPL, date: 2014-06-09, split: 7:1}\n", to: "home/corporate_actions.yaml")
        let known = try home.run("import", file, "--yes")
        #expect(known.status == 0, "\(known.errors)")
        #expect(known.output.contains("700"))
        #expect(!known.output.contains("was opened before"))
        let wheel = try home.run("wheel", "AAPL", "--as-of", "2014-08-01")
        // (64,000 - 700 + 1) / 700.
        #expect(wheel.output.contains("$90.43 per share"))
        #expect(wheel.output.contains("adjusted"))
        let equity = try home.run("equity", "--as-of", "2014-08-01", "--every", "day", "--json").json()
        let data = try #require(equity["data"] as? [String: Any])
        let facts = try #require(data["facts"] as? [[String: Any]])
        // Without closes, 700 shares at the price of their trade: what was paid for 100.
        #expect(facts.contains { $0["label"] as? String == "session" })
        // The books agree with a file that lists what is held after the split.
        let held = try home.folder.write("symbol,quantity\nAAPL,700\nCASH,6699\n", to: "held.csv")
        #expect(try home.run("reconcile", held).status == 0)

        try home.folder.write("- {symbol: AAPL, date: 2014-06-09, split: 7}\n", to: "home/corporate_actions.yaml")
        let refused = try home.run("wheel", "AAPL", "--as-of", "2014-08-01")
        #expect(refused.status == 8)
        #expect(refused.errors.contains("corporate_actions.yaml line 1"))
    }

    /// A put assigned, a call sold, and then the company is taken over for half a share and $9; another loses a part of itself.
    private static let taken = """
        "Activity Date","Process Date","Settle Date","Instrument","Description","Trans Code","Quantity","Price","Amount"
        "03/10/2026","03/10/2026","03/11/2026","ZYX","ZYX 6/19/2026 Call $30.00","STO","1","$1.50","$150.00"
        "02/25/2026","02/25/2026","02/26/2026","OLD","OLD 6/19/2026 Call $55.00","STO","1","$2.00","$200.00"
        "02/20/2026","02/20/2026","02/23/2026","OLD","Old Corp
        CUSIP: 111111111","Buy","100","$49.00","($4,900.00)"
        "02/12/2026","02/12/2026","02/13/2026","OLD","Old Corp
        CUSIP: 111111111","Sell","100","$47.00","$4,700.00"
        "01/20/2026","01/20/2026","01/21/2026","XYZ","Xyz Corp
        CUSIP: 222222222","Buy","100","$60.00","($6,000.00)"
        "01/16/2026","01/16/2026","01/20/2026","OLD","OLD 1/16/2026 Put $50.00","OASGN","1","",""
        "01/16/2026","01/16/2026","01/20/2026","OLD","Old Corp
        CUSIP: 111111111","Buy","100","$50.00","($5,000.00)"
        "01/05/2026","01/05/2026","01/06/2026","OLD","OLD 1/16/2026 Put $50.00","STO","1","$1.00","$100.00"
        "01/04/2026","01/04/2026","01/05/2026","","ACH Deposit","ACH","","","$20,000.00"

        """

    @Test func mergersAndSpinOffsReachWheelAndWashSales() throws {
        let home = try ProgramHome()
        let file = try home.folder.write(Self.taken, to: "activity.csv")
        let list = """
            - {symbol: OLD, date: 2026-03-02, merger: 0.5 NEW + 9 @ 84}
            - {symbol: XYZ, date: 2026-03-02, spin_off: 1 ZYX 40%}

            """
        try home.folder.write(list, to: "home/corporate_actions.yaml")
        let known = try home.run("import", file, "--yes")
        #expect(known.status == 0, "\(known.errors)")
        let wheel = try home.run("wheel", "NEW", "--as-of", "2026-04-01")
        #expect(wheel.status == 0, "\(wheel.errors)")
        // The first chain ended with the sale; the second paid 4,900, got 200 and 900 in cash, and holds 50: 76 a share.
        #expect(wheel.output.contains("exchanged"), "\(wheel.output)")
        #expect(wheel.output.contains("$76.00 per share"), "\(wheel.output)")
        // The loss of 300 has its replacement in what the shares bought on 20 February became.
        let wash = try home.run("wash-sales", "--as-of", "2026-04-01")
        #expect(wash.status == 0, "\(wash.errors)")
        #expect(wash.output.contains("$300.00"), "\(wash.output)")
        let child = try home.run("wheel", "ZYX", "--as-of", "2026-04-01")
        let legs = try home.run("wheel", "ZYX", "--as-of", "2026-04-01", "--json")
        #expect(child.status == 0, "\(child.errors)")
        #expect(legs.output.contains("received in a spin-off"), "\(legs.output)")
        // 6,000 x 0.4 - 150, over 100 shares.
        #expect(child.output.contains("$22.50 per share"), "\(child.output)")
        let parent = try home.run("wheel", "XYZ", "--as-of", "2026-04-01")
        #expect(parent.output.contains("spun off") || parent.output.contains("no wheel"), "\(parent.output)")
    }
}
