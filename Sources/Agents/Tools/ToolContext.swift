public import Connectors
public import Evidence
public import Markets

/// Where the data of a turn is: taken once, so that all tools of a turn see the same moment.
public struct ToolContext: Sendable {
    /// What is known of the holdings.
    public var portfolio: PortfolioState
    /// The holdings valued at the turn's moment; nil where none were supplied.
    public var valuation: PortfolioValuation?
    /// The market as it is known at the turn's moment.
    public var market: MarketSnapshot
    /// The portfolio's history, oldest first.
    public var transactions: [Transaction]
    /// The names of the files the holdings were read from, as they are shown.
    public var portfolioSource: String
    /// The indexed documents.
    public var documents: any PassageSource
    /// The sources of data; nil where the turn has none.
    public var data: DataService?
    /// Holdings that a broker reported: its time and how current they are; nil for a history that was imported.
    public var holdings: HoldingsOrigin?
    /// How current each quote is that a source gave, by its symbol.
    public var quoteFreshness: [String: Freshness]
    /// What the owner should know of where holdings and quotes come from: which source failed, what is old.
    public var notes: [String]
    /// Whether there are no holdings because every broker that was asked refused the key or the sign-in.
    public var accessRefused: Bool

    /// A context with all its values.
    public init(
        portfolio: PortfolioState,
        valuation: PortfolioValuation?,
        market: MarketSnapshot,
        transactions: [Transaction],
        portfolioSource: String,
        documents: any PassageSource,
        data: DataService? = nil,
        holdings: HoldingsOrigin? = nil,
        quoteFreshness: [String: Freshness] = [:],
        notes: [String] = [],
        accessRefused: Bool = false
    ) {
        self.portfolio = portfolio
        self.valuation = valuation
        self.market = market
        self.transactions = transactions
        self.portfolioSource = portfolioSource
        self.documents = documents
        self.data = data
        self.holdings = holdings
        self.quoteFreshness = quoteFreshness
        self.notes = notes
        self.accessRefused = accessRefused
    }

    /// The holdings, valued.
    ///
    /// - Throws: `ToolError.portfolioNotSupplied`.
    func requirePortfolio() throws -> (portfolio: Portfolio, valuation: PortfolioValuation) {
        switch portfolio {
        case .known(let portfolio), .knownEmpty(let portfolio):
            guard let valuation else { throw ToolError.portfolioNotSupplied }
            return (portfolio, valuation)
        case .notSupplied:
            throw ToolError.portfolioNotSupplied
        }
    }

    /// Whether the holdings are the built-in demonstration's.
    var isDemo: Bool {
        switch portfolio {
        case .known(let portfolio), .knownEmpty(let portfolio): portfolio.isDemo
        case .notSupplied: false
        }
    }
}

/// Where passages come from: the document index, or nothing.
public protocol PassageSource: Sendable {
    /// What a search returned.
    ///
    /// - Parameters:
    ///   - query: The question in the owner's words.
    ///   - limit: At most so many passages.
    ///   - collections: Collections to search; empty for all.
    /// - Throws: Whatever keeps the index from being read.
    func passages(answering query: String, limit: Int, in collections: [String]) async throws -> PassageSearch
}

/// What a search of the documents returned.
public struct PassageSearch: Sendable {
    /// The passages, most relevant first.
    public var passages: [Passage]
    /// Whether the best of them is likely to answer the question.
    public var isAnswered: Bool
    /// How likely that is, 0 to 1.
    public var relevance: Double
    /// Number of chunks that were searched.
    public var searchedChunks: Int
    /// What the owner should know of the search: `keyword search alone: the embedding model is not installed`.
    public var notes: [String]

    /// A result with all its values.
    public init(
        passages: [Passage],
        isAnswered: Bool,
        relevance: Double,
        searchedChunks: Int,
        notes: [String] = []
    ) {
        self.passages = passages
        self.isAnswered = isAnswered
        self.relevance = relevance
        self.searchedChunks = searchedChunks
        self.notes = notes
    }
}
