import Foundation

/// Claims that one value lies above or below another: "the extrinsic value is more than the 53-cent dividend", "the index has
/// gone over its 0.25 limit".
extension Verification {
    /// A value that is compared, and the unit it is known or written in.
    private struct Compared {
        var value: Double
        /// Nil for a plain number.
        var unit: EvidenceIndex.UnitGroup?
        /// The unit it is known in; nil for what is written.
        var known: Fact.Unit?
    }

    /// Whether the value that a sentence is about lies on the side of another that is claimed; nil where that cannot be told.
    func valuesCompareAsSaid(at position: Int, _ reading: SentenceReading, _ carried: Binding) -> Bool? {
        guard let (isAbove, start) = reading.comparison(at: position) else { return nil }
        // "If cash were less than the need" claims nothing.
        let said = reading.tokens[reading.part(of: position).lowerBound..<position]
        guard !said.contains(where: { Self.supposing.contains($0.word) }) else { return nil }
        let named = reading.mentions.last { $0.tokens.upperBound <= position }
        let targets = named.map { [$0.target] } ?? reading.binding(at: position, inherited: carried).targets
        guard targets.count <= 1, !targets.contains(where: \.isUnknown),
            let subject = reading.labels.last(where: { $0.tokens.upperBound <= start }),
            reading.tokens[subject.tokens.lowerBound].clause == reading.tokens[position].clause,
            !reading.isBound(subject),
            let other = object(after: position, reading, targets, subject),
            let own = value(of: subject, reading, targets, isOfShares: named.map(reading.isOfShares) ?? false),
            other.unit == nil || own.unit == other.unit,
            other.known == nil || other.known == own.known, own.value >= 0,
            own.value != other.value
        else { return nil }
        return (own.value > other.value) == isAbove
    }

    /// Whether what is said to have risen or fallen from one of two named to the other did: "interest rose from July to August".
    func changesAsSaid(at position: Int, _ reading: SentenceReading) -> Bool? {
        let tokens = reading.tokens
        let rises = Self.rising.contains(tokens[position].word)
        guard rises || Self.falling.contains(tokens[position].word), position + 1 < tokens.count,
            tokens[position + 1].word == "from",
            Set(tokens.map(\.word)).isDisjoint(with: ["if", "would", "not", "no", "could"]),
            let label = reading.labels.last(where: { $0.tokens.upperBound <= position }),
            let from = reading.mentions.first(where: { $0.tokens.lowerBound == position + 2 }),
            from.tokens.upperBound < tokens.count, tokens[from.tokens.upperBound].word == "to",
            let to = reading.mentions.first(where: { $0.tokens.lowerBound == from.tokens.upperBound + 1 }),
            !from.target.isUnknown, !to.target.isUnknown,
            let start = value(of: label, reading, [from.target]), let end = value(of: label, reading, [to.target]),
            start.value != end.value
        else { return nil }
        return (end.value > start.value) == rises
    }

    /// The one value that a label has of those spoken of, or of the portfolio where nobody is.
    private func value(
        of mention: LabelMention,
        _ reading: SentenceReading,
        _ targets: [Target],
        isOfShares: Bool = false
    ) -> Compared? {
        let own = targets.flatMap { target in
            index.subjects.groups(of: target).filter { group in
                let contracts = index.subjects.groups[group].contracts
                return isOfShares ? contracts.isEmpty : target.contracts.isEmpty || !contracts.isEmpty
            }
        }
        for groups in [own, [0]] where !groups.isEmpty {
            let known = index.values(from: 0, through: .infinity, of: groups).filter { value in
                value.label == mention.label
                    || mention.label == nil && !index.labels[value.label].classes.isDisjoint(with: mention.classes)
                        && !index.labels[value.label].words.contains("limit")
            }
            guard let first = known.first, let unit = EvidenceIndex.unitGroup(first.unit) else { continue }
            guard known.allSatisfy({ $0.magnitude == first.magnitude && $0.unit == first.unit }) else { return nil }
            // The size of a loss is what is compared.
            let isLoss = reading.tokens[mention.tokens].contains { ["loss", "losses"].contains($0.word) }
            return Compared(
                value: first.isNegative && !isLoss ? -first.magnitude : first.magnitude,
                unit: unit,
                known: first.unit
            )
        }
        return nil
    }

    /// What a value is compared with: the figure after the word, or the value of the label that stands there.
    private func object(
        after position: Int,
        _ reading: SentenceReading,
        _ targets: [Target],
        _ subject: LabelMention
    ) -> Compared? {
        var next = position + 1
        let tokens = reading.tokens
        while next < tokens.count, !tokens[next].isParted, Self.introducing.contains(tokens[next].word),
            !reading.labels.contains(where: { $0.tokens.lowerBound == next && $0.label != nil })
        {
            next += 1
        }
        // "The index is a touch above its limit"
        if next == tokens.count || tokens[next].isParted, next > position + 1, tokens[next - 1].word == "limit" {
            return limit(of: subject)
        }
        guard next < tokens.count, !tokens[next].isParted else { return nil }
        // "Smaller than that on the KO shares"
        if tokens[next].word == "that", next + 1 < tokens.count,
            let mention = reading.mentions.first(where: { (next + 1...next + 3).contains($0.tokens.lowerBound) })
        {
            return mention.target.isUnknown
                ? nil
                : value(of: subject, reading, [mention.target], isOfShares: reading.isOfShares(mention))
        }
        if let label = reading.windows[next] {
            let mention = LabelMention(tokens: next..<next + 1, label: label, classes: [])
            return value(of: mention, reading, targets)
        }
        // "MSFT's weight is slightly above NVDA's"
        if let mention = reading.mentions.first(where: { $0.tokens.lowerBound == next }) {
            let end = mention.tokens.upperBound
            guard !mention.target.isUnknown, end == tokens.count || tokens[end].isParted else { return nil }
            return value(of: subject, reading, [mention.target])
        }
        if case .quantity(let quantity)? = reading.values[next]?.first {
            guard reading.contracts[next]?.isEmpty ?? true, quantity.sign == .none else { return nil }
            let unit: EvidenceIndex.UnitGroup?
            switch quantity.measure {
            case .dollars: unit = .money
            case .fraction where tokens[next].isNumeral: unit = .fraction
            case .days: unit = .days
            case .bare: unit = nil
            default: return nil
            }
            return Compared(value: quantity.magnitude.approximation, unit: unit)
        }
        guard let label = reading.labels.first(where: { $0.tokens.lowerBound == next }) else { return nil }
        // "Above its cost of $66.35"
        let end = label.tokens.upperBound
        if end + 1 < tokens.count, ["of", "at"].contains(tokens[end].word), !tokens[end].isParted,
            case .quantity(let quantity)? = reading.values[end + 1]?.first
        {
            return quantity.measure == .dollars
                ? Compared(value: quantity.magnitude.approximation, unit: .money)
                : quantity.measure == .fraction
                    ? Compared(value: quantity.magnitude.approximation, unit: .fraction) : nil
        }
        // "Bigger than the paper gain on the KO shares"
        let other = reading.mentions.first {
            $0.tokens.lowerBound >= label.tokens.upperBound && $0.tokens.lowerBound <= label.tokens.upperBound + 3
        }
        guard let other else { return value(of: label, reading, targets) }
        return other.target.isUnknown
            ? nil : value(of: label, reading, [other.target], isOfShares: reading.isOfShares(other))
    }

    /// The limit that the portfolio has for what a label names.
    private func limit(of mention: LabelMention) -> Compared? {
        let limits = index.values(from: 0, through: .infinity, of: [0]).filter { value in
            index.labels[value.label].words.contains("limit")
                && !index.labels[value.label].classes.isDisjoint(with: mention.classes)
        }
        guard let first = limits.first, limits.allSatisfy({ $0.magnitude == first.magnitude }) else { return nil }
        return Compared(value: first.magnitude, unit: EvidenceIndex.unitGroup(first.unit))
    }

    private static let supposing: Set<String> = [
        "if", "would", "could", "must", "should", "until", "when", "once", "unless", "not", "no", "never", "may",
        "might",
        "can", "isn", "aren", "wasn", "whether", "neither", "nor", "without",
    ]

    /// Words between a comparison and what it is with.
    private static let introducing: Set<String> = [
        "the", "its", "your", "a", "an", "of", "about", "roughly", "their", "limit", "threshold", "cap", "line",
        "level", "coming", "next", "upcoming", "expected", "current", "available", "remaining", "total", "whole",
    ]
}

extension SentenceReading {
    /// Whether a word compares what stands before its verb with what follows, and where the verb stands: "is more than",
    /// "has gone over", "exceeds".
    fileprivate func comparison(at position: Int) -> (isAbove: Bool, start: Int)? {
        let word = tokens[position].word
        if ["exceeds", "exceed", "tops"].contains(word) { return (true, position) }
        var before = position - 1
        let isAbove: Bool
        if word == "than", before > 0, let isMore = Self.comparatives[tokens[before].word] {
            isAbove = isMore
            before -= 1
        } else if let isOver = [
            "above": true, "over": true, "past": true, "beyond": true, "below": false, "under": false,
        ][word] {
            isAbove = isOver
        } else {
            return nil
        }
        // "Last print above the ask"
        if word != "than", labels.contains(where: { $0.tokens.upperBound == position }) { return (isAbove, position) }
        while before >= 0, Self.degrees.contains(tokens[before].word) { before -= 1 }
        guard before > 0 else { return nil }
        if ["gone", "risen", "climbed", "moved", "fallen", "dropped", "slipped"].contains(tokens[before].word) {
            return (isAbove, before)
        }
        guard ["is", "was", "are", "were", "sits", "stands", "remains", "runs", "stays"].contains(tokens[before].word)
        else { return nil }
        return (isAbove, before)
    }

    /// Whether the shares of a name are meant: "the KO shares".
    fileprivate func isOfShares(_ mention: Mention) -> Bool {
        let end = mention.tokens.upperBound
        return end < tokens.count && ["shares", "stock"].contains(tokens[end].word)
    }

    /// Whether a label is what something before it is held against, and not what the sentence is about.
    fileprivate func isBound(_ label: LabelMention) -> Bool {
        tokens[max(0, label.tokens.lowerBound - 3)..<label.tokens.lowerBound].contains {
            ["above", "below", "over", "under", "than", "of"].contains($0.word)
        }
    }

    private static let comparatives: [String: Bool] = [
        "more": true, "higher": true, "greater": true, "larger": true, "bigger": true, "less": false, "lower": false,
        "smaller": false,
    ]

    private static let degrees: Set<String> = [
        "well", "far", "just", "slightly", "only", "comfortably", "already", "still", "now", "much", "barely", "a",
        "bit",
        "little", "touch", "hair",
    ]
}
