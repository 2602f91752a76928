import Evidence
import Foundation

extension DataService {
    /// Connectors that offer what `question` asks, in their order for its kind of data, those that are switched off
    /// left out.
    func sources<Value>(of question: Question<Value>) -> [any Connector] {
        let order = options.order[question.kind] ?? []
        let rank = Dictionary(order.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        let offered = connectors.enumerated().filter { _, connector in
            if case .disabled = connector.readiness { return false }
            return question.isOffered(connector)
        }
        return offered.sorted { first, second in
            let ranks = (rank[first.element.name] ?? order.count, rank[second.element.name] ?? order.count)
            return ranks.0 == ranks.1 ? first.offset < second.offset : ranks.0 < ranks.1
        }.map(\.element)
    }

    /// Whether a connector can be asked now.
    func isAskable(_ connector: any Connector) -> Bool {
        connector.readiness.isReady && !isLeftAlone(connector)
    }

    /// Whether a connector is left alone because nothing may leave the machine.
    private func isLeftAlone(_ connector: any Connector) -> Bool {
        options.isOffline && (connector.kind == .api || connector.kind == .mcp)
    }

    /// Sources of `question` that cannot be asked, and what to do about it.
    func notAsked<Value>(_ question: Question<Value>) -> [ConnectorError] {
        connectors.filter(question.isOffered).compactMap { connector in
            switch connector.readiness {
            case .ready where isLeftAlone(connector):
                ConnectorError(connector.name, .notConfigured, "left alone", nextStep: "go online to ask it")
            case .ready: nil
            case .notConfigured(let reason, let next):
                ConnectorError(connector.name, .notConfigured, reason, nextStep: next)
            case .disabled(let next): ConnectorError(connector.name, .notConfigured, "switched off", nextStep: next)
            }
        }
    }

    /// What there is for every subject of `question`, from what is kept and from its sources.
    ///
    /// - Parameter only: The one connector that is meant; nil where any may answer.
    /// - Throws: `CancellationError`.
    func resolve<Value>(
        _ question: Question<Value>,
        _ policy: CachePolicy,
        only: (any Connector)? = nil
    ) async throws -> [String: Resolution] {
        try Task.checkCancellation()
        let begun = cache.memory.sequence
        let now = clock()
        let sources = only.map { [$0] } ?? self.sources(of: question)
        let kept = cache.entries(
            question.kind,
            (question.subjects + question.wider).map(\.key),
            connectors: sources.map(\.name),
            coding: question.coding,
            now: now,
            isRecent: !question.isScan
        )
        let wider = question.wider.flatMap { kept[$0.key] ?? [] }
        var resolutions: [String: Resolution] = [:]
        var settled: [String: Set<String>] = [:]
        var empties: [String: CacheEntry] = [:]
        let ready = sources.filter(isAskable)
        for subject in question.subjects where policy != .refresh {
            let fresh = (kept[subject.key] ?? []).filter { $0.isFresh(at: now) }
            let full = fresh.filter { ($0.value as? Value).map { !question.isEmpty($0) } ?? false }
            if let entry = full.first {
                resolutions[subject.key] = Resolution(entry: entry, second: full.dropFirst().first)
                continue
            }
            if let entry = wider.first(where: { $0.isFresh(at: now) && $0.value is Value }) {
                resolutions[subject.key] = Resolution(entry: entry)
                continue
            }
            let names = Set(fresh.map(\.key.connector))
            settled[subject.key] = names
            empties[subject.key] = fresh.first { $0.value != nil }
            if ready.allSatisfy({ names.contains($0.name) }), !ready.isEmpty {
                resolutions[subject.key] = Resolution(entry: empties[subject.key], wasAsked: true)
            }
        }
        let missing = question.subjects.filter { resolutions[$0.key] == nil }
        if !missing.isEmpty, policy != .cachedOnly {
            var rest = question
            rest.subjects = missing
            let asked = try await ask(rest, begun, ready, settled, empties, scope: only?.name ?? "")
            resolutions.merge(asked) { $1 }
        }
        for subject in missing where resolutions[subject.key]?.entry == nil {
            let old = ((kept[subject.key] ?? []) + wider).filter { entry in
                entry.value is Value && entry.age(at: now) <= options.maximumStaleness.inSeconds
            }
            let last = old.max { $0.fetchedAt < $1.fetchedAt }
            resolutions[subject.key, default: Resolution()].entry = last
        }
        return resolutions
    }

    private func ask<Value>(
        _ question: Question<Value>,
        _ begun: UInt64,
        _ candidates: [any Connector],
        _ settled: [String: Set<String>],
        _ empties: [String: CacheEntry],
        scope: String
    ) async throws -> [String: Resolution] {
        let keys = question.subjects.map { FlightKey(kind: question.kind, subject: $0.key, connector: scope) }
        let outcomes = try await flights.outcomes(for: keys) { [self] keys, report in
            let wanted = Set(keys.map(\.subject))
            var rest = question
            rest.subjects.removeAll { !wanted.contains($0.key) }
            var inquiry = Inquiry(
                service: self,
                question: rest,
                begun: begun,
                candidates: candidates,
                settled: settled,
                empties: empties
            ) { subject, resolution in
                report(FlightKey(kind: question.kind, subject: subject, connector: scope), resolution)
            }
            await inquiry.run()
        }
        return Dictionary(outcomes.map { ($0.key.subject, $0.value) }, uniquingKeysWith: { first, _ in first })
    }

    // MARK: - Serving

    /// The answer in `resolution`, counted and with all that is said about it; nil where there is none.
    func serve<Value>(_ resolution: Resolution?, _ question: Question<Value>) -> Served<Value>? {
        guard let resolution, let entry = resolution.entry, let value = entry.value as? Value else { return nil }
        let now = clock()
        let gate = gates[entry.key.connector]
        let freshness: Freshness
        if resolution.isLive {
            freshness = .live
        } else if entry.isFresh(at: now) {
            gate?.hit()
            freshness = .cached(ageSeconds: Int(entry.age(at: now)))
        } else {
            gate?.serveStale()
            let age = Age.words(entry.age(at: now))
            freshness = .stale(reason: "fetched \(age) ago; \(reason(resolution, question))")
        }
        var served = Served(
            value: value,
            source: entry.source,
            connector: entry.key.connector,
            asOf: entry.asOf,
            fetchedAt: entry.fetchedAt,
            freshness: freshness,
            failures: unique(resolution.failures),
            notes: entry.notes
        )
        compare(&served, value, resolution.second, question)
        return served
    }

    /// Why an old value is served, in words.
    private func reason<Value>(_ resolution: Resolution, _ question: Question<Value>) -> String {
        guard resolution.wasAsked else { return "no source was asked" }
        let failures = resolution.failures.isEmpty ? notAsked(question) : unique(resolution.failures)
        return failures.isEmpty
            ? "its sources have it no longer" : failures.map(\.description).joined(separator: ". ")
    }

    private func compare<Value>(
        _ served: inout Served<Value>,
        _ value: Value,
        _ second: CacheEntry?,
        _ question: Question<Value>
    ) {
        guard options.crossChecked.contains(question.kind), let compare = question.compare else { return }
        guard let second, let other = second.value as? Value else {
            served.notes.append("not checked against a second source")
            return
        }
        guard let compared = compare(value, other) else { return }
        served.disagreement = Disagreement(
            compared,
            sources: [served.source, second.source],
            tolerance: options.tolerance
        )
    }

    /// The error for a question without an answer.
    func error<Value>(_ question: Question<Value>, _ subject: Question<Value>.Subject, _ resolution: Resolution?)
        -> DataServiceError
    {
        var failures = unique(resolution?.failures ?? [])
        let named = Set(failures.map(\.connector))
        for source in sources(of: question) where isAskable(source) && !named.contains(source.name) {
            guard resolution?.wasAsked == true else {
                failures.append(ConnectorError(source.name, .notOffered, "was not asked, and nothing is kept"))
                continue
            }
            let what = subject.symbols.first.map { "does not know \($0)" } ?? "has nothing"
            failures.append(ConnectorError(source.name, .notFound, what))
        }
        return DataServiceError(question: question.title(subject), failures: failures, notAsked: notAsked(question))
    }
}
