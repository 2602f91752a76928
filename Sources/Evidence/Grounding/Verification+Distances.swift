import Foundation
import Markets

/// How far facts lie apart, and what parts are of their wholes.
extension Verification {
    /// How far the strikes of contracts that a sentence speaks of lie apart: "improves the strike by $10".
    func betweenStrikes(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        guard !words(derivation).isDisjoint(with: Self.strikeWords) else { return nil }
        var contracts = Set(open.claim.binding.targets.flatMap(\.contracts))
        let bound = Set(
            contracts.flatMap { index.subjects.groupsByName[$0] ?? [] }.flatMap { index.subjects.groups[$0].contracts }
        )
        if let result = apart(bound, open) { return result }
        if Set(bound.compactMap { index.subjects.contracts[$0]?.strike }).count > 1 { return nil }
        contracts.formUnion(derivation.reading.contracts.values.joined())
        contracts.formUnion(context.named.flatMap(\.contracts))
        if contracts.isEmpty {
            contracts.formUnion(
                open.claim.binding.targets.flatMap { $0.tickers.flatMap { index.subjects.contractsByTicker[$0] ?? [] } }
            )
        }
        // "AMD 160 put to AMD 150 put" is about both.
        for contract in contracts {
            for group in index.subjects.groupsByName[contract] ?? [] {
                contracts.formUnion(index.subjects.groups[group].contracts)
            }
        }
        if let result = apart(contracts, open) { return result }
        // "A spread of 10 points ..., although assignment on the short leg alone": the legs that are held with it.
        guard !words(derivation).isDisjoint(with: ["spread", "wide", "width", "wing", "wings"]) else { return nil }
        let rights = Set(contracts.compactMap { index.subjects.contracts[$0]?.right })
        let tickers = Set(contracts.compactMap { index.subjects.contracts[$0]?.ticker })
        guard rights.count == 1, tickers.count == 1 else { return nil }
        let legs = tickers.flatMap { index.subjects.contractsByTicker[$0] ?? [] }.filter { leg in
            index.quantity(of: leg) != nil && index.subjects.contracts[leg].map { rights.contains($0.right) } ?? false
        }
        return apart(Set(legs), open)
    }

    func apart(_ contracts: Set<Int>, _ open: Derivation.Open) -> GroundingReport.Status? {
        let strikes = Set(contracts.compactMap { index.subjects.contracts[$0]?.strike.approximation }).sorted()
        guard strikes.count > 1, strikes.count <= 12 else { return nil }
        for (rank, low) in strikes.enumerated() {
            for high in strikes[(rank + 1)...] where isWritten(open, high - low) {
                return .computed("\(Decimal(high)) - \(Decimal(low))", from: [])
            }
        }
        return nil
    }

    static let strikeWords: Set<String> = [
        "strike", "strikes", "lower", "higher", "wide", "width", "widths", "apart", "spread", "down", "drop", "drops",
        "improves",
        "improve",
        "improvement", "wing", "wings",
    ]

    /// Two facts whose difference, in dollars or in percent, has a name of its own; any of the words says that it is meant.
    static let pairs: [(first: [String], second: [String], words: Set<String>)] = [
        (
            ["mark", "last", "last close", "underlying price"], ["previous close"],
            [
                "down", "up", "fell", "rose", "lost", "gained", "change", "changed", "under", "over", "lower", "higher",
                "off", "below", "above", "dropped", "shed", "slipped", "slips", "slides", "dips", "eases", "move",
                "moved", "gain", "loss", "rise", "climb",
                "slid",
                "declined", "decline", "drop", "vs", "versus", "from", "since",
            ]
        ),
        (
            ["zone low", "zone high"], ["last close"],
            [
                "away", "above", "below", "distance", "from", "starts", "begins", "reach", "rise", "fall", "to",
                "under", "over",
            ]
        ),
        (
            ["last close"], ["zone low", "zone high"],
            [
                "away", "above", "below", "distance", "from", "starts", "begins", "reach", "rise", "fall", "to",
                "under", "over",
            ]
        ),
        (
            ["last close"], ["short average", "long average"],
            ["above", "below", "over", "under", "from", "away", "past", "clear"]
        ),
        (["short average"], ["long average"], ["above", "below", "over", "under", "apart", "higher", "lower"]),
        (["ask"], ["bid"], ["spread", "wide", "width", "apart", "narrow", "tight", "market"]),
        (["zone high"], ["zone low"], ["wide", "width", "tall", "thick", "deep"]),
        (
            ["underlying price", "mark", "last close"], ["break-even"],
            ["break", "breakeven", "cushion", "fall", "drop", "below", "above", "room", "buffer", "under"]
        ),
        (
            ["average price"], ["mark"],
            [
                "made", "kept", "captured", "up", "down", "under", "above", "below", "cost", "paid", "over", "gain",
                "loss", "per",
            ]
        ),
        (
            ["underlying price", "last close"], ["strike"],
            [
                "strike", "otm", "itm", "money", "below", "above", "cushion", "under", "over", "away", "compared",
                "give",
                "reach", "room", "cushions", "touch", "drop", "fall", "rise",
            ]
        ),
    ]

    /// Whether a figure is the change since the session before, said to go the other way.
    func goesOtherWay(_ open: Derivation.Open, _ derivation: Derivation) -> Bool {
        let said = words(derivation)
        let falls = !said.isDisjoint(with: ["down", "fell", "lost", "lower", "below", "dropped", "slipped", "declined"])
        let rises = !said.isDisjoint(with: ["up", "rose", "gained", "higher", "above", "climbed", "added"])
        guard falls != rises, [.dollars, .fraction].contains(open.quantity.measure) else { return false }
        let groups = groups(about: open)
        guard groups != [0], let close = values("previous close", groups).first, close.value > 0 else { return false }
        let prices = ["mark", "last"].flatMap { values($0, groups) }.map(\.value)
        return prices.contains { price in
            let change = price - close.value
            let result = open.quantity.measure == .dollars ? change : change / close.value
            return isWritten(open, result) && (change < 0) != falls
        }
    }

    func betweenFacts(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let said = words(derivation)
        let groups = groups(about: open)
        guard groups != [0] else { return nil }
        let isOfAverage = open.quantity.measure == .fraction && isDistanceFromAverage(open.claim)
        let tokens = open.claim.reading.tokens
        let next = open.claim.position + 1
        let isBeside = next < tokens.count && Self.besides.contains(tokens[next].word)
        let named = Set(tokens[min(next + 1, tokens.count)...].prefix(6).map(\.word))
        let isSigned = open.quantity.sign == .minus || open.quantity.sign == .plus
        // "67% of your available cash" is no distance between prices.
        if open.quantity.measure == .fraction, let base = open.claim.reading.base(at: open.claim.position),
            !base.classes.isEmpty, base.classes.isDisjoint(with: Self.prices)
        {
            return nil
        }
        // "Historical volatility is 42% over the last 20 sessions" is no distance either.
        let part = open.claim.reading.part(of: open.claim.position)
        let measured =
            open.claim.labels.first
            ?? open.claim.reading.labels.last {
                $0.tokens.upperBound <= open.claim.position && part.contains($0.tokens.lowerBound)
            }
        // "20-day HV, to the nearest whole percent: 43%"
        let all = open.claim.reading.labels
        if open.quantity.measure == .fraction, measured == nil, !all.isEmpty,
            all.allSatisfy({ !$0.classes.isDisjoint(with: Self.rates) })
        {
            return nil
        }
        if open.quantity.measure == .fraction, let label = measured,
            !label.classes.isDisjoint(with: Self.rates)
        {
            return nil
        }
        // A fall is measured from where it begins.
        let isFall = !said.isDisjoint(with: ["fall", "falls", "drop", "drops", "decline", "slide", "tumble"])
        for pair in Self.pairs
        where
            !said.isDisjoint(with: pair.words) && !isOfTwoAverages(pair.first, pair.second, open)
            || (isSigned && pair.second == ["previous close"])
        {
            if isOfAverage, !pair.second.contains("long average") { continue }
            for first in pair.first.flatMap({ values($0, groups) }) {
                for second in pair.second.flatMap({ values($0, groups) }) where first.value > 0 && second.value > 0 {
                    let distance = first.value - second.value
                    if pair.second == ["previous close"], distance != 0 {
                        // "Change | -2.75" says it by its sign.
                        let falls =
                            open.quantity.sign == .minus
                            || (open.quantity.sign != .plus && !said.isDisjoint(with: Self.falling))
                        guard falls == (distance < 0) else { continue }
                    }
                    let shares = derivation.operands.filter { $0.measure == .shares }.flatMap(\.values)
                    let results =
                        open.quantity.measure != .fraction
                        ? [distance] + shares.map { distance * $0 }
                        : pair.first == ["average price"]
                            ? [distance / first.value]
                            : pair.second == ["previous close"] || isBeside
                                ? [
                                    distance
                                        / (isBeside && isNamed(pair.first, named) && !isNamed(pair.second, named)
                                            ? first.value : second.value)
                                ]
                                : pair.first == ["last close"] || pair.second == ["last close"]
                                    ? [distance / (pair.first == ["last close"] ? first.value : second.value)]
                                    : isOfStrike(pair.second, open)
                                        ? [distance / second.value]
                                        : isFall && distance > 0
                                            ? [distance / first.value]
                                            : [distance / first.value, distance / second.value]
                    guard results.contains(where: { isWritten(open, $0) }),
                        pair.first != ["average price"] || isGainAsSaid(open, second.value - first.value, first.id)
                    else { continue }
                    return .computed("\(pair.first[0]) - \(pair.second[0])", from: [first.id, second.id])
                }
            }
        }
        return nil
    }

    private static let rates: LabelClasses = [
        .historicalVolatility, .impliedVolatility, .impliedVolatilityRank, .assignment, .earlyAssignment,
        .probabilityOfProfit, .weight,
    ]

    private static let prices: LabelClasses = [
        .cost, .premium, .price, .strike, .underlyingPrice, .mark, .breakEven, .maximumProfit, .partOfMaximum, .bid,
        .ask, .closing, .opening, .value,
    ]

    /// Whether a sentence compares one average with another, so that no distance from the price is meant.
    private func isOfTwoAverages(_ first: [String], _ second: [String], _ open: Derivation.Open) -> Bool {
        let reading = open.claim.reading
        guard second.contains("long average") else { return false }
        let windows = reading.windows.keys.sorted()
        guard Set(reading.windows.values).count > 1, let left = windows.first, let right = windows.last,
            left < open.claim.position, open.claim.position < right
        else { return first == ["short average"] }
        // "+5.3 % over SMA50, +33.6 % over SMA200"
        if left + 1 < reading.tokens.count, reading.tokens[left + 1].parting == ",", open.claim.position == left + 1 {
            return first == ["short average"]
        }
        let isOfPrice = reading.tokens[..<open.claim.position].contains {
            ["close", "price", "stock", "spot", "it", "closed", "trades", "last"].contains($0.word)
        }
        return (first == ["short average"]) == isOfPrice
    }

    /// Whether what has become of a price paid or received is told as the gain or loss it is.
    private func isGainAsSaid(_ open: Derivation.Open, _ change: Double, _ id: String) -> Bool {
        guard let direction = open.claim.direction, direction != .outward, change != 0, let group = index.group(of: id),
            let quantity = values("quantity", [group]).first?.value
        else { return true }
        return (change * quantity > 0) == (direction == .gain)
    }

    /// Whether a percentage is said to be one of the strike.
    private func isOfStrike(_ second: [String], _ open: Derivation.Open) -> Bool {
        second == ["strike"]
            && open.claim.reading.base(at: open.claim.position)?.classes.contains(.strike) ?? false
    }

    /// Whether words name one of some labels by its last word, or the market's price by what is traded.
    private func isNamed(_ labels: [String], _ words: Set<String>) -> Bool {
        let isPrice = labels.contains("underlying price") || labels.contains("last close")
        if isPrice,
            !words.isDisjoint(with: ["stock", "etf", "fund", "spot", "market", "underlying", "shares", "trades"])
        {
            return true
        }
        return labels.contains { label in TokenizedText.words(label).last.map(words.contains) ?? false }
    }

    /// A whole less one of its parts: "leave June out and it is $5,785.00".
    func withoutPart(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        guard !words(derivation).isDisjoint(with: Self.exclusions) else { return nil }
        let parts = derivation.earlier + derivation.operands
        let named = derivation.reading.distinctTargets + open.claim.binding.targets
        for whole in index.values(from: 0, through: .infinity, of: [0]) where whole.unit == .dollars {
            let total = whole.isNegative ? -whole.magnitude : whole.magnitude
            for part in parts where part.measure == .dollars {
                for value in part.values where part.ids.contains(where: { id in known(id, whole.label) }) {
                    guard isWritten(open, total - value),
                        (total - value < 0) == (open.claim.direction == .loss) || open.claim.direction == nil,
                        open.quantity.sign != .minus || total - value < 0
                    else { continue }
                    return .computed("the whole less \(part.text)", from: [index.ids[whole.source]] + part.ids)
                }
            }
            for known in index.known(whole.label) {
                let group = index.subjects.groups[known.group]
                guard named.contains(where: { $0.admits(group) }), isWritten(open, total - known.value),
                    // "Without June you'd be down" is no gain.
                    open.claim.direction != .loss || total - known.value < 0,
                    open.quantity.sign != .minus || total - known.value < 0
                else { continue }
                return .computed("the whole less one part", from: [index.ids[whole.source], known.id])
            }
        }
        return nil
    }

    func known(_ id: String, _ label: Int) -> Bool {
        index.known(label).contains { $0.id == id }
    }

    static let exclusions: Set<String> = [
        "without", "excluding", "except", "out", "rest", "other", "others", "remaining", "aside", "ex", "minus", "away",
        "strip",
    ]

    /// A part of the total of its own kind: "July's $263.40 was 42% of the year's total".
    private func ofTotal(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        guard open.claim.reading.isPartOfTotal(open.claim.position) else { return nil }
        // "Theta from the AMD put is 56% of the total"
        let groups = groups(about: open).filter { $0 != 0 }
        for mention in open.claim.reading.labels where open.digits >= 2 && !groups.isEmpty {
            let values = index.values(from: 0, through: .infinity, of: groups + [0]).filter { value in
                value.unit == .dollars
                    && (value.label == mention.label
                        || !index.labels[value.label].classes.isDisjoint(with: mention.classes))
            }
            for part in values where part.group != 0 {
                for whole in values
                where whole.group == 0 && whole.magnitude > 0 && whole.label == part.label
                    && isWritten(open, part.magnitude / whole.magnitude)
                {
                    return .computed("part of all", from: [index.ids[part.source], index.ids[whole.source]])
                }
            }
        }
        for part in derivation.operands where part.measure == .dollars && !part.isImplied {
            for whole in index.values(from: 0, through: .infinity, of: [0])
            where whole.magnitude > 0 && part.ids.contains(where: { known($0, whole.label) }) {
                for value in part.values where isWritten(open, value / whole.magnitude) {
                    return .computed("\(part.text) / all", from: part.ids + [index.ids[whole.source]])
                }
            }
        }
        return nil
    }

    /// A part of a price that the words after it name by its label: "4% of the last close".
    private func ofLabel(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let tokens = open.claim.reading.tokens
        var index = open.claim.position + 1
        guard index < tokens.count, tokens[index].word == "of" else { return nil }
        index += 1
        while index < tokens.count, ["the", "its", "your"].contains(tokens[index].word) { index += 1 }
        guard let named = open.claim.reading.labels.first(where: { $0.tokens.lowerBound == index })?.label else {
            return nil
        }
        let wholes = self.index.values(from: 0, through: .infinity, of: groups(about: open) + [0]).filter {
            $0.label == named
        }
        for part in derivation.operands where part.measure == .dollars && !part.isImplied {
            for whole in wholes where whole.magnitude > 0 {
                for value in part.values where isWritten(open, value / whole.magnitude) {
                    return .computed("\(part.text) / whole", from: part.ids + [self.index.ids[whole.source]])
                }
            }
        }
        return nil
    }

    /// How far a part lies beyond a limit or target, in points: "SPY exceeds it by 16.8 points".
    func beyondLimit(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let tokens = open.claim.reading.tokens
        let isPoints =
            open.quantity.measure == .fraction
            || tokens[(open.claim.position + 1)...].prefix(3).contains {
                ["point", "points", "pts", "pt"].contains($0.word)
            }
        let said = words(derivation)
        guard isPoints, !said.isDisjoint(with: WordLists.differences) || said.contains("beyond") else { return nil }
        let scale = open.quantity.measure == .fraction ? 1 : 0.01
        let limits = index.values(from: 0, through: .infinity, of: [0]).filter { value in
            let words = index.labels[value.label].words
            return value.unit == .fraction
                && words.contains { word in
                    said.contains(word) && ["limit", "target"].contains(word)
                        || word == "limit" && !said.isDisjoint(with: ["cap", "ceiling", "threshold", "maximum"])
                }
        }
        let earlier = derivation.earlier.filter { $0.measure == .fraction }.flatMap(\.ids)
        let groups = groups(about: open)
        for limit in limits {
            let kind = index.labels[limit.label].words
            for value in index.values(from: 0, through: .infinity, of: groups)
            where value.unit == .fraction && value.group != 0 {
                // A weight is held against the limit of weights, a profit against the target of profits.
                let isAlike =
                    kind.contains { index.labels[value.label].words.contains($0) }
                    || derivation.operands.contains { $0.ids.contains(index.ids[value.source]) && !$0.isImplied }
                    || earlier.contains(index.ids[value.source])
                guard isAlike else { continue }
                let distance = (value.isNegative ? -value.magnitude : value.magnitude) - limit.magnitude
                let isBelow = !said.isDisjoint(with: ["below", "under", "shy"])
                guard distance != 0, (distance < 0) == isBelow,
                    abs(distance.magnitude - open.quantity.magnitude.approximation * scale)
                        <= open.quantity.slack.approximation * scale * 1.000001
                else { continue }
                return .computed(
                    "\(index.labels[value.label].words.joined(separator: " ")) - limit",
                    from: [index.ids[value.source], index.ids[limit.source]]
                )
            }
        }
        return nil
    }

    /// How much more one of two named has of what the words name: "January pays $2.65 more than December".
    func betweenNamed(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let reading = open.claim.reading
        let next = open.claim.position + 1
        // "Beats the 150's by 6.7 points"
        let hasPoints = next < reading.tokens.count && ["points", "pts", "point"].contains(reading.tokens[next].word)
        guard open.quantity.measure != .bare || hasPoints else { return nil }
        let near = reading.words(from: open.claim.position)
        let isSaid =
            !near.isDisjoint(with: ["more", "less", "higher", "lower", "of"]) || open.claim.direction != nil
            || !reading.words(before: open.claim.position, 3).allSatisfy {
                !["gives", "adds", "by", "up", "costs"].contains($0)
            }
        guard isSaid else { return nil }
        let targets = reading.distinctTargets.filter { !$0.contracts.isEmpty }
        guard targets.count >= 2 else { return nil }
        var classes = reading.labels.reduce(into: LabelClasses()) { $0.formUnion($1.classes) }
            .union(
                words(derivation).isDisjoint(with: ["pays", "pay", "brings", "earns", "costs", "gives", "adds"])
                    ? [] : .premium
            )
        // What a put that is not held would bring is its bid.
        if classes.contains(.premium) { classes.formUnion([.bid, .opening]) }
        for number in index.labels.indices where !index.labels[number].classes.isDisjoint(with: classes) {
            let known = index.known(number)
            let isPoints = open.quantity.measure != .dollars
            let values = targets.flatMap { target in
                known.filter {
                    isOfContract($0.group, target) && $0.unit == (isPoints ? .fraction : .dollarsPerShare)
                }
            }
            for left in values {
                for right in values where left.id != right.id {
                    let distance = left.value - right.value
                    guard isWritten(open, distance) && open.quantity.measure != .bare || isWritten(open, distance * 100)
                    else { continue }
                    return .computed(
                        "difference of \(index.labels[number].words.joined(separator: " "))",
                        from: [left.id, right.id]
                    )
                }
            }
        }
        return nil
    }

    /// How many times as much one of two named has: "pays about twice the December put's credit".
    func timesNamed(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let reading = open.claim.reading
        let near = reading.tokens[(open.claim.position + 1)...].prefix(8).prefix { $0.figure == nil || !$0.isNumeral }
        let end = open.claim.position + 1 + near.count
        let targets = reading.distinctTargets
        guard targets.count >= 2 else { return nil }
        var classes = reading.labels.filter {
            $0.tokens.lowerBound > open.claim.position && $0.tokens.lowerBound <= end + 4
        }
        .reduce(into: LabelClasses()) { $0.formUnion($1.classes) }
        if !words(derivation).isDisjoint(with: ["pays", "pay", "brings", "yields", "nets", "earns"]) {
            classes.formUnion(.premium)
        }
        // "The January credit is twice December's", "NVDA is expected at $1.31, so JPM's is 3.5 times as large"
        if classes.isEmpty { classes = reading.labels.reduce(into: []) { $0.formUnion($1.classes) } }
        if classes.isEmpty {
            classes = derivation.operands.filter { !$0.isImplied }.flatMap(\.ids).reduce(into: []) {
                $0.formUnion(index.classes(of: $1) ?? [])
            }
        }
        let isTime = near.contains { ["time", "days", "wait"].contains($0.word) }
        if isTime { classes = [] }
        guard isTime || !classes.isEmpty else { return nil }
        let first = targets[0]
        for number in index.labels.indices {
            let known = index.known(number)
            guard isTime ? known.first?.unit == .days : !index.labels[number].classes.isDisjoint(with: classes) else {
                continue
            }
            // "So JPM's is 3.5 times as large": the one nearest before it is the greater.
            let isTurned =
                reading.tokens[(open.claim.position + 1)...].prefix(2).contains { $0.word == "as" }
                && targets.count == 2
            let pairs = targets.dropFirst().map { isTurned ? ($0, first) : (first, $0) }
            for (one, other) in pairs {
                let own = known.filter { one.admits(index.subjects.groups[$0.group]) }
                for right in known where other.admits(index.subjects.groups[right.group]) && right.value != 0 {
                    for left in own where left.unit == right.unit && left.id != right.id {
                        let written = open.quantity.magnitude.approximation
                        let room = max(written * 0.05, open.quantity.slack.approximation)
                        guard abs(left.value / right.value - written) <= room else { continue }
                        return .computed("\(left.id) / \(right.id)", from: [left.id, right.id])
                    }
                }
            }
        }
        return nil
    }

    /// What a credit comes to for each day it is for: "9.4 cents a day".
    func perDay(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let said = words(derivation)
        guard said.contains("day"), !said.isDisjoint(with: ["per", "a", "each", "every"]) else { return nil }
        for group in groups(about: open) {
            let values = index.values(from: 0, through: .infinity, of: [group])
            for days in values where days.unit == .days && days.magnitude > 0 {
                for price in values
                where price.unit == .dollarsPerShare && index.labels[price.label].classes.contains(.premium) {
                    let results = [price.magnitude / days.magnitude, price.magnitude * 100 / days.magnitude]
                    guard results.contains(where: { isWritten(open, $0) }) else { continue }
                    return .computed("credit / days", from: [index.ids[price.source], index.ids[days.source]])
                }
            }
        }
        return nil
    }

    /// What one of several that a sentence names is of all of them: "interest is 77% of dividends plus interest".
    private func ofSeveral(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport
        .Status?
    {
        guard
            !words(derivation).isDisjoint(with: ["plus", "combined", "together", "and", "total"])
                || isAdded(open)
        else { return nil }
        let groups = open.claim.binding.targets.isEmpty ? [0] : groups(about: open)
        var found: [Int: EvidenceIndex.Value] = [:]
        for mention in open.claim.reading.labels {
            let values = index.values(from: 0, through: .infinity, of: groups).filter { value in
                value.unit == .dollars && !value.isNegative
                    && (value.label == mention.label
                        || mention.label == nil
                            && !index.labels[value.label].classes.isDisjoint(with: mention.classes))
            }
            guard let value = values.first, values.allSatisfy({ $0.label == value.label }) else { continue }
            found[value.label] = value
        }
        guard found.count > 1, found.count < 4 else { return nil }
        let whole = found.values.reduce(0) { $0 + $1.magnitude }
        // "Interest = 77% of dividends + interest": what stands before the figure is the part.
        let before = open.claim.reading.labels.last { $0.tokens.upperBound <= open.claim.position }
        let parts = found.values.filter { value in
            before.map {
                $0.label.map { $0 == value.label } ?? !index.labels[value.label].classes.isDisjoint(with: $0.classes)
            } ?? true
        }
        for part in parts where isWritten(open, part.magnitude / whole) {
            return .computed(
                "part of \(found.count) together",
                from: found.values.map { index.ids[$0.source] }.sorted()
            )
        }
        return nil
    }

    /// A part of what the words after it name: "about 13% of your cash".
    func ofBase(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        if let status = ofTotal(open, derivation) { return status }
        if let status = ofLabel(open, derivation) ?? ofSeveral(open, derivation) { return status }
        guard let base = open.claim.reading.base(at: open.claim.position) else { return nil }
        let wholes = index.values(from: 0, through: .infinity, of: Array(Set([0] + groups(about: open)))).filter {
            value in
            (value.unit == .dollars || value.unit == .dollarsPerShare)
                && isOf(index.labels[value.label].classes, base)
        }
        for part in derivation.earlier + derivation.operands where part.measure == .dollars {
            for whole in wholes where whole.magnitude > 0 {
                for value in part.values where isWritten(open, value / whole.magnitude) {
                    return .computed(
                        "\(part.text) / \(base.words.joined(separator: " "))",
                        from: part.ids + [index.ids[whole.source]]
                    )
                }
            }
        }
        return nil
    }
}
