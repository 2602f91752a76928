import Foundation
import Markets

/// Figures computed from the values of those a sentence names: sums, differences, the price of several contracts in one.
extension Verification {
    /// The sum or difference of a label's values of those the sentence names: "SPY and QQQ together are 60.3%", or of
    /// all puts, calls, options or shares it speaks of.
    func ofNamed(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let words = Set(derivation.reading.tokens.map(\.word))
        let isSum =
            !words.isDisjoint(with: WordLists.sums) || isAdded(open)
            || derivation.reading.namesTogether(before: open.claim.position)
        if let net = netOfCombination(open, derivation, words) { return net }
        let isDifference =
            !words.isDisjoint(with: WordLists.differences) || !words.isDisjoint(with: Self.rising.union(Self.falling))
        // "QQQ +71.84": all its contracts together.
        let isPlural =
            open.isExact && derivation.reading.distinctTargets.count > 0
            && open.claim.binding.targets.count == 1 && open.quantity.sign != .none
        let isCombination = !words.isDisjoint(with: [
            "spread", "condor", "calendar", "strangle", "straddle", "collar",
        ])
        guard
            isSum || isDifference || isPlural || isCombination || derivation.reading.listsContracts
                || words.contains("each")
        else { return nil }
        // "Premium went up by $1,596.76" is no gain of its own.
        var bound = open.claim.labels.filter { $0.tokens.lowerBound != open.claim.position }
            .reduce(into: LabelClasses()) { $0.formUnion($1.classes) }
            .subtracting([.opened, .expiration, .asOf, .daysToExpiration])
        // What those that are not held would bring is their bids.
        let named = derivation.reading.distinctTargets.flatMap(\.contracts)
        if bound.contains(.premium), !named.isEmpty, named.allSatisfy({ index.quantity(of: $0) == nil }) {
            bound.formUnion([.bid, .opening])
        }
        var targets = derivation.reading.distinctTargets
        let tickers = Set(targets.filter { !$0.contracts.isEmpty }.flatMap(\.tickers))
        // "The QQQ condor, 570/580 and 640/650" is about the four.
        targets.removeAll { $0.contracts.isEmpty && !Set($0.tickers).isDisjoint(with: tickers) }
        if isSum, let sum = sumOfLabels(open, derivation) { return sum }
        if isSum, let sum = sumOfPart(open, derivation, bound) { return sum }
        // "Selling one each of the AMD puts": those of a list, of which none is held.
        if targets.count == 1, targets[0].contracts.count > 1,
            !words.isDisjoint(with: ["each", "all", "every", "three", "both"]),
            targets[0].contracts.allSatisfy({ index.quantity(of: $0) == nil })
        {
            targets = targets[0].contracts.map { Target(tickers: targets[0].tickers, contracts: [$0]) }
        }
        // "One of each AMD strike"
        var isEach = false
        if targets.count == 1, targets[0].contracts.isEmpty, words.contains("each"),
            !words.isDisjoint(with: ["strike", "candidate"]), let ticker = targets[0].tickers.first
        {
            let free = (index.subjects.contractsByTicker[ticker] ?? []).filter {
                index.quantity(of: $0) == nil
            }
            if free.count > 1 {
                targets = free.map { Target(tickers: [ticker], contracts: [$0]) }
                isEach = true
            }
        }
        for number in index.labels.indices {
            let label = index.labels[number]
            // What all are worth at the marks is the sum of their values.
            let isValue =
                bound.contains(.mark) && label.classes.contains(.value)
                || bound == .cash && label.classes.contains(.requirement)
            if !bound.isEmpty, !isValue, label.classes.isDisjoint(with: bound), open.quantity.measure != .fraction {
                continue
            }
            let known = index.known(number).filter { unitAgrees(open.quantity, $0.unit, $0.value.magnitude, nil, 1) }
            guard known.count > 1 else { continue }
            if targets.count > 1 {
                let values = targets.compactMap { value(of: $0, known) }
                if values.count == targets.count {
                    if let net = netOfLegs(open, targets, values, label, words) { return net }
                    if let sum = sumOfContracts(open, values, label, isEach: isEach) { return sum }
                    if isSum, agreesAsSum(open, values.map(\.value), label.classes) {
                        return .computed("sum of \(label.words.joined(separator: " "))", from: values.flatMap(\.ids))
                    }
                    if isDifference, values.count == 2, let first = values.first, let last = values.last,
                        !changesOtherWay(targets, values, derivation.reading, words),
                        agrees(open, first.value - last.value) || agrees(open, last.value - first.value)
                    {
                        return .computed(
                            "difference of \(label.words.joined(separator: " "))",
                            from: first.ids + last.ids
                        )
                    }
                }
            }
            let populations = [
                population(of: derivation.reading, open.claim, derivation.dates), ofTicker(targets, label),
                isPlural ? ofSubject(open) : isCombination ? legs(targets) : nil,
            ]
            for (rank, population) in populations.enumerated()
            where isSum || (isCombination && rank == 1) || rank == 2 {
                guard let population else { continue }
                let members = known.filter { population.contains($0.group) }
                guard members.count > 1, agreesAsSum(open, members.map(\.value), label.classes) else { continue }
                let ids = members.prefix(8).map(\.id)
                return .computed("sum of \(members.count) x \(label.words.joined(separator: " "))", from: Array(ids))
            }
        }
        return nil
    }

    /// Whether what changes "from September to October", "up from September", goes the other way.
    private func changesOtherWay(
        _ targets: [Target],
        _ values: [(value: Double, ids: [String])],
        _ reading: SentenceReading,
        _ words: Set<String>
    ) -> Bool {
        let (falls, rises) = (!words.isDisjoint(with: Self.falling), !words.isDisjoint(with: Self.rising))
        let starts = reading.mentions.filter {
            $0.tokens.lowerBound > 0 && reading.tokens[$0.tokens.lowerBound - 1].word == "from"
        }
        guard falls != rises, starts.count == 1, let start = targets.firstIndex(of: starts[0].target) else {
            return false
        }
        let change = values[1 - start].value - values[start].value
        return change != 0 && (change < 0) != falls
    }

    /// Whether a sentence writes a plus between what it adds: "premium + dividends".
    func isAdded(_ open: Derivation.Open) -> Bool {
        let bytes = Array(open.claim.bytes[open.claim.sentence])
        return bytes.indices.dropFirst().dropLast().contains {
            bytes[$0] == UInt8(ascii: "+") && bytes[$0 - 1] == 32 && bytes[$0 + 1] == 32
        }
    }

    /// The same of a combination that is named by its kind alone: "the SPY put spread: in for 1.69".
    private func netOfCombination(_ open: Derivation.Open, _ derivation: Derivation, _ words: Set<String>)
        -> GroundingReport.Status?
    {
        let kinds: Set<String> = ["condor", "spread", "strangle", "calendar", "straddle"]
        let targets = derivation.reading.distinctTargets
        guard !words.isDisjoint(with: kinds), open.quantity.measure == .dollars,
            let ticker = targets.first?.tickers.first,
            targets.allSatisfy({ $0.tickers == [ticker] })
        else { return nil }
        let named = Set(targets.flatMap(\.contracts))
        let legs = (index.subjects.contractsByTicker[ticker] ?? []).filter { contract in
            index.quantity(of: contract) != nil && (named.isEmpty || named.contains(contract))
        }
        guard (2...4).contains(legs.count) else { return nil }
        for name in ["average price", "mark"] {
            guard let number = index.labels(named: name).first else { continue }
            let known = index.known(number)
            let values = legs.compactMap { value(of: Target(tickers: [ticker], contracts: [$0]), known) }
            guard values.count == legs.count else { continue }
            let each = legs.map { Target(tickers: [ticker], contracts: [$0]) }
            if let net = netOfLegs(open, each, values, index.labels[number], words) { return net }
        }
        return nil
    }

    /// The sum of a label's values of those that a figure's part of the sentence names: "October and November combined brought in
    /// $2,733.20, up from September's $249.84".
    private func sumOfPart(_ open: Derivation.Open, _ derivation: Derivation, _ bound: LabelClasses)
        -> GroundingReport.Status?
    {
        let part = derivation.reading.part(of: open.claim.position)
        let named = derivation.reading.mentions.filter { part.overlaps($0.tokens) }.map(\.target)
        guard named.count > 1, named.count < derivation.reading.distinctTargets.count, !bound.isEmpty else {
            return nil
        }
        for number in index.labels.indices where !index.labels[number].classes.isDisjoint(with: bound) {
            let known = index.known(number).filter { unitAgrees(open.quantity, $0.unit, $0.value.magnitude, nil, 1) }
            let values = named.compactMap { value(of: $0, known) }
            guard values.count == named.count,
                agreesAsSum(open, values.map(\.value), index.labels[number].classes)
            else { continue }
            return .computed("sum of \(values.count)", from: values.flatMap(\.ids))
        }
        return nil
    }

    /// The price of several contracts in one, those held short less those held long: "opened for a net $4.01".
    private func netOfLegs(
        _ open: Derivation.Open,
        _ targets: [Target],
        _ values: [(value: Double, ids: [String])],
        _ label: EvidenceIndex.Label,
        _ words: Set<String>
    ) -> GroundingReport.Status? {
        guard
            !words.isDisjoint(with: [
                "net", "condor", "spread", "strangle", "credit", "debit", "calendar", "diagonal", "straddle",
            ]),
            ["average price", "mark"].contains(label.words.joined(separator: " "))
        else { return nil }
        var total = 0.0
        for (target, value) in zip(targets, values) {
            guard target.contracts.count == 1, let quantity = index.quantity(of: target.contracts[0]) else {
                return nil
            }
            total += quantity < 0 ? value.value : -value.value
        }
        // What was received is no debit, what was paid no credit.
        if label.words == ["average", "price"], words.contains("debit") != words.contains("credit"),
            (total < 0) != words.contains("debit")
        {
            return nil
        }
        guard [total.magnitude, total.magnitude * 100].contains(where: { isWritten(open, $0) }) else { return nil }
        return .computed("net \(label.words.joined(separator: " "))", from: values.flatMap(\.ids))
    }

    /// What contracts that a sentence lists bring, cost or tie up in all, one of each: "the 29, 30 and 31 puts tie up $9,000".
    private func sumOfContracts(
        _ open: Derivation.Open,
        _ values: [(value: Double, ids: [String])],
        _ label: EvidenceIndex.Label,
        isEach: Bool
    ) -> GroundingReport.Status? {
        let isPlural =
            isEach || open.claim.reading.distinctTargets.contains { $0.contracts.count == values.count }
        guard open.claim.reading.listsContracts || isPlural, values.count > 1 else { return nil }
        var classes = open.claim.labels.reduce(into: LabelClasses()) { $0.formUnion($1.classes) }
        // What those that are not held would bring is their bids.
        if classes.contains(.premium),
            open.claim.reading.distinctTargets.flatMap(\.contracts).allSatisfy({ index.quantity(of: $0) == nil })
        {
            classes.formUnion([.bid, .opening])
        }
        let isPlain = label.classes.contains(.requirement) || label.words == ["collateral"]
        let isPrice = !label.classes.isDisjoint(with: [.bid, .mark, .strike, .premium, .opening])
        guard isPlain || isPrice,
            classes.isEmpty || !classes.isDisjoint(with: label.classes) || (isPlain && classes == .cash)
        else { return nil }
        let total = values.reduce(0) { $0 + $1.value.magnitude }
        guard agrees(open, isPlain ? total : total * 100) else { return nil }
        return .computed("sum of \(label.words.joined(separator: " "))", from: values.flatMap(\.ids))
    }

    /// The contracts, held as options, of the one a figure is about.
    private func ofSubject(_ open: Derivation.Open) -> Set<Int>? {
        guard let target = open.claim.binding.targets.first, !target.isUnknown, target.owner == nil else { return nil }
        let groups = index.subjects.groups(of: target).filter { group in
            let contracts = index.subjects.groups[group].contracts
            return contracts.count == 1 && (target.contracts.isEmpty || target.contracts.contains(contracts[0]))
        }
        return groups.count > 1 ? Set(groups) : nil
    }

    /// The held contracts of one ticker that a sentence names as the legs of a combination: "the calendar (short Dec, long Jan)".
    private func legs(_ targets: [Target]) -> Set<Int>? {
        let contracts = Set(targets.flatMap(\.contracts))
        guard contracts.count > 1, Set(targets.flatMap(\.tickers)).count == 1,
            contracts.allSatisfy({ index.quantity(of: $0) != nil })
        else { return nil }
        return Set(
            contracts.flatMap { index.subjects.groupsByName[$0] ?? [] }.filter {
                index.subjects.groups[$0].contracts.count == 1
            }
        )
    }

    /// The contracts of the one ticker a sentence names.
    private func ofTicker(_ targets: [Target], _ label: EvidenceIndex.Label) -> Set<Int>? {
        guard targets.count == 1, targets[0].contracts.isEmpty, targets[0].owner == nil else { return nil }
        return Set(index.subjects.groups(of: targets[0]).filter { !index.subjects.groups[$0].contracts.isEmpty })
    }

    /// Whether a figure is a sum, of whose values below zero the size may be told where they are no losses.
    private func agreesAsSum(_ open: Derivation.Open, _ values: [Double], _ classes: LabelClasses) -> Bool {
        let total = values.reduce(0, +)
        if agrees(open, total) { return true }
        return classes.isDisjoint(with: .signed) && values.allSatisfy { $0 < 0 } && open.quantity.sign == .none
            && agrees(open, -total)
    }

    /// The sum of two or more labels' values of one: "dividends and interest together".
    private func sumOfLabels(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let before = derivation.reading.labels.filter { $0.tokens.upperBound <= open.claim.position }
        // "Altogether that's $2,727.94 from dividends and interest"
        // "77% of the $2,727.94 that interest and dividends brought in together"
        let after = derivation.reading.labels.filter { $0.tokens.lowerBound > open.claim.position }
        let mentions = before.isEmpty ? derivation.reading.labels : before.count > 1 ? before : after
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
}
