/// How long, how often and whom a `ModelService` asks.
public struct ModelServiceOptions: Sendable {
    /// A model is asked again so often where a failure may pass.
    public var retries: Int
    /// The time for a reply, all attempts and waits included.
    public var deadline: Duration
    /// No single wait is longer while others of the chain can be asked; a model that asks for a longer one is left for the next.
    public var longestWait: Duration
    /// Whether the model that can be asked soonest is waited for, as long as the deadline allows, where the whole chain failed.
    public var waitsUntilDeadline: Bool
    /// The waits of all requests of one question together; nil where each may take its time.
    public var patience: WaitAllowance?
    /// The first wait without a hint; doubled each time, with jitter.
    public var firstWait: Duration
    /// From the request to the first byte of the reply.
    public var firstByte: Duration
    /// Between two pieces of the reply.
    public var idle: Duration
    /// The largest reply, in bytes.
    public var maximumResponseBytes: Int
    /// Whether the models after the first one of a chain are asked when it fails.
    public var fallsBack: Bool
    /// Whether replies are kept also where chance is wanted: a temperature above 0, or none given.
    public var cachesVariedReplies: Bool
    /// Whether kept replies are given again; where they are not, new ones still take their place.
    public var readsCache: Bool
    /// A service that failed so often in a row is left alone, first for `firstRest`, each time twice as long.
    public var failuresBeforeRest: Int
    /// The first rest of a service that failed.
    public var firstRest: Duration
    /// Whether a service that rests, or whose limit is used up, is asked all the same: where someone wants to know whether it
    /// is back.
    public var asksResting: Bool

    /// Options with all their values.
    public init(
        retries: Int = 2,
        deadline: Duration = .seconds(180),
        longestWait: Duration = .seconds(20),
        waitsUntilDeadline: Bool = true,
        patience: WaitAllowance? = nil,
        firstWait: Duration = .milliseconds(500),
        firstByte: Duration = .seconds(120),
        idle: Duration = .seconds(60),
        maximumResponseBytes: Int = 16_000_000,
        fallsBack: Bool = true,
        cachesVariedReplies: Bool = false,
        readsCache: Bool = true,
        failuresBeforeRest: Int = 3,
        firstRest: Duration = .seconds(30),
        asksResting: Bool = false
    ) {
        self.retries = retries
        self.deadline = deadline
        self.longestWait = longestWait
        self.waitsUntilDeadline = waitsUntilDeadline
        self.patience = patience
        self.firstWait = firstWait
        self.firstByte = firstByte
        self.idle = idle
        self.maximumResponseBytes = maximumResponseBytes
        self.fallsBack = fallsBack
        self.cachesVariedReplies = cachesVariedReplies
        self.readsCache = readsCache
        self.failuresBeforeRest = failuresBeforeRest
        self.firstRest = firstRest
        self.asksResting = asksResting
    }
}

/// Whom a `ModelService` asks, in order.
public enum ModelChain: Sendable, Hashable {
    /// These, whatever a request deserves.
    case named([ModelName])
    /// Those of the catalogue for a request's tier that can be called.
    case byTier
}
