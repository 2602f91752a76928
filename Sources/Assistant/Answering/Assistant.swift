public import Agents
import Evidence
import Foundation
public import LanguageModels
import Markets

/// One turn of conversation, from question to checked answer.
///
/// The street is one-way: understand, plan, let the agents work, compose, check, record. The assistant holds no data of
/// its own; a turn's data comes with its context.
public struct Assistant: Sendable {
    private let registry: ToolRegistry
    private let pipeline: AgentPipeline
    let policy: ModelPolicy?

    /// An assistant of the given tools and agents.
    ///
    /// - Parameter policy: How it uses the model of a turn; nil where it words every answer by itself.
    public init(registry: ToolRegistry, pipeline: AgentPipeline, policy: ModelPolicy? = nil) {
        self.registry = registry
        self.pipeline = pipeline
        self.policy = policy
    }

    /// What a turn is asked and with what data.
    public struct Turn: Sendable {
        /// The question as it was understood.
        public var request: Request
        /// Where the turn's data is.
        public var context: ToolContext
        /// The run of turns it belongs to.
        public var session: String
        /// Its rank in the session, from 1.
        public var number: Int
        /// The decision before it; nil for the first.
        public var previous: Decision?
        /// Whether an answer with struck figures or low confidence is refused.
        public var isStrict: Bool
        /// Below this confidence a strict answer is refused, 0 to 1.
        public var minimumConfidence: Double
        /// What writes the answer; nil where Magnus words it by itself.
        public var model: (any LanguageModel)?
        /// Whether Magnus words the answer by itself where the model fails; else the turn fails with it.
        public var allowsFallback = true

        /// A turn with all its values.
        public init(
            request: Request,
            context: ToolContext,
            session: String,
            number: Int,
            previous: Decision? = nil,
            isStrict: Bool = false,
            minimumConfidence: Double = Confidence.suggestionLimit
        ) {
            self.request = request
            self.context = context
            self.session = session
            self.number = number
            self.previous = previous
            self.isStrict = isStrict
            self.minimumConfidence = minimumConfidence
        }
    }

    /// Answers a turn.
    ///
    /// - Parameter progress: Told what happens meanwhile, and, where a model writes, the answer as it passes the check. A
    ///   strict answer is told of at the end alone, for it may be refused.
    /// - Returns: The whole record of the turn, the answer in it. Where the turn was stopped while a model wrote, it holds what
    ///   had been released, marked as interrupted.
    /// - Throws: `AssistantError` where the turn cannot be answered at all, `ModelError` where its model failed and it allows
    ///   no fallback, `CancellationError` when it was stopped.
    public func answer(
        _ turn: Turn,
        progress: @escaping @Sendable (TurnEvent) -> Void = { _ in }
    ) async throws -> Decision {
        let request = turn.request
        if request.intent.needsPortfolio, case .notSupplied = turn.context.portfolio, request.intent != .price {
            throw AssistantError.noPortfolio(turn.context)
        }
        if request.intent == .explanation || request.intent == .sources {
            return try explanation(turn)
        }
        let route = turn.model == nil ? nil : policy?.routing.route(request.intent)
        var reasoners: [String: AgentReasoner] = [:]
        if let model = turn.model {
            for name in route?.agents ?? [] { reasoners[name] = AgentReasoner(model: model) }
        }
        let plan = Planner(today: turn.context.market.today).plan(request)
        let reports = try await pipeline.run(
            question: request.question,
            plan: plan,
            registry: registry,
            context: turn.context,
            reasoners: reasoners,
            began: { progress(.began($0)) }
        )
        if !turn.allowsFallback, let error = reports.compactMap(\.reasoning?.exchanges.last?.failure?.modelError).first
        {
            throw error
        }
        let confidence = Confidence(reports)
        let composer = Composer(request, reports, confidence)
        let wording = try await wording(of: turn, route, composer, progress)
        return try finished(turn, plan: plan, reports: reports, wording: wording, confidence: confidence).identified()
    }

    /// Answers a request with tools alone: no model, no rules but where the question is one of risk, the same check. It has no
    /// id, for it is not recorded.
    ///
    /// - Throws: `AssistantError` or `ToolError` where the data cannot be had.
    public func tabulate(_ turn: Turn) async throws -> Decision {
        if turn.request.intent.needsPortfolio, case .notSupplied = turn.context.portfolio {
            throw AssistantError.noPortfolio(turn.context)
        }
        let isOfRisk = turn.request.intent == .risk
        let plan = Planner(today: turn.context.market.today).plan(turn.request, withRules: isOfRisk)
        if isOfRisk {
            // Tables alone would leave out what the rules find in them.
            let reports = try await pipeline.run(
                question: turn.request.question,
                plan: plan,
                registry: registry,
                context: turn.context,
                reasoners: [:],
                began: { _ in }
            )
            return tabulated(turn, plan, reports)
        }
        var evidence: [Evidence] = []
        for agent in pipeline.order {
            for planned in plan[agent] ?? [] {
                let tools = ToolRunner(registry: registry, context: turn.context, allowed: [planned.call.tool])
                evidence.append(try await tools.run(planned))
            }
        }
        return tabulated(turn, plan, [AgentReport(agent: "tools", evidence: evidence)])
    }

    private func tabulated(_ turn: Turn, _ plan: [String: [PlannedCall]], _ reports: [AgentReport]) -> Decision {
        let composer = Composer(request: turn.request, reports: reports, maySuggest: false)
        return finished(
            turn,
            plan: plan,
            reports: reports,
            wording: Wording(composer.compose(), over: reports, question: turn.request.questionWithTickers),
            confidence: Confidence(reports)
        )
    }

    /// What the answer before rests on.
    private func explanation(_ turn: Turn) throws -> Decision {
        guard let previous = turn.previous else { throw AssistantError.nothingToExplain }
        let answer = Explanation.answer(to: turn.request, of: previous)
        return try finished(
            turn,
            plan: previous.plan,
            reports: previous.reports,
            wording: Wording(answer, over: previous.reports, question: turn.request.questionWithTickers),
            confidence: previous.confidence
        )
        .identified()
    }

    /// Makes the record of a checked answer, without its id.
    private func finished(
        _ turn: Turn,
        plan: [String: [PlannedCall]],
        reports: [AgentReport],
        wording: Wording,
        confidence: Confidence
    ) -> Decision {
        let grounding = wording.grounding
        var warnings = wording.warnings
        for report in reports {
            switch report.outcome {
            case .completed: break
            case .failed(let reason): warnings.append("\(report.agent) failed: \(reason)")
            case .timedOut: warnings.append("\(report.agent) did not end in time")
            }
            if let reasoning = report.reasoning { warnings += reasoning.warnings(of: report.agent) }
        }
        let exchanges = reports.flatMap { $0.reasoning?.exchanges ?? [] } + (wording.record?.exchanges ?? [])
        warnings += exchanges.fallbackWarnings
        var exitCode = hasData(turn.request, reports) ? 0 : 3
        // The index cannot be read, which is no lack of documents.
        if turn.request.intent == .documents, reports.couldNotSearch { exitCode = 9 }
        if turn.isStrict, grounding.struck > 0 || confidence.value < turn.minimumConfidence { exitCode = 4 }
        if wording.isInterrupted { exitCode = 130 }
        return Decision(
            id: "",
            session: turn.session,
            turn: turn.number,
            now: turn.context.market.now,
            request: turn.request,
            plan: plan,
            holdings: turn.context.holdings,
            reports: reports,
            writer: wording.writer,
            answer: wording.answer,
            text: wording.answer.plainText(evidence: reports.flatMap(\.allEvidence)),
            grounding: grounding,
            confidence: confidence,
            warnings: warnings,
            exitCode: exitCode,
            writing: wording.record
        )
    }

    /// Whether the turn's data holds what was asked for.
    private func hasData(_ request: Request, _ reports: [AgentReport]) -> Bool {
        switch request.intent {
        case .documents: return FactIndex(reports.flatMap(\.evidence)).text("answered") == "yes"
        case .price: return !FactIndex(reports.flatMap(\.evidence)).subjects(with: FactLabel.mark).isEmpty
        case let intent where intent.asksSources:
            return FactIndex(reports.flatMap(\.evidence)).text(FactLabel.answered) == "yes"
        default:
            return !reports.contains { report in
                // An answer whose every agent failed holds nothing.
                report.outcome != .completed && reports.allSatisfy { $0.evidence.isEmpty }
            }
        }
    }
}

/// Why a turn could not be answered at all.
public enum AssistantError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The question needs holdings, and none were supplied.
    case portfolioNotSupplied
    /// The question needs holdings, and what should tell them failed, for these reasons.
    case holdingsUnavailable(reasons: [String])
    /// The question needs holdings, and every source of them refused the key or the sign-in, for these reasons.
    case accessRefused(reasons: [String])
    /// "Why?" was asked before anything else.
    case nothingToExplain
    /// The record of the turn could not be written as JSON.
    case recordNotEncodable(reason: String)

    /// What is wrong where a turn has no portfolio: the sources that failed, else that there is none.
    fileprivate static func noPortfolio(_ context: ToolContext) -> AssistantError {
        if context.accessRefused { return .accessRefused(reasons: context.notes) }
        return context.notes.isEmpty ? .portfolioNotSupplied : .holdingsUnavailable(reasons: context.notes)
    }

    /// What is wrong and what to do.
    public var description: String {
        switch self {
        case .portfolioNotSupplied:
            return
                "no portfolio was supplied; import one with `magnus import FILE.csv --yes`, connect a broker (`magnus "
                + "sources --all` says how), or add --demo to try the demo portfolio"
        case .holdingsUnavailable(let reasons), .accessRefused(let reasons):
            return reasons.joined(separator: "; ")
        case .nothingToExplain:
            return "there is no earlier answer to explain; ask a question first, or see `magnus log`"
        case .recordNotEncodable(let reason):
            return "the record of this answer could not be written: \(reason); run `magnus doctor`"
        }
    }
}

extension ToolContext {
    /// What holdings the context is about, for the record.
    var holdings: Decision.Holdings {
        switch portfolio {
        case .known(let portfolio):
            return .init(state: "known", name: portfolio.name, isDemo: portfolio.isDemo, source: portfolioSource)
        case .knownEmpty(let portfolio):
            return .init(state: "known_empty", name: portfolio.name, isDemo: portfolio.isDemo, source: portfolioSource)
        case .notSupplied:
            return .init(state: "not_supplied", name: "", isDemo: false, source: "")
        }
    }
}
