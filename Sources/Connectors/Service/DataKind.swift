/// A kind of data that can be asked for.
public enum DataKind: String, Sendable, Hashable, Codable, CaseIterable {
    /// What accounts hold, with their balances.
    case holdings
    /// Trades and movements of accounts.
    case activity
    /// What accounts were worth on past days.
    case balances
    /// Quotes of shares and options.
    case quotes
    /// Option chains.
    case chains
    /// Volumes of options on earlier days.
    case volumes
    /// Implied-volatility measures of underlyings.
    case volatility
    /// Daily bars, splits and dividends.
    case history
    /// Lists of symbols the owner keeps.
    case watchlists
    /// Markets on events, their books, and positions in them.
    case predictions
    /// Dates of earnings reports.
    case earnings
    /// Headlines.
    case news
    /// Filings and the figures in them.
    case filings
    /// Macro-economic series.
    case series
    /// Records of a source that the owner described.
    case records
    /// Results computed over a universe of symbols.
    case scans

    /// How long a value is served without asking again.
    public var timeToLive: Duration {
        switch self {
        case .holdings: .seconds(30)
        case .quotes, .predictions: .seconds(60)
        case .chains, .news, .watchlists, .records, .volatility: .seconds(300)
        case .scans: .seconds(600)
        case .activity, .balances, .volumes, .history, .earnings, .filings, .series: .seconds(3_600)
        }
    }
}
