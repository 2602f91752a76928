import Foundation

/// Asks the sources of a question one after the other until every subject has an answer.
///
/// A source that fails, or does not know a subject, hands over to the next one at once. A slow one is given its share of
/// the time that is left; then the next one is asked as well, and whoever answers first counts.
struct Inquiry<Value: Sendable> {
    /// What happens while it waits.
    private enum Event: Sendable {
        case answered(Int, Sourced<[String: Value]>, seconds: Double)
        case failed(Int, ConnectorError)
        case givenUp(Int)
        case slow(Int)
        case deadline
        case nothing
    }

    /// A source that was asked.
    private struct Asked {
        var keys: Set<String>
        var isSlow = false
    }

    let service: DataService
    let question: Question<Value>
    /// The sequence of the cache when the question was put.
    let begun: UInt64
    /// Sources that can be asked, in order.
    let candidates: [any Connector]
    /// Sources of which it is remembered that they do not know a subject, or that it is empty there.
    let settled: [String: Set<String>]
    /// Answers that say nothing, from what is kept.
    let empties: [String: CacheEntry]
    let report: @Sendable (String, Resolution) -> Void

    private let subjects: [String: Question<Value>.Subject]
    private var open: Set<String> = []
    private var answers: [String: [CacheEntry]] = [:]
    private var emptyAnswers: [String: CacheEntry] = [:]
    private var failures: [ConnectorError] = []
    private var running: [Int: Asked] = [:]
    private var nextCandidate = 0
    private var deadline = Date.distantFuture
    private let limit: Duration
    private var isChecked: Bool { question.compare != nil && service.options.crossChecked.contains(question.kind) }

    init(
        service: DataService,
        question: Question<Value>,
        begun: UInt64,
        candidates: [any Connector],
        settled: [String: Set<String>],
        empties: [String: CacheEntry],
        report: @escaping @Sendable (String, Resolution) -> Void
    ) {
        self.service = service
        self.question = question
        self.begun = begun
        self.candidates = candidates
        self.settled = settled
        self.empties = empties
        self.report = report
        let longest = min(question.limit ?? service.options.deadline, service.options.deadline)
        limit = min(longest, service.timeLeft ?? longest)
        subjects = Dictionary(question.subjects.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Asks until every subject has an answer, nobody is left to ask, or the time is over.
    mutating func run() async {
        open = Set(subjects.keys)
        serveWhatCameMeanwhile()
        guard !open.isEmpty else { return }
        guard limit > .zero else {
            handle(.deadline)
            closeAll()
            return
        }
        deadline = service.clock().addingTimeInterval(limit.inSeconds)
        var state = self
        await withTaskGroup(of: Event.self) { group in
            state.wait(limit, then: .deadline, &group)
            if state.isChecked { for _ in 0..<2 { state.askNext(&group) } }
            state.proceed(&group)
            while !state.open.isEmpty, let event = await group.next() {
                if Task.isCancelled { break }
                state.handle(event)
                state.proceed(&group)
            }
            state.close()
            group.cancelAll()
        }
    }

    /// What another question fetched between the look into the cache and now.
    private mutating func serveWhatCameMeanwhile() {
        let now = service.clock()
        for key in open {
            for candidate in candidates {
                let cacheKey = CacheKey(kind: question.kind, subject: key, connector: candidate.name)
                guard let entry = service.cache.memory.entry(cacheKey, since: begun), entry.isFresh(at: now),
                    let value = entry.value as? Value, !question.isEmpty(value)
                else { continue }
                open.remove(key)
                report(key, Resolution(entry: entry, isLive: true))
                break
            }
        }
    }

    // MARK: - Asking

    /// Closes what can be closed and asks the next source if nobody is left who might answer in time.
    private mutating func proceed(_ group: inout TaskGroup<Event>) {
        closeAnswered()
        while open.contains(where: { answers[$0] == nil }), running.values.allSatisfy(\.isSlow),
            nextCandidate < candidates.count
        {
            askNext(&group)
        }
        if running.isEmpty, nextCandidate >= candidates.count { closeAll() }
    }

    private mutating func askNext(_ group: inout TaskGroup<Event>) {
        guard nextCandidate < candidates.count else { return }
        let index = nextCandidate
        nextCandidate += 1
        let connector = candidates[index]
        let keys = open.filter { answers[$0] == nil && settled[$0]?.contains(connector.name) != true }
        guard !keys.isEmpty, let gate = service.gates[connector.name] else { return }
        let now = service.clock()
        let left = max(0, deadline.timeIntervalSince(now))
        // The last source may take all the time there is.
        let sources = candidates.count - index
        let patience = left / Double(sources)
        let wait: Double
        switch gate.admit(at: now, within: patience) {
        case .success(let seconds): wait = seconds
        case .failure(let error):
            failures.append(error)
            return
        }
        gate.ask(for: keys.count)
        running[index] = Asked(keys: keys)
        let (sleep, clock, ask) = (service.sleep, service.clock, question.ask)
        group.addTask {
            do {
                if wait > 0 { try await sleep(.seconds(wait)) }
                let start = clock()
                let answer = try await ask(connector, keys.sorted())
                return .answered(index, answer, seconds: max(0, clock().timeIntervalSince(start)))
            } catch let error as ConnectorError {
                return Task.isCancelled ? .givenUp(index) : .failed(index, error)
            } catch {
                if Task.isCancelled { return .givenUp(index) }
                return .failed(index, ConnectorError(connector.name, wrapping: error))
            }
        }
        // A second source that only confirms the first is not waited for to the end.
        let share = isChecked ? min(patience, left / 2) : patience
        if sources > 1 || isChecked { self.wait(.seconds(wait + share), then: .slow(index), &group) }
    }

    private func wait(_ span: Duration, then event: Event, _ group: inout TaskGroup<Event>) {
        let sleep = service.sleep
        group.addTask {
            do { try await sleep(span) } catch { return .nothing }
            return event
        }
    }

    // MARK: - What comes back

    private mutating func handle(_ event: Event) {
        switch event {
        case .nothing: break
        case .answered(let index, let answer, let seconds): take(answer, from: index, after: seconds)
        case .failed(let index, let error): take(error, from: index)
        case .givenUp(let index): take(ConnectorError(candidates[index].name, .unreachable, "it gave up"), from: index)
        case .slow(let index): running[index]?.isSlow = true
        case .deadline:
            for index in running.keys.sorted() { timeOut(index) }
            for candidate in candidates[nextCandidate...] {
                failures.append(ConnectorError(candidate.name, .timedOut, "there was no time left to ask it"))
            }
            nextCandidate = candidates.count
        }
    }

    private mutating func take(_ answer: Sourced<[String: Value]>, from index: Int, after seconds: Double) {
        guard let asked = running.removeValue(forKey: index) else { return }
        let connector = candidates[index]
        let now = service.clock()
        if let gate = service.gates[connector.name], gate.succeed(after: seconds, at: now) { service.saveAtOnce(gate) }
        for key in asked.keys {
            let entry = keep(answer.value[key], key, connector, answer, now)
            guard let value = answer.value[key] else { continue }
            if question.isEmpty(value) {
                if emptyAnswers[key] == nil { emptyAnswers[key] = entry }
            } else {
                answers[key, default: []].append(entry)
            }
        }
    }

    private mutating func take(_ error: ConnectorError, from index: Int) {
        guard let asked = running.removeValue(forKey: index) else { return }
        failures.append(error)
        let now = service.clock()
        let connector = candidates[index]
        if let gate = service.gates[connector.name], gate.fail(error, at: now) { service.saveAtOnce(gate) }
        // Asked about one thing, a source that has no such thing need not be asked again soon.
        if error.code == .notFound, asked.keys.count == 1, let key = asked.keys.first {
            _ = keep(nil, key, connector, Sourced([:], source: connector.title), now)
        }
    }

    private mutating func timeOut(_ index: Int) {
        let name = candidates[index].name
        let span = Age.words(limit.inSeconds)
        take(ConnectorError(name, .timedOut, "no answer within \(span)"), from: index)
    }

    /// Keeps an answer, or that there is none.
    private func keep(
        _ value: Value?,
        _ key: String,
        _ connector: any Connector,
        _ answer: Sourced<[String: Value]>,
        _ now: Date
    ) -> CacheEntry {
        let kind = question.kind
        let life =
            value == nil
            ? service.options.negativeTimeToLive : connector.timesToLive[kind] ?? kind.timeToLive
        let entry = CacheEntry(
            key: CacheKey(kind: kind, subject: key, connector: connector.name),
            symbols: subjects[key]?.symbols ?? [],
            dependencies: connector.dependencies(of: kind),
            source: answer.source,
            asOf: answer.asOf,
            notes: answer.notes,
            fetchedAt: now,
            expiresAt: now.addingTimeInterval(life.inSeconds),
            value: value
        )
        let coding = question.coding
        service.cache.put(entry, value: value, coding: coding, isRecent: !question.isScan, begun: begun)
        return entry
    }

    // MARK: - Closing

    /// Closes the subjects that have an answer, and where two are compared a second one or none to come in time.
    private mutating func closeAnswered() {
        for key in open where answers[key] != nil {
            let isAwaited = running.values.contains { $0.keys.contains(key) && !$0.isSlow }
            if !isChecked || (answers[key]?.count ?? 0) > 1 || !isAwaited { close(key) }
        }
    }

    /// Closes everything: nobody is left who might answer.
    private mutating func closeAll() {
        for key in open { close(key) }
    }

    private mutating func close(_ key: String) {
        open.remove(key)
        let order = Dictionary(candidates.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        let found = (answers[key] ?? []).sorted {
            (order[$0.key.connector] ?? 0) < (order[$1.key.connector] ?? 0)
        }
        var resolution = Resolution(entry: found.first, second: found.dropFirst().first, failures: failures)
        resolution.wasAsked = true
        resolution.isLive = !found.isEmpty
        if found.isEmpty, let empty = emptyAnswers[key] {
            resolution.entry = empty
            resolution.isLive = true
        } else if found.isEmpty, let empty = empties[key] {
            resolution.entry = empty
        }
        if !found.isEmpty {
            // Whoever was slow and was not waited for is named too.
            for index in running.keys.sorted() where running[index]?.isSlow == true {
                resolution.failures.append(slowness(of: index))
            }
        }
        report(key, resolution)
    }

    private func slowness(of index: Int) -> ConnectorError {
        ConnectorError(candidates[index].name, .timedOut, "slower than the others")
    }

    /// Gives up whoever still runs. One that had its share of the time has failed.
    private func close() {
        let now = service.clock()
        for (index, asked) in running {
            guard let gate = service.gates[candidates[index].name] else { continue }
            if asked.isSlow, !Task.isCancelled {
                if gate.fail(slowness(of: index), at: now) { service.saveAtOnce(gate) }
            } else {
                gate.abandon()
            }
        }
        service.cache.writeIfMuch()
    }
}

extension ConnectorError {
    /// A failure that a connector did not put into words itself.
    init(_ connector: String, wrapping error: any Error) {
        // The words of an unknown error might hold secrets; its type does not.
        self.init(connector, .unexpectedAnswer, "it failed with \(type(of: error))")
    }
}
