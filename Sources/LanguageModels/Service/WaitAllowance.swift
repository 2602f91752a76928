import Foundation
import Synchronization

/// How long the requests of one question may wait for models in all. Waits side by side count once.
public final class WaitAllowance: Sendable {
    private struct State {
        var used: TimeInterval = 0
        /// Until when somebody waits.
        var end = Date.distantPast
        var isTold = false
    }

    private let limit: TimeInterval
    private let state = Mutex(State())

    /// An allowance of `limit` for the first question.
    public init(_ limit: Duration) {
        self.limit = limit / .seconds(1)
    }

    /// Begins another question, which has all of the limit.
    public func begin() {
        state.withLock { $0 = State() }
    }

    /// Takes a wait; false where it is longer than what is left.
    func take(_ wait: Duration, at now: Date) -> Bool {
        let end = now.addingTimeInterval(wait / .seconds(1))
        return state.withLock { state in
            let added = max(0, end.timeIntervalSince(max(now, state.end)))
            guard state.used + added <= limit else { return false }
            state.used += added
            state.end = max(state.end, end)
            return true
        }
    }

    /// Whether the owner is yet to be told that a model is not waited for; true once for each question.
    func tells() -> Bool {
        state.withLock { state in
            defer { state.isTold = true }
            return !state.isTold
        }
    }
}
