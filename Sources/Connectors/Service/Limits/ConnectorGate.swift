import Foundation
import Synchronization
import Transport

/// What every question to one connector passes: its rate limit, its rest after failures, and its counters.
final class ConnectorGate: Sendable {
    /// What is remembered of a connector over restarts.
    struct Memory: Sendable, Codable, Equatable {
        var breaker = CircuitBreaker()
        /// The moment the service asked us to wait for.
        var limitedUntil: Date?
        var bucket: TokenBucket.Level?
        var counters = ConnectorCounters()
    }

    private struct State {
        var breaker = CircuitBreaker()
        var limitedUntil: Date?
        var bucket: TokenBucket?
        /// Whether breaker or limit changed since they were last written down.
        var isHealthNews = false
        /// What was counted up to the last time it was written down.
        var past = ConnectorCounters()
        /// What was counted since.
        var recent = ConnectorCounters()
    }

    /// The connector's name.
    let name: String
    private let policy: CircuitBreaker.Policy
    private let state: Mutex<State>

    init(name: String, limit: RateLimit?, policy: CircuitBreaker.Policy, memory: Memory?, now: Date) {
        self.name = name
        self.policy = policy
        var initial = State()
        initial.bucket = limit.map { TokenBucket(limit: $0, now: now) }
        if let memory {
            initial.breaker = memory.breaker
            initial.limitedUntil = memory.limitedUntil
            initial.past = memory.counters
            _ = initial.bucket?.merge(memory.bucket, at: now)
        }
        state = Mutex(initial)
    }

    /// Lets a question through, or says why not. Whoever is let through reports `succeed`, `fail` or `abandon`.
    ///
    /// - Parameter longest: The longest wait for the rate limit, in seconds.
    /// - Returns: Seconds to wait before asking.
    func admit(at now: Date, within longest: Double) -> Result<Double, ConnectorError> {
        state.withLock { state in
            if let until = state.limitedUntil, until > now {
                return .failure(limited(until.timeIntervalSince(now), "the service asked to be left alone"))
            }
            if case .resting(let seconds) = state.breaker.admit(at: now) {
                return .failure(resting(seconds, state))
            }
            guard let attempt = state.bucket?.take(at: now, within: longest) else { return .success(0) }
            guard attempt.isTaken else {
                state.breaker.abandon()
                return .failure(limited(attempt.wait, "its rate limit is used up"))
            }
            return .success(attempt.wait)
        }
    }

    private func limited(_ seconds: Double, _ reason: String) -> ConnectorError {
        let wait: Duration? = seconds.isFinite ? .seconds(seconds) : nil
        let words = seconds.isFinite ? " for \(Age.words(seconds))" : ""
        return ConnectorError(name, .rateLimited(retryAfter: wait), reason + words)
    }

    private func resting(_ seconds: Double, _ state: State) -> ConnectorError {
        let detail = state.recent.lastFailureDetail ?? state.past.lastFailureDetail
        let reason = detail.map { " (\($0))" } ?? ""
        let rest = seconds > 0 ? "rests for \(Age.words(seconds))" : "is being probed"
        let failures = state.breaker.failures
        let words = "failed \(failures) time\(failures == 1 ? "" : "s") in a row\(reason) and \(rest)"
        return ConnectorError(name, .resting(until: .seconds(seconds)), words)
    }

    /// It was asked.
    func ask(for values: Int) {
        state.withLock { state in
            state.recent.requests += 1
            state.recent.misses += values
        }
    }

    /// It answered after so many seconds.
    ///
    /// - Returns: Whether that changes what other processes ought to know at once.
    func succeed(after seconds: Double, at now: Date) -> Bool {
        state.withLock { state in
            state.recent.latency.add(seconds)
            state.recent.lastSuccess = now
            return reset(&state)
        }
    }

    /// It failed.
    ///
    /// - Returns: Whether that changes what other processes ought to know at once.
    func fail(_ error: ConnectorError, at now: Date) -> Bool {
        state.withLock { state in
            state.recent.fail(error, at: now)
            if case .rateLimited(let wait) = error.code {
                let seconds = wait.map(\.inSeconds) ?? policy.firstPause
                state.limitedUntil = now.addingTimeInterval(max(0, seconds))
                state.breaker.abandon()
                state.isHealthNews = true
                return true
            }
            // Any other answer, be it a refusal, shows that the service is there.
            guard error.isTransient else { return reset(&state) }
            state.breaker.fail(at: now, policy: policy)
            state.isHealthNews = true
            return true
        }
    }

    private func reset(_ state: inout State) -> Bool {
        let wasTroubled = state.breaker.failures > 0 || state.limitedUntil != nil
        state.breaker.succeed()
        state.limitedUntil = nil
        if wasTroubled { state.isHealthNews = true }
        return wasTroubled
    }

    /// A question was given up before it was answered.
    func abandon() {
        state.withLock { $0.breaker.abandon() }
    }

    /// A value was served from what it had answered before.
    func hit(_ values: Int = 1) {
        state.withLock { $0.recent.hits += values }
    }

    /// A value was served although it was too old.
    func serveStale() {
        state.withLock { $0.recent.staleServed += 1 }
    }

    /// Whether anything was counted since it was last written down.
    var hasNews: Bool {
        state.withLock { $0.recent != ConnectorCounters() || ($0.bucket?.taken ?? 0) > 0 }
    }

    /// What is to be remembered: what others wrote down (`stored`) with what happened here since the last time.
    func merge(_ stored: Memory?, at now: Date) -> Memory {
        state.withLock { state in
            if !state.isHealthNews, let stored {
                state.breaker = stored.breaker
                state.limitedUntil = stored.limitedUntil
            }
            state.isHealthNews = false
            var memory = Memory()
            memory.breaker = state.breaker
            memory.limitedUntil = state.limitedUntil.flatMap { $0 > now ? $0 : nil }
            memory.bucket = state.bucket?.merge(stored?.bucket, at: now)
            memory.counters = stored?.counters ?? ConnectorCounters()
            memory.counters.add(state.recent)
            state.past = memory.counters
            state.recent = ConnectorCounters()
            return memory
        }
    }

    /// Everything counted, and the end of its rest, if it rests.
    func snapshot(at now: Date) -> (counters: ConnectorCounters, restsUntil: Date?) {
        state.withLock { state in
            var counters = state.past
            counters.add(state.recent)
            let rest = [state.breaker.restsUntil, state.limitedUntil].compactMap(\.self).max()
            return (counters, rest.flatMap { $0 > now ? $0 : nil })
        }
    }
}
