/// What items of lists say by their form.
extension SentenceReading {
    /// Whether the words before the first colon say that what follows is computed: "Difference: 3.31", "Both together: $2,727.94".
    var isHeadedByOperation: Bool {
        guard let colon = tokens.firstIndex(where: { $0.parting == ":" }), colon > 0, colon <= 6 else { return false }
        return tokens[..<colon].allSatisfy { !$0.isNumeral }
            && tokens[..<colon].contains { Self.operations.contains($0.word) }
    }

    /// The unit that the name before a value says, in a line of data: "qty shares: -2".
    func unitOfKey(before position: Int) -> Figure.Quantity.Measure? {
        guard position > 0, tokens[position].parting == ":" else { return nil }
        return ["shares": .shares, "contracts": .contracts, "days": .days, "dte": .days][tokens[position - 1].word]
    }

    /// Whether the name before a value says that it is in percent, in a line of data: "weight pct: 18.5".
    func isPercentKey(before position: Int) -> Bool {
        guard position > 0, tokens[position].parting == ":" else { return false }
        return ["pct", "percent", "percentage"].contains(tokens[position - 1].word)
    }

    /// Whether a number in brackets at the end of a list says how many names it has.
    func isCountOfList(_ position: Int, _ count: Int) -> Bool {
        guard position == tokens.count - 1, tokens[position].parting == "(",
            let colon = tokens.lastIndex(where: { $0.parting == ":" })
        else { return false }
        let listed = mentions.filter { $0.tokens.lowerBound >= colon }
        return listed.count == count && Set(listed.map(\.target)).count == count
            && zip(listed, listed.dropFirst()).allSatisfy { tokens[$1.tokens.lowerBound].parting == "," }
    }

    /// Words at the head of an item for what is computed from the items before it.
    private static let operations: Set<String> = [
        "difference", "gap", "spread", "total", "sum", "together", "combined", "net", "both", "altogether", "ratio",
    ]
}

extension TokenizedText {
    /// How many spaces the line begins with.
    var leadingSpaces: Int {
        var position = 0
        while text[position] == " " || text[position] == "\t" { position += 1 }
        return position
    }

    /// Whether the line is an item of a list: behind a dash, an asterisk, a point or a number.
    var isListItem: Bool {
        let position = leadingSpaces
        if ["-", "*", "\u{2022}"].contains(text[position]) { return text[position + 1] == " " }
        var end = position
        while VisibleText.isDigit(text[end]) { end += 1 }
        return end > position && (text[end] == "." || text[end] == ")") && text[end + 1] == " "
    }
}
