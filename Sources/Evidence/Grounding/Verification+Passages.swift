import Foundation

/// What stands in passages: in the role a sentence gives it, and where the sentence does not cite them.
extension Verification {
    /// Traces what a sentence without a citation says to the one passage all of it stands in: the first sentence of an
    /// example whose mark stands in the next.
    mutating func quote(_ claims: [(entry: Int, claim: Claim)], _ reading: SentenceReading) {
        let open = claims.filter { entries[$0.entry].reason != nil }
        guard !open.isEmpty, !index.passages.isEmpty,
            open.allSatisfy({ entries[$0.entry].reason?.maySuitAnother ?? false })
        else { return }
        let words = reading.tokens.map(\.word)
        // What is the owner's is no example.
        guard !words.contains(where: { ["your", "my", "our"].contains($0) }) else { return }
        let names = index.passages.keys.sorted()
        var choices = names.map { [$0] }
        // What one example says may be held against the rule of another passage.
        if names.count <= 8 {
            for (rank, first) in names.enumerated() { choices += names[(rank + 1)...].map { [first, $0] } }
        }
        for ids in choices {
            let score = index.support.score(words, of: ids)
            guard score.coverage >= Self.leastUncited, score.cited + 1e-9 >= score.best else { continue }
            var trial = self
            var derivation = Derivation(reading: reading, earlier: [])
            var quoted = 0
            for claim in claims {
                guard case .value(let readings) = claim.claim.figure.kind else { continue }
                if let id = trial.passage(of: ids, with: readings, for: claim.claim) {
                    trial.set(.quoted(id), entry: claim.entry)
                    quoted += 1
                }
                derivation.add(
                    claim.claim,
                    trial.entries[claim.entry].status,
                    entry: claim.entry,
                    dates: index.date,
                    number: index.number
                )
            }
            // What it computes from the passage's figures may stand beside them.
            guard quoted == claims.count || quoted > 1 else { continue }
            if quoted < claims.count { trial.derive(derivation) }
            guard claims.allSatisfy({ trial.entries[$0.entry].reason == nil }) else { continue }
            self = trial
            return
        }
    }

    /// Strikes what one of several that a description fits has, beside what another has: "for 56 days the 145 put brings $1.66"
    /// where no 145 put has both.
    mutating func checkTogether(_ claims: [(entry: Int, claim: Claim)]) {
        var common: [Int: [Target: Set<Int>]] = [:]
        for (entry, claim) in claims {
            guard claim.binding.isNamed, claim.binding.targets.count == 1, let target = claim.binding.targets.first,
                target.contracts.count > 1, claim.reading.isSingular(target),
                case .matched(let ids) = entries[entry].status
            else { continue }
            let own = Set(ids.compactMap(index.group).flatMap { index.subjects.groups[$0].contracts })
                .intersection(target.contracts)
            guard !own.isEmpty, ids.allSatisfy({ index.group(of: $0) != 0 }) else { continue }
            let clause = claim.reading.tokens[claim.position].clause
            let near = claims.filter { $0.claim.reading.tokens[$0.claim.position].clause == clause }
            guard near.count > 1 else { continue }
            let left = (common[clause]?[target] ?? Set(target.contracts)).intersection(own)
            if left.isEmpty {
                set(.struck(.otherSubject), entry: entry)
            } else {
                common[clause, default: [:]][target] = left
            }
        }
    }

    /// Strikes what a sentence adds up to beside a citation where the passage gives another total: 30 days before, the day
    /// itself and 30 after are 61.
    mutating func checkTotals(_ claims: [(entry: Int, claim: Claim)]) {
        for (entry, claim) in claims {
            guard case .computed = entries[entry].status, !claim.citedNearby.isEmpty,
                !Set(claim.reading.tokens.map(\.word)).isDisjoint(with: Self.totals), let measure = claim.figure.measure
            else { continue }
            for id in claim.citedNearby {
                guard let passage = read(id) else { continue }
                let given = passage.figures.indices.contains { rank in
                    passage.figures[rank].measure == measure
                        && !passage.stems[passage.sentences[rank]].isDisjoint(with: Self.totals)
                        && passage.following[rank] != ""
                }
                if given { set(.struck(.notInPassage), entry: entry) }
            }
        }
    }

    private static let totals: Set<String> = ["altogether", "total", "all", "together"]

    /// The part of a sentence's words that a passage must have which it does not cite.
    private static let leastUncited = 0.45

    /// Whether the words beside a figure are not those of another figure of the passage: what is "51.2 % of the maximum" is
    /// not 51.2 % of the collateral, where that is another line's.
    func isInRole(_ saying: [Int], _ passage: ReadPassage, _ claim: Claim) -> Bool {
        guard isOfSaidBase(saying, passage, claim) else { return false }
        // "19.7% in 12 days" where that is annualised, "0.65% a year" where that is of 12 days.
        if claim.figure.measure == .fraction, passage.isAnnual.contains(true) {
            let annual = saying.map { passage.isAnnual[$0] }
            if claim.reading.isOverDays(claim.position), annual.allSatisfy({ $0 }) { return false }
            if claim.reading.isPerYear(claim.position), !annual.contains(true) { return false }
        }
        // "0.65% per day" where that is of twelve
        if claim.figure.measure == .fraction, claim.reading.isPerShortSpan(claim.position),
            saying.allSatisfy({ passage.following[$0] != "per" && passage.following[$0] != "a" })
        {
            return false
        }
        if followsAnother(saying, passage, claim) { return false }
        if isOperandToldAsResult(saying, passage, claim) || isOfContractToldOfShare(passage, claim) { return false }
        if let isTogether = isWithNeighbours(saying, passage, claim) { return isTogether }
        let role = claim.reading.role(of: claim.position)
        // What "has earned" is not what is "still to earn".
        let said = role.words.filter { !["earned", "made", "gained"].contains($0) }
        var words = Set(said.flatMap { PassageSupport.words([$0]) }).subtracting(Self.unspecific)
        // What was bought at 50 has a basis of 50; that something has a basis of 46 is not said by "bought at 46".
        if words.contains("buy") { words.insert(PassageSupport.stem("basis")) }
        guard !words.isEmpty, let measure = claim.figure.measure, measure != .days else { return true }
        let places = Set(saying.map { passage.sentences[$0] })
        let results = saying.filter { !passage.isOperand[$0] }
        let isStart = claim.position > 0 && claim.reading.tokens[claim.position - 1].word == "from"
        let own = Set((results.isEmpty || isStart ? saying : results).map { passage.sentences[$0] })
        let others = passage.figures.indices.filter { rank in
            let sentence = passage.sentences[rank]
            guard !saying.contains(rank), !own.contains(sentence),
                !passage.isOperand[rank] || !places.contains(sentence),
                !passage.isHeading[sentence],
                let other = passage.figures[rank].measure
            else { return false }
            return other == measure || Set([other, measure]) == [.dollars, .bare]
        }.map { passage.stems[passage.sentences[$0]] }
        let stems = own.map { passage.stems[$0] }
        if !stems.contains(where: { !$0.isDisjoint(with: words) }) {
            return !others.contains { !$0.isDisjoint(with: words) }
        }
        // "Now offered at 2.15" of what was sold at it: the word next to the figure is another's.
        var nearest = Set([role.before, role.after].flatMap { PassageSupport.words([$0]) }).intersection(words)
        if nearest.contains("buy") { nearest.insert(PassageSupport.stem("basis")) }
        guard !nearest.isEmpty, !stems.contains(where: { !$0.isDisjoint(with: nearest) }) else { return true }
        return !others.contains { nearest.isSubset(of: $0) }
    }

    /// Whether the words around a figure, the only one of its clause, are those that follow another figure of the passage's sentence:
    /// "Long-term: 40 %" of "60 percent long-term and 40 percent short-term".
    private func followsAnother(_ saying: [Int], _ passage: ReadPassage, _ claim: Claim) -> Bool {
        let tokens = claim.reading.tokens
        let clause = tokens[claim.position].clause
        let here = tokens.filter { $0.clause == clause }
        guard here.count(where: \.isNumeral) == 1, let measure = claim.figure.measure else { return false }
        let words = Set(here.map { PassageSupport.stem($0.word) })
        let own = Set(saying.map { passage.following[$0] })
        guard own.allSatisfy({ $0.utf8.count >= 4 && !words.contains($0) }) else { return false }
        let places = Set(saying.map { passage.sentences[$0] })
        return passage.figures.indices.contains { rank in
            places.contains(passage.sentences[rank]) && !saying.contains(rank)
                && passage.figures[rank].measure == measure && passage.following[rank].utf8.count >= 4
                && !own.contains(passage.following[rank]) && words.contains(passage.following[rank])
        }
    }

    /// Whether what a passage only computes with is told as the gain or loss that comes out: of `-500 + 900 = 400` not 900 is the
    /// taxable gain.
    private func isOperandToldAsResult(_ saying: [Int], _ passage: ReadPassage, _ claim: Claim) -> Bool {
        let before = claim.reading.words(before: claim.position, 2)
        guard before.first == "of", let outcome = before.last.flatMap({ WordLists.outcomes[$0] }) else { return false }
        return saying.allSatisfy { passage.isOperand[$0] && passage.directions[$0] != outcome }
    }

    /// Whether what a passage multiplies with 100 is told of one share: "earned $110 per share".
    private func isOfContractToldOfShare(_ passage: ReadPassage, _ claim: Claim) -> Bool {
        guard claim.reading.isPer("share", claim.position) else { return false }
        let digits = claim.figure.text.filter { $0.isNumber || $0 == "." }
        return passage.words.contains("* 100 = \(digits)")
    }

    /// Whether a part is said to be of what the passage says it is of: "half of its strike" is not "half of what it was sold for".
    private func isOfSaidBase(_ saying: [Int], _ passage: ReadPassage, _ claim: Claim) -> Bool {
        guard claim.figure.measure == .fraction, let base = claim.reading.base(at: claim.position),
            !base.classes.isEmpty
        else {
            return true
        }
        let text = saying.filter { !passage.isHeading[passage.sentences[$0]] }
        let said = (text.isEmpty ? saying : text).map { passage.classes[passage.sentences[$0]] }
        return said.contains { $0.isEmpty || !$0.isDisjoint(with: base.classes.withMaximum) }
    }

    /// Whether the figure beside a figure stands beside it in the passage too; nil where that says nothing.
    private func isWithNeighbours(_ saying: [Int], _ passage: ReadPassage, _ claim: Claim) -> Bool? {
        let own = Set(saying.map { passage.sentences[$0] })
        var isApart = false
        for position in claim.reading.neighbours(of: claim.position) {
            guard let readings = claim.reading.values[position], case .quantity(let beside)? = readings.first,
                let measure = claim.figure.measure, !Self.isAlike(beside.measure, measure)
            else { continue }
            let places = passage.figures.indices.filter { rank in
                guard case .value(let others) = passage.figures[rank].kind else { return false }
                return readings.contains { reading in others.contains { Self.says($0, reading) } }
            }.map { passage.sentences[$0] }
            guard !places.isEmpty else { continue }
            if places.contains(where: own.contains) { return true }
            func has(_ sentence: Int, _ wanted: Figure.Quantity.Measure) -> Bool {
                passage.figures.indices.contains {
                    passage.sentences[$0] == sentence && passage.figures[$0].measure == wanted
                }
            }
            if places.allSatisfy({ has($0, measure) }), own.allSatisfy({ has($0, beside.measure) }) { isApart = true }
        }
        return isApart ? false : nil
    }

    /// Words that say nothing of a figure's role.
    private static let unspecific = Set(
        [
            "example", "day", "days", "share", "shares", "week", "worked", "contract", "trade", "another", "stand",
            "stands",
        ]
        .map(PassageSupport.stem)
    )
}

extension LabelClasses {
    /// With all names of the most that can be earned, which is the credit, and of what it is earned on.
    var withMaximum: LabelClasses {
        let most: LabelClasses = [.maximumProfit, .partOfMaximum, .premium]
        let all = isDisjoint(with: most) ? self : union(most)
        return all.contains(.rateOfReturn) ? all.union(.requirement) : all
    }
}

extension SentenceReading {
    /// The numbers before and after one with no punctuation between.
    func neighbours(of position: Int) -> [Int] {
        let part = part(of: position)
        let before = tokens[part.lowerBound..<position].lastIndex { $0.figure != nil }
        let after = tokens[(position + 1)..<part.upperBound].firstIndex { $0.figure != nil }
        return [before, after].compactMap { $0 }
    }

    /// The words beside a figure that say what it is: before it back to the figure or the punctuation there, after it up to
    /// the next figure, punctuation or preposition.
    func role(of position: Int) -> (words: [String], before: String, after: String) {
        var (before, after): ([String], [String]) = ([], [])
        var index = position - 1
        while index >= 0, tokens[index].figure == nil, !tokens[index + 1].isParted,
            tokens[index].clause == tokens[position].clause, before.count < 5
        {
            before.append(tokens[index].word)
            index -= 1
        }
        index = position + 1
        while index < tokens.count, WordLists.copulas.contains(tokens[index].word) { index += 1 }
        let start = index
        while index < tokens.count, index - start < 4, tokens[index].figure == nil, !tokens[index].isParted,
            tokens[index].clause == tokens[position].clause,
            !WordLists.partings.contains(tokens[index].word) || ["a", "of"].contains(tokens[index].word)
        {
            after.append(tokens[index].word)
            index += 1
        }
        func first(_ words: [String]) -> String { words.first { !PassageSupport.words([$0]).isEmpty } ?? "" }
        return (before + after, first(before), first(after))
    }

    /// Whether a figure only says what a value is for: "for each 1% move", "per 1 %".
    func isUnit(_ position: Int, _ figure: Figure) -> Bool {
        // "Gamma/1 %"
        let isSlashed =
            position > 0 && tokens[position].isSlashed && labels.contains { $0.tokens.upperBound == position }
        guard position > 0, isSlashed || ["per", "each", "every"].contains(tokens[position - 1].word),
            case .value(let readings) = figure.kind, case .quantity(let quantity)? = readings.first
        else { return false }
        return quantity.measure == .fraction && figure.text.filter(\.isNumber) == "1"
    }
}

extension GroundingReport.Reason {
    /// Whether what is not so of one may be so of another.
    var maySuitAnother: Bool {
        switch self {
        case .unknownValue, .otherSubject, .otherUnit, .otherLabel, .otherSign: true
        default: false
        }
    }
}

extension SentenceReading {
    /// Whether somebody is spoken of in the singular: "the 145 put", not "the 145 puts".
    func isSingular(_ target: Target) -> Bool {
        let own = mentions.filter { $0.target == target }
        return own.count == 1
            && own.allSatisfy { mention in
                let end = min(tokens.count, mention.tokens.upperBound + 1)
                let near = tokens[mention.tokens.lowerBound..<end]
                return near.contains { ["put", "call"].contains($0.word) }
                    && !near.contains { ["puts", "calls", "rolls", "strikes", "spread", "spreads"].contains($0.word) }
                    && !tokens.contains { ["both", "either", "each", "legs"].contains($0.word) }
            }
    }
}

extension GroundingReport.Entry {
    /// Whether a fact is it.
    var isMatched: Bool {
        if case .matched = status { return true }
        return false
    }

    /// Whether a passage says it.
    var isQuoted: Bool {
        if case .quoted = status { return true }
        return false
    }

    /// Whether it is written with three digits or more, or is a day of a month: what others have by chance only.
    var isTelling: Bool {
        let digits = text.filter(\.isNumber).drop { $0 == "0" }
        return digits.count >= 3
            || (text.contains(where: \.isLetter) && text.contains(where: \.isNumber) && text.contains(" "))
    }

    /// Whether it is a value, no citation.
    var isFigure: Bool {
        if case .citation = status { return false }
        return true
    }
}
