import Foundation
import Markets

/// Numbers that equal no fact but a simple operation on facts that the sentence states: sum, difference, ratio, count.
extension Verification {
    /// Sets the status of the figures of a sentence that can be computed from the others.
    ///
    /// Returns the same with what was computed.
    @discardableResult
    mutating func derive(_ derivation: Derivation) -> Derivation {
        var derivation = derivation
        // What is computed may be computed with: "100 shares at $181.31 would cost $18,131".
        var waiting = derivation.open
        while !waiting.isEmpty {
            var left: [Derivation.Open] = []
            for open in waiting {
                var own = derivation
                own.imply(implied(by: open, own.reading))
                // "Nets out to 579.92" is money, though it is written without its sign.
                let readings = [open] + [open.asAmount, open.asDays(derivation)].compactMap(\.self)
                if readings.contains(where: { goesOtherWay($0, own) }) {
                    set(.struck(.otherSign), entry: open.entry)
                    continue
                }
                var isLeft = true
                for reading in readings where isLeft {
                    guard let status = computed(reading, own) else { continue }
                    set(status, entry: open.entry)
                    derivation.compute(reading, status, isMoney: isMoney(status))
                    isLeft = false
                }
                if isLeft { left.append(open) }
            }
            if left.count == waiting.count { break }
            waiting = left
        }
        checkEquations(derivation)
        checkParts(derivation)
        return derivation
    }

    /// Whether what was computed may be an amount of money: all it comes from may be counts.
    private func isMoney(_ status: GroundingReport.Status) -> Bool {
        let units = status.sources.compactMap { index.number(of: $0)?.unit }
        return units.isEmpty || !units.allSatisfy { [.shares, .contracts, .count, .days].contains($0) }
    }

    private func computed(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        if let price = derivation.statedPrice(before: open.claim.position), open.quantity.measure == .dollars {
            return atPrice(price.count, price.price, open)
        }
        if let part = restated(open, derivation) {
            let said = Derivation.Open(claim: part, quantity: open.quantity, entry: open.entry, isOther: open.isOther)
            if let status = ratio(said, derivation) ?? ofBase(said, derivation) { return status }
        }
        // A break-even that is known is what it is: "the break-even is $146.17, the strike plus the bid".
        if [.dollars, .bare].contains(open.quantity.measure),
            let label = open.claim.labels.first, label.classes == .breakEven,
            open.claim.isCell || label.tokens.upperBound <= open.claim.position && !isDistance(open.claim),
            !values("break-even", groups(about: open)).isEmpty
        {
            return nil
        }
        // "BE at 169.55 (165 + 4.55)" is none of a put.
        if [.dollars, .bare].contains(open.quantity.measure), open.claim.labels.first?.classes == .breakEven,
            !isDistance(open.claim), open.claim.binding.targets.count == 1,
            open.claim.binding.targets[0].contracts.count == 1,
            open.claim.labels[0].tokens.upperBound <= open.claim.position
        {
            return breakEven(open, derivation)
        }
        if let status = pointsApart(open, derivation) ?? forEach(open, derivation) ?? versus(open, derivation) {
            return status
        }
        if !open.isOther, let status = stated(open, derivation) ?? ofNamed(open, derivation) { return status }
        // "The two SPY puts together carry a net theta of $4": of the label it names.
        if open.isOther, !open.claim.labels.isEmpty,
            !Set(derivation.reading.tokens.map(\.word)).isDisjoint(with: Self.joint),
            let status = ofNamed(open, derivation)
        {
            return status
        }
        if let status = ratio(open, derivation) ?? counted(open, derivation) { return status }
        if let status = countBySign(open, derivation) ?? countOfLevel(open, derivation)
            ?? countOfState(open, derivation)
        {
            return status
        }
        if let status = sumOfParts(open, derivation) ?? sumOfList(open, derivation) { return status }
        if let status = toStrike(open, derivation) ?? elapsed(open, derivation) { return status }
        if let status = compared(open, derivation) ?? delivered(open) { return status }
        return operation(open, derivation) ?? equated(open, derivation)
    }

    /// What so many shares come to at the price that is said: "200 shares at the $67.50 strike would bring in $13,500".
    private func atPrice(_ count: Derivation.Operand, _ price: Derivation.Operand, _ open: Derivation.Open)
        -> GroundingReport.Status?
    {
        for value in price.values {
            for number in count.values where isWritten(open.quantity, (value * number).magnitude) {
                return .computed("\(price.text) x \(count.text)", from: price.ids + count.ids)
            }
        }
        return nil
    }

    /// Whether a figure says how far something lies from another: "$17 below the price".
    private func isDistance(_ claim: Claim) -> Bool {
        let next = claim.position + 1
        return next < claim.reading.tokens.count && WordLists.comparisons.contains(claim.reading.tokens[next].word)
    }

    /// Strikes a percentage that is said to be of one amount of the sentence, and is not what another is of it.
    private mutating func checkParts(_ derivation: Derivation) {
        let amounts = derivation.operands.filter { $0.measure == .dollars && !$0.isImplied && $0.isAmount }
        for fraction in derivation.operands
        where fraction.measure == .fraction && !fraction.isImplied && fraction.entry >= 0
            && fraction.text.contains(where: \.isNumber)
        {
            let reading = derivation.reading
            guard
                let whole = reading.figurePartOf(fraction.position, orOn: true)
                    ?? reading.wholeAtHead(of: fraction.position),
                let right = amounts.first(where: { $0.position == whole }), entries[fraction.entry].reason == nil,
                !entries[fraction.entry].isQuoted
            else { continue }
            let others = amounts.filter { $0.position != whole }.flatMap(\.values)
            let groups = Set(fraction.ids.compactMap(index.group) + [0])
            let known = index.values(from: 0, through: .infinity, of: groups.sorted()).filter {
                $0.unit == .dollars || $0.unit == .dollarsPerShare
            }.map(\.magnitude)
            // Where the other amount is said it must be it.
            let agrees = (others.count == 1 ? others : others + known).contains { a in
                right.values.contains { b in
                    guard b != 0 else { return false }
                    // What a share costs is told of a contract too.
                    return [(a / b).magnitude, (a * 100 / b).magnitude].contains {
                        abs($0 - fraction.written.magnitude) <= fraction.slack * 1.000001
                    }
                }
            }
            if !agrees { set(.struck(.otherLabel), entry: fraction.entry) }
        }
    }

    // MARK: - From the figures of the sentence

    /// The sum, difference or ratio of two or all of the figures that stand in the sentence.
    private func stated(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let quantity = open.quantity
        let operands = derivation.operands
        let words = Set(derivation.reading.tokens.map(\.word))
        let alike = (derivation.earlier + operands).filter {
            $0.measure == quantity.measure || (quantity.measure == .bare && $0.measure == .dollars)
        }
        guard alike.count >= 2 else { return nil }
        // "So -97 for the two"
        let isOfBoth = derivation.reading.tokens[open.claim.position...].prefix(4).contains { $0.word == "two" }
        let isSum = !words.isDisjoint(with: WordLists.sums) || isOfBoth
        let isDifference = !words.isDisjoint(with: WordLists.differences)
        let isPlus = isAdded(open)
        let stated = alike.count { !$0.isImplied }
        let isExact =
            open.isExact && derivation.reading.mentions.count < 2
            || stated == 2 && open.digits >= 2 && derivation.reading.mentions.count < 2
        guard isSum || isDifference || isExact || isPlus else { return nil }
        // A shortfall is no surplus.
        if quantity.sign == .plus, !words.isDisjoint(with: ["worst", "short", "shortfall"]) { return nil }
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
                        // "184.05 + one ATR"
                        if isPlus, a > 0, b > 0 { results.append(a + b) }
                        if isExact, !left.isImplied, !right.isImplied, a > 0, b > 0 {
                            results += [a - b, b - a]
                        }
                        if isDifference {
                            let (large, small) = (max(a.magnitude, b.magnitude), min(a.magnitude, b.magnitude))
                            let isSigned = quantity.sign == .plus || quantity.sign == .minus
                            results +=
                                (a < 0) == (b < 0) ? [a - b, b - a] : isSigned ? [a + b] : [a + b, large - small]
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

    /// How many points one percentage of the sentence lies above or below another: "25%, some 11 points below the 37% of
    /// January".
    private func pointsApart(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let tokens = derivation.reading.tokens
        let position = open.claim.position
        let after = tokens[(position + 1)...].prefix(3).map(\.word)
        guard let points = after.firstIndex(where: { ["points", "pts", "point", "pt", "pp"].contains($0) }), points < 2,
            [.bare, .fraction].contains(open.quantity.measure), points + 1 < after.count
        else { return nil }
        let scale = open.quantity.measure == .bare ? 0.01 : 1
        let written = open.quantity.magnitude.approximation * scale
        let slack = open.quantity.slack.approximation * scale * 1.000001
        let parts = derivation.operands.filter { $0.measure == .fraction && !$0.isImplied }
        // "69.1% vs 55.0%, a 14.1-pt gap"
        if ["gap", "difference", "spread", "advantage", "edge"].contains(after[points + 1]), parts.count == 2,
            let a = parts[0].values.first, let b = parts[1].values.first, abs((a - b).magnitude - written) <= slack
        {
            return .computed("\(parts[0].text) - \(parts[1].text)", from: parts[0].ids + parts[1].ids)
        }
        guard
            let isAbove = [
                "above": true, "higher": true, "more": true, "over": true, "ahead": true, "past": true,
                "below": false,
                "lower": false,
                "less": false, "under": false, "behind": false,
            ][after[points + 1]],
            let left = parts.last(where: { $0.position < position }),
            let right = parts.first(where: { $0.position > position })
        else { return nil }
        for a in left.values {
            for b in right.values where (a > b) == isAbove && abs((a - b).magnitude - written) <= slack {
                return .computed("\(left.text) - \(right.text)", from: left.ids + right.ids)
            }
        }
        return nil
    }

    /// How far a number lies from another that it is held against, in brackets behind the two: "184.05 vs 50d 174.72 (+5.3 %)".
    private func versus(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let tokens = derivation.reading.tokens
        let position = open.claim.position
        let stated = derivation.operands.filter { !$0.isImplied && $0.measure != .days }
        guard tokens[position].parting == "(", [.fraction, .dollars, .bare].contains(open.quantity.measure),
            let right = stated.filter({ $0.position < position }).max(by: { $0.position < $1.position }),
            tokens[(right.position + 1)..<position].allSatisfy({ !$0.isNumeral }),
            let sign = tokens[..<right.position].lastIndex(where: { ["vs", "versus", "against"].contains($0.word) }),
            right.position - sign <= 5,
            // Of several that one is held against each has its own.
            let left = stated.filter({ $0.position < sign && $0.measure == right.measure })
                .min(by: { $0.position < $1.position })
        else { return nil }
        for a in left.values {
            for b in right.values where b != 0 {
                let result = open.quantity.measure == .fraction ? (a - b) / b.magnitude : a - b
                guard isWritten(open.quantity, result.magnitude),
                    open.quantity.sign == .none || (open.quantity.sign == .plus) == (result > 0)
                else { continue }
                return .computed("\(left.text) against \(right.text)", from: left.ids + right.ids)
            }
        }
        return nil
    }

    /// What so many of each of those named come to: "200 shares of each, 600 in total".
    private func forEach(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let tokens = derivation.reading.tokens
        let names = Double(derivation.reading.distinctTargets.count)
        guard names > 1, !words(derivation).isDisjoint(with: ["total", "all", "altogether", "together"]) else {
            return nil
        }
        for operand in derivation.operands
        where !operand.isImplied && operand.position < open.claim.position && operand.position >= 0 {
            let after = tokens[(operand.position + 1)...].prefix(4).prefix { $0.figure == nil && !$0.isParted }
            guard after.contains(where: { ["each", "apiece"].contains($0.word) }),
                isCount(operand) || operand.measure == open.quantity.measure || operand.measure == .shares,
                operand.values.contains(where: { isWritten(open.quantity, $0 * names) })
            else { continue }
            return .computed("\(operand.text) x \(Int(names))", from: operand.ids)
        }
        return nil
    }

    private func ratio(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let part =
            derivation.reading.figurePartOf(open.claim.position)
            ?? derivation.reading.wholeAtHead(of: open.claim.position)
        // "Cash covers 46% of it": of what the sentence before said.
        let isAlone = derivation.operands.allSatisfy(\.isImplied) && derivation.reading.mentions.isEmpty
        let isOfEarlier = part.map { !derivation.reading.tokens[$0].isNumeral } ?? isAlone
        let operands = (isOfEarlier ? derivation.earlier : []) + derivation.operands
        let words = Set(derivation.reading.tokens.map(\.word))
        guard
            open.quantity.measure == .multiple
                || open.quantity.measure == .fraction
                    && (!open.claim.figure.text.contains(where: \.isNumber)
                        || derivation.reading.base(at: open.claim.position) != nil
                        || part != nil || isOfTheTwo(open, derivation)
                        || !words.isDisjoint(with: WordLists.ratios))
        else { return nil }
        let base = derivation.reading.base(at: open.claim.position)
        let isLimit = derivation.reading.words(from: open.claim.position).contains {
            ["limit", "cap", "target", "threshold"].contains($0)
        }
        // "More than two thirds: 67.2%" says the same twice.
        if !isLimit, open.quantity.measure == .fraction, !open.claim.figure.text.contains(where: \.isNumber),
            let same = operands.first(where: {
                // "Delta is -0.10, so roughly a one in ten shot"
                ($0.measure == .fraction || ($0.measure == .bare && $0.slack < 0.1)) && !$0.isImplied
                    && $0.values.contains { isRatio(open, $0.magnitude) }
                    // What a passage says is half of the credit is not half of the strike.
                    && (base == nil || $0.ids.contains { index.passages[$0] == nil })
            })
        {
            return .computed("about \(same.text)", from: same.ids)
        }
        let whole = part.flatMap { derivation.reading.tokens[$0].isNumeral ? $0 : nil }
        for (first, left) in operands.enumerated() {
            for (second, right) in operands.enumerated()
            where isOf(right, base) && (whole == nil || right.position == whole) && first != second
                && (left.measure == right.measure || isCount(left) && isCount(right)
                    // "56 more days, twice the 28 that December gives"
                    || open.quantity.measure == .multiple && right.measure == .bare
                        && right.text.allSatisfy(\.isNumber))
                && (left.measure != .days || open.quantity.measure == .multiple
                    || !open.claim.figure.text.contains(where: \.isNumber))
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

    private static let joint: Set<String> = ["together", "combined", "altogether", "net", "total"]

    private func isCount(_ operand: Derivation.Operand) -> Bool {
        [.bare, .count, .contracts].contains(operand.measure)
    }

    /// The part in words that a percentage says again in brackets: "about two thirds of it (65.9%)".
    private func restated(_ open: Derivation.Open, _ derivation: Derivation) -> Claim? {
        guard derivation.reading.tokens[open.claim.position].parting == "(", open.quantity.measure == .fraction,
            let part = derivation.results.last(where: {
                $0.quantity.measure == .fraction && !$0.claim.figure.text.contains(where: \.isNumber)
                    && $0.claim.position < open.claim.position && open.claim.position - $0.claim.position <= 6
            })
        else { return nil }
        var claim = open.claim
        claim.position = part.claim.position
        return claim
    }

    /// Whether a percentage stands beside two amounts and says of neither that it is a part of it: "a delta of $100k on a $186k
    /// account: about 54%".
    private func isOfTheTwo(_ open: Derivation.Open, _ derivation: Derivation) -> Bool {
        guard open.quantity.measure == .fraction, open.digits >= 2 || isBound(open),
            labelRule(for: open.claim, groups: [.fraction]) == nil
        else { return false }
        // "Fifteen candidates from 539 contracts, about 2.8%"
        let counts = derivation.operands.filter { isCount($0) && !$0.isImplied && !$0.isComputed && $0.entry >= 0 }
        return counts.count == 2 && counts.contains { $0.measure != .bare }
            || derivation.operands.count { $0.measure == .dollars && !$0.isImplied && $0.isAmount && !$0.isComputed }
                == 2
    }

    /// Whether words before a figure say that it is a bound: "fewer than 3%".
    private func isBound(_ open: Derivation.Open) -> Bool {
        let before = open.claim.reading.tokens[max(0, open.claim.position - 2)..<open.claim.position]
            .map(\.word)
        return ["fewer than", "less than", "more than"].contains(before.joined(separator: " "))
    }

    /// Whether a value is what a part is said to be of; anything is, where nothing known is said.
    private func isOf(_ operand: Derivation.Operand, _ base: SentenceReading.Base?) -> Bool {
        guard let base, index.labels.contains(where: { !$0.classes.isDisjoint(with: base.classes) }) else {
            return true
        }
        return operand.ids.contains { id in index.classes(of: id).map { isOf($0, base) } ?? false }
    }

    /// Whether something measured is what a part is said to be of: "your cash" is not the cash that assignment would need.
    func isOf(_ classes: LabelClasses, _ base: SentenceReading.Base) -> Bool {
        guard base.classes == .cash, classes.contains(.cashIfAssigned) else {
            return !classes.isDisjoint(with: base.classes)
        }
        return false
    }

    /// Whether a written percentage or multiple is a ratio, where "more than" and "almost" leave room on one side.
    private func isRatio(_ open: Derivation.Open, _ ratio: Double) -> Bool {
        let written = open.quantity.magnitude.approximation
        let slack = open.quantity.slack.approximation + written * 1e-9
        if open.claim.figure.text.contains(where: \.isNumber), isBound(open) {
            let isBelow = open.claim.reading.tokens[open.claim.position - 2].word != "more"
            return isBelow
                ? ratio <= written && ratio > written * 0.75 : ratio >= written && ratio < written * 1.25
        }
        guard !open.claim.figure.text.contains(where: \.isNumber) else {
            return abs(ratio - written) <= slack
        }
        let tokens = open.claim.reading.tokens
        let before = tokens[max(0, open.claim.position - 2)..<open.claim.position].map(\.word)
        if before.contains("more") || before.contains("over") || before.contains("better") {
            return ratio >= written && ratio < written * 1.5 + slack
        }
        if before.contains("less") || before.contains("almost") || before.contains("nearly") || before.contains("under")
        {
            return ratio <= written && ratio > written * 0.75
        }
        // "About three times" may be 3.3.
        let isAbout = before.contains { ["about", "roughly", "around"].contains($0) }
        let isRounded = open.quantity.measure == .multiple && open.quantity.slack == 0.5
        return abs(ratio - written) <= (isAbout || isRounded ? max(written / 10, slack) : slack)
    }

    func agrees(_ open: Derivation.Open, _ result: Double) -> Bool {
        let written = open.quantity.magnitude.approximation
        let slack = open.quantity.slack.approximation + max(written, result.magnitude) * 1e-9
        guard written > 0, abs(result.magnitude - written) <= slack else { return false }
        switch open.quantity.sign {
        case .minus: return result < 0
        case .plus: return result > 0
        case .bracketed where result < 0: return true
        case .bracketed, .none: break
        }
        switch open.claim.direction {
        case .loss: return result < 0 || !open.claim.labels.contains { !$0.classes.isDisjoint(with: .signed) }
        case .gain, nil: return result > 0
        case .outward: return true
        }
    }

    /// A bound that the figures of the sentence keep to: "more than $500: $600.08 and $560.08".
    private func compared(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let tokens = derivation.reading.tokens
        // "Last traded at a little over $182" is no bound of what else is said.
        let isNear =
            open.claim.position > 1 && !words(derivation).contains { $0.hasPrefix("averag") }
            && ["little", "just", "slightly", "bit", "barely"].contains(tokens[open.claim.position - 2].word)
        guard !isNear else { return nil }
        // "Pays more ($1.60)" names no bound.
        guard open.claim.position > 0, !tokens[open.claim.position].isParted else { return nil }
        let before = tokens[open.claim.position - 1].word
        let word = before == "than" && open.claim.position > 1 ? tokens[open.claim.position - 2].word : before
        let isAbove = ["more", "above", "over", "least", "exceeds", "exceed", "exceeding", "tops"].contains(word)
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
        // "You hold 100 shares of MSFT" where there is a call of it.
        let before = open.claim.position > 0 ? open.claim.reading.tokens[open.claim.position - 1].word : ""
        let isHeld =
            ["your", "my", "our"].contains(before)
            || open.claim.reading.clause(
                of: open.claim.position,
                hasAnyOf: ["hold", "own", "holding", "holdings", "owned"]
            )
        // "Assignment would mean buying 100 AMD at $160"
        let isTraded =
            open.quantity.measure == .bare && open.claim.reading.isCountOfTicker(open.claim.position)
            && ["buy", "buying", "sell", "selling", "deliver", "delivering", "own", "owning"].contains(before)
        guard open.quantity.measure == .shares || isTraded,
            !isHeld
                || open.claim.reading.clause(
                    of: open.claim.position,
                    hasAnyOf: [
                        "assigned", "assignment", "deliver", "exercised", "cover", "covered", "control", "called",
                        "would",
                    ]
                ),
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
        guard !words.isDisjoint(with: ["strike", "money", "otm", "itm", "cushion", "cushions", "reach"]),
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
            let base = derivation.reading.base(at: open.claim.position)?.classes ?? []
            let results =
                open.quantity.measure == .dollars
                ? [distance]
                : isByStrike || base.contains(.strike)
                    ? [distance / strike]
                    : base.contains(.price) || base.contains(.underlyingPrice)
                        ? [distance / price.value] : [distance / price.value, distance / strike]
            let unsigned = open.quantity.sign == .none || open.quantity.sign == .bracketed
            guard unsigned, results.contains(where: { isWritten(open.quantity, $0.magnitude) }) else { continue }
            return .computed("underlying price - strike", from: [price.id])
        }
        return nil
    }

    /// The days from the day of the data, or between two dates, that a sentence states: "on Jan 14, in 57 days".
    private func elapsed(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        guard open.quantity.measure == .days, let date = derivation.dates.first else { return nil }
        let isApart = open.claim.reading.isApart(open.claim.position)
        let others =
            Array(derivation.dates.dropFirst())
            + (isApart ? [] : (index.today.map { [$0] } ?? []) + datesNamed(open, derivation))
        for other in others where isWritten(open.quantity, Double(abs(date.daysSinceEpoch - other.daysSinceEpoch))) {
            return .computed("days between \(other) and \(date)", from: [])
        }
        return nil
    }

    /// The dates a sentence names without saying them: "three days before the calls expire".
    private func datesNamed(_ open: Derivation.Open, _ derivation: Derivation) -> [TradingDate] {
        let kinds: LabelClasses = [.expiration, .exDate, .earnings, .opened]
        let said = derivation.reading.labels.reduce(into: LabelClasses()) { $0.formUnion($1.classes) }
            .intersection(kinds)
        let targets = derivation.reading.distinctTargets + open.claim.binding.targets
        guard !said.isEmpty, !targets.isEmpty else { return [] }
        return index.days(of: targets.flatMap(index.subjects.groups)).filter { !$0.classes.isDisjoint(with: said) }
            .map(\.date)
    }

    private func isWritten(_ quantity: Figure.Quantity, _ value: Double) -> Bool {
        let written = quantity.magnitude.approximation
        return written > 0 && abs(value - written) <= quantity.slack.approximation + written * 1e-9
    }
}
