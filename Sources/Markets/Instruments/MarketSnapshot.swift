public import Foundation

/// Everything known about the market at the moment a portfolio is valued.
public struct MarketSnapshot: Sendable {
    /// The moment of valuation: the injected clock, or the frozen as-of time of the demo.
    public var now: Date
    /// The latest quote of each instrument, by `Instrument.symbol`.
    public var quotes: [String: Quote]
    /// Dividends known, by ticker, in order of ex-date.
    public var dividends: [String: [Dividend]]
    /// Continuously compounded risk-free rate per year (0.04 is 4 %).
    public var riskFreeRate: Double
    /// Where the risk-free rate came from, as it is shown to the user.
    public var riskFreeRateSource: String

    /// A snapshot; quotes and dividends may be empty.
    public init(
        now: Date,
        quotes: [String: Quote] = [:],
        dividends: [String: [Dividend]] = [:],
        riskFreeRate: Double,
        riskFreeRateSource: String
    ) {
        self.now = now
        self.quotes = quotes
        self.dividends = dividends
        self.riskFreeRate = riskFreeRate
        self.riskFreeRateSource = riskFreeRateSource
    }

    /// New York's date at `now`.
    public var today: TradingDate {
        TradingDate(newYorkDateOf: now)
    }
}
