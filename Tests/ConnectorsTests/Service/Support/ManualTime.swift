import Foundation
import Synchronization

/// Time that passes only when a test says so.
final class ManualTime: Sendable {
    private struct State {
        var now = Date(timeIntervalSince1970: 1_795_617_000)
        var nextID = 0
        var sleepers: [Int: (wake: Date, continuation: CheckedContinuation<Void, any Error>)] = [:]
        var cancelled: Set<Int> = []
        var watchers: [(count: Int, continuation: CheckedContinuation<Void, Never>)] = []
    }

    private let state = Mutex(State())

    var now: Date { state.withLock { $0.now } }
    /// The clock to pass in.
    var clock: @Sendable () -> Date { { self.now } }
    /// The sleeper to pass in.
    var sleeper: @Sendable (Duration) async throws -> Void { { try await self.sleep($0) } }

    func sleep(_ span: Duration) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in begin(id, span, continuation) }
        } onCancel: {
            let sleeper = state.withLock { state in
                state.cancelled.insert(id)
                return state.sleepers.removeValue(forKey: id)
            }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }

    private func begin(_ id: Int, _ span: Duration, _ continuation: CheckedContinuation<Void, any Error>) {
        let (isCancelled, watchers) = state.withLock { state -> (Bool, [CheckedContinuation<Void, Never>]) in
            guard !state.cancelled.contains(id) else { return (true, []) }
            let (seconds, attoseconds) = span.components
            let wake = state.now.addingTimeInterval(Double(seconds) + Double(attoseconds) / 1e18)
            state.sleepers[id] = (wake, continuation)
            let ready = state.watchers.filter { $0.count <= state.sleepers.count }
            state.watchers.removeAll { $0.count <= state.sleepers.count }
            return (false, ready.map(\.continuation))
        }
        if isCancelled { continuation.resume(throwing: CancellationError()) }
        for watcher in watchers { watcher.resume() }
    }

    /// Returns once at least `count` sleep.
    func sleepers(_ count: Int) async {
        await withCheckedContinuation { continuation in
            let isReady = state.withLock { state in
                if state.sleepers.count >= count { return true }
                state.watchers.append((count, continuation))
                return false
            }
            if isReady { continuation.resume() }
        }
    }

    /// Lets time pass in steps of a quarter of a second until `body` is done.
    func passing<Result: Sendable>(while body: @escaping @Sendable () async throws -> Result) async throws -> Result {
        let driver = Task {
            while !Task.isCancelled {
                self.advance(0.25)
                await Task.yield()
            }
        }
        defer { driver.cancel() }
        return try await body()
    }

    /// Lets time pass, and wakes whoever slept until then, the earliest first.
    func advance(_ seconds: Double) {
        let due = state.withLock { state in
            state.now += seconds
            let due = state.sleepers.filter { $0.value.wake <= state.now }.sorted { $0.value.wake < $1.value.wake }
            for (id, _) in due { state.sleepers[id] = nil }
            return due.map(\.value.continuation)
        }
        for continuation in due { continuation.resume() }
    }
}
