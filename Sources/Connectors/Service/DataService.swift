public import Foundation
public import Markets
public import Storage
import Transport

/// Stands in front of all connectors: whoever wants data asks it and nobody else.
///
/// It serves what it keeps as long as that is fresh, asks the sources of a kind of data in their order where it is not,
/// goes on with the next one where a source fails or is slow, and serves the last value, marked stale, where none answers.
/// One question is under way at most once. It only ever reads. What it must remember is written by `flush()`.
public final class DataService: Sendable {
    /// Waits for a span of time, or until the task is cancelled.
    public typealias Sleeper = @Sendable (Duration) async throws -> Void

    /// The connectors, in order of preference.
    public let connectors: [any Connector]
    /// How it works.
    public let options: DataServiceOptions

    let clock: @Sendable () -> Date
    let sleep: Sleeper
    let cache: ValueCache
    let flights: Flights<FlightKey, Resolution>
    let gates: [String: ConnectorGate]
    let store: ConnectorStore?
    let sawChain: (@Sendable (Sourced<OptionChain>) -> Void)?
    let sawHoldings: (@Sendable (Sourced<[AccountHoldings]>) -> Void)?
    /// When the questions of a turn must all have been answered; nil where each has its own time alone.
    let end: Date?

    /// A service in front of `connectors`.
    ///
    /// - Parameters:
    ///   - connectors: In order of preference. Of those with the same name the first counts.
    ///   - store: Where answers and counters survive restarts; nil for memory only.
    ///   - clock: The current time.
    ///   - sleep: What waits.
    ///   - sawChain: Told of every chain a source answered anew, such as for keeping its volatility.
    ///   - sawHoldings: Told of all holdings a source answered anew, such as for keeping its balances.
    public init(
        connectors: [any Connector],
        store: ConnectorStore? = nil,
        options: DataServiceOptions = DataServiceOptions(),
        clock: @escaping @Sendable () -> Date,
        sleep: @escaping Sleeper = { try await Task.sleep(for: $0) },
        sawChain: (@Sendable (Sourced<OptionChain>) -> Void)? = nil,
        sawHoldings: (@Sendable (Sourced<[AccountHoldings]>) -> Void)? = nil
    ) {
        flights = Flights()
        end = nil
        var names: Set<String> = []
        self.connectors = connectors.filter { names.insert($0.name).inserted }
        self.store = store
        self.options = options
        self.clock = clock
        self.sleep = sleep
        self.sawChain = sawChain
        self.sawHoldings = sawHoldings
        cache = ValueCache(store: store, memoryLimit: options.memoryBytes)
        // Without what is remembered it begins anew; what fails here fails again, with words, in `flush`.
        let states = (try? store?.states()) ?? [:]
        var policy = CircuitBreaker.Policy()
        policy.failures = options.failuresBeforeRest
        policy.firstPause = options.firstRest.inSeconds
        policy.longestPause = options.longestRest.inSeconds
        let now = clock()
        var gates: [String: ConnectorGate] = [:]
        for connector in self.connectors {
            let memory = states[connector.name].flatMap { state in
                try? JSONDecoder().decode(ConnectorGate.Memory.self, from: state)
            }
            gates[connector.name] = ConnectorGate(
                name: connector.name,
                limit: connector.rateLimit,
                policy: policy,
                memory: memory,
                now: now
            )
        }
        self.gates = gates
    }

    private init(_ service: DataService, end: Date) {
        connectors = service.connectors
        options = service.options
        clock = service.clock
        sleep = service.sleep
        cache = service.cache
        flights = service.flights
        gates = service.gates
        store = service.store
        sawChain = service.sawChain
        sawHoldings = service.sawHoldings
        self.end = end
    }

    /// The same service for the questions of one turn: all of them together take no longer than `limit`. What is kept is
    /// served after that too, and no source is asked any more.
    public func bounded(within limit: Duration) -> DataService {
        DataService(self, end: clock().addingTimeInterval(limit.inSeconds))
    }

    /// What is left of the time of a turn; nil where there is no end.
    var timeLeft: Duration? {
        end.map { .seconds(max(0, $0.timeIntervalSince(clock()))) }
    }

    // MARK: - What is kept

    /// Lets values be fetched again at the next question: of a kind, about a symbol, by a connector, or all. They are
    /// still served, marked stale, where no source answers.
    ///
    /// - Throws: `StorageError`; what is in memory was expired all the same.
    public func expire(kind: DataKind? = nil, symbol: String? = nil, connector: String? = nil) throws {
        try cache.expire(
            CachedValueFilter(kind: kind?.rawValue, connector: connector, symbol: symbol?.uppercased())
        )
    }

    /// Removes values for good: of a kind, about a symbol, by a connector, or all.
    ///
    /// - Throws: `StorageError`; what is in memory was removed all the same.
    public func forget(kind: DataKind? = nil, symbol: String? = nil, connector: String? = nil) throws {
        try cache.remove(
            CachedValueFilter(kind: kind?.rawValue, connector: connector, symbol: symbol?.uppercased())
        )
    }

    /// Removes what was computed from something that changed just now, such as by an import. An answer that is still
    /// under way is served to those who wait for it and then counts as old.
    ///
    /// - Throws: `StorageError`; what is in memory was removed all the same.
    public func invalidate(_ dependency: DataDependency) throws {
        cache.memory.invalidate(dependency)
        try cache.remove(CachedValueFilter(dependency: dependency.rawValue))
    }

    // MARK: - What is remembered

    /// Writes answers, counters and rests to the database, and removes what is old or too much; at the end of a command.
    ///
    /// - Throws: `StorageError`.
    public func flush() throws {
        guard store != nil else { return }
        let now = clock()
        try cache.write()
        try save(gates.values.filter(\.hasNews), at: now)
        let oldest = now.addingTimeInterval(-options.maximumStaleness.inSeconds)
        try cache.prune(fetchedBefore: oldest, maximumBytes: options.diskBytes)
    }

    /// The last failure of the database, which costs repeated requests and nothing else; nil where it works.
    public var storageFailure: StorageError? { cache.failure }

    /// How every connector is doing, in order of preference.
    public func status() -> [ConnectorStatus] {
        let now = clock()
        return connectors.map { connector in
            let (counters, restsUntil) = gates[connector.name]?.snapshot(at: now) ?? (ConnectorCounters(), nil)
            return ConnectorStatus(
                name: connector.name,
                title: connector.title,
                kind: connector.kind,
                readiness: connector.readiness,
                offers: connector.offers,
                restsUntil: restsUntil,
                requests: counters.requests,
                hits: counters.hits,
                misses: counters.misses,
                staleServed: counters.staleServed,
                errors: counters.errors,
                meanLatency: counters.latency.mean.map { .seconds($0) },
                latency95: counters.latency.quantile(0.95).map { .seconds($0) },
                lastSuccess: counters.lastSuccess,
                lastFailure: counters.lastFailure,
                lastFailureDetail: counters.lastFailureDetail
            )
        }
    }

    /// Writes at once what other processes ought to know: that a connector rests, or works again.
    func saveAtOnce(_ gate: ConnectorGate) {
        // A failure costs another process a request; `flush` meets it again and throws it.
        try? save([gate], at: clock())
    }

    private func save(_ gates: [ConnectorGate], at now: Date) throws {
        let byName = Dictionary(gates.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        try store?.updateStates(of: byName.keys.sorted(), at: now) { name, old in
            // What cannot be read is begun anew.
            let stored = old.flatMap { try? JSONDecoder().decode(ConnectorGate.Memory.self, from: $0) }
            return try JSONEncoder().encode(byName[name]?.merge(stored, at: now) ?? stored ?? ConnectorGate.Memory())
        }
    }
}

extension Connector {
    /// The kinds of data it can be asked for.
    var offers: [DataKind] {
        var kinds: [DataKind] = []
        if self is any HoldingsSource { kinds.append(.holdings) }
        if self is any ActivitySource { kinds.append(.activity) }
        if self is any BalanceHistorySource { kinds.append(.balances) }
        if self is any QuoteSource { kinds.append(.quotes) }
        if self is any OptionChainSource { kinds.append(.chains) }
        if self is any OptionVolumeSource { kinds.append(.volumes) }
        if self is any VolatilitySource { kinds.append(.volatility) }
        if self is any PriceHistorySource { kinds.append(.history) }
        if self is any WatchlistSource { kinds.append(.watchlists) }
        if self is any PredictionSource { kinds.append(.predictions) }
        if self is any EarningsSource { kinds.append(.earnings) }
        if self is any NewsSource { kinds.append(.news) }
        if self is any FilingSource { kinds.append(.filings) }
        if self is any SeriesSource { kinds.append(.series) }
        if self is any RecordSource { kinds.append(.records) }
        return kinds
    }
}
