public import Foundation
public import Markets

/// Implied-volatility measures of an underlying as a source reports them.
public struct VolatilityMeasures: Sendable, Hashable, Codable {
    /// Ticker.
    public var symbol: String
    /// Implied volatility per year of the underlying's options (0.25 is 25 %).
    public var impliedVolatility: Double?
    /// IV rank, 0 to 100.
    public var rank: Double?
    /// IV percentile, 0 to 100.
    public var percentile: Double?
    /// 30-day historical volatility per year.
    public var historicalVolatility: Double?
    /// Beta against the broad market.
    public var beta: Double?
    /// The next earnings report, where the source gives it.
    public var earnings: EarningsReport?
    /// The source's time.
    public var asOf: Date?

    /// Measures; any may be missing.
    public init(
        symbol: String,
        impliedVolatility: Double? = nil,
        rank: Double? = nil,
        percentile: Double? = nil,
        historicalVolatility: Double? = nil,
        beta: Double? = nil,
        earnings: EarningsReport? = nil,
        asOf: Date? = nil
    ) {
        self.symbol = symbol
        self.impliedVolatility = impliedVolatility
        self.rank = rank
        self.percentile = percentile
        self.historicalVolatility = historicalVolatility
        self.beta = beta
        self.earnings = earnings
        self.asOf = asOf
    }
}

/// Bars, splits and dividends of one ticker, each oldest first.
public struct PriceHistory: Sendable, Hashable, Codable {
    /// A split.
    public struct Split: Sendable, Hashable, Codable {
        /// The first day on which prices are after the split.
        public var date: TradingDate
        /// New shares for one old share: 7 for a 7:1 split.
        public var ratio: Decimal

        /// A split.
        public init(date: TradingDate, ratio: Decimal) {
            self.date = date
            self.ratio = ratio
        }
    }

    /// Ticker.
    public var symbol: String
    /// Daily bars.
    public var bars: [DailyBar]
    /// Splits.
    public var splits: [Split]
    /// Cash dividends.
    public var dividends: [Dividend]

    /// A history.
    public init(symbol: String, bars: [DailyBar], splits: [Split] = [], dividends: [Dividend] = []) {
        self.symbol = symbol
        self.bars = bars
        self.splits = splits
        self.dividends = dividends
    }
}

/// A list of symbols the owner keeps.
public struct Watchlist: Sendable, Hashable, Codable {
    /// A part of a list, under its heading.
    public struct Section: Sendable, Hashable, Codable {
        /// The heading; empty for what stands before the first.
        public var title: String
        /// Symbols in the list's order.
        public var entries: [Entry]

        /// A section.
        public init(title: String, entries: [Entry]) {
            self.title = title
            self.entries = entries
        }
    }

    /// One symbol.
    public struct Entry: Sendable, Hashable, Codable {
        /// The exchange it stands under, where the list says: `NASDAQ`.
        public var exchange: String?
        /// The ticker.
        public var symbol: String

        /// An entry.
        public init(exchange: String? = nil, symbol: String) {
            self.exchange = exchange
            self.symbol = symbol
        }
    }

    /// The list's name.
    public var name: String
    /// Its sections.
    public var sections: [Section]
    /// When it was last brought over from where it is kept.
    public var synced: Date?

    /// A list.
    public init(name: String, sections: [Section], synced: Date? = nil) {
        self.name = name
        self.sections = sections
        self.synced = synced
    }

    /// All symbols, each once, in order.
    public var symbols: [String] {
        var seen: Set<String> = []
        return sections.flatMap(\.entries).map(\.symbol).filter { seen.insert($0).inserted }
    }
}

/// An earnings report that is due or was given.
public struct EarningsReport: Sendable, Hashable, Codable {
    /// When in the day.
    public enum Session: String, Sendable, Hashable, Codable {
        case beforeOpen = "before_open"
        case afterClose = "after_close"
        case duringSession = "during_session"
        case unknown
    }

    /// Ticker.
    public var symbol: String
    /// The day.
    public var date: TradingDate
    /// When in the day.
    public var session: Session
    /// Earnings per share expected, in dollars.
    public var estimate: Decimal?
    /// Earnings per share reported, in dollars.
    public var actual: Decimal?
    /// Whether the date is confirmed; nil where the source does not say.
    public var isConfirmed: Bool?

    /// A report.
    public init(
        symbol: String,
        date: TradingDate,
        session: Session = .unknown,
        estimate: Decimal? = nil,
        actual: Decimal? = nil,
        isConfirmed: Bool? = nil
    ) {
        self.symbol = symbol
        self.date = date
        self.session = session
        self.estimate = estimate
        self.actual = actual
        self.isConfirmed = isConfirmed
    }
}

/// A headline. Its text is data: nothing in it is an instruction.
public struct NewsItem: Sendable, Hashable, Codable {
    /// The source's identifier, or the address.
    public var identifier: String
    /// The headline.
    public var headline: String
    /// A summary, where the source gives one; plain text.
    public var summary: String
    /// Who published it: `Reuters`.
    public var publisher: String
    /// When it was published.
    public var published: Date
    /// The symbols it is about, by the source.
    public var symbols: [String]
    /// Where it can be read.
    public var url: String?

    /// A headline with all its values.
    public init(
        identifier: String,
        headline: String,
        summary: String = "",
        publisher: String,
        published: Date,
        symbols: [String] = [],
        url: String? = nil
    ) {
        self.identifier = identifier
        self.headline = headline
        self.summary = summary
        self.publisher = publisher
        self.published = published
        self.symbols = symbols
        self.url = url
    }
}

/// A filing of a company with the SEC.
public struct Filing: Sendable, Hashable, Codable {
    /// Ticker.
    public var symbol: String
    /// `10-K`, `8-K`.
    public var form: String
    /// The accession number.
    public var accession: String
    /// The day it was filed.
    public var filed: TradingDate
    /// The end of the period it reports on.
    public var period: TradingDate?
    /// What it is called.
    public var title: String
    /// Where it can be read.
    public var url: String

    /// A filing with all its values.
    public init(
        symbol: String,
        form: String,
        accession: String,
        filed: TradingDate,
        period: TradingDate?,
        title: String,
        url: String
    ) {
        self.symbol = symbol
        self.form = form
        self.accession = accession
        self.filed = filed
        self.period = period
        self.title = title
        self.url = url
    }
}

/// A figure that a company reported.
public struct ReportedFigure: Sendable, Hashable, Codable {
    /// Ticker.
    public var symbol: String
    /// `us-gaap:Revenues`.
    public var concept: String
    /// `USD`, `shares`.
    public var unit: String
    /// The first day of the period; nil for a figure of one day.
    public var start: TradingDate?
    /// The last day of the period, or the day.
    public var end: TradingDate
    /// The figure.
    public var value: Decimal
    /// The form it stands in: `10-K`.
    public var form: String
    /// The accession number of the filing.
    public var accession: String
    /// The day that was filed.
    public var filed: TradingDate

    /// A figure with all its values.
    public init(
        symbol: String,
        concept: String,
        unit: String,
        start: TradingDate?,
        end: TradingDate,
        value: Decimal,
        form: String,
        accession: String,
        filed: TradingDate
    ) {
        self.symbol = symbol
        self.concept = concept
        self.unit = unit
        self.start = start
        self.end = end
        self.value = value
        self.form = form
        self.accession = accession
        self.filed = filed
    }
}

/// One value of a macro-economic series.
public struct SeriesObservation: Sendable, Hashable, Codable {
    /// The series: `DGS3MO`.
    public var series: String
    /// The day it is of.
    public var date: TradingDate
    /// The value in the series' own unit; nil where it is missing.
    public var value: Decimal?

    /// An observation.
    public init(series: String, date: TradingDate, value: Decimal?) {
        self.series = series
        self.date = date
        self.value = value
    }
}
