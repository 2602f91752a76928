public import Foundation

/// One day of a share's or an index's trading.
public struct DailyBar: Hashable, Sendable, Codable {
    /// Ticker.
    public var symbol: String
    /// The trading day.
    public var date: TradingDate
    /// First, highest, lowest and last price of the day per share in dollars, unadjusted.
    public var open, high, low, close: Decimal
    /// Close adjusted for splits and dividends, where the source gives it.
    public var adjustedClose: Decimal?
    /// Shares traded, where the source gives it.
    public var volume: Int?

    /// A bar with all its values.
    public init(
        symbol: String,
        date: TradingDate,
        open: Decimal,
        high: Decimal,
        low: Decimal,
        close: Decimal,
        adjustedClose: Decimal? = nil,
        volume: Int? = nil
    ) {
        self.symbol = symbol
        self.date = date
        self.open = open
        self.high = high
        self.low = low
        self.close = close
        self.adjustedClose = adjustedClose
        self.volume = volume
    }
}
