/// One claim by one agent, with what it rests on.
public struct Finding: Hashable, Sendable, Codable {
    /// How much it matters to the owner.
    public enum Severity: String, Hashable, Sendable, Codable, CaseIterable, Comparable {
        /// Worth knowing.
        case information
        /// Worth watching.
        case notice
        /// Likely to cost money or change the position soon.
        case warning
        /// Needs attention now.
        case critical

        /// From `information` up to `critical`.
        public static func < (left: Severity, right: Severity) -> Bool {
            left.rank < right.rank
        }

        private var rank: Int {
            switch self {
            case .information: 0
            case .notice: 1
            case .warning: 2
            case .critical: 3
            }
        }
    }

    /// The agent that makes the claim.
    public var agent: String
    /// The rule or method it came from: `management.21-dte`.
    public var rule: String
    /// The claim, a sentence whose figures are all in the evidence.
    public var claim: String
    /// How much it matters.
    public var severity: Severity
    /// Ids of the facts and passages it rests on.
    public var evidence: [String]
    /// How sure the rule is, 0 to 1, from coverage and freshness of its inputs.
    public var confidence: Double

    /// A finding with all its values.
    public init(
        agent: String,
        rule: String,
        claim: String,
        severity: Severity,
        evidence: [String],
        confidence: Double
    ) {
        self.agent = agent
        self.rule = rule
        self.claim = claim
        self.severity = severity
        self.evidence = evidence
        self.confidence = confidence
    }
}
