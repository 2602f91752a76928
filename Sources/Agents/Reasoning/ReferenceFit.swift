public import Evidence

/// Whether the fact of a reference is of the kind that the words around it speak of: `{P1.13} days` where P1.13 is an amount of
/// dollars says something that no fact does, and so does a word where a figure belongs.
///
/// It knows the words that name a measure, before or after a figure. Whatever stands beside other words passes here.
public struct ReferenceFit: Sendable {
    private let facts: [String: Fact]

    /// The facts of `evidence`.
    public init(_ evidence: [Evidence]) {
        facts = Dictionary(evidence.flatMap(\.facts).map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// Why a reference does not belong where it stands; nil where it may.
    ///
    /// - Parameters:
    ///   - id: The fact's.
    ///   - sentence: One sentence, figures in place of references.
    ///   - range: Where the figure stands in its UTF-8.
    public func problem(of id: String, in sentence: String, at range: Range<Int>) -> String? {
        guard let fact = facts[id], range.upperBound <= sentence.utf8.count else { return nil }
        let before = ReferenceFit.words(String(decoding: sentence.utf8.prefix(range.lowerBound), as: UTF8.self))
        let after = ReferenceFit.words(String(decoding: sentence.utf8.dropFirst(range.upperBound), as: UTF8.self))
        let what = "\(fact.label) is \(ReferenceFit.name(of: fact.unit))"
        if let next = after.first, let refused = ReferenceFit.refusedBefore[next] {
            return refused.contains(fact.unit) ? "\(what), not a number of \(next)" : nil
        }
        var named = before[...]
        // A date stands at and of many things.
        let fillers = fact.unit == .date ? ReferenceFit.verbs : ReferenceFit.verbs.union(["at", "of"])
        while let last = named.last, fillers.contains(last) { named.removeLast() }
        guard named.count < before.count, let noun = named.last, let allowed = ReferenceFit.allowedAfter[noun] else {
            return nil
        }
        // A fact that bears the name is what it says.
        guard !allowed.contains(fact.unit), !ReferenceFit.words(fact.label).contains(noun) else { return nil }
        return "\(what), no \(noun)"
    }

    /// Units that are no number of what the word after the figure names.
    private static let refusedBefore: [String: Set<Fact.Unit>] = {
        let money: Set<Fact.Unit> = [.dollars, .dollarsPerShare]
        let things = money.union([.days, .date])
        var table: [String: Set<Fact.Unit>] = [:]
        for word in [
            "position", "positions", "holding", "holdings", "account", "accounts", "trade", "trades", "transaction",
            "transactions", "document", "documents", "ticker", "tickers", "symbol", "symbols",
        ] { table[word] = things }
        for word in ["day", "days"] { table[word] = money.union([.fraction, .shares, .contracts, .date, .text]) }
        for word in ["week", "weeks", "month", "months", "year", "years", "hour", "hours"] {
            table[word] = money.union([.fraction, .shares, .contracts, .date])
        }
        for word in ["contract", "contracts"] { table[word] = things.union([.shares]) }
        for word in ["share", "shares"] { table[word] = things.union([.contracts]) }
        for word in ["dollar", "dollars"] {
            table[word] = [.fraction, .days, .shares, .contracts, .count, .date, .text]
        }
        for word in ["percent", "percentage"] {
            table[word] = money.union([.days, .shares, .contracts, .count, .date, .text])
        }
        return table
    }()

    /// Units that the measure a word names may have, where it stands before the figure.
    private static let allowedAfter: [String: Set<Fact.Unit>] = {
        let amounts: Set<Fact.Unit> = [.dollars, .dollarsPerShare, .fraction]
        var table: [String: Set<Fact.Unit>] = [:]
        for word in [
            "cash", "balance", "mark", "price", "cost", "basis", "premium", "p&l", "loss", "gain", "profit", "proceeds",
            "collateral", "equity", "strike", "dividend", "dividends",
        ] { table[word] = amounts }
        table["value"] = amounts.union([.ratio])
        for word in ["delta", "gamma", "theta", "vega", "rho", "beta"] {
            table[word] = amounts.union([.ratio, .shares])
        }
        for word in ["yield", "volatility", "probability", "weight"] { table[word] = [.fraction, .ratio] }
        return table
    }()

    /// Words between the name of a measure and its figure.
    private static let verbs: Set = [
        "is", "was", "are", "were", "stands", "stood", "now", "about", "around", "totals", "total", "equals", "comes",
        "to",
        "a", "an", "the", "amounts", "reads",
    ]

    private static func words(_ text: String) -> [String] {
        text.lowercased().split { !($0.isLetter || $0.isNumber || $0 == "&") }.map(String.init)
    }

    private static func name(of unit: Fact.Unit) -> String {
        switch unit {
        case .dollars, .dollarsPerShare: "an amount of dollars"
        case .fraction: "a percentage"
        case .ratio: "a ratio"
        case .shares: "a number of shares"
        case .contracts: "a number of contracts"
        case .days: "a number of days"
        case .count: "a number of things"
        case .date: "a date"
        case .text: "a word"
        }
    }
}
