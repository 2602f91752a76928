import Agents
public import Evidence
import Markets

/// Where a figure comes from, down to the records of its sources: a fact, the facts its formula was computed from, theirs
/// in turn.
public struct FactTree: Sendable {
    /// One line of a tree.
    public struct Line: Hashable, Sendable {
        /// How deep it stands, from 0.
        public var depth: Int
        /// The fact's id.
        public var id: String
        /// What it is, its value, and the formula or the source.
        public var text: String

        /// A line with all its values.
        public init(depth: Int, id: String, text: String) {
            self.depth = depth
            self.id = id
            self.text = text
        }
    }

    private let facts: [String: Fact]
    /// What tells the inputs of the facts of each piece of evidence, by the id of that.
    private let inputs: [String: FormulaInputs]

    /// Inputs of one fact that are shown; of more it says how many there are.
    public static let widest = 24

    /// A tree over evidence.
    public init(_ evidence: [Evidence]) {
        facts = Dictionary(evidence.flatMap(\.facts).map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
        inputs = Dictionary(evidence.map { ($0.id, FormulaInputs($0.facts)) }, uniquingKeysWith: { first, _ in first })
    }

    /// The fact of an id.
    public func fact(_ id: String) -> Fact? {
        facts[id]
    }

    /// What a fact of an id is, in few words: `P1.3 KO 2026-12-18 67.5 call: mark`; the id alone of what is no fact.
    public func title(_ id: String) -> String {
        guard let fact = facts[id] else { return id }
        return "\(id) " + (fact.subjects.first.map { "\($0): " } ?? "") + fact.label
    }

    /// The tree under a fact, the fact itself first; empty where there is no such fact.
    public func lines(under id: String) -> [Line] {
        var lines: [Line] = []
        add(id, 0, [], &lines)
        return lines
    }

    private func add(_ id: String, _ depth: Int, _ above: Set<String>, _ lines: inout [Line]) {
        guard let fact = facts[id], !above.contains(id) else { return }
        let inputs = inputs[String(id.prefix { $0 != "." })]?.ids(of: fact) ?? fact.inputs
        let isComputed = !inputs.isEmpty || fact.rows != nil
        lines.append(Line(depth: depth, id: id, text: Self.words(fact, isComputed: isComputed)))
        let rows = fact.rows ?? []
        lines += rows.prefix(Self.widest).map { Line(depth: depth + 1, id: "", text: $0) }
        if rows.count > Self.widest {
            lines.append(Line(depth: depth + 1, id: "", text: "and \(rows.count - Self.widest) more rows"))
        }
        if let multiplier = Self.multiplier(of: fact, from: inputs.compactMap { facts[$0] }) {
            lines.append(Line(depth: depth + 1, id: "", text: multiplier))
        }
        for input in inputs.prefix(Self.widest) { add(input, depth + 1, above.union([id]), &lines) }
        if inputs.count > Self.widest {
            lines.append(Line(depth: depth + 1, id: "", text: "and \(inputs.count - Self.widest) more"))
        }
    }

    /// The constant that a formula calls the multiplier; nil where it names none, or a fact of an adjusted contract does.
    private static func multiplier(of fact: Fact, from inputs: [Fact]) -> String? {
        guard let formula = fact.formula, formula.split(whereSeparator: { !$0.isLetter }).contains("multiplier"),
            !inputs.contains(where: { $0.label == FactLabel.multiplier })
        else { return nil }
        let isOfShares = inputs.contains { $0.label == FactLabel.quantity && $0.unit == .shares }
        return isOfShares ? "multiplier 1, for shares" : "multiplier 100, shares of a standard contract"
    }

    /// `AMD 2026-11-20 160 put: mark $1.82, from quotes.csv (mid) AMD261120P00160000, 2026-11-18 15:45 ET, regular`.
    private static func words(_ fact: Fact, isComputed: Bool) -> String {
        let subject = fact.subjects.first.map { "\($0): " } ?? ""
        var text = "\(subject)\(fact.label) \(FigureFormat(percentPlaces: 2, ratioPlaces: 4).text(fact))"
        if let formula = fact.formula { text += " = \(formula)" }
        if fact.formula == nil || !isComputed {
            text += ", from \(fact.source)"
            if let record = fact.record { text += " \(record)" }
        }
        if let asOf = fact.asOf, !isComputed {
            text += ", \(NewYorkTime.description(of: asOf))"
            if let session = fact.session { text += ", \(session.rawValue)" }
        }
        if case .stale(let reason) = fact.freshness { text += ", stale: \(reason)" }
        return text
    }
}
