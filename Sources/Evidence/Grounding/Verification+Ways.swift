import Foundation

/// Claims of which way something lies: "below the strike", "over its 50-day average", "short vega".
extension Verification {
    /// Strikes a way that the facts contradict. What a claim leaves open is let pass.
    mutating func checkWays(_ reading: SentenceReading, _ text: TokenizedText, _ carried: Binding, _ place: Place) {
        for position in reading.tokens.indices where reading.tokens[position].kind == .word {
            // "If it closes below the strike" claims nothing.
            let part = reading.tokens[reading.part(of: position)]
            let isSupposed = part.contains { Self.supposing.contains($0.word) }
            let isRight =
                isSupposed
                ? volatilityBringsAsSaid(at: position, reading, carried)
                : comparesAsSaid(at: position, reading) ?? allKeep(at: position, reading) ?? liesAsSaid(
                    at: position,
                    reading,
                    carried
                ) ?? hasSignSaid(
                    at: position,
                    reading,
                    carried
                )
                    ?? keepsToLimit(at: position, reading, carried)
                    ?? volatilityBringsAsSaid(at: position, reading, carried)
            guard let isRight else { continue }
            let span = reading.tokens[position].span
            let figure = Figure(text: text.text.original(span), range: text.text.byteRange(span), kind: .name)
            note(words: figure, place, isRight ? .computed("compared with the facts", from: []) : .struck(.otherSign))
        }
    }

    private static let supposing: Set<String> = [
        "if", "would", "could", "must", "need", "needs", "should", "until", "when", "once", "unless", "not", "no",
        "never",
        "may", "might", "can", "cannot", "isn", "aren", "wasn", "doesn", "before", "without", "whether", "neither",
        "nor",
        "had", "fall", "drop", "will",
    ]

    private static let ways: [String: Bool] = [
        "above": true, "over": true, "below": false, "under": false, "beneath": false,
    ]

    /// Whether one figure is above or below another as is said: "41.8% is well below the 25% line".
    private func comparesAsSaid(at position: Int, _ reading: SentenceReading) -> Bool? {
        let tokens = reading.tokens
        // "NVDA's $1.31 is more than JPM's $4.62"
        let isThan = tokens[position].word == "than" && position > 1
        let way = isThan ? Self.comparatives[tokens[position - 1].word] : Self.ways[tokens[position].word]
        guard let isAbove = way else { return nil }
        var next = position + 1
        while next < tokens.count,
            ["the", "its", "your", "a", "overall", "whole", "full"].contains(tokens[next].word)
                || reading.mentions.contains(where: { $0.tokens.contains(next) && $0.target.contracts.isEmpty })
        {
            next += 1
        }
        var before = isThan ? position - 2 : position - 1
        while before >= 0, !tokens[before + 1].isParted, Self.degrees.contains(tokens[before].word) { before -= 1 }
        guard before > 0, ["is", "was", "are", "sits", "stands"].contains(tokens[before].word), next < tokens.count,
            case .quantity(let left)? = reading.values[before - 1]?.first, !isContract(before - 1, reading),
            case .quantity(let right)? = reading.values[next]?.first, !isContract(next, reading),
            left.measure == right.measure, left.sign != .minus, right.sign != .minus, left.magnitude != right.magnitude
        else { return nil }
        return (left.magnitude > right.magnitude) == isAbove
    }

    /// Whether all values of what is named keep to a bound that all are said to keep to: "all ten have a probability below 77%".
    private func allKeep(at position: Int, _ reading: SentenceReading) -> Bool? {
        let tokens = reading.tokens
        guard let isAbove = Self.ways[tokens[position].word], reading.mentions.isEmpty, position + 1 < tokens.count,
            case .quantity(let bound)? = reading.values[position + 1]?.first,
            [.fraction, .bare].contains(bound.measure),
            tokens[..<position].contains(where: { ["all", "every", "each"].contains($0.word) }),
            let mention = reading.labels.last(where: { $0.tokens.upperBound <= position })
        else { return nil }
        let numbers = index.labels.indices.filter {
            index.labels[$0].words.map(PassageSupport.stem)
                == mention.tokens.map { PassageSupport.stem(tokens[$0].word) }
        }
        guard numbers.count == 1 else { return nil }
        let unit: Fact.Unit = bound.measure == .fraction ? .fraction : .ratio
        let known = index.known(numbers[0]).filter { $0.unit == unit }.map(\.value.magnitude)
        guard known.count > 2, let low = known.min(), let high = known.max() else { return nil }
        let limit = bound.magnitude.approximation
        return isAbove ? low >= limit : high <= limit
    }

    private static let comparatives: [String: Bool] = [
        "more": true, "higher": true, "greater": true, "larger": true, "bigger": true, "less": false, "lower": false,
        "smaller": false,
    ]

    /// Words of how far one thing lies from another.
    private static let degrees: Set<String> = [
        "well", "far", "just", "a", "hair", "touch", "bit", "little", "slightly", "only", "comfortably", "already",
        "still",
        "now", "way", "barely", "marginally",
    ]

    // MARK: - Prices

    /// A price that a sentence compares.
    private struct Price {
        var kind: String
        var low: Double
        var high: Double
    }

    /// Whether a price lies on the side of another that is claimed; nil where that cannot be told.
    private func liesAsSaid(at position: Int, _ reading: SentenceReading, _ carried: Binding) -> Bool? {
        let tokens = reading.tokens
        guard let isAbove = Self.ways[tokens[position].word] else { return nil }
        var targets = reading.binding(at: position, inherited: carried).targets
        // "32.40 above the 580 short put and 27.60 below the 640 short call"
        if let contract = contract(from: position + 1, reading) { targets = [contract] }
        guard targets.count == 1, let target = targets.first, !target.isUnknown,
            let base = price(from: position + 1, reading, target) ?? impliedBase(at: position, reading, target),
            let subject = subject(before: position, reading, target), subject.kind != base.kind
        else { return nil }
        if subject.low > base.high { return isAbove }
        return subject.high < base.low ? !isAbove : nil
    }

    private func contract(from first: Int, _ reading: SentenceReading) -> Target? {
        var next = first
        while next < reading.tokens.count,
            ["the", "its", "your", "their", "a", "short"].contains(reading.tokens[next].word)
        {
            next += 1
        }
        // "Above the short put"
        if let named = reading.mentions.first(where: { $0.tokens.contains(next - 1) && $0.tokens.lowerBound >= first }),
            named.target.contracts.count == 1
        {
            return named.target
        }
        guard let contracts = reading.contracts[next], !contracts.isEmpty else { return nil }
        let tickers = Set(contracts.compactMap { index.subjects.contracts[$0]?.ticker }).sorted()
        return Target(tickers: tickers, contracts: contracts)
    }

    /// The price that what stands before a way names last; the market's where it names none.
    private func subject(before position: Int, _ reading: SentenceReading, _ target: Target) -> Price? {
        let tokens = reading.tokens
        let clause = tokens[position].clause
        var start = position - 1
        var hasSaid = false
        while start >= 0, tokens[start].clause == clause {
            let word = tokens[start].word
            if let label = reading.windows[start] { return average(label, target) }
            switch word {
            case "strike", "strikes": return named("strike", target)
            case "breakeven", "even": return named("break-even", target)
            case "supply", "resistance", "ceiling": return zone("supply")
            case "demand", "support", "floor": return zone("demand")
            case "stock", "price", "close", "closed", "spot", "underlying", "trades", "trading", "shares":
                return named("price", target)
            default: break
            }
            if reading.mentions.contains(where: { $0.tokens.contains(start) }) { hasSaid = true }
            if Self.others.contains(word) { return nil }
            start -= 1
        }
        return hasSaid || position > 0 && tokens[position - 1].figure != nil ? named("price", target) : nil
    }

    /// Words that say that something besides prices is compared.
    private static let others: Set<String> = [
        "volatility", "iv", "delta", "theta", "premium", "credit", "weight", "exposure", "probability", "odds", "cash",
        "volume", "score", "scores", "pays", "yields", "mark", "p&l", "gain", "loss", "profit", "income", "interest",
        "dividend", "fees", "cost",
        "basis",
        "paid", "sold", "bought", "rsi", "vol", "return", "rank", "target", "limit",
    ]

    private func isContract(_ position: Int, _ reading: SentenceReading) -> Bool {
        !(reading.contracts[position]?.isEmpty ?? true)
    }

    private func average(_ label: Int, _ target: Target) -> Price? {
        let known = index.known(label).filter {
            target.admits(index.subjects.groups[$0.group]) && $0.unit == .dollarsPerShare
        }
        return known.count == 1 ? Price(kind: "average \(label)", low: known[0].value, high: known[0].value) : nil
    }

    /// All averages that are known of somebody.
    private func averages(_ target: Target) -> Price? {
        let labels = index.labels.indices.filter { number in
            index.labels[number].words.contains("average") && !index.labels[number].classes.contains(.cost)
        }
        let values = labels.flatMap(index.known).filter {
            $0.unit == .dollarsPerShare && target.admits(index.subjects.groups[$0.group])
        }.map(\.value)
        guard let low = values.min(), let high = values.max() else { return nil }
        return Price(kind: "averages", low: low, high: high)
    }

    /// The zones of a kind, from the lowest price of one to the highest.
    private func zone(_ kind: String) -> Price? {
        let groups = (index.subjects.parts(kind) ?? []).flatMap { index.subjects.groupsByName[$0] ?? [] }
        let (lows, highs) = (values("zone low", groups).map(\.value), values("zone high", groups).map(\.value))
        guard let low = lows.min(), let high = highs.max() else { return nil }
        return Price(kind: "zone", low: low, high: high)
    }

    /// The market's price, where a zone is said to lie so far above or below without saying of what.
    private func impliedBase(at position: Int, _ reading: SentenceReading, _ target: Target) -> Price? {
        let next = position + 1
        let isLast = next == reading.tokens.count || reading.tokens[next].isParted
        guard isLast, position > 0,
            subject(before: position, reading, target)?.kind == "zone"
        else { return nil }
        return named("price", target)
    }

    /// The price that the words from a token on name.
    private func price(from first: Int, _ reading: SentenceReading, _ target: Target) -> Price? {
        let tokens = reading.tokens
        var next = first
        while next < tokens.count,
            ["the", "its", "your", "their", "a", "short", "call", "put", "last", "current", "both", "all", "moving"]
                .contains(
                    tokens[next].word
                )
        {
            next += 1
        }
        // "Below the short call"
        if next > first, ["put", "call"].contains(tokens[next - 1].word), target.contracts.count == 1,
            next == tokens.count || tokens[next].isParted || tokens[next].word == "and"
        {
            return named("strike", target)
        }
        guard next < tokens.count, !tokens[next].isParted else { return nil }
        if let label = reading.windows[next] { return average(label, target) }
        if isContract(next, reading) {
            let isStrike =
                next + 1 == tokens.count || tokens[next + 1].isParted
                || ["strike", "put", "call", "short"].contains(tokens[next + 1].word)
            return isStrike ? named("strike", target) : nil
        }
        switch tokens[next].word {
        case "averages": return averages(target)
        case "where": return named("price", target)
        case "strike": return named("strike", target)
        case "breakeven": return named("break-even", target)
        case "break" where next + 1 < tokens.count && tokens[next + 1].word == "even":
            return named("break-even", target)
        case "stock", "spot", "underlying", "market", "close", "price", "etf", "fund", "shares":
            return named("price", target)
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
        return Price(kind: kind, low: value, high: value)
    }

    // MARK: - Signs

    private static let signs: [String: Bool] = ["short": false, "negative": false, "long": true, "positive": true]
    private static let greeks: LabelClasses = [.vega, .gamma, .theta, .rho, .delta]

    /// Whether a sensitivity has the sign that the word before it says; nil where none is said.
    private func hasSignSaid(at position: Int, _ reading: SentenceReading, _ carried: Binding) -> Bool? {
        let tokens = reading.tokens
        // "Short vega", "vega is negative"
        let isPredicate =
            position > 1 && ["is", "remains", "stays"].contains(tokens[position - 1].word)
            && ["negative", "positive"].contains(tokens[position].word)
        guard let isPositive = Self.signs[tokens[position].word],
            let label = reading.labels.first(where: {
                isPredicate
                    ? $0.tokens.upperBound == position - 1
                    : $0.tokens.lowerBound == position + 1 && !tokens[position + 1].isParted
            }), !label.classes.isDisjoint(with: Self.greeks)
        else { return nil }
        let targets = reading.binding(at: position, inherited: carried).targets
        let groups =
            targets.isEmpty || !reading.mentions.contains { !$0.target.isUnknown }
            ? [0] : targets.flatMap(index.subjects.groups)
        // The delta of all is known in dollars.
        let classes = label.classes.contains(.delta) ? LabelClasses.dollarDelta : label.classes
        guard !label.classes.contains(.delta) || groups == [0] else { return nil }
        let values = index.values(from: 0, through: .infinity, of: groups).filter {
            !index.labels[$0.label].classes.isDisjoint(with: classes) && $0.unit == .dollars && $0.magnitude > 0
        }
        guard let first = values.first, values.allSatisfy({ $0.isNegative == first.isNegative }) else { return nil }
        // "Everything else combined is short vega": the whole less the one that is named.
        let part = tokens[reading.part(of: position)].map(\.word)
        let isRest = part.contains("else") || part.contains("rest") || part.contains("others")
        guard isRest else { return first.isNegative != isPositive }
        let number = first.label
        let named = reading.distinctTargets
        guard named.count == 1, let target = named.first,
            let whole = index.values(from: 0, through: .infinity, of: [0]).first(where: { $0.label == number })
        else { return nil }
        let own = index.known(number).filter { target.admits(index.subjects.groups[$0.group]) }
        guard !own.isEmpty else { return nil }
        let rest = (whole.isNegative ? -whole.magnitude : whole.magnitude) - own.reduce(0) { $0 + $1.value }
        return rest == 0 ? nil : (rest > 0) == isPositive
    }

    private static let consequences: [String: Bool] = [
        "cost": false, "costs": false, "lose": false, "loses": false, "subtract": false, "subtracts": false,
        "add": true, "adds": true, "gain": true, "gains": true, "bring": true, "brings": true, "earn": true,
        "earns": true,
    ]
    private static let rises: Set<String> = [
        "rise", "rises", "rising", "higher", "increase", "increases", "jump", "up",
    ]
    private static let falls: Set<String> = ["fall", "falls", "falling", "lower", "drop", "drops", "decline", "down"]

    /// Whether a change of volatility brings or costs an amount as is said, by the sign of the vega that has it; nil where that is not
    /// said: "a rise of volatility by one point costs $111.06".
    private func volatilityBringsAsSaid(at position: Int, _ reading: SentenceReading, _ carried: Binding) -> Bool? {
        let tokens = reading.tokens
        guard let isGain = Self.consequences[tokens[position].word] else { return nil }
        let part = reading.part(of: position)
        let words = Set(tokens[part].map(\.word))
        let isRise = !words.isDisjoint(with: Self.rises)
        guard !words.isDisjoint(with: ["volatility", "vol", "vols", "iv"]),
            isRise == words.isDisjoint(with: Self.falls),
            let place = (position + 1..<min(position + 5, part.upperBound)).first(where: { tokens[$0].isNumeral }),
            case .quantity(let said)? = reading.values[place]?.first
        else { return nil }
        let targets = reading.binding(at: position, inherited: carried).targets
        let groups =
            targets.isEmpty || !reading.mentions.contains { !$0.target.isUnknown }
            ? [0] : targets.flatMap(index.subjects.groups)
        let (written, slack) = (said.magnitude.approximation, said.slack.approximation)
        let values = index.values(from: written - slack, through: written + slack, of: groups).filter {
            index.labels[$0.label].classes.contains(.vega) && $0.unit == .dollars && $0.magnitude > 0
        }
        guard let first = values.first, values.allSatisfy({ $0.isNegative == first.isNegative }) else { return nil }
        return (first.isNegative != isRise) == isGain
    }

    // MARK: - Limits

    /// Whether the one named keeps to the limit of weights, or breaks it, as is said; nil where that is not said.
    private func keepsToLimit(at position: Int, _ reading: SentenceReading, _ carried: Binding) -> Bool? {
        let tokens = reading.tokens
        let word = tokens[position].word
        let isBroken = ["over", "above", "exceeds", "breaks", "breaches", "tops", "past", "beyond"].contains(word)
        guard isBroken || ["under", "below", "within", "inside"].contains(word) else { return nil }
        var next = position + 1
        while next < tokens.count,
            ["the", "your", "its", "a"].contains(tokens[next].word) || tokens[next].figure != nil
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
        checkAffirmed(reading, text, place)
        let targets = reading.distinctTargets
        guard !index.gapTexts.isEmpty, targets.count == 1, targets[0].tickers.count == 1, !targets[0].isGap,
            !reading.mentions.contains(where: \.target.isUnknown), let mention = reading.mentions.first
        else { return }
        let tokens = reading.tokens
        let isLacking = tokens.indices.contains { place in
            let stem = PassageSupport.stem(tokens[place].word)
            let denied = tokens[max(0, place - 3)..<place].contains { Self.lacking.contains($0.word) }
            let owners = index.gapTexts.filter { $0.stems.contains(stem) }.map { gap in
                gap.names.filter { $0.utf8.count > 1 && !$0.contains(".") || index.subjects.name($0) != nil }
            }.filter { $0.count == 1 }
            return denied && !owners.isEmpty
                && owners.allSatisfy { $0.allSatisfy { index.subjects.name($0) != targets[0].tickers[0] } }
        }
        guard isLacking else { return }
        let span =
            tokens[mention.tokens.lowerBound].span.lowerBound..<tokens[mention.tokens.upperBound - 1].span.upperBound
        let figure = Figure(text: text.text.original(span), range: text.text.byteRange(span), kind: .name)
        note(figure, place, .struck(.otherSubject))
    }

    /// Strikes "HCKT is priced" where a gap says that it is not.
    private mutating func checkAffirmed(_ reading: SentenceReading, _ text: TokenizedText, _ place: Place) {
        let tokens = reading.tokens
        guard let mention = reading.mentions.first, reading.mentions.count == 1, mention.tokens.count == 1,
            mention.tokens.upperBound + 1 < tokens.count,
            ["is", "was"].contains(tokens[mention.tokens.upperBound].word),
            tokens[mention.tokens.upperBound + 1].word.hasSuffix("ed"),
            // "No report of AMD is listed" says what the gap says.
            !tokens.prefix(mention.tokens.lowerBound).contains(where: {
                Self.lacking.contains($0.word) || ["none", "neither", "nothing"].contains($0.word)
            })
        else { return }
        let said = mention.tokens.upperBound + 1
        let name = tokens[mention.tokens.lowerBound].capitals
        let stem = PassageSupport.stem(tokens[said].word)
        guard !name.isEmpty, index.gapTexts.contains(where: { $0.names == [name] && $0.stems.contains(stem) }) else {
            return
        }
        let span = tokens[said].span
        let figure = Figure(text: text.text.original(span), range: text.text.byteRange(span), kind: .name)
        note(words: figure, place, .struck(.otherSign))
    }

    private static let lacking: Set<String> = [
        "no", "not", "without", "lack", "lacks", "lacking", "couldn", "cannot", "missing", "want", "wasn", "isn",
        "hasn",
    ]
}
