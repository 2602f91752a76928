import Foundation

/// Reads what a value of a row is held against.
extension ClaimReader {
    /// A value held against a number: "score above 80", "more than 30 days left", "with a weight over 10%", "at least 70%
    /// probability of profit"; or against another value: "a mark below their cost".
    func bound(at position: Int, _ range: Range<Int>) -> Reading? {
        var next = position
        var numbers: [Int]?
        // "A negative day change"
        if let isPositive = ["positive": true, "negative": false][tokens[position].word],
            let label = reading.labels.first(where: { $0.tokens.lowerBound == position + 1 }),
            label.tokens.upperBound <= range.upperBound, label.classes.isDisjoint(with: Self.greeks)
        {
            return Reading(
                condition: isOfSign(self.numbers(of: label), isPositive),
                length: label.tokens.upperBound - position
            )
        }
        if let mention = reading.labels.first(where: { $0.tokens.lowerBound == position }),
            mention.tokens.upperBound <= range.upperBound
        {
            numbers = self.numbers(of: mention)
            next = mention.tokens.upperBound
        } else if ["score", "scores", "scored"].contains(tokens[position].word) {
            numbers = index.labels(named: "score")
            next += 1
        } else if ["trade", "trades", "marked", "priced"].contains(tokens[position].word),
            comparator(at: next + 1) != nil
        {
            numbers = index.labels(named: "mark") + index.labels(named: "last")
            next += 1
        } else if ["weigh", "weighs"].contains(tokens[position].word) {
            numbers = index.labels(named: "weight")
            next += 1
        }
        let afterLabel = next
        while next < range.upperBound,
            ["of", "is", "are", "that", "at", "a", "an", "was", "stands", "lies", "stays", "remains", "lie"].contains(
                word(next)
            ),
            comparator(at: next) == nil
        {
            next += 1
        }
        guard let (relation, length) = comparator(at: next) else {
            guard let numbers, afterLabel > position else { return nil }
            return sign(numbers, from: position, afterLabel, range)
        }
        next += length
        while next < range.upperBound, ["a", "an", "the", "their", "its"].contains(word(next)) { next += 1 }
        guard next < range.upperBound else { return nil }
        // "A mark below their cost"
        if let numbers, let other = reading.labels.first(where: { $0.tokens.lowerBound == next }),
            other.tokens.upperBound <= range.upperBound
        {
            let others = self.numbers(of: other)
            let condition = Condition { row in
                self.relate(numbers, others, row, relation)
            }
            return Reading(condition: condition, length: other.tokens.upperBound - position)
        }
        let number = next
        guard case .quantity(let quantity)? = reading.values[next]?.first, quantity.sign == .none else { return nil }
        next += 1
        if numbers == nil {
            while next < range.upperBound, ["of", "in", "a"].contains(word(next)) { next += 1 }
            if let mention = reading.labels.first(where: { $0.tokens.lowerBound == next }) {
                numbers = self.numbers(of: mention)
                next = mention.tokens.upperBound
            } else if quantity.measure == .days {
                numbers = index.labels(named: "days to expiration")
                if ["days", "day"].contains(word(next)) { next += 1 }
                while next < range.upperBound,
                    ["to", "go", "left", "away", "out", "run", "remaining"].contains(word(next))
                {
                    next += 1
                }
            }
        } else if quantity.measure == .days, ["days", "day"].contains(word(next)) {
            next += 1
        }
        guard let numbers, !numbers.isEmpty else { return nil }
        let condition = Condition { row in self.holds(numbers, quantity, row, relation) }
        return Reading(condition: condition, length: next - position, numbers: [number])
    }

    /// "A positive delta", "negative net premium", "net premium was negative", "has a dividend".
    private func sign(_ numbers: [Int], from position: Int, _ end: Int, _ range: Range<Int>) -> Reading? {
        // "A realised loss"
        let words = tokens[position..<end].map(\.word)
        if let isGain = words.lazy.compactMap({ Self.outcomes[$0] }).first {
            guard !["of", "to", "from"].contains(word(end)) else { return nil }
            return Reading(condition: isOfSign(numbers, isGain), length: end - position)
        }
        var next = end
        while next < range.upperBound, ["was", "is", "were", "are", "came", "in", "ended"].contains(word(next)) {
            next += 1
        }
        let signs = ["negative": false, "positive": true]
        guard numbers.allSatisfy({ index.labels[$0].classes.isDisjoint(with: Self.greeks) }) else { return nil }
        if next < range.upperBound, let isPositive = signs[word(next)] {
            return Reading(condition: isOfSign(numbers, isPositive), length: next + 1 - position)
        }
        // "Interest was credited", "with an early assignment probability"
        let isPaid =
            next < range.upperBound
            && ["credited", "paid", "booked", "received", "earned", "collected"].contains(word(next))
        let isHad =
            position > range.lowerBound && ["with", "have", "has", "carry", "an", "a"].contains(word(position - 1))
        guard isPaid || isHad else { return nil }
        let condition = Condition { row in
            let values = numbers.compactMap { self.value($0, row) }
            return values.contains { $0 != 0 }
        }
        return Reading(condition: condition, length: (isPaid ? next + 1 : end) - position)
    }

    /// What a contract has and a position has otherwise.
    private static let greeks: LabelClasses = [.delta, .gamma, .theta, .vega, .rho]

    private static let outcomes: [String: Bool] = [
        "loss": false, "losses": false, "gain": true, "gains": true, "profit": true, "profits": true,
    ]

    private func isOfSign(_ numbers: [Int], _ isPositive: Bool) -> Condition {
        Condition { row in
            let signs = Set(numbers.compactMap { self.value($0, row) }.map { $0 == 0 ? 0 : $0 > 0 ? 1 : -1 })
            guard let sign = signs.first, signs.count == 1 else { return nil }
            return sign == (isPositive ? 1 : -1)
        }
    }

    /// How a word holds a value against what follows it, and how many words say it.
    private func comparator(at position: Int) -> (relation: Relation, length: Int)? {
        let words = tokens[min(position, tokens.count)...].prefix(3).map(\.word)
        let phrases: [([String], Relation)] = [
            (["no", "more", "than"], .atMost), (["no", "less", "than"], .atLeast), (["not", "above"], .atMost),
            (["not", "below"], .atLeast), (["more", "than"], .above), (["greater", "than"], .above),
            (["higher", "than"], .above), (["larger", "than"], .above), (["less", "than"], .below),
            (["fewer", "than"], .below), (["lower", "than"], .below), (["smaller", "than"], .below),
            (["at", "least"], .atLeast), (["at", "most"], .atMost), (["above"], .above), (["over"], .above),
            (["beyond"], .above), (["exceeding"], .above), (["below"], .below), (["under"], .below),
            (["up", "to"], .atMost),
        ]
        return phrases.first { words.starts(with: $0.0) }.map { ($0.1, $0.0.count) }
    }

    /// How one value is held against another.
    enum Relation {
        case above, below, atLeast, atMost

        func holds(_ left: Double, _ right: Double) -> Bool {
            switch self {
            case .above: left > right
            case .below: left < right
            case .atLeast: left >= right
            case .atMost: left <= right
            }
        }
    }

    private func holds(_ numbers: [Int], _ quantity: Figure.Quantity, _ row: Int, _ relation: Relation) -> Bool? {
        let written = quantity.magnitude.approximation
        let results = numbers.compactMap { number -> Bool? in
            guard let value = value(number, row), let known = index.known(number).first else { return nil }
            switch (quantity.measure, known.unit) {
            case (.fraction, .fraction), (.dollars, .dollars), (.dollars, .dollarsPerShare), (.days, .days),
                (.bare, .ratio), (.bare, .count), (.bare, .days), (.bare, .contracts), (.shares, .shares),
                (.bare, .dollarsPerShare), (.bare, .dollars), (.contracts, .contracts):
                return relation.holds(value, written) || relation.holds(value.magnitude, written)
            case (.bare, .fraction): return relation.holds(value, written / 100)
            default: return nil
            }
        }
        guard let first = results.first, results.allSatisfy({ $0 == first }) else { return nil }
        return first
    }

    /// The unit of a label's values; strikes are told by the names of contracts too.
    private func unit(of label: Int) -> Fact.Unit? {
        index.known(label).first?.unit ?? (index.labels[label].words == ["strike"] ? .dollarsPerShare : nil)
    }

    private func relate(_ numbers: [Int], _ others: [Int], _ row: Int, _ relation: Relation) -> Bool? {
        var results: [Bool] = []
        for number in numbers {
            guard let value = value(number, row), let unit = unit(of: number) else { continue }
            for other in others where self.unit(of: other) == unit {
                guard let against = self.value(other, row), against != value else { continue }
                results.append(relation.holds(value, against))
            }
        }
        guard let first = results.first, results.allSatisfy({ $0 == first }) else { return nil }
        return first
    }
}
