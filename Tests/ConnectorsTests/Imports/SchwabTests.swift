import Connectors
import Foundation
import Markets
import Testing

@Suite("Schwab transactions")
struct SchwabTests {
    private static let header = #""Date","Action","Symbol","Description","Quantity","Price","Fees & Comm","Amount""#

    private func draft(_ rows: String...) throws -> ImportDraft {
        let text = ([Self.header] + rows).joined(separator: "\n")
        return try ImportDraft(reading: Array(text.utf8), fileName: "schwab.csv")
    }

    @Test("A merger for cash is money in the company's name and shares that go")
    func cashMerger() throws {
        let draft = try draft(
            #""11/01/2022","Cash Merger","TWTR","TWITTER INC","","","","$5420.00""#,
            #""11/01/2022","Cash Merger Adj","TWTR","TWITTER INC","-100","","","""#
        )
        #expect(draft.unknown.isEmpty)
        #expect(
            draft.transactions.map(\.kind).sorted { $0.rawValue < $1.rawValue } == [
                .cashAdjustment, .securitiesTransfer,
            ]
        )
        let money = try #require(draft.transactions.first { $0.kind == .cashAdjustment })
        #expect(money.details == "Cash Merger: TWITTER INC" && money.amount == 5_420)
        #expect(draft.transactions.first { $0.kind == .securitiesTransfer }?.quantity == -100)
    }

    @Test("Options, dividends, transfers; a date that says `as of` is the day it happened")
    func sample() throws {
        let draft = try Fixture.draft("schwab_transactions.csv")
        #expect(draft.format == .schwabTransactions)
        #expect(draft.unknown.isEmpty && draft.warnings.isEmpty && draft.skipped.isEmpty)
        #expect(
            draft.transactions.map(Seen.init) == [
                Seen("2026-11-09", .buy, "AAPL", "10", "250.005", "-2500.05"),
                Seen("2026-11-10", .transfer, "", "0", "", "5000"),
                Seen("2026-11-12", .dividend, "AAPL", "0", "", "26"),
                Seen("2026-11-14", .expiration, "SPY261114C00700000", "1", "", "0"),
                Seen("2026-11-17", .assignment, "F261114P00010000", "1", "", "0"),
                // 2 x 100 x 1.55 = 310.00, less 1.30
                Seen("2026-11-20", .sellToOpen, "NVDA270115P00170000", "2", "1.55", "308.7", "1.3"),
            ]
        )
        #expect(Set(draft.transactions.map(\.id)).count == 6)
    }

    @Test("A price rounded for display is worked out from what was paid")
    func rounding() throws {
        let draft = try Fixture.draft("schwab_2023.csv")
        #expect(draft.unknown.isEmpty && draft.warnings.isEmpty)
        let bought = try #require(draft.transactions.first { $0.kind == .buy && $0.instrument == .shares("BAR") })
        // 300 x 135.0075 is 40502.25; paid were 40503.61 with 1.34 of fees: 40502.27 / 300.
        #expect(try bought.price == decimal("135.0075666667"))
        #expect(try bought.fees == decimal("1.34"))
        #expect(try bought.amount == decimal("-40503.61"))
        let books = Ledger(transactions: draft.transactions)
        let movements = ["-40503.61", "42103.66", "-45061.70", "49998.85", "-208166.93", "221456.59"]
        #expect(try books.cash == .known(movements.map(decimal).reduce(1_000_000, +)))
        #expect(books.positions.isEmpty)
    }

    @Test("Funds, reinvestments, splits; what a company did otherwise is left to the owner")
    func funds() throws {
        let draft = try Fixture.draft("schwab_funds.csv")
        #expect(draft.skipped.map(\.reason) == ["no transaction, a total by the broker"])
        #expect(draft.unknown.count == 6)
        #expect(
            draft.unknown.allSatisfy { issue in
                ["Stock Merger", "Name Change", "Conversion"].contains { issue.reason.contains($0) }
            }
        )
        let tonix = draft.transactions.filter { $0.instrument == .shares("TNXP") }
        #expect(tonix.map(\.kind) == [.split, .split])
        #expect(tonix.map(\.quantity).sorted() == [-1, 1])
        let broadcom = Ledger(transactions: draft.transactions.filter { $0.instrument == .shares("AVGO") })
        #expect(broadcom.positions.map(\.quantity) == [10])
        #expect(broadcom.positions.first?.lots.first?.price == 168)
        let bought = try #require(draft.transactions.first { $0.details.hasPrefix("SPDR") && $0.kind == .buy })
        #expect(bought.date == TradingDate(year: 2023, month: 2, day: 1))
    }

    @Test("A title above the header and a comma behind each row are those of older exports")
    func olderForm() throws {
        let text = """
            "Transactions  for account XXXX-1234 as of 11/20/2026 09:10:00 ET"
            \(Self.header),
            "11/20/2026","Buy","AAPL","APPLE INC","10","$250.00","","-$2500.00",
            "Transactions Total","","","","","","","-$2500.00",
            """
        let draft = try ImportDraft(reading: Array(text.utf8), fileName: "old.csv")
        #expect(draft.transactions.map(Seen.init) == [Seen("2026-11-20", .buy, "AAPL", "10", "250", "-2500")])
        #expect(draft.transactions.first?.origin.line == 3)
    }

    @Test("What is not understood is listed, never guessed")
    func unknown() throws {
        let draft = try draft(
            #""11/20/2026","Bond Redemption","912796YT0","US TREASURY BILL","1000","$1.00","","$1000.00""#,
            #""11/20/2026","Buy","912796YT0","US TREASURY BILL","1000","$0.99","","-$990.00""#,
            #""11/20/2026","Sell","NVDA 01/15/2027 170.00 P","PUT NVIDIA","1","$1.00","","$100.00""#,
            #""11/20/2026","Buy","AAPL","APPLE INC","1","$250.00","","$250.00""#
        )
        #expect(draft.transactions.isEmpty)
        #expect(draft.unknown.map(\.line) == [2, 3, 4, 5])
    }

    @Test(
        "What cannot be right refuses the whole file and names the line",
        arguments: [
            #""11/20/2026","Sell to Open","NVDA","PUT","2","$1.55","$1.30","$308.70""#,
            #""11/20/2026","Sell to Open","NVDA 01/15/2027 170.00 P","PUT","1.5","$1.55","$1.30","$308.70""#,
            #""11/20/2026","Sell to Open","NVDA 01/15/2027 170.00 P","PUT","2","$1.55","$1.30","""#,
            #""13/20/2026","Buy","AAPL","APPLE INC","10","$250.00","","-$2500.00""#,
            #""11/20/2026 as of","Buy","AAPL","APPLE INC","10","$250.00","","-$2500.00""#,
            #""11/20/2026","Buy","AAPL","APPLE INC","ten","$250.00","","-$2500.00""#,
        ]
    )
    func refused(row: String) throws {
        let failure = try Fixture.failure(Self.header + "\n" + row)
        #expect("\(failure)".contains("line 2"))
    }
}
