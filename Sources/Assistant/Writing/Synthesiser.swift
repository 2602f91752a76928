import Agents
import Evidence
import LanguageModels

/// Has a model write the answer, and lets out of it what passes the check, sentence by sentence.
struct Synthesiser {
    /// How the writing ended.
    enum Ending {
        /// The model's text is complete.
        case complete
        /// The owner stopped it.
        case interrupted
        /// The model failed.
        case failed(ModelError)
    }

    /// What came of it.
    struct Outcome {
        var ending: Ending
        var answer: Answer
        /// Facts that the answer's figures were matched with.
        var factsTold: Set<String>
        var grounding: GroundingSummary
        var record: WritingRecord
        /// Whether nothing of it passed the check.
        var isAllRefused: Bool
    }

    let model: any LanguageModel
    let prompt: String
    let tier: ModelTier
    /// Whether the model is asked once more for sentences that fail.
    let repairs: Bool
    let request: Request
    let reports: [AgentReport]
    /// Magnus's own answer: what stands in where a sentence fails, and what tells which facts matter.
    let deterministic: Answer
    let maySuggest: Bool
    let emit: @Sendable (TurnEvent) -> Void

    /// The most tokens an answer has.
    static let outputTokens = 2_048
    /// Who asks, in the ledger of calls.
    static let agent = "synthesiser"

    func write() async -> Outcome {
        let evidence = reports.flatMap(\.allEvidence)
        let relevant = GroundingCheck(evidence: evidence, question: request.questionWithTickers).check(deterministic).1
            .figures.flatMap { $0.sources.prefix(1) }
        var room = model.inputTokens(for: question([]))
        var (brief, share) = brief(relevant, within: room)
        let marks = Dictionary(brief.citations.map { ($0.number, $0.passage) }, uniquingKeysWith: { first, _ in first })
        let grounding = Grounding(evidence: evidence, question: request.questionWithTickers, citations: marks)
        let gated = GatedAnswer(
            evidence: evidence,
            grounding: grounding,
            subjects: request.symbols.count == 1 ? request.symbols : [],
            statements: DeterministicStatements(deterministic, evidence: evidence, grounding: grounding),
            wording: WordingRule(maySuggest: maySuggest),
            mayHold: repairs
        )
        let draft = AnswerDraft(gated, emit: emit)
        var correspondence = ModelCorrespondence(with: model)
        var asked = 0
        var ending = Ending.complete
        var writer: ModelName?
        var shortfall: String?
        do {
            var messages = [ModelMessage(.user, text: brief.text)]
            let reply: ModelReply
            do {
                reply = try await correspondence.reply(to: question(messages)) { await draft.take($0) }
            } catch let error as ModelError where error.code == .tooLong && error.contextTokens != nil {
                // Its service says how much it reads: one shorter try.
                let sent = question(messages)
                let known = model.inputTokens(for: sent) ?? (error.contextTokens ?? 0) * 3 / 4
                room = min(known, sent.estimatedInputTokens * 3 / 4)
                (brief, share) = self.brief(relevant, within: room)
                guard share < 1 else { throw error }
                messages = [ModelMessage(.user, text: brief.text)]
                reply = try await correspondence.reply(to: question(messages)) { await draft.take($0) }
            }
            writer = reply.model
            try await draft.end(reply)
            shortfall = reply.shortfall
            let refused = await draft.waiting
            if !refused.isEmpty {
                asked = refused.count
                let again = messages + [reply.message, ModelMessage(.user, text: SynthesisBrief.repair(refused))]
                await draft.repair(try await repaired(again, count: asked, &correspondence))
            }
        } catch let error as ModelError {
            await draft.cut()
            ending = .failed(error)
        } catch is CancellationError {
            await draft.cut()
            ending = .interrupted
            // What was shown until then is this one's.
            writer = await draft.writer
        } catch {
            await draft.cut()
            ending = .failed(ModelError(.malformedReply, detail: String(describing: error)))
        }
        var outcome = await outcome(ending, draft.gated, brief, writer, asked, correspondence.exchanges)
        // What did not pass is not given again.
        if !outcome.record.refusals.isEmpty { correspondence.forgetReplies() }
        outcome.record.failure = outcome.record.failure ?? shortfall
        outcome.record.room = room
        if share < 1, let room {
            outcome.record.shortened =
                "it reads \(room) tokens beside its reply, so that facts and passages of less relevance were left out"
        }
        return outcome
    }

    /// As much of the brief as a model reads, and the part of the usual size that its facts and passages have.
    private func brief(_ relevant: [String], within room: Int?) -> (SynthesisBrief, share: Double) {
        var share = 1.0
        while true {
            let brief = SynthesisBrief(
                request: request,
                reports: reports,
                relevant: relevant,
                maySuggest: maySuggest,
                share: share
            )
            let size = question([ModelMessage(.user, text: brief.text)]).estimatedInputTokens
            guard let room, size > room, share > 0.05 else { return (brief, share) }
            share *= 0.75
        }
    }

    private func question(_ messages: [ModelMessage]) -> ModelRequest {
        ModelRequest(
            agent: Synthesiser.agent,
            tier: tier,
            system: prompt,
            messages: messages,
            toolChoice: .none,
            maximumOutputTokens: Synthesiser.outputTokens
        )
    }

    /// Sentences the model wrote again; none where it failed, or twice did not keep to the form, for the answer does without them.
    private func repaired(
        _ messages: [ModelMessage],
        count: Int,
        _ correspondence: inout ModelCorrespondence
    ) async throws -> [Int: String] {
        do {
            let value = try await correspondence.value(of: SynthesisBrief.repairForm, to: question(messages))
            return SynthesisBrief.repairs(in: value, count: count)
        } catch is ModelError {
            return [:]
        }
    }

    private func outcome(
        _ ending: Ending,
        _ gated: GatedAnswer,
        _ brief: SynthesisBrief,
        _ writer: ModelName?,
        _ asked: Int,
        _ exchanges: [ModelExchange]
    ) -> Outcome {
        let report = gated.report
        let cited = Set(
            report.figures.compactMap { entry -> String? in
                if case .citation(let target) = entry.status { return target }
                return nil
            }
        )
        var grounding = GroundingSummary(report)
        grounding.figures += gated.struckFigures
        grounding.checked += gated.struckFigures.count
        grounding.struck += gated.struckFigures.count
        var failure: String?
        switch ending {
        case .complete: break
        case .interrupted: failure = "interrupted"
        case .failed(let error): failure = error.description
        }
        return Outcome(
            ending: ending,
            answer: Answer(markdown: gated.shown, citations: brief.citations.filter { cited.contains($0.passage) }),
            factsTold: Set(grounding.figures.flatMap(\.sources)),
            grounding: grounding,
            record: WritingRecord(
                model: writer,
                exchanges: exchanges,
                refusals: gated.refusals,
                repairsAsked: asked,
                failure: failure
            ),
            isAllRefused: gated.isAllRefused
        )
    }
}

/// The answer as it grows while pieces of a reply arrive.
private actor AnswerDraft {
    private(set) var gated: GatedAnswer
    private let fresh: GatedAnswer
    private let emit: @Sendable (TurnEvent) -> Void
    private var hasText = false
    /// What waits to be released: marks alone are shown only with something beside them.
    private var pending = ""
    private var hasReleased = false
    /// Who writes.
    private(set) var writer: ModelName?

    init(_ gated: GatedAnswer, emit: @escaping @Sendable (TurnEvent) -> Void) {
        self.gated = gated
        fresh = gated
        self.emit = emit
    }

    /// Sentences that wait for being written again.
    var waiting: [GatedAnswer.Refused] { gated.waiting }

    func take(_ event: ModelEvent) {
        switch event {
        case .began(let model):
            writer = model
            guard hasText else { break }
            let hadShown = hasReleased
            gated = fresh
            hasText = false
            pending = ""
            hasReleased = false
            if hadShown { emit(.restarted(model)) }
        case .text(let text):
            hasText = hasText || !text.isEmpty
            release(gated.append(text))
        case .reasoning, .toolCall: break
        }
    }

    /// Ends the text.
    ///
    /// - Throws: `ModelError` where the reply is no answer.
    func end(_ reply: ModelReply) throws {
        // Every piece of a reply is handed on as it comes; one that came whole is taken whole.
        if !hasText { take(.text(reply.text)) }
        let (provider, model) = (reply.model.provider, reply.model.model)
        let shortfall = reply.shortfall.map { DataFence.line($0) }
        func failure(_ code: ModelError.Code, _ detail: String) -> ModelError {
            ModelError(code, provider: provider, model: model, detail: detail)
        }
        if case .refused = reply.ending, let shortfall { throw failure(.malformedReply, shortfall) }
        guard reply.text.contains(where: { !$0.isWhitespace }) else {
            throw failure(
                reply.ending == .length ? .outputLimit : .malformedReply,
                "it wrote nothing" + (shortfall.map { ": " + $0 } ?? "")
            )
        }
        guard let shortfall else { return release(gated.finish()) }
        release(gated.finishTorn())
        guard gated.shown.contains(where: \.isLetter) else {
            throw failure(.outputLimit, shortfall + ", within its first sentence")
        }
    }

    func repair(_ repairs: [Int: String]) {
        release(gated.repair(repairs))
    }

    func cut() {
        gated.cut()
    }

    private func release(_ text: String) {
        pending += text
        guard !pending.isEmpty, !gated.isAllRefused else { return }
        emit(.released(pending))
        pending = ""
        hasReleased = true
    }
}
