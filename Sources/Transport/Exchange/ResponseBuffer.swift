import Foundation
import Synchronization

/// Where the network thread leaves an answer and where tasks fetch it. Neither waits for the other inside the lock.
final class ResponseBuffer: Sendable {
    /// How an exchange ended.
    enum End: Sendable {
        case complete
        case cancelled
        case failed(TransportError)
    }

    private struct State {
        var head: ResponseHead?
        var bytes = Data()
        var hasReceived = false
        var isHeldBack = false
        var end: End?
        /// Counts changes, so that a task which looked before a change does not sleep over it.
        var version = 0
        var waiters: [CheckedContinuation<Void, Never>] = []
    }

    private let limit: Int
    private let state = Mutex(State())

    /// - Parameter limit: How many bytes may wait before no more are taken.
    init(limit: Int) {
        self.limit = limit
    }

    // MARK: The network thread's side

    /// Whether any byte of an answer came.
    var hasReceived: Bool { state.withLock { $0.hasReceived } }

    /// Notes that bytes of an answer came.
    func noteReceived() {
        state.withLock { $0.hasReceived = true }
    }

    /// Leaves the header.
    func put(_ head: ResponseHead) {
        change { $0.head = head }
    }

    /// Leaves bytes of the body; false, and nothing is taken, where too many wait already. The reader learns of them by
    /// `announce`, so that pieces that come together wake it once.
    func put(_ bytes: UnsafeRawBufferPointer) -> Bool {
        state.withLock { state in
            state.isHeldBack = state.bytes.count >= limit
            if !state.isHeldBack { state.bytes.append(contentsOf: bytes) }
            return !state.isHeldBack
        }
    }

    /// Tells the reader of the bytes that were left.
    func announce() {
        change { _ in }
    }

    /// Ends the answer; only the first end counts. An answer that is complete has a header.
    func end(_ end: End) {
        change { if $0.end == nil { $0.end = end } }
    }

    // MARK: The tasks' side

    /// Whether the answer has ended.
    var hasEnded: Bool { state.withLock { $0.end != nil } }

    /// The header, as soon as it is there.
    ///
    /// - Throws: `TransportError`, `CancellationError`.
    func head() async throws -> ResponseHead {
        try await value { state in
            if case .cancelled = state.end { throw CancellationError() }
            if state.head == nil, let end = state.end { try ResponseBuffer.throwFailure(of: end) }
            return state.head
        }
    }

    /// The bytes that wait, as soon as there are some; nil at the end. `whenHeldBack` is called where the network thread
    /// waits for this.
    ///
    /// - Throws: `TransportError`, `CancellationError`.
    func next(whenHeldBack: () -> Void) async throws -> Data? {
        let piece: (bytes: Data?, wasHeldBack: Bool) = try await value { state in
            if case .cancelled = state.end { throw CancellationError() }
            if state.bytes.isEmpty {
                guard let end = state.end else { return nil }
                try ResponseBuffer.throwFailure(of: end)
                return (nil, false)
            }
            defer {
                state.bytes = Data()
                state.isHeldBack = false
            }
            return (state.bytes, state.isHeldBack)
        }
        if piece.wasHeldBack { whenHeldBack() }
        return piece.bytes
    }

    /// The whole body, when it is complete.
    ///
    /// - Throws: `TransportError`, `CancellationError`.
    func whole() async throws -> Data {
        try await value { state in
            guard let end = state.end else { return nil }
            try ResponseBuffer.throwFailure(of: end)
            return state.bytes
        }
    }

    private static func throwFailure(of end: End) throws {
        switch end {
        case .complete: break
        case .cancelled: throw CancellationError()
        case .failed(let error): throw error
        }
    }

    /// What `look` finds, as soon as it finds something.
    private func value<Value: Sendable>(_ look: (inout State) throws -> Value?) async throws -> Value {
        while true {
            let (found, version) = try state.withLock { state in (try look(&state), state.version) }
            if let found { return found }
            await withCheckedContinuation { continuation in
                let hasChanged = state.withLock { state in
                    if state.version != version { return true }
                    state.waiters.append(continuation)
                    return false
                }
                if hasChanged { continuation.resume() }
            }
        }
    }

    private func change(_ change: (inout State) -> Void) {
        let waiters = state.withLock { state in
            change(&state)
            state.version += 1
            defer { state.waiters = [] }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }
}
