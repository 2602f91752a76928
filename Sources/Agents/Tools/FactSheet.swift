import Connectors
import Evidence
import Foundation
import Markets

/// Which record of its source a fact was read from.
enum RecordKey {
    /// That of the fact's first subject: a contract's OCC symbol, a ticker, a name.
    case ofSubject
    /// That of this key: of what an option is on, where the fact is about the option.
    case key(String)
    /// None: the source has no keys, or names the line itself.
    case unkeyed
}

/// Gathers the facts of one tool's evidence, giving each its id, source, time and freshness.
struct FactSheet {
    private var builder: EvidenceBuilder
    private let isDemo: Bool
    private let holdings: HoldingsOrigin?
    /// Whether a broker reported what is held, where otherwise the rows of a history add up to it.
    var isReported: Bool { holdings != nil }
    /// How current quotes are, by the first subject of a fact about them.
    private let quotes: [String: Freshness]
    /// Where the rows of the history are; nil where a broker reported what is held, or nothing is said of it.
    private let history: ToolContext?
    /// The rows of the history that opened what is held, by their ids; looked up when a quantity is first told, for few tools do.
    private lazy var openings = history.map(FactSheet.openings) ?? [:]

    /// A sheet for the evidence `identifier` of `tool`.
    ///
    /// - Parameter quotes: How current quotes are, by symbol.
    init(identifier: String, tool: String, isDemo: Bool, quotes: [String: Freshness] = [:]) {
        builder = EvidenceBuilder(id: identifier, tool: tool)
        self.isDemo = isDemo
        self.quotes = FactSheet.bySubject(quotes)
        history = nil
        holdings = nil
    }

    /// A sheet for what `tool` says of the holdings; it notes what the owner should know of where they come from.
    init(identifier: String, tool: String, holdingsOf context: ToolContext) {
        builder = EvidenceBuilder(id: identifier, tool: tool)
        isDemo = context.isDemo
        holdings = context.holdings
        quotes = FactSheet.bySubject(context.quoteFreshness)
        history = context.holdings == nil ? context : nil
        for note in context.notes { builder.note(gap: note) }
    }

    private static func bySubject(_ quotes: [String: Freshness]) -> [String: Freshness] {
        Dictionary(quotes.map { (OptionContract(symbol: $0)?.description ?? $0, $1) }, uniquingKeysWith: { $1 })
    }

    private static func openings(_ context: ToolContext) -> [String: Transaction] {
        let lots = (context.valuation?.positions ?? []).flatMap(\.position.lots)
        let wanted = Set(lots.compactMap(\.transactionID))
        guard !wanted.isEmpty else { return [:] }
        let rows = context.transactions.filter { wanted.contains($0.id) }
        return Dictionary(rows.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The rows of the history that opened the lots of `position`, and how much of each is left; nil where none of them is known.
    mutating func rows(of position: Position) -> [String]? {
        let openings = openings
        let rows = position.lots.compactMap { lot -> String? in
            guard let row = lot.transactionID.flatMap({ openings[$0] }) else { return nil }
            let kind = row.kind.rawValue.replacing("_", with: " ")
            let format = FigureFormat()
            let price = row.price.map { " at " + format.text($0, unit: .dollarsPerShare) } ?? ""
            let left = lot.quantity.magnitude == row.quantity.magnitude ? "" : ", \(lot.quantity) left"
            return "\(row.origin.file):\(row.origin.line), \(kind) \(row.quantity)\(price), \(row.date)\(left)"
        }
        return rows.isEmpty ? nil : rows
    }

    /// How current the quotes are that a fact about `subjects` rests on; all of them where it names none.
    private func quoteFreshness(_ subjects: [String]) -> Freshness {
        guard let subject = subjects.first else { return .least(of: Array(quotes.values)) }
        return quotes[subject] ?? .live
    }

    /// The evidence with everything added so far.
    func evidence(summary: String) -> Evidence {
        builder.evidence(summary: summary)
    }

    /// Notes what is missing and why.
    mutating func addGap(_ words: String) {
        builder.note(gap: words)
    }

    /// Adds a passage.
    mutating func add(_ passage: Passage) {
        builder.add(passage)
    }

    /// Adds a fact as it is, with the key of its record where it was read and not computed.
    @discardableResult
    mutating func add(_ fact: Fact, record: RecordKey = .ofSubject) -> String {
        var fact = fact
        if fact.record == nil, fact.formula == nil, !["computed", "rule", "question"].contains(fact.source) {
            switch record {
            case .ofSubject:
                fact.record = fact.subjects.first.flatMap { OptionContract(subject: $0)?.symbol } ?? fact.subjects.first
            case .key(let key): fact.record = key
            case .unkeyed: break
            }
        }
        return builder.add(fact)
    }

    /// Adds what is held: a fact of the history, or what a broker reported at its time.
    @discardableResult
    mutating func addHeld(
        _ label: String,
        _ value: Fact.Value,
        _ unit: Fact.Unit,
        of subjects: [String] = [],
        source: String,
        formula: String? = nil,
        record: RecordKey = .ofSubject,
        rows: [String]? = nil
    ) -> String {
        guard let holdings else {
            return addFixed(
                label,
                value,
                unit,
                of: subjects,
                source: source,
                formula: formula,
                record: record,
                rows: rows
            )
        }
        return add(
            Fact(
                label: label,
                subjects: subjects,
                value: value,
                unit: unit,
                source: source,
                asOf: holdings.asOf,
                freshness: holdings.freshness,
                formula: formula
            ),
            record: record
        )
    }

    /// Adds a value read from the portfolio's history or a contract's terms, which does not change.
    @discardableResult
    mutating func addFixed(
        _ label: String,
        _ value: Fact.Value,
        _ unit: Fact.Unit,
        of subjects: [String] = [],
        source: String,
        formula: String? = nil,
        inputs: [String] = [],
        record: RecordKey = .ofSubject,
        rows: [String]? = nil
    ) -> String {
        add(
            Fact(
                label: label,
                subjects: subjects,
                value: value,
                unit: unit,
                source: source,
                asOf: nil,
                freshness: isDemo ? .demo : .fixed,
                formula: formula,
                inputs: inputs,
                rows: rows
            ),
            record: record
        )
    }

    /// Adds a value that depends on quotes of the time `asOf`.
    ///
    /// - Parameter staleness: Why the value is older than it should be; nil where it is not.
    @discardableResult
    mutating func addPriced(
        _ label: String,
        _ value: Fact.Value,
        _ unit: Fact.Unit,
        of subjects: [String] = [],
        source: String,
        asOf: Date?,
        staleness: String? = nil,
        formula: String? = nil,
        inputs: [String] = [],
        record: RecordKey = .ofSubject
    ) -> String {
        let freshness: Freshness
        if let staleness {
            freshness = .stale(reason: staleness)
        } else {
            freshness = isDemo ? .demo : quoteFreshness(subjects)
        }
        return add(
            Fact(
                label: label,
                subjects: subjects,
                value: value,
                unit: unit,
                source: source,
                asOf: asOf,
                freshness: freshness,
                formula: formula,
                inputs: inputs
            ),
            record: record
        )
    }
}

extension Instrument {
    /// Whom a fact about this instrument is about: the contract first, then its underlying; shares by their ticker.
    var factSubjects: [String] {
        switch self {
        case .shares(let ticker): [ticker]
        case .option(let contract): [contract.description, contract.underlying]
        }
    }
}
