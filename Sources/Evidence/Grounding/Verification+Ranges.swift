import Foundation

/// The ends of ranges, totals, and how many lie beyond a bound.
extension Verification {
    /// One end of what a label's values lie between: "scores run from 67.3 to 83.3", where the other end is right too.
    func spread(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let tokens = open.claim.reading.tokens
        let position = open.claim.position
        func partner(_ step: Int) -> Int? {
            for other in [position + step, position + 2 * step] where tokens.indices.contains(other) {
                if tokens[other].isNumeral { return other }
                guard
                    ["to", "through"].contains(tokens[other].word)
                        || tokens[other].word == "and" && tokens[..<position].contains(where: { $0.word == "between" })
                else { return nil }
            }
            return nil
        }
        // "Those of NVDA and AAPL are 43.9% and 22.8%" are no range.
        guard open.claim.reading.distinctTargets.count < 2,
            let (other, isFirst) = partner(1).map({ ($0, true) }) ?? partner(-1).map({ ($0, false) }),
            case .quantity(let beside)? = open.claim.reading.values[other]?.first,
            beside.measure == open.quantity.measure || beside.measure == .bare
        else { return nil }
        let (written, slack) = (beside.magnitude.approximation, beside.slack.approximation)
        let targets = open.claim.binding.targets
        for number in labelsNamed(open) {
            let label = index.labels[number]
            let all = index.known(number).filter {
                unitAgrees(open.quantity, $0.unit, $0.value.magnitude, rule(of: number), 1) && $0.value != 0
            }
            let own = all.filter { known in targets.contains { $0.admits(index.subjects.groups[known.group]) } }
            for members in [all, own] where members.count > 2 {
                let values = members.map(\.value.magnitude)
                guard let low = values.min(), let high = values.max(), low < high else { continue }
                for (mine, partner) in isFirst ? [(low, high), (high, low)] : [(high, low), (low, high)]
                where isWritten(open, mine) && abs(partner - written) <= slack * 1.000001 {
                    let id = members.first { $0.value.magnitude == mine }?.id
                    return .computed("an end of \(label.words.joined(separator: " "))", from: id.map { [$0] } ?? [])
                }
            }
        }
        return nil
    }

    /// What a figure must be that is said to be of a label.
    private func rule(of label: Int) -> LabelRule {
        LabelRule(label: label, classes: index.labels[label].classes, tokens: 0..<0, level: .anybody)
    }

    /// The labels a sentence names that a figure may be of.
    private func labelsNamed(_ open: Derivation.Open) -> [Int] {
        let mentions = open.claim.labels + open.claim.reading.labels
        var numbers: [Int] = []
        for mention in mentions {
            let alike = index.labels.indices.filter { !index.labels[$0].classes.isDisjoint(with: mention.classes) }
            // "Odds of assignment" are also those of new contracts; "scores" are of a score.
            let stems = mention.tokens.map { PassageSupport.stem(open.claim.reading.tokens[$0].word) }
            let named = index.labels.indices.filter { index.labels[$0].words.map(PassageSupport.stem) == stems }
            numbers += mention.label.map { [$0] } ?? []
            numbers += named + alike
        }
        let words = Set(open.claim.reading.tokens.map { PassageSupport.stem($0.word) })
        numbers += index.labels.indices.filter {
            index.labels[$0].words.count == 1 && words.contains(PassageSupport.stem(index.labels[$0].words[0]))
        }
        var seen: Set<Int> = []
        return numbers.filter { seen.insert($0).inserted }
    }

    /// The sum of all that have a label the words beside a figure name as a total: "roughly $314k in total exposure".
    func total(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let tokens = open.claim.reading.tokens
        let near = tokens[max(0, open.claim.position - 3)..<min(tokens.count, open.claim.position + 5)]
        let isSaid = near.contains { ["total", "overall", "combined", "altogether", "all"].contains($0.word) }
        guard isSaid || open.digits >= 5, !open.isOther else { return nil }
        for mention in open.claim.labels + open.claim.reading.labels
        where mention.tokens.overlaps(max(0, open.claim.position - 5)..<open.claim.position + 6) {
            for number in index.labels.indices
            where mention.label == number || !index.labels[number].classes.isDisjoint(with: mention.classes) {
                // What the portfolio has a value of its own for is that.
                guard index.holdings.first?.labels[number] == nil else { continue }
                let known = index.known(number).filter { $0.unit == .dollars }
                guard known.count > 2, isWritten(open, known.reduce(0) { $0 + $1.value }) else { continue }
                return .computed(
                    "sum of \(known.count) x \(index.labels[number].words.joined(separator: " "))",
                    from: known.prefix(8).map(\.id)
                )
            }
        }
        return nil
    }

    /// What a price was before it changed by a percentage of the sentence: "from 152.50 to 184.05, a gain of 20.7%".
    func byPercent(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let said = words(derivation)
        guard open.digits >= 3,
            !said.isDisjoint(with: Self.falling.union(Self.rising).union(["run", "from", "return"]))
        else {
            return nil
        }
        let prices = derivation.operands.filter { $0.measure == .dollars && !$0.isImplied && $0.isAmount }
        for part in derivation.operands where part.measure == .fraction && !part.isImplied && !part.isComputed {
            for price in prices {
                for rate in part.values {
                    for value in price.values
                    where rate.magnitude < 1
                        && (isWritten(open, value / (1 + rate)) || isWritten(open, value * (1 + rate)))
                    {
                        return .computed("\(price.text) by \(part.text)", from: price.ids + part.ids)
                    }
                }
            }
        }
        return nil
    }

    /// The days a measure of the sentence is taken over: "in 63 sessions, a gain of 20.7%".
    func windowOfStated(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let labels = derivation.operands.filter { !$0.isImplied }.flatMap(\.ids).compactMap(index.label)
        let digits = open.claim.figure.text.filter(\.isNumber)
        let known = index.labels(over: digits).first { labels.contains(index.labels[$0].words.joined(separator: " ")) }
        return known.map { .computed(index.labels[$0].words.joined(separator: " "), from: []) }
    }

    // MARK: - Bounds

    /// A bound, or how many lie beyond it, where both are right: "three of its puts score above 80".
    func beyond(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let tokens = open.claim.reading.tokens
        for bound in derivation.results {
            guard let isAbove = derivation.reading.bound(at: bound.claim.position),
                [.fraction, .bare, .dollars].contains(bound.quantity.measure)
            else { continue }
            let limit = bound.quantity.magnitude.approximation
            let named = Derivation.Open(
                claim: bound.claim,
                quantity: bound.quantity,
                entry: bound.entry,
                isOther: false
            )
            for number in labelsNamed(named) {
                var members = index.known(number).filter {
                    unitAgrees(bound.quantity, $0.unit, $0.value.magnitude, rule(of: number), 1)
                }
                let targets = derivation.reading.distinctTargets
                if !targets.isEmpty {
                    let own = members.filter { known in
                        targets.contains { $0.admits(index.subjects.groups[known.group]) }
                    }
                    members = own.isEmpty ? members : own
                }
                let rights = Set(tokens.compactMap { SentenceReading.rights[$0.word] })
                if rights.count == 1 {
                    members = members.filter { known in
                        index.subjects.groups[known.group].contracts.last.flatMap { index.subjects.contracts[$0] }
                            .map { rights.contains($0.right) } ?? false
                    }
                }
                let count = members.count { isAbove ? $0.value.magnitude > limit : $0.value.magnitude < limit }
                guard members.count > 1, count > 0 else { continue }
                let isBound = bound.entry == open.entry
                let isCounted = derivation.results.contains {
                    [.count, .contracts].contains($0.quantity.measure)
                        && $0.quantity.magnitude.approximation == Double(count)
                }
                // "All the AMD puts score above 80"
                let isOfAll =
                    count == members.count
                    && !words(derivation).isDisjoint(with: ["all", "every", "each", "both"])
                // "Only AMD's puts score above 80": all of these, and nobody else's.
                let isOfNone =
                    count == members.count && words(derivation).contains("only") && !targets.isEmpty
                    && index.known(number).count { isAbove ? $0.value.magnitude > limit : $0.value.magnitude < limit }
                        == count
                if isBound ? isCounted || isOfAll || isOfNone : open.quantity.magnitude.approximation == Double(count) {
                    return .computed("\(count) beyond \(bound.claim.figure.text)", from: members.prefix(8).map(\.id))
                }
            }
            // "KO doesn't even make one percent"
            if bound.entry == open.entry, let status = keeps(isAbove, named) { return status }
        }
        return nil
    }

    /// Whether the value of the one a bound is said of, of what the words name or the sentence before spoke of, keeps to it.
    private func keeps(_ isAbove: Bool, _ bound: Derivation.Open) -> GroundingReport.Status? {
        let targets = bound.claim.binding.targets
        guard targets.count == 1, bound.claim.binding.isNamed, bound.quantity.measure == .fraction else { return nil }
        var numbers = labelsNamed(bound)
        if numbers.isEmpty {
            let earlier = Set(context.earlierLabels)
            numbers = index.labels.indices.filter { earlier.contains(index.labels[$0].words.joined(separator: " ")) }
        }
        // Weights are parts of the exposure.
        if numbers.contains(where: { index.labels[$0].classes.contains(.exposure) }) {
            numbers += index.labels.indices.filter { index.labels[$0].classes.contains(.weight) }
        }
        let limit = bound.quantity.magnitude.approximation
        for number in numbers {
            let own = index.known(number).filter { known in
                targets[0].admits(index.subjects.groups[known.group])
                    && unitAgrees(bound.quantity, known.unit, known.value.magnitude, nil, 1)
            }
            guard own.count == 1, isAbove ? own[0].value.magnitude > limit : own[0].value.magnitude < limit else {
                continue
            }
            return .computed("a bound of \(index.labels[number].words.joined(separator: " "))", from: [own[0].id])
        }
        return nil
    }
}

extension SentenceReading {
    /// Which side of a figure something is said to lie on; nil where nothing is.
    func bound(at position: Int) -> Bool? {
        var index = position - 1
        while index >= 0, ["a", "an", "than", "even", "the"].contains(tokens[index].word) { index -= 1 }
        guard index >= 0 else { return nil }
        let word = tokens[index].word
        let isDenied =
            index > 0
            && ["doesn", "don", "not", "didn"].contains { denial in
                tokens[max(0, index - 2)..<index].contains { $0.word == denial }
            }
        if isDenied, ["make", "reach", "hit", "top"].contains(word) { return false }
        if ["above", "over", "exceeds", "exceed", "better", "more", "tops", "past"].contains(word) { return true }
        return ["below", "under", "less", "fewer"].contains(word) ? false : nil
    }
}
