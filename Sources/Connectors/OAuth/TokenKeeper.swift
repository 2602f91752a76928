public import Foundation
public import Transport

/// Keeps the tokens of one service and renews them, once however many ask at the same time, in this process or in others
/// that keep the same file.
///
/// A renewal is never cancelled once it is under way: a service that rotates refresh tokens has then already ended the old
/// one, and losing its answer would lock the owner out. A caller who is cancelled stops waiting at once.
public actor TokenKeeper {
    /// Asks the service for new tokens with those it has; nil where there are none yet.
    public typealias Renewal = @Sendable (OAuthTokens?) async throws -> OAuthTokens

    private let file: TokenFile?
    private let clock: @Sendable () -> Date
    private let renewal: Renewal
    private let sleep: @Sendable (Duration) async throws -> Void
    private var tokens: OAuthTokens?
    private var isRenewing = false
    private var waiting: [Int: CheckedContinuation<OAuthTokens, any Error>] = [:]
    private var nextTicket = 0

    /// A keeper.
    ///
    /// - Parameters:
    ///   - file: Where tokens outlive the process; nil to keep them in memory alone.
    ///   - clock: The current time.
    ///   - sleep: What waits while another process renews them.
    ///   - renewal: What asks the service.
    public init(
        file: TokenFile? = nil,
        clock: @escaping @Sendable () -> Date,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
        renewal: @escaping Renewal
    ) {
        self.file = file
        self.sleep = sleep
        self.clock = clock
        self.renewal = renewal
    }

    /// Tokens whose access token is good for a minute at least, renewed if need be.
    ///
    /// - Throws: What the renewal throws, `StorageError`, `CancellationError`.
    public func current() async throws -> OAuthTokens {
        if tokens == nil { tokens = try file?.load() }
        if let tokens, tokens.areValid(at: clock()) { return tokens }
        return try await renewed()
    }

    /// Tokens in place of those whose access token the service refused; tokens that were renewed since are returned as they
    /// are.
    ///
    /// - Throws: What the renewal throws, `StorageError`, `CancellationError`.
    public func current(insteadOf refused: Secret) async throws -> OAuthTokens {
        if let tokens, tokens.access != refused, tokens.areValid(at: clock()) { return tokens }
        return try await renewed()
    }

    /// Takes `tokens` for its own, as after the owner signed in, and keeps them.
    ///
    /// - Throws: `StorageError`.
    public func adopt(_ tokens: OAuthTokens) async throws {
        try await file?.alone(sleep: sleep) { try file?.save(tokens) }
        self.tokens = tokens
    }

    private func renewed() async throws -> OAuthTokens {
        let ticket = nextTicket
        nextTicket += 1
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                guard !Task.isCancelled else {
                    continuation.resume(throwing: CancellationError())
                    return
                }
                waiting[ticket] = continuation
                guard !isRenewing else { return }
                isRenewing = true
                Task { await renew() }
            }
        } onCancel: {
            Task { await leave(ticket) }
        }
    }

    private func renew() async {
        let outcome: Result<OAuthTokens, any Error>
        do {
            outcome = .success(try await fetched())
        } catch {
            outcome = .failure(error)
        }
        isRenewing = false
        let continuations = waiting.values
        waiting = [:]
        for continuation in continuations { continuation.resume(with: outcome) }
    }

    private func fetched() async throws -> OAuthTokens {
        guard let file else { return try await fetchedAlone() }
        return try await file.alone(sleep: sleep) { try await fetchedAlone() }
    }

    private func fetchedAlone() async throws -> OAuthTokens {
        // Another process may have renewed them: its refresh token is then the only good one.
        let stored = try file?.load()
        if let stored, stored.access != tokens?.access, stored.areValid(at: clock()) { return take(stored) }
        let used = stored ?? tokens
        do {
            return try await fetched(with: used)
        } catch let error as ConnectorError where error.code == .unauthorised {
            guard let newer = try file?.load(), newer.refresh != used?.refresh else { throw error }
            return newer.areValid(at: clock()) ? take(newer) : try await fetched(with: newer)
        }
    }

    private func fetched(with used: OAuthTokens?) async throws -> OAuthTokens {
        // Taken before it is saved: where the disk is full, this process at least goes on with the new tokens.
        let fresh = take(try await renewal(used))
        try file?.save(fresh)
        return fresh
    }

    private func take(_ fresh: OAuthTokens) -> OAuthTokens {
        tokens = fresh
        return fresh
    }

    private func leave(_ ticket: Int) {
        waiting.removeValue(forKey: ticket)?.resume(throwing: CancellationError())
    }
}
