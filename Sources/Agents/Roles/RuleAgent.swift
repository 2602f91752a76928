public import Evidence

/// An agent that makes its calls, then applies fixed rules to the evidence: the whole of Magnus without a language
/// model, and what a model's words are held against when there is one.
public struct RuleAgent: Agent {
    /// Makes claims from facts.
    public typealias Rule = @Sendable (FactIndex) -> [Finding]
    /// Says why suggestions must not be made; nil where nothing stands against them.
    public typealias Veto = @Sendable (FactIndex) -> String?

    /// What it is and may do.
    public let declaration: AgentDeclaration
    private let rules: [Rule]
    private let veto: Veto

    /// An agent that applies `rules` to its own evidence and to that of the agents before it.
    public init(declaration: AgentDeclaration, rules: [Rule], veto: @escaping Veto = { _ in nil }) {
        self.declaration = declaration
        self.rules = rules
        self.veto = veto
    }

    /// Makes the calls one after the other, then applies the rules.
    public func work(on task: AgentTask, tools: ToolRunner) async throws -> AgentReport {
        var gathered: [Evidence] = []
        for call in task.calls {
            gathered.append(try await tools.run(call))
        }
        let facts = FactIndex(task.reports.flatMap(\.evidence) + gathered)
        return AgentReport(
            agent: declaration.name,
            evidence: gathered,
            findings: rules.flatMap { $0(facts) },
            veto: veto(facts)
        )
    }
}

/// The agents of Magnus, by the names their declarations give them.
public enum Roles {
    /// The names of the agents whose rules are built in.
    public static let names = ["analyst", "researcher", "strategist", "risk-manager"]

    /// The agent a declaration describes; nil for a name that has no rules.
    public static func agent(_ declaration: AgentDeclaration) -> (any Agent)? {
        switch declaration.name {
        case "analyst":
            return RuleAgent(declaration: declaration, rules: AnalystRules.all)
        case "researcher":
            return RuleAgent(declaration: declaration, rules: [])
        case "strategist":
            return RuleAgent(declaration: declaration, rules: StrategistRules.all)
        case "risk-manager":
            return RuleAgent(declaration: declaration, rules: RiskManagerRules.all, veto: RiskManagerRules.veto)
        default:
            return nil
        }
    }
}
