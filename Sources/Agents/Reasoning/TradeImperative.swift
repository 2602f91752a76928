/// Orders to trade, or to leave a trade alone, that open a sentence, a bullet or a clause: "Sell everything", "If it falls, close it."
///
/// What opens like an order and is none names something: "Sell to open: 2 contracts", "Close: $72.30", "Hold rating".
enum TradeImperative {
    /// The words of the first order in `text`; nil where there is none.
    static func first(in text: String) -> String? {
        let all = Words(text.replacing(":", with: " ")[...])
        let prices = all.contains(anyOf: ["roll", "rolls", "credit", "debit", "net", "pocket"])
        for sentence in sentences(of: text) {
            var isConditional = false
            for (index, clause) in sentence.clauses.enumerated() {
                var words = Words(clause.text)
                if index == 0 {
                    isConditional = words.areAll(in: leads) || words.first.map { openings.contains($0) } ?? false
                    words.dropLeads(leads)
                } else if !words.dropLeads(consequences), !isConditional {
                    continue
                }
                // "take profit, 50 percent rule, 21 DTE rule" are names.
                if words.count < 3, words.first == "take", index + 1 < sentence.clauses.count { continue }
                guard let order = order(words, label: clause.label) else { continue }
                // "Buy the stock back within 30 days, and the loss is deferred" says what follows.
                let rest = sentence.clauses[index...].map(\.text).joined(separator: " ")
                if Words(rest[...]).goesOnWithConsequence { continue }
                // The legs of a roll: "buy the 160 put back at $1.59, sell the 150 put at $6.85, net credit $5.26".
                if prices, words.hasPrice { continue }
                return order
            }
        }
        return nil
    }

    // MARK: - Orders

    /// What follows a verb in an order.
    private static func order(_ words: Words, label: String?) -> String? {
        var words = words
        for phrase in leadingPhrases { words.drop(phrase) }
        let isNegative = words.dropNegation()
        guard let verb = words.first, let rule = verbs[verb] else { return nil }
        // "Sell." and "Hold for now!", but not the name of a kind of trade: "- Sell", "Buy: 2".
        if words.count == 1 {
            return rule.isBare && words.endsSentence && label == nil ? verb : nil
        }
        let second = words[1]
        let third = words.count > 2 ? words[2] : ""
        if rule.excluded.contains(second) || words.contains(anyOf: idioms) {
            return nil
        }
        let isObject: Bool
        switch rule.kind {
        case _ where rule.further.contains(second) && !isFigure(third):
            isObject = true
        case .anything:
            isObject =
                isNegative || determiners.contains(second) || moments.contains(second) || nouns.contains(second)
                || words.isTicker(at: 1) && !isFigure(third)
                || isCount(second) && words.count > 2
                    && (nouns.contains(third) || words.isTicker(at: 2) || third == "of")
        case .determined:
            isObject = isNegative || determiners.contains(second) || words.isTicker(at: 1) && !isFigure(third)
        case .followed(let followers):
            isObject = followers.contains(second) || (followers.contains(third) && determiners.contains(second))
        case .within(let goals):
            isObject =
                (isNegative || determiners.union(["to"]).contains(second) || goals.contains(second))
                && words.contains(anyOf: goals)
        }
        guard isObject, !isTold(words, label) else { return nil }
        return words.text
    }

    /// Whether a clause that opens like an order says what something costs, is or brings: "Close the put: costs $372.96".
    private static func isTold(_ words: Words, _ label: String?) -> Bool {
        if let label {
            let first = label.lowercased().split(whereSeparator: \.isWhitespace).prefix(3)
            if first.contains(where: { isFigure(String($0)) || results.contains(String($0)) }) { return true }
        }
        // What is said to give a reason is said of something else.
        if words.contains(anyOf: ["because", "since"]) { return false }
        return words.contains(anyOf: ["costs", "brings", "gives", "would", "realises", "realizes", "nets", "pays"])
    }

    private static func isCount(_ word: String) -> Bool {
        !word.isEmpty && word.allSatisfy(\.isNumber)
    }

    private static func isFigure(_ word: String) -> Bool {
        word.contains { $0.isNumber || $0 == "{" || $0 == "$" }
    }

    // MARK: - Verbs

    private struct Verb {
        enum Kind {
            /// A determiner, a ticker, a plural, a count, a moment.
            case anything
            /// A determiner or a ticker alone: prices do it too, or it names something.
            case determined
            /// One of these words, at once or behind a determiner.
            case followed(Set<String>)
            /// One of these words in the clause.
            case within(Set<String>)
        }

        var kind: Kind
        /// Words behind it with which it names something.
        var excluded: Set<String> = []
        /// Further words behind it that make it an order.
        var further: Set<String> = []
        /// Whether it orders without an object.
        var isBare = false
    }

    private static let profits: Set<String> = [
        "profit", "profits", "gain", "gains", "loss", "losses", "assignment", "money", "win", "winnings", "credit",
        "off",
    ]

    private static let verbs: [String: Verb] = {
        var all: [String: Verb] = [
            "close": Verb(kind: .determined, excluded: ["to", "at", "of"]),
            "open": Verb(kind: .followed(["a", "an", "another", "new"]), excluded: ["interest"]),
            "take": Verb(kind: .within(profits), excluded: ["note"]),
            "book": Verb(kind: .within(profits)), "lock": Verb(kind: .followed(["in"])),
            "harvest": Verb(kind: .within(profits)), "bank": Verb(kind: .within(profits)),
            "cash": Verb(kind: .followed(["out"])), "bail": Verb(kind: .followed(["out", "on"])),
            "pull": Verb(kind: .within(["trigger", "plug"])),
            "accept": Verb(kind: .within(profits.union(["offer"]))),
            "let": Verb(
                kind: .within(["expire", "go", "run", "ride", "assigned", "called", "lapse", "work", "be"]),
                excluded: ["me", "us"]
            ),
            "keep": Verb(kind: .determined, excluded: ["in", "mind"]),
            "get": Verb(kind: .followed(["out", "rid"])), "do": Verb(kind: .followed(["nothing"])),
            "stay": Verb(kind: .followed(["out", "away", "put", "invested", "long", "short", "in"])),
            "wait": Verb(kind: .followed(["for", "until", "till"]), isBare: true),
            "set": Verb(kind: .within(["stop", "stop-loss", "order"])),
            "place": Verb(kind: .within(["stop", "stop-loss", "order", "limit"])),
            "enter": Verb(kind: .within(["order", "stop", "position", "spread", "trade"])),
            "move": Verb(kind: .followed(["out", "into", "half", "some", "your", "the"])),
            "shift": Verb(kind: .followed(["out", "into", "half", "some", "your", "the"])),
            "switch": Verb(kind: .followed(["out", "into", "half", "some", "your", "the", "to"])),
            "swap": Verb(kind: .followed(["out", "into", "half", "some", "your", "the"])),
            "go": Verb(kind: .followed(["long", "short", "flat"])), "double": Verb(kind: .followed(["down", "up"])),
            "scale": Verb(kind: .followed(["back", "out", "down", "in", "into"])),
            "sit": Verb(kind: .followed(["tight", "out", "still"])), "ride": Verb(kind: .followed(["out", "it"])),
            "use": Verb(kind: .within(["close", "buy", "hedge", "roll", "cover"])),
            "increase": Verb(kind: .followed(["your", "exposure"])),
            "decrease": Verb(kind: .followed(["your", "exposure"])),
            "lower": Verb(kind: .followed(["your", "exposure"])), "raise": Verb(kind: .followed(["your", "cash"])),
            "short": Verb(kind: .followed(["it", "this"])),
        ]
        for verb in [
            "sell", "buy", "roll", "trim", "reduce", "exit", "hedge", "cut", "dump", "unload", "liquidate", "unwind",
            "cover", "exercise", "lighten", "rebalance", "diversify", "replace",
        ] { all[verb] = Verb(kind: .anything, excluded: ["to"]) }
        all["hold"] = Verb(
            kind: .anything,
            excluded: ["rating", "ratings"],
            further: ["for", "on", "off", "onto", "steady", "tight", "through"]
        )
        all["roll"]?.further = ["down", "up", "out", "forward"]
        all["add"] = Verb(
            kind: .within([
                "contracts", "puts", "calls", "shares", "hedge", "hedges", "protection", "position", "positions",
                "spread", "spreads",
                "exposure", "stock",
            ])
        )
        all["write"] = Verb(
            kind: .within([
                "call", "calls", "put", "puts", "option", "options", "spread", "spreads", "contract", "contracts",
            ]),
            further: ["covered", "cash-secured"]
        )
        all["refrain"] = Verb(kind: .followed(["from"]))
        for verb in ["sell", "buy", "hold", "exit", "roll", "trim"] { all[verb]?.isBare = true }
        for verb in ["stop", "start", "begin", "prioritize", "prioritise"] {
            all[verb] = Verb(
                kind: .followed([
                    "selling", "buying", "closing", "rolling", "holding", "trimming", "reducing", "adding", "writing",
                    "hedging", "taking",
                ])
            )
        }
        all["avoid"] = Verb(kind: .anything)
        return all
    }()

    private static let determiners: Set<String> = [
        "the", "your", "this", "that", "these", "those", "a", "an", "it", "them", "all", "everything", "anything",
        "some", "half", "both",
        "part", "any", "more", "most", "another", "one", "two", "three", "four", "five", "each", "every", "either",
        "additional", "further",
        "new", "fewer", "less", "out", "off", "back", "nothing", "only",
    ]
    private static let moments: Set<String> = [
        "now", "today", "tomorrow", "immediately", "quickly", "soon", "before", "while", "until", "into",
    ]
    private static let nouns: Set<String> = [
        "calls", "puts", "call", "put", "shares", "spreads", "contracts", "options", "protection", "stock", "insurance",
        "positions",
        "exposure", "covered", "protective", "losses", "premium", "selling", "buying", "writing", "holding", "adding",
        "straddles", "strangles", "condors", "collars", "spread", "contract",
    ]
    private static let idioms: Set<String> = ["mind", "eye", "example", "instance", "granted"]
    private static let results: Set<String> = [
        "costs", "cost", "brings", "credit", "debit", "gives", "leaves", "would", "frees", "realises", "realizes",
        "locks", "keeps",
        "means", "nets", "pays", "takes", "collects",
    ]

    /// Words before an order.
    private static let leads: Set<String> = [
        "please", "then", "now", "so", "first", "second", "third", "next", "also", "simply", "just", "always",
        "definitely", "instead",
        "otherwise", "finally", "therefore", "thus", "hence", "and", "but", "or", "maybe", "perhaps", "today",
        "immediately", "ideally",
        "quickly", "gradually", "partially", "again", "tomorrow", "still", "better",
    ]
    private static let leadingPhrases = [
        ["make", "sure", "to"], ["be", "sure", "to"], ["go", "ahead", "and"], ["plan", "to"], ["aim", "to"],
        ["try", "to"],
        ["remember", "to"], ["look", "to"], ["feel", "free", "to"], ["i'd", "say"], ["i", "say"],
    ]
    /// Words that open the second half of a sentence with what follows from the first.
    private static let consequences: Set<String> = ["so", "then", "therefore", "please", "just", "simply"]
    /// Words that open a clause on which an order depends.
    private static let openings: Set<String> = [
        "if", "when", "once", "after", "before", "since", "because", "given", "with", "while", "unless", "until",
        "although", "though",
        "to", "considering", "based", "for", "as", "should",
    ]

    // MARK: - Sentences

    private struct Clause {
        var text: Substring
        /// What follows the colon that ends it; nil where none does.
        var label: String?
    }

    private struct Sentence {
        var clauses: [Clause]
    }

    /// Sentences, lines, cells of tables, and what follows a colon or a dash; not questions, and not what is quoted.
    private static func sentences(of text: String) -> [Sentence] {
        var sentences: [Sentence] = []
        for line in text.split(whereSeparator: { $0.isNewline || $0 == "|" || $0 == "•" }) {
            var rest = withoutQuotes(line)[...]
            var namesChoices = false
            while !rest.isEmpty {
                let (sentence, mark, further) = cut(rest)
                let isQuestion = mark == "?"
                let label = mark == ":" ? String(further) : nil
                if !isQuestion, !namesChoices {
                    let clauses = commaClauses(
                        mark == "." || mark == "!" ? sentence + String(mark) : String(sentence)[...]
                    )
                    sentences.append(
                        Sentence(
                            clauses: clauses.enumerated().map { index, text in
                                Clause(text: text, label: index == clauses.count - 1 ? label : nil)
                            }
                        )
                    )
                }
                if mark == ":" { namesChoices = announcesChoices(sentence) }
                if mark == "." || mark == "?" || mark == "!" { namesChoices = false }
                rest = further
            }
        }
        return sentences
    }

    /// The text up to a mark that ends a sentence or half of one, the mark, and what follows it.
    private static func cut(_ text: Substring) -> (Substring, Character, Substring) {
        var index = text.startIndex
        while index < text.endIndex {
            let next = text.index(after: index)
            let isLast = next == text.endIndex || text[next].isWhitespace || "*_)\"".contains(text[next])
            if ".!?;:".contains(text[index]), isLast { return (text[..<index], text[index], text[next...]) }
            if "—–".contains(text[index]) { return (text[..<index], ";", text[next...]) }
            index = next
        }
        return (text, " ", "")
    }

    private static func commaClauses(_ sentence: Substring) -> [Substring] {
        var clauses: [Substring] = []
        var start = sentence.startIndex
        for index in sentence.indices where sentence[index] == "," {
            let next = sentence.index(after: index)
            guard next == sentence.endIndex || sentence[next].isWhitespace else { continue }
            clauses.append(sentence[start..<index])
            start = next
        }
        return clauses + [sentence[start...]]
    }

    private static func announcesChoices(_ text: Substring) -> Bool {
        let words = Set(text.lowercased().split(whereSeparator: { !$0.isLetter }).map(String.init))
        return !words.isDisjoint(with: [
            "choices", "options", "alternatives", "ways", "can", "could", "possibilities", "either", "whether",
            "scenarios", "paths", "idea", "task", "tasks", "note", "notes", "reminder", "reminders", "alert", "alerts",
            "order", "orders", "rules",
            "rule", "principle",
        ])
    }

    /// What a document or a person is said to have said is no order of this text's.
    private static func withoutQuotes(_ line: Substring) -> String {
        var text = ""
        var closing: Character?
        for character in line {
            if let mark = closing {
                if character == mark { closing = nil }
            } else if character == "“" || character == "\"" {
                closing = character == "“" ? "”" : "\""
                text += "…"
            } else {
                text.append(character)
            }
        }
        // A quotation without an end is none.
        return closing == nil ? text : String(line)
    }
}

/// The words of a clause, in small letters and as they were written.
private struct Words {
    private var written: [Substring]
    private var small: [String]
    /// Whether a mark ends the clause and the sentence with it.
    let endsSentence: Bool

    init(_ clause: Substring) {
        endsSentence = clause.last == "." || clause.last == "!"
        written = clause.split(whereSeparator: \.isWhitespace).map { word in
            Words.bare(word)
        }.filter { !$0.isEmpty }
        small = written.map { $0.lowercased().replacing("’", with: "'") }
        // The number of a step: `1.`, `2)`, `(a)`.
        if let first = small.first, first.allSatisfy(\.isNumber), small.count > 1, clause.contains(where: { $0 == ")" })
        {
            drop(1)
        }
    }

    var count: Int { small.count }
    var first: String? { small.first }
    var text: String { small.prefix(6).joined(separator: " ") }

    subscript(index: Int) -> String { small[index] }

    /// Drops words of `set` at the beginning.
    ///
    /// - Returns: Whether there were any.
    @discardableResult
    mutating func dropLeads(_ set: Set<String>) -> Bool {
        let count = small.prefix { set.contains($0) }.count
        drop(min(count, max(0, small.count - 1)))
        return count > 0
    }

    /// Whether there is nothing else in it.
    func areAll(in set: Set<String>) -> Bool {
        small.allSatisfy { set.contains($0) }
    }

    /// Drops a phrase at the beginning.
    mutating func drop(_ phrase: [String]) {
        if small.count > phrase.count, small.starts(with: phrase) { drop(phrase.count) }
    }

    /// Drops "don't", "do not", "never".
    mutating func dropNegation() -> Bool {
        if small.count > 1, ["don't", "never", "dont"].contains(small[0]) {
            drop(1)
            return true
        }
        if small.count > 2, small[0] == "do", small[1] == "not" {
            drop(2)
            return true
        }
        return false
    }

    /// Whether a word is written like a ticker, and means none of what options are described by.
    func isTicker(at index: Int) -> Bool {
        let word = written[index]
        return (1...5).contains(word.count) && word.allSatisfy { $0.isUppercase || $0 == "." } && word.first != "."
            && !["I", "A", "IV", "DTE", "ITM", "OTM", "ATM", "PNL", "P", "C", "CSP", "CC", "USD", "ET"].contains(word)
    }

    func contains(anyOf set: Set<String>) -> Bool {
        small.contains { set.contains($0) }
    }

    /// Whether a price stands in it: "at $1.59", "back 1.59".
    var hasPrice: Bool {
        // "at $1.59", "at the 1.59 ask".
        let words = small.filter { $0 != "the" }
        return zip(words, words.dropFirst()).contains { word, next in
            ["at", "back", "for"].contains(word) && (next.first.map { $0.isNumber || $0 == "$" || $0 == "{" } ?? false)
        }
    }

    /// Whether "and" goes on with a sentence of its own, which says what comes of the first half.
    var goesOnWithConsequence: Bool {
        let subjects: Set<String> = [
            "the", "you", "you'd", "you'll", "your", "it", "it's", "its", "that", "this", "there", "they",
        ]
        let verbs: Set<String> = [
            "is", "are", "will", "would", "can", "may", "make", "makes", "get", "gets", "have", "has", "need", "needs",
            "come", "comes",
            "go", "goes", "become", "becomes", "keep", "keeps", "lose", "loses", "pay", "pays", "end", "ends", "owe",
            "collect", "you'd",
            "you'll", "it's", "rises", "falls", "drops", "grows",
        ]
        return small.indices.contains { index in
            guard small[index] == "and", index + 1 < small.count else { return false }
            let rest = small[(index + 1)...].prefix(6)
            let opens = subjects.contains(small[index + 1]) || small[index + 1].hasPrefix("$")
            return opens && rest.contains { verbs.contains($0) }
        }
    }

    private mutating func drop(_ count: Int) {
        written.removeFirst(count)
        small.removeFirst(count)
    }

    private static func bare(_ word: Substring) -> Substring {
        var word = word.drop { "*_#>\"'“”()[]-+~`.,!".contains($0) }
        while let last = word.last, "*_\"'“”()[].,!~`".contains(last) { word.removeLast() }
        return word
    }
}
