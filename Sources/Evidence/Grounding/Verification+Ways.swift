import Foundation

/// Claims of which way something lies: "below the strike", "over its 50-day average", "short vega".
extension Verification {
    /// Strikes a way that the facts contradict. What a claim leaves open is let pass.
    mutating func checkWays(_ reading: SentenceReading, _ text: TokenizedText, _ carried: Binding, _ place: Place) {
        let words = Set(reading.tokens.map(\.word))
        guard words.isDisjoint(with: Self.supposing) else { return }
        for position in reading.tokens.indices where reading.tokens[position].kind == .word {
            let isRight =
                liesAsSaid(at: position, reading, carried) ?? hasSignSaid(at: position, reading, carried)
                ?? keepsToLimit(at: position, reading, carried)
            guard isRight == false else { continue }
            let span = reading.tokens[position].span
            let figure = Figure(text: text.text.original(span), range: text.text.byteRange(span), kind: .name)
            note(figure, place, .struck(.otherSign))
        }
    }

    private static let supposing: Set<String> = [
        "if", "would", "could", "must", "need", "needs", "should", "until", "when", "once", "unless", "not", "no", "never",
        "may", "might", "can", "cannot", "isn", "aren", "wasn", "doesn", "before", "without", "whether", "neither", "nor",
        "had", "fall", "drop", "will",
    ]

    private static let ways: [String: Bool] = [
        "above": true, "over": true, "below": false, "under": false, "beneath": false,
    ]

    /// What stands between whom a way is claimed for and the way.
    private static let standing: Set<String> = [
        "is", "are", "was", "trades", "trading", "traded", "sits", "stands", "lies", "at", "about", "roughly", "just", "only",
        "some", "now", "still", "currently", "closed", "nearly", "almost", "comfortably", "well", "slightly", "a", "around",
    ]

    // MARK: - Prices

    /// Whether a price lies on the side of another that is claimed; nil where that cannot be told.
    private func liesAsSaid(at position: Int, _ reading: SentenceReading, _ carried: Binding) -> Bool? {
        let tokens = reading.tokens
        guard let isAbove = Self.ways[tokens[position].word] else { return nil }
        let targets = reading.binding(at: position, inherited: carried).targets.filter { !$0.isUnknown }
        guard targets.count == 1, let target = targets.first else { return nil }
        var start = position - 1
        while start >= 0, !tokens[start + 1].isParted || tokens[start].figure != nil,
            tokens[start].figure != nil && !isContract(start, reading) || Self.standing.contains(tokens[start].word)
        {
            start -= 1
        }
        guard start >= 0, start < position - 1 || tokens[position - 1].figure != nil else { return nil }
        guard let subject = price(endingAt: start, reading, target), let base = price(from: position + 1, reading, target)
        else { return nil }
        guard subject.isStrike != base.isStrike || subject.value != base.value, subject.kind != base.kind else {
            return nil
        }
        return subject.value == base.value ? nil : (subject.value > base.value) == isAbove
    }

    private struct Price {
        var kind: String
        var value: Double
        var isStrike: Bool { kind == "strike" }
    }

    private func isContract(_ position: Int, _ reading: SentenceReading) -> Bool {
        !(reading.contracts[position]?.isEmpty ?? true)
    }

    /// The price that the words up to a token name: a strike, a break-even, or else the market's.
    private func price(endingAt last: Int, _ reading: SentenceReading, _ target: Target) -> Price? {
        let word = reading.tokens[last].word
        if word == "strike" || word == "strikes" { return named("strike", target) }
        if word == "even" || word == "breakeven" { return named("break-even", target) }
        if isContract(last, reading) { return nil }
        if ["stock", "price", "close", "spot", "underlying", "shares"].contains(word) { return named("price", target) }
        if reading.mentions.contains(where: { $0.tokens.upperBound == last + 1 && $0.target.contracts.isEmpty }) {
            return named("price", target)
        }
        return nil
    }

    /// The price that the words from a token on name.
    private func price(from first: Int, _ reading: SentenceReading, _ target: Target) -> Price? {
        let tokens = reading.tokens
        var next = first
        while next < tokens.count, ["the", "its", "your", "their", "a", "short", "call", "put"].contains(tokens[next].word) {
            next += 1
        }
        guard next < tokens.count, !tokens[next].isParted else { return nil }
        if let label = reading.windows[next] {
            let known = index.known(label).filter { target.admits(index.subjects.groups[$0.group]) && $0.unit == .dollarsPerShare }
            return known.count == 1 ? Price(kind: "average", value: known[0].value) : nil
        }
        if isContract(next, reading), let contracts = reading.contracts[next] {
            let strikes = Set(contracts.compactMap { index.subjects.contracts[$0]?.strike.approximation })
            let isStrike = next + 1 == tokens.count || ["strike", "put", "call"].contains(tokens[next + 1].word)
            return strikes.count == 1 && isStrike ? strikes.first.map { Price(kind: "strike", value: $0) } : nil
        }
        switch tokens[next].word {
        case "strike": return named("strike", target)
        case "breakeven": return named("break-even", target)
        case "break" where next + 1 < tokens.count && tokens[next + 1].word == "even": return named("break-even", target)
        case "stock", "spot", "underlying", "market": return named("price", target)
        default: return nil
        }
    }

    private func named(_ kind: String, _ target: Target) -> Price? {
        let groups = index.subjects.groups(of: target)
        var values: [Double] = []
        switch kind {
        case "strike":
            let contracts =
                target.contracts.isEmpty
                ? target.tickers.flatMap { index.subjects.contractsByTicker[$0] ?? [] } : target.contracts
            values = contracts.compactMap { index.subjects.contracts[$0]?.strike.approximation }
        case "price":
            values = ["underlying price", "last close"].flatMap { self.values($0, groups) }.map(\.value)
        default: values = self.values(kind, groups).map(\.value)
        }
        guard let value = values.first, values.allSatisfy({ $0 == value }) else { return nil }
        return Price(kind: kind, value: value)
    }

    // MARK: - Signs

    private static let signs: [String: Bool] = ["short": false, "negative": false, "long": true, "positive": true]
    private static let greeks: LabelClasses = [.vega, .gamma, .theta, .rho]

    /// Whether a sensitivity has the sign that the word before it says; nil where none is said.
    private func hasSignSaid(at position: Int, _ reading: SentenceReading, _ carried: Binding) -> Bool? {
        let tokens = reading.tokens
        guard let isPositive = Self.signs[tokens[position].word], position + 1 < tokens.count, !tokens[position + 1].isParted,
            let label = reading.labels.first(where: { $0.tokens.lowerBound == position + 1 }),
            !label.classes.isDisjoint(with: Self.greeks)
        else { return nil }
        let targets = reading.binding(at: position, inherited: carried).targets
        let groups = targets.isEmpty || !reading.mentions.contains { !$0.target.isUnknown } ? [0] : targets.flatMap(index.subjects.groups)
        let values = index.values(from: 0, through: .infinity, of: groups).filter {
            !index.labels[$0.label].classes.isDisjoint(with: label.classes) && $0.unit == .dollars && $0.magnitude > 0
        }
        guard let first = values.first, values.allSatisfy({ $0.isNegative == first.isNegative }) else { return nil }
        return first.isNegative != isPositive
    }

    // MARK: - Limits

    /// Whether the one named keeps to the limit of weights, or breaks it, as is said; nil where that is not said.
    private func keepsToLimit(at position: Int, _ reading: SentenceReading, _ carried: Binding) -> Bool? {
        let tokens = reading.tokens
        let word = tokens[position].word
        let isBroken = ["over", "above", "exceeds", "breaks", "breaches", "tops", "past", "beyond"].contains(word)
        guard isBroken || ["under", "below", "within", "inside"].contains(word) else { return nil }
        var next = position + 1
        while next < tokens.count, ["the", "your", "its", "a"].contains(tokens[next].word) || tokens[next].figure != nil
            || tokens[next].word == "weight" || tokens[next].word == "position"
        {
            next += 1
        }
        let targets = reading.distinctTargets
        guard next < tokens.count, ["limit", "cap", "ceiling"].contains(tokens[next].word), targets.count == 1,
            let target = targets.first, target.contracts.isEmpty,
            let limit = values("weight limit", [0]).first?.value,
            let weight = values("weight", index.subjects.groups(of: target)).first?.value
        else { return nil }
        // "Concentration index 0.241, under the 0.25 limit" is another limit.
        let said = tokens[position..<next].indices.compactMap { reading.values[$0]?.first }
        for case .quantity(let quantity) in said where quantity.measure != .fraction { return nil }
        guard reading.labels.allSatisfy({ $0.classes.isDisjoint(with: .concentration) }) else { return nil }
        return (weight > limit) == isBroken
    }

    // MARK: - Gaps

    /// Strikes a name that is said to lack what the evidence lacks for another: "no quote for INTC" where it is HCKT's.
    mutating func checkGaps(_ reading: SentenceReading, _ text: TokenizedText, _ place: Place) {
        let targets = reading.distinctTargets
        guard !index.gapTexts.isEmpty, targets.count == 1, targets[0].tickers.count == 1, !targets[0].isGap,
            !reading.mentions.contains(where: \.target.isUnknown), let mention = reading.mentions.first
        else { return }
        let tokens = reading.tokens
        let isLacking = tokens.indices.contains { place in
            let stem = PassageSupport.stem(tokens[place].word)
            let denied = tokens[max(0, place - 3)..<place].contains { Self.lacking.contains($0.word) }
            let owners = index.gapTexts.filter { $0.names.count == 1 && $0.stems.contains(stem) }
            return denied && !owners.isEmpty
                && owners.allSatisfy { $0.names.allSatisfy { index.subjects.name($0) != targets[0].tickers[0] } }
        }
        guard isLacking else { return }
        let span = tokens[mention.tokens.lowerBound].span.lowerBound..<tokens[mention.tokens.upperBound - 1].span.upperBound
        let figure = Figure(text: text.text.original(span), range: text.text.byteRange(span), kind: .name)
        note(figure, place, .struck(.otherSubject))
    }

    private static let lacking: Set<String> = [
        "no", "not", "without", "lack", "lacks", "lacking", "couldn", "cannot", "missing", "want", "wasn", "isn", "hasn",
    ]
}
