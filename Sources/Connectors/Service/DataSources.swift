public import Foundation
public import Markets

/// Offers what accounts hold.
public protocol HoldingsSource: Connector {
    /// All accounts the owner gave access to.
    ///
    /// - Throws: `ConnectorError`, `CancellationError`.
    func holdings() async throws -> Sourced<[AccountHoldings]>
}

/// Offers trades and movements of accounts.
public protocol ActivitySource: Connector {
    /// Everything from `start` on, oldest first.
    ///
    /// - Throws: `ConnectorError`, `CancellationError`.
    func activity(since start: TradingDate) async throws -> Sourced<[AccountActivity]>
}

/// Offers what accounts were worth on past days.
public protocol BalanceHistorySource: Connector {
    /// The balances of each account on each day from `start` on, oldest first.
    ///
    /// - Throws: `ConnectorError`, `CancellationError`.
    func balances(since start: TradingDate) async throws -> Sourced<[DailyBalance]>
}

/// Offers quotes.
public protocol QuoteSource: Connector {
    /// Quotes of tickers and of options (OCC symbols without padding). A symbol the source does not know is left out.
    ///
    /// - Throws: `ConnectorError`, `CancellationError`.
    func quotes(of symbols: [String]) async throws -> Sourced<[Quote]>
}

/// Offers option chains.
public protocol OptionChainSource: Connector {
    /// The listed options of `underlying` that expire in `expirations` (all where nil).
    ///
    /// - Throws: `ConnectorError`, `CancellationError`.
    func chain(of underlying: String, expirations: ClosedRange<TradingDate>?) async throws -> Sourced<OptionChain>
}

/// Offers the volumes of options on earlier days.
public protocol OptionVolumeSource: Connector {
    /// The volumes of the options of `underlyings` on days before `date`.
    ///
    /// - Throws: `ConnectorError`, `CancellationError`.
    func volumes(of underlyings: [String], before date: TradingDate) async throws -> Sourced<OptionVolumeHistory>
}

/// Offers implied-volatility measures.
public protocol VolatilitySource: Connector {
    /// Measures of underlyings. A symbol the source does not know is left out.
    ///
    /// - Throws: `ConnectorError`, `CancellationError`.
    func volatility(of symbols: [String]) async throws -> Sourced<[VolatilityMeasures]>
}

/// Offers daily bars.
public protocol PriceHistorySource: Connector {
    /// Bars, splits and dividends of a ticker, oldest first.
    ///
    /// - Throws: `ConnectorError`, `CancellationError`.
    func history(of symbol: String, in dates: ClosedRange<TradingDate>) async throws -> Sourced<PriceHistory>
}

/// Offers lists of symbols.
public protocol WatchlistSource: Connector {
    /// All lists.
    ///
    /// - Throws: `ConnectorError`, `CancellationError`.
    func watchlists() async throws -> Sourced<[Watchlist]>
}

/// Offers markets on events.
public protocol PredictionSource: Connector {
    /// Markets that match.
    ///
    /// - Throws: `ConnectorError`, `CancellationError`.
    func markets(_ filter: PredictionFilter) async throws -> Sourced<[PredictionMarket]>
    /// The book of one market.
    ///
    /// - Throws: `ConnectorError`, `CancellationError`.
    func book(of ticker: String) async throws -> Sourced<PredictionBook>
    /// What the owner holds there.
    ///
    /// - Throws: `ConnectorError`, `CancellationError`.
    func predictionPositions() async throws -> Sourced<[PredictionPosition]>
}

/// Offers dates of earnings reports.
public protocol EarningsSource: Connector {
    /// Reports in `dates`, of `symbols` (of all companies where empty).
    ///
    /// - Throws: `ConnectorError`, `CancellationError`.
    func earnings(of symbols: [String], in dates: ClosedRange<TradingDate>) async throws -> Sourced<[EarningsReport]>
}

/// Offers headlines.
public protocol NewsSource: Connector {
    /// Headlines about `symbols` (about anything where empty) since `start`, the latest first.
    ///
    /// - Throws: `ConnectorError`, `CancellationError`.
    func news(about symbols: [String], since start: Date, limit: Int) async throws -> Sourced<[NewsItem]>
}

/// Offers filings of companies and the figures in them.
public protocol FilingSource: Connector {
    /// The latest filings of a company, of the given forms (all where empty).
    ///
    /// - Throws: `ConnectorError`, `CancellationError`.
    func filings(of symbol: String, forms: [String], limit: Int) async throws -> Sourced<[Filing]>
    /// Reported figures of one concept (`Revenues`), one a period, the latest filed of each.
    ///
    /// - Throws: `ConnectorError`, `CancellationError`.
    func figures(of symbol: String, concept: String) async throws -> Sourced<[ReportedFigure]>
}

/// Offers macro-economic series.
public protocol SeriesSource: Connector {
    /// Observations of a series, oldest first; a missing one has no value.
    ///
    /// - Throws: `ConnectorError`, `CancellationError`.
    func series(_ identifier: String, in dates: ClosedRange<TradingDate>) async throws -> Sourced<[SeriesObservation]>
}
