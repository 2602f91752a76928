import Foundation
import Storage

/// Under what a connector's answer is kept.
struct CacheKey: Sendable, Hashable {
    /// The kind of data.
    var kind: DataKind
    /// What was asked, within the kind.
    var subject: String
    /// The connector's name.
    var connector: String
}

/// What a connector answered to one question: a value, or that it does not know the subject.
struct CacheEntry: Sendable {
    var key: CacheKey
    /// The symbols it is about.
    var symbols: [String]
    /// What it was computed from.
    var dependencies: Set<DataDependency>
    /// Where it came from, as it is shown.
    var source: String
    /// The provider's time.
    var asOf: Date?
    /// What the owner should know about it.
    var notes: [String]
    /// When it was fetched.
    var fetchedAt: Date
    /// From when on the connector is asked again.
    var expiresAt: Date
    /// The value; nil where the connector does not know the subject.
    var value: (any Sendable)?

    /// Whether it can stand for an answer of now. One from the future, by a clock that was put back, cannot.
    func isFresh(at now: Date) -> Bool {
        fetchedAt <= now && now < expiresAt
    }

    /// Its age in seconds.
    func age(at now: Date) -> Double {
        max(0, now.timeIntervalSince(fetchedAt))
    }

    func matches(_ filter: CachedValueFilter) -> Bool {
        (filter.kind == nil || filter.kind == key.kind.rawValue)
            && (filter.connector == nil || filter.connector == key.connector)
            && (filter.symbol.map(symbols.contains) ?? true)
            && (filter.dependency.map { name in dependencies.contains { $0.rawValue == name } } ?? true)
    }
}
