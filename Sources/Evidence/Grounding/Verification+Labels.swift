/// Labels: what the words beside a figure require it to be.
extension Verification {
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
        case .bare: [.ratio, .shares, .contracts, .days, .count, .money, .fraction]
        case .multiple: [.ratio]
        case .shares: [.shares, .ratio]
        case .contracts: [.contracts, .count]
        case .days: [.days]
        case .count, .ordinal: [.count]
        case .span: []
        }
    }

    /// The first label beside a claim that its subject, or else the whole portfolio, has a value of a fitting unit for.
    func labelRule(for claim: Claim, groups unitGroups: [EvidenceIndex.UnitGroup]) -> LabelRule? {
        guard !claim.labels.isEmpty else { return nil }
        let bits = unitGroups.reduce(UInt8(0)) { $0 | 1 << UInt8($1.rawValue) }
        var levels: [(groups: [Int], level: Level)] = []
        let targets = claim.binding.targets
        if !targets.isEmpty {
            let groups = groups(of: claim.binding)
            let isOfShares = claim.reading.words(before: claim.position, 5).contains {
                ["shares", "stock"].contains($0)
            }
            if targets.contains(where: { !$0.contracts.isEmpty }), !isOfShares {
                levels.append((groups.filter { group in targets.contains { isOfContract(group, $0) } }, .contract))
            }
            levels.append((groups, .ticker))
        }
        // Whom the question names comes after the whole portfolio; so does the named where the words say "your cash".
        let isOwn = claim.labels.first.map { mention in
            let before = mention.tokens.lowerBound - 1
            return !claim.isCell && before >= 0 && ["your", "my", "our"].contains(claim.reading.tokens[before].word)
                && mention.label.map { knows($0, [0], bits) } ?? false
        }
        let isFirst = (claim.binding.isPresumed && isExactly(claim, bits)) || isOwn ?? false
        levels.insert(([0], .whole), at: isFirst ? 0 : levels.count)
        if targets.isEmpty, !claim.isCell { levels.append(([], .anybody)) }
        // "Fees ran between $5.08 and $5.40 every month"
        if targets.isEmpty, claim.reading.tokens.contains(where: { ["every", "each"].contains($0.word) }),
            claim.reading.tokens.contains(where: { ["month", "months"].contains($0.word) })
        {
            levels = [([], .anybody)]
        }
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

    private func knows(_ label: Int, _ groups: [Int], _ bits: UInt8) -> Bool {
        groups.contains { $0 < index.holdings.count && (index.holdings[$0].labels[label] ?? 0) & bits != 0 }
    }

    /// Whether the portfolio has a label that stands beside a figure word for word, or those presumed have none of its class.
    private func isExactly(_ claim: Claim, _ bits: UInt8) -> Bool {
        let groups = groups(of: claim.binding)
        // "The net liquidation value is $69,113.77 and theta brings $44.19": who speaks of what the portfolio alone has
        // goes on about the portfolio.
        let isOfWhole = claim.reading.labels.contains { mention in
            mention.label.map { knows($0, [0], .max) && !knows($0, groups, .max) } ?? false
        }
        if isOfWhole { return true }
        return claim.labels.contains { mention in
            if let label = mention.label, knows(label, [0], bits) { return true }
            return !groups.contains { group in
                group < index.holdings.count
                    && EvidenceIndex.UnitGroup.allCases.contains { unit in
                        bits & 1 << UInt8(unit.rawValue) != 0
                            && !index.holdings[group].classes[unit.rawValue].isDisjoint(with: mention.classes)
                    }
            }
        }
    }

    func isOfContract(_ group: Int, _ target: Target) -> Bool {
        index.subjects.groups[group].contracts.contains { target.contracts.contains($0) }
    }

    /// Whether the words name something that facts are known for.
    func isKnown(_ mention: LabelMention, _ claim: Claim) -> Bool {
        var alone = claim
        alone.labels = [mention]
        return labelRule(for: alone, groups: EvidenceIndex.UnitGroup.allCases) != nil
    }

    func agrees(_ number: Int, _ label: EvidenceIndex.Label, with rule: LabelRule?, _ claim: Claim) -> Bool {
        guard let rule else { return true }
        guard let exact = rule.label else {
            // "June was brutal: a loss of $6,688.08" of premium
            let isOutcome =
                (rule.classes == .profitAndLoss || rule.classes == .signed) && label.classes.contains(.premium)
            return isOutcome || !label.classes.isDisjoint(with: rule.classes)
        }
        if number == exact { return true }
        guard !label.classes.isDisjoint(with: rule.classes) else { return false }
        // A bid and an ask are both prices, and never each other.
        let sides = (label.classes.intersection([.bid, .ask]), rule.classes.intersection([.bid, .ask]))
        if !sides.0.isEmpty, !sides.1.isEmpty, sides.0.isDisjoint(with: sides.1) { return false }
        // What shares cost is told in all or by the share.
        if index.labels[exact].words == ["cost"], label.words == ["average", "price"] { return true }
        // A more special label of the same class needs its own words: "position delta" is not "delta".
        let named = claim.isCell ? claim.title[...] : claim.reading.tokens[rule.tokens]
        let special = label.words.filter { word in !named.contains { $0.word == word } && !Self.fillers.contains(word) }
        return !special.isEmpty
            && special.allSatisfy { word in
                claim.reading.tokens.contains { $0.word == word } || claim.title.contains { $0.word == word }
            }
    }

    static let fillers: Set<String> = ["per", "of", "the", "if", "a", "1", "number", "are", "to"]
}
