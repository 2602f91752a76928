public import Evidence
public import Markets

/// The holdings and the market as one source knows them at one moment.
public struct PortfolioSnapshot: Sendable {
    /// What is known of the holdings.
    public var state: PortfolioState
    /// The history they were worked out from, oldest first.
    public var transactions: [Transaction]
    /// Quotes and dividends.
    public var market: MarketSnapshot
    /// The files the history was read from, as they are shown: `activity.csv`.
    public var source: String
    /// Names by which the owner may call a ticker, in lower case: `ford` for `F`.
    public var names: [String: String]
    /// What brokers reported the holdings; nil for a history that was imported.
    public var holdings: HoldingsOrigin?
    /// The accounts that brokers reported; their numbers are never shown.
    public var accounts: [Account] = []
    /// How current each quote is that a source gave, by its symbol.
    public var quoteFreshness: [String: Freshness] = [:]
    /// What the owner should know of where holdings and quotes come from: which source failed, what is old.
    public var notes: [String] = []
    /// Whether every broker that was asked for holdings refused the key or the sign-in, so that there are none.
    public var accessRefused = false

    /// A snapshot with all its values.
    public init(
        state: PortfolioState,
        transactions: [Transaction],
        market: MarketSnapshot,
        source: String,
        names: [String: String] = [:]
    ) {
        self.state = state
        self.transactions = transactions
        self.market = market
        self.source = source
        self.names = names
    }

    /// Tickers of which something was ever held, or is quoted.
    public var tickers: Set<String> {
        var tickers = Set(transactions.compactMap { $0.instrument?.underlying })
        tickers.formUnion(market.dividends.keys)
        for symbol in market.quotes.keys {
            tickers.insert(OptionContract(symbol: symbol)?.underlying ?? symbol)
        }
        return tickers
    }

    /// The holdings a history leads to.
    ///
    /// - Parameters:
    ///   - name: What the owner calls them.
    ///   - today: The day on which options are judged to be past their end.
    static func state(
        of transactions: [Transaction],
        name: String,
        isDemo: Bool,
        today: TradingDate
    ) -> PortfolioState {
        guard !transactions.isEmpty else { return .notSupplied }
        let portfolio = Ledger(transactions: transactions, asOf: today).portfolio(name: name, isDemo: isDemo)
        return portfolio.positions.isEmpty ? .knownEmpty(portfolio) : .known(portfolio)
    }

    /// Company names as they stand in the rows of share trades, by their first word in lower case.
    ///
    /// A word that could mean two tickers names none.
    static func names(in transactions: [Transaction]) -> [String: String] {
        struct Row: Hashable {
            var ticker: String
            var details: String
        }
        var names: [String: String] = [:]
        var ambiguous: Set<String> = []
        // Thousands of rows of one share say the same; telling letters apart takes longer than telling that.
        var seen: Set<Row> = []
        for transaction in transactions {
            guard case .shares(let ticker)? = transaction.instrument,
                transaction.kind == .buy || transaction.kind == .sell,
                seen.insert(Row(ticker: ticker, details: transaction.details)).inserted,
                let line = transaction.details.split(whereSeparator: \.isNewline).first,
                let word = line.split(whereSeparator: { !$0.isLetter }).first, word.count >= 4
            else { continue }
            let name = word.lowercased()
            if let other = names[name], other != ticker { ambiguous.insert(name) }
            names[name] = ticker
        }
        for name in ambiguous { names[name] = nil }
        return names
    }
}
