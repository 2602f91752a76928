import Foundation
import Markets

/// Claims without a figure that facts decide: in or out of the money, short or long, winning or losing, a level of risk.
///
/// One that is so counts among what was checked, one that is not is struck; what facts do not decide is let pass.
extension Verification {
    /// Whether what some words say is so, and the facts that tell.
    struct Verdict {
        var isRight: Bool
        var ids: [String]
        /// The words that say it.
        var tokens: Range<Int>
    }

    /// Checks all that a sentence says in words alone.
    mutating func checkStates(_ reading: SentenceReading, _ text: TokenizedText, _ carried: Binding, _ place: Place) {
        for position in reading.tokens.indices
        where reading.tokens[position].kind == .word && !readClaims.contains(where: { $0.contains(position) }) {
            let verdict = stateVerdict(at: position, reading, carried) ?? bookVerdict(at: position, reading, carried)
            if let verdict { note(verdict, reading, text, place) }
        }
        for mention in reading.mentions {
            if let verdict = side(of: mention, reading) ?? trade(of: mention, reading) {
                note(verdict, reading, text, place)
            }
        }
    }

    /// What words at a position say of the state of somebody.
    private func stateVerdict(at position: Int, _ reading: SentenceReading, _ carried: Binding) -> Verdict? {
        if let verdict = moneyness(at: position, reading, carried) { return verdict }
        if let verdict = level(at: position, reading, carried) ?? levelOfListed(at: position, reading) {
            return verdict
        }
        if let verdict = regime(at: position, reading, carried) ?? likelihood(at: position, reading, carried) {
            return verdict
        }
        if let verdict = intrinsic(at: position, reading, carried) ?? debit(at: position, reading, carried) {
            return verdict
        }
        if let verdict = span(at: position, reading, carried) ?? strikeMoved(at: position, reading) { return verdict }
        if let verdict = outcome(at: position, reading, carried) ?? statedInText(at: position, reading, carried) {
            return verdict
        }
        if let verdict = cover(at: position, reading, carried) ?? delivery(at: position, reading, carried) {
            return verdict
        }
        return expired(at: position, reading, carried)
    }

    /// What words at a position say of all that is held.
    private func bookVerdict(at position: Int, _ reading: SentenceReading, _ carried: Binding) -> Verdict? {
        if let verdict = holding(at: position, reading) { return verdict }
        if let verdict = unassignable(at: position, reading) ?? unexpiring(at: position, reading) { return verdict }
        if let verdict = cashCover(at: position, reading) { return verdict }
        if let verdict = order(at: position, reading, carried) { return verdict }
        if let verdict = wholeResult(at: position, reading) { return verdict }
        return month(at: position, reading, carried)
    }

    /// Notes a verdict on words, unless they have one.
    mutating func note(_ verdict: Verdict, _ reading: SentenceReading, _ text: TokenizedText, _ place: Place) {
        let tokens = reading.tokens[verdict.tokens]
        guard let first = tokens.first, let last = tokens.last else { return }
        let span = first.span.lowerBound..<last.span.upperBound
        let figure = Figure(text: text.text.original(span), range: text.text.byteRange(span), kind: .name)
        note(
            words: figure,
            place,
            verdict.isRight ? .computed("as the facts say", from: Array(verdict.ids.prefix(8))) : .struck(.otherLabel)
        )
    }

    // MARK: - Whose and whether it is claimed

    /// Those of whom words at a position say something; nil where that is nobody known, or it is not claimed of all of them.
    private func claimed(at position: Int, _ reading: SentenceReading, _ carried: Binding) -> [Target]? {
        let part = reading.tokens[reading.part(of: position)]
        // "Goes into its last two days in the money" says how it is.
        let isOpen = part.indices.contains { place in
            Self.open.contains(part[place].word)
                && !(part[place].word == "goes" && place + 1 < part.endIndex && part[place + 1].word == "into")
        }
        guard !isOpen else { return nil }
        let targets = reading.binding(at: position, inherited: carried).targets
        guard !targets.isEmpty, targets.count <= 6, !targets.contains(where: \.isUnknown) else { return nil }
        return targets
    }

    /// Whether the words before a position deny what it says; nil where they may or may not.
    func isDenied(at position: Int, _ reading: SentenceReading) -> Bool? {
        let part = reading.part(of: position)
        let denials = part.filter { Self.denials.contains(reading.tokens[$0].word) }
        guard let last = denials.last else { return false }
        guard denials.count == 1, last < position, position - last <= 4,
            !["only", "just", "even", "yet"].contains(reading.tokens[last + 1].word)
        else { return nil }
        return true
    }

    /// Words that leave open whether or of whom something is claimed.
    private static let open: Set<String> = [
        "if", "would", "could", "should", "until", "when", "once", "unless", "may", "might", "can", "whether", "must",
        "need", "needs", "unlikely", "likely", "chance", "odds", "probability", "finish", "finishes", "finishing",
        "end", "ends", "ending", "stay", "stays", "will", "expect", "had", "was", "were", "been", "to", "likelihood",
        "but", "except", "besides", "other", "others", "apart", "than", "everything", "rest", "nothing", "none",
        "every", "any", "neither", "nor", "either", "or", "everyone", "moves", "move", "goes", "go", "before",
        "becomes", "become", "turn", "turns", "keep", "keeps", "both",
        "rolling", "roll", "selling", "sell", "candidate", "candidates", "ll",
    ]

    private static let denials: Set<String> = [
        "not", "no", "never", "isn", "aren", "don", "doesn", "hasn", "haven", "without", "hardly", "cannot",
    ]

    /// Whether something is so of all, or of none; nil where some do and some do not.
    private func unanimous(_ values: [Bool]) -> Bool? {
        guard let first = values.first, values.allSatisfy({ $0 == first }) else { return nil }
        return first
    }

    /// Decides a claim about several: right where it is so of each, wrong where of one it is not.
    func verdict(
        _ targets: [Target],
        _ tokens: Range<Int>,
        _ reading: SentenceReading,
        isSo: (Target) -> (isSo: Bool, ids: [String])?
    ) -> Verdict? {
        guard let isDenied = isDenied(at: tokens.lowerBound, reading) else { return nil }
        let found = targets.map(isSo)
        let known = found.compactMap { $0 }
        if known.contains(where: { $0.isSo == isDenied }) {
            return Verdict(isRight: false, ids: known.flatMap(\.ids), tokens: tokens)
        }
        return known.count == targets.count ? Verdict(isRight: true, ids: known.flatMap(\.ids), tokens: tokens) : nil
    }

    /// The options meant by a target: its contracts, or those of its ticker that are held.
    private func options(of target: Target) -> [Int] {
        guard target.contracts.isEmpty else { return target.contracts }
        return target.tickers.flatMap { index.subjects.contractsByTicker[$0] ?? [] }.filter {
            index.quantity(of: $0) != nil
        }
    }

    // MARK: - In and out of the money

    private func moneyness(at position: Int, _ reading: SentenceReading, _ carried: Binding) -> Verdict? {
        guard let (isInside, tokens) = reading.moneyness(at: position),
            // "Nearly in the money" is not in it.
            !reading.words(before: tokens.lowerBound, 2).contains(where: {
                ["near", "nearly", "almost", "close", "barely"].contains($0)
            }) || reading.tokens[tokens.lowerBound - 1].figure != nil,
            let targets = claimed(at: position, reading, carried)
        else { return nil }
        return verdict(targets, tokens, reading) { target in
            let sides = options(of: target).compactMap { contract -> (isSo: Bool, id: String)? in
                guard let terms = index.subjects.contracts[contract], let price = underlyingPrice(of: contract) else {
                    return nil
                }
                let distance = price.value - terms.strike.approximation
                guard distance != 0 else { return nil }
                return ((terms.right == .call ? distance > 0 : distance < 0) == isInside, price.id)
            }
            return unanimous(sides.map(\.isSo)).map { ($0, sides.map(\.id)) }
        }
    }

    private func underlyingPrice(of contract: Int) -> (value: Double, id: String)? {
        guard let ticker = index.subjects.contracts[contract]?.ticker else { return nil }
        let groups = (index.subjects.groupsByName[contract] ?? []) + (index.subjects.groupsByName[ticker] ?? [])
        return values("underlying price", groups).first
    }

    // MARK: - Sides

    /// "You are short the QQQ 570 put", "your long SPY 645 puts".
    private func side(of mention: Mention, _ reading: SentenceReading) -> Verdict? {
        guard !mention.target.isUnknown, let (isShort, position) = reading.side(of: mention) else { return nil }
        let part = reading.tokens[reading.part(of: position)].map(\.word)
        guard Set(part).isDisjoint(with: ["if", "would", "could", "should", "or", "can", "may", "might", "new"]),
            Set(part).isDisjoint(with: ["assignment", "assigned", "exercise", "exercised", "called", "leave", "leaves"])
                || !mention.target.contracts.isEmpty,
            isDenied(at: position, reading) == false
        else { return nil }
        var quantities: [Double] = []
        if mention.target.contracts.isEmpty {
            let next = mention.tokens.upperBound
            let isOfShares =
                next < reading.tokens.count && ["shares", "stock"].contains(reading.tokens[next].word)
                || reading.tokens[min(position + 1, mention.tokens.lowerBound)..<mention.tokens.lowerBound].contains {
                    ["shares", "stock"].contains($0.word)
                }
            guard isOfShares, let shares = shares(of: mention.target.tickers.first) else { return nil }
            quantities = [shares]
        } else {
            quantities = mention.target.contracts.compactMap(index.quantity)
            guard quantities.count == mention.target.contracts.count else { return nil }
        }
        let rights = quantities.map { ($0 < 0) == isShort }
        guard let isRight = unanimous(rights) ?? (rights.contains(true) ? true : nil) else { return nil }
        let ids = ids(ofContracts: mention.target.contracts) ?? []
        return Verdict(isRight: isRight, ids: ids, tokens: position..<position + 1)
    }

    /// How many shares of a ticker are held; nil where nothing says it.
    func shares(of ticker: Int?) -> Double? {
        guard let ticker, let label = index.labels(named: "quantity").first else { return nil }
        return index.known(label).first { known in
            known.unit == .shares && index.subjects.groups[known.group].contracts.isEmpty
                && index.subjects.groups[known.group].tickers == [ticker]
        }?.value
    }

    // MARK: - Won and lost

    /// "The KO calls are underwater", "DIS is a winner", "June was in the red".
    private func outcome(at position: Int, _ reading: SentenceReading, _ carried: Binding) -> Verdict? {
        // What a condor has made is not what each of its legs has.
        guard let (isGain, tokens) = reading.outcome(at: position),
            !reading.tokens.contains(where: { Self.combinations.contains($0.word) })
        else { return nil }
        let words = reading.tokens[reading.part(of: position)].map(\.word)
        guard !words.contains(where: { Self.open.subtracting(["was", "were", "both"]).contains($0) }) else {
            return nil
        }
        let targets = reading.binding(at: position, inherited: carried).targets
        guard !targets.isEmpty, targets.count <= 6, !targets.contains(where: \.isUnknown) else { return nil }
        let isOfDay = words.contains { ["today", "day", "session", "yesterday"].contains($0) }
        return verdict(targets, tokens, reading) { target in
            let results = self.results(
                of: target,
                isOfDay ? "day change" : "unrealised p&l",
                isOfShares: words.contains { ["shares", "stock"].contains($0) }
            )
            // "NVDA is up on the day", where the close before is known
            if results.isEmpty, isOfDay {
                let groups = index.subjects.groups(of: target)
                guard let close = values("previous close", groups).first,
                    let last = ["last", "mark", "last close"].lazy.compactMap({ self.values($0, groups).first }).first,
                    last.value != close.value
                else { return nil }
                return ((last.value > close.value) == isGain, [last.id, close.id])
            }
            let values =
                results.isEmpty
                ? ["net premium", "realised gain"].flatMap { self.values($0, index.subjects.groups(of: target)) }
                : results
            return unanimous(values.filter { $0.value != 0 }.map { ($0.value > 0) == isGain }).map {
                ($0, values.map(\.id))
            }
        }
    }

    private static let combinations: Set<String> = [
        "condor", "spread", "spreads", "calendar", "strangle", "straddle", "collar", "together", "combined",
    ]

    /// What a gain or loss of somebody may be: of the contract; of the shares, of the options and of both.
    private func results(of target: Target, _ label: String, isOfShares: Bool) -> [(
        value: Double, id: String
    )] {
        let groups = index.subjects.groups(of: target)
        if !target.contracts.isEmpty { return values(label, groups.filter { isOfContract($0, target) }) }
        let shares = values(label, groups.filter { index.subjects.groups[$0].contracts.isEmpty })
        if isOfShares { return shares }
        let options = values(label, groups.filter { !index.subjects.groups[$0].contracts.isEmpty })
        var seen: Set<String> = []
        let all = (shares + options).filter { seen.insert($0.id).inserted }
        guard let first = all.first else { return [] }
        return shares + options + [(all.reduce(0) { $0 + $1.value }, first.id)]
    }

    // MARK: - Covered

    /// "The INTC calls are covered", "naked calls on KO".
    private func cover(at position: Int, _ reading: SentenceReading, _ carried: Binding) -> Verdict? {
        let word = reading.tokens[position].word
        guard ["covered", "naked", "uncovered"].contains(word),
            position + 1 >= reading.tokens.count || reading.tokens[position + 1].word != "by"
                || reading.tokens[position...].contains(where: { ["shares", "stock"].contains($0.word) }),
            let targets = claimed(at: position, reading, carried)
        else { return nil }
        return verdict(targets, position..<position + 1, reading) { target in
            let calls = options(of: target).filter { contract in
                index.subjects.contracts[contract]?.right == .call
                    && index.quantity(of: contract).map { $0 < 0 } ?? false
            }
            guard !calls.isEmpty, calls.count == options(of: target).count, let ticker = target.tickers.first else {
                return nil
            }
            let needed = calls.reduce(0) { $0 + (index.quantity(of: $1)?.magnitude ?? 0) * 100 }
            let shares = shares(of: ticker)
            guard shares != nil || knowsAllPositions || knowsRequirements else { return nil }
            // What nothing is required for is covered.
            let isCovered =
                shares == nil && !knowsAllPositions ? !requiresCollateral(ticker) : (shares ?? 0) >= needed
            // A long call of another expiration covers in its way.
            let hasLong = (index.subjects.contractsByTicker[ticker] ?? []).contains {
                index.subjects.contracts[$0]?.right == .call && index.quantity(of: $0).map { $0 > 0 } ?? false
            }
            guard isCovered || !hasLong else { return nil }
            return (isCovered == (word == "covered"), ids(ofContracts: calls) ?? [])
        }
    }

    /// Whether the facts say for each underlying what its short options require.
    private var knowsRequirements: Bool {
        index.labels(named: "buying power requirement").flatMap(index.known).count > 1
    }

    private func requiresCollateral(_ ticker: Int) -> Bool {
        index.labels(named: "buying power requirement").flatMap(index.known).contains {
            index.subjects.groups[$0.group].tickers.contains(ticker) && $0.value > 0
        }
    }

    /// Whether every position of the portfolio is among the facts, so that what is not there is not held.
    var knowsAllPositions: Bool {
        guard let label = index.labels(named: "quantity").first, let count = index.positionCount else { return false }
        return Double(index.known(label).count) == count
    }

    // MARK: - Expired

    /// "The AMD put has expired" where it has not.
    private func expired(at position: Int, _ reading: SentenceReading, _ carried: Binding) -> Verdict? {
        guard reading.tokens[position].word == "expired", let today = index.today,
            let targets = claimed(at: position, reading, carried), targets.allSatisfy({ !$0.contracts.isEmpty })
        else { return nil }
        return verdict(targets, position..<position + 1, reading) { target in
            let sides = target.contracts.compactMap { index.subjects.contracts[$0].map { $0.expiration < today } }
            return unanimous(sides).map { ($0, ids(ofContracts: target.contracts) ?? []) }
        }
    }
}

extension SentenceReading {
    /// Whether words that end at a position say "in the money" or "out of the money", and where they stand.
    func moneyness(at position: Int) -> (isInside: Bool, tokens: Range<Int>)? {
        switch tokens[position].word {
        case "itm": return (true, position..<position + 1)
        case "otm": return (false, position..<position + 1)
        case "money" where position > 1 && tokens[position - 1].word == "the":
            if tokens[position - 2].word == "in" { return (true, position - 2..<position + 1) }
            guard position > 2, tokens[position - 2].word == "of", tokens[position - 3].word == "out" else {
                return nil
            }
            return (false, position - 3..<position + 1)
        default: return nil
        }
    }

    /// Whether the owner is said to be short or long of what is mentioned, and the word that says it.
    func side(of mention: Mention) -> (isShort: Bool, position: Int)? {
        let words: [String: Bool] = ["short": true, "sold": true, "wrote": true, "long": false, "bought": false]
        func isSide(_ position: Int) -> Bool? {
            guard let isShort = words[tokens[position].word] else { return nil }
            let next = position + 1 < tokens.count ? tokens[position + 1].word : ""
            let before = position > 0 ? tokens[position - 1].word : ""
            guard !["of", "by", "dated", "term", "run", "back", "at", "for", "as"].contains(next),
                !["as", "how", "so", "too", "falls", "fall", "fell"].contains(before)
            else { return nil }
            return isShort
        }
        for position in mention.tokens where tokens[position].figure == nil {
            if let isShort = isSide(position) { return (isShort, position) }
        }
        var position = mention.tokens.lowerBound - 1
        while position >= 0, mention.tokens.lowerBound - position <= 4, !tokens[position + 1].isParted {
            if let isShort = isSide(position) { return (isShort, position) }
            let isPassed =
                ["the", "your", "a", "my", "one", "two", "three", "four", "five"].contains(tokens[position].word)
                || tokens[position].isNumeral && contracts[position]?.isEmpty ?? true
                || tokens[position].figure != nil && !tokens[position].isNumeral
                || ["shares", "of"].contains(tokens[position].word) && mention.target.contracts.isEmpty
            guard isPassed else { return nil }
            position -= 1
        }
        // "The NVDA puts were bought on Nov 10"
        let verb = mention.tokens.upperBound
        if verb + 1 < tokens.count, ["was", "were"].contains(tokens[verb].word),
            let isShort = ["bought": false, "purchased": false, "sold": true, "written": true][tokens[verb + 1].word],
            verb + 2 == tokens.count || !["back", "to", "off"].contains(tokens[verb + 2].word)
        {
            return (isShort, verb + 1)
        }
        // "The QQQ 570 put is short"
        let next = mention.tokens.upperBound
        guard next + 1 < tokens.count, ["is", "are"].contains(tokens[next].word),
            ["short", "long"].contains(tokens[next + 1].word), let isShort = isSide(next + 1),
            next + 2 == tokens.count || tokens[next + 2].isParted || tokens[next + 2].word == "and"
        else { return nil }
        return (isShort, next + 1)
    }

    /// Whether words at a position say that something wins or loses, and where they stand.
    func outcome(at position: Int) -> (isGain: Bool, tokens: Range<Int>)? {
        let word = tokens[position].word
        let here = position..<position + 1
        func follows(_ words: [String]) -> Bool {
            position >= words.count && zip(words, tokens[(position - words.count)...]).allSatisfy { $0 == $1.word }
        }
        let next = position + 1 < tokens.count && !tokens[position + 1].isParted ? tokens[position + 1].word : ""
        // "DIS is showing a loss"
        let isShown = follows(["a"]) && position > 1 && Self.showing.contains(tokens[position - 2].word)
        // "NVDA is up on the day"
        let isOfDay =
            next == "today"
            || position + 3 < tokens.count
                && tokens[(position + 1)...(position + 3)].map(\.word) == ["on", "the", "day"]
        switch word {
        case "up" where isOfDay && follows(["is"]): return (true, here)
        case "down" where isOfDay && follows(["is"]): return (false, here)
        case "underwater": return (false, here)
        case "profitable": return (true, here)
        case "winner", "winners": return (true, here)
        case "loser", "losers": return (false, here)
        case "water" where follows(["under"]): return (false, position - 1..<position + 1)
        case "red" where follows(["in", "the"]): return (false, position - 2..<position + 1)
        case "green" where follows(["in", "the"]), "black" where follows(["in", "the"]):
            return (true, position - 2..<position + 1)
        case "loss" where isShown:
            return next == "of" ? nil : (false, position - 2..<position + 1)
        case "profit" where isShown, "gain" where isShown:
            return next == "of" ? nil : (true, position - 2..<position + 1)
        case "loss" where follows(["at", "a"]): return next == "of" ? nil : (false, position - 2..<position + 1)
        case "profit" where follows(["in"]) && next != "of": return (true, position - 1..<position + 1)
        case "profit" where follows(["at", "a"]): return next == "of" ? nil : (true, position - 2..<position + 1)
        case "money" where follows(["losing"]) || follows(["loses"]): return (false, position - 1..<position + 1)
        case "money" where follows(["making"]) || follows(["makes"]): return (true, position - 1..<position + 1)
        case "losing" where ["position", "positions", "trade", "trades", "month"].contains(next): return (false, here)
        case "winning" where ["position", "positions", "trade", "trades", "month"].contains(next): return (true, here)
        default: return nil
        }
    }

    /// Verbs of what a position has so far.
    private static let showing: Set<String> = ["showing", "shows", "carrying", "carries", "sitting", "running"]
}
