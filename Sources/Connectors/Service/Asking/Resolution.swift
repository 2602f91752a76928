import Foundation

/// What of a question is under way.
struct FlightKey: Sendable, Hashable {
    /// The kind of data.
    var kind: DataKind
    /// What is asked, within the kind.
    var subject: String
    /// The connector, where only one is asked; empty where any may answer.
    var connector: String
}

/// How a question about one subject ended.
struct Resolution: Sendable {
    /// The answer; nil where there is none.
    var entry: CacheEntry?
    /// What a second source answered, where one was asked.
    var second: CacheEntry?
    /// Whether the answer was fetched for this question.
    var isLive = false
    /// Whether sources were asked, or would have been had one been ready.
    var wasAsked = false
    /// Sources that failed before it.
    var failures: [ConnectorError] = []
}
