public import Foundation

/// What one source said an instrument was worth, and when.
public struct QuoteRecord: Hashable, Sendable {
    /// Ticker or OCC symbol.
    public var symbol: String
    /// The import it came with; nil when it was entered by hand.
    public internal(set) var importID: Int64?
    /// The source's time of the quote; kept to the microsecond.
    public var asOf: Date
    /// Best bid per share in dollars.
    public var bid: Decimal?
    /// Best offer per share in dollars.
    public var ask: Decimal?
    /// Last trade or close per share in dollars.
    public var last: Decimal?
    /// The close of the session before, per share in dollars.
    public var previousClose: Decimal?
    /// Contracts outstanding; options only.
    public var openInterest: Int?
    /// Units traded in the session.
    public var volume: Int?
    /// Where it came from, as it is shown to the owner.
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
