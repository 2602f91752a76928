/// What a figure is a part of, and what it is for each of.
extension SentenceReading {
    /// What a part is said to be of: "of your cash", "of the maximum profit"; nil where nothing measured follows.
    func base(at position: Int) -> Base? {
        var index = position + 1
        // "Four in ten dollars of exposure"
        if index < tokens.count, tokens[index].word == "dollars", !tokens[index].isParted { index += 1 }
        guard index < tokens.count, tokens[index].word == "of", !tokens[index].isParted else { return nil }
        index += 1
        while index < tokens.count, Self.determiners.contains(tokens[index].word) { index += 1 }
        guard index < tokens.count, tokens[index].figure == nil else { return nil }
        if let mention = labels.first(where: { $0.tokens.contains(index) || $0.tokens.lowerBound == index + 1 }),
            !mention.classes.isEmpty
        {
            return Base(classes: mention.classes, words: mention.tokens.map { tokens[$0].word })
        }
        guard let classes = Self.wealth[tokens[index].word] else { return nil }
        return Base(classes: classes, words: [tokens[index].word])
    }

    /// The amount a part is said to be of, or the word that stands for it: "54% of your $186,150", "of it".
    func figurePartOf(_ position: Int, orOn: Bool = false) -> Int? {
        var index = position + 1
        guard index < tokens.count, tokens[index].word == "of" || (orOn && tokens[index].word == "on") else {
            return nil
        }
        index += 1
        while index < tokens.count, !tokens[index].isParted,
            Self.determiners.contains(tokens[index].word)
                || tokens[index].word == "that" && labels.contains(where: { $0.tokens.lowerBound == index + 1 })
                || labels.contains(where: { $0.tokens.contains(index) && tokens[index].figure == nil })
                || (tokens[index].word == "of" && labels.contains(where: { $0.tokens.upperBound == index }))
                || mentions.contains(where: {
                    // "Half of the 150 put's -0.179"
                    $0.tokens.contains(index)
                        && (tokens[index].figure == nil
                            || contracts[index]?.isEmpty == false && $0.tokens.upperBound < tokens.count
                                && tokens[$0.tokens.upperBound].isNumeral)
                })
        {
            index += 1
        }
        // "25% of that average of $137.74"
        if index + 3 < tokens.count, ["that", "this"].contains(tokens[index].word), tokens[index + 2].word == "of",
            tokens[index + 3].isNumeral, !tokens[(index + 1)...(index + 3)].contains(where: \.isParted)
        {
            return index + 3
        }
        guard index < tokens.count, !tokens[index].isParted,
            tokens[index].isNumeral || ["it", "that", "them", "this", "these", "which"].contains(tokens[index].word)
        else { return nil }
        return index
    }

    /// The amount at the head of a sentence that a percentage behind another amount is of: "Of the $265,000 that all puts would
    /// require, the $131,000 for SPY is about 49%".
    func wholeAtHead(of position: Int) -> Int? {
        guard tokens.first?.word == "of" else { return nil }
        var index = 1
        while index < tokens.count, Self.determiners.contains(tokens[index].word) { index += 1 }
        guard index < position, tokens[index].isNumeral, tokens[index].clause == tokens[position].clause else {
            return nil
        }
        return index
    }

    /// Whether an amount is said to be for a share or a contract: "$526 per contract".
    func isPer(_ thing: String, _ position: Int) -> Bool {
        // "Counted for the whole contract, the roll pays $5.26"
        let isFronted = tokens[..<position].indices.dropFirst().contains { place in
            tokens[place].word == thing && tokens[place + 1].isParted
                && ["per", "whole", "full", "entire", "each"].contains(tokens[place - 1].word)
                && !tokens[..<place].contains(where: \.isNumeral)
        }
        if isFronted { return true }
        var index = position + 1
        // "$11,785/sh"
        if index < tokens.count, tokens[index].isSlashed {
            let short: Set<String> = thing == "share" ? ["sh", "share", "shr"] : ["contract", "ct", "ctr", "lot"]
            return short.contains(tokens[index].word)
        }
        // "$0.05 of extrinsic value per contract"
        if index < tokens.count, tokens[index].word == "of",
            let label = labels.first(where: { $0.tokens.lowerBound == index + 1 })
        {
            index = label.tokens.upperBound
        }
        // "$78 cr per share"
        if let label = labels.first(where: { $0.tokens.lowerBound == index }), !tokens[index].isParted,
            label.tokens.upperBound < tokens.count, tokens[label.tokens.upperBound].word == "per"
        {
            index = label.tokens.upperBound
        }
        if index + 1 < tokens.count, tokens[index].word == "is", tokens[index + 1].word == "per" { index += 1 }
        guard index < tokens.count, !tokens[index].isParted else { return false }
        if ["per", "a", "each"].contains(tokens[index].word) {
            return index + 1 < tokens.count && tokens[index + 1].word == thing
        }
        // "$526 for the whole contract"
        guard tokens[index].word == "for" else { return false }
        index += 1
        while index < tokens.count,
            ["the", "one", "each", "every", "whole", "full", "a", "entire"].contains(tokens[index].word)
        {
            index += 1
        }
        return index > position + 2 && index < tokens.count && tokens[index].word == thing
    }

    /// Whether a percentage is said to be of what the market pays: "4.0% of the close".
    func isOfMarketPrice(_ position: Int) -> Bool {
        var next = position + 1
        guard next < tokens.count, tokens[next].word == "of" else { return false }
        next += 1
        while next < tokens.count, ["the", "its", "last", "current", "stock", "share"].contains(tokens[next].word) {
            next += 1
        }
        return next < tokens.count && ["close", "price", "spot"].contains(tokens[next].word)
    }

    /// Whether the owner is said to pay an amount: "you are paying $96.34".
    func isPaidByOwner(_ position: Int) -> Bool {
        part(of: position).contains { place in
            place < position && ["pay", "paying"].contains(tokens[place].word)
                && tokens[max(0, place - 2)..<place].contains { $0.word == "you" }
        }
    }

    /// Whether an amount is said to be of contracts in all: "one put would bring in $160 in total".
    func isInTotal(_ position: Int) -> Bool {
        let near = tokens[(position + 1)...].prefix(5).prefix { $0.figure == nil && !$0.isParted }.map(\.word)
        return near.last == "total" || near.contains("altogether") || near.suffix(2) == ["in", "all"]
            || near.prefix(2) == ["in", "total"]
    }

    /// Whether an amount is said to be for a week, a month or a year: "$96 in theta per week".
    func isPerOtherSpan(_ position: Int) -> Bool {
        let spans: Set<String> = ["week", "month", "year", "weekly", "monthly", "yearly", "annually", "hour"]
        // "96/wk"
        if position + 1 < tokens.count, tokens[position + 1].isSlashed,
            spans.union(["wk", "mo", "yr", "w", "y", "hr"]).contains(tokens[position + 1].word)
        {
            return true
        }
        let end = min(tokens.count, position + 7)
        return (position + 1..<max(end, position + 1)).contains { index in
            guard !tokens[position + 1...index].contains(where: { $0.figure != nil || $0.isParted }) else {
                return false
            }
            let word = tokens[index].word
            return spans.contains(word)
                && (["per", "a", "each", "every"].contains(tokens[index - 1].word) || word.hasSuffix("ly"))
        }
    }

    /// Whether an amount of money stands where a number of things or days belongs: "has $372.96 days to expiration", "expires in $2".
    func isCountedInDollars(_ position: Int) -> Bool {
        let next = position + 1
        if next < tokens.count, !tokens[next].isParted, !tokens[next].isSlashed,
            ["days", "day", "dte", "weeks", "positions", "contracts", "lots", "tickers", "holdings"]
                .contains(
                    tokens[next].word
                )
        {
            let after = next + 1 < tokens.count && !tokens[next + 1].isParted ? tokens[next + 1].word : ""
            return !["before", "after", "ago", "earlier", "later"].contains(after)
        }
        guard position > 1, tokens[position - 1].word == "in", !tokens[position].isParted else {
            return false
        }
        return ["expires", "expire", "expiring", "reports", "expiration", "due"].contains(
            tokens[position - 2].word
        )
    }

    /// Whether what is counted is said to be of a kind, so that not all there are are meant: "nineteen positions are short".
    func isRestricted(_ position: Int) -> Bool {
        let part = part(of: position)
        guard position + 1 < part.upperBound else { return false }
        let rest = (position + 1)..<part.upperBound
        let kinds: Set<String> = [
            "short", "long", "puts", "calls", "winners", "losers", "profitable", "underwater", "red",
            "green", "losing",
            "winning", "covered", "naked", "itm", "otm", "money", "expire", "expiring", "up", "down",
        ]
        let words = tokens[rest].prefix(7).prefix {
            $0.figure == nil && !["of", "with", "and", "but", "for", "on", "in", "from"].contains($0.word)
        }
        return words.contains { kinds.contains($0.word) }
    }

    /// Whether a percentage is said to be for each day, week or month.
    func isPerShortSpan(_ position: Int) -> Bool {
        let next = position + 1
        guard next + 1 < tokens.count, !tokens[next].isParted,
            ["per", "a", "each", "every"].contains(tokens[next].word)
        else { return false }
        return ["day", "week", "month"].contains(tokens[next + 1].word)
    }

    /// Whether the words before an amount say that it is for a week, a month or a year: "a weekly theta of 96".
    func isBehindOtherSpan(_ position: Int) -> Bool {
        words(before: position, 5).contains { ["weekly", "monthly", "yearly", "annual", "annually"].contains($0) }
    }

    /// Whether a percentage stands in the clause of a plain number, so that it may leave out its sign: "69.3%, ahead of AMD's
    /// 67.2".
    func hasPercentage(beside position: Int) -> Bool {
        values.contains { other, readings in
            guard other != position, tokens[other].clause == tokens[position].clause,
                case .quantity(let quantity)? = readings.first
            else { return false }
            return quantity.measure == .fraction
        }
    }

    /// Whether a number of days is said to lie between two: "57 days apart".
    func isApart(_ position: Int) -> Bool {
        // "56 more days than December"
        let near = tokens[(position + 1)...].prefix(4).prefix { $0.figure == nil && !$0.isParted }.map(\.word)
        if ["more", "fewer"].contains(near.first), near.contains("than") { return true }
        return tokens[(position + 1)...].prefix(2).contains { $0.word == "apart" && !$0.isParted }
    }

    /// Whether a date is one end of a range of two: "from November 24 to January 14".
    func isEndOfRange(_ position: Int) -> Bool {
        func isTo(_ place: Int) -> Bool {
            tokens.indices.contains(place) && ["to", "through", "until"].contains(tokens[place].word)
        }
        return isTo(position - 1) && dateTokens.contains(position - 2)
            || isTo(position + 1) && dateTokens.contains(position + 2)
    }

    /// Whether a figure is what another could be in the place of: "instead of 28".
    func isAlternative(_ position: Int) -> Bool {
        guard position > 1 else { return false }
        let before = (tokens[position - 2].word, tokens[position - 1].word)
        return before == ("instead", "of") || before == ("rather", "than")
    }

    /// Whether an amount of money stands in the clause of a figure.
    func hasAmount(beside position: Int) -> Bool {
        values.contains { other, readings in
            guard other != position, tokens[other].clause == tokens[position].clause,
                case .quantity(let quantity)? = readings.first
            else { return false }
            return quantity.measure == .dollars
        }
    }

    /// Whether cents are said to be of each dollar: "of each dollar of income about 77 cents".
    var isOfEachDollar: Bool {
        tokens.indices.dropLast().contains {
            ["each", "every"].contains(tokens[$0].word) && tokens[$0 + 1].word == "dollar"
        }
    }

    /// Whether nothing follows a number in its part of the sentence but what is listed with it.
    func endsPart(_ position: Int) -> Bool {
        let next = position + 1
        return next == tokens.count || tokens[next].isParted
            || ["and", "or", "vs", "versus"].contains(tokens[next].word)
    }

    /// Whether a percentage is said to be a limit or a target.
    func kindOfRule(at position: Int) -> String? {
        let near = tokens[(position + 1)...].prefix(2).prefix { !$0.isParted && $0.figure == nil }.map(\.word)
        return near.first { ["limit", "target"].contains($0) }
            ?? (near.contains { ["cap", "ceiling"].contains($0) } ? "limit" : nil)
    }

    /// Whether a number is what another before it is a part of: "33k of the 79k requirement", "one of nineteen".
    func isWholeOfPart(_ position: Int) -> Bool {
        var index = position - 1
        while index >= 0, !tokens[index + 1].isParted,
            Self.determiners.contains(tokens[index].word) || ["roughly", "about", "some"].contains(tokens[index].word)
        {
            index -= 1
        }
        guard index > 0, tokens[index].word == "of", !tokens[index + 1].isParted else { return false }
        if tokens[index - 1].word == "out" { return true }
        return tokens[max(0, index - 4)..<index].contains {
            $0.isNumeral || $0.figure != nil || FigureScan.isNumber($0.word)
        }
    }

    /// What a part is of.
    struct Base {
        var classes: LabelClasses
        var words: [String]
    }

    private static let determiners: Set<String> = [
        "the", "your", "its", "my", "their", "our", "total", "whole", "overall", "entire", "all", "s", "new", "old",
        "current", "full", "present", "latest", "original", "today", "available", "free", "spare", "remaining",
    ]

    /// Whether a part is said to be of a total of its own kind: "42% of the year's total".
    func isPartOfTotal(_ position: Int) -> Bool {
        guard position + 1 < tokens.count, tokens[position + 1].word == "of" else { return false }
        let near = tokens[(position + 2)...].prefix(5).prefix { $0.figure == nil && !$0.isParted }.map(\.word)
        return near.contains { ["total", "whole", "sum", "year", "all"].contains($0) }
    }

    private static let wealth: [String: LabelClasses] = [
        "account": .netLiquidation, "capital": .netLiquidation, "equity": .netLiquidation, "wealth": .netLiquidation,
        "money": .cash, "funds": .cash, "income": .premium, "collateral": .requirement,
    ]
}
