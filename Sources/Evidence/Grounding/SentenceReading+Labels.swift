/// What a figure's neighbours say it measures, and which way it goes.
extension SentenceReading {
    /// The labels beside a figure, the nearest first: at most one before it and one after it.
    func labels(at position: Int, measure: Figure.Quantity.Measure?) -> [LabelMention] {
        let beside = written(at: position) + (measure.map { implied(at: position, $0) } ?? [])
        return beside.isEmpty ? sole(at: position, measure) : beside
    }

    /// The one label of a clause that has one figure, wherever it stands: "delta, which the model puts at 0.28".
    private func sole(at position: Int, _ measure: Figure.Quantity.Measure?) -> [LabelMention] {
        guard measure == .dollars || measure == .fraction else { return [] }
        let clause = tokens[position].clause
        func isHere(_ index: Int) -> Bool { tokens[index].clause == clause }
        let figures = tokens.indices.filter { isHere($0) && tokens[$0].figure != nil && contracts[$0]?.isEmpty ?? true }
        let here = labels.filter { isHere($0.tokens.lowerBound) }
        guard figures.count == 1, here.count == 1 else { return [] }
        let next = position + 1
        if next < tokens.count, WordLists.comparisons.contains(tokens[next].word) { return [] }
        return here
    }

    /// What a figure must be where no label is written: "down $50" is a change, "NVDA at $171" a price.
    private func implied(at position: Int, _ measure: Figure.Quantity.Measure) -> [LabelMention] {
        guard measure == .dollars || measure == .fraction else { return [] }
        let here = position..<position + 1
        for index in [position - 1, position - 2] where index >= 0 && tokens[index].kind == .word {
            guard WordLists.changes.contains(tokens[index].word), direction(ofWord: index) != nil else { continue }
            let isToday = clause(of: position, hasAnyOf: ["today", "day", "daily"])
            return (isToday ? [LabelClasses.dayChange, .signed] : [.signed]).map {
                LabelMention(tokens: here, label: nil, classes: $0)
            }
        }
        guard measure == .dollars, position >= 2, tokens[position - 1].word == "at" else { return [] }
        let verb = ["trades", "trading", "traded", "is", "now", "stands"].contains(tokens[position - 2].word)
        guard let named = mentions.last(where: { $0.tokens.upperBound == position - (verb ? 2 : 1) }) else { return [] }
        var classes: [LabelClasses] =
            named.target.contracts.isEmpty ? [.underlyingPrice, .mark, .price] : [.market, .price]
        if clause(of: position, hasAnyOf: ["short", "sold", "bought", "opened", "entered", "wrote", "long"]) {
            classes = [classes.reduce(into: [.cost]) { $0.formUnion($1) }]
        }
        return classes.map { LabelMention(tokens: here, label: nil, classes: $0) }
    }

    private func written(at position: Int) -> [LabelMention] {
        let before = labelBefore(position)
        let after = labelAfter(position)
        guard let before else { return after.map { [$0.mention] } ?? [] }
        guard let after else { return [before.mention] }
        // In "delta 0.28 theta -0.05" both are as near; the sentence's first pair says which comes first.
        if before.distance == after.distance ? isLabelFirst : before.distance < after.distance {
            return [before.mention, after.mention]
        }
        return [after.mention, before.mention]
    }

    private var isLabelFirst: Bool {
        guard let label = labels.first, let figure = tokens.firstIndex(where: { $0.figure != nil }) else { return true }
        return label.tokens.lowerBound < figure
    }

    private func labelBefore(_ position: Int) -> (mention: LabelMention, distance: Int)? {
        var index = position - 1
        var distance = 0
        while index >= 0, distance <= 9 {
            if let mention = labels.last(where: { $0.tokens.upperBound == index + 1 }) {
                let next = position + 1
                if next < tokens.count, !tokens[next].isParted, WordLists.comparisons.contains(tokens[next].word) {
                    return nil
                }
                return (mention, distance)
            }
            if let own = mentions.last(where: { $0.tokens.contains(index) }) {
                // Whom a value is of may stand between its label and itself.
                distance += 1
                index = own.tokens.lowerBound - 1
                continue
            }
            if tokens[index].figure != nil {
                guard isJoined(index, position) else { return nil }
            } else if !WordLists.links.contains(tokens[index].word), WordLists.directions[tokens[index].word] == nil {
                return nil
            }
            distance += 1
            index -= 1
        }
        return nil
    }

    /// Whether only conjunctions stand between an earlier figure and a later one.
    private func isJoined(_ first: Int, _ second: Int) -> Bool {
        (first + 1..<second).allSatisfy {
            tokens[$0].figure != nil || WordLists.conjunctions.contains(tokens[$0].word)
        } && tokens[first].clause == tokens[second].clause && second - first <= 4
    }

    private func labelAfter(_ position: Int) -> (mention: LabelMention, distance: Int)? {
        var index = position + 1
        var distance = 0
        while index < tokens.count, distance <= 3 {
            guard !tokens[index].isParted else { return nil }
            if let mention = labels.first(where: { $0.tokens.lowerBound == index }) { return (mention, distance) }
            if let next = tokens[index].figure {
                guard next >= 0, isJoined(position, index) else { return nil }
            } else if WordLists.partings.contains(tokens[index].word), !isRange(index) {
                return nil
            }
            distance += 1
            index += 1
        }
        return nil
    }

    private func isRange(_ index: Int) -> Bool {
        WordLists.conjunctions.contains(tokens[index].word) && index + 1 < tokens.count
            && tokens[index + 1].figure != nil
            && tokens[index - 1].figure != nil
    }

    /// Which way the nearest word says a figure goes; nil where none does.
    func direction(at position: Int) -> Direction? {
        var nearest: (direction: Direction, distance: Int)?
        let clause = tokens[position].clause
        var index = position - 1
        while index >= 0, position - index <= 6, tokens[index].figure == nil || isJoined(index, position),
            tokens[index].clause == clause
        {
            if let direction = direction(ofWord: index) {
                nearest = (direction, position - index - 1)
                break
            }
            index -= 1
        }
        index = position + 1
        while index < tokens.count, index - position <= 3, tokens[index].figure == nil, !tokens[index].isParted {
            if let direction = direction(ofWord: index), index - position - 1 < nearest?.distance ?? .max {
                return direction
            }
            index += 1
        }
        return nearest?.direction
    }

    private func direction(ofWord index: Int) -> Direction? {
        guard let direction = WordLists.directions[tokens[index].word] else { return nil }
        // "fell to $50" states where it came to, not by how much.
        if index + 1 < tokens.count, ["to", "from"].contains(tokens[index + 1].word) { return nil }
        return direction
    }

    /// Whether the clause of a figure has one of some words.
    func clause(of position: Int, hasAnyOf words: Set<String>) -> Bool {
        tokens.contains { $0.clause == tokens[position].clause && words.contains($0.word) }
    }

    /// Whether all of some words stand around a figure, before the next figure on either side.
    func hasAll(_ words: [String], around position: Int) -> Bool {
        var (low, high) = (position, position)
        while low > 0, tokens[low - 1].figure == nil, tokens[low - 1].clause == tokens[position].clause { low -= 1 }
        while high + 1 < tokens.count, tokens[high + 1].figure == nil { high += 1 }
        return words.allSatisfy { word in tokens[low...high].contains { $0.word == word } }
    }

    /// Whether the words before a figure say it is somebody's own: `your cash is`, `NVDA's delta is`.
    func isPossessed(_ label: LabelMention, at position: Int) -> Bool {
        guard label.tokens.lowerBound > 0, isStated(label, at: position) else { return false }
        let before = label.tokens.lowerBound - 1
        return ["your", "my", "our"].contains(tokens[before].word)
            || mentions.contains { $0.tokens.upperBound == label.tokens.lowerBound }
    }

    /// Whether a figure is said to be the value of the label before it: `cash is $5`.
    func isStated(_ label: LabelMention, at position: Int) -> Bool {
        label.tokens.upperBound <= position
            && (label.tokens.upperBound..<position).allSatisfy { WordLists.copulas.contains(tokens[$0].word) }
    }
}
