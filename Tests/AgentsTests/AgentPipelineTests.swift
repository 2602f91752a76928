import Agents
import Evidence
import Foundation
import Markets
import Synchronization
import Testing

@Suite struct AgentPipelineTests {
    @Test func runsEachAgentAfterThoseItDependsOn() async throws {
        let pipeline = try AgentPipeline(agents: [
            StubAgent("risk-manager", after: ["strategist"]),
            StubAgent("strategist", after: ["analyst", "researcher"]),
            StubAgent("analyst"),
            StubAgent("researcher"),
        ])
        #expect(pipeline.order == ["analyst", "researcher", "strategist", "risk-manager"])
        let plan = ["analyst": [], "researcher": [], "strategist": [], "risk-manager": []] as [String: [PlannedCall]]
        let reports = try await run(pipeline, plan)
        #expect(reports.map(\.agent) == ["analyst", "researcher", "strategist", "risk-manager"])
        // Each stub's one finding names the agents whose reports it was given.
        #expect(
            reports.map { $0.findings.first?.claim ?? "" } == [
                "", "", "analyst researcher", "analyst researcher strategist",
            ]
        )
    }

    @Test func independentAgentsRunAtTheSameTime() async throws {
        // Each of the two waits until both have begun: one after the other they would never end.
        let meeting = Meeting(of: 2)
        let pipeline = try AgentPipeline(agents: [
            StubAgent("analyst") { await meeting.join() },
            StubAgent("researcher") { await meeting.join() },
        ])
        let reports = try await run(pipeline, ["analyst": [], "researcher": []])
        #expect(reports.map(\.outcome) == [.completed, .completed])
    }

    @Test func agentsOutsideThePlanDoNotRunAndAreNotWaitedFor() async throws {
        let pipeline = try AgentPipeline(agents: [StubAgent("analyst"), StubAgent("strategist", after: ["analyst"])])
        let reports = try await run(pipeline, ["strategist": []])
        #expect(reports.map(\.agent) == ["strategist"])
    }

    @Test func aFailingAgentLeavesAReportAndTheOthersGoOn() async throws {
        let pipeline = try AgentPipeline(agents: [
            StubAgent("analyst") { throw ToolError.unavailable(tool: "positions", reason: "the disk is gone") },
            StubAgent("strategist", after: ["analyst"]),
        ])
        let reports = try await run(pipeline, ["analyst": [], "strategist": []])
        #expect(reports.first?.outcome == .failed(reason: "positions: the disk is gone"))
        #expect(reports.last?.outcome == .completed)
    }

    @Test func anAgentThatIsLateIsStoppedAndReported() async throws {
        let pipeline = try AgentPipeline(
            agents: [StubAgent("analyst") { try await Task.sleep(for: .seconds(3_600)) }, StubAgent("researcher")],
            clock: HurriedClock()
        )
        let reports = try await run(pipeline, ["analyst": []])
        #expect(reports.map(\.outcome) == [.timedOut])
    }

    @Test func stoppingTheTurnThrows() async throws {
        let pipeline = try AgentPipeline(agents: [StubAgent("analyst") { try await Task.sleep(for: .seconds(3_600)) }])
        let task = Task { try await run(pipeline, ["analyst": []]) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test func refusesAgentsThatWaitForEachOther() {
        #expect(throws: AgentPipelineError.cycle(["analyst", "strategist"])) {
            try AgentPipeline(agents: [
                StubAgent("analyst", after: ["strategist"]), StubAgent("strategist", after: ["analyst"]),
            ])
        }
        #expect(throws: AgentPipelineError.missingDependency(agent: "analyst", dependency: "oracle")) {
            try AgentPipeline(agents: [StubAgent("analyst", after: ["oracle"])])
        }
        #expect(throws: AgentPipelineError.repeatedName("analyst")) {
            try AgentPipeline(agents: [StubAgent("analyst"), StubAgent("analyst")])
        }
    }

    @Test func anAgentMayCallOnlyTheToolsItDeclares() async throws {
        let runner = ToolRunner(
            registry: ToolRegistry([PositionsTool(), RiskTool()]),
            context: TestData.context(),
            allowed: ["positions"]
        )
        _ = try await runner.run(PlannedCall(evidence: "P1", call: ToolCall("positions")))
        await #expect(throws: ToolError.self) {
            try await runner.run(PlannedCall(evidence: "P2", call: ToolCall("risk")))
        }
    }

    private func run(_ pipeline: AgentPipeline, _ plan: [String: [PlannedCall]]) async throws -> [AgentReport] {
        try await pipeline.run(
            question: "",
            plan: plan,
            registry: ToolRegistry([]),
            context: TestData.context()
        )
    }
}

/// An agent that does what a test gives it to do, then tells whose reports it saw.
private struct StubAgent: Agent {
    let declaration: AgentDeclaration
    private let action: @Sendable () async throws -> Void

    init(_ name: String, after: [String] = [], action: @escaping @Sendable () async throws -> Void = {}) {
        self.action = action
        let text = """
            ---
            name: \(name)
            role: Stub
            goal: Stand in.
            tools: []
            depends_on: [\(after.joined(separator: ", "))]
            model_tier: free
            time_limit_seconds: 5
            ---
            Nothing.
            """
        do {
            declaration = try AgentDeclaration(text: text, file: name + ".md")
        } catch {
            preconditionFailure("\(error)")
        }
    }

    func work(on task: AgentTask, tools: ToolRunner) async throws -> AgentReport {
        try await action()
        let seen = task.reports.map(\.agent).joined(separator: " ")
        let finding = Finding(agent: "", rule: "", claim: seen, severity: .information, evidence: [], confidence: 1)
        return AgentReport(agent: declaration.name, findings: [finding])
    }
}

/// Lets nobody go before all have come.
private actor Meeting {
    private let expected: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(of expected: Int) {
        self.expected = expected
    }

    func join() async {
        await withCheckedContinuation { continuation in
            waiting.append(continuation)
            guard waiting.count == expected else { return }
            for waiter in waiting { waiter.resume() }
            waiting = []
        }
    }
}

/// A clock on which every time limit is over at once.
private struct HurriedClock: Clock {
    let now = ContinuousClock.now
    let minimumResolution = Duration.zero

    func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {}
}
