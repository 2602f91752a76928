public import Evidence
import Foundation

/// Evidence as a model gets it: one fact a line under its id, the most relevant first, cut to a size.
///
///     id | whom | what | value | unit | as of | freshness
///     P1.13 | AMD 2026-11-20 160 put | unrealised P&L | $372.96 | dollars | 2026-11-18 15:45 ET | demo
public struct EvidenceOffer: Sendable {
    /// How much of the evidence is offered.
    public struct Limits: Hashable, Sendable {
        /// Facts.
        public var facts: Int
        /// Bytes of the facts' lines.
        public var bytes: Int

        /// Limits.
        public init(facts: Int = 240, bytes: Int = 20_000) {
            self.facts = facts
            self.bytes = bytes
        }
    }

    /// What stands above the facts.
    public static let header = "id | whom | what | value | unit | as of | freshness"

    /// The facts' lines, with a line that says how many are left out; empty where there is none.
    public let text: String
    /// Ids of the facts offered.
    public let offered: [String]

    /// An offer of the facts in `evidence`.
    ///
    /// - Parameters:
    ///   - relevant: Ids of the facts that matter most, the first of them most.
    ///   - subjects: Tickers asked about; their facts come next.
    ///   - limits: How much is offered.
    public init(
        _ evidence: [Evidence],
        relevant: [String] = [],
        subjects: [String] = [],
        limits: Limits = Limits()
    ) {
        let ranks = Dictionary(relevant.enumerated().map { ($1, $0) }, uniquingKeysWith: min)
        let asked = Set(subjects)
        var seen: Set<[String]> = []
        let facts = evidence.flatMap(\.facts).filter { fact in
            // Several tools tell the same; one line of it is enough.
            seen.insert([fact.label, fact.subjects.first ?? "", FigureFormat().text(fact)]).inserted
        }
        func rank(_ fact: Fact) -> Int {
            // Behind all that is relevant; ids that stand there twice leave ranks out.
            let last = asked.isEmpty || !asked.isDisjoint(with: fact.subjects) ? relevant.count : relevant.count + 1
            return ranks[fact.id] ?? last
        }
        let ordered = facts.enumerated().map { (rank: rank($1), offset: $0, fact: $1) }
            .sorted { ($0.rank, $0.offset) < ($1.rank, $1.offset) }
        var lines: [String] = []
        var ids: [String] = []
        var bytes = 0
        for entry in ordered.prefix(limits.facts) {
            let line = EvidenceOffer.line(entry.fact)
            bytes += line.utf8.count + 1
            guard bytes <= limits.bytes else { break }
            lines.append(line)
            ids.append(entry.fact.id)
        }
        if ids.count < facts.count, !ids.isEmpty {
            lines.append("(\(facts.count - ids.count) facts of less relevance are left out)")
        }
        offered = ids
        text = lines.isEmpty ? "" : ([EvidenceOffer.header] + lines).joined(separator: "\n")
    }

    private static func line(_ fact: Fact) -> String {
        let columns = [
            fact.id, fact.subjects.first ?? "portfolio", fact.label, FigureFormat().text(fact), fact.unit.rawValue,
            fact.asOf.map(FigureFormat.time) ?? "", fact.freshness.words,
        ]
        return columns.map { DataFence.line($0.replacing("|", with: "/")) }.joined(separator: " | ")
    }
}

extension Freshness {
    /// How current it is, in a word or two.
    var words: String {
        switch self {
        case .live: "live"
        case .cached(let age): "\(age) s old"
        case .stale(let reason): "stale: \(reason)"
        case .demo: "demo"
        case .fixed: "fixed"
        }
    }
}
