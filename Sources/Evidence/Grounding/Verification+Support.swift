import Foundation

/// Whether what a sentence cites supports it.
extension Verification {
    /// The part of a sentence's words that a cited passage must have.
    ///
    /// Measured with the margin over the statements of the tests, 684 correct ones and 40 with a wrong citation: parts of 0.1
    /// to 0.4 and margins of 0.75 to 1.5 catch 39 of these, and reject one correct one at most; a margin of 3 misses one or two
    /// more.
    static let leastCoverage = 0.2

    /// How much more another passage may have of the words that tell passages apart before it is the one to cite.
    static let bestMargin = 1.5

    /// Strikes words that are the value of somebody else: "NVDA reports before the open" where it does after the close.
    mutating func checkChoices(_ reading: SentenceReading, _ text: TokenizedText, _ inherited: Binding, _ place: Place)
    {
        for position in reading.tokens.indices where reading.tokens[position].kind == .word {
            // "One IMMINENT, two HIGH" counts.
            let isCounted =
                position > 0
                && (reading.tokens[position - 1].figure != nil && !reading.dateTokens.contains(position - 1)
                    || FigureScan.isNumber(reading.tokens[position - 1].word)
                    || reading.countOfLevel(at: position) != nil)
            for choice in index.choices(in: reading.tokens, at: position) where !(isCounted && choice.isCapital) {
                let next = position + choice.words.count
                if next < reading.tokens.count, reading.tokens[next].word == "or" { continue }
                if position > 0, reading.tokens[position - 1].word == "or" { continue }
                if choice.isCapital, reading.kindOfLevel(at: position) == "concentration" { continue }
                let binding = reading.binding(at: position, inherited: inherited)
                let targets = binding.targets
                // "Does JPM report before the open? After the close."
                guard binding.isNamed || targets.count == 1 && !binding.isPresumed, !targets.isEmpty,
                    !targets.contains(where: \.isUnknown)
                else { continue }
                let holders = index.holders(of: choice.label).filter { group in
                    targets.contains { $0.admits(index.subjects.groups[group]) }
                }
                // Of those listed each must have it.
                let others = targets.filter { target in
                    let own = holders.filter { target.admits(index.subjects.groups[$0]) }
                    return !own.isEmpty && own.isDisjoint(with: choice.groups)
                }
                guard !holders.isEmpty, !others.isEmpty else { continue }
                let last = position + choice.words.count - 1
                let span = reading.tokens[position].span.lowerBound..<reading.tokens[last].span.upperBound
                let figure = Figure(text: text.text.original(span), range: text.text.byteRange(span), kind: .name)
                note(figure, place, .struck(.otherSubject))
                break
            }
        }
    }

    /// Strikes the citations of a sentence that are about something else.
    mutating func checkSupport(
        of tokens: [Token],
        _ text: TokenizedText,
        _ reading: SentenceReading,
        _ claims: [(entry: Int, claim: Claim)],
        since first: Int
    ) {
        let marks = entries.indices[first...].filter { entry in
            if case .citation = entries[entry].status { return true }
            return false
        }
        guard !marks.isEmpty else { return }
        let words = tokens.map(\.word)
        let passages = marks.flatMap { cited(entries[$0].status) }
        let score = index.support.score(words, of: passages)
        let isQuoted = entries[first...].contains { entry in
            if case .quoted = entry.status { return entry.text.contains(where: \.isNumber) }
            return false
        }
        for mark in marks {
            guard case .citation(let target) = entries[mark].status else { continue }
            let isRight: Bool
            if cited(entries[mark].status).isEmpty {
                isRight = isSupported(by: target, since: first)
            } else {
                isRight =
                    (score.count < 2 || isQuoted
                        || (score.coverage >= Self.leastCoverage && score.best < score.cited + Self.bestMargin))
                    && saysMoreThanFacts(reading, claims, passages)
                    && !index.support.isOpposite(words, to: passages)
                    && !deniesOtherwise(reading, passages) && !turnsFormula(reading, passages)
                    && !saysOpposite(reading, passages) && !saysWhatIsLeftOpen(reading, passages)
                    && !namesStrangers(reading, passages)
            }
            if !isRight { set(.struck(.notSupported), entry: mark) }
        }
    }

    /// Whether a sentence whose figures are all facts of the owner's says something besides that the passages say too:
    /// "the chance on KO is 68.9% [1]" does not.
    private func saysMoreThanFacts(
        _ reading: SentenceReading,
        _ claims: [(entry: Int, claim: Claim)],
        _ passages: [String]
    ) -> Bool {
        let figures = claims.filter { entries[$0.entry].isFigure }
        guard !figures.isEmpty,
            figures.allSatisfy({ claim in
                let sources = entries[claim.entry].status.sources
                return !sources.isEmpty
                    && sources.allSatisfy { index.passages[$0] == nil && index.group(of: $0) ?? 0 != 0 }
            })
        else { return true }
        let named = figures.flatMap { $0.claim.labels.prefix(1).flatMap(\.tokens) } + reading.mentions.flatMap(\.tokens)
        let rest = reading.tokens.indices.filter { !named.contains($0) }.map { reading.tokens[$0].word }
        let score = index.support.score(rest.filter { !Self.saying.contains($0) }, of: passages)
        return score.coverage * Double(score.count) >= 1.5
    }

    /// Words that only introduce a figure.
    private static let saying: Set<String> = [
        "model", "puts", "gives", "shows", "chance", "odds", "probability", "stands", "currently", "makes", "account",
        "position", "positions", "exposure", "total", "about", "today",
    ]

    /// The passages a citation points to.
    private func cited(_ status: GroundingReport.Status) -> [String] {
        guard case .citation(let target) = status else { return [] }
        if index.passages[target] != nil { return [target] }
        return index.passages.keys.filter { $0.hasPrefix(target + ".") }
    }

    /// Whether a fact or evidence that is cited gives one of the sentence's figures.
    private func isSupported(by target: String, since first: Int) -> Bool {
        let figures = entries[first...].filter { entry in
            if case .citation = entry.status { return false }
            return true
        }
        guard !figures.isEmpty else { return true }
        return figures.contains { entry in
            entry.status.sources.contains { $0 == target || $0.hasPrefix(target + ".") }
        }
    }
}
