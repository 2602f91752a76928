/// Lists that say by their head that they are in order.
extension Verification {
    /// Strikes the first figure of an item that is out of the order its list says it has: a third that is greater than the
    /// second, which is less than the first. "Exposure ranking:" and "top three:" go from the greatest to the least.
    mutating func checkOrder(_ text: TokenizedText, _ reading: SentenceReading, since first: Int) {
        if text.endsInColon, let order = reading.orderOfList {
            context.order = order
            context.ordered = []
            return
        }
        guard context.order != nil, text.isNumberedItem else {
            if !text.isNumberedItem { context.order = nil }
            return
        }
        guard
            let entry = entries.indices[first...].first(where: { entry in
                entries[entry].isMatched && entries[entry].text.contains(where: \.isNumber)
                    && amount(entries[entry]) != nil
            }), let value = amount(entries[entry])
        else { return }
        context.ordered.append(value)
        if !isInOrder(context.ordered.map(\.magnitude)), !isInOrder(context.ordered) {
            set(.struck(.otherLabel), entry: entry)
            context.order = nil
        }
    }

    private func isInOrder(_ values: [Double]) -> Bool {
        let pairs = zip(values, values.dropFirst())
        return pairs.allSatisfy { $0 >= $1 } || context.order == .either && pairs.allSatisfy { $0 <= $1 }
    }

    /// The number a figure traces to, where it is an amount, a part or a ratio, and no strike, date or count.
    private func amount(_ entry: GroundingReport.Entry) -> Double? {
        entry.status.sources.lazy.compactMap { id -> Double? in
            guard let number = index.number(of: id), index.classes(of: id) != .strike,
                [.dollars, .dollarsPerShare, .fraction, .ratio].contains(number.unit)
            else { return nil }
            return number.value
        }.first
    }
}

/// Which way a list goes that says it is in order.
enum ListOrder {
    case descending, either
}

extension SentenceReading {
    /// The order that a line says the list behind it has: "Exposure ranking:", "Worst open P&L, in order:", "By weight:".
    var orderOfList: ListOrder? {
        guard tokens.count <= 8 else { return nil }
        let words = tokens.map(\.word)
        if words.contains(where: { ["top", "largest", "biggest", "highest", "ranking"].contains($0) }) {
            return .descending
        }
        let isOrdered = words.contains { ["ranked", "order", "worst", "best", "lowest", "smallest"].contains($0) }
        return isOrdered || words.first == "by" && !labels.isEmpty ? .either : nil
    }
}

extension TokenizedText {
    /// Whether the line ends in a colon, marks of emphasis aside.
    var endsInColon: Bool {
        var end = text.count - 1
        while end > 0, [" ", "*", "_"].contains(text[end]) { end -= 1 }
        return text[end] == ":"
    }

    /// Whether the line is an item with a number: "2. QQQ 58,000".
    var isNumberedItem: Bool { isListItem && VisibleText.isDigit(text[leadingSpaces]) }
}
