public import Transport

/// A source of portfolio or market data.
///
/// A connector also conforms to the protocol of each kind of data it offers: `HoldingsSource`, `QuoteSource`. It keeps no
/// cache and retries nothing by itself: the data service in front of it does. It only ever reads.
public protocol Connector: Sendable {
    /// Its name in settings and in `magnus sources`, in lower case: `alpaca`.
    var name: String { get }
    /// Its name as the owner reads it: `Alpaca`.
    var title: String { get }
    /// What stands behind it.
    var kind: ConnectorKind { get }
    /// Whether it can be asked at all, and if not, why and what to do; found out without asking it.
    var readiness: ConnectorReadiness { get }
    /// How often it may be asked; nil for as often as one likes.
    var rateLimit: RateLimit? { get }
    /// Times to live that differ from those of the kind of data.
    var timesToLive: [DataKind: Duration] { get }
}

extension Connector {
    /// As often as one likes.
    public var rateLimit: RateLimit? { nil }
    /// Those of the kinds of data.
    public var timesToLive: [DataKind: Duration] { [:] }
}

/// What stands behind a connector.
public enum ConnectorKind: String, Sendable, Hashable, Codable, CaseIterable {
    /// A service over HTTP.
    case api
    /// A database.
    case database
    /// Files the owner keeps.
    case file
    /// A Model Context Protocol server.
    case mcp
    /// Computed from other data.
    case derived
}

/// Whether a connector can be asked.
public enum ConnectorReadiness: Sendable, Hashable {
    /// It can.
    case ready
    /// Something is missing: `no key`, and what to do: `set ALPACA_API_KEY_ID`.
    case notConfigured(reason: String, nextStep: String)
    /// The owner, or its default, has it switched off; how to switch it on.
    case disabled(nextStep: String)

    /// Whether it can be asked.
    public var isReady: Bool { self == .ready }
}
