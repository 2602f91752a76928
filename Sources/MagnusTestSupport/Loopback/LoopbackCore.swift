import Foundation
import Synchronization

/// What the threads of a server share. The server's own threads keep it, and not the server, so that the server can go.
final class LoopbackCore: Sendable {
    /// What was counted so far.
    struct Counts {
        var connections = 0
        var clientCloses = 0
        var requests: [LoopbackRequest] = []
        var bodyBytes = 0
    }

    private struct Waiter {
        var isDue: @Sendable (Counts) -> Bool
        var continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var counts = Counts()
        var scripts: [String: [LoopbackReply]] = [:]
        var waiters: [Int: Waiter] = [:]
        var nextWaiter = 0
        var isStopped = false
    }

    let stop = PipeSignal()
    private let state = Mutex(State())
    private let handler: @Sendable (LoopbackRequest) -> LoopbackReply

    init(handler: @escaping @Sendable (LoopbackRequest) -> LoopbackReply) {
        self.handler = handler
    }

    var counts: Counts { state.withLock { $0.counts } }

    func script(_ route: String, _ replies: [LoopbackReply]) {
        state.withLock { $0.scripts[route, default: []] += replies }
    }

    func reply(to request: LoopbackRequest) -> LoopbackReply {
        change { $0.requests.append(request) }
        let scripted: LoopbackReply? = state.withLock { state in
            for route in [request.method + " " + request.path, request.path] {
                if var queue = state.scripts[route], !queue.isEmpty {
                    let reply = queue.removeFirst()
                    state.scripts[route] = queue
                    return reply
                }
            }
            return nil
        }
        return scripted ?? handler(request)
    }

    /// The number of the new connection.
    func noteConnection() -> Int {
        change { $0.connections += 1 }
        return counts.connections
    }

    func noteClientClose() {
        change { $0.clientCloses += 1 }
    }

    func noteBodyBytes(_ count: Int) {
        change { $0.bodyBytes += count }
    }

    /// Returns when `isDue` holds, the server stops, or the task is cancelled.
    func wait(until isDue: @escaping @Sendable (Counts) -> Bool) async {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if state.isStopped || Task.isCancelled || isDue(state.counts) { return true }
                    state.waiters[id] = Waiter(isDue: isDue, continuation: continuation)
                    return false
                }
                if isOver { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.continuation.resume()
        }
    }

    /// Ends all threads and all waits.
    func shutDown() {
        let waiters = state.withLock { state in
            state.isStopped = true
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        stop.raise()
        for waiter in waiters { waiter.continuation.resume() }
    }

    private func change(_ change: (inout Counts) -> Void) {
        let due = state.withLock { state in
            change(&state.counts)
            let due = state.waiters.filter { $0.value.isDue(state.counts) }
            for id in due.keys { state.waiters[id] = nil }
            return Array(due.values)
        }
        for waiter in due { waiter.continuation.resume() }
    }
}
