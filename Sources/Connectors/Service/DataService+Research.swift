public import Foundation
public import Markets

extension DataService {
    /// Dates of earnings reports in `dates`, by symbol. The first source that has a report of a symbol counts; a symbol
    /// that reports on none of the days has an empty list.
    ///
    /// - Throws: `DataServiceError` where there is no answer at all, `CancellationError`.
    public func earnings(
        of symbols: [String],
        in dates: ClosedRange<TradingDate>,
        policy: CachePolicy = .normal
    ) async throws -> ServedBatch<[EarningsReport]> {
        let span = " \(dates.lowerBound)..\(dates.upperBound)"
        let question = Question<[EarningsReport]>(
            kind: .earnings,
            words: "earnings dates",
            subjects: Self.normalised(symbols).map { .init(key: $0 + span, symbols: [$0]) },
            coding: .json,
            of: (any EarningsSource).self,
            ask: { source, keys in
                let symbols = keys.map { String($0.dropLast(span.count)) }
                return try await source.earnings(of: symbols, in: dates).map { reports in
                    let bySymbol = Dictionary(grouping: reports) { $0.symbol.uppercased() }
                    return Dictionary(
                        zip(keys, symbols.map { bySymbol[$0] ?? [] }),
                        uniquingKeysWith: { first, _ in first }
                    )
                }
            },
            isEmpty: \.isEmpty,
            compare: ComparedValues.reports
        )
        return try await batch(question, policy) { String($0.dropLast(span.count)) }
    }

    /// All companies' earnings reports in `dates`.
    ///
    /// - Throws: `DataServiceError`, `CancellationError`.
    public func earnings(
        in dates: ClosedRange<TradingDate>,
        policy: CachePolicy = .normal
    ) async throws -> Served<[EarningsReport]> {
        let question = Question<[EarningsReport]>(
            kind: .earnings,
            words: "earnings dates",
            subjects: [.init(key: "* \(dates.lowerBound)..\(dates.upperBound)", symbols: [])],
            coding: .json,
            of: (any EarningsSource).self,
            ask: { source, keys in try await source.earnings(of: [], in: dates).keyed(keys) },
            isEmpty: \.isEmpty
        )
        return try await one(question, policy)
    }

    /// Headlines about `symbols` (about anything where empty) since `start`, the latest first. All sources are asked side
    /// by side; a headline that several have is shown once, as the first of them has it.
    ///
    /// - Throws: `DataServiceError` where none answers, `CancellationError`.
    public func news(
        about symbols: [String],
        since start: Date,
        limit: Int = 20,
        policy: CachePolicy = .normal
    ) async throws -> Served<[NewsItem]> {
        let symbols = Self.normalised(symbols).sorted()
        // Whole days and a few round limits, so that a question asked a minute later is the same question.
        let day = Date(timeIntervalSince1970: (start.timeIntervalSince1970 / 86_400).rounded(.down) * 86_400)
        let whole = [20, 50, 100, 200].first { $0 >= limit } ?? limit
        let names = symbols.isEmpty ? "*" : symbols.joined(separator: ",")
        let question = Question<[NewsItem]>(
            kind: .news,
            words: "news",
            subjects: [.init(key: "\(names) \(Int(day.timeIntervalSince1970)) \(whole)", symbols: symbols)],
            coding: .json,
            of: (any NewsSource).self,
            ask: { source, keys in
                try await source.news(about: symbols, since: day, limit: whole).keyed(keys)
            }
        )
        let bySource = try await eachSource(question, policy)
        return bySource.merged { lists in
            let items = NewsItem.merged(lists).filter { $0.published >= start }
            return Array(items.prefix(max(0, limit)))
        }
    }

    /// The latest filings of a company, of the given forms (all where empty).
    ///
    /// - Throws: `DataServiceError`, `CancellationError`.
    public func filings(
        of symbol: String,
        forms: [String] = [],
        limit: Int = 20,
        policy: CachePolicy = .normal
    ) async throws -> Served<[Filing]> {
        let symbol = Self.normalised([symbol]).first ?? ""
        let names = forms.isEmpty ? "*" : forms.sorted().joined(separator: ",")
        let question = Question<[Filing]>(
            kind: .filings,
            words: "filings",
            subjects: [.init(key: "filings \(symbol) \(names) \(limit)", symbols: [symbol])],
            coding: .json,
            of: (any FilingSource).self,
            ask: { source, keys in
                try await source.filings(of: symbol, forms: forms, limit: limit).keyed(keys)
            },
            isEmpty: \.isEmpty
        )
        return try await one(question, policy)
    }

    /// Reported figures of one concept (`Revenues`) of a company, one a period.
    ///
    /// - Throws: `DataServiceError`, `CancellationError`.
    public func figures(
        of symbol: String,
        concept: String,
        policy: CachePolicy = .normal
    ) async throws -> Served<[ReportedFigure]> {
        let symbol = Self.normalised([symbol]).first ?? ""
        let question = Question<[ReportedFigure]>(
            kind: .filings,
            words: "reported figures (\(concept))",
            subjects: [.init(key: "figures \(symbol) \(concept)", symbols: [symbol])],
            coding: .json,
            of: (any FilingSource).self,
            ask: { source, keys in
                try await source.figures(of: symbol, concept: concept).keyed(keys)
            },
            isEmpty: \.isEmpty
        )
        return try await one(question, policy)
    }

    /// Observations of a macro-economic series, oldest first. Sources are asked for whole years.
    ///
    /// - Throws: `DataServiceError`, `CancellationError`.
    public func series(
        _ identifier: String,
        in dates: ClosedRange<TradingDate>,
        policy: CachePolicy = .normal
    ) async throws -> Served<[SeriesObservation]> {
        let whole = Self.wholeYears(dates)
        let question = Question<[SeriesObservation]>(
            kind: .series,
            words: "the series",
            subjects: [
                .init(key: "\(identifier) \(whole.lowerBound)..\(whole.upperBound)", symbols: [identifier])
            ],
            coding: .json,
            of: (any SeriesSource).self,
            ask: { source, keys in
                try await source.series(identifier, in: whole).keyed(keys)
            },
            isEmpty: \.isEmpty
        )
        return try await one(question, policy).map { $0.filter { dates.contains($0.date) } }
    }

    /// An answer of a kind of data of its own, such as a scan or the records of a source the owner described.
    ///
    /// - Parameters:
    ///   - subject: What is asked, with everything the answer depends on; it must tell every question of the kind from
    ///     every other.
    ///   - words: What is asked, in words: `unusual activity`.
    ///   - symbols: The symbols the answer is about.
    ///   - ask: Asks a connector; it is only called for those of which `isOffered` is true.
    /// - Throws: `DataServiceError`, `CancellationError`.
    public func answer<Value: Codable & Sendable>(
        _ kind: DataKind,
        _ subject: String,
        words: String,
        symbols: [String] = [],
        policy: CachePolicy = .normal,
        isOffered: @escaping @Sendable (any Connector) -> Bool,
        ask: @escaping @Sendable (any Connector) async throws -> Sourced<Value>
    ) async throws -> Served<Value> {
        let question = Question<Value>(
            kind: kind,
            words: words,
            subjects: [.init(key: subject, symbols: Self.normalised(symbols))],
            coding: .json,
            isOffered: isOffered,
            ask: { connector, keys in try await ask(connector).keyed(keys) }
        )
        return try await one(question, policy)
    }

    /// The volumes of the options of `underlyings` on days before `date`.
    ///
    /// - Throws: `DataServiceError`, `CancellationError`.
    public func volumes(of underlyings: [String], before date: TradingDate) async throws -> Served<OptionVolumeHistory>
    {
        try await answer(
            .volumes,
            "\(underlyings.joined(separator: ",")) before \(date)",
            words: "volumes of earlier days",
            symbols: underlyings,
            isOffered: { $0 is any OptionVolumeSource },
            ask: { connector in
                guard let source = connector as? any OptionVolumeSource else {
                    throw ConnectorError(connector.name, .notOffered, "offers no volumes")
                }
                return try await source.volumes(of: underlyings, before: date)
            }
        )
    }

    /// Records of a source that the owner described.
    ///
    /// - Throws: `DataServiceError`, `CancellationError`.
    public func records(_ query: RecordQuery, policy: CachePolicy = .normal) async throws -> Served<[DataRecord]> {
        let collection = query.collection
        return try await answer(
            .records,
            "\(collection) \(query)",
            words: "records of \(collection)",
            policy: policy,
            isOffered: { ($0 as? any RecordSource)?.collections.contains { $0.name == collection } ?? false },
            ask: { connector in
                guard let source = connector as? any RecordSource else {
                    throw ConnectorError(connector.name, .notOffered, "offers no records")
                }
                return try await source.records(query)
            }
        )
    }
}
