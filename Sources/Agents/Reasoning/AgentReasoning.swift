public import Evidence

/// What a model added to an agent's report. It stands beside what the rules found and changes nothing of it.
public struct AgentReasoning: Hashable, Sendable, Codable {
    /// A tool that the model called.
    public struct Call: Hashable, Sendable, Codable {
        /// The call, with the id of its evidence.
        public var planned: PlannedCall
        /// Why it returned nothing; nil where it returned evidence.
        public var failure: String?

        /// A call.
        public init(planned: PlannedCall, failure: String? = nil) {
            self.planned = planned
            self.failure = failure
        }
    }

    /// A finding that was not let through.
    public struct Dropped: Hashable, Sendable, Codable {
        /// The claim as the model wrote it.
        public var claim: String
        /// What was wrong with it.
        public var reason: String

        /// A finding that was dropped.
        public init(claim: String, reason: String) {
            self.claim = claim
            self.reason = reason
        }
    }

    /// What was asked of the model and what it answered.
    public var exchanges: [ModelExchange] = []
    /// The tools it called, in its order.
    public var calls: [Call] = []
    /// What these returned.
    public var evidence: [Evidence] = []
    /// Its findings that passed the check.
    public var findings: [Finding] = []
    /// Those that did not.
    public var dropped: [Dropped] = []
    /// Why the model was told less than others are; nil where it was not.
    public var shortened: String?
    /// Why it came to no end; nil where it did.
    public var failure: String?

    /// Nothing yet.
    public init() {}
}
