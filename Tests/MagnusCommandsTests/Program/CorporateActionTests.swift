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
}
