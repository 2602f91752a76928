import Synchronization

/// Questions under way. Whoever asks what is being asked already waits for that answer; when the last one who waits goes,
/// the asking is cancelled.
final class Flights<Key: Hashable & Sendable, Outcome: Sendable>: Sendable {
    /// What asks: gets the keys to ask for, and reports the outcome of each as soon as it is known.
    typealias Work = @Sendable (_ keys: [Key], _ report: @escaping @Sendable (Key, Outcome) -> Void) async -> Void

    fileprivate typealias Waiter = CheckedContinuation<[Key: Outcome], any Error>

    fileprivate struct Caller {
        var missing: Set<Key>
        var outcomes: [Key: Outcome] = [:]
        var flights: Set<Int> = []
        var continuation: Waiter?
    }

    fileprivate struct Flight {
        var keys: Set<Key>
        var callers: Set<Int>
        var task: Task<Void, Never>?
    }

    fileprivate struct State {
        var nextID = 0
        var flights: [Int: Flight] = [:]
        var flightOfKey: [Key: Int] = [:]
        var callers: [Int: Caller] = [:]
    }

    private let state = Mutex(State())

    /// Nothing is under way.
    init() {}

    /// The outcome of every key: of those under way by waiting, of the rest by one run of `work`.
    ///
    /// A key whose outcome `work` did not report is missing.
    /// - Throws: `CancellationError` when the task was cancelled; others who wait are not disturbed.
    func outcomes(for keys: [Key], by work: @escaping Work) async throws -> [Key: Outcome] {
        let caller = join(keys, work)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in wait(caller, continuation) }
        } onCancel: {
            leave(caller)
        }
    }

    private func join(_ keys: [Key], _ work: @escaping Work) -> Int {
        state.withLock { state in
            let callerID = state.nextID
            let flightID = callerID + 1
            state.nextID += 2
            var caller = Caller(missing: Set(keys))
            var new: [Key] = []
            for key in caller.missing {
                if let flight = state.flightOfKey[key] {
                    caller.flights.insert(flight)
                    state.flights[flight]?.callers.insert(callerID)
                } else {
                    new.append(key)
                    state.flightOfKey[key] = flightID
                }
            }
            if !new.isEmpty {
                caller.flights.insert(flightID)
                state.flights[flightID] = Flight(keys: Set(new), callers: [callerID])
                // Not the caller's own task: its cancellation must not take the answer from the others.
                let task = Task { [self, new] in
                    await work(new) { key, outcome in self.report(key, outcome, of: flightID) }
                    self.end(flightID)
                }
                state.flights[flightID]?.task = task
            }
            state.callers[callerID] = caller
            return callerID
        }
    }

    private func wait(_ id: Int, _ continuation: Waiter) {
        let ready: Result<[Key: Outcome], any Error>? = state.withLock { state in
            // A caller that left before it began to wait is no longer known.
            guard let caller = state.callers[id] else { return .failure(CancellationError()) }
            guard !caller.missing.isEmpty else {
                state.callers[id] = nil
                return .success(caller.outcomes)
            }
            state.callers[id]?.continuation = continuation
            return nil
        }
        if let ready { continuation.resume(with: ready) }
    }

    private func leave(_ id: Int) {
        let (continuation, abandoned) = state.withLock { state -> (Waiter?, [Task<Void, Never>]) in
            guard let caller = state.callers.removeValue(forKey: id) else { return (nil, []) }
            return (caller.continuation, state.withdraw(id, from: caller.flights))
        }
        abandoned.forEach { $0.cancel() }
        continuation?.resume(throwing: CancellationError())
    }

    private func report(_ key: Key, _ outcome: Outcome?, of flightID: Int) {
        let resumed = state.withLock { state -> [(Waiter, [Key: Outcome])] in
            // An abandoned flight no longer speaks for its keys.
            guard let flight = state.flights[flightID], flight.keys.contains(key) else { return [] }
            state.flights[flightID]?.keys.remove(key)
            if state.flightOfKey[key] == flightID { state.flightOfKey[key] = nil }
            return flight.callers.compactMap { id in
                guard state.callers[id]?.missing.remove(key) != nil else { return nil }
                if let outcome { state.callers[id]?.outcomes[key] = outcome }
                guard let caller = state.callers[id], caller.missing.isEmpty, let continuation = caller.continuation
                else { return nil }
                state.callers[id] = nil
                return (continuation, caller.outcomes)
            }
        }
        for (continuation, outcomes) in resumed { continuation.resume(returning: outcomes) }
    }

    /// Whatever was not reported never will be.
    private func end(_ flightID: Int) {
        let keys = state.withLock { $0.flights[flightID]?.keys ?? [] }
        for key in keys { report(key, nil, of: flightID) }
        state.withLock { $0.flights[flightID] = nil }
    }
}

extension Flights.State {
    /// Takes a caller off flights.
    ///
    /// - Returns: What to cancel: the flights nobody waits for.
    fileprivate mutating func withdraw(_ caller: Int, from ids: Set<Int>) -> [Task<Void, Never>] {
        ids.compactMap { id in
            flights[id]?.callers.remove(caller)
            guard let flight = flights[id], flight.callers.isEmpty, !flight.keys.isEmpty else { return nil }
            flights[id] = nil
            for key in flight.keys where flightOfKey[key] == id { flightOfKey[key] = nil }
            return flight.task
        }
    }
}
