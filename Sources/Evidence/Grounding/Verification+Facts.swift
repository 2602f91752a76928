import Foundation

/// Numbers against facts: value, unit, sign, subject.
extension Verification {
    // MARK: - Facts

    func facts(for claim: Claim, _ readings: [Figure.Reading]) -> Outcome {
        if let name = index.subjects.name(claim.figure.text), let group = index.subjects.groupsByName[name]?.first,
            let source = index.firstSource(of: group)
        {
            return .found([source])
        }
        var best = Outcome.failed(.unknownValue)
        for reading in readings {
            let outcome: Outcome
            switch reading {
            case .quantity(let quantity): outcome = match(quantity, claim)
            case .date(let date): outcome = match(date, claim)
            case .time(let time): outcome = match(time)
            case .contract(let contract): outcome = match(contract, claim)
            }
            if case .found = outcome { return outcome }
            best = best.orBetter(outcome)
        }
        return best
    }

    func match(_ quantity: Figure.Quantity, _ claim: Claim) -> Outcome {
        // Of an option that is not held, as many are spoken of as are held of its like.
        var claim = claim
        if quantity.measure == .contracts,
            claim.binding.targets.allSatisfy({ $0.contracts.allSatisfy { index.quantity(of: $0) == nil } })
        {
            claim.binding.targets = claim.binding.targets.map { $0.isUnknown ? $0 : Target(tickers: $0.tickers) }
        }
        // "KO expires in 2 days" says how many are left to its expiration.
        if quantity.measure == .days {
            claim.labels = claim.labels.map { mention in
                guard mention.classes == .expiration else { return mention }
                return LabelMention(tokens: mention.tokens, label: nil, classes: .daysToExpiration)
            }
        }
        var rule = labelRule(for: claim, groups: Self.unitGroups(of: quantity.measure))
        // "A quarter of what it would cost" is no limit of 25%.
        if rule == nil, quantity.measure == .fraction, !claim.figure.text.contains(where: \.isNumber),
            claim.reading.base(at: claim.position) == nil
        {
            return .failed(.unknownValue)
        }
        // "Fifteen candidates from 539 contracts": contracts are no candidates.
        if [.count, .contracts].contains(quantity.measure), let noun = quantity.noun, isCounted(noun),
            let label = rule?.label, special(index.labels[label], noun) == nil
        {
            rule = nil
        }
        if rule == nil, isMislabelled(quantity, claim) { return .failed(.otherUnit) }
        if quantity.measure == .dollars, claim.reading.isCountedInDollars(claim.position) {
            return .failed(.otherUnit)
        }
        var outcome = match(quantity, claim, rule, scale: 1)
        // "AMD's 67.2" beside a percentage, "IV rank 45", "assignment odds of 44.4".
        if case .failed = outcome, quantity.measure == .bare,
            rule.map({ !$0.classes.isDisjoint(with: .ranks) || isKnownInPercent($0) }) ?? false
                || (quantity.slack < 0.1 && quantity.magnitude >= 1
                    && claim.reading.hasPercentage(beside: claim.position)
                    && claim.reading.endsPart(claim.position))
        {
            outcome = outcome.orBetter(match(quantity, claim, rule, scale: 0.01))
        }
        return outcome
    }

    /// Whether what a rule says is known as a part of one alone, which is told in percent.
    private func isKnownInPercent(_ rule: LabelRule) -> Bool {
        func isKnown(_ unit: EvidenceIndex.UnitGroup) -> Bool {
            !index.everything.classes[unit.rawValue].isDisjoint(with: rule.classes)
        }
        return isKnown(.fraction) && !isKnown(.money)
    }

    func match(_ quantity: Figure.Quantity, _ claim: Claim, _ rule: LabelRule?, scale: Double) -> Outcome {
        let magnitude = quantity.magnitude.approximation * scale
        let slack = quantity.slack.approximation * scale
        let tolerance = slack + max(magnitude, slack) * 1e-12
        var found: [(source: Int, id: String)] = []
        var outcome = Outcome.failed(.unknownValue)
        let noun =
            [.count, .contracts].contains(quantity.measure) ? quantity.noun.flatMap { isCounted($0) ? $0 : nil } : nil
        let (low, high) = Self.bounds(of: quantity, claim) ?? (magnitude - tolerance, magnitude + tolerance)
        // What nothing counts may still be counted from what is listed.
        let isUncounted =
            quantity.measure == .count && quantity.noun.map { FigureScan.nouns[$0] != nil && !mayCount($0) } ?? false
        for value in index.values(from: low, through: high, of: groups(for: claim, rule)) {
            if isUncounted, value.unit == .count {
                outcome = outcome.orBetter(.failed(.otherUnit))
                continue
            }
            let label = index.labels[value.label]
            guard
                unitAgrees(
                    quantity,
                    value.unit,
                    value.magnitude,
                    rule,
                    scale,
                    isNamed: claim.binding.isNamed && value.group == 0 && !claim.reading.isWholeOfPart(claim.position)
                ) || isPriceOfRange(quantity, value, claim) || isEffective(quantity, value, label)
                    || isShortPrice(quantity, value, label, claim) || isRoundedInRow(quantity, value, claim),
                !label.words.contains("day") || !claim.reading.isPerOtherSpan(claim.position),
                value.unit != .dollarsPerShare
                    || !(claim.reading.isPer("contract", claim.position) || claim.reading.isInTotal(claim.position)),
                value.unit != .dollars || label.words.contains("per")
                    || !(claim.reading.isPer("contract", claim.position)
                        || claim.reading.isPer("share", claim.position))
            else {
                outcome = outcome.orBetter(.failed(.otherUnit))
                continue
            }
            // "57 days apart" is no time to a date.
            if quantity.measure == .days, claim.reading.isApart(claim.position) {
                outcome = outcome.orBetter(.failed(.otherLabel))
                continue
            }
            guard isAbout(value.group, claim, rule) else {
                outcome = outcome.orBetter(.failed(.otherSubject))
                continue
            }
            // What only the whole portfolio has a label for says nothing about the values of those named.
            let isBound = rule.map { $0.isOfSubject || value.group == 0 || claim.binding.targets.isEmpty } ?? false
            // "About four positions (4.14)" is no count.
            let isFine =
                value.unit == .ratio && quantity.measure == .bare && quantity.slack < 0.1
                && rule?.label.map { index.labels[$0].words == ["positions"] } ?? false
                && label.words.contains("positions")
            guard !isBound || isFine || agrees(value.label, label, with: rule, claim) else {
                outcome = outcome.orBetter(.failed(.otherLabel))
                continue
            }
            // Who says "probability of profit" of a value that has another such name says something false, though the one
            // named is not known.
            if rule == nil, let said = claim.labels.first, !said.classes.isDisjoint(with: .distinct),
                !label.classes.isDisjoint(with: .distinct), label.classes.isDisjoint(with: said.classes),
                said.tokens.lowerBound == claim.position + 1 || claim.reading.isStated(said, at: claim.position)
            {
                outcome = outcome.orBetter(.failed(.otherLabel))
                continue
            }
            if rule?.level == .whole, value.group != 0, let rule, !label.classes.isEmpty,
                label.classes.isDisjoint(with: rule.classes),
                claim.reading.isStated(claim.labels[0], at: claim.position)
            {
                outcome = outcome.orBetter(.failed(.otherLabel))
                continue
            }
            if let noun, value.unit == .count, !counts(label, noun, claim) {
                outcome = outcome.orBetter(.failed(.otherLabel))
                continue
            }
            if value.unit == .fraction, let base = claim.reading.base(at: claim.position),
                !isPart(value, label, of: base, claim)
                    || value.group == 0 && claim.binding.isNamed && hasOwnPart(of: base, claim)
                        && !claim.reading.tokens.contains(where: { ["limit", "cap", "target"].contains($0.word) })
            {
                outcome = outcome.orBetter(.failed(.otherLabel))
                continue
            }
            // "Past your 80% target" is no limit.
            if value.unit == .fraction, value.group == 0, let kind = claim.reading.kindOfRule(at: claim.position),
                !label.words.contains(kind), label.words.contains("limit") || label.words.contains("target")
            {
                outcome = outcome.orBetter(.failed(.otherLabel))
                continue
            }
            // "Rho is $327 per basis point", "she earned $1.31" of what is expected.
            // "2.1% above SMA50" is measured by the average.
            if value.unit == .fraction, isDistanceFromAverage(claim) {
                outcome = outcome.orBetter(.failed(.otherLabel))
                continue
            }
            guard isSamePer(label, claim), !isForetold(label, claim), isOfSamePeriod(label, claim),
                isSameWayOfMoney(value, label, claim),
                !isTotalPerSpan(value, label, claim)
            else {
                outcome = outcome.orBetter(.failed(.otherLabel))
                continue
            }
            guard signAgrees(quantity, value, label.classes, claim, isZero: magnitude <= slack) else {
                outcome = outcome.orBetter(.failed(.otherSign))
                continue
            }
            found.append((value.source, index.ids[value.source]))
        }
        guard found.isEmpty else { return .found(Self.ids(found)) }
        // What nobody the claim is about has, somebody else may have.
        for (unit, magnitude) in index.units(from: low, through: high) {
            let agrees = unitAgrees(quantity, unit, magnitude, rule, scale)
            outcome = outcome.orBetter(.failed(agrees ? .otherSubject : .otherUnit))
        }
        return outcome
    }

    /// Whether a plain number is an end of a range of prices: "from 188 to 190.22".
    private func isPriceOfRange(_ quantity: Figure.Quantity, _ value: EvidenceIndex.Value, _ claim: Claim) -> Bool {
        guard quantity.measure == .bare, value.unit == .dollarsPerShare, value.magnitude >= 10, claim.position > 0
        else {
            return false
        }
        let tokens = claim.reading.tokens
        let (before, next) = (claim.position - 1, claim.position + 1)
        let isFirst =
            next + 1 < tokens.count && ["to", "and"].contains(tokens[next].word) && tokens[next + 1].isNumeral
        let isSecond = before > 0 && ["to", "and"].contains(tokens[before].word) && tokens[before - 1].isNumeral
        return isFirst && ["from", "between", "at"].contains(tokens[before].word) || isSecond
    }

    /// Whether a number of one or two digits is a price by its words: a strike of the contract spoken of, "at 35", or points.
    private func isShortPrice(
        _ quantity: Figure.Quantity,
        _ value: EvidenceIndex.Value,
        _ label: EvidenceIndex.Label,
        _ claim: Claim
    ) -> Bool {
        guard quantity.measure == .bare, value.unit == .dollarsPerShare, quantity.sign == .none,
            abs(value.magnitude - quantity.magnitude.approximation) < 1e-9
        else { return false }
        let tokens = claim.reading.tokens
        let next = claim.position + 1
        if next < tokens.count, ["points", "pts"].contains(tokens[next].word) {
            return label.words.contains("improvement")
        }
        return label.words == ["strike"] && claim.position > 0
            && ["at", "to", "above", "below", "over", "under", "past"].contains(tokens[claim.position - 1].word)
            && claim.binding.targets.contains { !$0.contracts.isEmpty }
    }

    /// Whether a whole number alone in a cell without a title is a measure of the row's subject in two digits.
    private func isRoundedInRow(
        _ quantity: Figure.Quantity,
        _ value: EvidenceIndex.Value,
        _ claim: Claim
    ) -> Bool {
        claim.isCell && claim.isAlone && claim.title.isEmpty && quantity.measure == .bare
            && value.unit == .ratio
            && value.magnitude >= 10 && quantity.slack <= 0.5 && claim.binding.targets.count == 1
            && claim.binding.targets.allSatisfy { !$0.contracts.isEmpty || $0.owner != nil }
    }

    /// Whether "4.1 positions" are what a label calls so, though no count.
    private func isEffective(_ quantity: Figure.Quantity, _ value: EvidenceIndex.Value, _ label: EvidenceIndex.Label)
        -> Bool
    {
        guard quantity.measure == .count, value.unit == .ratio, quantity.slack < 0.1, let noun = quantity.noun else {
            return false
        }
        return label.words.contains(noun + "s")
    }

    /// Whether what a sentence says a value is for, "per basis point", is what its label says.
    private func isSamePer(_ label: EvidenceIndex.Label, _ claim: Claim) -> Bool {
        guard let per = label.words.firstIndex(of: "per"), per + 1 < label.words.count else { return true }
        let own = label.words[per + 1]
        let tokens = claim.reading.tokens
        let next = claim.position + 1
        // "Vega is $111 per day"
        let isSlashed = next < tokens.count && tokens[next].isSlashed && tokens[next].word != ""
        if isSlashed
            || next + 1 < tokens.count && !tokens[next].isParted
                && ["per", "a", "each", "every"].contains(tokens[next].word)
        {
            let said = tokens[isSlashed ? next : next + 1].word
            if own == "day", ["point", "share", "percent", "pt", "sh"].contains(said) { return false }
            if own != "day", ["day", "week", "month", "share", "d", "wk", "mo", "sh"].contains(said) { return false }
        }
        guard next + 1 < tokens.count, ["per", "for"].contains(tokens[next].word), own == "point" else { return true }
        let said = tokens[(next + 1)...].prefix(4).prefix { $0.figure == nil && !$0.isParted }.map(\.word)
        return !said.contains("basis")
    }

    /// Whether a value that is only expected is told as if it had come.
    private func isForetold(_ label: EvidenceIndex.Label, _ claim: Claim) -> Bool {
        label.words.first == "expected"
            && claim.reading.clause(
                of: claim.position,
                hasAnyOf: ["earned", "reported", "posted", "actual", "delivered"]
            )
    }

    /// What "more than half" or "almost a third" leave room for; nil for what is written in digits.
    private static func bounds(of quantity: Figure.Quantity, _ claim: Claim) -> (Double, Double)? {
        guard quantity.measure == .fraction, !claim.figure.text.contains(where: \.isNumber) else { return nil }
        let written = quantity.magnitude.approximation
        let before = claim.reading.tokens[max(0, claim.position - 2)..<claim.position].map(\.word)
        if !Set(before).isDisjoint(with: ["more", "over", "better"]) { return (written, written * 1.3) }
        if !Set(before).isDisjoint(with: ["less", "under", "almost", "nearly", "fewer"]) {
            return (written * 0.75, written)
        }
        let room = Set(before).isDisjoint(with: ["about", "roughly", "around", "some"]) ? 0.05 : 0.1
        return (written * (1 - room), written * (1 + room))
    }

    /// Whether a column or the words "x is" say that a figure is something that is known in another unit only.
    private func isMislabelled(_ quantity: Figure.Quantity, _ claim: Claim) -> Bool {
        if let label = claim.labels.first, label.classes == .extreme { return true }
        // "They yield 17 and 22 cents"
        if quantity.measure == .dollars, claim.labels.first?.classes == .rateOfReturn { return false }
        // "An exercise ahead of the ex-dividend date at 69%"
        if let label = claim.labels.first, !claim.isCell, label.tokens.upperBound <= claim.position,
            claim.reading.words(before: label.tokens.lowerBound, 3).contains(where: {
                ["before", "ahead", "until", "after"].contains($0)
            })
        {
            return false
        }
        guard let label = claim.labels.first, quantity.measure != .bare,
            claim.isCell
                ? claim.isAlone
                : claim.reading.isStated(label, at: claim.position)
                    && !claim.reading.tokens[label.tokens.upperBound...claim.position].contains(where: \.isParted)
        else { return false }
        // "Its exposure is 41.8% of the total"
        if quantity.measure == .fraction, claim.position + 1 < claim.reading.tokens.count,
            claim.reading.tokens[claim.position + 1].word == "of"
        {
            return false
        }
        // "A net delta of $100,211" is a dollar delta.
        if quantity.measure == .dollars, label.classes == .delta { return false }
        // Gains are also told in percent.
        if [.fraction, .multiple].contains(quantity.measure), !label.classes.isDisjoint(with: .signed) { return false }
        return isKnown(label, claim)
    }

    static func ids(_ found: [(source: Int, id: String)]) -> [String] {
        var ids: [String] = []
        for entry in found.sorted(by: { $0.source < $1.source }) where !ids.contains(entry.id) {
            ids.append(entry.id)
            if ids.count == 8 { break }
        }
        return ids
    }

    /// Whether a count's label is of what a noun counts in a sentence: "5 positions" are not "positions not priced".
    func counts(_ label: EvidenceIndex.Label, _ noun: String, _ claim: Claim) -> Bool {
        guard let special = special(label, noun) else { return false }
        // "Nineteen positions are short" counts no longer all.
        if special.isEmpty, claim.reading.isRestricted(claim.position), !claim.reading.isWholeOfPart(claim.position) {
            return false
        }
        // "Two of your options expire" counts none that could be assigned.
        let kinds = Set(label.words.map(PassageSupport.stem)).intersection(EvidenceIndex.kinds)
        let saidKinds = Set(
            claim.reading.tokens[claim.reading.part(of: claim.position)].map { PassageSupport.stem($0.word) }
        ).intersection(EvidenceIndex.kinds)
        if !kinds.isEmpty, !saidKinds.isEmpty, kinds.isDisjoint(with: saidKinds) { return false }
        // "The 19 priced positions", of which one is not priced
        if special.isEmpty, claim.reading.isNounQualified(claim.position, by: exceptions(to: noun)) { return false }
        // "HCKT is one of the 19 positions but could not be priced": what is said of others is not said of these.
        func isSaidHere(_ words: [String]) -> Bool {
            let here = claim.reading.tokens[claim.reading.part(of: claim.position)].prefix {
                !["but", "while"].contains($0.word)
                    || $0.span.lowerBound < claim.reading.tokens[claim.position].span.lowerBound
            }
            return words.allSatisfy { word in
                here.contains { $0.word == word || PassageSupport.stem($0.word) == word }
            }
        }
        func isSaid(_ words: [String]) -> Bool {
            claim.reading.hasAll(words, around: claim.position) || words.isEmpty
                || words.allSatisfy { word in
                    claim.reading.tokens.contains { PassageSupport.stem($0.word) == word }
                }
        }
        if special.contains(where: { Self.exceptions.contains($0) }), !isSaid(special) { return false }
        if !special.isEmpty, isSaid(special) { return true }
        return !index.countLabels.contains { number in
            guard index.labels[number].words != label.words, let other = self.special(index.labels[number], noun) else {
                return false
            }
            return !other.isEmpty && isSaidHere(other)
        }
    }

    /// The words of a label besides a noun; nil where it has not the noun.
    func special(_ label: EvidenceIndex.Label, _ noun: String) -> [String]? {
        guard label.words.contains(noun) || label.words.contains(noun + "s") else { return nil }
        return label.words.filter { $0 != noun && $0 != noun + "s" && !Self.fillers.contains($0) }
    }

    /// The stems of what the evidence counts some to lack: `pric` where some positions are not priced.
    func exceptions(to noun: String) -> Set<String> {
        let lacking = index.values.filter { value in
            value.unit == .count && value.group == 0 && value.magnitude > 0
                && special(index.labels[value.label], noun)?.contains { Self.exceptions.contains($0) } ?? false
        }.flatMap { index.labels[$0.label].words }
        return Set(lacking.filter { $0 != noun && $0 != noun + "s" }.map(PassageSupport.stem))
    }

    private static let exceptions: Set<String> = ["not", "without", "unknown", "missing", "no"]

    func isCounted(_ noun: String) -> Bool {
        index.countNouns.contains(noun) || index.countNouns.contains(noun + "s")
    }

    /// Nouns that count the same.
    private static let synonyms: [Set<String>] = [
        ["position", "holding", "trade", "option", "leg", "line"],
        ["ticker", "symbol", "name", "underlying", "stock", "company"],
        ["candidate", "result", "roll", "alternative", "choice", "way"], ["passage", "document", "source", "file"],
        ["transaction", "fill", "order", "trade", "row", "entry"],
    ]

    /// Whether the evidence has a count of what a noun names, by this or another word.
    func mayCount(_ noun: String) -> Bool {
        isCounted(noun) || Self.synonyms.contains { $0.contains(noun) && $0.contains(where: isCounted) }
    }

    /// A noun and those that count the same.
    func kinds(of noun: String) -> [String] {
        [noun] + (Self.synonyms.first { $0.contains(noun) }?.subtracting([noun]).sorted() ?? [])
    }

    /// Whether two nouns count the same.
    func isSameKind(_ first: String, _ second: String) -> Bool {
        first == second || Self.synonyms.contains { $0.contains(first) && $0.contains(second) }
    }

    func unitAgrees(
        _ quantity: Figure.Quantity,
        _ unit: Fact.Unit,
        _ magnitude: Double,
        _ rule: LabelRule?,
        _ scale: Double,
        isNamed: Bool = false
    ) -> Bool {
        if scale != 1 { return unit == .fraction }
        // "Zero dividends"
        if quantity.magnitude == 0, quantity.measure == .count { return unit == .dollars || unit == .count }
        if quantity.magnitude == 0, quantity.measure == .bare, rule != nil, unit == .dollars { return true }
        switch (quantity.measure, unit) {
        // "2x" is a ratio rounded only where a label says so.
        case (.multiple, .ratio): return rule != nil || quantity.slack < 0.5
        case (.dollars, .dollars), (.dollars, .dollarsPerShare), (.fraction, .fraction),
            (.shares, .shares), (.shares, .ratio), (.contracts, .contracts), (.days, .days),
            (.count, .count), (.ordinal, .count), (.bare, .shares), (.bare, .contracts),
            (.bare, .days):
            return true
        // A whole number is a ratio rounded only where a label says so.
        case (.bare, .ratio):
            return rule != nil || quantity.slack < 0.5 || abs(magnitude - quantity.magnitude.approximation) < 1e-6
        // "The loss is 1.6 times the premium"
        case (.multiple, .fraction): return magnitude >= 1
        // A number that counts nothing is a count only where a label says so, or nobody is spoken of.
        case (.bare, .count): return rule != nil || !isNamed
        case (.contracts, .count): return quantity.noun.map(isCounted) ?? false
        // "Calls 600.08 down", "131k of exposure"
        case (.bare, .dollarsPerShare), (.bare, .dollars): return rule != nil || quantity.isWrittenAsAmount
        case (.bare, .fraction):
            return magnitude <= 1 && quantity.slack.approximation < (rule == nil ? 0.01 : 0.1)
        default: return false
        }
    }

    func signAgrees(
        _ quantity: Figure.Quantity,
        _ value: EvidenceIndex.Value,
        _ classes: LabelClasses,
        _ claim: Claim,
        isZero: Bool
    ) -> Bool {
        if isZero { return true }
        // A credit is no debit, though the amount is the same.
        if !value.isNegative, classes.contains(.premium), claim.direction != .gain,
            claim.reading.clause(of: claim.position, hasAnyOf: ["debit", "debits"])
        {
            return false
        }
        // Time that passes costs nobody who earns by it.
        if !value.isNegative, classes.contains(.theta), quantity.sign != .minus,
            claim.reading.part(of: claim.position, hasAnyOf: Self.costing)
                || claim.reading.isPaidByOwner(claim.position),
            !claim.reading.part(of: claim.position, hasAnyOf: ["favour", "favor"])
        {
            return false
        }
        // Nobody expects "a loss of $1.31" where a gain is.
        if !value.isNegative, !claim.isCell, classes.isDisjoint(with: [.maximumLoss, .drawdown, .profitAndLoss]),
            claim.reading.words(before: claim.position, 3).contains(where: {
                ["loss", "losses", "deficit"].contains($0)
            })
        {
            return false
        }
        if !value.isNegative {
            switch quantity.sign {
            case .minus: return false
            case .bracketed where claim.isCell || isAccounted(classes, claim): return false
            case .plus where claim.reading.words(before: claim.position, 5).contains("negative"): return false
            case .plus, .none, .bracketed:
                return claim.isCell || claim.direction != .loss || classes.isDisjoint(with: .signed)
            }
        }
        let near = claim.reading.words(before: claim.position, 5)
        switch quantity.sign {
        // "Premium is positive: -$903.08"
        case .minus: return !near.contains("positive")
        case .plus: return false
        case .bracketed where claim.isCell: return true
        case .bracketed, .none: break
        }
        // "Loss vs max profit: (162 %)"
        if quantity.sign == .bracketed, claim.reading.tokens[claim.position].parting == ":" { return true }
        // "Long Jan (210.08)"
        if quantity.sign == .bracketed, claim.figure.isBracketedAmount { return true }
        // What was received for an option is its cost, below zero; what it is worth is what it costs to close.
        if classes.contains(.cost) || classes.contains(.value) && claim.direction != .gain { return true }
        switch claim.direction {
        case .loss, .outward: return true
        case .gain: return false
        case nil:
            let losses: Set<String> = ["loss", "losses", "losing", "loser", "underwater"]
            let gains: Set<String> = ["gain", "gains", "profit", "profits", "winner"]
            if classes.contains(.rateOfReturn), claim.reading.clause(of: claim.position, hasAnyOf: losses),
                !claim.reading.clause(of: claim.position, hasAnyOf: gains)
            {
                return true
            }
        }
        if quantity.sign == .bracketed { return true }
        // "The $903.08 by which net premium is in the red"
        if claim.reading.tokens[(claim.position + 1)...].prefix(2).map(\.word) == ["by", "which"],
            claim.reading.clause(of: claim.position, hasAnyOf: ["red", "negative", "short", "below", "down"])
        {
            return true
        }
        // "x1 short"
        let next = claim.position + 1
        if value.unit == .contracts,
            next < claim.reading.tokens.count && claim.reading.tokens[next].word == "short"
                || claim.reading.words(before: claim.position, 1) == ["short"]
        {
            return true
        }
        if claim.isCell { return false }
        // "The 570 put has lost $241.04 and the 650 call $150.04"
        if claim.reading.clauseTellsOfNoGain(before: claim.position) { return true }
        // Contracts are counted, and traders quote the delta of a put without its sign: "a 0.28 delta put".
        if value.unit == .contracts { return true }
        guard classes.contains(.delta), !classes.contains(.positionDelta) else { return false }
        return claim.labels.first.map { $0.tokens.lowerBound == claim.position + 1 && $0.classes.contains(.delta) }
            ?? false
    }

    private static let costing: Set<String> = [
        "costs", "costing", "cost", "bleeding", "bleeds", "bleed", "lose", "loses", "losing", "burns", "burning",
    ]

    /// Whether brackets say that an amount is below zero, and are no aside: "came in at (839.68)", "P&L (372.96)".
    private func isAccounted(_ classes: LabelClasses, _ claim: Claim) -> Bool {
        let below: LabelClasses = [.premium, .theta, .vega, .gamma, .rho, .dollarDelta, .positionDelta]
        guard claim.figure.mayBeAmount, !classes.isDisjoint(with: below.union(.signed)), claim.position > 0 else {
            return false
        }
        return ["at", "in", "is", "was", "of", "about", "roughly", "around", "by", "to", "with"].contains(
            claim.reading.tokens[claim.position - 1].word
        )
            || claim.reading.labels.contains { label in
                // "Unrealised: ($372.96)", "(1,180.00) unrealised"
                label.tokens.upperBound == claim.position
                    && (claim.figure.measure == .bare || claim.reading.tokens[claim.position].parting == ":")
                    || label.tokens.lowerBound == claim.position + 1 && claim.figure.isBracketedAmount
                        && !claim.reading.tokens[claim.position + 1].isParted
            }
    }

    // MARK: - Subjects

    /// Whether a fact about a group of subjects may support a claim.
    func isAbout(_ group: Int, _ claim: Claim, _ known: LabelRule?) -> Bool {
        if group == 0 { return mayBeWhole(claim, known) }
        let targets = claim.binding.targets
        if targets.isEmpty { return known?.level == .anybody }
        let subjects = index.subjects.groups[group]
        return targets.contains { target in
            // What the contract has a value of its own for is not to be had from its ticker.
            guard known?.level == .contract, !target.contracts.isEmpty else { return target.admits(subjects) }
            return isOfContract(group, target)
        }
    }

    /// Whether a fact about nobody may support a claim about somebody.
    func mayBeWhole(_ claim: Claim, _ rule: LabelRule?) -> Bool {
        if claim.binding.targets.contains(where: \.isUnknown) {
            // "No report of AMD is listed within 60 days": of whom only a gap speaks, the whole may be spoken of.
            let isGap = claim.binding.targets.allSatisfy { $0.isGap || !$0.isUnknown }
            // "Contracts examined: 539" behind a line about one of whom nothing is known
            let isLabelled = rule.map { $0.level == .whole && $0.label != nil } ?? false
            return claim.speaksOfWhole
                || (isGap && ([.days, .count, .span].contains(claim.figure.measure) || isLabelled))
        }
        guard claim.binding.isNamed, rule.map(\.isOfSubject) ?? claim.isCell else { return true }
        return claim.speaksOfWhole || claim.reading.isWholeOfPart(claim.position)
    }

    /// The groups of subjects that a binding admits.
    func groups(of binding: Binding) -> [Int] {
        if binding.targets.count == 1 { return index.subjects.groups(of: binding.targets[0]) }
        var seen: Set<Int> = []
        return binding.targets.flatMap(index.subjects.groups).filter { seen.insert($0).inserted }
    }

    /// The groups whose facts may support a claim, if `isAbout` finds them to; nil for all.
    func groups(for claim: Claim, _ rule: LabelRule?) -> [Int]? {
        if claim.binding.targets.isEmpty { return rule?.level == .anybody ? nil : [0] }
        if claim.binding.isPresumed, rule?.level == .whole { return [0] }
        return [0] + groups(of: claim.binding)
    }
}
