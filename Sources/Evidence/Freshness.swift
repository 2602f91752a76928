/// How current a value is. Shown to the owner whenever it is not live.
public enum Freshness: Hashable, Sendable, Codable {
    /// As current as its source can be.
    case live
    /// Read from a store; the age in seconds.
    case cached(ageSeconds: Int)
    /// Older than it should be, because of the reason given.
    case stale(reason: String)
    /// Part of the built-in demonstration.
    case demo
    /// Never changes: a rule, a definition, a contract's terms, a past transaction.
    case fixed
}
