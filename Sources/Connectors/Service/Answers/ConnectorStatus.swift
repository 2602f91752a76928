public import Foundation

/// How a connector is doing, over restarts.
public struct ConnectorStatus: Sendable, Hashable {
    /// Its name: `alpaca`.
    public var name: String
    /// Its name as the owner reads it.
    public var title: String
    /// What stands behind it.
    public var kind: ConnectorKind
    /// Whether it can be asked.
    public var readiness: ConnectorReadiness
    /// What it can be asked for.
    public var offers: [DataKind]
    /// The end of its rest after failures or a rate limit; nil where it does not rest.
    public var restsUntil: Date?
    /// Questions put to it.
    public var requests: Int
    /// Values served from what it had answered before.
    public var hits: Int
    /// Values for which it had to be asked.
    public var misses: Int
    /// Values served although they were too old.
    public var staleServed: Int
    /// Failures by their code: `timed_out`.
    public var errors: [String: Int]
    /// The mean time of its answers; nil where it gave none.
    public var meanLatency: Duration?
    /// The time 95 of 100 answers stay below, to within half; nil where it gave none.
    public var latency95: Duration?
    /// When it last answered.
    public var lastSuccess: Date?
    /// When it last failed.
    public var lastFailure: Date?
    /// How it last failed, in words.
    public var lastFailureDetail: String?

    /// Hits among hits and misses, 0 to 1; nil where there were none.
    public var hitRate: Double? {
        hits + misses == 0 ? nil : Double(hits) / Double(hits + misses)
    }
}
