import Foundation

/// Words that rank: superlatives and ordinals.
extension SentenceReading {
    /// A word that ranks.
    struct Rank {
        enum Kind { case most, least }
        var kind: Kind
        /// What it ranks by, where the word says so itself.
        var classes: LabelClasses?
        var label: String?
        /// Which of all in this order: 2 for `second largest`.
        var place = 1
        /// Whether it judges, so that the sign counts: `best`, `worst`.
        var isValued = false
        var isOfLoss = false
        var isOfGain = false
        /// Whether it is said of two: `the higher of the two`.
        var isOfTwo = false
        /// Whether it is `first` or `last`, which ranks by dates or by nothing.
        var isOrder = false
        var isOfTime = false
        /// The label it ranks by, where that is named word for word.
        var number: Int?
        /// Whether an ordinal claims it by itself: `ranks third`.
        var isOrdinal = false
    }

    /// The rank a word claims; nil where it claims none.
    func rank(at position: Int) -> Rank? {
        let word = tokens[position].word
        let place = position > 0 ? Self.places[tokens[position - 1].word] ?? placeInDigits(position - 1) : nil
        let first = place == nil ? position : position - 1
        let before = first > 0 ? tokens[first - 1].word : ""
        let after = position + 1 < tokens.count && !tokens[position + 1].isParted ? tokens[position + 1].word : ""
        let second = position + 2 < tokens.count ? tokens[position + 2].word : ""
        if ["its", "at"].contains(before) { return nil }
        // "One of the largest", "the two largest"
        if first > 1, before == "the", tokens[first - 2].word == "of" { return nil }
        if tokens[max(0, first - 2)..<first].contains(where: { FigureScan.isNumber($0.word) || $0.figure != nil }) {
            return nil
        }
        let isPlural = tokens[(position + 1)...].prefix(2).prefix { !$0.isParted }.contains {
            FigureScan.isNumber($0.word) || $0.isNumeral
        }
        if isPlural { return nil }
        var rank: Rank
        if Self.highest.contains(word) {
            rank = Rank(kind: .most)
        } else if Self.lowest.contains(word) {
            rank = Rank(kind: .least)
        } else if let measure = Self.measured[word] {
            // "The nearest zone is supply 1", not "the nearest demand zone".
            guard measure.label != "distance" || after == "zone" && ["is", "to"].contains(second) else { return nil }
            rank = Rank(kind: measure.kind, classes: measure.classes, label: measure.label)
        } else if ["cheapest", "costliest", "priciest"].contains(word), labelOfRank(at: position) != nil {
            rank = Rank(kind: word == "cheapest" ? .least : .most)
        } else if word == "riskiest" {
            rank = Rank(kind: .most, classes: [.assignment, .weight, .exposure])
        } else if word == "best" || word == "worst" {
            guard before == "the" || before == "your" || first == 0 || tokens[first].isParted else { return nil }
            rank = Rank(kind: word == "best" ? .most : .least, isValued: true)
        } else if ["most", "least"].contains(word), after == "likely" {
            guard
                tokens[position...].prefix(6).contains(where: { ["assigned", "called", "exercised"].contains($0.word) })
            else {
                return nil
            }
            rank = Rank(kind: word == "most" ? .most : .least, classes: .assignment)
        } else if word == "most", before == "the",
            ["lose", "loses", "lost"].contains(position > 1 ? tokens[position - 2].word : "")
        {
            let isOfDay = tokens.contains { ["today", "day", "session"].contains($0.word) }
            return Rank(kind: .most, classes: isOfDay ? .dayChange : .unrealised, isOfLoss: true)
        } else if ["most", "least"].contains(word), before == "the",
            labels.contains(where: {
                $0.tokens.lowerBound == position + 1 && (!$0.classes.isEmpty || $0.label != nil)
            })
        {
            rank = Rank(kind: word == "most" ? .most : .least)
        } else if ["most", "least"].contains(word), after == "profitable" {
            rank = Rank(kind: word == "most" ? .most : .least, classes: .unrealised, isValued: true)
        } else if ["most", "least"].contains(word), before == "the", after.isEmpty,
            position > 1, ["pays", "pay", "collects", "brings"].contains(tokens[position - 2].word)
        {
            rank = Rank(kind: word == "most" ? .most : .least, classes: .premium)
        } else if word == "fastest", ["decays", "decay", "decaying"].contains(before) {
            rank = Rank(kind: .most, classes: .theta)
        } else if word == "likeliest",
            tokens[position...].prefix(6).contains(where: { ["assigned", "called", "exercised"].contains($0.word) })
        {
            rank = Rank(kind: .most, classes: .assignment)
        } else if word == "top", ["idea", "candidate", "pick", "scored", "ranked", "choice"].contains(after) {
            rank = Rank(kind: .most, label: "score")
        } else if word == "top",
            labels.contains(where: { $0.tokens.lowerBound == position + 1 && $0.tokens.count == 1 }),
            before == "the"
        {
            rank = Rank(kind: .most)
        } else if word == "first", ["ranks", "ranked"].contains(before), labels.isEmpty {
            rank = Rank(kind: .most, label: "score")
        } else if ["earliest", "soonest"].contains(word) {
            return Rank(kind: .least, isOrder: true, isOfTime: true)
        } else if ["first", "last"].contains(word) {
            guard ["reports", "report", "reporting", "expires", "expire"].contains(before) else { return nil }
            return Rank(kind: word == "first" ? .least : .most, isOrder: true, isOfTime: true)
        } else if ["higher", "larger", "bigger", "greater", "smaller", "lower"].contains(word), before == "the",
            tokens[position...].contains(where: { $0.word == "two" })
        {
            rank = Rank(kind: ["smaller", "lower"].contains(word) ? .least : .most)
            rank.isOfTwo = true
        } else {
            return nil
        }
        rank.place = place ?? 1
        let near = [after, second] + (position + 3 < tokens.count ? [tokens[position + 3].word] : [])
        rank.isOfLoss = near.contains { ["loss", "loser", "losers", "losses", "decline", "drop"].contains($0) }
        rank.isOfGain = near.contains { ["gain", "profit", "winner", "winners", "gains"].contains($0) }
        // "Best month: October" is of premium, where nothing else is said.
        if rank.isValued, near.contains("month"), labelOfRank(at: position) == nil {
            rank.classes = labels.last { $0.tokens.upperBound <= position }?.classes ?? .premium
        }
        // "The second worst loser" loses most but one.
        if rank.isOfLoss, rank.isValued, word == "worst" { rank.kind = .most }
        if rank.isOfLoss || rank.isOfGain, rank.classes == nil, labelOfRank(at: position) == nil {
            rank.classes = .unrealised
        }
        return rank
    }

    /// Whom a rank is claimed for: the one named, in the rank's part of the sentence where several are. Those it is ahead of
    /// or behind are not meant, nor the owner of the zones it ranks among.
    func ranked(at position: Int) -> Target? {
        let all = distinctTargets
        if mentions.count == 1 || all.count == 1 { return mentions[0].target }
        let meant = namesApart.filter { !isRival($0) }
        let distinct = meant.reduce(into: [Target]()) { if !$0.contains($1.target) { $0.append($1.target) } }
        if distinct.count == 1 { return distinct[0] }
        let part = part(of: position)
        let here = meant.filter { part.overlaps($0.tokens) }
        if here.count == 1 { return here[0].target }
        // "October was the best month and June the worst": the one directly before it.
        return here.last { $0.tokens.upperBound <= position && position - $0.tokens.upperBound <= 2 }?.target
    }

    /// Whether a name is that of one which another is ahead of or behind: "behind the AMD 145 put", "after October".
    private func isRival(_ mention: Mention) -> Bool {
        var before = mention.tokens.lowerBound - 1
        while before >= 0, ["the", "your", "of", "only", "its"].contains(tokens[before].word) { before -= 1 }
        return before >= 0 && ["behind", "after", "than", "ahead", "followed", "besides"].contains(tokens[before].word)
    }

    /// Those that a rank leaves out: "the highest after KO".
    var passed: [Target] {
        mentions.filter { mention in
            var before = mention.tokens.lowerBound - 1
            while before >= 0, ["the", "your", "for", "from"].contains(tokens[before].word) { before -= 1 }
            return before >= 0 && ["after", "besides", "except", "excluding", "apart"].contains(tokens[before].word)
        }.map(\.target)
    }

    /// Whether a sentence ranks among all there are: "among your positions".
    var ranksAmongAll: Bool {
        tokens.indices.dropLast(2).contains { place in
            tokens[place].word == "among" && ["your", "all", "the"].contains(tokens[place + 1].word)
                && tokens[(place + 1)...].prefix(5).contains {
                    [
                        "positions", "holdings", "options", "candidates", "zones", "months", "puts", "calls", "rolls",
                        "underlyings", "names",
                    ].contains($0.word)
                }
        }
    }

    /// The rank that an ordinal claims by itself: "ranks third by exposure", "second by score comes the 140 put".
    func ordinalRank(at position: Int) -> Rank? {
        if let rank = endOfList(at: position) { return rank }
        guard let place = Self.places[tokens[position].word] ?? (tokens[position].word == "first" ? 1 : nil),
            !labels.isEmpty
        else { return nil }
        let next = position + 1 < tokens.count && !tokens[position + 1].isParted ? tokens[position + 1].word : ""
        var before = position > 0 ? tokens[position - 1].word : ""
        // "Comes in third"
        if before == "in", position > 1 { before = tokens[position - 2].word }
        let isRanked =
            ["ranks", "ranked", "comes", "came", "places", "placed", "finishes", "sits", "stands", "is"].contains(
                before
            )
            && ["", "by", "in", "among", "on", "behind", "after", "for", "at", "with", "of", "overall"].contains(next)
        let isLeading = position == 0 && ["by", "in"].contains(next) && tokens.contains { $0.word == "comes" }
        guard isRanked || isLeading else { return nil }
        // "By exposure" says what ranks; else the one label of the sentence does.
        let named =
            labels.first { $0.tokens.lowerBound > 0 && ["by", "in"].contains(tokens[$0.tokens.lowerBound - 1].word) }
            ?? (labels.count == 1
                ? labels.first { $0.classes.isDisjoint(with: [.earnings, .expiration, .exDate]) } : nil)
        guard let named, !named.classes.isEmpty || named.tokens.count == 1 else { return nil }
        var rank =
            named.classes.isEmpty
            ? Rank(kind: .most, label: tokens[named.tokens.lowerBound].word) : Rank(kind: .most, classes: named.classes)
        rank.place = place
        rank.isOrdinal = true
        return rank
    }

    /// What a rank is of: the label after it, or else the one before it, in its part of the sentence.
    func labelOfRank(at position: Int, before end: Int? = nil) -> LabelMention? {
        let part = part(of: position)
        let upper = min(part.upperBound, end ?? part.upperBound)
        if let after = labels.first(where: {
            $0.tokens.lowerBound > position && $0.tokens.lowerBound < min(upper, position + 6)
        }) {
            return after
        }
        return labels.last { $0.tokens.upperBound <= position && $0.tokens.lowerBound >= part.lowerBound }
    }

    /// "Ranked by implied volatility, the NVDA put is at the top".
    private func endOfList(at position: Int) -> Rank? {
        guard ["top", "bottom"].contains(tokens[position].word), position > 1,
            ["at", "on"].contains(tokens[position - 2].word), tokens[position - 1].word == "the",
            let named = labels.first(where: {
                $0.tokens.lowerBound > 0 && ["by", "for"].contains(tokens[$0.tokens.lowerBound - 1].word)
            }), !named.classes.isEmpty
        else { return nil }
        var rank = Rank(kind: tokens[position].word == "top" ? .most : .least, classes: named.classes)
        rank.isOrdinal = true
        return rank
    }

    /// What is claimed of the one that nobody is said to surpass: "no put on the list has a higher return than the INTC 31".
    func unsurpassed(at position: Int) -> Rank? {
        let ways = ["higher": true, "larger": true, "bigger": true, "greater": true, "lower": false, "smaller": false]
        guard let isMore = ways[tokens[position].word],
            let than = tokens[position...].prefix(8).firstIndex(where: { $0.word == "than" }),
            tokens[..<position].contains(where: { ["no", "none", "nothing"].contains($0.word) }),
            !tokens[..<position].contains(where: { ["if", "would", "other"].contains($0.word) }),
            let mention = mentions.first, mention.tokens.lowerBound > than, distinctTargets.count == 1,
            let label = labelOfRank(at: position, before: than)
        else { return nil }
        var rank = Rank(kind: isMore ? .most : .least, classes: label.classes.isEmpty ? nil : label.classes)
        rank.number = label.label
        if label.classes.isEmpty { rank.label = tokens[label.tokens.lowerBound].word }
        rank.isOrdinal = true
        return rank
    }

    /// What is claimed of one that is said to have more than all others: "DIS has lost more than any other position".
    func surpassing(at position: Int) -> Rank? {
        let ways = ["more": true, "higher": true, "larger": true, "bigger": true, "lower": false, "smaller": false]
        let after = tokens[(position + 1)...].prefix(6).map(\.word)
        guard let isMore = ways[tokens[position].word], let than = after.firstIndex(of: "than"),
            after[(than + 1)...].starts(with: ["any", "other"])
        else { return nil }
        let before = position > 0 ? tokens[position - 1].word : ""
        if let isLoss = ["lost": true, "gained": false, "made": false][before] {
            return Rank(kind: .most, classes: .unrealised, isOfLoss: isLoss, isOfGain: !isLoss)
        }
        guard let label = labelOfRank(at: position, before: position + 1 + than) else { return nil }
        var rank = Rank(kind: isMore ? .most : .least, classes: label.classes.isEmpty ? nil : label.classes)
        rank.number = label.label
        return rank
    }

    /// Those a sentence names, tickers aside whose contracts or zones it names besides.
    var namesApart: [Mention] {
        mentions.filter { mention in
            !mention.target.contracts.isEmpty || mention.target.owner != nil
                || !mentions.contains { other in
                    (!other.target.contracts.isEmpty || other.target.owner != nil)
                        && (other.target.owner.map(mention.target.tickers.contains)
                            ?? !Set(other.target.tickers).isDisjoint(with: mention.target.tickers))
                }
        }
    }

    /// `2nd` before a rank.
    private func placeInDigits(_ position: Int) -> Int? {
        guard case .quantity(let quantity)? = values[position]?.first, quantity.measure == .ordinal else { return nil }
        return NSDecimalNumber(decimal: quantity.magnitude).intValue
    }

    static let places: [String: Int] = ["second": 2, "third": 3, "fourth": 4, "fifth": 5]

    private static let highest: Set<String> = ["highest", "largest", "biggest", "greatest"]
    private static let lowest: Set<String> = ["lowest", "smallest"]
    private static let measured: [String: (kind: Rank.Kind, classes: LabelClasses?, label: String?)] = [
        "strongest": (.most, nil, "strength"), "weakest": (.least, nil, "strength"),
        "nearest": (.least, nil, "distance"), "closest": (.least, nil, "distance"),
        "farthest": (.most, nil, "distance"), "furthest": (.most, nil, "distance"), "heaviest": (.most, .weight, nil),
        "richest": (.most, .premium, nil),
    ]
}
