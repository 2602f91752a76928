public import Markets

extension DataService {
    /// Quotes of tickers and of options (OCC symbols). Those that are kept are served; the others are asked for in one
    /// request.
    ///
    /// - Parameter limit: How long it may take; as long as any question where it is nil.
    /// - Throws: `DataServiceError` where there is none at all, `CancellationError`.
    public func quotes(
        of symbols: [String],
        policy: CachePolicy = .normal,
        within limit: Duration? = nil
    ) async throws -> ServedBatch<Quote> {
        var question = Question<Quote>(
            kind: .quotes,
            words: "quotes",
            subjects: Self.normalised(symbols).map(Self.subject),
            coding: .json,
            of: (any QuoteSource).self,
            ask: { source, symbols in
                try await source.quotes(of: symbols).map { quotes in
                    Dictionary(quotes.map { ($0.symbol.uppercased(), $0) }, uniquingKeysWith: { first, _ in first })
                }
            },
            compare: ComparedValues.quotes
        )
        question.limit = limit
        return try await batch(question, policy)
    }

    /// Implied-volatility measures of underlyings. Those that are kept are served; the others are asked for in one
    /// request.
    ///
    /// - Throws: `DataServiceError` where there is none at all, `CancellationError`.
    public func volatility(
        of symbols: [String],
        policy: CachePolicy = .normal
    ) async throws -> ServedBatch<VolatilityMeasures> {
        let question = Question<VolatilityMeasures>(
            kind: .volatility,
            words: "volatility",
            subjects: Self.normalised(symbols).map(Self.subject),
            coding: .json,
            of: (any VolatilitySource).self,
            ask: { source, symbols in
                try await source.volatility(of: symbols).map { measures in
                    Dictionary(measures.map { ($0.symbol.uppercased(), $0) }, uniquingKeysWith: { first, _ in first })
                }
            },
            compare: ComparedValues.volatilities
        )
        return try await batch(question, policy)
    }

    /// Daily bars, splits and dividends of a ticker. Sources are asked for whole years, so that questions about different
    /// spans share an answer; the answer holds the days that were asked for.
    ///
    /// - Throws: `DataServiceError`, `CancellationError`.
    public func history(
        of symbol: String,
        in dates: ClosedRange<TradingDate>,
        policy: CachePolicy = .normal
    ) async throws -> Served<PriceHistory> {
        let whole = Self.wholeYears(dates)
        let symbol = Self.normalised([symbol]).first ?? ""
        let question = Question<PriceHistory>(
            kind: .history,
            words: "prices",
            subjects: [.init(key: "\(symbol) \(whole.lowerBound)..\(whole.upperBound)", symbols: [symbol])],
            coding: .json,
            of: (any PriceHistorySource).self,
            ask: { source, keys in
                try await source.history(of: symbol, in: whole).keyed(keys)
            },
            isEmpty: { $0.bars.isEmpty },
            compare: ComparedValues.histories
        )
        return try await one(question, policy).map { history in
            PriceHistory(
                symbol: history.symbol,
                bars: history.bars.filter { dates.contains($0.date) },
                splits: history.splits.filter { dates.contains($0.date) },
                dividends: history.dividends.filter { dates.contains($0.exDate) }
            )
        }
    }

    /// From the first day of the year in which `dates` begin.
    static func wholeYears(_ dates: ClosedRange<TradingDate>) -> ClosedRange<TradingDate> {
        let first = TradingDate(year: dates.lowerBound.civil.year, month: 1, day: 1) ?? dates.lowerBound
        return min(first, dates.lowerBound)...dates.upperBound
    }

    /// A ticker or an option; an option is about its underlying too.
    static func subject<Value>(_ symbol: String) -> Question<Value>.Subject {
        let underlying = OptionContract(symbol: symbol)?.underlying
        return .init(key: symbol, symbols: unique([symbol] + (underlying.map { [$0] } ?? [])))
    }
}

extension Sourced {
    /// The same with another value, made of this one.
    func map<Other: Sendable>(_ change: (Value) -> Other) -> Sourced<Other> {
        Sourced<Other>(change(value), source: source, asOf: asOf, notes: notes)
    }

    /// The value under the one key that was asked for.
    func keyed(_ keys: [String]) -> Sourced<[String: Value]> {
        map { value in Dictionary(keys.prefix(1).map { ($0, value) }, uniquingKeysWith: { first, _ in first }) }
    }
}
