import Foundation
import Synchronization

/// When a query is to stop: at a time, or when whoever asked no longer waits.
final class QueryDeadline: Sendable {
    private let end: ContinuousClock.Instant
    private let cancelled = Atomic<Bool>(false)

    init(after time: Duration) {
        end = ContinuousClock.now.advanced(by: time)
    }

    /// Whether whoever asked no longer waits.
    var isCancelled: Bool { cancelled.load(ordering: .relaxed) }

    /// Whether the query is to stop.
    var isOver: Bool { isCancelled || ContinuousClock.now >= end }

    /// Whoever asked no longer waits.
    func cancel() {
        cancelled.store(true, ordering: .relaxed)
    }

    /// Runs `body`, which blocks, on a thread of its own, and cancels this when the task is cancelled.
    func run<Value: Sendable>(_ body: @escaping @Sendable (QueryDeadline) throws -> Value) async throws -> Value {
        try await withTaskCancellationHandler {
            try Task.checkCancellation()
            return try await withCheckedThrowingContinuation { continuation in
                DispatchQueue.global().async {
                    continuation.resume(with: Result { try body(self) })
                }
            }
        } onCancel: {
            cancel()
        }
    }
}
