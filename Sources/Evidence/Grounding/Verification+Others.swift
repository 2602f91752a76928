import Foundation

/// What is said of all others than those named, and of the first of a list beside the second.
extension Verification {
    /// A bound that all others than those named keep to: "everything else that is short has at least 30 days left".
    func othersKeep(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let reading = open.claim.reading
        let part = Set(reading.tokens[reading.part(of: open.claim.position)].map(\.word))
        let isOfAll =
            !part.isDisjoint(with: ["others", "rest", "else", "other"])
            || !part.isDisjoint(with: ["everything", "all", "every", "nothing"])
                && !part.isDisjoint(with: ["except", "besides", "but", "apart", "excluding"])
        let before = Set(reading.words(before: open.claim.position, 3))
        // "30 days or more"
        let after = reading.tokens[(open.claim.position + 1)...].prefix(2).map(\.word)
        let isLeast =
            !before.isDisjoint(with: ["least", "above", "over"]) || before.isSuperset(of: ["more", "than"])
            || after == ["or", "more"]
        let isMost =
            !before.isDisjoint(with: ["most", "below", "under"])
            || !before.isDisjoint(with: ["less", "fewer"]) && before.contains("than") || after == ["or", "less"]
        let named = reading.distinctTargets
        guard isOfAll, isLeast != isMost, !named.isEmpty, let number = labelOfOthers(open, part) else { return nil }
        let held = Dictionary(
            index.labels(named: "quantity").flatMap(index.known).map { ($0.group, $0.value) },
            uniquingKeysWith: { first, _ in first }
        )
        let values = index.known(number).filter { known in
            guard !named.contains(where: { $0.admits(index.subjects.groups[known.group]) }) else { return false }
            if part.contains("short") != part.contains("long") {
                guard let quantity = held[known.group], (quantity < 0) == part.contains("short") else { return false }
            }
            let (puts, calls) = (part.contains("puts"), part.contains("calls"))
            let contract = index.subjects.groups[known.group].contracts.first.flatMap { index.subjects.contracts[$0] }
            return puts == calls || contract?.right == (puts ? .put : .call)
        }
        let bound = open.quantity.magnitude.approximation
        guard values.count > 1,
            values.allSatisfy({ isLeast ? $0.value.magnitude >= bound : $0.value.magnitude <= bound })
        else { return nil }
        return .computed("a bound of \(values.count) others", from: values.prefix(8).map(\.id))
    }

    /// What a bound that all others keep to is of: the label beside it, days to expiration, or the weights for a part of the
    /// exposure.
    private func labelOfOthers(_ open: Derivation.Open, _ part: Set<String>) -> Int? {
        if open.quantity.measure == .days { return index.labels(named: "days to expiration").first }
        let isOfWeight =
            open.quantity.measure == .fraction && !part.isDisjoint(with: ["exposure", "weight", "weights", "weighs"])
        return isOfWeight ? index.labels(named: "weight").first : open.claim.labels.first?.label
    }

    /// The place of the one named behind it among those that are scored: "#1 AMD 145P, score 83.3".
    func rank(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let start = open.claim.figure.range.lowerBound
        guard start > 0, open.claim.bytes[start - 1] == UInt8(ascii: "#"),
            let named = open.claim.reading.mentions.first(where: { $0.tokens.lowerBound > open.claim.position }),
            let place = place(of: named.target), isWritten(open, Double(place.rank))
        else { return nil }
        return .computed("place by score", from: [place.id])
    }

    /// The place by score of a contract, the highest first.
    func place(of target: Target) -> (rank: Int, id: String)? {
        let scores = index.labels(named: "score").flatMap(index.known).sorted { $0.value > $1.value }
        guard !target.contracts.isEmpty, let rank = scores.firstIndex(where: { isOfContract($0.group, target) }) else {
            return nil
        }
        return (rank + 1, scores[rank].id)
    }

    /// By how many points the first of those that are scored leads the second: "first beats second by only 1.7 points".
    func betweenRanked(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let tokens = derivation.reading.tokens
        let said = words(derivation)
        let next = open.claim.position + 1
        guard next < tokens.count, ["point", "points", "pts"].contains(tokens[next].word), open.digits >= 2,
            !said.isDisjoint(with: ["first", "top", "best", "leader"]),
            !said.isDisjoint(with: ["second", "next", "runner"])
        else { return nil }
        let scores = index.labels(named: "score").flatMap(index.known).sorted { $0.value > $1.value }.prefix(2)
        guard scores.count == 2, isWritten(open, scores[0].value - scores[1].value) else { return nil }
        return .computed("first - second", from: scores.map(\.id))
    }

    /// Notes what stands in the columns of a row, or takes what a row of totals says where it is the sum of those before it.
    mutating func addUp(_ texts: [TokenizedText], since first: Int) {
        let words = texts.first?.sentences.joined().map(\.word) ?? []
        let isTotal =
            texts.first?.figures.isEmpty ?? false
            && words.contains { ["total", "totals", "sum", "net", "combined", "altogether"].contains($0) }
        // "Difference" under two rows
        let isDifference =
            texts.first?.figures.isEmpty ?? false && words.count <= 2
            && words.contains { ["difference", "gap"].contains($0) }
        for (cell, text) in texts.enumerated() where text.figures.count == 1 {
            guard case .value(let readings) = text.figures[0].figure.kind,
                case .quantity(let quantity)? = readings.first
            else { continue }
            let magnitude = quantity.magnitude.approximation
            let isNegative = quantity.sign == .minus || quantity.sign == .bracketed
            let value = isNegative ? -magnitude : magnitude
            let place = entries.indices[first...].last { entries[$0].cell == cell }
            guard isTotal || isDifference else {
                if let place, entries[place].reason != nil { columnsStruck.insert(cell) }
                columns[cell, default: []].append(value)
                continue
            }
            guard let place, entries[place].reason?.maySuitAnother ?? false, !columnsStruck.contains(cell),
                let parts = columns[cell], parts.count > 1, isTotal || parts.count == 2,
                abs(isTotal ? parts.reduce(0, +) - value : (parts[0] - parts[1]).magnitude - value.magnitude)
                    <= quantity.slack.approximation * 1.000001
            else { continue }
            set(
                .computed(isTotal ? "sum of \(parts.count) rows" : "difference of two rows", from: []),
                entry: place
            )
        }
    }
}
