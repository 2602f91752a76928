public import Foundation

/// Which prediction markets to return.
public struct PredictionFilter: Sendable, Hashable, Codable {
    /// A series: `KXFED`; nil for all.
    public var series: String?
    /// An event; nil for all.
    public var event: String?
    /// Certain markets; empty for all.
    public var tickers: [String]
    /// Whether only markets that trade are returned.
    public var isOpenOnly: Bool
    /// At most so many.
    public var limit: Int

    /// A filter.
    public init(
        series: String? = nil,
        event: String? = nil,
        tickers: [String] = [],
        isOpenOnly: Bool = true,
        limit: Int = 200
    ) {
        self.series = series
        self.event = event
        self.tickers = tickers
        self.isOpenOnly = isOpenOnly
        self.limit = limit
    }
}

/// A market on an event. Prices are dollars per contract that pays one dollar, 0 to 1.
public struct PredictionMarket: Sendable, Hashable, Codable {
    /// The market's ticker.
    public var ticker: String
    /// The event's ticker.
    public var event: String
    /// What is asked.
    public var title: String
    /// What "yes" means; empty where the title says it.
    public var outcome: String
    /// The exchange's word for its state: `active`.
    public var status: String
    /// Best bid and offer for yes; nil where there is none.
    public var yesBid, yesAsk: Decimal?
    /// Best bid for no; nil where there is none.
    public var noBid: Decimal?
    /// The last trade.
    public var last: Decimal?
    /// Contracts traded and outstanding.
    public var volume, openInterest: Decimal?
    /// When trading ends.
    public var closes: Date?
    /// A level the outcome is measured against, where the market has one.
    public var floorStrike, capStrike: Decimal?
    /// The exchange's time of this state.
    public var asOf: Date?

    /// A market with all its values.
    public init(
        ticker: String,
        event: String,
        title: String,
        outcome: String = "",
        status: String,
        yesBid: Decimal? = nil,
        yesAsk: Decimal? = nil,
        noBid: Decimal? = nil,
        last: Decimal? = nil,
        volume: Decimal? = nil,
        openInterest: Decimal? = nil,
        closes: Date? = nil,
        floorStrike: Decimal? = nil,
        capStrike: Decimal? = nil,
        asOf: Date? = nil
    ) {
        self.ticker = ticker
        self.event = event
        self.title = title
        self.outcome = outcome
        self.status = status
        self.yesBid = yesBid
        self.yesAsk = yesAsk
        self.noBid = noBid
        self.last = last
        self.volume = volume
        self.openInterest = openInterest
        self.closes = closes
        self.floorStrike = floorStrike
        self.capStrike = capStrike
        self.asOf = asOf
    }
}

/// Bids on both sides of a market, best first. The offer for yes is one dollar less the best bid for no.
public struct PredictionBook: Sendable, Hashable, Codable {
    /// A price and how many contracts are bid at it.
    public struct Level: Sendable, Hashable, Codable {
        /// Dollars per contract.
        public var price: Decimal
        /// Contracts.
        public var quantity: Decimal

        /// A level.
        public init(price: Decimal, quantity: Decimal) {
            self.price = price
            self.quantity = quantity
        }
    }

    /// The market's ticker.
    public var ticker: String
    /// Bids for yes, the highest first.
    public var yesBids: [Level]
    /// Bids for no, the highest first.
    public var noBids: [Level]

    /// A book.
    public init(ticker: String, yesBids: [Level], noBids: [Level]) {
        self.ticker = ticker
        self.yesBids = yesBids
        self.noBids = noBids
    }
}

/// What the owner holds of a prediction market.
public struct PredictionPosition: Sendable, Hashable, Codable {
    /// The market's ticker.
    public var ticker: String
    /// Contracts for yes; negative for no.
    public var quantity: Decimal
    /// What it cost in dollars.
    public var exposure: Decimal?
    /// Gains taken so far in dollars.
    public var realised: Decimal?
    /// Fees paid in dollars.
    public var fees: Decimal?
    /// The exchange's time of this state.
    public var asOf: Date?

    /// A position with all its values.
    public init(
        ticker: String,
        quantity: Decimal,
        exposure: Decimal? = nil,
        realised: Decimal? = nil,
        fees: Decimal? = nil,
        asOf: Date? = nil
    ) {
        self.ticker = ticker
        self.quantity = quantity
        self.exposure = exposure
        self.realised = realised
        self.fees = fees
        self.asOf = asOf
    }
}
