public import Evidence
public import Foundation

/// A value, where it came from, and how current it is.
public struct Served<Value: Sendable>: Sendable {
    /// The value.
    public var value: Value
    /// Where it came from, as it is shown: `Alpaca`.
    public var source: String
    /// The connector's name: `alpaca`; several, separated by commas, where answers were merged.
    public var connector: String
    /// The provider's time of the value as a whole, never the time it was fetched; nil where each record carries its own
    /// or the provider states none.
    public var asOf: Date?
    /// When it was fetched.
    public var fetchedAt: Date
    /// Whether it was fetched for this question, kept from an earlier one, or is older than it should be.
    public var freshness: Freshness
    /// Sources that were asked before this one and failed.
    public var failures: [ConnectorError]
    /// What the owner should know: fields that were renamed, rows that were passed over.
    public var notes: [String]
    /// What a second source says that does not agree.
    public var disagreement: Disagreement?

    /// A value with all that is said about it.
    public init(
        value: Value,
        source: String,
        connector: String,
        asOf: Date? = nil,
        fetchedAt: Date,
        freshness: Freshness,
        failures: [ConnectorError] = [],
        notes: [String] = [],
        disagreement: Disagreement? = nil
    ) {
        self.value = value
        self.source = source
        self.connector = connector
        self.asOf = asOf
        self.fetchedAt = fetchedAt
        self.freshness = freshness
        self.failures = failures
        self.notes = notes
        self.disagreement = disagreement
    }

    /// The same with another value, made of this one.
    public func map<Other: Sendable>(_ change: (Value) throws -> Other) rethrows -> Served<Other> {
        Served<Other>(
            value: try change(value),
            source: source,
            connector: connector,
            asOf: asOf,
            fetchedAt: fetchedAt,
            freshness: freshness,
            failures: failures,
            notes: notes,
            disagreement: disagreement
        )
    }
}

/// Answers to one question about several symbols, each with its own source and time.
public struct ServedBatch<Value: Sendable>: Sendable {
    /// The answers, by symbol.
    public var answers: [String: Served<Value>]
    /// Symbols nobody answered for, and why.
    public var missing: [String: DataServiceError]

    /// Answers.
    public init(answers: [String: Served<Value>] = [:], missing: [String: DataServiceError] = [:]) {
        self.answers = answers
        self.missing = missing
    }

    /// The answer for a symbol, in upper or lower case.
    public subscript(symbol: String) -> Served<Value>? { answers[symbol.uppercased()] }

    /// All values, by symbol in alphabetical order.
    public var values: [Value] { answers.sorted { $0.key < $1.key }.map(\.value.value) }

    /// What the owner should know of any of them, each said once.
    public var notes: [String] { unique(answers.sorted { $0.key < $1.key }.flatMap(\.value.notes)) }

    /// Sources that failed on the way, each failure once.
    public var failures: [ConnectorError] {
        unique(answers.sorted { $0.key < $1.key }.flatMap(\.value.failures))
    }
}

/// Answers of several sources to one question, side by side: brokers, exchanges, keepers of lists.
public struct ServedBySource<Value: Sendable>: Sendable {
    /// The answers, in the order of preference of their sources.
    public var answers: [Served<Value>]
    /// Sources that did not answer and of which nothing is kept.
    public var failures: [ConnectorError]

    /// Answers.
    public init(answers: [Served<Value>], failures: [ConnectorError] = []) {
        self.answers = answers
        self.failures = failures
    }

    /// The values, in the order of their sources.
    public var values: [Value] { answers.map(\.value) }
}

/// Each element once, in order.
func unique<Element: Hashable>(_ elements: [Element]) -> [Element] {
    var seen: Set<Element> = []
    return elements.filter { seen.insert($0).inserted }
}
