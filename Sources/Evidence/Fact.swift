public import Foundation
public import Markets

/// One value with a unit, a source, an as-of time and, if it was computed, its formula and the facts it came from.
public struct Fact: Hashable, Sendable, Identifiable, Codable {
    /// The value itself.
    public enum Value: Hashable, Sendable {
        /// An exact amount: money, shares, contracts, strikes.
        case decimal(Decimal)
        /// A computed measure: Greeks, probabilities, volatilities.
        case number(Double)
        /// A calendar date.
        case date(TradingDate)
        /// A word: a label, a state, a name.
        case text(String)
    }

    /// What the value measures. Fractions are stored as fractions: 0.25 with `.fraction` is shown as 25 %.
    public enum Unit: String, Hashable, Sendable, Codable, CaseIterable {
        /// An amount of money in US dollars.
        case dollars
        /// US dollars per share.
        case dollarsPerShare = "dollars_per_share"
        /// A part of one: 0.25 is 25 %.
        case fraction
        /// A pure number: delta, a ratio, an index.
        case ratio
        /// Shares.
        case shares
        /// Option contracts.
        case contracts
        /// Calendar days.
        case days
        /// A number of things: positions, rows, documents.
        case count
        /// A date.
        case date
        /// A word.
        case text
    }

    /// The evidence's id and the fact's rank in it: `P1.3`.
    public var id: String
    /// What the value is, in the owner's words: `delta`, `unrealised P&L`, `strike`.
    public var label: String
    /// Whom it is about: tickers and contract descriptions, the most specific first; empty for the whole portfolio.
    public var subjects: [String]
    /// The value.
    public var value: Value
    /// What the value measures.
    public var unit: Unit
    /// Where it came from: `quotes.csv`, `activity.csv:12`, `computed`, `rule`.
    public var source: String
    /// The key of the record in the source, where it has one: an OCC symbol, a ticker.
    public var record: String?
    /// The time the value was true at, by its source; nil for rules and definitions, which have none.
    public var asOf: Date?
    /// How current it is.
    public var freshness: Freshness
    /// How it was computed, in words or symbols; nil for what was read.
    public var formula: String?
    /// Ids of the facts it was computed from.
    public var inputs: [String]
    /// The rows of its source that it was computed from, where these are no facts of their own: `activity.csv:12, sold to open 1 at $0.65,
    /// 2026-10-05`; nil where it was not computed from rows.
    public var rows: [String]?

    /// Whether the exchanges traded at that time; nil where the value has none. Exchange holidays count as sessions.
    public var session: MarketSession? { asOf.map(MarketSession.init) }

    /// A fact with all its values. `id` is given by `EvidenceBuilder` where facts are gathered.
    public init(
        id: String = "",
        label: String,
        subjects: [String] = [],
        value: Value,
        unit: Unit,
        source: String,
        asOf: Date?,
        freshness: Freshness,
        formula: String? = nil,
        inputs: [String] = [],
        record: String? = nil,
        rows: [String]? = nil
    ) {
        self.record = record
        self.rows = rows
        self.id = id
        self.label = label
        self.subjects = subjects
        self.value = value
        self.unit = unit
        self.source = source
        self.asOf = asOf
        self.freshness = freshness
        self.formula = formula
        self.inputs = inputs
    }
}

extension Fact.Value: Codable {
    private enum CodingKeys: String, CodingKey {
        case decimal, number, date, text
    }

    /// Reads the one key that names the kind of value.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        if let text = try container.decodeIfPresent(String.self, forKey: .decimal) {
            guard let decimal = Decimal(string: text, locale: nil) else {
                throw DecodingError.dataCorruptedError(
                    forKey: .decimal,
                    in: container,
                    debugDescription: "'\(text)' is not a decimal number"
                )
            }
            self = .decimal(decimal)
        } else if let number = try container.decodeIfPresent(Double.self, forKey: .number) {
            self = .number(number)
        } else if let date = try container.decodeIfPresent(TradingDate.self, forKey: .date) {
            self = .date(date)
        } else {
            self = .text(try container.decode(String.self, forKey: .text))
        }
    }

    /// Writes one key that names the kind of value; decimals as text, so that no digit is lost.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .decimal(let decimal): try container.encode(decimal.description, forKey: .decimal)
        case .number(let number): try container.encode(number, forKey: .number)
        case .date(let date): try container.encode(date, forKey: .date)
        case .text(let text): try container.encode(text, forKey: .text)
        }
    }
}
