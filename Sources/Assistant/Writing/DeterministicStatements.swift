import Evidence

/// What Magnus itself says about facts, for standing in where a model's sentence did not pass the check.
struct DeterministicStatements {
    private struct Statement {
        var text: String
        var facts: Set<String>
    }

    private let statements: [Statement]
    /// The facts of the turn by their ids.
    let facts: [String: Fact]
    /// The first of the facts that tell the same, by each of their ids.
    private let firstID: [String: String]

    /// The sentences of an answer that rest on facts, and the facts themselves.
    init(_ answer: Answer, evidence: [Evidence], grounding: Grounding) {
        var facts: [String: Fact] = [:]
        var firstID: [String: String] = [:]
        var firsts: [[String]: String] = [:]
        for fact in evidence.flatMap(\.facts) where facts[fact.id] == nil {
            facts[fact.id] = fact
            let key = [fact.label, fact.subjects.first ?? "", FigureFormat().text(fact)]
            let first = firsts[key] ?? fact.id
            firsts[key] = first
            firstID[fact.id] = first
        }
        self.facts = facts
        self.firstID = firstID
        let texts = answer.blocks.flatMap { block -> [String] in
            switch block {
            case .paragraph(let text): [text]
            case .list(let items): items.map(\.text)
            case .heading, .note, .quote, .table: []
            }
        }
        statements = texts.flatMap { text -> [Statement] in
            var gate = SentenceGate(grounding)
            return (gate.append(text) + gate.finish()).compactMap { part in
                let ids = part.factIDs(facts).compactMap { firstID[$0] }
                guard part.isGrounded, !ids.isEmpty else { return nil }
                return Statement(text: part.text.trimmingSpace, facts: Set(ids))
            }
        }
    }

    /// The shortest sentence that tells all the facts with these ids and does not stand in `text` yet; where there is none,
    /// the facts one after the other.
    func statement(of ids: [String], notIn text: String) -> String? {
        var wanted: [String] = []
        for id in ids.compactMap({ firstID[$0] }) where !wanted.contains(id) { wanted.append(id) }
        guard !wanted.isEmpty else { return nil }
        let covering = statements.filter { $0.facts.isSuperset(of: wanted) && !text.contains($0.text) }
        if let best = covering.min(by: { $0.text.count < $1.text.count }) { return best.text.endingSentence }
        let told = wanted.prefix(3).compactMap { facts[$0] }.map(DeterministicStatements.sentence)
            .filter { !text.contains($0.dropLast()) }
        return told.isEmpty ? nil : told.joined(separator: " ")
    }

    /// `AMD 2026-11-20 160 put: unrealised P&L $372.96.`
    private static func sentence(_ fact: Fact) -> String {
        let subject = fact.subjects.first ?? "Portfolio"
        return "\(subject): \(fact.label) \(FigureFormat().text(fact)).".replacing("..", with: ".")
    }
}

extension CheckedSentence {
    /// The first fact each of its figures was matched with and whose value it tells. A contract that is named, for one, tells
    /// whom the sentence is about, and no value.
    func factIDs(_ facts: [String: Fact]) -> [String] {
        figures.compactMap { entry in
            guard case .matched(let ids) = entry.status, let id = ids.first, let fact = facts[id] else { return nil }
            let digits = entry.text.filter(\.isNumber)
            return !digits.isEmpty && FigureFormat().text(fact).filter(\.isNumber).hasPrefix(digits) ? id : nil
        }
    }
}

extension String {
    /// Without white space at its ends.
    var trimmingSpace: String {
        var rest = self[...].drop(while: \.isWhitespace)
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }

    /// With a full stop, unless it ends in one.
    fileprivate var endingSentence: String {
        last.map { ".!?".contains($0) } ?? true ? self : self + "."
    }
}
