/// How the data service works.
public struct DataServiceOptions: Sendable {
    /// How long one question may take.
    public var deadline: Duration
    /// What is kept in memory, in bytes.
    public var memoryBytes: Int
    /// What is kept in the database, in bytes.
    public var diskBytes: Int
    /// Connectors by name in order of preference, where a kind of data has an order of its own; those not named follow.
    public var order: [DataKind: [String]]
    /// Kinds of data of which two sources are asked and compared: quotes, volatility, history, earnings.
    public var crossChecked: Set<DataKind>
    /// Differences up to this are no disagreement: 0.01 is 1 %.
    public var tolerance: Double
    /// Nothing older is served, even where no source answers.
    public var maximumStaleness: Duration
    /// How long it is remembered that a source does not know a symbol.
    public var negativeTimeToLive: Duration
    /// Whether services and Model Context Protocol servers are left alone; what is kept of them is served, however old.
    public var isOffline: Bool
    /// How many transient failures in a row a connector takes before it rests.
    public var failuresBeforeRest: Int
    /// Its first rest; each one after a failed probe is twice as long.
    public var firstRest: Duration
    /// No rest is longer.
    public var longestRest: Duration

    /// Options; the defaults suit a person at a terminal.
    public init(
        deadline: Duration = .seconds(8),
        memoryBytes: Int = 64_000_000,
        diskBytes: Int = 256_000_000,
        order: [DataKind: [String]] = [:],
        crossChecked: Set<DataKind> = [],
        tolerance: Double = 0.01,
        maximumStaleness: Duration = .seconds(7 * 86_400),
        negativeTimeToLive: Duration = .seconds(60),
        isOffline: Bool = false,
        failuresBeforeRest: Int = 3,
        firstRest: Duration = .seconds(30),
        longestRest: Duration = .seconds(900)
    ) {
        self.deadline = deadline
        self.memoryBytes = memoryBytes
        self.diskBytes = diskBytes
        self.order = order
        self.crossChecked = crossChecked
        self.tolerance = tolerance
        self.maximumStaleness = maximumStaleness
        self.negativeTimeToLive = negativeTimeToLive
        self.isOffline = isOffline
        self.failuresBeforeRest = failuresBeforeRest
        self.firstRest = firstRest
        self.longestRest = longestRest
    }
}
