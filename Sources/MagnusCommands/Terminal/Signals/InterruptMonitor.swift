import Glibc
import Synchronization

/// Turns Ctrl-C into something the program decides.
///
/// Exactly one piece of work answers to an interrupt: the innermost one running under
/// ``withInterruptHandling(isolation:onInterrupt:operation:)``. When none is running, `whenIdle` is called. The
/// change-over is under a lock, so an interrupt goes either to the work or to `whenIdle`, never to both or neither.
///
/// Made once at start-up: the REPL passes an idle handler that does nothing (its line editor reads Ctrl-C as a key),
/// one-shot commands one that ends the program with status 130.
final class InterruptMonitor: Sendable {
    private let receivers: Receivers
    private let watch: SignalWatch

    /// Takes the signal over.
    ///
    /// - Parameters:
    ///   - signal: `SIGINT`; another one in tests.
    ///   - whenIdle: called on a private queue for an interrupt that meets no running work.
    init(signal: Int32 = SIGINT, whenIdle: @escaping @Sendable () -> Void) {
        let receivers = Receivers(whenIdle: whenIdle)
        self.receivers = receivers
        watch = SignalWatch([signal]) { _ in receivers.deliver() }
    }

    /// Runs work that an interrupt should reach.
    ///
    /// - Parameters:
    ///   - onInterrupt: called on a private queue for each interrupt while the operation runs, with 1 for the first, 2
    ///     for the second and so on, so that an impatient user can be given a harder stop. No call begins after this
    ///     function has returned. It must not wait for anything.
    ///   - operation: the work.
    func withInterruptHandling<Value>(
        isolation: isolated (any Actor)? = #isolation,
        onInterrupt: @escaping @Sendable (_ count: Int) -> Void,
        operation: () async throws -> Value
    ) async rethrows -> Value {
        let id = receivers.add(onInterrupt)
        defer { receivers.remove(id) }
        return try await operation()
    }

    /// Runs work in a task of its own that an interrupt cancels, as does cancelling the caller.
    ///
    /// The work ends as it sees fit: it may throw `CancellationError` or return what it has so far.
    func interruptible<Value: Sendable>(
        _ operation: @escaping @Sendable () async throws -> Value
    ) async -> InterruptibleOutcome<Value> {
        let interruption = Interruption<Value>()
        return await withInterruptHandling { _ in
            interruption.strike()
        } operation: {
            let task = Task { try await operation() }
            interruption.aim(at: task)
            let result = await withTaskCancellationHandler {
                await task.result
            } onCancel: {
                task.cancel()
            }
            return InterruptibleOutcome(result: result, wasInterrupted: interruption.hasStruck)
        }
    }
}

/// How interruptible work ended.
struct InterruptibleOutcome<Value: Sendable>: Sendable {
    /// What it returned or threw.
    var result: Result<Value, any Error>
    /// Whether the user interrupted it. It may have a value all the same.
    var wasInterrupted: Bool
}

/// The work that waits for an interrupt, innermost last.
private final class Receivers: Sendable {
    private struct Receiver {
        var id: UInt64
        var count = 0
        var call: @Sendable (Int) -> Void
    }

    private struct State {
        var receivers: [Receiver] = []
        var nextID: UInt64 = 0
    }

    private let state = Mutex(State())
    private let whenIdle: @Sendable () -> Void

    init(whenIdle: @escaping @Sendable () -> Void) {
        self.whenIdle = whenIdle
    }

    func add(_ call: @escaping @Sendable (Int) -> Void) -> UInt64 {
        state.withLock { state in
            state.nextID += 1
            state.receivers.append(Receiver(id: state.nextID, call: call))
            return state.nextID
        }
    }

    func remove(_ id: UInt64) {
        state.withLock { $0.receivers.removeAll { $0.id == id } }
    }

    /// The call is made under the lock, so that ``remove(_:)`` waits for it: after that no call can follow.
    func deliver() {
        let wasReceived = state.withLock { state -> Bool in
            guard let last = state.receivers.indices.last else { return false }
            state.receivers[last].count += 1
            state.receivers[last].call(state.receivers[last].count)
            return true
        }
        if !wasReceived { whenIdle() }
    }
}

/// A task to be cancelled, or the memory that it should have been before it existed.
private final class Interruption<Value: Sendable>: Sendable {
    private struct State {
        var hasStruck = false
        var task: Task<Value, any Error>?
    }

    private let state = Mutex(State())

    var hasStruck: Bool { state.withLock { $0.hasStruck } }

    func strike() {
        state.withLock { state in
            state.hasStruck = true
            state.task?.cancel()
        }
    }

    func aim(at task: Task<Value, any Error>) {
        state.withLock { state in
            state.task = task
            if state.hasStruck { task.cancel() }
        }
    }
}
