import Foundation
import Markets

extension DataService {
    /// Whether a broker can be asked for holdings.
    public var hasBrokers: Bool {
        connectors.contains { $0 is any HoldingsSource && $0.kind != .file && $0.readiness.isReady }
    }

    /// Whether a source besides what was imported can be asked for quotes.
    public var hasQuotes: Bool {
        connectors.contains { $0 is any QuoteSource && !($0 is ImportedMarket) && $0.readiness.isReady }
    }

    /// What was imported, with holdings as brokers report them now and with the latest quotes.
    ///
    /// A source that fails takes nothing away: its last answer, or what was imported, stays, and a note says so.
    /// Both together take no longer than one question may: holdings two thirds of that at most, quotes what is left.
    /// - Parameters:
    ///   - imported: What the database holds.
    ///   - limit: How long both may take; as long as any question where it is nil.
    /// - Throws: `CancellationError`.
    public func snapshot(
        over imported: PortfolioSnapshot,
        within limit: Duration? = nil
    ) async throws -> PortfolioSnapshot {
        var snapshot = imported
        let start = clock()
        let longest = limit ?? options.deadline
        if hasBrokers { try await addHoldings(to: &snapshot, within: longest * 2 / 3) }
        let left = longest.inSeconds - clock().timeIntervalSince(start)
        if hasQuotes { try await addQuotes(to: &snapshot, within: .seconds(max(0, left))) }
        return snapshot
    }

    private func addHoldings(to snapshot: inout PortfolioSnapshot, within limit: Duration) async throws {
        var answer: ServedBySource<[AccountHoldings]>
        do {
            answer = try await holdings(within: limit)
            // What was imported is the history underneath, not another account.
            let imported = Set(connectors.filter { $0 is ImportedMarket }.map(\.name))
            answer.answers.removeAll { imported.contains($0.connector) }
            if answer.answers.isEmpty { throw DataServiceError(question: "holdings", failures: answer.failures) }
        } catch let error as DataServiceError {
            let instead: String
            switch snapshot.state {
            case .known(var portfolio), .knownEmpty(var portfolio):
                instead = "; the holdings shown are the imported ones"
                portfolio.name += " as imported"
                snapshot.state = portfolio.positions.isEmpty ? .knownEmpty(portfolio) : .known(portfolio)
            case .notSupplied:
                instead = ""
                snapshot.accessRefused =
                    !error.failures.isEmpty
                    && error.failures.allSatisfy { $0.code == .unauthorised || $0.code == .forbidden }
            }
            snapshot.notes.append("no broker answered\(instead): \(error.ofThoseAsked)")
            return
        }
        for failure in answer.failures {
            snapshot.notes.append("the holdings at \(failure.connector) are missing: \(failure)")
        }
        for served in answer.answers {
            snapshot.notes += served.notes
            if case .stale(let reason) = served.freshness {
                snapshot.notes.append("the holdings at \(served.source) are not current: \(reason)")
            }
        }
        snapshot.accounts = answer.values.flatMap { $0.map(\.account) }
        let portfolio = LivePortfolio(accounts: answer.values.flatMap(\.self)).portfolio()
        snapshot.state = portfolio.positions.isEmpty ? .knownEmpty(portfolio) : .known(portfolio)
        snapshot.source = answer.answers.map(\.source).joined(separator: ", ")
        snapshot.holdings = HoldingsOrigin(answer)
    }

    private func addQuotes(to snapshot: inout PortfolioSnapshot, within limit: Duration) async throws {
        var symbols: Set<String> = []
        switch snapshot.state {
        case .known(let portfolio), .knownEmpty(let portfolio):
            for position in portfolio.positions {
                symbols.insert(position.instrument.symbol)
                symbols.insert(position.instrument.underlying)
            }
        case .notSupplied: return
        }
        guard !symbols.isEmpty else { return }
        let batch: ServedBatch<Quote>
        do {
            batch = try await quotes(of: symbols.sorted(), within: limit)
        } catch let error as DataServiceError {
            snapshot.notes.append(
                "no source of quotes answered; what is known already is used: \(error.ofThoseAsked)"
            )
            return
        }
        snapshot.notes += batch.notes
        var outdated: [String: [String]] = [:]
        for (symbol, served) in batch.answers {
            if case .stale(let reason) = served.freshness { outdated[reason, default: []].append(symbol) }
        }
        for (reason, symbols) in outdated {
            snapshot.notes.append(
                "the quotes of \(symbols.sorted().joined(separator: ", ")) are not current: \(reason)"
            )
        }
        for failure in batch.failures where !outdated.keys.contains(where: { $0.contains(failure.description) }) {
            snapshot.notes.append("no quotes from \(failure)")
        }
        for (_, served) in batch.answers {
            let quote = served.value
            if let disagreement = served.disagreement { snapshot.notes.append(disagreement.words) }
            // Of two quotes the later counts: one entered by hand may be newer than a feed's.
            if let known = snapshot.market.quotes[quote.symbol], known.asOf > quote.asOf { continue }
            snapshot.market.quotes[quote.symbol] = quote
            snapshot.quoteFreshness[quote.symbol] = served.freshness
        }
        snapshot.notes.sort()
    }
}
