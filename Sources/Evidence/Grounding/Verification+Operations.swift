import Foundation
import Markets

/// What follows from the facts of those a sentence is about by a formula every trader knows, and from its own figures.
extension Verification {
    /// The status of a figure that such an operation gives; nil where none does.
    func operation(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        switch open.quantity.measure {
        case .dollars:
            return product(open, derivation) ?? scaled(open, derivation) ?? breakEven(open, derivation)
                ?? betweenStrikes(open, derivation) ?? betweenFacts(open, derivation) ?? withoutPart(open, derivation)
                ?? ofMonths(open, derivation)
        case .fraction:
            return ofBase(open, derivation) ?? betweenFacts(open, derivation) ?? change(open, derivation)
        case .days, .span: return window(open) ?? daysTo(open)
        case .bare:
            return window(open) ?? product(open, derivation) ?? betweenStrikes(open, derivation)
        case .multiple: return occurrences(open, derivation)
        case .count: return kinds(open, derivation)
        case .shares:
            let isSupposed = !words(derivation).isDisjoint(with: ["would", "each", "per"])
            return isSupposed && open.quantity.magnitude == 100 ? .computed("shares of one contract", from: []) : nil
        case .contracts, .ordinal: return nil
        }
    }

    private func isWritten(_ open: Derivation.Open, _ value: Double) -> Bool {
        let written = open.quantity.magnitude.approximation
        return written > 0 && abs(value.magnitude - written) <= open.quantity.slack.approximation + written * 1e-9
    }

    private func words(_ derivation: Derivation) -> Set<String> { Set(derivation.reading.tokens.map(\.word)) }

    /// The values that a sentence names without saying them: "5.3% over the 50-day average".
    func implied(by derivation: Derivation) -> [Derivation.Operand] {
        guard let claim = derivation.open.first?.claim else { return [] }
        let groups = claim.binding.targets.isEmpty ? [0] : self.groups(of: claim.binding) + [0]
        var operands: [Derivation.Operand] = []
        if let position = claim.reading.tokens.firstIndex(where: {
            ["close", "price", "stock", "spot"].contains($0.word)
        }) {
            for label in ["last close", "underlying price", "mark"] {
                guard let known = values(label, groups.filter { $0 != 0 }).first else { continue }
                operands.append(
                    Derivation.Operand(
                        text: label,
                        values: [known.value],
                        measure: .dollars,
                        ids: [known.id],
                        position: position,
                        isImplied: true
                    )
                )
                break
            }
        }
        for mention in claim.reading.labels {
            for group in groups {
                for value in index.values(from: 0, through: .infinity, of: [group]) {
                    let label = index.labels[value.label]
                    guard
                        value.label == mention.label
                            || (mention.label == nil && !label.classes.isDisjoint(with: mention.classes)),
                        let measure = Self.measure(of: value.unit)
                    else { continue }
                    let operand = Derivation.Operand(
                        text: label.words.joined(separator: " "),
                        values: [value.isNegative ? -value.magnitude : value.magnitude],
                        measure: measure,
                        ids: [index.ids[value.source]],
                        position: mention.tokens.lowerBound,
                        isImplied: true
                    )
                    if !operands.contains(operand), operands.count < 24 { operands.append(operand) }
                }
            }
        }
        return operands
    }

    private static func measure(of unit: Fact.Unit) -> Figure.Quantity.Measure? {
        switch unit {
        case .dollars, .dollarsPerShare: .dollars
        case .fraction: .fraction
        case .shares: .shares
        case .contracts: .contracts
        case .days: .days
        case .ratio, .count, .date, .text: nil
        }
    }

    // MARK: - Of the figures said

    /// A price times a number of shares or contracts: "200 shares at $67.50, for $13,500".
    private func product(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        // What a passage's example says stands there with its results.
        let operands = (derivation.earlier + derivation.operands).filter {
            $0.ids.allSatisfy { index.passages[$0] == nil }
        }
        for price in operands where price.measure == .dollars || price.measure == .bare {
            for count in operands where count != price {
                let factor: [Double]
                switch count.measure {
                case .shares: factor = [1]
                case .contracts: factor = [100, 1]
                case .bare
                where count.text.allSatisfy(\.isNumber) && price.measure != count.measure || price.text.contains("."):
                    factor = [1]
                default: continue
                }
                for value in price.values {
                    for number in count.values where number.magnitude > 1 || count.measure == .contracts {
                        for times in factor where isWritten(open, value * number * times) {
                            return .computed("\(price.text) x \(count.text)", from: price.ids + count.ids)
                        }
                    }
                }
            }
        }
        return nil
    }

    /// A change in percent between two prices of the sentence: "from $163.10 it would have to fall 11.8% to $143.83".
    private func change(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let said = words(derivation)
        guard !said.isDisjoint(with: Self.moves) else { return nil }
        let prices = (derivation.earlier + derivation.operands).filter { $0.measure == .dollars }
        // "5.3% above the average" is of the average.
        let tokens = open.claim.reading.tokens
        let next = open.claim.position + 1
        let isBeside = next < tokens.count && ["below", "above", "over", "under"].contains(tokens[next].word)
        let base = isBeside ? derivation.operands.filter { $0.position > next }.map(\.position).min() : nil
        for (rank, left) in prices.enumerated() {
            for right in prices[(rank + 1)...] {
                for a in left.values {
                    for b in right.values where a > 0 && b > 0 {
                        let falls = !said.isDisjoint(with: [
                            "fall", "falls", "fell", "drop", "drops", "dropped", "decline", "slide",
                        ])
                        let rises = !said.isDisjoint(with: ["rise", "rises", "rose", "gain", "climb", "climbs"])
                        if base == nil, falls != rises {
                            // A fall is measured from where it begins.
                            guard isWritten(open, (a - b) / (falls ? max(a, b) : min(a, b))) else { continue }
                            return .computed("from \(left.text) to \(right.text)", from: left.ids + right.ids)
                        }
                        let results = base.map { base in
                            (left.position == base ? [(a - b) / a] : []) + (right.position == base ? [(a - b) / b] : [])
                        }
                        guard (results ?? [(a - b) / a, (a - b) / b]).contains(where: { isWritten(open, $0) }) else {
                            continue
                        }
                        return .computed("from \(left.text) to \(right.text)", from: left.ids + right.ids)
                    }
                }
            }
        }
        return nil
    }

    private static let moves: Set<String> = [
        "below", "above", "fall", "falls", "fallen", "fell", "drop", "drops", "dropped", "down", "up", "rise", "rises",
        "rose",
        "under", "over", "cushion", "room", "away", "decline", "gain", "discount", "move", "moved", "slide", "higher",
        "lower", "buffer", "reach",
    ]

    // MARK: - Of those it is about

    private func groups(about open: Derivation.Open) -> [Int] {
        let targets = open.claim.binding.targets
        guard !targets.isEmpty else { return [0] }
        return groups(of: open.claim.binding)
    }

    /// The values of a label, word for word, of those a figure is about.
    private func values(_ label: String, _ groups: [Int]) -> [(value: Double, id: String)] {
        let wanted = TokenizedText.words(label)
        return index.labels.indices.filter { index.labels[$0].words == wanted }.flatMap { number in
            groups.flatMap { group in
                index.values(from: 0, through: .infinity, of: [group]).filter { $0.label == number }.map {
                    ($0.isNegative ? -$0.magnitude : $0.magnitude, index.ids[$0.source])
                }
            }
        }
    }

    /// What a price per share is for a contract, or for all contracts held: "$396 net per contract".
    private func scaled(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let next = open.claim.position + 1
        if next + 1 < derivation.reading.tokens.count,
            ["per", "a", "each"].contains(derivation.reading.tokens[next].word),
            derivation.reading.tokens[next + 1].word == "share"
        {
            return nil
        }
        let targets = open.claim.binding.targets.filter { !$0.contracts.isEmpty }
        let groups = targets.flatMap { target in index.subjects.groups(of: target).filter { isOfContract($0, target) } }
        let said = words(derivation)
        let after = derivation.reading.tokens[
            min(next, derivation.reading.tokens.count)..<min(next + 3, derivation.reading.tokens.count)
        ]
        let isPerContract = after.contains { $0.word == "contract" }
        let classes = open.claim.labels.reduce(into: LabelClasses()) { $0.formUnion($1.classes) }
        for group in groups {
            let sizes = values("quantity", [group]).map(\.value.magnitude) + [1]
            for value in index.values(from: 0, through: .infinity, of: [group]) where value.unit == .dollarsPerShare {
                let label = index.labels[value.label]
                // What the words say is something else is not computed from this.
                let isMeant =
                    isPerContract || derivation.operands.contains { $0.ids.contains(index.ids[value.source]) }
                    || !said.isDisjoint(with: Self.settling) && !label.classes.isDisjoint(with: Self.settled)
                guard !label.classes.isDisjoint(with: classes) || (isMeant && !open.isOther) else { continue }
                for size in sizes where isWritten(open, value.magnitude * 100 * size) {
                    return .computed(
                        "\(label.words.joined(separator: " ")) x 100" + (size == 1 ? "" : " x \(Int(size))"),
                        from: [index.ids[value.source]]
                    )
                }
            }
        }
        return nil
    }

    private static let settling: Set<String> = [
        "pay", "pays", "cost", "costs", "proceeds", "tie", "ties", "tied", "bring", "brings", "buy", "buying", "close",
        "closing",
        "deliver", "assigned", "assignment", "exercised", "need", "needs", "takes", "obligation", "left", "collect",
        "collected", "secured", "receive",
    ]

    private static let settled: LabelClasses = [.strike, .mark, .bid, .ask, .cost, .premium, .closing, .opening]

    /// The strike less what was received for a put, or plus what was for a call.
    private func breakEven(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        guard
            open.claim.labels.contains(where: { $0.classes.contains(.breakEven) })
                || words(derivation).isSuperset(of: ["break", "even"])
                || !words(derivation).isDisjoint(with: ["breakeven", "effective", "effectively"])
        else { return nil }
        var contracts = Set(open.claim.binding.targets.flatMap(\.contracts))
        if contracts.isEmpty { contracts.formUnion(derivation.reading.contracts.values.joined()) }
        // Where it is known, it is what it is.
        guard contracts.allSatisfy({ values("break-even", index.subjects.groupsByName[$0] ?? []).isEmpty }) else {
            return nil
        }
        for contract in contracts.sorted() {
            guard let terms = index.subjects.contracts[contract] else { continue }
            let strike = terms.strike.approximation
            let groups = index.subjects.groupsByName[contract] ?? []
            let premiums =
                ["average price", "open at", "bid", "mark", "premium"].flatMap { values($0, groups) }
                + derivation.operands.filter { $0.measure == .dollars }.flatMap { operand in
                    operand.values.map { ($0, operand.ids.first ?? "") }
                }
            for (premium, id) in premiums {
                let result = terms.right == .put ? strike - premium.magnitude : strike + premium.magnitude
                guard premium.magnitude < strike, isWritten(open, result) else { continue }
                return .computed("strike \(terms.right == .put ? "-" : "+") premium", from: id.isEmpty ? [] : [id])
            }
        }
        return nil
    }

    /// How far the strikes of contracts that a sentence speaks of lie apart: "improves the strike by $10".
    private func betweenStrikes(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        guard !words(derivation).isDisjoint(with: Self.strikeWords) else { return nil }
        var contracts = Set(open.claim.binding.targets.flatMap(\.contracts))
        let bound = Set(
            contracts.flatMap { index.subjects.groupsByName[$0] ?? [] }.flatMap { index.subjects.groups[$0].contracts }
        )
        if let result = apart(bound, open) { return result }
        if Set(bound.compactMap { index.subjects.contracts[$0]?.strike }).count > 1 { return nil }
        contracts.formUnion(derivation.reading.contracts.values.joined())
        contracts.formUnion(context.named.flatMap(\.contracts))
        // "AMD 160 put to AMD 150 put" is about both.
        for contract in contracts {
            for group in index.subjects.groupsByName[contract] ?? [] {
                contracts.formUnion(index.subjects.groups[group].contracts)
            }
        }
        return apart(contracts, open)
    }

    private func apart(_ contracts: Set<Int>, _ open: Derivation.Open) -> GroundingReport.Status? {
        let strikes = Set(contracts.compactMap { index.subjects.contracts[$0]?.strike.approximation }).sorted()
        guard strikes.count > 1, strikes.count <= 12 else { return nil }
        for (rank, low) in strikes.enumerated() {
            for high in strikes[(rank + 1)...] where isWritten(open, high - low) {
                return .computed("\(Decimal(high)) - \(Decimal(low))", from: [])
            }
        }
        return nil
    }

    private static let strikeWords: Set<String> = [
        "strike", "strikes", "lower", "higher", "wide", "width", "apart", "spread", "down", "drop", "drops", "improves",
        "improve",
        "improvement", "wing", "wings",
    ]

    /// Two facts whose difference, in dollars or in percent, has a name of its own.
    private static let pairs: [(first: [String], second: [String], words: Set<String>)] = [
        (
            ["mark", "last", "last close", "underlying price"], ["previous close"],
            [
                "down", "up", "fell", "rose", "lost", "gained", "change", "changed", "under", "over", "lower", "higher",
                "off", "below", "above",
                "dropped",
            ]
        ),
        (["ask"], ["bid"], ["spread", "wide", "width", "apart", "narrow", "tight"]),
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
            ["strike", "otm", "itm", "money", "below", "above", "cushion", "under", "over", "away"]
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

    private func betweenFacts(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let said = words(derivation)
        let groups = groups(about: open)
        guard groups != [0] else { return nil }
        let tokens = open.claim.reading.tokens
        let next = open.claim.position + 1
        let isBeside = next < tokens.count && ["below", "above", "over", "under"].contains(tokens[next].word)
        for pair in Self.pairs where !said.isDisjoint(with: pair.words) {
            for first in pair.first.flatMap({ values($0, groups) }) {
                for second in pair.second.flatMap({ values($0, groups) }) where first.value > 0 && second.value > 0 {
                    let distance = first.value - second.value
                    if pair.second == ["previous close"], distance != 0 {
                        let falls = !said.isDisjoint(with: ["down", "fell", "lost", "lower", "off", "below", "dropped"])
                        guard falls == (distance < 0) else { continue }
                    }
                    let results =
                        open.quantity.measure == .dollars
                        ? [distance]
                        : pair.first == ["average price"]
                            ? [distance / first.value]
                            : pair.second == ["previous close"] || isBeside
                                ? [distance / second.value] : [distance / first.value, distance / second.value]
                    guard results.contains(where: { isWritten(open, $0) }) else { continue }
                    return .computed("\(pair.first[0]) - \(pair.second[0])", from: [first.id, second.id])
                }
            }
        }
        return nil
    }

    /// A whole less one of its parts: "leave June out and it is $5,785.00".
    private func withoutPart(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        guard !words(derivation).isDisjoint(with: Self.exclusions) else { return nil }
        let parts = derivation.earlier + derivation.operands
        let named = derivation.reading.distinctTargets + open.claim.binding.targets
        for whole in index.values(from: 0, through: .infinity, of: [0]) where whole.unit == .dollars {
            let total = whole.isNegative ? -whole.magnitude : whole.magnitude
            for part in parts where part.measure == .dollars {
                for value in part.values where part.ids.contains(where: { id in known(id, whole.label) }) {
                    guard isWritten(open, total - value),
                        (total - value < 0) == (open.claim.direction == .loss) || open.claim.direction == nil
                    else { continue }
                    return .computed("the whole less \(part.text)", from: [index.ids[whole.source]] + part.ids)
                }
            }
            for known in index.known(whole.label) {
                let group = index.subjects.groups[known.group]
                guard named.contains(where: { $0.admits(group) }), isWritten(open, total - known.value) else {
                    continue
                }
                return .computed("the whole less one part", from: [index.ids[whole.source], known.id])
            }
        }
        return nil
    }

    private func known(_ id: String, _ label: Int) -> Bool {
        index.known(label).contains { $0.id == id }
    }

    private static let exclusions: Set<String> = [
        "without", "excluding", "except", "out", "rest", "other", "others", "remaining", "aside", "ex", "minus",
        "strip",
    ]

    /// A part of what the words after it name: "about 13% of your cash".
    private func ofBase(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        guard let base = open.claim.reading.base(at: open.claim.position) else { return nil }
        let wholes = index.values(from: 0, through: .infinity, of: Array(Set([0] + groups(about: open)))).filter {
            value in
            (value.unit == .dollars || value.unit == .dollarsPerShare)
                && !index.labels[value.label].classes.isDisjoint(with: base.classes)
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

    // MARK: - Days and counts

    /// A number of days or sessions that a formula of those it is about has: "the 50-day average".
    private func window(_ open: Derivation.Open) -> GroundingReport.Status? {
        guard let label = open.claim.reading.windows[open.claim.position] else { return nil }
        return .computed(index.labels[label].words.joined(separator: " "), from: [])
    }

    /// The days from the day of the data to a date of those it is about that the words name: "2 days to ex-div".
    private func daysTo(_ open: Derivation.Open) -> GroundingReport.Status? {
        guard open.quantity.measure == .days, let today = index.asOfDays.keys.max() else { return nil }
        let classes = open.claim.reading.labels.reduce(into: LabelClasses()) { $0.formUnion($1.classes) }
        for day in index.days(of: groups(about: open)) where !day.classes.isDisjoint(with: classes) {
            guard isWritten(open, Double(day.date.daysSinceEpoch - today.daysSinceEpoch)) else { continue }
            return .computed("days to \(day.date)", from: [index.ids[day.source]])
        }
        return nil
    }

    /// How often: tests of a zone, or contracts of a ticker among those listed.
    private func occurrences(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let position = open.claim.position
        guard position > 0, FigureScan.repeated.contains(open.claim.reading.tokens[position - 1].word) else {
            return nil
        }
        let said = Set(derivation.operands.flatMap(\.ids).compactMap(index.group))
        let groups = groups(about: open).filter { said.isEmpty || said.contains($0) }
        for group in groups {
            for test in values("tests", [group]) where isWritten(open, test.value) {
                return .computed("tests", from: [test.id])
            }
        }
        let contracts = groups.filter { !index.subjects.groups[$0].contracts.isEmpty }
        guard !open.claim.binding.targets.isEmpty, isWritten(open, Double(contracts.count)) else { return nil }
        return .computed("count", from: contracts.prefix(8).compactMap(index.firstSource))
    }

    /// How many there are of a kind that names or labels tell: months, zones, candidates.
    private func kinds(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let tokens = open.claim.reading.tokens
        let said = Set(open.claim.reading.words(from: open.claim.position))
        let noun = open.quantity.noun ?? ""
        var members: [Int]
        switch noun {
        case "month":
            members = monthsBySign(words(derivation))
        case "zone":
            let kinds = ["demand", "supply"].filter { kind in
                said.contains(kind) || tokens.contains { $0.word == kind }
            }
            let near = kinds.filter { kind in
                open.claim.position + 1 < tokens.count && tokens[open.claim.position + 1].word == kind
            }
            members = (near.isEmpty ? kinds : near).flatMap { index.subjects.parts($0) ?? [] }
            if kinds.isEmpty { members = ["demand", "supply"].flatMap { index.subjects.parts($0) ?? [] } }
        case "candidate", "roll", "alternative", "choice", "result":
            members = ["net credit", "score"].flatMap { name in
                index.labels.firstIndex { $0.words == TokenizedText.words(name) }.map { index.known($0).map(\.group) }
                    ?? []
            }
        default: return nil
        }
        guard isWritten(open, Double(Set(members).count)) else { return nil }
        return .computed("count", from: [])
    }

    /// The sum over the months of one sign: "eight months were positive and brought in $6,161.24".
    private func ofMonths(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let said = open.claim.reading.labels.lazy.compactMap(\.label).first {
            index.known($0).contains { $0.unit == .dollars }
        }
        guard let premium = said ?? index.labels.firstIndex(where: { $0.words == ["net", "premium"] }) else {
            return nil
        }
        let months = Set(monthsSaid(open) ?? monthsBySign(words(derivation)))
        let members = index.known(premium).filter { months.contains($0.group) }
        guard members.count > 1, members.count < index.known(premium).count,
            isWritten(open, members.reduce(0) { $0 + $1.value })
        else { return nil }
        return .computed("sum of \(members.count) x net premium", from: members.prefix(8).map(\.id))
    }

    /// The months of a quarter or of a range that stands before a figure: "third-quarter interest", "February through May".
    private func monthsSaid(_ open: Derivation.Open) -> [Int]? {
        let tokens = open.claim.reading.tokens
        var range: ClosedRange<Int>?
        for (position, token) in tokens.enumerated() {
            if let quarter = Self.quarters[token.word], range == nil || position < open.claim.position {
                range = quarter * 3 - 2...quarter * 3
            }
            guard position + 2 < tokens.count, let first = FigureScan.months[token.word], token.isCapitalised,
                ["through", "to", "until"].contains(tokens[position + 1].word),
                let last = FigureScan.months[tokens[position + 2].word], first <= last
            else { continue }
            range = first...last
        }
        guard let range else { return nil }
        return range.flatMap { index.subjects.days(Figure.DateClaim(month: $0)) }.flatMap {
            index.subjects.groupsByName[$0] ?? []
        }
    }

    private static let quarters: [String: Int] = [
        "first": 1, "second": 2, "third": 3, "fourth": 4, "q1": 1, "q2": 2, "q3": 3, "q4": 4,
    ]

    private func monthsBySign(_ words: Set<String>) -> [Int] {
        let days = index.subjects.days(Figure.DateClaim()).flatMap { index.subjects.groupsByName[$0] ?? [] }
        let isNegative = !words.isDisjoint(with: ["negative", "red", "losing", "below", "lost"])
        let isPositive = !words.isDisjoint(with: ["positive", "green", "winning", "profitable", "above"])
        guard isNegative != isPositive else { return days }
        guard let premium = index.labels.firstIndex(where: { $0.words == ["net", "premium"] }) else { return [] }
        return index.known(premium).filter { ($0.value < 0) == isNegative && $0.value != 0 && days.contains($0.group) }
            .map(\.group)
    }
}
