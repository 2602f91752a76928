/// A token bucket: `burst` requests at once, refilled at `perSecond`.
public struct RateLimit: Sendable, Hashable {
    /// Requests a second in the long run.
    public var perSecond: Double
    /// Requests at once.
    public var burst: Double

    /// A limit.
    public init(perSecond: Double, burst: Double) {
        self.perSecond = perSecond
        self.burst = burst
    }
}
