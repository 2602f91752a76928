public import Evidence
public import Foundation

/// When and how currently brokers reported holdings.
public struct HoldingsOrigin: Sendable, Hashable {
    /// The earliest time any of them states; nil where none does.
    public var asOf: Date?
    /// How current the oldest of them is.
    public var freshness: Freshness
    /// Connectors whose holdings are missing because they did not answer: `tastytrade`.
    public var missing: [String]

    /// An origin.
    public init(asOf: Date?, freshness: Freshness, missing: [String] = []) {
        self.asOf = asOf
        self.freshness = freshness
        self.missing = missing
    }

    /// The origin of answers taken together.
    init<Value>(_ served: ServedBySource<Value>) {
        let answers = served.answers
        missing = served.failures.map(\.connector)
        asOf = answers.compactMap(\.asOf).min()
        var freshness = Freshness.live
        for answer in answers {
            switch (freshness, answer.freshness) {
            case (.stale, _), (_, .live): break
            case (.cached(let one), .cached(let other)): freshness = .cached(ageSeconds: max(one, other))
            default: freshness = answer.freshness
            }
        }
        self.freshness = freshness
    }
}
