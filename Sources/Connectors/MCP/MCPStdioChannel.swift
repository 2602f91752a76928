public import Foundation
import Synchronization
public import Transport

/// The way to a server that runs as a child process: one JSON text a line (MCP 2025-06-18, Transports, stdio).
public final class MCPStdioChannel: MCPChannel {
    /// How the server is called in errors.
    public let server: String

    private struct State {
        var child: ChildProcess?
        var waiting: [Int: CheckedContinuation<MCPMessage, any Error>] = [:]
        var highestID = 0
        var failure: MCPError?
        var junk = 0
    }

    /// How many lines that are no message are passed over; some servers greet on standard output.
    private static let toleratedJunk = 100

    private let command: ChildCommand
    private let limits: ChildLimits
    private let grace: Duration
    private let state = Mutex(State())

    /// A way to the server that `command` starts.
    ///
    /// - Parameters:
    ///   - server: How the server is called in errors.
    ///   - command: What starts it.
    ///   - maximumMessageBytes: The largest message that is accepted.
    ///   - grace: How long it may take to end when it is closed, before it is made to.
    public init(
        server: String,
        command: ChildCommand,
        maximumMessageBytes: Int = 8_000_000,
        grace: Duration = .seconds(2)
    ) {
        self.server = server
        self.command = command
        self.grace = grace
        limits = ChildLimits(maximumLineBytes: maximumMessageBytes, maximumBytesAhead: maximumMessageBytes)
    }

    /// Starts the server.
    public func open(incoming: @escaping @Sendable (MCPMessage) async -> Void) async throws {
        let child: ChildProcess
        do {
            child = try ChildProcess(command, limits: limits)
        } catch let error as ChildProcessError {
            throw MCPError(.cannotStart, server: server, error.description)
        }
        let previous = state.withLock { state in
            defer { state = State(child: child, highestID: state.highestID) }
            return state.child
        }
        if let previous { await previous.stop(grace: grace) }
        // The task ends with the child's output; it holds the child, and the child's end is `close` or the last let-go.
        Task { [weak self] in
            let outcome: Result<Void, any Error>
            do {
                while let line = try await child.nextLine() {
                    guard let self else { return }
                    try await self.take(line, incoming)
                }
                outcome = .success(())
            } catch {
                outcome = .failure(error)
            }
            await self?.end(child, outcome)
        }
    }

    deinit {
        let child = state.withLock { $0.child }
        if let child { Task { [grace] in await child.stop(grace: grace) } }
    }

    /// Sends a request and waits for its answer.
    public func answer(to request: Data, id: Int) async throws -> MCPMessage {
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let failure: (any Error)? = state.withLock { state in
                    if Task.isCancelled { return CancellationError() }
                    if let failure = state.failure { return failure }
                    guard let child = state.child else { return closed() }
                    do {
                        try child.send(request)
                    } catch {
                        return MCPError(.closed, server: server, "\(error)", words: child.errorText)
                    }
                    state.highestID = max(state.highestID, id)
                    state.waiting[id] = continuation
                    return nil
                }
                if let failure { continuation.resume(throwing: failure) }
            }
        } onCancel: {
            let continuation = state.withLock { $0.waiting.removeValue(forKey: id) }
            continuation?.resume(throwing: CancellationError())
        }
    }

    /// Sends a notification or an answer.
    public func post(_ message: Data) async throws {
        guard let child = state.withLock({ $0.child }) else { throw closed() }
        do {
            try child.send(message)
        } catch let error as ChildProcessError {
            throw MCPError(.closed, server: server, error.detail, words: child.errorText)
        }
    }

    /// Has no meaning over standard input and output.
    public func agree(on revision: String) {}

    /// Closes the server's input and waits for it to end.
    public func close() async {
        let child = state.withLock { state in
            defer { state.child = nil }
            return state.child
        }
        fail(with: closed())
        if let child { await child.stop(grace: grace) }
    }

    // MARK: What comes in

    private func take(_ line: Data, _ incoming: @Sendable (MCPMessage) async -> Void) async throws {
        if line.allSatisfy({ $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }) { return }
        guard let messages = MCPMessage.messages(in: line) else { return try tolerate(line) }
        for message in messages {
            switch message {
            case .result(let id, _), .failure(.some(let id), _, _):
                try answer(id, with: message)
            case .failure(nil, let code, let words):
                fail(with: MCPError(.refused(code: code), server: server, "it refused a message", words: words))
            case .request, .notification:
                await incoming(message)
            case .unknown:
                try tolerate(line)
            }
        }
    }

    private func answer(_ id: Int, with message: MCPMessage) throws {
        let continuation = try state.withLock { state in
            state.junk = 0
            // A late answer to a request that was given up is no fault; one to a request that never was, is.
            guard (1...max(1, state.highestID)).contains(id) else {
                throw MCPError(.malformed, server: server, "it answered request \(id), which was never sent")
            }
            return state.waiting.removeValue(forKey: id)
        }
        continuation?.resume(returning: message)
    }

    private func tolerate(_ line: Data) throws {
        let junk = state.withLock { state in
            state.junk += 1
            return state.junk
        }
        guard junk <= Self.toleratedJunk else {
            let words = String(decoding: line.prefix(200), as: UTF8.self)
            throw MCPError(.malformed, server: server, "its output is not the protocol", words: words)
        }
    }

    /// The child's output is over: everyone who waits learns why.
    private func end(_ child: ChildProcess, _ outcome: Result<Void, any Error>) async {
        guard state.withLock({ $0.child === child }) else { return }
        let exit = await child.stop(grace: grace)
        let words = child.errorText
        switch outcome {
        case .success:
            fail(child, with: MCPError(.closed, server: server, "it ended (\(exit))", words: words))
        case .failure(let error as MCPError):
            fail(child, with: error)
        case .failure(let error as ChildProcessError):
            let code: MCPError.Code = error.code == .lineTooLong ? .tooLarge : .closed
            fail(child, with: MCPError(code, server: server, error.detail))
        case .failure(let error):
            fail(child, with: MCPError(.closed, server: server, "\(error)"))
        }
    }

    private func fail(_ child: ChildProcess, with error: MCPError) {
        let isCurrent = state.withLock { state in
            guard state.child === child else { return false }
            state.failure = error
            state.child = nil
            return true
        }
        if isCurrent { fail(with: error) }
    }

    private func fail(with error: MCPError) {
        let waiting = state.withLock { state in
            defer { state.waiting = [:] }
            return state.waiting
        }
        for continuation in waiting.values { continuation.resume(throwing: error) }
    }

    private func closed() -> MCPError {
        MCPError(.closed, server: server, "it is not running")
    }
}
