import Connectors
import Foundation
import Markets
import Testing

struct MarketDataImportTests {
    private func draft(_ text: String, _ name: String) throws -> ImportDraft {
        try ImportDraft(reading: Array(text.utf8), fileName: name)
    }

    static let chainHeader =
        "symbol,quote_date,underlying_close,expiration,type,strike,bid,ask,bid_size,ask_size,open_interest,volume,last\n"

    @Test func aChainGivesQuotesAtTheClose() throws {
        let text =
            MarketDataImportTests.chainHeader + """
                AAPL,2014-06-06,645.57,2014-06-06,call,490.0,153.75,157.2,20,6,0,,
                AAPL,2014-06-06,645.57,2014-06-06,put,490.0,,0.04,0,8,75,,
                AAPL,2014-06-06,645.57,2014-06-13,put,492.5,0.03,0.02,1,8,75.0,12,0.05

                """
        let draft = try draft(text, "AAPL-2014-06-06.csv")
        #expect(draft.format == .optionChain)
        #expect(
            draft.quotes.map(\.symbol) == ["AAPL", "AAPL140606C00490000", "AAPL140606P00490000", "AAPL140613P00492500"]
        )
        // 2014-06-06 16:00 in New York
        #expect(draft.quotes.allSatisfy { $0.asOf.timeIntervalSince1970 == 1_402_084_800 })
        #expect(draft.quotes.allSatisfy { $0.source == "AAPL-2014-06-06.csv" })
        #expect(draft.quotes[0].last == (try decimal("645.57")))
        #expect(draft.quotes[1].bid == (try decimal("153.75")))
        #expect(draft.quotes[1].openInterest == 0 && draft.quotes[1].volume == nil)
        #expect(draft.quotes[2].bid == nil)
        #expect(draft.quotes[2].ask == (try decimal("0.04")))
        #expect(draft.quotes[3].openInterest == 75 && draft.quotes[3].volume == 12)
        #expect(draft.warnings == ["1 options have a bid above their ask"])
    }

    @Test(arguments: [
        ("AAPL,2014-06-06,1,2014-06-05,call,490,1,2,,,,,", "expiration"),
        ("AAPL,2014-06-06,1,2014-06-31,call,490,1,2,,,,,", "expiration"),
        ("AAPL,2014-06-06,1,2014-06-13,both,490,1,2,,,,,", "type"),
        ("AAPL,2014-06-06,1,2014-06-13,call,,1,2,,,,,", "strike"),
        ("AAPL,2014-06-06,1,2014-06-13,call,-5,1,2,,,,,", "strike"),
        ("AAPL,2014-06-06,1,2014-06-13,call,490.00001,1,2,,,,,", "strike"),
        ("AAPL,2014-06-06,1,2014-06-13,call,490,-1,2,,,,,", "bid"),
        ("AAPL,2014-06-06,1,2014-06-13,call,490,1,NaN,,,,,", "ask"),
        ("AAPL,2014-06-06,1,2014-06-13,call,490,1,2,,,7.5,,", "open_interest"),
        ("AAPL,2014-06-06,2,2014-06-13,call,480,1,2,,,,,", "underlying_close"),
        ("AAPL,2014-06-06,1,2014-06-13,call,470,1,2,,,,,", "strike"),
        ("TOOLONGX,2014-06-06,1,2014-06-13,call,490,1,2,,,,,", "symbol"),
        ("A PL,2014-06-06,1,2014-06-13,call,490,1,2,,,,,", "symbol"),
    ])
    func impossibleChainRowsRefuseTheFile(_ row: String, _ column: String) throws {
        let first = "AAPL,2014-06-06,1,2014-06-13,call,470,1,2,,,,,\n"
        let error = try Fixture.failure(MarketDataImportTests.chainHeader + first + row)
        guard case .badValue(3, column, _, _) = error.code else {
            Issue.record("\(error)")
            return
        }
    }

    @Test func barsTakeTheirSymbolFromTheFile() throws {
        let text = """
            date,open,high,low,close,adj_close,volume
            1998-01-05,16.5,16.56,15.19,16.0,0.123052,5677300
            1998-01-02,13.63,16.25,13.5,16.25,0.124975,6315000

            """
        let bars = try draft(text, "aapl.csv").bars
        #expect(bars.map(\.date.description) == ["1998-01-02", "1998-01-05"])
        #expect(bars.allSatisfy { $0.symbol == "AAPL" })
        #expect(bars.first?.adjustedClose == (try decimal("0.124975")))
        #expect(bars.last?.volume == 5_677_300)
        #expect(bars.last?.low == (try decimal("15.19")))

        let index = try draft(
            "DATE,OPEN,HIGH,LOW,CLOSE\n1990-01-02,17.240000,17.240000,17.240000,17.300000\n",
            "VIX.csv"
        )
        #expect(index.bars.first?.symbol == "VIX")
        #expect(index.bars.first?.volume == nil && index.bars.first?.adjustedClose == nil)
        #expect(index.warnings == ["1 days open or close outside of their high and low"])
        #expect(try draft("date,open,high,low,close\n2026-01-02,1,1,1,1\n", "BRK.B.csv").bars.first?.symbol == "BRK.B")
    }

    @Test(arguments: [
        ("2026-01-02,1,1,1,0", "close"), ("2026-01-02,1,1,1,", "close"), ("2026-01-02,-1,1,1,1", "open"),
        ("2026-01-01,1,1,1,1", "date"),
        ("2026-01-32,1,1,1,1", "date"),
    ])
    func impossibleBarsRefuseTheFile(_ row: String, _ column: String) throws {
        let text = "date,open,high,low,close\n2026-01-01,1,1,1,1\n" + row
        guard case .badValue(3, column, _, _) = try Fixture.failure(text, fileName: "SPY.csv").code else {
            Issue.record("row 3 was taken")
            return
        }
    }

    @Test func barsNeedATickerForAName() throws {
        let error = try Fixture.failure("date,open,high,low,close\n2026-01-01,1,1,1,1\n", fileName: "my prices.csv")
        #expect(error.description.contains("my prices is no ticker"))
    }

    @Test func quotesAreReadBySymbol() throws {
        let text = """
            symbol,as_of,bid,ask,last,previous_close
            spy,2026-11-18T15:45:00-05:00,684.29,684.31,684.30,686.05
            NVDA  270115P00165000,2026-11-18T15:45:00-05:00,5.40,5.50,,4.90
            BRK/B,2026-11-18,,,,

            """
        let draft = try draft(text, "quotes.csv")
        #expect(draft.quotes.map(\.symbol) == ["SPY", "NVDA270115P00165000", "BRK.B"])
        #expect(draft.quotes[1].last == nil)
        #expect(draft.quotes[1].previousClose == (try decimal("4.9")))
        #expect(draft.warnings == ["line 4: BRK.B has no price at all"])
    }

    @Test(arguments: ["NVDA270230P00165000", "270115P00165000", "", "a b", "NVDA27011"])
    func symbolsThatAreNoneAreRefused(_ symbol: String) throws {
        let text = "symbol,as_of,bid,ask,last,previous_close\n\(symbol),2026-11-18,1,2,3,4\n"
        guard symbol != "NVDA27011" else {
            // Nine letters and digits could be a ticker somewhere.
            #expect(try draft(text, "quotes.csv").quotes.first?.symbol == symbol)
            return
        }
        guard case .badValue(2, "symbol", _, _) = try Fixture.failure(text).code else {
            Issue.record("\(symbol) was taken")
            return
        }
    }

    @Test func dividendsKeepTheirSource() throws {
        let draft = try draft("symbol,ex_date,amount\nKO,2026-11-20,0.53\nMSFT,2026-11-19,$0.91\n", "dividends.csv")
        #expect(draft.dividends.map(\.symbol) == ["KO", "MSFT"])
        #expect(draft.dividends.map(\.amount) == [try decimal("0.53"), try decimal("0.91")])
        #expect(draft.dividends.first?.exDate.description == "2026-11-20")
        #expect(draft.dividends.first?.source == "dividends.csv")
        for amount in ["0", "-0.5", "", "x"] {
            guard
                case .badValue(2, "amount", _, _) = try Fixture.failure(
                    "symbol,ex_date,amount\nKO,2026-11-20,\(amount)\n"
                ).code
            else {
                Issue.record("\(amount) was taken")
                return
            }
        }
    }
}
