import Connectors
import Foundation
import Markets
import Testing

struct TastytradeTests {
    @Test func readsTheSampleWithATotal() throws {
        let draft = try Fixture.draft("tastytrade_21_columns.csv")
        #expect(draft.format == .tastytradeTransactions)
        #expect(draft.unknown.isEmpty && draft.skipped.isEmpty && draft.warnings.isEmpty)
        #expect(
            draft.transactions.map(Seen.init) == [
                Seen("2026-11-10", .transfer, "", "0", "", "5000"),
                Seen("2026-11-17", .assignment, "F261114P00010000", "1", "", "0"),
                Seen("2026-11-20", .sellToOpen, "NVDA270115P00170000", "2", "1.55", "307.72", "2.28"),
            ]
        )
    }

    @Test func readsTwentyColumns() throws {
        let draft = try Fixture.draft("tastytrade_20_columns.csv")
        #expect(draft.unknown.map(\.line) == [16])
        #expect(draft.unknown.first?.reason == "Future is not supported, only shares and their options")
        #expect(draft.warnings.isEmpty)
        #expect(
            draft.transactions.map(Seen.init) == [
                Seen("2026-03-02", .transfer, "", "0", "", "25000"),
                Seen("2026-03-10", .sellToOpen, "BFT260417P00015000", "1", "1.32", "130.85", "1.15"),
                Seen("2026-03-11", .sellToOpen, "CHWY260320P00030000", "3", "0.55", "161.58", "3.42"),
                Seen("2026-03-12", .buyToOpen, "AAPL260320C00295000", "1", "1.1", "-111.14", "1.14"),
                Seen("2026-03-13", .sellToOpen, "SPXW260318P05000000", "1", "2.15", "213.28", "1.72"),
                Seen("2026-03-17", .buy, "CHWY", "300", "30", "-9005", "5"),
                Seen("2026-03-17", .assignment, "CHWY260320P00030000", "3", "", "0"),
                Seen("2026-03-18", .assignment, "SPXW260318P05000000", "1", "", "-369", "5"),
                Seen("2026-03-20", .expiration, "AAPL260320C00295000", "1", "", "0"),
                // 23:30 in Berlin is 18:30 of the same day in New York.
                Seen("2026-03-24", .buy, "TQQQ", "54", "180", "-9720.04", "0.04"),
                Seen("2026-03-26", .split, "TQQQ", "-54", "", "0"),
                Seen("2026-03-26", .split, "TQQQ", "108", "", "0"),
                Seen("2026-03-27", .fee, "", "0", "", "-1"),
                Seen("2026-03-28", .cashAdjustment, "", "0", "", "-0.03"),
                Seen("2026-03-30", .interest, "", "0", "", "0.91"),
                Seen("2026-03-31", .tax, "ICSH", "0", "", "-3.1"),
                Seen("2026-03-31", .dividend, "SVOL", "0", "", "36.95"),
                Seen("2026-04-01", .securitiesTransfer, "BFT260417P00015000", "1", "1.32", "0"),
                Seen("2026-04-01", .securitiesTransfer, "PSFE260417P00015000", "-1", "1.32", "0"),
            ]
        )
        let ledger = Ledger(transactions: draft.transactions)
        #expect(ledger.issues.isEmpty)
        #expect(ledger.cash == .known(try decimal("6334.26")))
        let held = ledger.positions.map {
            "\($0.quantity) \($0.instrument.symbol) \($0.averagePrice.map { "\($0)" } ?? "?")"
        }
        #expect(held == ["300 CHWY 30", "-1 PSFE260417P00015000 1.32", "108 TQQQ 90"])
        // 165 - 3.42; 215 - 1.72 - 364 - 5; -110 - 1.14
        #expect(ledger.realised.map(\.gain) == [try decimal("161.58"), try decimal("-155.72"), try decimal("-111.14")])
        #expect(ledger.realised.map(\.instrument.underlying) == ["CHWY", "SPX", "AAPL"])
    }

    @Test func aTotalColumnChangesNoID() throws {
        let text = String(decoding: try Fixture.bytes("tastytrade_21_columns.csv"), as: UTF8.self)
        var lines = text.split(separator: "\n").map(String.init)
        lines[0] = lines[0].replacingOccurrences(of: ",Total,", with: ",")
        lines[1] = lines[1].replacingOccurrences(of: ",307.72,USD", with: ",USD")
        lines[2] = lines[2].replacingOccurrences(of: ",,0.00,USD", with: ",,USD")
        lines[3] = lines[3].replacingOccurrences(of: ",\"5,000.00\",USD", with: ",USD")
        let shorter = try ImportDraft(reading: Array(lines.joined(separator: "\r\n").utf8), fileName: "shorter.csv")
        #expect(
            shorter.transactions.map(\.id) == (try Fixture.draft("tastytrade_21_columns.csv")).transactions.map(\.id)
        )
    }

    @Test func readsFifteenColumns() throws {
        let draft = try Fixture.draft("tastytrade_15_columns.csv")
        #expect(draft.format == .tastytradeLegacy)
        #expect(draft.unknown.map(\.line) == [6])
        #expect(
            draft.transactions.map(Seen.init) == [
                Seen("2021-01-04", .transfer, "", "0", "", "10000"),
                Seen("2021-01-15", .buy, "TQQQ", "54", "180", "-9720.08", "0.08"),
                Seen("2021-01-21", .split, "TQQQ", "-54", "", "0"),
                Seen("2021-01-21", .split, "TQQQ", "108", "", "0"),
                Seen("2021-01-29", .sellToOpen, "UVXY210129P00014500", "1", "0.56", "54.848", "1.152"),
                Seen("2021-02-05", .expiration, "UVXY210129P00014500", "1", "", "0"),
            ]
        )
        #expect(draft.transactions.first?.account == "tastytrade")
        let ledger = Ledger(transactions: draft.transactions)
        #expect(ledger.issues.isEmpty)
        #expect(ledger.positions.map(\.quantity) == [108])
        #expect(ledger.realised.map(\.gain) == [try decimal("54.848")])
    }

    static let header =
        "Date,Type,Sub Type,Action,Symbol,Instrument Type,Description,Value,Quantity,Average Price,Commissions,Fees,"
        + "Multiplier,Total,Currency"

    @Test(arguments: [
        ("2026-11-20", "Sell to Open,SELL_TO_OPEN,F,Equity,x,1.00,1,1.00,--,0.00,,1.00,USD", "Date"),
        ("2026-11-31T10:00:00-0500", "Sell to Open,SELL_TO_OPEN,F,Equity,x,1.00,1,1.00,--,0.00,,1.00,USD", "Date"),
        ("", "Sell to Open,SELL,F,Equity,x,1.00,1,1.00,--,0.00,,1.00,USD", "Action"),
        ("", "Buy to Open,BUY_TO_OPEN,F?,Equity,x,1.00,1,1.00,--,0.00,,1.00,USD", "Symbol"),
        ("", "Buy to Open,BUY_TO_OPEN,F  261120,Equity Option,x,1.00,1,1.00,--,0.00,100,1.00,USD", "Symbol"),
        ("", "Buy to Open,BUY_TO_OPEN,F,Equity,x,--,1,1.00,--,0.00,,1.00,USD", "Value"),
        ("", "Buy to Open,BUY_TO_OPEN,F,Equity,x,1.00,0,1.00,--,0.00,,1.00,USD", "Quantity"),
        (
            "", "Buy to Open,BUY_TO_OPEN,F     261120P00010000,Equity Option,x,1.00,0.5,1.00,--,0.00,100,1.00,USD",
            "Quantity"
        ),
        (
            "", "Buy to Open,BUY_TO_OPEN,F     261120P00010000,Equity Option,x,1.00,1,1.00,--,0.00,0,1.00,USD",
            "Multiplier"
        ),
        ("", "Buy to Open,BUY_TO_OPEN,F,Equity,x,1.00,1,1.00,free,0.00,,1.00,USD", "Commissions"),
    ])
    func impossibleValuesRefuseTheFile(_ time: String, _ rest: String, _ column: String) throws {
        let row = "\(time.isEmpty ? "2026-11-20T10:00:00-0500" : time),Trade,\(rest)\n"
        let error = try Fixture.failure(TastytradeTests.header + "\n" + row)
        guard case .badValue(2, column, _, _) = error.code else {
            Issue.record("\(error)")
            return
        }
    }

    @Test(arguments: [
        ("Money Movement,Mark to Market,,/ESM6,Future,x,5.00,0,,--,0.00,,5.00,USD", "Future is not supported"),
        (
            "Trade,Buy,BUY_TO_OPEN,BTC/USD,Cryptocurrency,x,-5.00,1,,--,0.00,,-5.00,USD",
            "Cryptocurrency is not supported"
        ),
        ("Money Movement,Deposit,,,,x,5.00,0,,--,0.00,,5.00,EUR", "the currency EUR is not supported"),
        ("Money Movement,Jackpot,,,,x,5.00,0,,--,0.00,,5.00,USD", "the movement of money Jackpot is not known"),
        (
            "Receive Deliver,Spin Off,BUY_TO_OPEN,GE,Equity,x,0.00,5,,--,0.00,,0.00,USD",
            "the delivery Spin Off is not known"
        ),
        ("Receive Deliver,ACAT,,GE,Equity,x,0.00,5,,--,0.00,,0.00,USD", "ACAT without an action"),
        ("Trade,Buy,,GE,Equity,x,-5.00,5,-1.00,--,0.00,,-5.00,USD", "a trade without an action"),
        ("Surprise,,,,,x,0.00,0,,--,0.00,,0.00,USD", "the type Surprise is not known"),
    ])
    func rowsOfUnknownKindsAreSetApart(_ rest: String, _ reason: String) throws {
        let text = TastytradeTests.header + "\n2026-11-20T10:00:00-0500," + rest + "\n"
        let draft = try ImportDraft(reading: Array(text.utf8), fileName: "tasty.csv")
        #expect(draft.transactions.isEmpty)
        #expect(draft.unknown.first?.reason.hasPrefix(reason) == true)
        #expect(draft.unknown.map(\.line) == [2])
    }

    @Test func contradictionsWithinARowArePointedOut() throws {
        let trade = "\n2026-11-20T10:00:00-0500,Trade,Buy to Open,BUY_TO_OPEN,F,Equity,x,-100.00,10,"
        let text =
            TastytradeTests.header + trade + "-11.00,--,0.00,,-100.00,USD" + trade + "-10.00,--,-1.00,,-100.00,USD\n"
        let draft = try ImportDraft(reading: Array(text.utf8), fileName: "tasty.csv")
        #expect(draft.warnings.map { $0.prefix(7) } == ["line 2:", "line 3:"])
        #expect(draft.transactions.map(\.amount) == [-101, -100])
    }

    @Test func sharesSoldShortAreShort() throws {
        let text =
            TastytradeTests.header + "\n2026-11-20T10:00:00-0500,Trade,Sell to Open,SELL_TO_OPEN,GME,Equity,x,"
            + "250.00,10,25.00,--,-0.01,,249.99,USD\n"
        let draft = try ImportDraft(reading: Array(text.utf8), fileName: "tasty.csv")
        #expect(Ledger(transactions: draft.transactions).positions.map(\.quantity) == [-10])
    }
}
