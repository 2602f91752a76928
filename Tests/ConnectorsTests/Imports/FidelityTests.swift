import Connectors
import Foundation
import Markets
import Testing

@Suite("Fidelity history")
struct FidelityTests {
    @Test("A mark before the text, blank lines, a title, legal text below: none of it matters")
    func sample() throws {
        let draft = try Fixture.draft("fidelity_history.csv")
        #expect(draft.format == .fidelityHistory)
        #expect(draft.unknown.isEmpty && draft.warnings.isEmpty)
        #expect(draft.skipped.count == 1)
        #expect(
            draft.transactions.map(Seen.init) == [
                Seen("2026-11-10", .transfer, "", "0", "", "5000"),
                Seen("2026-11-12", .dividend, "SCHD", "0", "", "25.5"),
                // The row of 16 November says `as of Nov-14-2026`.
                Seen("2026-11-14", .expiration, "MU261114P00100000", "1", "", "0"),
                // 2 x 100 x 1.55 = 310.00, less 1.30 and 0.05
                Seen("2026-11-20", .sellToOpen, "NVDA270115P00170000", "2", "1.55", "308.65", "1.35"),
            ]
        )
    }

    @Test("The order of the columns changes neither values nor ids")
    func order() throws {
        let first = """
            Run Date,Action,Symbol,Description,Type,Quantity,Price ($),Commission ($),Fees ($),Amount ($)
            11/20/2026,YOU BOUGHT APPLE INC (Cash),AAPL,APPLE INC,Cash,10,250.01,,,-2500.10
            """
        let second = """
            Run Date,Action,Symbol,Description,Type,Price ($),Quantity,Commission ($),Fees ($),Amount ($)
            11/20/2026,YOU BOUGHT APPLE INC (Cash), AAPL,APPLE INC,Cash,250.01,10.00,0,0,-2500.1
            """
        let drafts = try [first, second].map { try ImportDraft(reading: Array($0.utf8), fileName: "h.csv") }
        #expect(drafts[0].transactions.map(Seen.init) == drafts[1].transactions.map(Seen.init))
        #expect(drafts[0].transactions.map(Seen.init) == [Seen("2026-11-20", .buy, "AAPL", "10", "250.01", "-2500.1")])
    }

    @Test("The export of several accounts names each row's account")
    func accounts() throws {
        let text = """
            Run Date,Account,Action,Symbol,Security Description,Security Type,Exchange Quantity,Exchange Currency,\
            Quantity,Currency,Price,Exchange Rate,Commission,Fees,Accrued Interest,Amount,Settlement Date
            11/20/2026,Individual X1,"YOU SOLD CLOSING TRANSACTION CALL (AAPL)", -AAPL261218C250.5,CALL (AAPL),Margin,0,,\
            -1,USD,0.4,0,0.65,0.02,,39.33,11/23/2026
            11/20/2026,IRA X2,"YOU BOUGHT ASSIGNED PUTS AS OF 11-14-26 FORD MOTOR CO",F,FORD,Cash,0,,100,USD,10,0,,,,-1000,
            """
        let draft = try ImportDraft(reading: Array(text.utf8), fileName: "all.csv")
        #expect(draft.unknown.isEmpty && draft.warnings.isEmpty)
        #expect(draft.transactions.map(\.account) == ["Fidelity IRA X2", "Fidelity Individual X1"])
        #expect(
            draft.transactions.map(Seen.init) == [
                Seen("2026-11-14", .buy, "F", "100", "10", "-1000"),
                Seen("2026-11-20", .sellToClose, "AAPL261218C00250500", "1", "0.4", "39.33", "0.67"),
            ]
        )
    }

    @Test(
        "What is not understood is listed, never guessed",
        arguments: [
            "11/20/2026,MERGER MER PAYOUT,XYZ,XYZ,Cash,-10,,,,500",
            "11/20/2026,YOU SOLD PUT (NVDA), -NVDA270115P170,PUT,Margin,-2,1.55,,,310",
            "11/20/2026,YOU BOUGHT,912796YT0,BILL,Cash,1000,0.99,,,-990",
            "11/20/2026,YOU BOUGHT APPLE INC,AAPL,APPLE,Cash,-10,250,,,-2500",
        ]
    )
    func unknown(row: String) throws {
        let text =
            "Run Date,Action,Symbol,Description,Type,Quantity,Price ($),Commission ($),Fees ($),Amount ($)\n" + row
        let draft = try ImportDraft(reading: Array(text.utf8), fileName: "h.csv")
        #expect(draft.transactions.isEmpty && draft.unknown.map(\.line) == [2])
    }

    @Test("A header without an amount is refused by its name")
    func missing() throws {
        let failure = try Fixture.failure("Run Date,Action,Symbol,Quantity,Price\n11/20/2026,YOU BOUGHT,A,1,1\n")
        #expect("\(failure)".contains("Amount"))
    }
}
