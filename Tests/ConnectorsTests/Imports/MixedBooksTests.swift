import Connectors
import Foundation
import Markets
import Testing

/// Files of several brokers and accounts in one book.
@Suite("Mixed brokers and accounts")
struct MixedBooksTests {
    private static func tastytrade(_ rows: String...) throws -> ImportDraft {
        let text = ([TastytradeTests.header] + rows).joined(separator: "\n")
        return try ImportDraft(reading: Array(text.utf8), fileName: "tasty.csv")
    }

    private static func schwab(_ rows: String...) throws -> ImportDraft {
        let header = #""Date","Action","Symbol","Description","Quantity","Price","Fees & Comm","Amount""#
        return try ImportDraft(reading: Array(([header] + rows).joined(separator: "\n").utf8), fileName: "schwab.csv")
    }

    /// The same shares at three brokers: a sale closes the lots of its own broker, not the oldest of all.
    @Test func aSaleClosesTheLotsOfItsOwnBroker() throws {
        let robinhood = try Fixture.robinhood([
            Fixture.row("1/5/2026", "AAPL", "Apple", "Buy", "10", "$100.00", "($1,000.00)")
        ])
        let tastytrade = try Self.tastytrade(
            "2026-02-05T10:00:00-0500,Trade,Buy to Open,BUY_TO_OPEN,AAPL,Equity,Bought 10 AAPL @ 150.00,"
                + "\"-1,500.00\",10,-150.00,0.00,0.00,,\"-1,500.00\",USD",
            "2026-03-05T10:00:00-0500,Trade,Sell to Close,SELL_TO_CLOSE,AAPL,Equity,Sold 10 AAPL @ 160.00,"
                + "\"1,600.00\",10,160.00,0.00,0.00,,\"1,600.00\",USD"
        )
        let schwab = try Self.schwab(#""03/02/2026","Buy","AAPL","APPLE INC","10","$155.00","","-$1550.00""#)
        let rows = [robinhood, tastytrade, schwab].flatMap(\.transactions)
        #expect(Set(rows.map { $0.account ?? "" }) == ["Robinhood", "tastytrade", "Schwab"])
        let ledger = Ledger(transactions: rows)
        // 160 - 150 a share, not 160 - 100.
        #expect(ledger.realised.map(\.gain) == [100])
        #expect(ledger.positions.map(\.quantity) == [20])
        #expect(ledger.positions.first?.lots.map(\.price) == [100, 155])
        let income = IncomeStatement(of: rows, realised: ledger.realised, by: .account)
        #expect(income.lines.contains { $0.title == "tastytrade" && $0.shareGain == 100 })
    }

    /// What a generation of tastytrade's export opened, the next one closes.
    @Test func generationsOfOneBrokersExportGoOnInOneAccount() throws {
        let older = try Fixture.draft("tastytrade_15_columns.csv")
        let newer = try Self.tastytrade(
            "2022-03-01T10:00:00-0500,Trade,Sell to Close,SELL_TO_CLOSE,TQQQ,Equity,Sold 108 TQQQ @ 100.00,"
                + "\"10,800.00\",108,100.00,0.00,0.00,,\"10,800.00\",USD"
        )
        let ledger = Ledger(transactions: older.transactions + newer.transactions)
        #expect(ledger.positions.isEmpty && ledger.issues.isEmpty)
        // 10,800 - 9,720.08, and the put that expired.
        let expected = try decimal("1079.92") + decimal("54.848")
        #expect(ledger.realised.compactMap(\.gain).reduce(0, +) == expected)
    }

    /// Several accounts in one file of the older generation keep their references.
    @Test func severalReferencesInAFileAreSeveralAccounts() throws {
        let text = String(decoding: try Fixture.bytes("tastytrade_15_columns.csv"), as: UTF8.self)
        var lines = text.split(separator: "\n").map(String.init)
        lines[1] = lines[1].replacingOccurrences(of: "Individual...39", with: "Roth IRA...40")
        let draft = try ImportDraft(reading: Array(lines.joined(separator: "\n").utf8), fileName: "tasty.csv")
        #expect(
            Set(draft.transactions.compactMap(\.account)) == ["tastytrade Individual...39", "tastytrade Roth IRA...40"]
        )
    }

    /// Every sample of every broker in one book: nobody's rows close another's, whatever the order of the files.
    @Test func allSamplesTogetherGiveTheSameBooksInAnyOrder() throws {
        let names = [
            "robinhood_activity.csv", "schwab_transactions.csv", "fidelity_history.csv", "ibkr_activity.csv",
            "tastytrade_21_columns.csv", "schwab_funds.csv",
        ]
        let drafts = try names.map(Fixture.draft)
        let forwards = Ledger(transactions: drafts.flatMap(\.transactions))
        let backwards = Ledger(transactions: drafts.reversed().flatMap(\.transactions))
        #expect(forwards.positions.map(\.instrument) == backwards.positions.map(\.instrument))
        #expect(forwards.positions.map(\.quantity) == backwards.positions.map(\.quantity))
        let sum = { (ledger: Ledger) in ledger.realised.compactMap(\.gain).reduce(0, +) }
        #expect(sum(forwards) == sum(backwards))
        // One by one they hold the same as together.
        var apart: [Instrument: Decimal] = [:]
        for group in Dictionary(grouping: drafts.flatMap(\.transactions), by: \.account).values {
            for position in Ledger(transactions: group).positions {
                apart[position.instrument, default: 0] += position.quantity
            }
        }
        var together: [Instrument: Decimal] = [:]
        for position in forwards.positions { together[position.instrument, default: 0] += position.quantity }
        #expect(together == apart.filter { $0.value != 0 })
    }
}
