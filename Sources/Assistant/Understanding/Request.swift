import Agents
public import JSON
public import Markets

/// A question as it was understood: what it is after, and what it is about.
public struct Request: Hashable, Sendable, Codable {
    /// Long or short.
    public enum Side: String, Hashable, Sendable, Codable {
        /// Bought.
        case long
        /// Sold.
        case short
    }

    /// In or out of the money.
    public enum Moneyness: String, Hashable, Sendable, Codable {
        /// Worth something if it were exercised now.
        case `in`
        /// Worth nothing if it were exercised now.
        case out
    }

    /// Shares or options.
    public enum Holding: String, Hashable, Sendable, Codable {
        /// Shares and funds.
        case shares
        /// Options.
        case options
    }

    /// The last day a question looks at, and how the owner put it.
    public struct Horizon: Hashable, Sendable, Codable {
        /// The first day that counts, where it is later than today: of `in December`, the first of the month.
        public var from: TradingDate?
        /// The last day that counts.
        public var through: TradingDate
        /// The owner's words: `this week`.
        public var words: String

        /// Everything up to and including `through`, from `from` on where one is given.
        public init(from: TradingDate? = nil, through: TradingDate, words: String) {
            self.from = from
            self.through = through
            self.words = words
        }
    }

    /// A part of the past: `this month`, `last year`.
    public struct Period: Hashable, Sendable, Codable {
        /// The first and the last day that count.
        public var from, through: TradingDate

        /// The days from `from` to `through`.
        public init(from: TradingDate, through: TradingDate) {
            self.from = from
            self.through = through
        }
    }

    /// The question, as it was asked.
    public var question: String
    /// What it is after.
    public var intent: Intent
    /// Tickers it names, in order; empty for the whole portfolio.
    public var symbols: [String]
    /// Tickers among `symbols` of which nothing is held and nothing is known.
    public var unknownSymbols: [String]
    /// Calls or puts alone.
    public var right: OptionContract.Right?
    /// Long or short positions alone.
    public var side: Side?
    /// Shares or options alone.
    public var holding: Holding?
    /// Options in or out of the money alone.
    public var moneyness: Moneyness?
    /// How far ahead it looks.
    public var horizon: Horizon?
    /// The part of the past it looks at; nil for all of it.
    public var period: Period?
    /// Further arguments of the tool that answers: the series that is meant, an expression.
    public var arguments: JSONValue?
    /// What it asks the documents; the question itself unless a follow-up completed it.
    public var query: String

    /// The question with the tickers that it names otherwise, as by a company's name, for those who check what is answered.
    var questionWithTickers: String {
        let words = Set(QuestionText(question).words)
        let missing = symbols.filter { !words.contains($0) && !words.contains("$" + $0) }
        return missing.isEmpty ? question : question + " (" + missing.joined(separator: ", ") + ")"
    }

    /// A request for `intent` about everything.
    public init(question: String, intent: Intent) {
        self.question = question
        self.intent = intent
        self.symbols = []
        self.unknownSymbols = []
        self.query = question
    }
}
