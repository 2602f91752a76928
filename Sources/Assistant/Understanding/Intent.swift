/// What a question is after.
public enum Intent: String, Hashable, Sendable, Codable, CaseIterable {
    /// What is held.
    case positions
    /// All of it at a glance: balances, positions, what ends soon, what is not current.
    case dashboard
    /// What was gained or lost on what is held.
    case profitAndLoss = "profit_and_loss"
    /// Premium, dividends and realised gains by month.
    case income
    /// Options sold on a ticker and the shares they brought, linked into chains with their break-even.
    case wheel
    /// Losses with a replacement bought within 30 days.
    case washSales = "wash_sales"
    /// What the portfolio was worth on past days.
    case equity = "equity_curve"
    /// Trades and movements of the accounts.
    case activity
    /// Sensitivities of positions and of the portfolio.
    case greeks
    /// What passing time does to the options held.
    case decay
    /// Ways to lower the beta-weighted delta.
    case hedge
    /// What could hurt: concentration, cash against assignments, buying power.
    case risk
    /// Cash and buying power.
    case cash
    /// Which short options could be assigned, and why.
    case assignment
    /// What expires soon.
    case expiring
    /// Which positions meet a management rule.
    case management
    /// What something trades at, as far as quotes are known.
    case price
    /// Upcoming ex-dividend dates of what is held.
    case dividends
    /// Headlines.
    case news
    /// Dates of earnings reports.
    case earnings
    /// The owner's lists of symbols.
    case watchlists
    /// Markets on events.
    case predictions = "prediction_markets"
    /// Filings with the SEC, and figures in them.
    case filings
    /// Macro-economic series.
    case series = "macro_series"
    /// How high implied volatility stands.
    case volatility
    /// The options listed on a ticker.
    case chain = "option_chain"
    /// Trades worth looking at, found in option chains.
    case scan
    /// Underlyings for which a condition holds.
    case screen
    /// What short options could be rolled into.
    case roll
    /// Records of sources the owner described.
    case records
    /// How closed trades did, by strategy, symbol or month.
    case performance
    /// Options that trade far more than is outstanding.
    case unusual = "unusual_activity"
    /// How tickers move together.
    case correlation
    /// The regime of a ticker, and the price zones near it.
    case technicals
    /// What option prices say of a level.
    case probability = "implied_probability"
    /// What the documents say.
    case documents
    /// What the last answer rests on.
    case explanation
    /// Where the last answer's statements come from.
    case sources
    /// A greeting, or what Magnus can do.
    case help
    /// An order to trade, which Magnus does not take.
    case order

    /// Whether an answer needs to know what is held.
    public var needsPortfolio: Bool {
        switch self {
        case .documents, .explanation, .sources, .help, .order, .news, .earnings, .watchlists, .predictions, .filings,
            .series, .volatility, .chain, .scan, .screen, .records, .unusual, .correlation, .technicals, .probability:
            false
        default: true
        }
    }

    /// Whether the answer is what sources of data say and nothing else.
    public var asksSources: Bool {
        switch self {
        case .news, .earnings, .watchlists, .predictions, .filings, .series, .volatility, .chain, .scan, .screen, .roll,
            .records, .unusual, .correlation, .technicals, .probability, .hedge:
            true
        default: false
        }
    }
}
