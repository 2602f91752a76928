import Connectors
import Foundation
import Markets
import Testing

@Suite struct StatedHoldingsTests {
    @Test func anActivityStatementSaysWhatIsHeldAtItsEnd() throws {
        let text = """
            Statement,Header,Field Name,Field Value
            Statement,Data,BrokerName,Interactive Brokers
            Statement,Data,Period,"November 1, 2026 - November 20, 2026"
            Trades,Header,DataDiscriminator,Asset Category,Currency,Symbol,Date/Time,Quantity,T. Price,C. Price,Proceeds,Comm/Fee,Basis,Realized P/L,MTM P/L,Code
            Trades,Data,Order,Stocks,USD,AAPL,"2026-11-09, 09:35:00",100,182.10,182.40,-18210,-1,18211,0,30,O
            Open Positions,Header,DataDiscriminator,Asset Category,Currency,Symbol,Quantity,Mult,Cost Price,Cost Basis,Close Price,Value,Unrealized P/L,Code
            Open Positions,Data,Summary,Stocks,USD,AAPL,100,1,182.11,18211,185,18500,289,
            Open Positions,Data,Lot,Stocks,USD,AAPL,100,1,182.11,18211,185,18500,289,
            Open Positions,Data,Summary,Equity and Index Options,USD,NVDA 15JAN27 170 P,-2,100,1.5435,-308.7,1.5,-300,8.7,
            Cash Report,Header,Currency Summary,Currency,Total,Securities,Futures
            Cash Report,Data,Starting Cash,Base Currency Summary,20000,20000,0
            Cash Report,Data,Ending Cash,Base Currency Summary,"2,123.45","2,123.45",0
            Cash Report,Data,Ending Cash,USD,"2,123.45","2,123.45",0

            """
        let draft = try ImportDraft(reading: Array(text.utf8), fileName: "activity.csv")
        let holdings = try #require(draft.holdings)
        #expect(holdings.positions?[.shares("AAPL")] == 100)
        let put = try #require(OptionContract(symbol: "NVDA270115P00170000"))
        #expect(holdings.positions?[.option(put)] == -2)
        #expect(holdings.cash == Decimal(string: "2123.45"))
        #expect(holdings.period == TradingDate("2026-11-01")!...TradingDate("2026-11-20")!)
        #expect(draft.transactions.count == 1)
        #expect(draft.unknown.isEmpty)
    }

    @Test func aPositionThatIsNoneIsRefused() throws {
        let text = """
            Statement,Header,Field Name,Field Value
            Account Information,Header,Field Name,Field Value
            Open Positions,Header,DataDiscriminator,Asset Category,Currency,Symbol,Quantity,Mult
            Open Positions,Data,Summary,Stocks,USD,AAPL,many,1

            """
        #expect(throws: ImportError.self) { try ImportDraft(reading: Array(text.utf8), fileName: "activity.csv") }
    }
}
