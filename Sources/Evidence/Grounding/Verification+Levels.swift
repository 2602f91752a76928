import Foundation

/// Claims about what facts give in a word: a level of risk, how many have it and who, a regime of the market.
extension Verification {
    // MARK: - Levels

    /// Levels of risk, of which the evidence at hand may not have each.
    private static let scale: Set<String> = ["low", "medium", "high", "imminent"]

    private func level(ofWord word: String) -> String? {
        let word = word == "moderate" ? "medium" : word
        return index.levelWords.contains(word) || (!index.levels.isEmpty && Self.scale.contains(word)) ? word : nil
    }

    /// "AMD's assignment risk is imminent", "concentration is low", "the JPM put is rated medium".
    func level(at position: Int, _ reading: SentenceReading, _ carried: Binding) -> Verdict? {
        let tokens = reading.tokens
        guard let word = level(ofWord: tokens[position].word), let kind = reading.kindOfLevel(at: position),
            reading.countOfLevel(at: position) == nil
        else { return nil }
        let part = tokens[reading.part(of: position)].map(\.word)
        guard Set(part).isDisjoint(with: ["if", "would", "could", "early", "above", "below", "limit", "or", "than"]),
            let isDenied = isDenied(at: position, reading)
        else { return nil }
        let levels = index.levels.filter { index.labels[$0.label].words.first == kind }
        // Who calls imminent high says no more than is so.
        func isNoMore(_ known: EvidenceIndex.Level) -> Bool {
            word == "high" && known.word == "imminent" && tokens[position].capitals.isEmpty
        }
        if kind == "concentration" {
            guard let first = levels.first(where: { $0.group == 0 }), !isNoMore(first) else { return nil }
            let isRight = (first.word == word) != isDenied
            return Verdict(isRight: isRight, ids: [first.id], tokens: position..<position + 1)
        }
        let targets = reading.binding(at: position, inherited: carried).targets
        guard !targets.isEmpty, targets.count <= 6, !targets.contains(where: \.isUnknown),
            targets.count == 1 || part.count(where: { level(ofWord: $0) != nil }) == 1
        else { return nil }
        return verdict(targets, position..<position + 1, reading) { target in
            let known = levels.filter { target.admits(index.subjects.groups[$0.group]) }
            guard let first = known.first, !isNoMore(first) else { return nil }
            let isSo = known.contains { $0.word == word }
            return isSo && !known.allSatisfy { $0.word == word } ? nil : (isSo, [first.id])
        }
    }

    /// "Four are rated MEDIUM: INTC, NVDA, QQQ and SPY": as many as are said must have the level, and each that is listed.
    func levelOfListed(at position: Int, _ reading: SentenceReading) -> Verdict? {
        let tokens = reading.tokens
        guard let word = level(ofWord: tokens[position].word), let (count, place) = reading.countOfLevel(at: position),
            isDenied(at: position, reading) == false,
            Set(tokens[reading.part(of: position)].map(\.word)).isDisjoint(with: [
                "if", "would", "could", "may", "might",
            ]),
            !tokens[(position + 1)...].prefix(2).contains(where: {
                ["or", "and"].contains($0.word) || $0.isSlashed
            }) || position + 1 < tokens.count && tokens[position + 1].isParted
        else { return nil }
        var members = index.levels.filter { index.labels[$0.label].words.first == "assignment" && $0.word == word }
        let said = Set(tokens[place..<position].map(\.word))
        let (puts, calls) = (
            said.contains("puts") || said.contains("put"), said.contains("calls") || said.contains("call")
        )
        if puts != calls {
            members = members.filter { member in
                index.subjects.groups[member.group].contracts.contains {
                    index.subjects.contracts[$0]?.right == (puts ? .put : .call)
                }
            }
        }
        // "Two more are HIGH" counts none that were named before.
        guard !members.isEmpty, said.isDisjoint(with: ["more", "others"]) else { return nil }
        let groups = members.map { index.subjects.groups[$0.group] }
        let contracts = Set(groups.flatMap(\.contracts)).count
        let tickers = Set(groups.flatMap(\.tickers)).count
        // "Of the nine short options, four": options are counted; of whom nothing is said, these or their tickers.
        let nouns = Set(tokens[..<position].filter { $0.clause == tokens[position].clause }.map(\.word))
        let isOfTickers = !nouns.isDisjoint(with: ["names", "tickers", "underlyings", "stocks", "companies"])
        let isOfOptions = !nouns.isDisjoint(with: [
            "option", "options", "contract", "contracts", "puts", "calls", "legs",
        ])
        var isRight = count == contracts && (isOfOptions || !isOfTickers) || count == tickers && !isOfOptions
        if let colon = tokens[(position + 1)...].prefix(3).firstIndex(where: { $0.parting == ":" }) {
            for mention in reading.mentions
            where mention.tokens.lowerBound >= colon && tokens[mention.tokens.lowerBound].clause == tokens[colon].clause
                && !mention.target.isUnknown
            {
                if !groups.contains(where: { mention.target.admits($0) }) { isRight = false }
            }
        }
        return Verdict(isRight: isRight, ids: members.map(\.id), tokens: position..<position + 1)
    }

    // MARK: - Regimes

    /// "NVDA is in a bear regime", "a bull regime with low volatility".
    func regime(at position: Int, _ reading: SentenceReading, _ carried: Binding) -> Verdict? {
        let tokens = reading.tokens
        guard tokens[position].word == "regime" else { return nil }
        let targets = reading.binding(at: position, inherited: carried).targets
        // "So low volatility strategies do not fit" speaks of something else.
        let end = tokens[position...].firstIndex { ["so", "because", "since", "which", "therefore"].contains($0.word) }
        let here = tokens.indices.filter {
            tokens[$0].clause == tokens[position].clause && $0 < end ?? tokens.count
        }
        let words = Set(here.map { tokens[$0].word })
        guard targets.count == 1, let target = targets.first, !target.isUnknown,
            words.isDisjoint(with: [
                "not", "no", "if", "would", "could", "was", "from", "until", "or", "than", "isn", "should", "may",
                "might", "before", "when", "turns", "changes", "flips", "rather",
            ])
        else { return nil }
        let isOfDay = !words.isDisjoint(with: ["day", "today", "daily"])
        let known = index.states.filter { state in
            target.admits(index.subjects.groups[state.group])
                && index.labels[state.label].words.contains("day") == isOfDay
        }
        guard let state = known.first, known.count == 1 else { return nil }
        var verdicts: [(isRight: Bool, place: Int)] = []
        for place in here {
            let isOfVolatility =
                place + 1 < tokens.count && ["volatility", "vol"].contains(tokens[place + 1].word)
            switch tokens[place].word {
            case "bull", "bullish", "bear", "bearish":
                let isBull = tokens[place].word.hasPrefix("bull")
                guard state.words.contains("bull") != state.words.contains("bear") else { continue }
                verdicts.append((state.words.contains("bull") == isBull, place))
            case "high" where isOfVolatility, "low" where isOfVolatility:
                guard state.words.contains("vol"), state.words.contains("high") != state.words.contains("low") else {
                    continue
                }
                verdicts.append((state.words.contains(tokens[place].word), place))
            default: continue
            }
        }
        guard let chosen = verdicts.first(where: { !$0.isRight }) ?? verdicts.first else { return nil }
        return Verdict(isRight: chosen.isRight, ids: [state.id], tokens: chosen.place..<chosen.place + 1)
    }
}

extension SentenceReading {
    private static let kindsOfLevel: [String: String] = [
        "assignment": "assignment", "assigned": "assignment", "concentration": "concentration",
        "concentrated": "concentration",
    ]
    private static let ratings: Set<String> = [
        "rated", "flagged", "marked", "classed", "ranked", "graded", "labelled", "tagged", "classified",
    ]

    /// What a level at a position is of: the first word of its label; nil where it is said of nothing.
    func kindOfLevel(at position: Int) -> String? {
        let kinds = Self.kindsOfLevel
        let measures: Set<String> = [
            "risk", "level", "odds", "chance", "likelihood", "probability", "of", "being", "for",
        ]
        // "Sits in the low bucket"
        if position + 1 < tokens.count, !tokens[position + 1].isParted,
            ["bucket", "band", "category", "tier"].contains(tokens[position + 1].word)
        {
            return "assignment"
        }
        // "Concentration is 0.241, just under the limit, but the level is still HIGH"
        if !tokens[position].capitals.isEmpty, tokens.contains(where: { $0.word == "concentration" }),
            !tokens.contains(where: { $0.word.hasPrefix("assign") })
        {
            return "concentration"
        }
        // "Flagged as imminent for assignment"
        if position + 2 < tokens.count, tokens[position + 1].word == "for", !tokens[position + 1].isParted,
            let kind = kinds[tokens[position + 2].word]
        {
            return kind
        }
        // "A high assignment risk", "low risk of assignment"
        var next = position + 1
        while next < tokens.count, next - position <= 4, !tokens[next].isParted {
            if let kind = kinds[tokens[next].word] { return kind }
            guard measures.contains(tokens[next].word) else { break }
            next += 1
        }
        // "Assignment risk on AMD is imminent", "Concentration: LOW"
        guard next == position + 1 || !tokens[position].capitals.isEmpty else { return nil }
        let isLast =
            position + 1 == tokens.count || tokens[position + 1].isParted
            || ["and", "at", "with", "for", "while", "today", "now", "right", "on"].contains(tokens[position + 1].word)
        guard isLast else { return nil }
        var before = position - 1
        while before >= 0, position - before <= 9 {
            if let kind = kinds[tokens[before].word] { return kind }
            let isPassed =
                measures.contains(tokens[before].word) || WordLists.links.contains(tokens[before].word)
                || Self.grades.contains(tokens[before].word)
                || mentions.contains { $0.tokens.contains(before) }
            guard isPassed else { break }
            before -= 1
        }
        return isRated(position) || isPredicated(position) ? "assignment" : nil
    }

    /// Whether a word says how somebody is rated, with nothing in the sentence that is rated besides: "is rated medium".
    private func isRated(_ position: Int) -> Bool {
        var before = position - 1
        while before > 0, ["as", "a", "at", "only", "just"].contains(tokens[before].word) { before -= 1 }
        let others: Set<String> = ["concentration", "volatility", "vol", "trend", "liquidity", "zone", "strength"]
        return before >= 0 && Self.ratings.contains(tokens[before].word)
            && !tokens.contains { others.contains($0.word) }
    }

    /// Whether a level is said of a name with nothing besides, in a sentence that says of none what else it is a level of: "KO
    /// is imminent and AMD is high".
    private func isPredicated(_ position: Int) -> Bool {
        guard tokens.contains(where: { $0.word == "imminent" || ["HIGH", "MEDIUM", "LOW"].contains($0.capitals) }),
            labels.isEmpty
        else { return false }
        var before = position - 1
        while before >= 0,
            ["is", "are", "s", "not", "isn", "only", "still", "just", "at"].contains(tokens[before].word)
        {
            before -= 1
        }
        return mentions.contains { $0.tokens.upperBound == before + 1 }
    }

    /// How many are said to have the level at a position, and where: "two contracts are flagged HIGH"; nil where that is not said.
    func countOfLevel(at position: Int) -> (count: Int, position: Int)? {
        var place = position - 1
        while place >= 0, position - place <= 8, !tokens[place + 1].isParted {
            // "The IWM 245 call is rated HIGH" names a strike.
            guard !mentions.contains(where: { $0.tokens.contains(place) }) else { return nil }
            if let number = count(at: place) {
                // "The only one of nine short options rated LOW"
                if isWholeOfPart(place), let part = (0..<place).last(where: { count(at: $0) != nil }),
                    place - part <= 4, let number = count(at: part)
                {
                    return (number, part)
                }
                return number > 0 ? (number, place) : nil
            }
            guard Self.countedWords.contains(tokens[place].word) else { return nil }
            place -= 1
        }
        return nil
    }

    /// The whole number of things a token is; nil where it is none.
    private func count(at position: Int) -> Int? {
        if let number = FigureScan.number(tokens[position].word) ?? Int(tokens[position].digits) { return number }
        guard case .quantity(let quantity)? = values[position]?.first,
            [.count, .contracts].contains(quantity.measure)
        else { return nil }
        let count = NSDecimalNumber(decimal: quantity.magnitude).intValue
        return Decimal(count) == quantity.magnitude ? count : nil
    }

    private static let countedWords: Set<String> = [
        "are", "is", "rated", "flagged", "as", "at", "more", "others", "contracts", "contract", "options", "option",
        "short", "positions",
        "position", "puts", "put", "calls", "call", "names", "carry", "carries", "sit", "sits", "in", "marked",
        "classed", "assignment", "risk", "tickers", "ones", "still", "currently", "ranked", "graded", "labelled",
    ]

    private static let grades: Set<String> = [
        "s", "very", "fairly", "quite", "rated", "flagged", "marked", "classed", "ranked", "considered", "judged",
        "not", "isn", "rates", "reads", "looks", "seems", "so", "index", "short",
    ]
}
