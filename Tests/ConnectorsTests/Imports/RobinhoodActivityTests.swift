import Connectors
import Foundation
import Markets
import Testing

struct RobinhoodActivityTests {
    @Test func readsTheSampleWithItsQuirks() throws {
        let draft = try Fixture.draft("robinhood_activity.csv")
        #expect(draft.format == .robinhoodActivity)
        #expect(draft.unknown.isEmpty && draft.warnings.isEmpty)
        #expect(draft.skipped.map(\.line) == [15])
        #expect(draft.skipped.first?.excerpt.contains("informational purposes") == true)
        #expect(
            draft.transactions.map(Seen.init) == [
                Seen("2026-11-09", .split, "BKNG", "3.1736", "", "0"),
                Seen("2026-11-10", .transfer, "", "0", "", "5000"),
                Seen("2026-11-12", .dividend, "GE", "0", "", "4.7"),
                Seen("2026-11-16", .expiration, "SPY261114C00700000", "1", "", "0"),
                Seen("2026-11-17", .buy, "F", "100", "10", "-1000"),
                Seen("2026-11-17", .assignment, "F261114P00010000", "1", "", "0"),
                // 200.00 / 0.06725, because 0.06725 * 2973.95 is not quite 200
                Seen("2026-11-18", .buy, "AZO", "0.06725", "2973.9776951673", "-200"),
                Seen("2026-11-19", .buyToClose, "AAPL261218C00250000", "1", "0.4", "-40.04", "0.04"),
                Seen("2026-11-20", .sellToOpen, "NVDA270115P00170000", "2", "1.55", "309.9", "0.1"),
            ]
        )
        #expect(draft.transactions.map(\.sequence) == [0, 0, 0, 0, 0, 1, 0, 0, 0])
        #expect(draft.transactions.map(\.origin.line) == [12, 11, 10, 9, 7, 6, 4, 3, 2])
        #expect(draft.transactions.first?.details == "Booking Holdings CUSIP: 09857L108")
        #expect(Set(draft.transactions.map(\.id)).count == 9)
    }

    @Test func readsEveryCodeAndTheAccount() throws {
        let draft = try Fixture.draft("robinhood_all_codes.csv")
        #expect(draft.unknown.isEmpty && draft.skipped.isEmpty && draft.warnings.isEmpty)
        #expect(draft.transactions.allSatisfy { $0.account == "Robinhood Individual" })
        #expect(
            draft.transactions.map(Seen.init) == [
                Seen("2026-03-02", .transfer, "", "0", "", "70000"),
                Seen("2026-03-09", .buy, "NVDA", "1", "1200", "-1200"),
                Seen("2026-03-10", .buy, "AMC", "101", "4", "-404"),
                Seen("2026-03-11", .sell, "AMC", "1", "4", "3.99", "0.01"),
                Seen("2026-03-12", .sellToOpen, "BRKB260417P00450000", "1", "4.1", "409.96", "0.04"),
                Seen("2026-03-13", .buyToOpen, "SPY260320C00600000", "1", "3", "-300.04", "0.04"),
                Seen("2026-03-13", .buyToOpen, "SPY260320P01005000", "1", "1", "-100.04", "0.04"),
                Seen("2026-03-16", .sellToClose, "SPY260320P01005000", "1", "2", "199.96", "0.04"),
                Seen("2026-03-17", .buy, "SPY", "100", "600", "-60000"),
                Seen("2026-03-17", .exercise, "SPY260320C00600000", "1", "", "0"),
                Seen("2026-03-18", .split, "NVDA", "9", "", "0"),
                Seen("2026-03-19", .split, "AMC", "-100", "", "0"),
                Seen("2026-03-19", .split, "AMC", "10", "", "0"),
                Seen("2026-03-20", .transfer, "", "0", "", "-250"),
                Seen("2026-03-23", .transfer, "", "0", "", "12.34"),
                Seen("2026-03-23", .securitiesTransfer, "VTI", "5", "", "0"),
                Seen("2026-03-24", .transfer, "", "0", "", "-100"),
                Seen("2026-03-24", .securitiesTransfer, "VTI", "-2", "", "0"),
                Seen("2026-03-25", .dividend, "BABA", "0", "", "10"),
                Seen("2026-03-25", .tax, "BABA", "0", "", "-1.5"),
                Seen("2026-03-26", .fee, "BABA", "0", "", "-0.2"),
                Seen("2026-03-27", .fee, "", "0", "", "-5"),
                Seen("2026-03-30", .interest, "", "0", "", "0.07"),
                Seen("2026-03-31", .interest, "", "0", "", "-0.5"),
                Seen("2026-03-31", .interest, "", "0", "", "1.23"),
            ]
        )
        let ledger = Ledger(transactions: draft.transactions)
        #expect(ledger.issues.isEmpty)
        #expect(ledger.cash == .known(try decimal("8276.27")))
        let held = ledger.positions.map {
            "\($0.quantity) \($0.instrument.symbol) \($0.averagePrice.map { "\($0)" } ?? "?")"
        }
        #expect(
            held == ["10 AMC 40", "-1 BRKB260417P00450000 4.1", "10 NVDA 120", "100 SPY 600", "3 VTI ?"]
        )
        #expect(ledger.positions.first { $0.quantity == -1 }?.instrument.underlying == "BRK.B")
    }

    @Test func anOldestFirstFileKeepsItsOrder() throws {
        let rows = [
            Fixture.row("2/2/2026", "", "ACH Deposit", "ACH", "", "", "$100.00"),
            Fixture.row("2/3/2026", "F", "Ford", "Buy", "1", "$10.00", "($10.00)"),
            Fixture.row("2/3/2026", "F", "Ford", "Sell", "1", "$11.00", "$11.00"),
        ]
        let rising = try Fixture.robinhood(rows).transactions
        let falling = try Fixture.robinhood(rows.reversed()).transactions
        #expect(rising.map(\.kind) == [.transfer, .buy, .sell])
        #expect(falling.map(\.kind) == rising.map(\.kind))
        #expect(falling.map(\.id) == rising.map(\.id))
        #expect(falling.map(\.sequence) == [0, 0, 1])
    }

    @Test func theSameRowHasTheSameIDInEveryExport() throws {
        let dividend = Fixture.row("2/2/2026", "F", "Cash  Div", "CDIV", "", "", "$4.70")
        let buy = Fixture.row("2/3/2026", "F", "Ford\nCUSIP: 345370860", "Buy", "1,000", "$10.00", "($10,000.00)")
        let first = try Fixture.robinhood([buy, buy, dividend]).transactions.map(\.id)
        // Other numbers of lines, other spelling of the numbers, other columns behind.
        let second = try Fixture.robinhood([
            Fixture.row("2/9/2026", "F", "Ford", "Sell", "1", "$11.00", "$11.00"),
            Fixture.row("02/03/2026", "F", "Ford CUSIP: 345370860", "Buy", "1000", "10", "-10000"), "", buy, buy,
            Fixture.row("2/2/2026", "F", " Cash Div\n", "CDIV", "", "", "4.7"),
        ]).transactions.map(\.id)
        #expect(Set(first).count == 3)
        #expect(Set(second).isSuperset(of: first))
        #expect(Set(second).count == 5)
        // One of two equal rows is one of the two ids.
        #expect(try Fixture.robinhood([buy]).transactions.allSatisfy { first.contains($0.id) })
    }

    @Test func feesAndRoundingAreToldApart() throws {
        func trade(_ code: String, _ quantity: String, _ price: String, _ amount: String) throws -> Seen {
            let isOption = code.count == 3
            let text = isOption ? "F 11/20/2026 Put $10.00" : "Ford"
            let draft = try Fixture.robinhood([Fixture.row("11/2/2026", "F", text, code, quantity, price, amount)])
            #expect(draft.unknown.isEmpty)
            return Seen(try #require(draft.transactions.first))
        }
        let put = "F261120P00010000"
        let day = "2026-11-02"
        #expect(try trade("STO", "3", "$0.50", "$149.87") == Seen(day, .sellToOpen, put, "3", "0.5", "149.87", "0.13"))
        #expect(
            try trade("BTC", "3", "$0.50", "($150.13)") == Seen(day, .buyToClose, put, "3", "0.5", "-150.13", "0.13")
        )
        // Filled a little better than the price shown: no negative fees.
        #expect(try trade("STO", "3", "$0.50", "$151.00") == Seen(day, .sellToOpen, put, "3", "0.5033333333", "151"))
        #expect(try trade("STO", "2", "", "$40.00") == Seen(day, .sellToOpen, put, "2", "0.2", "40"))
        // A share price is shown in cents, whatever it was.
        #expect(try trade("Buy", "100", "$10.00", "($1,000.33)") == Seen(day, .buy, "F", "100", "10.0033", "-1000.33"))
        #expect(try trade("Buy", "100", "$10.00", "($999.80)") == Seen(day, .buy, "F", "100", "9.998", "-999.8"))
        #expect(try trade("Sell", "100", "$10.00", "$999.97") == Seen(day, .sell, "F", "100", "10", "999.97", "0.03"))
        #expect(try trade("Sell", "0.3", "$10.00", "$3.00") == Seen(day, .sell, "F", "0.3", "10", "3"))
        #expect(
            try trade("Sell", "0.333333", "$10.00", "$3.33") == Seen(day, .sell, "F", "0.333333", "9.99000999", "3.33")
        )
    }

    @Test func anAmountFarFromThePriceIsPointedOut() throws {
        let row = Fixture.row("11/2/2026", "F", "F 11/20/2026 Put $10.00", "STO", "1", "$0.50", "$5.00")
        let draft = try Fixture.robinhood([row])
        #expect(draft.warnings.count == 1)
        #expect(draft.warnings.first?.hasPrefix("line 2: the amount differs from quantity times price by 45") == true)
    }

    @Test(arguments: [
        ("MRGS", "5", "", "", "the transaction code MRGS is not known"),
        ("", "5", "", "", "the row has no transaction code"),
        ("Buy", "5", "$10.00", "$50.00", "a purchase that pays in instead of out"),
        ("Sell", "5", "$10.00", "($50.00)", "a sale that pays out instead of in"),
    ])
    func rowsOfUnknownKindsAreSetApart(
        _ code: String,
        _ quantity: String,
        _ price: String,
        _ amount: String,
        _ reason: String
    ) throws {
        let draft = try Fixture.robinhood([
            Fixture.row("11/3/2026", "", "ACH Deposit", "ACH", "", "", "$5.00"),
            Fixture.row("11/2/2026", "F", "Ford", code, quantity, price, amount),
        ])
        #expect(draft.transactions.map(\.kind) == [.transfer])
        #expect(draft.unknown.map(\.line) == [3])
        #expect(draft.unknown.first?.reason == reason)
        #expect(draft.unknown.first?.excerpt.hasPrefix("11/2/2026,") == true)
    }

    @Test(arguments: [
        ("2/30/2026", "F", "Ford", "Buy", "1", "$1.00", "($1.00)", "Activity Date"),
        ("", "F", "Ford", "Buy", "1", "$1.00", "($1.00)", "Activity Date"),
        ("2/3/2026", "", "Ford", "Buy", "1", "$1.00", "($1.00)", "Instrument"),
        ("2/3/2026", "F?", "Ford", "Buy", "1", "$1.00", "($1.00)", "Instrument"),
        ("2/3/2026", "F", "Ford", "Buy", "", "$1.00", "($1.00)", "Quantity"),
        ("2/3/2026", "F", "Ford", "Buy", "0", "$1.00", "($1.00)", "Quantity"),
        ("2/3/2026", "F", "Ford", "Buy", "-1", "$1.00", "($1.00)", "Quantity"),
        ("2/3/2026", "F", "Ford", "Buy", "1x", "$1.00", "($1.00)", "Quantity"),
        ("2/3/2026", "F", "Ford", "Buy", "$1", "$1.00", "($1.00)", "Quantity"),
        ("2/3/2026", "F", "Ford", "Buy", "1", "one", "($1.00)", "Price"),
        ("2/3/2026", "F", "Ford", "Buy", "1", "($1.00)", "($1.00)", "Price"),
        ("2/3/2026", "F", "Ford", "Buy", "1", "$1.00", "", "Amount"),
        ("2/3/2026", "F", "Ford", "Buy", "1", "$1.00", "($1,00.00)", "Amount"),
        ("2/3/2026", "F", "Ford", "Buy", "999999999999", "$999,999,999,999.00", "($99999999999999.00)", "Amount"),
        ("2/3/2026", "", "Dividend", "CDIV", "", "", "", "Amount"),
        ("2/3/2026", "F", "Ford", "STO", "1", "$1.00", "$100.00", "Description"),
        ("2/3/2026", "F", "F 2/30/2026 Put $10.00", "STO", "1", "$1.00", "$100.00", "Description"),
        ("2/3/2026", "F", "F 2/20/2026 Put $0.00", "STO", "1", "$1.00", "$100.00", "Description"),
        ("2/3/2026", "F", "F 2/20/2026 Put $10.0001", "STO", "1", "$1.00", "$100.00", "Description"),
        ("2/3/2026", "F", "F 2/20/2026 Put $100000.00", "STO", "1", "$1.00", "$100.00", "Description"),
        ("2/3/2026", "F", "F 2/20/2026 Straddle $10.00", "STO", "1", "$1.00", "$100.00", "Description"),
        ("2/3/2026", "F", "F 2/20/2026 Put 10", "STO", "1", "$1.00", "$100.00", "Description"),
        ("2/3/2026", "F", "F 2/20/2026 Put $10.00", "STO", "0.5", "$1.00", "$50.00", "Quantity"),
        ("2/3/2026", "F", "Ford", "SPL", "0", "", "", "Quantity"),
    ])
    func impossibleValuesRefuseTheFile(
        _ date: String,
        _ instrument: String,
        _ description: String,
        _ code: String,
        _ quantity: String,
        _ price: String,
        _ amount: String,
        _ column: String
    ) throws {
        let good = Fixture.row("2/4/2026", "F", "Ford\nCUSIP: 345370860", "Buy", "1", "$1.00", "($1.00)")
        let text = Fixture.robinhoodText([
            good, Fixture.row(date, instrument, description, code, quantity, price, amount),
        ])
        let error = try Fixture.failure(text, fileName: "activity.csv")
        guard case .badValue(4, column, _, _) = error.code else {
            Issue.record("\(error)")
            return
        }
        #expect(error.description.hasPrefix("activity.csv line 4: \(column) is "))
    }

    @Test func rowsMayBeShortButNotLong() throws {
        let deposit = #""2/3/2026","2/3/2026","2/3/2026","","ACH Deposit","ACH","","","$1.00""#
        #expect(
            try Fixture.robinhood([deposit + ",\"\",\"\"", "\"\"", "\"2/2/2026\",\"\",\"\",\"\",\"\",\"ABC\""]).unknown
                .count == 1
        )
        let error = try Fixture.failure(Fixture.robinhoodText([deposit + ",\"oops\""]))
        #expect(error.code == .malformed(line: 2, reason: "the row has 10 fields, but the header only 9"))
    }

    @Test func adjustedContractsAreAssumedToDeliverAHundredShares() throws {
        let draft = try Fixture.robinhood([
            Fixture.row("2/3/2026", "AMC1", "AMC1 6/20/2026 Call $4.00", "STO", "1", "$1.00", "$100.00")
        ])
        #expect(draft.transactions.first?.instrument?.underlying == "AMC")
        #expect(draft.warnings.count == 1)
    }
}
