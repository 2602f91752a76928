import Foundation
import Markets

/// Numbers that equal no fact but a simple operation on facts that the sentence states: sum, difference, ratio, count.
extension Verification {
    /// Sets the status of the figures of a sentence that can be computed from the others.
    mutating func derive(_ derivation: Derivation) {
        var derivation = derivation
        if !derivation.open.isEmpty { derivation.imply(implied(by: derivation)) }
        for open in derivation.open {
            if goesOtherWay(open, derivation) {
                set(.struck(.otherSign), entry: open.entry)
                continue
            }
            let status =
                (open.isOther ? nil : stated(open, derivation) ?? ofNamed(open, derivation))
                ?? ratio(open, derivation) ?? counted(open, derivation) ?? toStrike(open, derivation)
                ?? elapsed(open, derivation) ?? compared(open, derivation) ?? delivered(open)
                ?? operation(open, derivation)
            if let status { set(status, entry: open.entry) }
        }
    }

    // MARK: - From the figures of the sentence

    /// The sum, difference or ratio of two or all of the figures that stand in the sentence.
    private func stated(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let quantity = open.quantity
        let operands = derivation.operands
        let words = Set(derivation.reading.tokens.map(\.word))
        let alike = (derivation.earlier + operands).filter { $0.measure == quantity.measure }
        guard alike.count >= 2 else { return nil }
        let isSum = !words.isDisjoint(with: WordLists.sums)
        let isDifference = !words.isDisjoint(with: WordLists.differences)
        guard isSum || isDifference else { return nil }
        for (first, left) in alike.enumerated() {
            for right in alike[(first + 1)...] {
                for a in left.values {
                    for b in right.values {
                        // "-$37 on the put and -$60 on the calls, $97 altogether"
                        if isSum, !left.isImplied, !right.isImplied, a < 0, b < 0, quantity.sign == .none,
                            abs(-a - b - quantity.magnitude.approximation) <= quantity.slack.approximation * 1.000001
                        {
                            return .computed("from \(left.text) and \(right.text)", from: left.ids + right.ids)
                        }
                        // "A gain of $79.84 ($639.92 less $560.08)": the second is a loss, and its size is taken off.
                        var results = isSum && !left.isImplied && !right.isImplied ? [a + b] : []
                        if isDifference {
                            let (large, small) = (max(a.magnitude, b.magnitude), min(a.magnitude, b.magnitude))
                            results += (a < 0) == (b < 0) ? [a - b, b - a] : [a + b, large - small]
                            if !words.isDisjoint(with: ["gap", "difference", "between", "apart"]) {
                                results += [a - b, b - a]
                            }
                        }
                        if results.contains(where: { agrees(open, $0) }) {
                            return .computed("from \(left.text) and \(right.text)", from: left.ids + right.ids)
                        }
                    }
                }
            }
        }
        guard isSum, alike.count > 2, !alike.contains(where: \.isImplied) else { return nil }
        let total = alike.reduce(0) { $0 + ($1.values.first ?? 0) }
        guard agrees(open, total) else { return nil }
        return .computed("sum of \(alike.map(\.text).joined(separator: ", "))", from: alike.flatMap(\.ids))
    }

    private func ratio(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let operands = derivation.operands
        let words = Set(derivation.reading.tokens.map(\.word))
        guard
            open.quantity.measure == .multiple
                || open.quantity.measure == .fraction
                    && (!open.claim.figure.text.contains(where: \.isNumber)
                        || derivation.reading.base(at: open.claim.position) != nil
                        || derivation.reading.figurePartOf(open.claim.position) != nil
                        || !words.isDisjoint(with: WordLists.ratios))
        else { return nil }
        let isLimit = derivation.reading.words(from: open.claim.position).contains {
            ["limit", "cap", "target", "threshold"].contains($0)
        }
        // "More than two thirds: 67.2%" says the same twice.
        if !isLimit, open.quantity.measure == .fraction, !open.claim.figure.text.contains(where: \.isNumber),
            let same = operands.first(where: {
                $0.measure == .fraction && !$0.isImplied && $0.values.contains { isRatio(open, $0.magnitude) }
            })
        {
            return .computed("about \(same.text)", from: same.ids)
        }
        let base = derivation.reading.base(at: open.claim.position)
        let whole = derivation.reading.figurePartOf(open.claim.position).flatMap {
            derivation.reading.tokens[$0].isNumeral ? $0 : nil
        }
        for (first, left) in operands.enumerated() {
            for (second, right) in operands.enumerated()
            where isOf(right, base) && (whole == nil || right.position == whole) && first != second
                && left.measure == right.measure
                && (left.measure != .days || open.quantity.measure == .multiple)
            {
                for a in left.values {
                    for b in right.values where b != 0 {
                        guard isRatio(open, (a / b).magnitude) else { continue }
                        return .computed("\(left.text) / \(right.text)", from: left.ids + right.ids)
                    }
                }
            }
        }
        return nil
    }

    /// Whether a value is what a part is said to be of; anything is, where nothing known is said.
    private func isOf(_ operand: Derivation.Operand, _ base: SentenceReading.Base?) -> Bool {
        guard let base, index.labels.contains(where: { !$0.classes.isDisjoint(with: base.classes) }) else {
            return true
        }
        return operand.ids.contains { id in index.classes(of: id).map { !$0.isDisjoint(with: base.classes) } ?? false }
    }

    /// Whether a written percentage or multiple is a ratio, where "more than" and "almost" leave room on one side.
    private func isRatio(_ open: Derivation.Open, _ ratio: Double) -> Bool {
        let written = open.quantity.magnitude.approximation
        let slack = open.quantity.slack.approximation + written * 1e-9
        guard !open.claim.figure.text.contains(where: \.isNumber) else { return abs(ratio - written) <= slack }
        let tokens = open.claim.reading.tokens
        let before = tokens[max(0, open.claim.position - 2)..<open.claim.position].map(\.word)
        if before.contains("more") || before.contains("over") {
            return ratio >= written && ratio < written * 1.5 + slack
        }
        if before.contains("less") || before.contains("almost") || before.contains("nearly") || before.contains("under")
        {
            return ratio <= written && ratio > written * 0.75
        }
        return abs(ratio - written)
            <= (before.contains { ["about", "roughly", "around"].contains($0) } ? written / 10 : slack)
    }

    private func agrees(_ open: Derivation.Open, _ result: Double) -> Bool {
        let written = open.quantity.magnitude.approximation
        let slack = open.quantity.slack.approximation + max(written, result.magnitude) * 1e-9
        guard written > 0, abs(result.magnitude - written) <= slack else { return false }
        switch open.quantity.sign {
        case .minus: return result < 0
        case .plus: return result > 0
        case .bracketed, .none: break
        }
        switch open.claim.direction {
        case .loss: return result < 0 || !open.claim.labels.contains { !$0.classes.isDisjoint(with: .signed) }
        case .gain, nil: return result > 0
        case .outward: return true
        }
    }

    // MARK: - From the values of those named

    /// The sum or difference of a label's values of those the sentence names: "SPY and QQQ together are 60.3%", or of
    /// all puts, calls, options or shares it speaks of.
    private func ofNamed(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let words = Set(derivation.reading.tokens.map(\.word))
        let isSum = !words.isDisjoint(with: WordLists.sums)
        let isDifference = !words.isDisjoint(with: WordLists.differences)
        guard isSum || isDifference else { return nil }
        let bound = open.claim.labels.reduce(into: LabelClasses()) { $0.formUnion($1.classes) }
        let targets = derivation.reading.distinctTargets
        if isSum, let sum = sumOfLabels(open, derivation) { return sum }
        for number in index.labels.indices {
            let label = index.labels[number]
            if !bound.isEmpty, label.classes.isDisjoint(with: bound), open.quantity.measure != .fraction { continue }
            let known = index.known(number).filter { unitAgrees(open.quantity, $0.unit, $0.value.magnitude, nil, 1) }
            guard known.count > 1 else { continue }
            if targets.count > 1 {
                let values = targets.compactMap { value(of: $0, known) }
                if values.count == targets.count {
                    if isSum, agrees(open, values.reduce(0) { $0 + $1.value }) {
                        return .computed("sum of \(label.words.joined(separator: " "))", from: values.flatMap(\.ids))
                    }
                    if isDifference, values.count == 2, let first = values.first, let last = values.last,
                        agrees(open, first.value - last.value) || agrees(open, last.value - first.value)
                    {
                        return .computed(
                            "difference of \(label.words.joined(separator: " "))",
                            from: first.ids + last.ids
                        )
                    }
                }
            }
            guard isSum, let population = population(of: derivation.reading, open.claim, derivation.dates) else {
                continue
            }
            let members = known.filter { population.contains($0.group) }
            if members.count > 1, agrees(open, members.reduce(0) { $0 + $1.value }) {
                let ids = members.prefix(8).map(\.id)
                return .computed("sum of \(members.count) x \(label.words.joined(separator: " "))", from: Array(ids))
            }
        }
        return nil
    }

    /// The sum of two or more labels' values of one: "dividends and interest together".
    private func sumOfLabels(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let mentions = derivation.reading.labels.filter { $0.tokens.upperBound <= open.claim.position }
        guard mentions.count > 1 else { return nil }
        let groups = open.claim.binding.targets.isEmpty ? [0] : self.groups(of: open.claim.binding)
        var (total, ids): (Double, [String]) = (0, [])
        for mention in mentions {
            let found = index.values.first { value in
                groups.contains(value.group) && unitAgrees(open.quantity, value.unit, value.magnitude, nil, 1)
                    && (value.label == mention.label
                        || mention.label == nil
                            && !index.labels[value.label].classes.isDisjoint(with: mention.classes))
            }
            guard let found else { return nil }
            total += found.isNegative ? -found.magnitude : found.magnitude
            ids.append(index.ids[found.source])
        }
        return agrees(open, total) ? .computed("sum of \(ids.count) values", from: ids) : nil
    }

    /// A label's value of somebody: of the contract, of the ticker itself, or else the sum over its contracts.
    private func value(of target: Target, _ known: [EvidenceIndex.Known]) -> (value: Double, ids: [String])? {
        let own = known.filter { target.admits(index.subjects.groups[$0.group]) }
        let exact =
            target.contracts.isEmpty
            ? own.filter { index.subjects.groups[$0.group].contracts.isEmpty }
            : own.filter { !index.subjects.groups[$0.group].contracts.isEmpty }
        let values = exact.isEmpty ? own : exact
        guard !values.isEmpty else { return nil }
        return (values.reduce(0) { $0 + $1.value }, values.prefix(8).map(\.id))
    }

    // MARK: - Counts

    /// How many there are of what a sentence counts: as many as it lists, or as the evidence knows of.
    private func counted(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let quantity = open.quantity
        guard [.count, .contracts, .span, .bare].contains(quantity.measure), quantity.sign == .none else { return nil }
        let count = NSDecimalNumber(decimal: quantity.magnitude).intValue
        guard Decimal(count) == quantity.magnitude else { return nil }
        let listed = derivation.reading.distinctTargets(after: open.claim.position)
        // "Two: AMD and KO", not "2 AMD 160 puts".
        let isBeside = derivation.reading.mentions.contains { $0.tokens.lowerBound == open.claim.position + 1 }
        if quantity.measure != .bare, count > 1 || (count == 1 && quantity.measure == .count), listed == count,
            !isBeside
        {
            return .computed("count of those listed", from: [])
        }
        let figures = derivation.reading.figuresInList(after: open.claim.position)
        if quantity.measure == .count, count > 1, figures == count || figures == count + 1 {
            return .computed("count of the figures listed", from: [])
        }
        if quantity.measure == .count, let rest = remainder(count, quantity, derivation) { return rest }
        // Of one contract its quantity counts, not that it is one.
        let isOne = count == 1 || open.claim.binding.targets.contains { !$0.contracts.isEmpty }
        let near = derivation.reading.words(from: open.claim.position)
        guard quantity.measure == .count || (quantity.measure == .contracts && !isOne),
            near.isDisjoint(with: ["not", "no", "without", "missing", "unpriced", "none", "unknown"]),
            let population = population(of: derivation.reading, open.claim, derivation.dates)
        else { return nil }
        let members: Int
        switch quantity.noun {
        case "ticker", "symbol", "underlying", "name":
            members = Set(population.flatMap { index.subjects.groups[$0].tickers }).count
        default: members = population.count
        }
        guard members == count, count > 0 else { return nil }
        return .computed("count", from: population.sorted().prefix(8).compactMap(index.firstSource))
    }

    /// Those that are left of a count: of 19 positions, 1 of them not priced, 18 are.
    private func remainder(_ count: Int, _ quantity: Figure.Quantity, _ derivation: Derivation) -> GroundingReport
        .Status?
    {
        guard let noun = quantity.noun else { return nil }
        let stems = Set(derivation.reading.tokens.map { PassageSupport.stem($0.word) })
        let counts = index.values.filter { $0.unit == .count && $0.group == 0 }
        for part in counts {
            guard let words = special(index.labels[part.label], noun), words.contains("not"),
                words.allSatisfy({ $0 == "not" || stems.contains(PassageSupport.stem($0)) }), !stems.contains("not")
            else { continue }
            for whole in counts where special(index.labels[whole.label], noun)?.isEmpty ?? false {
                guard Int(whole.magnitude - part.magnitude) == count else { continue }
                return .computed(
                    "\(Int(whole.magnitude)) - \(Int(part.magnitude))",
                    from: [
                        index.ids[whole.source], index.ids[part.source],
                    ]
                )
            }
        }
        return nil
    }

    /// The holdings that a sentence's words choose: puts, calls, shares, short or long ones, with a level, expiring in a
    /// month, of whom it names. Nil where it chooses nothing.
    private func population(of reading: SentenceReading, _ claim: Claim, _ dates: [TradingDate]) -> Set<Int>? {
        guard let quantities = index.labels.firstIndex(where: { $0.words == ["quantity"] }) else { return nil }
        var members = index.known(quantities)
        // What stands after the figure up to the next one is said of it; short or long may be said once.
        let near = reading.words(from: claim.position)
        let all = Set(reading.tokens.map(\.word))
        let words =
            near.isEmpty
            ? all
            : near.union(all.intersection(Self.carried))
                .union(
                    near.isDisjoint(with: Self.kinds)
                        ? Self.kinds.intersection(reading.tokens[..<claim.position].map(\.word)) : []
                )
        func has(_ some: String...) -> Bool { !words.isDisjoint(with: some) }
        func keep(_ isKept: (EvidenceIndex.Known, SubjectTable.Contract?) -> Bool) {
            members = members.filter { member in
                let contract = index.subjects.groups[member.group].contracts.first.flatMap {
                    index.subjects.contracts[$0]
                }
                return isKept(member, contract)
            }
        }
        if claim.binding.isNamed, !claim.binding.targets.isEmpty {
            keep { member, _ in claim.binding.targets.contains { $0.admits(index.subjects.groups[member.group]) } }
        }
        let (puts, calls) = (has("put", "puts"), has("call", "calls"))
        if puts != calls { keep { $1?.right == (puts ? .put : .call) } }
        if puts || calls || has("option", "options", "leg", "legs", "contracts", "spread", "spreads") {
            keep { $1 != nil }
        }
        if has("stock", "stocks", "shares", "equity", "equities", "companies"),
            !(puts || calls || has("option", "options"))
        {
            keep { $1 == nil }
        }
        if has("short", "sold") != has("long", "bought") {
            keep { member, _ in (member.value < 0) == has("short", "sold") }
        }
        let levels = reading.capitals(from: claim.position).compactMap { index.groupsByText[$0] }
        if let level = levels.first { keep { member, _ in level.contains(member.group) } }
        if let right = Self.signs(words) {
            guard let profit = index.labels.firstIndex(where: { $0.words == ["unrealised", "p&l"] }) else { return nil }
            let chosen = Set(index.known(profit).filter { ($0.value < 0) == (right < 0) }.map(\.group))
            keep { member, _ in chosen.contains(member.group) }
        }
        if words.contains(where: { $0.hasPrefix("expir") }), let last = dates.max() {
            let isBy = !all.isDisjoint(with: ["by", "through", "until", "before", "within"])
            keep { $1.map { isBy ? $0.expiration <= last : dates.contains($0.expiration) } ?? false }
        } else if words.contains(where: { $0.hasPrefix("expir") }),
            let month = reading.tokens.compactMap({ $0.isCapitalised ? FigureScan.months[$0.word] : nil }).first
        {
            keep { $1?.expiration.civil.month == month }
        }
        return Set(members.map(\.group))
    }

    /// Words that may be said once for all counts of a sentence.
    private static let carried: Set<String> = ["short", "long", "expire", "expires", "expiring"]
    private static let kinds: Set<String> = ["put", "puts", "call", "calls", "shares", "stocks"]

    private static func signs(_ words: Set<String>) -> Int? {
        let losing = !words.isDisjoint(with: ["losing", "losers", "loser", "red", "underwater", "losses", "down"])
        let winning = !words.isDisjoint(with: ["winning", "winners", "winner", "profitable", "gains", "up"])
        return losing == winning ? nil : losing ? -1 : 1
    }

    /// A bound that the figures of the sentence keep to: "more than $500: $600.08 and $560.08".
    private func compared(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let tokens = derivation.reading.tokens
        guard open.claim.position > 0 else { return nil }
        let before = tokens[open.claim.position - 1].word
        let word = before == "than" && open.claim.position > 1 ? tokens[open.claim.position - 2].word : before
        let isAbove = ["more", "above", "over", "least", "exceeds", "exceed"].contains(word)
        let isBelow = ["less", "below", "under", "most", "fewer"].contains(word)
        let alike = derivation.operands.filter { $0.measure == open.quantity.measure && !$0.isImplied }
        guard isAbove != isBelow, !alike.isEmpty, open.quantity.measure != .count else { return nil }
        let bound = open.quantity.magnitude.approximation
        let keeps = alike.allSatisfy { operand in
            operand.values.contains { isAbove ? $0.magnitude >= bound : $0.magnitude <= bound }
        }
        return keeps
            ? .computed("a bound of \(alike.map(\.text).joined(separator: ", "))", from: alike.flatMap(\.ids)) : nil
    }

    /// The shares that contracts deliver: "200 shares" for two contracts.
    private func delivered(_ open: Derivation.Open) -> GroundingReport.Status? {
        guard open.quantity.measure == .shares,
            let quantities = index.labels.firstIndex(where: { $0.words == ["quantity"] })
        else { return nil }
        let targets = open.claim.binding.targets
        for known in index.known(quantities) {
            let group = index.subjects.groups[known.group]
            guard !group.contracts.isEmpty, targets.contains(where: { $0.admits(group) }),
                isWritten(open.quantity, known.value.magnitude * 100)
            else { continue }
            return .computed("contracts x 100", from: [known.id])
        }
        return nil
    }

    // MARK: - Distances

    /// How far the underlying is from the strike: "85 cents out of the money", "9.0% above the strike".
    private func toStrike(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let words = Set(derivation.reading.tokens.map(\.word))
        guard !words.isDisjoint(with: ["strike", "money", "otm", "itm", "cushion"]),
            [.dollars, .fraction].contains(open.quantity.measure),
            let prices = index.labels.firstIndex(where: { $0.words == ["underlying", "price"] })
        else { return nil }
        for price in index.known(prices) where price.value > 0 {
            guard let number = index.subjects.groups[price.group].contracts.first,
                let contract = index.subjects.contracts[number],
                open.claim.binding.targets.contains(where: { $0.admits(index.subjects.groups[price.group]) })
            else { continue }
            let strike = contract.strike.approximation
            let distance = price.value - strike
            let isInside = contract.right == .call ? distance > 0 : distance < 0
            if (words.contains("otm") || words.contains("out")) && isInside { continue }
            if words.contains("itm") || (words.contains("money") && !words.contains("out")), !isInside { continue }
            if words.contains("above"), distance < 0 { continue }
            if words.contains("below"), distance > 0 { continue }
            // "Above the strike" is measured by the strike, "out of the money" by the price.
            let isByStrike =
                words.contains("strike") && !words.isDisjoint(with: ["above", "below", "over", "under"])
                && words.isDisjoint(with: ["money", "otm", "itm"])
            let results =
                open.quantity.measure == .dollars
                ? [distance] : isByStrike ? [distance / strike] : [distance / price.value, distance / strike]
            let unsigned = open.quantity.sign == .none || open.quantity.sign == .bracketed
            guard unsigned, results.contains(where: { isWritten(open.quantity, $0.magnitude) }) else { continue }
            return .computed("underlying price - strike", from: [price.id])
        }
        return nil
    }

    /// The days from the day of the data, or between two dates, that a sentence states: "on Jan 14, in 57 days".
    private func elapsed(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        guard open.quantity.measure == .days, let date = derivation.dates.first else { return nil }
        let others = derivation.dates.count > 1 ? derivation.dates[1...] : index.asOfDays.keys.max().map { [$0] } ?? []
        for other in others where isWritten(open.quantity, Double(abs(date.daysSinceEpoch - other.daysSinceEpoch))) {
            return .computed("days between \(other) and \(date)", from: [])
        }
        return nil
    }

    private func isWritten(_ quantity: Figure.Quantity, _ value: Double) -> Bool {
        let written = quantity.magnitude.approximation
        return written > 0 && abs(value - written) <= quantity.slack.approximation + written * 1e-9
    }
}

extension SentenceReading {
    /// Whom the sentence names, each once.
    var distinctTargets: [Target] {
        mentions.reduce(into: []) { targets, mention in
            if !mention.target.isUnknown, !targets.contains(mention.target) { targets.append(mention.target) }
        }
    }

    /// The words from a figure up to the next one.
    func words(from position: Int) -> Set<String> {
        var start = position + 1
        // "Three of your five positions are puts" goes on after the five.
        while start < tokens.count, ["of", "the", "your", "my", "all"].contains(tokens[start].word) { start += 1 }
        if start > position + 1, start < tokens.count, tokens[start].figure != nil { start += 1 }
        let said = tokens[start...].prefix { $0.figure == nil && !["two", "three", "one"].contains($0.word) }
        return Set(said.map(\.word))
    }

    /// The words in capitals from a figure up to the next one.
    func capitals(from position: Int) -> [String] {
        tokens[(position + 1)...].prefix { $0.figure == nil && !["two", "three", "one"].contains($0.word) }.map(
            \.capitals
        )
        .filter { !$0.isEmpty }
    }

    /// How many numerals stand after a position with nothing but conjunctions between them, the longest such list.
    func figuresInList(after position: Int) -> Int {
        var (longest, count) = (0, 0)
        for token in tokens[(position + 1)...] {
            if token.isNumeral {
                count += 1
                longest = max(longest, count)
            } else if !WordLists.conjunctions.contains(token.word) {
                count = 0
            }
        }
        return longest > 1 ? longest : 0
    }

    /// How many are named after a position.
    func distinctTargets(after position: Int) -> Int {
        Set(mentions.filter { $0.tokens.lowerBound > position && !$0.target.isUnknown }.map(\.target)).count
    }
}
