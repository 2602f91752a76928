import Connectors
import Foundation
import Markets
import Testing

@Suite("Interactive Brokers")
struct InteractiveBrokersTests {
    private func draft(_ text: String) throws -> ImportDraft {
        try ImportDraft(reading: Array(text.utf8), fileName: "ibkr.csv")
    }

    // MARK: - Activity statement

    @Test("Orders, dividends; subtotals and positions move nothing")
    func activity() throws {
        let draft = try Fixture.draft("ibkr_activity.csv")
        #expect(draft.format == .interactiveBrokersActivity)
        #expect(draft.unknown.isEmpty && draft.warnings.isEmpty)
        #expect(
            draft.transactions.map(Seen.init) == [
                Seen("2026-11-09", .buy, "AAPL", "100", "182.1", "-18211", "1"),
                Seen("2026-11-12", .dividend, "AAPL", "0", "", "26"),
                // 2 x 100 x 1.55 = 310, less 1.30
                Seen("2026-11-20", .sellToOpen, "NVDA270115P00170000", "2", "1.55", "308.7", "1.3"),
            ]
        )
    }

    private static let statement = "Statement,Header,Field Name,Field Value\nStatement,Data,Title,Activity Statement\n"

    @Test("Executions repeat orders and count only where there are none; a header may come again with other columns")
    func executions() throws {
        let trades = """
            Account Information,Header,Field Name,Field Value
            Account Information,Data,Account,U1234567
            Trades,Header,DataDiscriminator,Asset Category,Currency,Symbol,Date/Time,Quantity,T. Price,Proceeds,Comm/Fee,Code
            Trades,Data,Trade,Stocks,USD,BRK B,"2026-11-09, 09:35:00",1,500,-500,-1,O
            Trades,Data,Trade,Stocks,USD,BRK B,"2026-11-09, 09:34:00",1,499,-499,-1,O;P
            Trades,Header,DataDiscriminator,Asset Category,Currency,Symbol,Date/Time,Quantity,T. Price,Proceeds,Comm in USD,Code

            """
        let executions = try draft(Self.statement + trades)
        #expect(executions.transactions.map(\.price) == [499, 500])
        #expect(executions.transactions.allSatisfy { $0.instrument == .shares("BRK.B") && $0.account == "U1234567" })
        let order = "Trades,Data,Order,Stocks,USD,BRK B,\"2026-11-09, 09:35:00\",2,499.5,-999,-2,O\n"
        let orders = try draft(Self.statement + trades + order)
        #expect(orders.transactions.map(Seen.init) == [Seen("2026-11-09", .buy, "BRK.B", "2", "499.5", "-1001", "2")])
    }

    @Test("Assignments, exercises and expirations end options; the shares move in rows of their own")
    func ends() throws {
        let draft = try draft(
            Self.statement + """
                Trades,Header,DataDiscriminator,Asset Category,Currency,Symbol,Date/Time,Quantity,T. Price,Proceeds,Comm/Fee,Code
                Trades,Data,Order,Equity and Index Options,USD,F 14NOV26 10 P,"2026-11-14, 16:20:00",1,0,0,0,A;C
                Trades,Data,Order,Stocks,USD,F,"2026-11-14, 16:20:00",100,10,-1000,0,A;O
                Trades,Data,Order,Equity and Index Options,USD,SPY 14NOV26 700 C,"2026-11-14, 16:20:00",-1,0,0,0,C;Ep
                Trades,Data,Order,Equity and Index Options,USD,AMD 14NOV26 90 C,"2026-11-14, 16:20:00",-2,0,0,0,C;Ex
                Trades,Data,Order,Equity and Index Options,USD,AMD 18DEC26 95 C,"2026-11-15, 10:00:00",3,1,-300,-1,C;O
                Trades,Data,Order,Forex,USD,EUR.USD,"2026-11-15, 10:00:00",3,1,-300,-1,
                Trades,Data,Order,Stocks,EUR,SAP,"2026-11-15, 10:00:00",3,1,-300,-1,O
                Corporate Actions,Header,Asset Category,Currency,Report Date,Date/Time,Description,Quantity,Proceeds,Code
                Corporate Actions,Data,Stocks,USD,2026-11-16,"2026-11-15, 20:25:00","AMD(US0079031078) Split 4 for 1 (AMD, ADVANCED MICRO, US0079031078)",300,0,
                Corporate Actions,Data,Stocks,USD,2026-11-16,"2026-11-15, 20:25:00","XYZ(US1) Merged(Acquisition) FOR USD 10.00",-100,1000,
                Interest,Header,Currency,Date,Description,Amount
                Interest,Data,USD,2026-11-05,USD Credit Interest for Oct-2026,1.25
                Interest,Data,Total,,,1.25
                Sales of Souls,Header,Currency,Date,Amount
                Sales of Souls,Data,USD,2026-11-05,666

                """
        )
        #expect(
            draft.transactions.map(Seen.init) == [
                Seen("2026-11-05", .interest, "", "0", "", "1.25"),
                Seen("2026-11-14", .assignment, "F261114P00010000", "1", "", "0"),
                Seen("2026-11-14", .buy, "F", "100", "10", "-1000"),
                Seen("2026-11-14", .expiration, "SPY261114C00700000", "1", "", "0"),
                Seen("2026-11-14", .exercise, "AMD261114C00090000", "2", "", "0"),
                Seen("2026-11-15", .split, "AMD", "300", "", "0"),
            ]
        )
        #expect(draft.unknown.map(\.reason).count == 5)
        #expect(draft.unknown.contains { $0.reason.contains("EUR") })
        #expect(draft.unknown.contains { $0.reason.contains("Sales of Souls") })
    }

    // MARK: - Transaction history

    @Test("A history in another currency than dollars is refused whole")
    func currency() throws {
        let failure = try Fixture.failure(Fixture.bytes("ibkr_history_gbp.csv"))
        #expect("\(failure)".contains("Base Currency is \"GBP\""))
    }

    private static let history = """
        Statement,Header,Field Name,Field Value
        Statement,Data,Title,Transaction History
        Summary,Header,Field Name,Field Value
        Summary,Data,Base Currency,USD
        Transaction History,Header,Date,Account,Description,Transaction Type,Symbol,Quantity,Price,Gross Amount ,Commission,Net Amount

        """

    @Test("Whether an option trade opens follows from what is held")
    func opensAndCloses() throws {
        let draft = try draft(
            Self.history + """
                Transaction History,Data,2026-11-20,U***1,NVDA 15JAN27 170 P,Buy,NVDA  270115P00170000,1.0,0.5,-50.0,-1.0,-51.0
                Transaction History,Data,2026-11-14,U***1,F 14NOV26 10 P,Assignment,F     261114P00010000,1.0,-,0.0,-,0.0
                Transaction History,Data,2026-11-14,U***1,FORD MOTOR CO,Assignment,F,100.0,10.0,-1000.0,-,-1000.0
                Transaction History,Data,2026-11-10,U***1,NVDA 15JAN27 170 P,Sell,NVDA  270115P00170000,-2.0,1.55,310.0,-1.3,308.7
                Transaction History,Data,2026-11-09,U***1,F 14NOV26 10 P,Sell,F     261114P00010000,-1.0,0.3,30.0,-0.7,29.3
                Transaction History,Data,2026-11-05,U***1,VT(US9220427424) Cash Dividend USD 0.50 per Share,Dividend,VT,-,-,20.0,-,20.0
                Transaction History,Data,2026-11-01,U***1,Electronic Fund Transfer,Deposit,-,-,-,5000.0,-,5000.0

                """
        )
        #expect(draft.format == .interactiveBrokersHistory)
        #expect(draft.unknown.isEmpty)
        #expect(draft.warnings.count == 1)
        #expect(
            draft.transactions.map(Seen.init) == [
                Seen("2026-11-01", .transfer, "", "0", "", "5000"),
                Seen("2026-11-05", .dividend, "VT", "0", "", "20"),
                Seen("2026-11-09", .sellToOpen, "F261114P00010000", "1", "0.3", "29.3", "0.7"),
                Seen("2026-11-10", .sellToOpen, "NVDA270115P00170000", "2", "1.55", "308.7", "1.3"),
                Seen("2026-11-14", .buy, "F", "100", "10", "-1000"),
                Seen("2026-11-14", .assignment, "F261114P00010000", "1", "", "0"),
                Seen("2026-11-20", .buyToClose, "NVDA270115P00170000", "1", "0.5", "-51", "1"),
            ]
        )
        #expect(Ledger(transactions: draft.transactions).issues.isEmpty)
    }

    // MARK: - Flex

    @Test("Trades of a Flex query in XML")
    func flex() throws {
        let draft = try Fixture.draft("ibkr_flex.xml")
        #expect(draft.format == .interactiveBrokersFlexXML)
        #expect(
            draft.transactions.map(Seen.init) == [Seen("2011-08-11", .assignment, "VXX110917C00005000", "3", "", "0")]
        )
        #expect(draft.transactions.first?.account == "U123456")
        #expect(draft.transactions.first?.origin.line == 3)
    }

    @Test("Cash and splits of a Flex query; orders and summaries say it again and are passed over")
    func flexCash() throws {
        let draft = try draft(
            """
            <FlexQueryResponse><FlexStatements><FlexStatement accountId="U1"><Trades>
            <Trade accountId="U1" currency="USD" assetCategory="STK" symbol="AAPL" tradeDate="20261109" tradeTime="093500" \
            quantity="100" tradePrice="182.1" proceeds="-18210" taxes="-0.5" ibCommission="-1" openCloseIndicator="O" \
            notes="" levelOfDetail="EXECUTION" transactionID="1" />
            <Trade accountId="U1" currency="USD" assetCategory="STK" symbol="AAPL" tradeDate="20261109" quantity="100" \
            tradePrice="182.1" proceeds="-18210" ibCommission="-1" levelOfDetail="ORDER" />
            <Trade accountId="U1" currency="USD" assetCategory="OPT" multiplier="100" symbol="NVDA  270115P00170000" \
            dateTime="2026-11-20;10:01:02" quantity="-2" tradePrice="1.55" proceeds="310" taxes="0" ibCommission="-1.3" \
            openCloseIndicator="O" notes="P" transactionID="2" />
            <Trade accountId="U1" currency="USD" assetCategory="FUT" symbol="ESZ6" tradeDate="20261109" quantity="1" />
            </Trades><CashTransactions>
            <CashTransaction accountId="U1" currency="USD" type="Dividends" symbol="AAPL" dateTime="20261112" amount="26" \
            description="AAPL(US0378331005) CASH DIVIDEND" levelOfDetail="DETAIL" />
            <CashTransaction accountId="U1" currency="USD" type="Dividends" amount="26" dateTime="20261112" \
            levelOfDetail="SUMMARY" />
            </CashTransactions><CorporateActions>
            <CorporateAction accountId="U1" currency="USD" assetCategory="STK" type="FS" symbol="AAPL" \
            dateTime="20261115;202500" quantity="300" description="AAPL SPLIT 4 FOR 1" />
            </CorporateActions></FlexStatement></FlexStatements></FlexQueryResponse>
            """
        )
        #expect(
            draft.transactions.map(Seen.init) == [
                Seen("2026-11-09", .buy, "AAPL", "100", "182.1", "-18211.5", "1.5"),
                Seen("2026-11-12", .dividend, "AAPL", "0", "", "26"),
                Seen("2026-11-15", .split, "AAPL", "300", "", "0"),
                Seen("2026-11-20", .sellToOpen, "NVDA270115P00170000", "2", "1.55", "308.7", "1.3"),
            ]
        )
        #expect(draft.unknown.count == 1)
    }

    @Test("A Flex file that was cut off is refused")
    func cut() throws {
        let whole = try Fixture.bytes("ibkr_flex.xml")
        for length in [whole.count / 2, whole.count - 25] {
            let failure = try Fixture.failure(Array(whole[..<length]), fileName: "flex.xml")
            #expect("\(failure)".contains("ends in the middle"))
        }
    }

    @Test("A table of trades without symbols says which field the query lacks")
    func isinOnly() throws {
        let failure = try Fixture.failure(Fixture.bytes("ibkr_flex_isin.csv"))
        #expect("\(failure)".contains("\"Symbol\""))
    }

    @Test("A table of trades with symbols")
    func table() throws {
        let draft = try draft(
            """
            "ClientAccountID","CurrencyPrimary","AssetClass","Symbol","Multiplier","TradeDate","Buy/Sell","Quantity",\
            "TradePrice","TradeMoney","IBCommission","Open/CloseIndicator","Notes/Codes"
            "U1","USD","STK","VTI","1","20261120","BUY","95","93.78","8909.1","-1","O",""
            "U1","CHF","STK","CHSPI","1","20261120","BUY","7","282.7","1978.9","-5","O",""

            """
        )
        #expect(draft.transactions.map(Seen.init) == [Seen("2026-11-20", .buy, "VTI", "95", "93.78", "-8910.1", "1")])
        #expect(draft.unknown.map(\.line) == [3])
    }
}
