/// Gathers what one tool returns and gives every fact and passage its id.
///
/// Ids are handed out as things are added, so that a computed fact can name the facts it came from:
///
///     var builder = EvidenceBuilder(id: "P1", tool: "positions")
///     let mark = builder.add(markFact)                     // "P1.1"
///     builder.add(profitFact, from: [mark])                // "P1.2", computed from P1.1
///     let evidence = builder.evidence(summary: "positions as of 2026-11-18 15:45 ET")
public struct EvidenceBuilder: Sendable {
    /// The evidence's id: `P1` or `D2`.
    public let id: String
    /// The tool that gathers.
    public let tool: String
    private var facts: [Fact] = []
    private var passages: [Passage] = []
    private var gaps: [String] = []

    /// An empty gathering under an id, which an `EvidenceNumbering` gives.
    public init(id: String, tool: String) {
        self.id = id
        self.tool = tool
    }

    /// Adds a fact and returns the id it was given. `inputs` are added to those the fact already names.
    @discardableResult
    public mutating func add(_ fact: Fact, from inputs: [String] = []) -> String {
        var fact = fact
        fact.id = nextID
        fact.inputs += inputs
        facts.append(fact)
        return fact.id
    }

    /// Adds a piece of a document and returns the id it was given.
    @discardableResult
    public mutating func add(_ passage: Passage) -> String {
        var passage = passage
        passage.id = nextID
        passages.append(passage)
        return passage.id
    }

    /// Notes what is missing and why, in words for the owner.
    public mutating func note(gap: String) {
        gaps.append(gap)
    }

    /// Everything gathered so far.
    public func evidence(summary: String) -> Evidence {
        Evidence(id: id, tool: tool, summary: summary, facts: facts, passages: passages, gaps: gaps)
    }

    /// Facts and passages share one count, so that an id names one thing.
    private var nextID: String {
        "\(id).\(facts.count + passages.count + 1)"
    }
}

/// Hands out evidence ids in the order of a turn: `P1`, `P2`, `D1`.
public struct EvidenceNumbering: Hashable, Sendable {
    /// What kind of evidence an id is for.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Portfolio and market data.
        case portfolio = "P"
        /// Documents.
        case documents = "D"
    }

    private var counts: [Kind: Int] = [:]

    /// A numbering that begins at 1 for each kind.
    public init() {}

    /// The next id of a kind.
    public mutating func next(_ kind: Kind) -> String {
        counts[kind, default: 0] += 1
        return "\(kind.rawValue)\(counts[kind, default: 0])"
    }
}

extension Evidence {
    /// The same evidence under another id: facts, passages and the inputs that point inside it are renamed too.
    /// For evidence that was gathered side by side with others, or kept from an earlier turn.
    public func renamed(_ newID: String) -> Evidence {
        let prefix = id + "."
        func renamed(_ old: String) -> String {
            old.hasPrefix(prefix) ? newID + "." + old.dropFirst(prefix.count) : old
        }
        var copy = self
        copy.id = newID
        for index in copy.facts.indices {
            copy.facts[index].id = renamed(copy.facts[index].id)
            copy.facts[index].inputs = copy.facts[index].inputs.map(renamed)
        }
        for index in copy.passages.indices {
            copy.passages[index].id = renamed(copy.passages[index].id)
        }
        return copy
    }
}
