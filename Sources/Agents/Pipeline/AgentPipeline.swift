/// Runs agents as a directed acyclic graph: each as soon as those it depends on have ended, independent ones at the
/// same time, each within its time limit. An agent that fails or is late leaves a report that says so.
public struct AgentPipeline: Sendable {
    private let agents: [any Agent]
    private let clock: any Clock<Duration>

    /// A pipeline of `agents`, timed by `clock`.
    ///
    /// - Throws: `AgentPipelineError` where names repeat, a dependency is missing or agents wait for each other.
    public init(agents: [any Agent], clock: any Clock<Duration> = ContinuousClock()) throws {
        self.agents = try AgentPipeline.inOrder(agents)
        self.clock = clock
    }

    /// The agents' names, each after those it depends on.
    public var order: [String] {
        agents.map(\.declaration.name)
    }

    /// Runs the agents named in `plan` and returns their reports in the pipeline's order.
    ///
    /// - Parameters:
    ///   - plan: Calls by agent; agents it does not name do not run, and those that depend on them do not wait.
    ///   - reasoners: Models, by the agents whose findings they add to once the rules are done.
    ///   - began: Called when an agent starts, for showing progress.
    /// - Throws: `CancellationError` when the turn was stopped.
    public func run(
        question: String,
        plan: [String: [PlannedCall]],
        registry: ToolRegistry,
        context: ToolContext,
        reasoners: [String: AgentReasoner] = [:],
        began: @Sendable (AgentDeclaration) -> Void = { _ in }
    ) async throws -> [AgentReport] {
        let chosen = agents.filter { plan[$0.declaration.name] != nil }
        let names = Set(chosen.map(\.declaration.name))
        var reports: [String: AgentReport] = [:]
        try await withThrowingTaskGroup(of: AgentReport.self) { group in
            var waiting = chosen
            func startReady() {
                let ready = waiting.filter { agent in
                    agent.declaration.dependsOn.allSatisfy { !names.contains($0) || reports[$0] != nil }
                }
                waiting.removeAll { agent in ready.contains { $0.declaration.name == agent.declaration.name } }
                for agent in ready {
                    let declaration = agent.declaration
                    let earlier = chosen.compactMap { reports[$0.declaration.name] }
                        .filter { ancestors(of: declaration.name).contains($0.agent) }
                    let task = AgentTask(question: question, calls: plan[declaration.name] ?? [], reports: earlier)
                    let tools = ToolRunner(registry: registry, context: context, allowed: declaration.tools)
                    began(declaration)
                    let rank = chosen.firstIndex { $0.declaration.name == declaration.name } ?? 0
                    let reasoner = reasoners[declaration.name].map { reasoner in
                        (reasoner, EvidenceBlock(plan: plan, rank: rank, size: reasoner.limits.calls))
                    }
                    group.addTask {
                        var report = try await report(of: agent, task: task, tools: tools)
                        if let (reasoner, block) = reasoner, report.outcome == .completed {
                            report.reasoning = try await reasoning(of: declaration) { [report] in
                                await reasoner.reason(
                                    as: declaration,
                                    on: task,
                                    over: report,
                                    tools: tools,
                                    block: block
                                )
                            }
                        }
                        return report
                    }
                }
            }
            startReady()
            while let report = try await group.next() {
                reports[report.agent] = report
                startReady()
            }
        }
        try Task.checkCancellation()
        return chosen.compactMap { reports[$0.declaration.name] }
    }

    /// One agent's report within its time limit. Being stopped is the turn's end, not the agent's failure.
    private func report(of agent: any Agent, task: AgentTask, tools: ToolRunner) async throws -> AgentReport {
        let declaration = agent.declaration
        return try await withThrowingTaskGroup(of: AgentReport?.self) { group in
            group.addTask {
                do {
                    return try await agent.work(on: task, tools: tools)
                } catch is CancellationError {
                    return nil
                } catch {
                    return AgentReport(agent: declaration.name, outcome: .failed(reason: String(describing: error)))
                }
            }
            group.addTask { [clock] in
                try? await clock.sleep(for: declaration.timeLimit)
                return nil
            }
            let first = try await group.next() ?? nil
            group.cancelAll()
            try Task.checkCancellation()
            return first ?? AgentReport(agent: declaration.name, outcome: .timedOut)
        }
    }

    /// What a model adds within its time limit; the rules' findings stand whatever comes of it.
    private func reasoning(
        of declaration: AgentDeclaration,
        _ work: @escaping @Sendable () async -> AgentReasoning
    ) async throws -> AgentReasoning {
        try await withThrowingTaskGroup(of: AgentReasoning?.self) { group in
            group.addTask { await work() }
            group.addTask { [clock] in
                try? await clock.sleep(for: declaration.modelTimeLimit)
                return nil
            }
            var reasoning = try await group.next() ?? nil
            let isLate = reasoning == nil
            group.cancelAll()
            if isLate { reasoning = try await group.next() ?? nil }
            try Task.checkCancellation()
            var result = reasoning ?? AgentReasoning()
            if isLate { result.failure = "it did not end in time" }
            return result
        }
    }

    private func ancestors(of name: String) -> Set<String> {
        var found: Set<String> = []
        var open = [name]
        while let next = open.popLast() {
            for agent in agents where agent.declaration.name == next {
                for dependency in agent.declaration.dependsOn where found.insert(dependency).inserted {
                    open.append(dependency)
                }
            }
        }
        return found
    }

    private static func inOrder(_ agents: [any Agent]) throws -> [any Agent] {
        var names: Set<String> = []
        for agent in agents where !names.insert(agent.declaration.name).inserted {
            throw AgentPipelineError.repeatedName(agent.declaration.name)
        }
        for agent in agents {
            for dependency in agent.declaration.dependsOn where !names.contains(dependency) {
                throw AgentPipelineError.missingDependency(agent: agent.declaration.name, dependency: dependency)
            }
        }
        var ordered: [any Agent] = []
        var done: Set<String> = []
        var waiting = agents
        while !waiting.isEmpty {
            let ready = waiting.filter { $0.declaration.dependsOn.allSatisfy(done.contains) }
            guard !ready.isEmpty else {
                throw AgentPipelineError.cycle(waiting.map(\.declaration.name).sorted())
            }
            ordered += ready
            done.formUnion(ready.map(\.declaration.name))
            waiting.removeAll { done.contains($0.declaration.name) }
        }
        return ordered
    }
}

/// Why agents cannot form a pipeline.
public enum AgentPipelineError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Two agents have one name.
    case repeatedName(String)
    /// An agent depends on one that is not declared.
    case missingDependency(agent: String, dependency: String)
    /// These agents wait for each other.
    case cycle([String])

    /// What is wrong and what to do.
    public var description: String {
        switch self {
        case .repeatedName(let name):
            return "two agents are named '\(name)'; rename one in prompts/agents"
        case .missingDependency(let agent, let dependency):
            return
                "agent '\(agent)' depends on '\(dependency)', which is not declared; correct prompts/agents/\(agent).md"
        case .cycle(let names):
            return "agents wait for each other: \(names.joined(separator: ", ")); correct depends_on in prompts/agents"
        }
    }
}
