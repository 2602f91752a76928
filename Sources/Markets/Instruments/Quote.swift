public import Foundation

/// What a source said an instrument was worth, and when.
public struct Quote: Hashable, Sendable, Codable {
    /// Ticker, or OCC symbol without padding.
    public var symbol: String
    /// The provider's time of the quote, never the time it was fetched.
    public var asOf: Date
    /// Best bid per share in dollars; nil where none is quoted.
    public var bid: Decimal?
    /// Best offer per share in dollars; nil where none is quoted.
    public var ask: Decimal?
    /// Last trade or official close per share in dollars.
    public var last: Decimal?
    /// The close of the session before, per share in dollars.
    public var previousClose: Decimal?
    /// Contracts outstanding; options only.
    public var openInterest: Int?
    /// Units traded in the session.
    public var volume: Int?
    /// Where the quote came from, as it is shown to the user: `AAPL-2014-06-06.csv`, `entered by hand`.
    public var source: String

    /// A quote; everything but symbol, time and source may be missing.
    public init(
        symbol: String,
        asOf: Date,
        bid: Decimal? = nil,
        ask: Decimal? = nil,
        last: Decimal? = nil,
        previousClose: Decimal? = nil,
        openInterest: Int? = nil,
        volume: Int? = nil,
        source: String
    ) {
        self.symbol = symbol
        self.asOf = asOf
        self.bid = bid
        self.ask = ask
        self.last = last
        self.previousClose = previousClose
        self.openInterest = openInterest
        self.volume = volume
        self.source = source
    }
}
