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
        let rule = labelRule(for: claim, groups: Self.unitGroups(of: quantity.measure))
        var outcome = match(quantity, claim, rule, scale: 1)
        if case .failed = outcome, quantity.measure == .bare, let rule, !rule.classes.isDisjoint(with: .ranks) {
            outcome = outcome.orBetter(match(quantity, claim, rule, scale: 0.01))
        }
        return outcome
    }

    func match(_ quantity: Figure.Quantity, _ claim: Claim, _ rule: LabelRule?, scale: Double) -> Outcome {
        let magnitude = quantity.magnitude.approximation * scale
        let slack = quantity.slack.approximation * scale
        let tolerance = slack + max(magnitude, slack) * 1e-12
        var found: [(source: Int, id: String)] = []
        var outcome = Outcome.failed(.unknownValue)
        let noun = quantity.measure == .count ? quantity.noun.flatMap { isCounted($0) ? $0 : nil } : nil
        let (low, high) = (magnitude - tolerance, magnitude + tolerance)
        for value in index.values(from: low, through: high, of: groups(for: claim, rule)) {
            let label = index.labels[value.label]
            guard unitAgrees(quantity, value.unit, value.magnitude, rule, scale) else {
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
        guard found.isEmpty else { return .found(Self.ids(found)) }
        // What nobody the claim is about has, somebody else may have.
        for (unit, magnitude) in index.units(from: low, through: high) {
            let agrees = unitAgrees(quantity, unit, magnitude, rule, scale)
            outcome = outcome.orBetter(.failed(agrees ? .otherSubject : .otherUnit))
        }
        return outcome
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
        func isSaid(_ words: [String]) -> Bool { claim.reading.hasAll(words, around: claim.position) || words.isEmpty }
        if special.contains(where: { Self.exceptions.contains($0) }), !isSaid(special) { return false }
        if !special.isEmpty, isSaid(special) { return true }
        return !index.countLabels.contains { number in
            guard let other = self.special(index.labels[number], noun) else { return false }
            return !other.isEmpty && claim.reading.hasAll(other, around: claim.position)
        }
    }

    /// The words of a label besides a noun; nil where it has not the noun.
    func special(_ label: EvidenceIndex.Label, _ noun: String) -> [String]? {
        guard label.words.contains(noun) || label.words.contains(noun + "s") else { return nil }
        return label.words.filter { $0 != noun && $0 != noun + "s" && !Self.fillers.contains($0) }
    }

    private static let exceptions: Set<String> = ["not", "without", "unknown", "missing", "no"]

    func isCounted(_ noun: String) -> Bool {
        index.countNouns.contains(noun) || index.countNouns.contains(noun + "s")
    }

    func unitAgrees(
        _ quantity: Figure.Quantity,
        _ unit: Fact.Unit,
        _ magnitude: Double,
        _ rule: LabelRule?,
        _ scale: Double
    ) -> Bool {
        if scale != 1 { return unit == .fraction }
        switch (quantity.measure, unit) {
        case (.dollars, .dollars), (.dollars, .dollarsPerShare), (.fraction, .fraction), (.multiple, .ratio),
            (.shares, .shares), (.shares, .ratio), (.contracts, .contracts), (.contracts, .count), (.days, .days),
            (.count, .count), (.ordinal, .count), (.bare, .ratio), (.bare, .shares), (.bare, .contracts),
            (.bare, .days),
            (.bare, .count):
            return true
        case (.bare, .dollars), (.bare, .dollarsPerShare): return rule != nil
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
        if claim.binding.targets.contains(where: \.isUnknown) { return claim.speaksOfWhole }
        guard claim.binding.isNamed, rule.map(\.isOfSubject) ?? claim.isCell else { return true }
        return claim.speaksOfWhole
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
        return [0] + groups(of: claim.binding)
    }
}
