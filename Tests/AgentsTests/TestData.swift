import Agents
import Foundation
import Markets

/// A small portfolio whose every figure can be worked out by hand: 100 shares of AAA bought at 50 and now at 60, and two
/// puts on BBB, strike 40, sold at 1.50 and now at 0.60, with 10,000 in cash.
enum TestData {
    /// 2026-11-18 15:45 in New York.
    static let now = Date(timeIntervalSince1970: 1_795_034_700)

    static func context(
        quotes: [Quote] = standardQuotes,
        documents: any PassageSource = NoDocuments()
    ) -> ToolContext {
        let transactions = history
        let portfolio = Ledger(transactions: transactions).portfolio(name: "Your portfolio")
        let market = MarketSnapshot(
            now: now,
            quotes: Dictionary(quotes.map { ($0.symbol, $0) }, uniquingKeysWith: { $1 }),
            riskFreeRate: 0.04,
            riskFreeRateSource: "test"
        )
        return ToolContext(
            portfolio: .known(portfolio),
            valuation: PortfolioValuation(portfolio, market: market),
            market: market,
            transactions: transactions,
            portfolioSource: "activity.csv",
            documents: documents
        )
    }

    static let put = OptionContract(
        root: "BBB",
        expiration: TradingDate(daysSinceEpoch: 20_806),
        right: .put,
        strike: 40
    )

    static let standardQuotes: [Quote] = [
        Quote(symbol: "AAA", asOf: now, bid: 59, ask: 61, previousClose: 58, source: "quotes.csv"),
        Quote(symbol: "BBB", asOf: now, bid: 42, ask: 42, source: "quotes.csv"),
        Quote(symbol: put.symbol, asOf: now, bid: Decimal(55) / 100, ask: Decimal(65) / 100, source: "quotes.csv"),
    ]

    static let history: [Transaction] = [
        transaction(1, .transfer, amount: 14_700),
        transaction(2, .buy, .shares("AAA"), 100, price: 50, amount: -5_000),
        transaction(3, .sellToOpen, .option(put), 2, price: Decimal(3) / 2, amount: 300),
    ]

    private static func transaction(
        _ line: Int,
        _ kind: Transaction.Kind,
        _ instrument: Instrument? = nil,
        _ quantity: Decimal = 0,
        price: Decimal? = nil,
        amount: Decimal
    ) -> Transaction {
        Transaction(
            id: "\(line)",
            date: TradingDate(daysSinceEpoch: 20_700 + line),
            sequence: line,
            kind: kind,
            instrument: instrument,
            quantity: quantity,
            price: price,
            amount: amount,
            origin: .init(file: "activity.csv", line: line)
        )
    }
}

/// No documents at all.
struct NoDocuments: PassageSource {
    func passages(answering query: String, limit: Int, in collections: [String]) async throws -> PassageSearch {
        PassageSearch(passages: [], isAnswered: false, relevance: 0, searchedChunks: 0)
    }
}
