import Evidence
import JSON
public import LanguageModels

/// Lets a model work on what an agent's rules have gathered: it may call the agent's tools and state findings, each of which
/// is checked before it counts.
public struct AgentReasoner: Sendable {
    private let model: any LanguageModel
    /// How much it may do.
    let limits: ReasoningLimits

    /// A reasoner that asks `model`.
    public init(model: any LanguageModel, limits: ReasoningLimits = ReasoningLimits()) {
        self.model = model
        self.limits = limits
    }

    /// What the model adds to a report; whatever fails is said in it. When the task is cancelled it holds what there was until
    /// then.
    func reason(
        as declaration: AgentDeclaration,
        on task: AgentTask,
        over report: AgentReport,
        tools: ToolRunner,
        block: EvidenceBlock
    ) async -> AgentReasoning {
        var work = ReasoningWork(
            declaration: declaration,
            task: task,
            report: report,
            tools: tools,
            limits: limits,
            block: block,
            correspondence: ModelCorrespondence(with: model)
        )
        do {
            try await work.run()
        } catch is CancellationError {
            work.reasoning.failure = "it was stopped"
        } catch {
            work.reasoning.failure = String(describing: error)
        }
        work.reasoning.exchanges = work.correspondence.exchanges
        return work.reasoning
    }
}

/// One run of a model over one agent's report.
private struct ReasoningWork {
    let declaration: AgentDeclaration
    let task: AgentTask
    let report: AgentReport
    let tools: ToolRunner
    let limits: ReasoningLimits
    var block: EvidenceBlock
    var correspondence: ModelCorrespondence
    var reasoning = AgentReasoning()

    private var messages: [ModelMessage] = []
    private var mayCall = true
    private var calls = 0
    private var outputBytes = 0
    private var invalidRounds = 0

    init(
        declaration: AgentDeclaration,
        task: AgentTask,
        report: AgentReport,
        tools: ToolRunner,
        limits: ReasoningLimits,
        block: EvidenceBlock,
        correspondence: ModelCorrespondence
    ) {
        self.declaration = declaration
        self.task = task
        self.report = report
        self.tools = tools
        self.limits = limits
        self.block = block
        self.correspondence = correspondence
    }

    /// All evidence the agent may rest a claim on.
    private var evidence: [Evidence] {
        task.reports.flatMap(\.allEvidence) + report.evidence + reasoning.evidence
    }

    mutating func run() async throws {
        messages = [ModelMessage(.user, text: brief)]
        let offers = tools.offers
        mayCall = !offers.isEmpty
        var isRepaired = false
        for round in 1...limits.rounds {
            if round == limits.rounds { mayCall = false }
            let hasCalled = messages.contains { !$0.toolCalls.isEmpty }
            let request = ModelRequest(
                agent: declaration.name,
                tier: declaration.modelTier,
                system: declaration.prompt + "\n\n" + FindingForm.instructions,
                messages: messages,
                tools: mayCall || hasCalled ? offers : [],
                toolChoice: mayCall ? .automatic : .none,
                // Some services take no form together with tools, so the form is asked for when no more are called.
                outputSchema: mayCall ? nil : FindingForm.schema,
                maximumOutputTokens: limits.outputTokens
            )
            guard let reply = try await reply(to: request) else { continue }
            messages.append(reply.message)
            if !reply.message.toolCalls.isEmpty {
                try await answer(reply.message.toolCalls)
                continue
            }
            if case .refused(let reason) = reply.ending {
                reasoning.failure = "the model refused: \(DataFence.line(reason))"
                return
            }
            do {
                return take(try FindingForm.statements(in: reply.text))
            } catch let error as FindingForm.FormError {
                guard !isRepaired else {
                    reasoning.failure = "its findings cannot be read: \(error.reason)"
                    return
                }
                isRepaired = true
                mayCall = false
                messages.append(ModelCorrespondence.complaint(error.reason))
            }
        }
        reasoning.failure = "it stated no findings within \(limits.rounds) requests"
    }

    /// A reply; nil where the model wrote a call that the service could not read, of which it was told.
    private mutating func reply(to request: ModelRequest) async throws -> ModelReply? {
        do {
            return try await correspondence.reply(to: request)
        } catch let error as ModelError where error.code == .toolCallUnreadable && invalidRounds == 0 {
            invalidRounds += 1
            let words =
                "Your call of a tool could not be read: \(DataFence.line(error.detail)). Call it again with arguments "
                + "that are one JSON object of its schema, or answer without it."
            messages.append(ModelMessage(.user, text: words))
            return nil
        }
    }

    /// Keeps the findings that pass the check.
    private mutating func take(_ statements: [FindingForm.Statement]) {
        let form = FindingForm(evidence, question: task.question, wording: WordingRule(maySuggest: report.veto == nil))
        // What a strategist points out is withheld with the rest of the suggestions under a veto.
        let rule = declaration.name == "strategist" ? "management.model" : "model"
        for statement in statements {
            switch form.finding(statement, agent: declaration.name, rule: rule) {
            case .success(let finding): reasoning.findings.append(finding)
            case .failure(let error): reasoning.dropped.append(.init(claim: statement.claim, reason: error.reason))
            }
        }
    }

    // MARK: - Tools

    /// Runs the calls of a reply side by side and tells the model what they returned, in its order.
    private mutating func answer(_ toolCalls: [ModelToolCall]) async throws {
        var results: [ModelToolResult?] = toolCalls.map { _ in nil }
        var planned: [(rank: Int, call: PlannedCall)] = []
        var isInvalid = false
        for (rank, call) in toolCalls.enumerated() {
            func refuse(_ reason: String) {
                results[rank] = ModelToolResult(id: call.id, name: call.name, content: reason, isError: true)
            }
            guard mayCall else {
                refuse("no more tools may be called; state your findings")
                continue
            }
            guard calls < limits.calls else {
                refuse("at most \(limits.calls) tools may be called; state your findings")
                continue
            }
            guard let arguments = call.arguments else {
                isInvalid = true
                refuse("the arguments are not one JSON object")
                continue
            }
            do {
                let domain = try tools.check(ToolCall(call.name, arguments))
                calls += 1
                planned.append(
                    (rank, PlannedCall(evidence: block.identifier(domain), call: ToolCall(call.name, arguments)))
                )
            } catch {
                isInvalid = true
                refuse(String(describing: error))
            }
        }
        for (rank, planned, outcome) in try await outcomes(of: planned) {
            let call = toolCalls[rank]
            switch outcome {
            case .success(let evidence):
                reasoning.evidence.append(evidence)
                reasoning.calls.append(.init(planned: planned))
                let content = content(of: evidence)
                results[rank] = ModelToolResult(id: call.id, name: call.name, content: content)
            case .failure(let error):
                reasoning.calls.append(.init(planned: planned, failure: error.description))
                results[rank] = ModelToolResult(id: call.id, name: call.name, content: error.description, isError: true)
            }
        }
        if isInvalid { invalidRounds += 1 }
        if invalidRounds > 1 || calls >= limits.calls || outputBytes >= limits.toolOutputBytes { mayCall = false }
        messages.append(ModelMessage(.user, results.compactMap { $0 }.map { .toolResult($0) }))
    }

    private func outcomes(
        of planned: [(rank: Int, call: PlannedCall)]
    ) async throws -> [(Int, PlannedCall, Result<Evidence, CallFailure>)] {
        try await withThrowingTaskGroup(of: (Int, Result<Evidence, CallFailure>).self) { [tools] group in
            for (position, entry) in planned.enumerated() {
                group.addTask {
                    do {
                        return (position, .success(try await tools.run(entry.call)))
                    } catch is CancellationError {
                        throw CancellationError()
                    } catch {
                        return (position, .failure(CallFailure(description: String(describing: error))))
                    }
                }
            }
            var outcomes: [Int: Result<Evidence, CallFailure>] = [:]
            for try await (position, outcome) in group { outcomes[position] = outcome }
            return planned.enumerated().compactMap { position, entry in
                outcomes[position].map { (entry.rank, entry.call, $0) }
            }
        }
    }

    /// Evidence as the model gets it, cut to what is left of the limit.
    private mutating func content(of evidence: Evidence) -> String {
        let room = limits.toolOutputBytes - outputBytes
        guard room > 200 else { return "the limit of tool output is reached; state your findings" }
        let offer = EvidenceOffer([evidence], limits: .init(facts: 120, bytes: min(12_000, room * 2 / 3)))
        let gaps = evidence.gaps.prefix(10).map { "missing: " + DataFence.line($0) }
        let told = ([offer.text] + gaps).filter { !$0.isEmpty }.joined(separator: "\n")
        let passages = EvidenceBrief.passages(evidence.passages, bytes: room / 3)
        let content = DataFence.fenced(told, as: evidence.id) + (passages.isEmpty ? "" : "\n" + passages)
        outputBytes += content.utf8.count
        return content
    }

    // MARK: - The brief

    private var brief: String {
        let others = task.reports.flatMap { $0.findings + ($0.reasoning?.findings ?? []) }
        let relevant = (report.findings + others).flatMap(\.evidence)
        let known = task.reports.flatMap(\.allEvidence) + report.evidence
        let offer = EvidenceOffer(known, relevant: relevant, limits: .init(facts: 160, bytes: 14_000))
        var parts = ["The owner's question:", DataFence.fenced(task.question, as: "question")]
        if !offer.text.isEmpty { parts += ["The facts:", DataFence.fenced(offer.text, as: "facts")] }
        let passages = EvidenceBrief.passages(known.flatMap(\.passages), bytes: 8_000)
        if !passages.isEmpty { parts += ["The passages:", passages] }
        if !report.findings.isEmpty {
            parts += ["What the rules found; it stands whatever you add:", EvidenceBrief.findings(report.findings)]
        }
        if !others.isEmpty { parts += ["What the agents before you found:", EvidenceBrief.findings(others)] }
        let gaps = EvidenceBrief.gaps(known)
        if !gaps.isEmpty { parts += ["What is missing:", gaps] }
        if let veto = (task.reports + [report]).compactMap(\.veto).first {
            parts.append("Suggestions are withheld in this turn: \(DataFence.line(veto)). Nothing lifts this.")
        }
        return parts.joined(separator: "\n")
    }
}

/// Why a tool returned nothing to a model.
private struct CallFailure: Error {
    var description: String
}
