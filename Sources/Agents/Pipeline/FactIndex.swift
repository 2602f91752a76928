public import Evidence
public import Foundation
public import Markets

/// Looks facts up by label and subject. What rules and wording work on: they see evidence and nothing else.
public struct FactIndex: Sendable {
    private struct Key: Hashable {
        var label: String
        var subject: String
    }

    /// All facts, in the order of the evidence.
    public let facts: [Fact]
    private let byKey: [Key: Int]
    private let byLabel: [String: [Int]]

    /// An index over `evidence`. Of facts with one label and subject the first counts.
    public init(_ evidence: [Evidence]) {
        facts = evidence.flatMap(\.facts)
        var byKey: [Key: Int] = [:]
        var byLabel: [String: [Int]] = [:]
        // A large portfolio has some hundred thousand facts: the table does not grow by doubling, and each is looked up once.
        byKey.reserveCapacity(facts.count)
        func isFirst(_ place: inout Int, _ index: Int) -> Bool { place == index }
        for (index, fact) in facts.enumerated() {
            let key = Key(label: fact.label, subject: fact.subjects.first ?? "")
            guard isFirst(&byKey[key, default: index], index) else { continue }
            byLabel[fact.label, default: []].append(index)
        }
        self.byKey = byKey
        self.byLabel = byLabel
    }

    /// The fact `label` about `subject`, or about the whole portfolio where no subject is given.
    public func fact(_ label: String, of subject: String = "") -> Fact? {
        byKey[Key(label: label, subject: subject)].map { facts[$0] }
    }

    /// Subjects that have a fact `label`, in the order of the evidence.
    public func subjects(with label: String) -> [String] {
        (byLabel[label] ?? []).compactMap { facts[$0].subjects.first }
    }

    /// The exact amount of a fact; nil where there is none of that kind.
    public func decimal(_ label: String, of subject: String = "") -> Decimal? {
        if case .decimal(let value)? = fact(label, of: subject)?.value { return value }
        return nil
    }

    /// The measure of a fact; nil where there is none of that kind.
    public func number(_ label: String, of subject: String = "") -> Double? {
        if case .number(let value)? = fact(label, of: subject)?.value { return value }
        return nil
    }

    /// The whole number of a fact; nil where there is none of that kind.
    public func integer(_ label: String, of subject: String = "") -> Int? {
        decimal(label, of: subject).flatMap { Int($0.description) }
    }

    /// The date of a fact; nil where there is none of that kind.
    public func date(_ label: String, of subject: String = "") -> TradingDate? {
        if case .date(let value)? = fact(label, of: subject)?.value { return value }
        return nil
    }

    /// The word of a fact; nil where there is none of that kind.
    public func text(_ label: String, of subject: String = "") -> String? {
        if case .text(let value)? = fact(label, of: subject)?.value { return value }
        return nil
    }
}
