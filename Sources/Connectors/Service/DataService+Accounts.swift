public import Markets

extension DataService {
    /// What the owner's accounts hold. All brokers that are ready are asked side by side; one that fails leaves the
    /// others.
    ///
    /// - Parameter limit: How long it may take; as long as any question where it is nil.
    /// - Throws: `DataServiceError` where none answers, `CancellationError`.
    public func holdings(
        policy: CachePolicy = .normal,
        within limit: Duration? = nil
    ) async throws -> ServedBySource<[AccountHoldings]> {
        var question = Question<[AccountHoldings]>(
            kind: .holdings,
            words: "holdings",
            subjects: [.init(key: "all", symbols: [])],
            coding: .json,
            of: (any HoldingsSource).self,
            ask: { source, keys in
                try await source.holdings().keyed(keys)
            }
        )
        question.limit = limit
        let served = try await eachSource(question, policy)
        for answer in served.answers where answer.freshness == .live {
            sawHoldings?(Sourced(answer.value, source: answer.source, asOf: answer.asOf))
        }
        return served
    }

    /// What accounts were worth on each day from `start` on, by where that is kept, oldest first.
    ///
    /// - Throws: `DataServiceError` where none answers, `CancellationError`.
    public func balances(
        since start: TradingDate,
        policy: CachePolicy = .normal
    ) async throws -> ServedBySource<[DailyBalance]> {
        let question = Question<[DailyBalance]>(
            kind: .balances,
            words: "past balances",
            subjects: [.init(key: "since \(start)", symbols: [])],
            coding: .json,
            of: (any BalanceHistorySource).self,
            ask: { source, keys in
                try await source.balances(since: start).keyed(keys)
            }
        )
        return try await eachSource(question, policy)
    }

    /// Trades and movements of the owner's accounts from `start` on, by broker, oldest first. Brokers are asked for whole
    /// months; a kept history that begins earlier serves as well.
    ///
    /// - Throws: `DataServiceError` where none answers, `CancellationError`.
    public func activity(
        since start: TradingDate,
        policy: CachePolicy = .normal
    ) async throws -> ServedBySource<[AccountActivity]> {
        let (year, month, _) = start.civil
        let months = year * 12 + month - 1
        let firsts = (0...Self.widerMonths).compactMap { back in
            TradingDate(year: (months - back) / 12, month: (months - back) % 12 + 1, day: 1)
        }
        let first = firsts.first ?? start
        var question = Question<[AccountActivity]>(
            kind: .activity,
            words: "activity",
            subjects: [.init(key: "since \(first)", symbols: [])],
            coding: .json,
            of: (any ActivitySource).self,
            ask: { source, keys in
                try await source.activity(since: first).keyed(keys)
            }
        )
        question.wider = firsts.dropFirst().map { .init(key: "since \($0)", symbols: []) }
        var served = try await eachSource(question, policy)
        served.answers = served.answers.map { answer in answer.map { $0.filter { $0.date >= start } } }
        return served
    }

    /// How many months further back a kept history may begin and still be looked for.
    private static let widerMonths = 36

    /// The owner's lists of symbols, by where they are kept.
    ///
    /// - Throws: `DataServiceError` where none answers, `CancellationError`.
    public func watchlists(policy: CachePolicy = .normal) async throws -> ServedBySource<[Watchlist]> {
        let question = Question<[Watchlist]>(
            kind: .watchlists,
            words: "watchlists",
            subjects: [.init(key: "all", symbols: [])],
            coding: .json,
            of: (any WatchlistSource).self,
            ask: { source, keys in
                try await source.watchlists().keyed(keys)
            }
        )
        return try await eachSource(question, policy)
    }

    // MARK: - Prediction markets

    /// Markets on events that match, by exchange.
    ///
    /// - Throws: `DataServiceError` where none answers, `CancellationError`.
    public func markets(
        _ filter: PredictionFilter,
        policy: CachePolicy = .normal
    ) async throws -> ServedBySource<[PredictionMarket]> {
        let tickers = filter.tickers.sorted().joined(separator: ",")
        let names = "\(filter.series ?? "*") \(filter.event ?? "*") \(tickers.isEmpty ? "*" : tickers)"
        let question = Question<[PredictionMarket]>(
            kind: .predictions,
            words: "prediction markets",
            subjects: [
                .init(
                    key: "markets \(names) \(filter.isOpenOnly ? "open" : "any") \(filter.limit)",
                    symbols: filter.tickers + [filter.series, filter.event].compactMap(\.self)
                )
            ],
            coding: .json,
            of: (any PredictionSource).self,
            ask: { source, keys in
                try await source.markets(filter).keyed(keys)
            }
        )
        return try await eachSource(question, policy)
    }

    /// The book of one market on an event.
    ///
    /// - Throws: `DataServiceError`, `CancellationError`.
    public func book(of ticker: String, policy: CachePolicy = .normal) async throws -> Served<PredictionBook> {
        let question = Question<PredictionBook>(
            kind: .predictions,
            words: "the book",
            subjects: [.init(key: "book \(ticker)", symbols: [ticker])],
            coding: .json,
            of: (any PredictionSource).self,
            ask: { source, keys in
                try await source.book(of: ticker).keyed(keys)
            }
        )
        return try await one(question, policy)
    }

    /// What the owner holds of markets on events, by exchange.
    ///
    /// - Throws: `DataServiceError` where none answers, `CancellationError`.
    public func predictionPositions(
        policy: CachePolicy = .normal
    ) async throws -> ServedBySource<[PredictionPosition]> {
        let question = Question<[PredictionPosition]>(
            kind: .predictions,
            words: "positions in prediction markets",
            subjects: [.init(key: "positions", symbols: [])],
            coding: .json,
            of: (any PredictionSource).self,
            ask: { source, keys in
                try await source.predictionPositions().keyed(keys)
            }
        )
        return try await eachSource(question, policy)
    }
}
