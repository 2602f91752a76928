public import Evidence
import Foundation
import Markets

/// Says what an earlier answer rests on, from its record alone.
public struct Explanation {
    private let decision: Decision
    private let facts: [String: Fact]

    /// An explanation of `decision`.
    public init(of decision: Decision) {
        self.decision = decision
        facts = Dictionary(
            decision.reports.flatMap(\.allEvidence).flatMap(\.facts).map { ($0.id, $0) },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// What is answered to a question for what `decision` rests on.
    static func answer(to request: Request, of decision: Decision) -> Answer {
        let explanation = Explanation(of: decision)
        return request.intent == .sources ? explanation.sources() : explanation.reasons()
    }

    /// The facts the answer's figures were matched with, in the order of the answer, once each.
    public var factsUsed: [Fact] {
        var seen: Set<String> = []
        return decision.grounding.figures.flatMap(\.sources).compactMap { id in
            seen.insert(id).inserted ? facts[id] : nil
        }
    }

    /// Why the answer says what it says: what the agents found, and how the figures come about.
    func reasons(limit: Int = 14) -> Answer {
        var answer = Answer()
        let findings = decision.reports.flatMap(\.findings).sorted { $0.severity > $1.severity }
        if !findings.isEmpty {
            answer.blocks.append(.heading("What the rules found"))
            answer.blocks.append(
                .list(
                    findings.prefix(6).map { Answer.Item($0.claim, tone: $0.severity >= .warning ? .warning : .plain) }
                )
            )
        }
        // What was computed needs explaining; what was read explains itself. What two tools say of the same thing is said once.
        struct Statement: Hashable {
            var subject: String?
            var label: String
            var value: Fact.Value
        }
        var said: Set<Statement> = []
        let used = factsUsed.filter {
            said.insert(Statement(subject: $0.subjects.first, label: $0.label, value: $0.value)).inserted
        }
        let shown = used.filter { $0.formula != nil } + used.filter { $0.formula == nil }
        if !shown.isEmpty {
            answer.blocks.append(.heading("How the figures come about"))
            answer.blocks.append(.list(shown.prefix(limit).map { Answer.Item(words(for: $0)) }))
        }
        if let writing = decision.writing { answer.blocks += Explanation.words(for: writing) }
        if answer.blocks.isEmpty {
            answer.blocks =
                decision.answer.citations.isEmpty
                ? [.paragraph("The last answer states no figure and cites no passage.")]
                : [.paragraph("The last answer is in the words of the passages it cites.")]
        }
        answer.citations = decision.answer.citations
        answer.blocks.append(.note("`magnus show` with the id of that answer lists every fact of it."))
        return answer
    }

    /// Where the answer's statements come from.
    func sources() -> Answer {
        var answer = Answer()
        answer.citations = decision.answer.citations
        let passages = Dictionary(
            decision.reports.flatMap(\.allEvidence).flatMap(\.passages).map { ($0.id, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        for citation in decision.answer.citations {
            guard let passage = passages[citation.passage] else { continue }
            answer.blocks.append(.quote(.init(text: passage.text, passage: passage.id, citation: citation.number)))
        }
        let files = Set(factsUsed.map(\.source)).subtracting(["computed", "rule", "question"]).sorted()
        if !files.isEmpty {
            answer.blocks.append(.heading("Data"))
            answer.blocks.append(.list(files.map { Answer.Item($0) }))
        }
        if answer.blocks.isEmpty {
            answer.blocks.append(.paragraph("The last answer states no figure and cites no passage."))
        }
        return answer
    }

    /// Who wrote the answer, and how many of its statements were not let through.
    private static func words(for writing: WritingRecord) -> [Answer.Block] {
        var items: [Answer.Item] = []
        if let model = writing.model {
            items.append(
                Answer.Item("The model \(model.model) of \(model.provider) wrote it; Magnus put the figures in")
            )
        }
        for refusal in writing.refusals {
            let fate = refusal.isReplaced ? "Magnus's own wording stands in its place" : "it was struck"
            items.append(Answer.Item("A statement of the model did not pass the check: \(fate)", tone: .warning))
        }
        return items.isEmpty ? [] : [.heading("Who wrote it"), .list(items)]
    }

    /// `NVDA delta is 0.31: quantity x multiplier x delta, as of …, from quotes (mid)`.
    private func words(for fact: Fact) -> String {
        let subject = fact.subjects.first.map { "\($0): " } ?? ""
        var words = "\(subject)\(fact.label) \(FigureFormat().text(fact))"
        if let formula = fact.formula { words += " = \(formula)" }
        if let asOf = fact.asOf { words += ", as of \(FigureFormat.time(asOf))" }
        if fact.source != "computed" { words += ", from \(fact.source)" }
        return words
    }
}
