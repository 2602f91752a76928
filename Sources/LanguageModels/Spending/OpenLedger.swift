import Synchronization

/// A ledger without a budget: it allows every call and keeps no account.
public final class OpenLedger: CallLedger {
    private let calls = Mutex<Int64>(0)

    /// A ledger.
    public init() {}

    /// Allows the call.
    public func reserve(_ estimate: CallEstimate) async throws -> CallReservation {
        let id = calls.withLock { calls in
            calls += 1
            return calls
        }
        let amount = estimate.price?.largestCost(
            inputTokens: estimate.inputTokens,
            maximumOutputTokens: estimate.maximumOutputTokens
        )
        return CallReservation(id: id, estimate: estimate, amount: amount)
    }

    /// Keeps no account.
    public func settle(_ reservation: CallReservation, usage: TokenUsage, ending: CallEnding) async {}
}
