public import Agents
public import Evidence
public import Foundation

/// The record of one turn: everything the answer was made of, so that it can be shown, explained and checked later.
public struct Decision: Sendable, Codable, Identifiable {
    /// The version of this record's form.
    public static let schema = "magnus.decision/1"

    /// What holdings the answer was about.
    public struct Holdings: Hashable, Sendable, Codable {
        /// `known`, `known_empty` or `not_supplied`.
        public var state: String
        /// What the owner calls them.
        public var name: String
        /// Whether they are the built-in demonstration's.
        public var isDemo: Bool
        /// The files they were read from.
        public var source: String

        /// Holdings with all their values.
        public init(state: String, name: String, isDemo: Bool, source: String) {
            self.state = state
            self.name = name
            self.isDemo = isDemo
            self.source = source
        }
    }

    /// The form of this record.
    public var schema = Decision.schema
    /// A digest of the record's content.
    public var id: String
    /// The run of turns it belongs to.
    public var session: String
    /// Its rank in the session, from 1.
    public var turn: Int
    /// The moment of the turn: the injected clock's, or the demonstration's frozen one.
    public var now: Date
    /// The question as it was understood.
    public var request: Request
    /// The calls that were planned, by agent.
    public var plan: [String: [PlannedCall]]
    /// What was known of the holdings.
    public var holdings: Holdings
    /// What the agents did and found.
    public var reports: [AgentReport]
    /// Who worded the answer.
    public var writer: String
    /// The answer's blocks, after the check.
    public var answer: Answer
    /// The answer as text, after the check.
    public var text: String
    /// What the check found.
    public var grounding: GroundingSummary
    /// How far the answer can be relied on.
    public var confidence: Confidence
    /// What the owner should know of this turn: struck figures, fallbacks, missing parts.
    public var warnings: [String]
    /// What the program ends with when this is its one answer.
    public var exitCode: Int
    /// How a model wrote the answer; nil where none was asked to.
    public var writing: WritingRecord?

    /// All evidence of the turn, in the order of the plan.
    public var evidence: [Evidence] {
        reports.flatMap(\.allEvidence).sorted { $0.id.count == $1.id.count ? $0.id < $1.id : $0.id.count < $1.id.count }
    }
}

/// What the grounding check found in an answer.
public struct GroundingSummary: Hashable, Sendable, Codable {
    /// One figure of the answer.
    public struct Figure: Hashable, Sendable, Codable {
        /// The figure as it stands in the answer.
        public var text: String
        /// `matched`, `computed`, `quoted`, `asked`, `citation` or `struck`.
        public var status: String
        /// Ids of the facts or passages it traces to.
        public var sources: [String]
        /// Why it was struck; nil otherwise.
        public var reason: String?
        /// How it was computed from its sources; nil for what was not.
        public var formula: String?

        /// A figure with all its values.
        public init(text: String, status: String, sources: [String], reason: String? = nil, formula: String? = nil) {
            self.formula = formula
            self.text = text
            self.status = status
            self.sources = sources
            self.reason = reason
        }
    }

    /// Figures, dates and citations that were checked.
    public var checked: Int
    /// Those that trace to a fact or a passage.
    public var matched: Int
    /// Those that do not, and were struck from the answer.
    public var struck: Int
    /// Each of them.
    public var figures: [Figure]

    /// A summary with all its values.
    public init(checked: Int, matched: Int, struck: Int, figures: [Figure]) {
        self.checked = checked
        self.matched = matched
        self.struck = struck
        self.figures = figures
    }
}
