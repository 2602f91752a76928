import Connectors
import Foundation
import Markets
import Testing

struct OpeningBalancesTests {
    @Test func whatWasHeldBeforeComesIntoTheBooks() throws {
        let text = """
            symbol,quantity,price,opened
            CASH,"1,234.50",,
            AAPL,100,150.25,2025-03-04
            NVDA  270115P00170000,-2,1.55,
            KO,-50,,1/5/2026

            """
        let draft = try ImportDraft(reading: Array(text.utf8), fileName: "opening.csv")
        #expect(draft.format == .openingBalances)
        #expect(draft.transactions.allSatisfy { $0.kind == .openingBalance })
        let ledger = Ledger(transactions: draft.transactions)
        #expect(ledger.issues.isEmpty)
        #expect(ledger.cash == .known(try decimal("1234.5")))
        #expect(ledger.positions.map(\.quantity) == [100, -50, -2])
        #expect(ledger.positions.map(\.averagePrice) == [try decimal("150.25"), nil, try decimal("1.55")])
        #expect(ledger.positions.map(\.opened?.description) == ["2025-03-04", "2026-01-05", nil])
        #expect(ledger.history == nil)
    }

    @Test func idsDependOnWhatARowSays() throws {
        func ids(_ rows: String) throws -> [String] {
            let text = "symbol,quantity,price,opened\n" + rows
            return try ImportDraft(reading: Array(text.utf8), fileName: "opening.csv").transactions.map(\.id)
        }
        let first = try ids("AAPL,100,150.25,2025-03-04\nAAPL,100,150.25,2025-03-04\n")
        #expect(Set(first).count == 2)
        #expect(try ids("KO,1,,\naapl,100.0,$150.250,3/4/2025\n").last == first.first)
        #expect(try ids("AAPL,-100,150.25,2025-03-04\n").first != first.first)
        #expect(try ids("AAPL,100,,2025-03-04\n").first != first.first)
    }

    @Test(arguments: [
        ("AAPL,0,1,", "quantity"), ("AAPL,,1,", "quantity"), ("AAPL,x,1,", "quantity"), ("AAPL,1,-1,", "price"),
        ("AAPL,1,1,2026-02-30", "opened"), ("NVDA270115P00170000,1.5,1,", "quantity"), ("N V,1,1,", "symbol"),
        ("CASH,5,2,", "price"),
        (",5,2,", "symbol"),
    ])
    func impossibleValuesRefuseTheFile(_ row: String, _ column: String) throws {
        guard case .badValue(2, column, _, _) = try Fixture.failure("symbol,quantity,price,opened\n\(row)\n").code
        else {
            Issue.record("\(row) was taken")
            return
        }
    }
}
