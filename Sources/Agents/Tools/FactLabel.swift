/// The names of facts. Tools give them, rules and wording look values up by them.
public enum FactLabel {
    // Holdings
    /// Shares or contracts held, negative when short.
    public static let quantity = "quantity"
    /// Average price per share at which a position was opened.
    public static let averagePrice = "average price"
    /// What was paid for a position in dollars, negative when premium was received.
    public static let cost = "cost"
    /// The day the oldest lot was opened.
    public static let opened = "opened"

    // Market
    /// Price per share a position is valued at.
    public static let mark = "mark"
    /// Value of a position in dollars, negative when short.
    public static let marketValue = "market value"
    /// Unrealised profit or loss in dollars.
    public static let unrealised = "unrealised P&L"
    /// Unrealised profit of a short position as a part of the premium received.
    public static let percentOfMaximumProfit = "percent of maximum profit"
    /// Unrealised profit of a long position as a part of what was paid.
    public static let percentReturn = "return"
    /// Change of value since the session before, in dollars.
    public static let dayChange = "day change"
    /// Price per share of the underlying.
    public static let underlyingPrice = "underlying price"
    /// Why a position or a value is missing.
    public static let gap = "missing"

    // Contract
    /// Strike per share.
    public static let strike = "strike"
    /// The contract's last day.
    public static let expiration = "expiration"
    /// Calendar days to expiration.
    public static let daysToExpiration = "days to expiration"
    /// Call or put.
    public static let right = "right"
    /// Shares per contract.
    public static let multiplier = "multiplier"

    // Sensitivities
    /// Delta per share.
    public static let delta = "delta"
    /// Gamma per share.
    public static let gamma = "gamma"
    /// Delta of a position in shares of its underlying.
    public static let positionDelta = "position delta"
    /// Position delta times the underlying's price, in dollars.
    public static let dollarDelta = "dollar delta"
    /// Change of dollar delta for a move of one percent, in dollars.
    public static let gammaDollars = "gamma dollars per 1%"
    /// Change of value per calendar day, in dollars.
    public static let thetaPerDay = "theta per day"
    /// Change of value per point of implied volatility, in dollars.
    public static let vegaPerPoint = "vega per point"
    /// Change of value per percentage point of the interest rate, in dollars.
    public static let rhoPerPoint = "rho per point"
    /// Implied volatility per year.
    public static let impliedVolatility = "implied volatility"

    // Assignment
    /// Probability of being assigned by expiration.
    public static let assignmentProbability = "assignment probability"
    /// LOW, MEDIUM, HIGH or IMMINENT.
    public static let assignmentLevel = "assignment level"
    /// Probability of being assigned before expiration.
    public static let earlyAssignmentProbability = "early assignment probability"
    /// Value per share if exercised now.
    public static let intrinsic = "intrinsic value"
    /// Mark less intrinsic value per share.
    public static let extrinsic = "extrinsic value"
    /// Next ex-dividend date of the underlying.
    public static let exDividendDate = "ex-dividend date"
    /// The dividend per share paid to holders before that date.
    public static let dividend = "dividend"
    /// Cash that assignment of a short put takes, in dollars.
    public static let cashIfAssigned = "cash if assigned"
    /// Shares that assignment of a short call takes.
    public static let sharesIfAssigned = "shares if assigned"

    // Portfolio
    /// Cash in dollars.
    public static let cash = "cash"
    /// Value of all priced positions in dollars.
    public static let positionsValue = "positions value"
    /// Cash and positions in dollars.
    public static let netLiquidation = "net liquidation value"
    /// Cash and what is priced of a portfolio of which not all is.
    public static let pricedValue = "value of cash and priced positions"
    /// Number of positions.
    public static let positionCount = "positions"
    /// Number of positions without a price.
    public static let unpricedCount = "positions not priced"
    /// Number of option positions without Greeks.
    public static let uncoveredCount = "positions without Greeks"
    /// Part of the portfolio's exposure that is one underlying.
    public static let weight = "weight"
    /// Exposure of one underlying in dollars.
    public static let exposure = "exposure"
    /// Herfindahl-Hirschman index of the weights, 0 to 1.
    public static let concentrationIndex = "concentration index"
    /// LOW, MEDIUM or HIGH by the index and the largest weight.
    public static let concentrationLevel = "concentration level"
    /// 1 over the index.
    public static let effectivePositions = "effective number of positions"
    /// Buying power held against a position or in total, in dollars.
    public static let requirement = "buying power requirement"
    /// Cash less the requirement, in dollars.
    public static let freeBuyingPower = "free buying power"
    /// Cash that assignment of all short puts takes, in dollars.
    public static let cashIfAllAssigned = "cash if all puts are assigned"
    /// First day a question looks at.
    public static let from = "from"
    /// Last day a question looks at.
    public static let through = "through"
    /// The number of positions that match a question.
    public static let matchCount = "matching positions"
    /// The number of days a question looks ahead.
    public static let daysAhead = "days ahead"

    // Income
    /// Net option premium of closed and open trades in dollars.
    public static let netPremium = "net premium"
    /// Gains of closed lots in dollars.
    public static let realised = "realised gain"
    /// Dividends received in dollars.
    public static let dividendsReceived = "dividends received"
    /// Interest received less paid, in dollars.
    public static let interest = "interest"
    /// Fees paid in dollars.
    public static let fees = "fees"
    /// Closed lots whose gain is not known.
    public static let unknownGains = "closed lots of unknown basis"

    // Quotes
    /// Best bid per share.
    public static let bid = "bid"
    /// Best offer per share.
    public static let ask = "ask"
    /// Last trade or close per share.
    public static let last = "last"
    /// The close of the session before.
    public static let previousClose = "previous close"
}
