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
        // What did not pass is not given again.
        if !work.reasoning.dropped.isEmpty || work.reasoning.failure != nil { work.correspondence.forgetReplies() }
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
    /// Tokens that a request may have; nil where that is not known.
    private var room: Int?
    /// Bytes that tools may still return in this round, by that.
    private var bytesLeft: Int?
    private var isShortened = false

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
        mayCall = !tools.offers.isEmpty
        room = correspondence.inputTokens(for: request)
        try begin()
        var isRepaired = false
        for round in 1...limits.rounds {
            if round == limits.rounds { mayCall = false }
            guard let reply = try await reply(to: request) else { continue }
            messages.append(reply.message)
            if !reply.message.toolCalls.isEmpty {
                guard mayCall else {
                    reasoning.failure = "it called tools where no more may be called"
                    return
                }
                guard reply.ending != .length else {
                    reasoning.failure = reply.shortfall
                    return
                }
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
                // Asked again, it would come to the same end.
                if reply.ending == .length {
                    reasoning.failure = reply.shortfall
                    return
                }
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

    /// What is asked next.
    private var request: ModelRequest {
        let hasCalled = messages.contains { !$0.toolCalls.isEmpty }
        return ModelRequest(
            agent: declaration.name,
            tier: declaration.modelTier,
            system: declaration.prompt + "\n\n" + FindingForm.instructions,
            messages: messages,
            tools: mayCall || hasCalled ? tools.offers : [],
            toolChoice: mayCall ? .automatic : .none,
            // Some services take no form together with tools, so the form is asked for when no more are called.
            outputSchema: mayCall ? nil : FindingForm.schema,
            maximumOutputTokens: limits.outputTokens
        )
    }

    /// Parts of a brief's usual size that are tried where the model reads little, the most of it first.
    private static let shares = [1, 0.7, 0.5, 0.35, 0.2, 0.1]

    /// Begins with as much of the brief as the model reads: what is least relevant is left out first, then the tools.
    ///
    /// - Throws: `ModelError` where it reads too little for any of it.
    private mutating func begin() throws {
        let mayCallTools = mayCall
        for offersTools in mayCallTools ? [true, false] : [false] {
            mayCall = offersTools
            for share in Self.shares {
                messages = [ModelMessage(.user, text: brief(share))]
                // What tools return needs room too.
                guard let room, request.estimatedInputTokens > (offersTools ? room * 3 / 4 : room) else {
                    if share < 1 || offersTools != mayCallTools {
                        reasoning.shortened =
                            "it reads \(room ?? 0) tokens beside its reply; what was least relevant"
                            + (offersTools == mayCallTools ? "" : " and its tools") + " were left out"
                    }
                    return
                }
            }
        }
        throw ModelError(
            .tooLong,
            detail: "the model reads \(room ?? 0) tokens beside its reply, fewer than it would have to be told"
        )
    }

    /// A reply; nil where the model is to be asked once more: it wrote a call that the service could not read, of which it was
    /// told, or the request was too long for it and was made shorter.
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
        } catch let error as ModelError where error.code == .tooLong && error.contextTokens != nil && !isShortened {
            isShortened = true
            let known = correspondence.inputTokens(for: request) ?? (error.contextTokens ?? 0) * 3 / 4
            room = min(known, request.estimatedInputTokens * 3 / 4)
            // What tools returned stands among the facts from here on.
            if messages.count > 1 { mayCall = false }
            try begin()
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
        bytesLeft = room.map { 2 * ($0 - request.estimatedInputTokens) }
        var planned: [(rank: Int, call: PlannedCall)] = []
        var isInvalid = false
        for (rank, call) in toolCalls.enumerated() {
            func refuse(_ reason: String) {
                results[rank] = ModelToolResult(id: call.id, name: call.name, content: reason, isError: true)
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
        if let bytesLeft, bytesLeft < 2_000 { mayCall = false }
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
        let room = min(limits.toolOutputBytes - outputBytes, bytesLeft ?? .max)
        guard room > 200 else { return "the limit of tool output is reached; state your findings" }
        let offer = EvidenceOffer([evidence], limits: .init(facts: 120, bytes: min(12_000, room * 2 / 3)))
        let gaps = evidence.gaps.prefix(10).map { "missing: " + DataFence.line($0) }
        let told = ([offer.text] + gaps).filter { !$0.isEmpty }.joined(separator: "\n")
        let passages = EvidenceBrief.passages(evidence.passages, bytes: room / 3)
        let content = DataFence.fenced(told, as: evidence.id) + (passages.isEmpty ? "" : "\n" + passages)
        outputBytes += content.utf8.count
        bytesLeft? -= content.utf8.count
        return content
    }

    // MARK: - The brief

    /// - Parameter share: The part of the usual size that facts and passages have.
    private func brief(_ share: Double) -> String {
        func part(_ size: Double) -> Int { Int(size * share) }
        let others = task.reports.flatMap { $0.findings + ($0.reasoning?.findings ?? []) }
        let relevant = (report.findings + others).flatMap(\.evidence)
        let known = task.reports.flatMap(\.allEvidence) + report.evidence + reasoning.evidence
        let offer = EvidenceOffer(known, relevant: relevant, limits: .init(facts: part(160), bytes: part(14_000)))
        var parts = ["The owner's question:", DataFence.fenced(task.question, as: "question")]
        if !offer.text.isEmpty { parts += ["The facts:", DataFence.fenced(offer.text, as: "facts")] }
        let passages = EvidenceBrief.passages(known.flatMap(\.passages), bytes: part(8_000))
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
