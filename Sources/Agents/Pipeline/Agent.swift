public import Evidence

/// A specialist that gathers evidence with tools and makes claims about it.
public protocol Agent: Sendable {
    /// What it is and may do.
    var declaration: AgentDeclaration { get }

    /// Does its part of a turn.
    ///
    /// - Throws: Whatever keeps it from doing so; the pipeline reports it and goes on without this agent.
    func work(on task: AgentTask, tools: ToolRunner) async throws -> AgentReport
}

/// What an agent is asked to do in a turn.
public struct AgentTask: Sendable {
    /// The question, as it was understood.
    public var question: String
    /// The calls the plan gives to this agent.
    public var calls: [PlannedCall]
    /// Reports of the agents it depends on, theirs included, in the order of the pipeline.
    public var reports: [AgentReport]

    /// A task with all its values.
    public init(question: String, calls: [PlannedCall], reports: [AgentReport]) {
        self.question = question
        self.calls = calls
        self.reports = reports
    }
}

/// A call of a tool with the id its evidence will have.
public struct PlannedCall: Hashable, Sendable, Codable {
    /// The evidence's id.
    public var evidence: String
    /// The call.
    public var call: ToolCall

    /// `call`, whose evidence will be named `evidence`.
    public init(evidence: String, call: ToolCall) {
        self.evidence = evidence
        self.call = call
    }
}

/// What an agent did.
public struct AgentReport: Hashable, Sendable, Codable {
    /// How it ended.
    public enum Outcome: Hashable, Sendable, Codable {
        /// It did its part.
        case completed
        /// It failed for the reason given.
        case failed(reason: String)
        /// It did not end within its time limit.
        case timedOut
    }

    /// The agent's name.
    public var agent: String
    /// How it ended.
    public var outcome: Outcome
    /// What its tools returned.
    public var evidence: [Evidence]
    /// What it claims.
    public var findings: [Finding]
    /// Why suggestions must not be made in this turn; nil where nothing stands against them.
    public var veto: String?
    /// What a model added; nil where none worked on it.
    public var reasoning: AgentReasoning?

    /// What the agent's tools returned, those that a model called included.
    public var allEvidence: [Evidence] {
        evidence + (reasoning?.evidence ?? [])
    }

    /// A report with all its values.
    public init(
        agent: String,
        outcome: Outcome = .completed,
        evidence: [Evidence] = [],
        findings: [Finding] = [],
        veto: String? = nil,
        reasoning: AgentReasoning? = nil
    ) {
        self.agent = agent
        self.outcome = outcome
        self.evidence = evidence
        self.findings = findings
        self.veto = veto
        self.reasoning = reasoning
    }
}
