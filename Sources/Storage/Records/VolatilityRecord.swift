public import Foundation

/// The implied volatility of an underlying on one day.
public struct VolatilityRecord: Hashable, Sendable {
    /// Ticker.
    public var symbol: String
    /// The day in New York, `YYYY-MM-DD`.
    public var date: String
    /// 30-day implied volatility per year (0.25 is 25 %).
    public var volatility: Double
    /// Where the quotes it was computed from came from, as it is shown to the owner.
    public var source: String
    /// The source's time of those quotes.
    public var asOf: Date

    /// A day's volatility with all its values.
    public init(symbol: String, date: String, volatility: Double, source: String, asOf: Date) {
        self.symbol = symbol
        self.date = date
        self.volatility = volatility
        self.source = source
        self.asOf = asOf
    }
}
