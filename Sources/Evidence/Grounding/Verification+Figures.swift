import Foundation

/// The decision about one figure.
extension Verification {
    /// How far a figure came on the way to a fact; the farthest reason is the one reported.
    enum Outcome {
        case found([String])
        case failed(GroundingReport.Reason)

        private var rank: Int {
            switch self {
            case .found: 9
            case .failed(.notPresentedAsAsked): 6
            case .failed(.otherSign): 5
            case .failed(.otherLabel): 4
            case .failed(.otherSubject): 3
            case .failed(.otherUnit): 2
            case .failed: 1
            }
        }

        func orBetter(_ other: Outcome) -> Outcome {
            other.rank > rank ? other : self
        }
    }

    /// Where a figure comes from; nil for what needs no source: names, list numbers.
    mutating func status(of claim: Claim) -> GroundingReport.Status? {
        switch claim.figure.kind {
        case .name: return nil
        case .citation(let mark): return citation(mark)
        case .enumerator(let number):
            if continuesList(number) { return nil }
            let quantity = Figure.Quantity(
                magnitude: Decimal(number),
                slack: Decimal(sign: .plus, exponent: -1, significand: 5),
                measure: .bare
            )
            return status(of: claim, readings: [.quantity(quantity)])
        case .unreadable(let why):
            if why.hasPrefix("digits inside") || why.hasPrefix("letters inside") {
                if let source = phrase(around: claim) { return .matched([source]) }
                for id in claim.citedNearby where read(id)?.tokens.contains(claim.figure.text) ?? false {
                    return .quoted(id)
                }
            }
            return .struck(.unreadable(why))
        case .value(let readings): return status(of: claim, readings: readings)
        }
    }

    private func citation(_ mark: String) -> GroundingReport.Status {
        let target = Int(mark).map { grounding.citations[$0] } ?? mark
        guard let target, index.passages[target] != nil || index.names.contains(target) else {
            return .struck(.unknownCitation)
        }
        return .citation(target)
    }

    private mutating func status(of claim: Claim, readings: [Figure.Reading]) -> GroundingReport.Status {
        var outcome = Outcome.failed(.unknownValue)
        let isOwn =
            !claim.cited.isEmpty
            && claim.labels.first.map { claim.reading.isPossessed($0, at: claim.position) && isKnown($0, claim) }
                ?? false
        // In a clause with a citation the passage comes first, unless the words claim a value of the owner's own.
        if !claim.cited.isEmpty, !isOwn {
            if let id = passage(of: claim.cited, with: readings) { return .quoted(id) }
            let isStated = claim.labels.first.map { claim.reading.isStated($0, at: claim.position) } ?? false
            if claim.binding.isNamed || isStated, !claim.isQuestion, case .found(let ids) = facts(for: claim, readings)
            {
                return .matched(ids)
            }
            if isAsked(claim, readings) { return .asked }
            return .struck(.notInPassage)
        }
        if !claim.isQuestion {
            outcome = facts(for: claim, readings)
            if case .found(let ids) = outcome { return .matched(ids) }
            if let source = phrase(around: claim) { return .matched([source]) }
            if !isOwn, let id = passage(of: claim.citedNearby, with: readings) { return .quoted(id) }
        }
        if isInQuestion(readings) {
            if claim.isQuestion || isPresentedAsAsked(claim) { return .asked }
            outcome = outcome.orBetter(.failed(.notPresentedAsAsked))
        }
        if case .failed(let reason) = outcome { return .struck(reason) }
        return .struck(.unknownValue)
    }

    // MARK: - Facts

    private func facts(for claim: Claim, _ readings: [Figure.Reading]) -> Outcome {
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

    private func match(_ quantity: Figure.Quantity, _ claim: Claim) -> Outcome {
        let rule = labelRule(for: claim, groups: Self.unitGroups(of: quantity.measure))
        var outcome = match(quantity, claim, rule, scale: 1)
        if case .failed = outcome, quantity.measure == .bare, let rule, !rule.classes.isDisjoint(with: .ranks) {
            outcome = outcome.orBetter(match(quantity, claim, rule, scale: 0.01))
        }
        return outcome
    }

    private func match(_ quantity: Figure.Quantity, _ claim: Claim, _ rule: LabelRule?, scale: Double) -> Outcome {
        let magnitude = quantity.magnitude.approximation * scale
        let slack = quantity.slack.approximation * scale
        let tolerance = slack + max(magnitude, slack) * 1e-12
        var found: [(source: Int, id: String)] = []
        var outcome = Outcome.failed(.unknownValue)
        let noun = quantity.measure == .count ? quantity.noun.flatMap { isCounted($0) ? $0 : nil } : nil
        for value in index.values(from: magnitude - tolerance, through: magnitude + tolerance) {
            let label = index.labels[value.label]
            guard unitAgrees(quantity, value, claim, rule, scale) else {
                outcome = outcome.orBetter(.failed(.otherUnit))
                continue
            }
            guard isAbout(value.group, claim, rule) else {
                outcome = outcome.orBetter(.failed(.otherSubject))
                continue
            }
            // What only the whole portfolio has a label for says nothing about the values of those named.
            let isBound = rule.map { $0.isOfSubject || value.group == 0 || claim.binding.targets.isEmpty } ?? false
            guard !isBound || agrees(value.label, label, with: rule, claim) else {
                outcome = outcome.orBetter(.failed(.otherLabel))
                continue
            }
            if let noun, !counts(label, noun, claim) {
                outcome = outcome.orBetter(.failed(.otherLabel))
                continue
            }
            guard signAgrees(quantity, value, label.classes, claim, isZero: magnitude <= slack) else {
                outcome = outcome.orBetter(.failed(.otherSign))
                continue
            }
            found.append((value.source, index.ids[value.source]))
        }
        guard !found.isEmpty else { return outcome }
        return .found(Self.ids(found))
    }

    private static func ids(_ found: [(source: Int, id: String)]) -> [String] {
        var ids: [String] = []
        for entry in found.sorted(by: { $0.source < $1.source }) where !ids.contains(entry.id) {
            ids.append(entry.id)
            if ids.count == 8 { break }
        }
        return ids
    }

    /// Whether a count's label is of what a noun counts in a sentence: "5 positions" are not "positions not priced".
    private func counts(_ label: EvidenceIndex.Label, _ noun: String, _ claim: Claim) -> Bool {
        guard let special = special(label, noun) else { return false }
        func isSaid(_ words: [String]) -> Bool { claim.reading.hasAll(words, around: claim.position) || words.isEmpty }
        if special.contains(where: { Self.exceptions.contains($0) }), !isSaid(special) { return false }
        if !special.isEmpty, isSaid(special) { return true }
        return !index.countLabels.contains { number in
            guard let other = self.special(index.labels[number], noun) else { return false }
            return !other.isEmpty && claim.reading.hasAll(other, around: claim.position)
        }
    }

    /// The words of a label besides a noun; nil where it has not the noun.
    private func special(_ label: EvidenceIndex.Label, _ noun: String) -> [String]? {
        guard label.words.contains(noun) || label.words.contains(noun + "s") else { return nil }
        return label.words.filter { $0 != noun && $0 != noun + "s" && !Self.fillers.contains($0) }
    }

    private static let exceptions: Set<String> = ["not", "without", "unknown", "missing", "no"]

    private func isCounted(_ noun: String) -> Bool {
        index.countNouns.contains(noun) || index.countNouns.contains(noun + "s")
    }

    private func unitAgrees(
        _ quantity: Figure.Quantity,
        _ value: EvidenceIndex.Value,
        _ claim: Claim,
        _ rule: LabelRule?,
        _ scale: Double
    ) -> Bool {
        if scale != 1 { return value.unit == .fraction }
        switch (quantity.measure, value.unit) {
        case (.dollars, .dollars), (.dollars, .dollarsPerShare), (.fraction, .fraction), (.multiple, .ratio),
            (.shares, .shares), (.shares, .ratio), (.contracts, .contracts), (.contracts, .count), (.days, .days),
            (.count, .count), (.ordinal, .count), (.bare, .ratio), (.bare, .shares), (.bare, .contracts),
            (.bare, .days),
            (.bare, .count):
            return true
        case (.bare, .dollars), (.bare, .dollarsPerShare): return rule != nil
        case (.bare, .fraction):
            return quantity.magnitude <= 1 && quantity.slack.approximation < (rule == nil ? 0.01 : 0.1)
        default: return false
        }
    }

    private func signAgrees(
        _ quantity: Figure.Quantity,
        _ value: EvidenceIndex.Value,
        _ classes: LabelClasses,
        _ claim: Claim,
        isZero: Bool
    ) -> Bool {
        if isZero { return true }
        if !value.isNegative {
            switch quantity.sign {
            case .minus: return false
            case .bracketed where claim.isCell: return false
            case .plus, .none, .bracketed:
                return claim.isCell || claim.direction != .loss || classes.isDisjoint(with: .signed)
            }
        }
        switch quantity.sign {
        case .minus: return true
        case .plus: return false
        case .bracketed where claim.isCell: return true
        case .bracketed, .none: break
        }
        switch claim.direction {
        case .loss, .outward: return true
        case .gain: return false
        case nil: break
        }
        if quantity.sign == .bracketed { return true }
        if claim.isCell { return false }
        // Contracts are counted, and traders quote the delta of a put without its sign: "a 0.28 delta put".
        if value.unit == .contracts { return true }
        guard classes.contains(.delta), !classes.contains(.positionDelta) else { return false }
        return claim.labels.first.map { $0.tokens.lowerBound == claim.position + 1 && $0.classes.contains(.delta) }
            ?? false
    }

    // MARK: - Subjects

    /// Whether a fact about a group of subjects may support a claim.
    private func isAbout(_ group: Int, _ claim: Claim, _ known: LabelRule?) -> Bool {
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
    private func mayBeWhole(_ claim: Claim, _ rule: LabelRule?) -> Bool {
        if claim.binding.targets.contains(where: \.isUnknown) { return claim.speaksOfWhole }
        guard claim.binding.isNamed, rule.map(\.isOfSubject) ?? claim.isCell else { return true }
        return claim.speaksOfWhole
    }

    /// The groups of subjects that a binding admits.
    private func groups(of binding: Binding) -> [Int] {
        var found: [Int] = []
        for target in binding.targets {
            for name in target.tickers + target.contracts {
                for group in index.subjects.groupsByName[name] ?? [] where target.admits(index.subjects.groups[group]) {
                    if !found.contains(group) { found.append(group) }
                }
            }
        }
        return found
    }

    // MARK: - Labels

    /// What a figure must be of, because the words beside it say so and the subject has it.
    struct LabelRule {
        /// The label it is word for word, if it is one the subject has.
        var label: Int?
        var classes: LabelClasses
        /// The words that name it, in the sentence or the title.
        var tokens: Range<Int>
        /// Whose label it is.
        var level: Level

        /// Whether the subject itself has it, not only the whole portfolio.
        var isOfSubject: Bool { level == .contract || level == .ticker }
    }

    /// Who has a label, from the most to the least special.
    enum Level {
        /// The contract that is named.
        case contract
        /// The one named, with all contracts on it.
        case ticker
        /// The portfolio.
        case whole
        /// Anybody, where nobody is named and the portfolio has no such label.
        case anybody
    }

    static func unitGroups(of measure: Figure.Quantity.Measure) -> [EvidenceIndex.UnitGroup] {
        switch measure {
        case .dollars: [.money]
        case .fraction: [.fraction]
        case .bare: [.plain, .money, .fraction]
        case .multiple, .shares, .contracts, .days, .count, .ordinal, .span: [.plain]
        }
    }

    /// The first label beside a claim that its subject, or else the whole portfolio, has a value of a fitting unit for.
    private func labelRule(for claim: Claim, groups unitGroups: [EvidenceIndex.UnitGroup]) -> LabelRule? {
        guard !claim.labels.isEmpty else { return nil }
        let bits = unitGroups.reduce(UInt8(0)) { $0 | 1 << UInt8($1.rawValue) }
        var levels: [(groups: [Int], level: Level)] = []
        let targets = claim.binding.targets
        if !targets.isEmpty {
            let groups = groups(of: claim.binding)
            if targets.contains(where: { !$0.contracts.isEmpty }) {
                levels.append((groups.filter { group in targets.contains { isOfContract(group, $0) } }, .contract))
            }
            levels.append((groups, .ticker))
        }
        levels.append(([0], .whole))
        if targets.isEmpty, !claim.isCell { levels.append(([], .anybody)) }
        // Titles may name two things, "Credit / max loss": then either.
        let isEither = claim.isCell && claim.labels.count > 1
        for mention in claim.labels {
            for (groups, level) in levels {
                var known = (label: false, classes: false)
                if level == .anybody {
                    known = index.everything.knows(mention, unitGroups, bits)
                } else {
                    for group in groups where !known.label && group < index.holdings.count {
                        let here = index.holdings[group].knows(mention, unitGroups, bits)
                        known = (here.label, known.classes || here.classes)
                    }
                }
                guard known.label || known.classes else { continue }
                return LabelRule(
                    label: known.label && !isEither ? mention.label : nil,
                    classes: isEither ? claim.labels.reduce(into: []) { $0.formUnion($1.classes) } : mention.classes,
                    tokens: mention.tokens,
                    level: level
                )
            }
        }
        return nil
    }

    private func isOfContract(_ group: Int, _ target: Target) -> Bool {
        index.subjects.groups[group].contracts.contains { target.contracts.contains($0) }
    }

    /// Whether the words name something that facts are known for.
    private func isKnown(_ mention: LabelMention, _ claim: Claim) -> Bool {
        labelRule(for: claim, groups: EvidenceIndex.UnitGroup.allCases) != nil
    }

    private func agrees(_ number: Int, _ label: EvidenceIndex.Label, with rule: LabelRule?, _ claim: Claim) -> Bool {
        guard let rule else { return true }
        guard let exact = rule.label else { return !label.classes.isDisjoint(with: rule.classes) }
        if number == exact { return true }
        guard !label.classes.isDisjoint(with: rule.classes) else { return false }
        // A more special label of the same class needs its own words: "position delta" is not "delta".
        let named = claim.isCell ? claim.title[...] : claim.reading.tokens[rule.tokens]
        let special = label.words.filter { word in !named.contains { $0.word == word } && !Self.fillers.contains(word) }
        return !special.isEmpty
            && special.allSatisfy { word in
                claim.reading.tokens.contains { $0.word == word } || claim.title.contains { $0.word == word }
            }
    }

    private static let fillers: Set<String> = ["per", "of", "the", "if", "a", "1", "number", "are", "to"]

    // MARK: - Dates, times, contracts

    private func match(_ date: Figure.DateClaim, _ claim: Claim) -> Outcome {
        let rule = labelRule(for: claim, groups: [.date])
        var found: [(source: Int, id: String)] = []
        var outcome = Outcome.failed(.unknownValue)
        // A year alone dates nothing of its own: any year the evidence knows will do.
        let isYear = date.month == nil && date.day == nil
        for day in index.days where date.agrees(with: day.date) {
            guard isYear || isAbout(day.group, claim, rule) else {
                outcome = outcome.orBetter(.failed(.otherSubject))
                continue
            }
            if let rule, !isYear, let number = day.label, !agrees(number, index.labels[number], with: rule, claim) {
                outcome = outcome.orBetter(.failed(.otherLabel))
                continue
            }
            found.append((day.source, index.ids[day.source]))
        }
        if found.isEmpty, isYear || rule == nil && mayBeAsOf(claim) {
            for (day, source) in index.asOfDays where date.agrees(with: day) {
                found.append((source, index.ids[source]))
            }
        }
        return found.isEmpty ? outcome : .found(Self.ids(found))
    }

    /// Whether no word beside a date says it is another date than that of the data.
    private func mayBeAsOf(_ claim: Claim) -> Bool {
        claim.labels.allSatisfy {
            $0.classes.contains(.asOf) || $0.classes.isDisjoint(with: [.expiration, .exDate, .earnings, .opened])
        }
    }

    private func match(_ time: Figure.TimeClaim) -> Outcome {
        guard time.isNewYork, time.second ?? 0 == 0, let source = index.asOfMinutes[time.hour * 60 + time.minute] else {
            return .failed(.unknownValue)
        }
        return .found([index.ids[source]])
    }

    private func match(_ contract: Figure.ContractClaim, _ claim: Claim) -> Outcome {
        let contracts = claim.reading.contracts[claim.position] ?? []
        if let ids = ids(ofContracts: contracts) { return .found(ids) }
        // A strike that only a fact of its own gives, without a contract's name to go with it.
        guard contract.expiration == nil else { return .failed(.unknownValue) }
        let strike = contract.strike.approximation
        let found = index.values(from: strike - 1e-9, through: strike + 1e-9).filter { value in
            let subjects = index.subjects.groups[value.group]
            return value.unit == .dollarsPerShare && index.labels[value.label].classes.contains(.strike)
                && subjects.contracts.isEmpty && claim.binding.targets.contains { $0.admits(subjects) }
        }
        return found.isEmpty
            ? .failed(.unknownValue) : .found(Self.ids(found.map { ($0.source, index.ids[$0.source]) }))
    }

    private func ids(ofContracts contracts: [Int]) -> [String]? {
        var ids: [String] = []
        for contract in contracts {
            for group in index.subjects.groupsByName[contract] ?? [] {
                if let source = index.firstSource(of: group), !ids.contains(source) { ids.append(source) }
            }
        }
        return ids.isEmpty ? nil : Array(ids.prefix(8))
    }

    /// The fact or evidence whose text stands word for word around a figure.
    private func phrase(around claim: Claim) -> String? {
        index.phrases.source(around: claim.figure.range, in: claim.bytes) { group in
            group == 0 || claim.binding.targets.isEmpty
                || claim.binding.targets.contains { $0.admits(index.subjects.groups[group]) }
        }
    }

    // MARK: - Passages and the question

    private mutating func passage(of ids: [String], with readings: [Figure.Reading]) -> String? {
        for id in ids {
            guard let passage = read(id) else { continue }
            let says = passage.figures.contains { figure in
                guard case .value(let others) = figure.kind else { return false }
                return readings.contains { reading in others.contains { Self.says($0, reading) } }
            }
            if says { return id }
        }
        return nil
    }

    /// Whether a source's figure says what an answer's figure does, at the answer's precision.
    private static func says(_ source: Figure.Reading, _ claim: Figure.Reading) -> Bool {
        switch (source, claim) {
        case (.quantity(let source), .quantity(let claim)):
            guard isAlike(source.measure, claim.measure), (source.sign == .minus) == (claim.sign == .minus) else {
                return false
            }
            let distance = abs(source.magnitude.approximation - claim.magnitude.approximation)
            let slack = claim.slack.approximation
            return source.slack <= claim.slack ? distance <= slack * (1 + 1e-9) : source.magnitude == claim.magnitude
        case (.date(let source), .date(let claim)):
            return (claim.year == nil || claim.year == source.year)
                && (claim.month == nil || claim.month == source.month)
                && (claim.day == nil || claim.day == source.day)
        case (.time(let source), .time(let claim)): return source == claim
        case (.contract(let source), .contract(let claim)):
            return source.strike == claim.strike && source.right == claim.right
        default: return false
        }
    }

    private static func isAlike(_ left: Figure.Quantity.Measure, _ right: Figure.Quantity.Measure) -> Bool {
        if left == right { return true }
        let counted: Set<Figure.Quantity.Measure> = [.bare, .days, .contracts, .shares, .count, .multiple, .span]
        return (left == .bare || right == .bare) && counted.contains(left) && counted.contains(right)
    }

    private func isInQuestion(_ readings: [Figure.Reading]) -> Bool {
        grounding.question.contains { figure in
            guard case .value(let others) = figure.kind else { return false }
            return readings.contains { reading in others.contains { Self.says($0, reading) } }
        }
    }

    private func isPresentedAsAsked(_ claim: Claim) -> Bool {
        claim.reading.tokens.contains { WordLists.asked.contains($0.word) }
    }

    private func isAsked(_ claim: Claim, _ readings: [Figure.Reading]) -> Bool {
        isInQuestion(readings) && (claim.isQuestion || isPresentedAsAsked(claim))
    }
}
