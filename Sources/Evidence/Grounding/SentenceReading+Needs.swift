/// Figures whose label the words around say otherwise than by standing beside it.
extension SentenceReading {
    /// Whether a figure is what another, whose label the sentence names, is held against: "down from the previous close: $181.30
    /// against $184.05" says of the second that it is the close.
    func isHeldAgainst(at position: Int) -> Bool {
        let next = position + 1
        // "Slips from its previous close, to $181.30"
        if position > 0, tokens[position - 1].word == "to",
            let label = labels.last(where: { $0.tokens.upperBound == position - 1 }),
            tokens[max(0, label.tokens.lowerBound - 2)..<label.tokens.lowerBound].contains(where: { $0.word == "from" })
        {
            return true
        }
        guard tokens[position].isParted, next + 1 < tokens.count, Self.oppositions.contains(tokens[next].word),
            tokens[next + 1].isNumeral,
            let label = labels.last(where: {
                $0.tokens.upperBound == position && tokens[$0.tokens.lowerBound].clause == tokens[position].clause
            })
        else { return false }
        return tokens[max(0, label.tokens.lowerBound - 3)..<label.tokens.lowerBound].contains {
            ["below", "above", "from", "under", "over", "than"].contains($0.word)
        }
    }

    /// What all puts would take if they were assigned, where an amount is said to be that: "assigning all puts would need
    /// $265,000".
    func needed(at position: Int) -> LabelMention? {
        let clause = tokens.indices.filter { tokens[$0].clause == tokens[position].clause }
        let words = Set(clause.map { tokens[$0].word })
        guard !words.isDisjoint(with: ["all", "every", "each", "full"]), !words.isDisjoint(with: ["put", "puts"]),
            !words.isDisjoint(with: ["assigned", "assigning", "assignment", "assignments"]),
            words.isDisjoint(with: ["more", "another", "additional", "extra", "shortfall", "less", "gap"]),
            !isShortfall(position)
        else { return nil }
        let before = self.words(before: position, 4)
        let after = tokens[(position + 1)...].prefix(3).prefix { $0.figure == nil && !$0.isParted }.map(\.word)
        let isNeeded =
            !Set(before).isDisjoint(with: Self.needing)
            || ["is", "are", "would"].contains(after.first ?? "")
                && after.contains { ["needed", "required"].contains($0) }
            || ["needed", "required"].contains(after.first ?? "")
        guard isNeeded else { return nil }
        return LabelMention(tokens: position..<position + 1, label: nil, classes: .cashIfAssigned)
    }

    /// Whether an amount is said to be what is lacking: "you'd be $142,414 short", not "short puts".
    private func isShortfall(_ position: Int) -> Bool {
        (max(0, position - 3)..<min(tokens.count, position + 4)).contains { place in
            tokens[place].word == "short"
                && (place + 1 == tokens.count || !["put", "puts"].contains(tokens[place + 1].word))
        }
    }

    private static let needing: Set<String> = [
        "need", "needs", "require", "requires", "take", "takes", "cost", "costs", "requiring", "needing",
    ]
}
