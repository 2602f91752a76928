public import Foundation

/// What a connector answered to one question, kept so that it need not be asked again soon.
public struct CachedValueRecord: Hashable, Sendable {
    /// The kind of data: `quotes`.
    public var kind: String
    /// What was asked, within the kind: `NVDA`.
    public var subject: String
    /// The connector that answered.
    public var connector: String
    /// The symbols the value is about.
    public var symbols: [String]
    /// What the value was computed from, where a change of that makes it wrong: `ledger`.
    public var dependencies: [String]
    /// Where it came from, as it is shown.
    public var source: String
    /// The provider's time of the value; nil where it states none.
    public var asOf: Date?
    /// What the owner should know about it.
    public var notes: [String]
    /// When it was fetched.
    public var fetchedAt: Date
    /// From when on the connector is asked again.
    public var expiresAt: Date
    /// The value, in a form its owner chooses; nil where the connector does not know the subject.
    public var payload: Data?

    /// A record with all its values.
    public init(
        kind: String,
        subject: String,
        connector: String,
        symbols: [String] = [],
        dependencies: [String] = [],
        source: String,
        asOf: Date? = nil,
        notes: [String] = [],
        fetchedAt: Date,
        expiresAt: Date,
        payload: Data?
    ) {
        self.kind = kind
        self.subject = subject
        self.connector = connector
        self.symbols = symbols
        self.dependencies = dependencies
        self.source = source
        self.asOf = asOf
        self.notes = notes
        self.fetchedAt = fetchedAt
        self.expiresAt = expiresAt
        self.payload = payload
    }
}

/// Which of the values of connectors are meant: those to which all that is given applies.
public struct CachedValueFilter: Hashable, Sendable {
    /// Of this kind; nil for any.
    public var kind: String?
    /// By this connector; nil for any.
    public var connector: String?
    /// About this symbol; nil for any.
    public var symbol: String?
    /// Computed from this; nil for any.
    public var dependency: String?

    /// A filter; without values it means all.
    public init(kind: String? = nil, connector: String? = nil, symbol: String? = nil, dependency: String? = nil) {
        self.kind = kind
        self.connector = connector
        self.symbol = symbol
        self.dependency = dependency
    }
}
