import Connectors
import Foundation
import Markets
import Storage
import Testing

@Suite("What was imported, as a source") struct ImportedMarketTests {
    private let store: PortfolioStore
    private let market: ImportedMarket
    private let span: ClosedRange<TradingDate>

    init() throws {
        store = PortfolioStore(database: try Database())
        let now = try #require(TradingDate("2026-11-20")).newYorkInstant(hour: 12)
        market = ImportedMarket(store: store, clock: { now })
        span = try #require(TradingDate("2026-01-01"))...(#require(TradingDate("2026-12-31")))
    }

    private func take(_ draft: ImportDraft) throws {
        try store.add(
            ImportRecord(
                importedAt: Date(timeIntervalSince1970: 0),
                fileName: draft.fileName,
                fileDigest: draft.fileDigest,
                format: draft.format.rawValue
            ),
            transactions: draft.transactions.map(\.record),
            quotes: draft.quotes.map(\.record),
            bars: draft.bars.map(\.record),
            dividends: draft.dividends.map(\.record)
        )
    }

    private func take(_ text: String, _ name: String) throws {
        try take(ImportDraft(reading: Array(text.utf8), fileName: name))
    }

    @Test("Quotes keep their time and file; a symbol without one is left out")
    func quotes() async throws {
        try take("symbol,as_of,bid,ask\nXYZ,2026-11-19,1,2\nXYZ,2026-11-20T10:00:00-05:00,3,4\n", "quotes.csv")
        let answer = try await market.quotes(of: ["XYZ", "NONE", "XYZ"])
        #expect(answer.value.count == 1)
        #expect(answer.value.first?.bid == 3)
        #expect(answer.value.first?.asOf == (try #require(TradingDate("2026-11-20"))).newYorkInstant(hour: 10))
        #expect(answer.value.first?.source == "quotes.csv")
    }

    @Test("Bars with their certain splits; imported dividends before those the bars tell")
    func history() async throws {
        try take(
            "date,open,high,low,close,adj_close\n2026-03-05,400,400,400,400,100\n2026-03-06,103,103,103,103,103\n",
            "XYZ.csv"
        )
        try take("symbol,ex_date,amount\nXYZ,2026-02-06,0.25\nABC,2026-02-06,1\nXYZ,2025-02-06,0.2\n", "dividends.csv")
        let answer = try await market.history(of: "XYZ", in: span)
        #expect(answer.value.bars.map(\.close) == [400, 103])
        #expect(answer.value.splits.map(\.ratio) == [4])
        #expect(answer.value.dividends.map(\.amount) == [Decimal(string: "0.25")])
        #expect(answer.asOf == (try #require(TradingDate("2026-03-06"))).newYorkInstant(hour: 16))
        let error = try await #require(throws: ConnectorError.self) { try await market.history(of: "NO", in: span) }
        #expect(error.code == .notFound)
    }

    @Test("An opening balance that names no account belongs to the only one that trades it")
    func openings() async throws {
        try take("symbol,quantity,price,opened\nXYZ,10,4,2025-03-04\nCASH,100,,\n", "opening.csv")
        try take(
            Fixture.robinhood([Fixture.row("11/3/2026", "XYZ", "Xyz Inc", "Sell", "4", "$5.00", "$20.00")])
        )
        let accounts = try await market.holdings()
        #expect(accounts.value.map(\.account.title) == ["imported Robinhood"])
        #expect(accounts.value.first?.positions.map(\.quantity) == [6])
        #expect(accounts.value.first?.balances?.cash == 120)
    }

    @Test("Holdings are those of the imported history")
    func holdings() async throws {
        #expect(try await market.holdings().value == [])
        try take(
            Fixture.robinhood([
                Fixture.row("11/3/2026", "XYZ", "Xyz Inc", "Buy", "10", "$5.00", "($50.00)"),
                Fixture.row("11/4/2026", "XYZ", "XYZ 12/18/2026 Call $6.00", "STO", "1", "$0.50", "$49.96"),
            ])
        )
        let accounts = try await market.holdings()
        let positions = try #require(accounts.value.first).positions
        #expect(accounts.value.count == 1)
        #expect(accounts.value.first?.account.title == "imported Robinhood")
        #expect(positions.map(\.symbol) == ["XYZ", "XYZ261218C00006000"])
        #expect(positions.map(\.quantity) == [10, -1])
        #expect(positions.map(\.multiplier) == [1, 100])
        #expect(positions.first?.averagePrice == 5)
        #expect(positions.first?.opened == TradingDate("2026-11-03"))
    }
}
