public import Foundation

/// The listed options of one underlying at one time, as a source reports them.
public struct OptionChain: Sendable, Hashable, Codable {
    /// The ticker of the underlying.
    public var underlying: String
    /// The underlying's price per share in dollars at the time of the quotes, where the source gives it.
    public var underlyingPrice: Decimal?
    /// The contracts, by expiration, strike and right.
    public var options: [ListedOption]

    /// A chain.
    public init(underlying: String, underlyingPrice: Decimal? = nil, options: [ListedOption]) {
        self.underlying = underlying
        self.underlyingPrice = underlyingPrice
        self.options = options
    }
}

/// One option of a chain: its quote, and what its source computed for it.
public struct ListedOption: Sendable, Hashable, Codable {
    /// The contract.
    public var contract: OptionContract
    /// Its quote, open interest and volume in it.
    public var quote: Quote
    /// Implied volatility per year by the source (0.25 is 25 %); nil where it gives none.
    public var impliedVolatility: Double?
    /// Greeks per share by the source: theta per day and vega per point, as brokers show them; nil where it gives none.
    public var greeks: ReportedGreeks?

    /// An option with all its values.
    public init(
        contract: OptionContract,
        quote: Quote,
        impliedVolatility: Double? = nil,
        greeks: ReportedGreeks? = nil
    ) {
        self.contract = contract
        self.quote = quote
        self.impliedVolatility = impliedVolatility
        self.greeks = greeks
    }
}

/// Greeks as a broker reports them, per share.
public struct ReportedGreeks: Sendable, Hashable, Codable {
    /// Change per dollar of the underlying.
    public var delta: Double?
    /// Change of delta per dollar of the underlying.
    public var gamma: Double?
    /// Change per calendar day.
    public var theta: Double?
    /// Change per point of implied volatility.
    public var vega: Double?
    /// Change per percentage point of the interest rate.
    public var rho: Double?

    /// Greeks; any may be missing.
    public init(
        delta: Double? = nil,
        gamma: Double? = nil,
        theta: Double? = nil,
        vega: Double? = nil,
        rho: Double? = nil
    ) {
        self.delta = delta
        self.gamma = gamma
        self.theta = theta
        self.vega = vega
        self.rho = rho
    }
}
