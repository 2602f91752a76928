import Agents
import Evidence
import LanguageModels

/// A checked answer, with who worded it.
struct Wording {
    var answer: Answer
    var grounding: GroundingSummary
    var writer = Wording.composer
    var warnings: [String] = []
    var record: WritingRecord?
    /// Whether the owner stopped it before its end.
    var isInterrupted = false

    /// Who words an answer where no model does.
    static let composer = "deterministic composer"

    /// What the check leaves of an answer that Magnus composed.
    init(_ answer: Answer, over reports: [AgentReport], question: String) {
        let evidence = reports.flatMap(\.allEvidence)
        (self.answer, grounding) = GroundingCheck(evidence: evidence, question: question).check(answer)
        if grounding.struck > 0 {
            warnings.append(
                grounding.struck == 1
                    ? "1 figure could not be traced to data and was struck"
                    : "\(grounding.struck) figures could not be traced to data and were struck"
            )
        }
    }

    /// What a model wrote, checked when it was released, with what Magnus adds below.
    init(written: Synthesiser.Outcome, addition: Wording) {
        answer = written.answer
        answer.blocks += addition.answer.blocks
        grounding = written.grounding
        grounding.checked += addition.grounding.checked
        grounding.matched += addition.grounding.matched
        grounding.struck += addition.grounding.struck
        grounding.figures += addition.grounding.figures
        record = written.record
        if let model = written.record.model { writer = "\(model) checked by Magnus" }
        warnings = written.record.warnings + addition.warnings
    }
}

extension Wording {
    /// Magnus's own answer where nothing that a model wrote passed the check. What was struck of it is counted all the same.
    fileprivate init(_ own: Wording, insteadOf written: Synthesiser.Outcome) {
        self = own
        let struck = written.grounding.figures.filter { $0.status == "struck" }
        grounding.checked += struck.count
        grounding.struck += struck.count
        grounding.figures += struck
        record = written.record
        let name = written.record.model?.description ?? "the model"
        let count = written.record.refusals.count
        writer = "\(Wording.composer) (nothing that \(name) wrote passed the check)"
        warnings.insert(
            "nothing that \(name) wrote passed the check (\(count == 1 ? "1 statement" : "\(count) statements") refused); "
                + "Magnus worded the answer itself",
            at: 0
        )
    }
}

/// A model that writes an answer, and how it is asked.
struct AnswerWriter {
    var model: any LanguageModel
    /// What it is told to be.
    var prompt: String
    var tier: ModelTier
    /// Whether it is asked once more for sentences that fail.
    var repairs: Bool
}

extension Assistant {
    /// The answer in the words of the turn's model where its route has one write, else, or where it fails, in Magnus's own.
    func wording(
        of turn: Turn,
        _ route: ModelRouting.Route?,
        _ composer: Composer,
        _ progress: @escaping @Sendable (TurnEvent) -> Void
    ) async throws -> Wording {
        var writer: AnswerWriter?
        if let model = turn.model, let route, let tier = route.writer, let prompt = policy?.synthesiserPrompt {
            writer = AnswerWriter(model: model, prompt: prompt, tier: tier, repairs: route.repairs)
        }
        return try await Wording.worded(by: writer, composer, allowsFallback: turn.allowsFallback) { event in
            if !turn.isStrict { progress(event) }
        }
    }
}

extension Wording {
    /// The answer in the words of `writer`, else, or where it fails, in Magnus's own.
    ///
    /// - Throws: `ModelError` where the model failed and `allowsFallback` is false, `CancellationError`.
    static func worded(
        by writer: AnswerWriter?,
        _ composer: Composer,
        allowsFallback: Bool,
        emit: @escaping @Sendable (TurnEvent) -> Void
    ) async throws -> Wording {
        let composed = composer.compose()
        func own(_ answer: Answer) -> Wording {
            Wording(answer, over: composer.reports, question: composer.request.questionWithTickers)
        }
        guard let writer else { return own(composed) }
        emit(.writing)
        let synthesiser = Synthesiser(
            model: writer.model,
            prompt: writer.prompt,
            tier: writer.tier,
            repairs: writer.repairs,
            request: composer.request,
            reports: composer.reports,
            deterministic: composed,
            maySuggest: composer.maySuggest,
            emit: emit
        )
        let outcome = await synthesiser.write()
        var addition = Answer()
        switch outcome.ending {
        case .complete where outcome.isAllRefused:
            guard allowsFallback else {
                throw ModelError(
                    .malformedReply,
                    provider: outcome.record.model?.provider ?? "",
                    model: outcome.record.model?.model ?? "",
                    detail: "nothing that it wrote passed the check"
                )
            }
            return Wording(own(composed), insteadOf: outcome)
        case .complete:
            if outcome.record.failure != nil {
                addition.blocks.append(
                    .note(
                        "The model's reply ended before it was complete; a sentence that it did not finish is left out."
                    )
                )
            }
            if let note = composer.scenarioNote { addition.blocks.append(note) }
            addition.blocks += composer.afterword(told: outcome.factsTold, composed: composed)
            var wording = Wording(written: outcome, addition: own(addition))
            if let failure = outcome.record.failure {
                wording.warnings.insert("the model's reply is not complete: \(failure)", at: 0)
            }
            return wording
        case .interrupted:
            guard !outcome.answer.blocks.isEmpty, !outcome.isAllRefused else { throw CancellationError() }
            addition.blocks = [.note("Interrupted: the answer stops here.")]
            var wording = Wording(written: outcome, addition: own(addition))
            wording.isInterrupted = true
            let name = outcome.record.model?.description ?? "a model"
            wording.writer = "\(name), interrupted, checked by Magnus"
            wording.warnings.append("the answer was interrupted; what stands here was checked")
            return wording
        case .failed(let error):
            guard allowsFallback else { throw error }
            var wording: Wording
            if outcome.answer.blocks.isEmpty || outcome.isAllRefused {
                wording = own(composed)
                wording.record = outcome.record
                wording.warnings += outcome.record.warnings
            } else {
                addition = composed
                addition.blocks.insert(.note("The model stopped here. What follows is Magnus's own wording."), at: 0)
                // The marks of the two parts would collide; what the model cited is found in the record.
                wording = Wording(written: outcome, addition: own(addition))
                wording.answer.citations = composed.citations
            }
            let name = [error.provider, error.model].filter { !$0.isEmpty }.joined(separator: "/")
            wording.writer = "\(Wording.composer) (\(name.isEmpty ? "model" : name) failed: \(error.detail))"
            wording.warnings.insert("the model failed, Magnus worded the answer itself: \(error.description)", at: 0)
            return wording
        }
    }
}

extension WritingRecord {
    /// What the owner should know of statements that were not shown.
    var warnings: [String] {
        var warnings: [String] = []
        if let shortened { warnings.append("the model was told less: \(shortened)") }
        guard !refusals.isEmpty else { return warnings }
        let count = refusals.count
        let statements = count == 1 ? "1 statement of the model" : "\(count) statements of the model"
        return warnings + ["\(statements) could not be traced to data: \(replaced) replaced, \(struck) struck"]
    }
}

extension [ModelExchange] {
    /// What the owner should know of models that failed where another one answered, once for each pair.
    var fallbackWarnings: [String] {
        var told: Set<[ModelName]> = []
        return compactMap(\.reply).flatMap { reply in
            (reply.passedOver ?? []).compactMap { failed -> String? in
                guard told.insert([failed.model, reply.model]).inserted else { return nil }
                return "\(failed.model) failed: \(failed.detail); \(reply.model) answered instead"
            }
        }
    }
}

extension AgentReasoning {
    /// What the owner should know of a model's part in an agent's work.
    func warnings(of agent: String) -> [String] {
        var warnings: [String] = []
        if let shortened { warnings.append("\(agent): the model was told less: \(shortened)") }
        if let failure { warnings.append("\(agent): the model added nothing: \(failure)") }
        if !dropped.isEmpty {
            warnings.append(
                dropped.count == 1
                    ? "\(agent): 1 finding of the model did not pass the check and was dropped"
                    : "\(agent): \(dropped.count) findings of the model did not pass the check and were dropped"
            )
        }
        return warnings
    }
}
