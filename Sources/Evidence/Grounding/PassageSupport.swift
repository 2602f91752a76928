import Foundation

/// Whether the words of a sentence are those of the passage it cites.
struct PassageSupport: Sendable {
    private var words: [String: Set<String>] = [:]
    /// How much a word tells passages apart: the fewer have it, the more.
    private var weights: [String: Double] = [:]

    init(_ passages: [String: Passage]) {
        for (id, passage) in passages {
            let text = ([passage.title] + passage.headings + [passage.text]).joined(separator: " ")
            words[id] = Set(Self.words(TokenizedText.words(text)))
        }
        var counts: [String: Int] = [:]
        for word in words.values.joined() { counts[word, default: 0] += 1 }
        weights = counts.mapValues { log(Double(passages.count + 1) / Double($0)) }
    }

    /// How well passages support a sentence.
    struct Score {
        /// The part of the sentence's words that the cited passages have, 0 to 1.
        var coverage: Double
        /// What the cited passages have of the words that tell passages apart, and the most another one has.
        var cited: Double
        var best: Double
        /// How many words of the sentence count.
        var count: Int
    }

    /// How well some passages support the words of a sentence.
    func score(_ sentence: [String], of ids: [String]) -> Score {
        let wanted = Set(Self.words(sentence))
        let cited = ids.reduce(into: Set<String>()) { $0.formUnion(words[$1] ?? []) }
        let found = wanted.intersection(cited)
        func weight(_ found: Set<String>) -> Double { found.reduce(0) { $0 + (weights[$1] ?? 0) } }
        let best = words.filter { !ids.contains($0.key) }.map { weight(wanted.intersection($0.value)) }.max() ?? 0
        return Score(
            coverage: wanted.isEmpty ? 1 : Double(found.count) / Double(wanted.count),
            cited: weight(found),
            best: best,
            count: wanted.count
        )
    }

    /// Whether a sentence says the opposite of some passages by one of its words: "the gain is disallowed" where these speak of
    /// losses alone.
    func isOpposite(_ sentence: [String], to ids: [String]) -> Bool {
        let said = Set(sentence.map(Self.stem))
        let cited = ids.reduce(into: Set<String>()) { $0.formUnion(words[$1] ?? []) }
        return Self.opposites.contains { first, second in
            [(first, second), (second, first)].contains { own, other in
                said.contains(own) && !said.contains(other) && cited.contains(other) && !cited.contains(own)
            }
        }
    }

    private static let opposites: [(String, String)] = [
        ("gain", "loss"), ("added", "subtracted"), ("higher", "lower"), ("larger", "smaller"), ("longer", "shorter"),
        ("increases", "decreases"), ("earlier", "later"), ("deep", "shallow"), ("oldest", "newest"), ("first", "last"),
    ].map { (stem($0), stem($1)) }

    /// Words that carry meaning, by their stem.
    static func words(_ words: [String]) -> [String] {
        words.filter { $0.count > 2 && !stopWords.contains($0) && $0.contains { $0.isLetter } }.map(stem)
    }

    /// A word without the endings of number and tense.
    static func stem(_ word: String) -> String {
        if let present = irregular[word] { return present }
        var stem = word
        for ending in ["ing", "ies", "ed", "es", "s", "ly"]
        where stem.hasSuffix(ending) && stem.count > ending.count + 2 {
            stem.removeLast(ending.count)
            break
        }
        if stem.hasSuffix("e"), stem.count > 3 { stem.removeLast() }
        return stem
    }

    private static let irregular = [
        "max": "maximum", "purchased": "buy", "purchase": "buy", "rebought": "buy", "repurchase": "buy", "rebuy": "buy",
        "rebuying": "buy", "repurchased": "buy", "sale": "sell", "sales": "sell", "annually": "annualis",
        "sold": "sell", "bought": "buy", "held": "hold", "paid": "pay", "made": "mak",
    ]

    private static let stopWords: Set<String> = [
        "the", "and", "for", "that", "this", "with", "are", "was", "were", "been", "has", "have", "had", "its", "you",
        "your",
        "not", "but", "can", "may", "will", "would", "should", "could", "from", "than", "then", "there", "their",
        "they", "them",
        "these", "those", "what", "which", "who", "when", "where", "how", "why", "into", "out", "over", "under",
        "about", "also",
        "any", "all", "one", "each", "other", "some", "such", "only", "own", "same", "very", "just", "more", "most",
        "does", "did",
        "doing", "being", "because", "while", "until", "after", "before", "between", "both", "here", "our", "his",
        "her",
        "says", "say", "said", "guide", "document", "documents", "page", "according", "note", "notes",
    ]
}
