public import Markets

/// What a scan over the chains of many underlyings found.
public struct ScannedChains<Result: Sendable>: Sendable {
    /// What was made of each chain, by underlying.
    public var results: [String: Result]
    /// Underlyings without a chain, and why.
    public var missing: [String: DataServiceError]
}

extension DataService {
    /// The listed options of an underlying that expire in `expirations` (all where nil).
    ///
    /// - Throws: `DataServiceError`, `CancellationError`.
    public func chain(
        of underlying: String,
        expirations: ClosedRange<TradingDate>? = nil,
        policy: CachePolicy = .normal
    ) async throws -> Served<OptionChain> {
        let underlyings = Self.normalised([underlying])
        if let expirations, policy == .normal {
            // A whole chain that is fresh holds every part of it.
            let whole = Self.chains(underlyings, nil)
            if let found = try await resolve(whole, .cachedOnly)[whole.subjects.first?.key ?? ""],
                found.entry?.isFresh(at: clock()) == true, let served = serve(found, whole)
            {
                return served.map { chain in
                    var chain = chain
                    chain.options.removeAll { !expirations.contains($0.contract.expiration) }
                    return chain
                }
            }
        }
        return told(try await one(Self.chains(underlyings, expirations), policy))
    }

    /// The chains of many underlyings, for a scan: those that are kept are read together, the others are asked for a few
    /// at a time, each within the deadline of a question. Each chain is handed to `body` and dropped, so that memory
    /// holds the results and not the chains.
    ///
    /// - Parameters:
    ///   - longest: How long all of it may take; then what is kept is served, however old, and nobody is asked any more.
    ///   - body: What to make of a chain; it may be called for several at once.
    /// - Throws: `CancellationError`, or what `body` throws.
    public func chains<Result: Sendable>(
        of underlyings: [String],
        expirations: ClosedRange<TradingDate>? = nil,
        policy: CachePolicy = .normal,
        within longest: Duration = .seconds(60),
        _ body: @escaping @Sendable (Served<OptionChain>) throws -> Result
    ) async throws -> ScannedChains<Result> {
        let end = clock().addingTimeInterval(min(longest, timeLeft ?? longest).inSeconds)
        var scanned = ScannedChains<Result>(results: [:], missing: [:])
        var rest = Self.normalised(underlyings)
        if policy == .normal {
            let all = rest
            rest = []
            for start in stride(from: 0, to: all.count, by: 64) {
                let some = Array(all[start..<min(start + 64, all.count)])
                rest += try await scanKept(some, expirations, &scanned, body)
            }
        }
        try await withThrowingTaskGroup(of: (String, Swift.Result<Result, DataServiceError>).self) { group in
            var waiting = rest[...]
            func startNext() {
                guard let underlying = waiting.popFirst() else { return }
                let policy = clock() < end ? policy : .cachedOnly
                group.addTask { [self] in
                    do {
                        var question = Self.chains([underlying], expirations)
                        question.isScan = true
                        return (underlying, .success(try body(told(try await one(question, policy)))))
                    } catch let error as DataServiceError {
                        return (underlying, .failure(error))
                    }
                }
            }
            for _ in 0..<8 { startNext() }
            while let (underlying, outcome) = try await group.next() {
                switch outcome {
                case .success(let result): scanned.results[underlying] = result
                case .failure(let error): scanned.missing[underlying] = error
                }
                startNext()
            }
        }
        return scanned
    }

    /// Tells of a chain that a source answered anew.
    private func told(_ served: Served<OptionChain>) -> Served<OptionChain> {
        if served.freshness == .live {
            sawChain?(Sourced(served.value, source: served.source, asOf: served.asOf))
        }
        return served
    }

    /// Serves the chains that are kept and fresh.
    ///
    /// - Returns: The other underlyings.
    private func scanKept<Result: Sendable>(
        _ underlyings: [String],
        _ expirations: ClosedRange<TradingDate>?,
        _ scanned: inout ScannedChains<Result>,
        _ body: (Served<OptionChain>) throws -> Result
    ) async throws -> [String] {
        var question = Self.chains(underlyings, expirations)
        question.isScan = true
        let resolutions = try await resolve(question, .cachedOnly)
        let now = clock()
        var rest: [String] = []
        for (underlying, subject) in zip(underlyings, question.subjects) {
            if let found = resolutions[subject.key], found.entry?.isFresh(at: now) == true,
                let served = serve(found, question)
            {
                scanned.results[underlying] = try body(served)
            } else {
                rest.append(underlying)
            }
        }
        return rest
    }

    private static func chains(
        _ underlyings: [String],
        _ expirations: ClosedRange<TradingDate>?
    ) -> Question<OptionChain> {
        let span = expirations.map { " \($0.lowerBound)..\($0.upperBound)" } ?? ""
        return Question<OptionChain>(
            kind: .chains,
            words: "options",
            subjects: underlyings.map { .init(key: $0 + span, symbols: [$0]) },
            coding: .chain,
            of: (any OptionChainSource).self,
            ask: { source, keys in
                // Chains are asked for one at a time.
                guard let key = keys.first else { throw ConnectorError(source.name, .notOffered, "no chain was named") }
                return try await source.chain(of: String(key.dropLast(span.count)), expirations: expirations).keyed(
                    keys
                )
            },
            isEmpty: { $0.options.isEmpty }
        )
    }
}
