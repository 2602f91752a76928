import Synchronization

/// Work that is done once, however many ask for it at the same time.
///
/// It is not cancelled when those who wait are; they stop waiting.
final class SharedWork<Value: Sendable>: Sendable {
    private struct State {
        var waiting: [Int: CheckedContinuation<Value, any Error>] = [:]
        var next = 0
        var isRunning = false
    }

    private let state = Mutex(State())

    /// The result of `work`, which is begun unless it is under way.
    ///
    /// - Throws: What `work` throws, `CancellationError`.
    func value(_ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
        let ticket = state.withLock { state in
            state.next += 1
            return state.next
        }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let begins = state.withLock { state in
                    guard !Task.isCancelled else {
                        continuation.resume(throwing: CancellationError())
                        return false
                    }
                    state.waiting[ticket] = continuation
                    defer { state.isRunning = true }
                    return !state.isRunning
                }
                if begins { begin(work) }
            }
        } onCancel: {
            let continuation = state.withLock { $0.waiting.removeValue(forKey: ticket) }
            continuation?.resume(throwing: CancellationError())
        }
    }

    private func begin(_ work: @escaping @Sendable () async throws -> Value) {
        Task {
            let outcome: Result<Value, any Error>
            do {
                outcome = .success(try await work())
            } catch {
                outcome = .failure(error)
            }
            let waiting = state.withLock { state in
                defer { (state.waiting, state.isRunning) = ([:], false) }
                return state.waiting.values
            }
            for continuation in waiting { continuation.resume(with: outcome) }
        }
    }
}
