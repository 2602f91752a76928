import Connectors
import Foundation
import Markets
import Testing

@Suite("Positions as Schwab, Fidelity and Flex queries state them")
struct BrokerPositionsTests {
    private static func holdings(_ text: String, _ format: ImportFormat) throws -> (
        ImportDraft, ImportDraft.StatedHoldings
    ) {
        let draft = try ImportDraft(reading: Array(text.utf8), fileName: "positions")
        #expect(draft.format == format)
        #expect(draft.transactions.isEmpty)
        return (draft, try #require(draft.holdings))
    }

    private static func option(_ symbol: String) throws -> Instrument {
        .option(try #require(OptionContract(symbol: symbol)))
    }

    /// Both generations of the header; titles, sums and names of accounts are no positions.
    @Test(
        arguments: [
            (
                #""Symbol","Description","Qty (Quantity)","Price","Mkt Val (Market Value)","Cost Basis","Security Type","#,
                "05:51 PM ET, 2026/11/20"
            ),
            (
                #""Symbol","Description","Quantity","Price","Market Value","Cost Basis","Security Type","#,
                "05:51 PM ET, 11/20/2026"
            ),
        ]
    )
    func schwab(header: String, time: String) throws {
        let text = """
            "Positions for All-Accounts as of \(time)"

            "Individual ...123"
            \(header)
            "AAPL","APPLE INC","1,100","$185.00","$203,500.00","$200,000.00","Equity",
            "NVDA 01/15/2027 170.00 P","PUT NVIDIA CORP $170 EXP 01/15/27","-2","$1.50","-$300.00","-$308.70","Option",
            "Cash & Cash Investments","--","--","--","$2,123.45","--","Cash and Money Market",
            "Account Total","--","--","--","$205,323.45","$199,691.30","--",

            "Roth ...456"
            \(header)
            "AAPL","APPLE INC","0.5","$185.00","$92.50","$90.00","Equity",
            "Cash & Cash Investments","--","--","--","$0.55","--","Cash and Money Market",
            "Account Total","--","--","--","$93.05","$90.00","--",

            """
        let (draft, holdings) = try Self.holdings(text, .schwabPositions)
        #expect(
            holdings.positions == [.shares("AAPL"): try decimal("1100.5"), try Self.option("NVDA270115P00170000"): -2]
        )
        #expect(holdings.cash == (try decimal("2124")))
        #expect(holdings.asOf == TradingDate("2026-11-20"))
        #expect(draft.unknown.isEmpty)
    }

    @Test func fidelity() throws {
        let text = """
            \u{FEFF}Account Number,Account Name,Symbol,Description,Quantity,Last Price,Last Price Change,Current Value,Cost Basis Total,Average Cost Basis,Type
            X12345678,Individual,SPAXX**,HELD IN MONEY MARKET,,,,$2123.45,,,Cash,
            X12345678,Individual,AAPL,APPLE INC,100,$185.00,+$1.00,$18500.00,$18211.00,$182.11,Margin,
            X12345678,Individual, -NVDA270115P170,NVDA JAN 15 2027 $170 PUT,-2,$1.50,-$0.05,-$300.00,$308.70,$1.54,Margin,
            X12345678,Individual,Pending Activity,,,,,$100.00,,,,

            "The data and information in this spreadsheet is provided to you solely for your use and is not for distribution."
            "Date downloaded Nov-20-2026 4:05 p.m ET"

            """
        let (draft, holdings) = try Self.holdings(text, .fidelityPositions)
        #expect(holdings.positions == [.shares("AAPL"): 100, try Self.option("NVDA270115P00170000"): -2])
        #expect(holdings.cash == (try decimal("2123.45")))
        #expect(holdings.asOf == TradingDate("2026-11-20"))
        #expect(draft.warnings.count == 1 && draft.warnings[0].contains("$100.00"))
        #expect(draft.unknown.isEmpty)
    }

    @Test func whatIsNoPositionIsNamedAndABadNumberRefused() throws {
        let header = "Symbol,Description,Quantity,Current Value,Cost Basis Total\n"
        let (draft, _) = try Self.holdings(
            header + "AAPL,APPLE,1,$1,$1\nNot a ticker!,BOND,5,$5,$5\n",
            .fidelityPositions
        )
        #expect(draft.unknown.map(\.line) == [3])
        for row in ["AAPL,APPLE,many,$1,$1", "-NVDA270115P170,PUT,1.5,$1,$1", "AAPL,APPLE,,$1,$1"] {
            #expect(throws: ImportError.self) { try Self.holdings(header + row + "\n", .fidelityPositions) }
        }
        let schwab = "Symbol,Description,Cost Basis\nAAPL,APPLE,1\n"
        #expect(throws: ImportError.self) { try Self.holdings(schwab, .schwabPositions) }
    }

    /// Sums of lots where there are both; the lots where there are only those, as in the recorded query.
    @Test func flexQueriesWithOpenPositions() throws {
        let text = """
            <FlexQueryResponse queryName="p" type="AF"><FlexStatements count="1">
            <FlexStatement accountId="U1" fromDate="20261101" toDate="20261120" period="" whenGenerated="20261120;210000">
            <OpenPositions>
            <OpenPosition accountId="U1" currency="USD" assetCategory="STK" symbol="AAPL" multiplier="1" position="100" levelOfDetail="SUMMARY" />
            <OpenPosition accountId="U1" currency="USD" assetCategory="STK" symbol="AAPL" multiplier="1" position="60" levelOfDetail="LOT" />
            <OpenPosition accountId="U1" currency="USD" assetCategory="STK" symbol="AAPL" multiplier="1" position="40" levelOfDetail="LOT" />
            <OpenPosition accountId="U1" currency="USD" assetCategory="OPT" symbol="NVDA  270115P00170000" multiplier="100" position="-2" levelOfDetail="LOT" />
            </OpenPositions>
            <CashReport>
            <CashReportCurrency accountId="U1" currency="BASE_SUMMARY" endingCash="9999" />
            <CashReportCurrency accountId="U1" currency="USD" endingCash="2123.45" />
            </CashReport>
            </FlexStatement></FlexStatements></FlexQueryResponse>
            """
        let (draft, holdings) = try Self.holdings(text, .interactiveBrokersFlexXML)
        #expect(holdings.positions == [.shares("AAPL"): 100, try Self.option("NVDA270115P00170000"): -2])
        #expect(holdings.cash == (try decimal("2123.45")))
        #expect(holdings.period == TradingDate("2026-11-01")!...TradingDate("2026-11-20")!)
        #expect(draft.unknown.isEmpty)
    }
}
