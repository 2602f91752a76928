/// How much a model may do for one agent in one turn.
public struct ReasoningLimits: Hashable, Sendable {
    /// Requests to the model, the last of which offers no tools.
    public var rounds: Int
    /// Calls of tools.
    public var calls: Int
    /// Bytes of what tools return to the model.
    public var toolOutputBytes: Int
    /// Tokens of one reply.
    public var outputTokens: Int

    /// Limits, each at least 1.
    public init(rounds: Int = 5, calls: Int = 8, toolOutputBytes: Int = 48_000, outputTokens: Int = 1_500) {
        self.rounds = max(1, rounds)
        self.calls = max(1, calls)
        self.toolOutputBytes = max(1, toolOutputBytes)
        self.outputTokens = max(1, outputTokens)
    }
}

/// Ids for evidence that a model's calls bring: after those of the plan, in the order of the calls. Every agent has a block
/// of its own, so that agents that work side by side cannot change each other's ids.
struct EvidenceBlock: Sendable {
    private var next: [ToolDomain: Int]

    /// The block of the agent at `rank` in the pipeline, of `size` ids of each kind.
    init(plan: [String: [PlannedCall]], rank: Int, size: Int) {
        next = [:]
        for domain in [ToolDomain.portfolio, .documents] {
            let planned = plan.values.joined().compactMap { call -> Int? in
                guard call.evidence.hasPrefix(domain.rawValue) else { return nil }
                return Int(call.evidence.dropFirst(domain.rawValue.count))
            }
            next[domain] = (planned.max() ?? 0) + rank * size + 1
        }
    }

    /// The next id.
    mutating func identifier(_ domain: ToolDomain) -> String {
        let number = next[domain, default: 1]
        next[domain] = number + 1
        return "\(domain.rawValue)\(number)"
    }
}
