/// What a question is searched for: words and phrases for the full text, and a wording for the encoder.
public struct QueryTerms: Hashable, Sendable {
    /// Words and phrases without those that say nothing about the subject, each once, in the question's order.
    public let phrases: [String]
    /// Other names of what the question asks about, which the full text is searched for too.
    public let synonyms: [String]
    /// The question with abbreviations of the trade spelled out, as the encoder is to read it.
    public let meaning: String

    /// The most of a question that is looked at.
    private static let maximumCharacters = 4_000
    private static let maximumPhrases = 48

    /// The terms of `question`, which may be any text.
    public init(_ question: String) {
        let text = String(question.unicodeScalars.prefix(Self.maximumCharacters).map(Character.init))
        let words = Self.words(of: text)
        let found = TradeAbbreviations.found(in: words)
        var telling = words.filter { !StopWords.contains($0) }
        if telling.isEmpty { telling = words }
        var phrases: [String] = []
        var seen: Set<String> = []
        for word in telling where phrases.count < Self.maximumPhrases && seen.insert(word).inserted {
            phrases.append(word)
        }
        self.phrases = phrases
        synonyms = found.flatMap(\.otherNames).filter { seen.insert($0).inserted }
        let spelledOut = found.compactMap(\.spelledOut)
        meaning = spelledOut.isEmpty ? text : "\(text) (\(spelledOut.joined(separator: ", ")))"
    }

    /// The words of `text` in lower case, without marks at their ends; marks inside a word stay: `10-k`, `at&t`.
    private static func words(of text: String) -> [String] {
        text.lowercased().split { $0.isWhitespace || "/,;—–|".contains($0) }.compactMap { part in
            var word = part[...]
            while let first = word.first, !(first.isLetter || first.isNumber) { word.removeFirst() }
            while let last = word.last, !(last.isLetter || last.isNumber) { word.removeLast() }
            for ending in ["'s", "’s"] where word.hasSuffix(ending) { word.removeLast(2) }
            return word.isEmpty ? nil : String(word)
        }
    }
}

/// Words that say nothing about a question's subject.
enum StopWords {
    static func contains(_ word: String) -> Bool {
        all.contains(word)
    }

    private static let all = Set(
        """
        a about again all also am an and any are aren't as at be because been being but by can can't cannot could couldn't \
        did didn't do does doesn't doing don't each else etc ever for from get gets give had has have having he her here \
        him his how how's i i'd i'll i'm i've if in into is isn't it its just know let let's like made make me mean means \
        more most much my no nor not of off oh ok okay on one or other our out over own please same say she should \
        shouldn't show so some such tell than thanks that that's the their them then there there's these they they're \
        this those to too us use used using very want was wasn't we well were what what's whats when where which while who \
        who's whose why will with won't would wouldn't yes you you're your yours explain describe define definition
        """.split(whereSeparator: \.isWhitespace).map(String.init)
    )
}

/// Abbreviations that options traders use, and what they stand for.
struct TradeAbbreviations: Sendable {
    /// Other names of what was found.
    let otherNames: [String]
    /// The long form, if the question has the short one.
    let spelledOut: String?

    /// Short form, then long forms, the usual one first.
    private static let table: [(short: String, long: [String])] = [
        ("atm", ["at the money"]), ("bp", ["buying power"]), ("bpr", ["buying power reduction"]),
        ("bsm", ["black scholes"]), ("cc", ["covered call"]), ("csp", ["cash secured put"]),
        ("div", ["dividend"]), ("dte", ["days to expiration", "days to expiry"]), ("exp", ["expiration"]),
        ("hv", ["historical volatility", "realized volatility"]), ("ic", ["iron condor"]),
        ("itm", ["in the money"]), ("iv", ["implied volatility"]), ("ivp", ["iv percentile"]), ("ivr", ["iv rank"]),
        ("leaps", ["long-term equity anticipation"]), ("nlv", ["net liquidation value"]), ("oi", ["open interest"]),
        ("otm", ["out of the money"]), ("p&l", ["profit and loss"]), ("pcs", ["put credit spread"]),
        ("pmcc", ["poor man's covered call"]), ("pop", ["probability of profit"]), ("pot", ["probability of touch"]),
        ("roc", ["return on capital", "return on collateral"]), ("roi", ["return on investment"]),
        ("rv", ["realized volatility"]), ("vol", ["volatility"]),
    ]

    /// The abbreviations and long forms in a row of words, which are in lower case.
    static func found(in words: [String]) -> [TradeAbbreviations] {
        let text = " " + words.joined(separator: " ").map { $0 == "-" ? " " : String($0) }.joined() + " "
        return table.compactMap { entry in
            // A plural is the same abbreviation: CSPs.
            if text.contains(" \(entry.short) ") || text.contains(" \(entry.short)s ") {
                return TradeAbbreviations(otherNames: entry.long, spelledOut: entry.long.first)
            }
            if let long = entry.long.first(where: { text.contains(" \($0) ") || text.contains(" \($0)s ") }) {
                return TradeAbbreviations(otherNames: [entry.short, long], spelledOut: nil)
            }
            return nil
        }
    }
}
