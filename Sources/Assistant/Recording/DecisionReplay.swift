import Agents
import LanguageModels
import Synchronization

/// A recorded answer, made anew from its record alone: evidence and findings are worded and checked as they were then, and what a model
/// wrote is taken from its recorded replies. Nothing is asked of any source or service.
public struct DecisionReplay: Sendable {
    /// A part of a record that is not what the replay makes.
    public enum Difference: String, Hashable, Sendable, Codable, CaseIterable {
        /// The record's content does not have its id: it was changed after it was written.
        case id
        /// The answer's blocks or citations.
        case answer
        /// The answer as text.
        case text
        /// What the check found.
        case grounding
        /// How far the answer can be relied on.
        case confidence
        /// Who worded the answer.
        case writer
    }

    /// The record.
    public let recorded: Decision
    /// The same turn, made anew.
    public let replayed: Decision
    /// What differs; empty where the answer is the same to the byte.
    public let differences: [Difference]

    /// Replays `decision`.
    ///
    /// - Parameter previous: The decision before it in its session, which an answer to "why?" explains; nil for others.
    /// - Throws: `AssistantError.nothingToExplain` where `previous` is needed and not given, `AssistantError.recordNotEncodable`.
    public init(_ decision: Decision, after previous: Decision? = nil) async throws {
        let confidence: Confidence
        let wording: Wording
        if let previous, decision.isExplanation {
            confidence = previous.confidence
            wording = Wording(
                Explanation.answer(to: decision.request, of: previous),
                over: decision.reports,
                question: decision.request.questionWithTickers
            )
        } else {
            guard !decision.isExplanation else { throw AssistantError.nothingToExplain }
            confidence = Confidence(decision.reports)
            wording = try await Wording.worded(
                by: decision.recordedWriter,
                Composer(decision.request, decision.reports, confidence),
                allowsFallback: true
            ) { _ in }
        }
        var replayed = decision
        replayed.answer = wording.answer
        replayed.text = wording.answer.plainText(evidence: decision.reports.flatMap(\.allEvidence))
        replayed.grounding = wording.grounding
        replayed.confidence = confidence
        replayed.writer = wording.writer
        recorded = decision
        self.replayed = replayed
        let isIntact = try decision.identified().id == decision.id
        let comparisons: [(Difference, Bool)] = [
            (.id, isIntact),
            (.answer, replayed.answer == decision.answer),
            (.text, replayed.text.utf8.elementsEqual(decision.text.utf8)),
            (.grounding, replayed.grounding == decision.grounding),
            (.confidence, replayed.confidence == decision.confidence),
            (.writer, replayed.writer == decision.writer),
        ]
        differences = comparisons.filter { !$0.1 }.map(\.0)
    }

    /// Whether the record is as it was written.
    public var isIntact: Bool { !differences.contains(.id) }
    /// Whether the answer is the same to the byte, its check with it.
    public var isSame: Bool { differences.allSatisfy { $0 == .id } }
}

extension Decision {
    /// Whether it says what the answer before it rests on.
    public var isExplanation: Bool {
        request.intent == .explanation || request.intent == .sources
    }

    /// The model that wrote the answer, with its recorded replies; nil where none was asked to.
    fileprivate var recordedWriter: AnswerWriter? {
        guard let writing, let first = writing.exchanges.first else { return nil }
        return AnswerWriter(
            model: RecordedModel(writing),
            prompt: first.request.system,
            tier: first.request.tier,
            repairs: writing.repairsAsked > 0
        )
    }
}

/// A model that says again what it was recorded to have said, one exchange after the other.
private final class RecordedModel: LanguageModel {
    private let room: Int?
    private let writer: ModelName?
    private let exchanges: Mutex<[ModelExchange]>

    init(_ writing: WritingRecord) {
        room = writing.room
        writer = writing.model
        // A request that was too long is not sent again: the one after it is of the size that was read.
        let isShortened = writing.exchanges.first?.failure?.code == ModelError.Code.tooLong.rawValue
        exchanges = Mutex(Array(writing.exchanges.dropFirst(isShortened && writing.exchanges.count > 1 ? 1 : 0)))
    }

    func inputTokens(for request: ModelRequest) -> Int? { room }

    func reply(
        to request: ModelRequest,
        receive: @Sendable (ModelEvent) async throws -> Void
    ) async throws -> ModelReply {
        let next = exchanges.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        guard let next else { throw ModelError(.malformedReply, detail: "the record holds no further reply") }
        if let reply = next.reply {
            try await receive(.began(reply.model))
            try await receive(.text(reply.text))
            return reply
        }
        if let text = next.partialText {
            if let writer { try await receive(.began(writer)) }
            try await receive(.text(text))
        }
        guard let failure = next.failure, failure.code != ModelExchange.Failure.stopped else {
            throw CancellationError()
        }
        throw failure.modelError ?? ModelError(.malformedReply, detail: failure.detail)
    }
}
