import Storage

/// What a question is searched for: words and phrases for the full text, and a wording for the encoder.
public struct QueryTerms: Hashable, Sendable {
    /// A word of the question.
    struct Word: Hashable, Sendable {
        var text: String
        /// Whether it says something about the subject.
        var isTelling: Bool
    }

    /// Words that other names stand for, and those names.
    struct Synonyms: Hashable, Sendable {
        var words: [String]
        var names: [String]
    }

    /// Words and phrases without those that say nothing about the subject, each once, in the question's order.
    public let phrases: [String]
    /// What kind of report the question is about, as titles name it: of a quarter, if it names one; `10k` for `10-K`.
    let forms: [String]
    /// Words that may be abbreviations: those of several capitals, or all where the question has no capital at all.
    let abbreviations: Set<String>
    /// The years it names.
    let years: Set<String>
    /// Other names of what the question asks about, which the full text is searched for too.
    public let synonyms: [String]
    /// The question with abbreviations of the trade spelled out, as the encoder is to read it.
    public let meaning: String
    /// All words in the question's order.
    let words: [Word]
    /// The parts of telling words, each once: `10` and `k` of `10-k`. A text may have one without the other.
    let parts: [String]
    /// Which of the words the other names stand for.
    let synonymGroups: [Synonyms]

    /// The most of a question that is looked at.
    private static let maximumCharacters = 4_000
    private static let maximumPhrases = 48
    private static let maximumWords = 160

    /// The terms of `question`, which may be any text.
    public init(_ question: String) {
        let text = String(Substring(question.unicodeScalars.prefix(Self.maximumCharacters)))
        let written = Self.words(of: text)
        let asked = written.map { $0.lowercased() }
        let found = TradeAbbreviations.found(in: asked)
        let periods = asked.map(FiscalPeriod.init)
        let years = periods.map { $0?.year }
        let all = zip(asked, years).map { $1 ?? $0 }
        let quarters = Set(periods.compactMap { $0?.quarter }).sorted()
        forms = (quarters.isEmpty ? [] : ["10q"]) + quarters.map { "q\($0)" } + Self.runTogether(asked)
        let capitals = zip(written, asked).filter { word, _ in word.count(where: \.isCapital) > 1 }
        abbreviations = text.contains(where: \.isCapital) ? Set(capitals.map(\.1)) : Set(asked)
        self.years = Set(all.filter(FiscalPeriod.isYear))
        let read = all.flatMap { word -> [Word] in
            guard Self.isUnspaced(word) else { return [Word(text: word, isTelling: !StopWords.contains(word))] }
            return UnspacedStopWords.parts(of: word).map { Word(text: $0.text, isTelling: $0.isTelling) }
        }
        let isEmpty = read.allSatisfy { !$0.isTelling }
        // Where nothing tells, a run without spaces is searched for as it stands.
        let words = isEmpty ? all.map { Word(text: $0, isTelling: true) } : read
        var phrases: [String] = []
        var seen: Set<String> = []
        var kept: Set<String> = []
        for word in words where word.isTelling && phrases.count < Self.maximumPhrases {
            kept.insert(word.text)
            let new = Self.searched(word.text).filter { !seen.contains($0) }.prefix(Self.maximumPhrases - phrases.count)
            phrases += new.filter { seen.insert($0).inserted }
        }
        parts = Array(Set(phrases.flatMap(Self.parts(of:)))).sorted()
        self.words = words.prefix(Self.maximumWords).map { word in
            Word(text: word.text, isTelling: word.isTelling && kept.contains(word.text))
        }
        self.phrases = phrases
        var groups = found.map { Synonyms(words: $0.covered, names: $0.otherNames) }
        let fiscal = Set(years.compactMap(\.self))
        groups += self.years.union(fiscal).sorted().compactMap { year in
            let names =
                (fiscal.contains(year) ? FiscalPeriod.names(of: year) : [])
                + quarters.flatMap { FiscalPeriod.names(ofQuarter: $0, of: year) }
            return names.isEmpty ? nil : Synonyms(words: [year], names: names)
        }
        synonymGroups = groups
        synonyms = groups.flatMap(\.names).filter { seen.insert($0).inserted }
        let spelledOut = found.compactMap(\.spelledOut)
        meaning = spelledOut.isEmpty ? text : "\(text) (\(spelledOut.joined(separator: ", ")))"
    }

    /// The runs of letters and digits in a word; each character of a script without spaces.
    static func parts(of word: String) -> [String] {
        guard !isUnspaced(word) else { return word.unicodeScalars.map { String($0) } }
        return word.split { !$0.isWordPart }.map(String.init)
    }

    /// What the full text is searched for to find a word. In a script without spaces a word is a run of several, and its pairs of
    /// characters are searched for.
    private static func searched(_ word: String) -> [String] {
        let characters = Array(word.unicodeScalars)
        guard isUnspaced(word), characters.count > 2 else { return [word] }
        return zip(characters, characters.dropFirst()).map { "\($0)\($1)" }
    }

    /// Whether a word is of a script without spaces; `words(of:)` parts such a script from others.
    private static func isUnspaced(_ word: String) -> Bool {
        word.unicodeScalars.first.map(UnspacedScript.contains) ?? false
    }

    /// `10k` for `10-k`: a number and a letter that titles write without a mark between.
    private static func runTogether(_ words: [String]) -> [String] {
        words.compactMap { word in
            let parts = parts(of: word)
            guard parts.count == 2, parts[0].allSatisfy(\.isNumber), parts[1].count == 1 else { return nil }
            return parts.joined()
        }
    }

    /// The runs of `text` that are of scripts without spaces, and those that are not.
    private static func byScript(_ text: Substring) -> [Substring] {
        guard text.unicodeScalars.contains(where: UnspacedScript.contains) else { return [text] }
        var runs: [Substring] = []
        var start = text.startIndex
        var before: Bool?
        for index in text.unicodeScalars.indices {
            let isUnspaced = UnspacedScript.contains(text.unicodeScalars[index])
            if let before, before != isUnspaced {
                runs.append(text[start..<index])
                start = index
            }
            before = isUnspaced
        }
        return runs + [text[start...]]
    }

    /// The words of `text` as they are written, without marks at their ends; marks inside a word stay: `10-k`, `at&t`.
    private static func words(of text: String) -> [String] {
        text.split(whereSeparator: \.isBetweenWords).flatMap(Self.byScript).compactMap { part in
            var word = part[...]
            while let first = word.first, !first.isWordPart { word.removeFirst() }
            while let last = word.last, !last.isWordPart { word.removeLast() }
            // After an `s` more than an apostrophe is rare.
            if let last = word.last, last == "s" || last == "S" {
                for ending in ["'s", "’s", "'S", "’S"] where word.hasSuffix(ending) { word.removeLast(2) }
            }
            return word.isEmpty ? nil : String(word)
        }
    }
}

/// What characters are to a question; those of ASCII are told without a look into the tables of Unicode.
extension Character {
    private var byte: UInt8? { utf8.count == 1 ? utf8.first : nil }

    /// Whether it is a letter or a number.
    fileprivate var isWordPart: Bool {
        guard let byte else { return isLetter || isNumber }
        return (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10
    }

    fileprivate var isCapital: Bool {
        guard let byte else { return isUppercase }
        return byte &- 0x41 < 26
    }

    private static let separators: Set<Character> = Set("—–，。、；：？！（）「」『』《》〈〉【】…・")

    fileprivate var isBetweenWords: Bool {
        guard let byte else { return isWhitespace || Self.separators.contains(self) }
        switch byte {
        case 0x09...0x0D, 0x20, UInt8(ascii: "/"), UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "|"): return true
        default: return false
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
    /// The words of the question that were found.
    let covered: [String]
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

    /// Whether the words of `name` stand side by side in `parts`, the last one perhaps in the plural.
    private static func isThere(_ name: String, in parts: [Substring], _ all: Set<Substring>) -> Bool {
        let words = name.split(separator: " ")
        guard let last = words.last, words.dropLast().allSatisfy(all.contains) else { return false }
        let plural = last + "s"
        guard all.contains(last) || all.contains(plural), parts.count >= words.count else { return false }
        return (0...(parts.count - words.count)).contains { start in
            let run = parts[start..<start + words.count]
            return run.dropLast().elementsEqual(words.dropLast()) && (run.last == last || run.last == plural)
        }
    }

    /// The abbreviations and long forms in a row of words, which are in lower case.
    static func found(in words: [String]) -> [TradeAbbreviations] {
        // A word with marks such as `at-the-money` is as many as it has parts.
        let parts = words.flatMap { $0.split(separator: "-", omittingEmptySubsequences: false) }
        let all = Set(parts)
        return table.compactMap { entry in
            // A plural is the same abbreviation: CSPs.
            if all.contains(entry.short[...]) || all.contains("\(entry.short)s") {
                let covered = words.filter { $0 == entry.short || $0 == entry.short + "s" }
                return TradeAbbreviations(covered: covered, otherNames: entry.long, spelledOut: entry.long.first)
            }
            if let long = entry.long.first(where: { isThere($0, in: parts, all) }) {
                let parts = long.split(separator: " ").map(String.init)
                let covered = words.filter { word in
                    parts.contains { word == $0 || word == $0 + "s" }
                        || word.contains("-") && long.contains(word.prefix(4))
                }
                return TradeAbbreviations(covered: covered, otherNames: [entry.short, long], spelledOut: nil)
            }
            return nil
        }
    }
}
