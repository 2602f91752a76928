/// Sentences that deny what the passage they cite says, or name what it does not know.
extension Verification {
    /// Whether a sentence denies what a sentence of the same words in the cited passages says, or says what that denies: "early
    /// assignment is impossible before the ex-date".
    func deniesOtherwise(_ reading: SentenceReading, _ passages: [String]) -> Bool {
        let words = reading.tokens.map(\.word)
        let said = Set(PassageSupport.words(words)).subtracting(Self.deniers)
        guard said.count >= 3 else { return false }
        let sentences = passages.compactMap(read).flatMap { zip($0.sentenceWords, $0.stems) }
        guard
            let nearest = sentences.max(by: {
                said.intersection($0.1).count < said.intersection($1.1).count
            })
        else { return false }
        let shared = Double(said.intersection(nearest.1).count) / Double(said.count)
        let isDenied = isDenial(reading)
        let isDeniedThere = nearest.0.contains { Self.denials.contains($0) }
        // A sentence beside it may say so in the passage, or this one in other words: "loses it for good".
        if isDenied, !isDeniedThere {
            let isFlat = words.contains("never") || words.contains("impossible")
            let least = isFlat ? max(2, said.intersection(nearest.1).count) : 2
            let others = sentences.filter { sentence in
                sentence.0.contains { Self.denials.contains($0) } && said.intersection(sentence.1).count >= least
            }
            return shared >= 0.5 && others.isEmpty && nearest.0.isDisjoint(with: Self.reversing)
        }
        // A long sentence may deny something else besides.
        let isSame = Double(said.intersection(nearest.1).count) >= 0.5 * Double(nearest.1.count)
        guard !isDenied, isDeniedThere, shared >= 0.75, said.count >= 4, isSame else { return false }
        return Set(words).isDisjoint(with: Self.denials.union(Self.reversing))
    }

    /// Whether a sentence adds what a formula of the passage subtracts, or the other way round: "the credit plus the mark".
    func turnsFormula(_ reading: SentenceReading, _ passages: [String]) -> Bool {
        let tokens = reading.tokens
        let texts = passages.compactMap(read).map { $0.words.lowercased() }
        return tokens.indices.dropFirst().contains { position in
            let isSign = ["+", "-"].contains(tokens[position].parting)
            let sign = isSign ? tokens[position].parting.map(String.init) ?? "" : tokens[position].word
            let signs = ["plus": ("+", "-"), "minus": ("-", "+"), "less": ("-", "+"), "+": ("+", "-"), "-": ("-", "+")]
            guard let (own, other) = signs[sign] else { return false }
            // "strike - bid" has its sign before the second word.
            var next = isSign ? position : position + 1
            while next < tokens.count, ["the", "its", "a"].contains(tokens[next].word) { next += 1 }
            guard next < tokens.count, tokens[next].kind == .word, tokens[position - 1].kind == .word else {
                return false
            }
            let (left, right) = (tokens[position - 1].word, tokens[next].word)
            return texts.contains { $0.contains("\(left) \(other) \(right)") }
                && !texts.contains { $0.contains("\(left) \(own) \(right)") }
        } || dividesOtherwise(reading, texts)
    }

    /// Whether a sentence divides by what a formula of the passages has, and divides by something else: "the credit minus the
    /// mark, divided by the mark".
    private func dividesOtherwise(_ reading: SentenceReading, _ texts: [String]) -> Bool {
        let tokens = reading.tokens
        func isOtherwise(_ divisor: String) -> Bool {
            texts.contains { text in
                text.contains(" \(divisor))") && !text.contains("/ \(divisor)") && text.contains(") / ")
            }
        }
        // "% of max profit = (credit - mark) / mark"
        let isFormula = tokens.contains { $0.parting == "=" }
        if isFormula,
            tokens.contains(where: { $0.parting == ")" && $0.kind == .word && isOtherwise($0.word) })
        {
            return true
        }
        return tokens.indices.contains { position in
            guard ["divide", "divided", "dividing"].contains(tokens[position].word),
                let by = tokens[(position + 1)...].prefix(3).firstIndex(where: { $0.word == "by" })
            else { return false }
            var next = by + 1
            while next < tokens.count, ["the", "its", "a"].contains(tokens[next].word) { next += 1 }
            guard next < tokens.count, tokens[next].kind == .word else { return false }
            return isOtherwise(tokens[next].word)
        }
    }

    /// Whether a sentence says that something settles or covers what a passage says it says nothing about: "the profit target
    /// also settles when a losing put should be closed".
    func saysWhatIsLeftOpen(_ reading: SentenceReading, _ passages: [String]) -> Bool {
        let words = Set(reading.tokens.map(\.word))
        guard words.isDisjoint(with: Self.denials), words.isDisjoint(with: ["open", "silent", "leaves", "only", "if"]),
            !words.isDisjoint(with: [
                "settles", "says", "covers", "tells", "decides", "determines", "governs", "applies",
            ])
        else { return false }
        return passages.compactMap(read).contains { passage in
            let parts = passage.words.lowercased().components(separatedBy: " says nothing about ")
            guard parts.count > 1, let subject = parts[0].components(separatedBy: ". ").last,
                let object = parts[1].split(whereSeparator: { !$0.isLetter }).first
            else { return false }
            let own = PassageSupport.words(TokenizedText.words(subject)).suffix(2)
            let said = Set(PassageSupport.words(reading.tokens.map(\.word)))
            return own.allSatisfy(said.contains) && said.contains { $0.hasPrefix(object.prefix(3)) }
        }
    }

    /// Whether a sentence has the opposite of a word of the sentence of the passages that it repeats else: "it is the bid that
    /// counts" where the ask does.
    func saysOpposite(_ reading: SentenceReading, _ passages: [String]) -> Bool {
        let words = reading.tokens.map(\.word)
        let said = Set(PassageSupport.words(words))
        guard said.count >= 4, Set(words).isDisjoint(with: Self.denials) else { return false }
        let sentences = passages.compactMap(read).flatMap(\.stems)
        return Self.opposites.contains { one, other in
            guard said.isDisjoint(with: other),
                let place = reading.tokens.last(where: { one.contains(PassageSupport.stem($0.word)) })
            else { return false }
            // The part of the sentence that says it alone is held against the passage.
            let clause = reading.tokens.filter { $0.clause == place.clause }.map(\.word)
            let rest = Set(PassageSupport.words(clause)).subtracting(one)
            func shared(_ has: Set<String>, _ hasNot: Set<String>) -> Int {
                sentences.filter { !$0.isDisjoint(with: has) && $0.isDisjoint(with: hasNot) }
                    .map { rest.intersection($0).count }.max() ?? 0
            }
            let (opposed, same) = (shared(other, one), shared(one, []))
            return opposed >= 3 && opposed > same && Double(opposed) >= 0.3 * Double(rest.count)
        }
    }

    /// Words, by their stems, of which the one says the opposite of the other.
    private static let opposites: [(Set<String>, Set<String>)] = {
        let pairs: [([String], [String])] = [
            (["bid"], ["ask"]), (["postpone", "postponed", "deferred"], ["good", "forever", "permanently"]),
            (["gone", "forever", "permanently"], ["postponed"]),
        ]
        return (pairs + pairs.map { ($0.1, $0.0) }).map { pair in
            (Set(pair.0.map(PassageSupport.stem)), Set(pair.1.map(PassageSupport.stem)))
        }
    }()

    /// Whether a sentence denies something as a whole: by never or impossible, or by not at its verb, no contrast as in "calendar
    /// days, not trading days".
    private func isDenial(_ reading: SentenceReading) -> Bool {
        let tokens = reading.tokens
        return tokens.indices.contains { position in
            switch tokens[position].word {
            case "never", "impossible", "cannot": true
            case "not":
                position > 0 && !tokens[position].isParted && Self.verbs.contains(tokens[position - 1].word)
                    && !(position + 1 < tokens.count
                        && ["only", "just", "yet"].contains(tokens[position + 1].word))
                    && !tokens[(position + 1)...].contains { $0.word == "but" || $0.word == "until" }
            case "isn", "doesn", "aren", "don", "won":
                !tokens[(position + 1)...].contains { $0.word == "but" }
            default: false
            }
        }
    }

    private static let verbs: Set<String> = [
        "is", "are", "does", "do", "will", "can", "was", "did", "may", "has", "would", "should",
    ]

    private static let denials: Set<String> = [
        "not", "no", "never", "cannot", "nothing", "impossible", "without", "neither", "nor", "isn",
        "doesn", "aren",
        "don", "won", "none",
    ]

    private static let deniers: Set<String> = Set(
        ["never", "impossible", "cannot", "not", "isn", "doesn", "aren", "don"].map(PassageSupport.stem)
    )

    /// Words that deny in another way.
    private static let reversing: Set<String> = [
        "postponed", "deferred", "disallowed", "lost", "lose", "loses", "avoid", "avoids", "only",
        "rather", "instead",
        "unless", "silent", "wrong", "mistake", "forget", "fails", "misses", "lacks", "blocked",
        "barred", "off",
        "less", "unsettled", "open", "different", "differs", "ignores", "ignore",
    ]

    /// Whether a sentence names a place, a company or a person in its midst that neither what it cites nor anything else known
    /// has: "dividends are tax free in Texas".
    func namesStrangers(_ reading: SentenceReading, _ passages: [String]) -> Bool {
        let tokens = reading.tokens
        return tokens.indices.dropFirst().contains { position in
            let token = tokens[position]
            guard token.kind == .word, token.isCapitalised, token.capitals.isEmpty,
                token.word.utf8.count > 3,
                !token.isParted, tokens[position - 1].kind == .word, !tokens[position - 1].isCapitalised,
                !reading.mentions.contains(where: { $0.tokens.contains(position) }),
                FigureScan.months[token.word] == nil, !Self.familiar.contains(token.word),
                !CompanyNames.isName(token.word)
            else { return false }
            let stem = PassageSupport.stem(token.word)
            return !index.words.contains(token.word)
                && !passages.compactMap(read).contains { $0.stems.contains { $0.contains(stem) } }
        }
    }

    /// Names that need no passage to know them.
    private static let familiar: Set<String> = [
        "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "magnus",
    ]
}
