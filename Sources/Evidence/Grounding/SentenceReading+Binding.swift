/// Whom each figure of a sentence is about.
extension SentenceReading {
    /// Whom the figure at a token is about.
    func binding(at position: Int, inherited: Binding) -> Binding {
        guard !mentions.isEmpty else { return inherited }
        if mentions.count == 1 {
            let first = mentions[0].tokens.lowerBound
            let isBehind =
                first > position + 1 && (position + 1..<first).contains { tokens[$0].isParted }
                && (position + 1..<first).contains { tokens[$0].isNumeral } && tokens[first].figure == nil
            // "10 underlyings, 539 contracts; HCKT skipped"
            if first > position, mentions[0].target.isGap, tokens[first].clause != tokens[position].clause {
                return inherited
            }
            // "You earned $632.60, of which $263.40 came in July": July is the second's.
            if isBehind, (position + 1..<first).contains(where: { ["which", "while"].contains(tokens[$0].word) }) {
                return inherited
            }
            // "Rho is $327 per point, and the MSFT call has $292 of it": the first has its own label before it.
            if first > position, let comma = (position + 1...first).first(where: { tokens[$0].isParted }),
                tokens[comma...first].contains(where: { $0.word == "and" || $0.word == "but" || $0.word == "while" }),
                labels.contains(where: { $0.tokens.upperBound <= position })
            {
                return inherited
            }
            // "Net vega of $111.06 is less than MSFT's $206.28": what is compared has its own label before it.
            let end = mentions[0].tokens.upperBound
            if first > position, end < tokens.count, tokens[end].isNumeral, !tokens[end].isParted,
                tokens[position..<first].contains(where: { $0.word == "than" }),
                labels.contains(where: { $0.tokens.upperBound <= position })
            {
                return inherited
            }
            return Binding(targets: [ofShares(mentions[0], position)], isNamed: true)
        }
        let run = figureRun(around: position)
        // "DIS 90P vs 92.5P: score 67.3 vs 67.4": of each pair the first is the first's.
        if let isFirst = isFirstOfPair(position), let pair = opposedNames(before: isFirst ? position : position - 1) {
            return Binding(targets: [pair[isFirst ? 0 : 1].target], isNamed: true)
        }
        // "NVDA and AAPL are at 0.28 and 0.31": one figure for each.
        if run.count > 1, let list = mentionList(near: run.lowerBound, run.upperBound), list.count == run.count {
            let rank = figures(in: run.lowerBound..<position).count
            let isReversed = run.count == 2 && isTurned(list[0], list[1], run.lowerBound)
            if rank < list.count { return Binding(targets: [list[isReversed ? 1 - rank : rank].target], isNamed: true) }
        }
        // "$241.04 and $150.04 on the wings"
        if run.count > 1, position < run.upperBound, let after = tiedMention(after: run.upperBound),
            after.target.contracts.count >= run.count
        {
            return Binding(targets: [after.target], isNamed: true)
        }
        if let own = mentions.first(where: { $0.tokens.contains(position) }) {
            return Binding(targets: [own.target], isNamed: true)
        }
        // "Spans 25.0% (IWM 205 put) to 74.8% (AMD 140 put)": each name follows its figure.
        if let own = mentions.first(where: { $0.tokens.lowerBound == position + 1 }), isFollowed {
            return Binding(targets: [own.target], isNamed: true)
        }
        // "5.26/56 = 9.4c (Jan 150P); 2.61/28 = 9.3c (Dec 150P)": each clause has its name in brackets behind it.
        let own = mentions.filter { tokens[$0.tokens.lowerBound].clause == tokens[position].clause }
        // "11/24 (Tue): NVDA; 1/14 (Thu): JPM"
        let isFirst = position == 0 || tokens[position - 1].clause != tokens[position].clause
        if let name = own.first, own.count == 1, name.tokens.lowerBound > position,
            isFirst || tokens[name.tokens.lowerBound].parting == "(", mentions[0].tokens != name.tokens
        {
            return Binding(targets: [name.target], isNamed: true)
        }
        // "IWM -2x Dec 18 245C": so many of the contract behind it.
        if case .quantity(let quantity)? = values[position]?.first, quantity.measure == .contracts,
            let own = mentions.first(where: { $0.tokens.lowerBound == position + 1 }), own.target.contracts.count == 1,
            !tokens[position + 1].isParted
        {
            return Binding(targets: [own.target], isNamed: true)
        }
        let before = mentions.lastIndex { $0.tokens.upperBound <= position }
        let isLeading = before.map { mentions[$0].tokens.upperBound == position && !tokens[position].isParted } ?? false
        if !isLeading, let after = tiedMention(after: position) {
            return Binding(targets: [after.target], isNamed: true)
        }
        if let before {
            let list = list(endingAt: before)
            let targets = list.count == 1 ? [ofShares(list[0], position)] : list.map(\.target)
            return Binding(targets: targets, isNamed: true)
        }
        // "Fees were $47.08; two months, June and August, ended negative"
        if tokens[mentions[0].tokens.lowerBound].clause != tokens[position].clause,
            labels.contains(where: { $0.tokens.upperBound <= position })
        {
            return inherited
        }
        return Binding(targets: list(startingAt: 0).map(\.target), isNamed: true)
    }

    /// Whom a figure may be about besides: those carried over, where all names follow it behind a mark: "the year is at -$903,
    /// mostly because June cost you $6,688". What stands before the mark must say something by itself: "With a bid of $104.61,
    /// NVDA stands out" is about NVDA alone.
    func otherBinding(at position: Int, inherited: Binding) -> Binding? {
        guard let first = mentions.map(\.tokens.lowerBound).min(), first > position,
            let mark = (position + 1...first).first(where: { tokens[$0].isParted })
        else { return nil }
        // "Rho: $327 per point, $292 of it from Microsoft"
        let says =
            tokens[..<mark].contains { Self.finiteVerbs.contains($0.word) }
            || tokens[mark].clause != tokens[position].clause
            || labels.contains { $0.tokens.upperBound <= mark }
                && !["with", "at", "on", "for", "by", "in", "from"].contains(tokens[0].word)
        return says ? inherited : nil
    }

    private static let finiteVerbs: Set<String> = [
        "is", "are", "re", "was", "were", "has", "have", "had", "stands", "sits", "comes", "came", "adds", "makes",
        "made",
    ]

    /// Whether all names of a sentence are listed before its one figure: "two names, SPY and QQQ, carry 60%".
    func namesTogether(before position: Int) -> Bool {
        guard mentions.count > 1, mentions.allSatisfy({ $0.tokens.upperBound <= position }),
            zip(mentions, mentions.dropFirst()).allSatisfy({ isListed($0, $1) }),
            !tokens.contains(where: { ["each", "respectively", "both", "or", "either"].contains($0.word) })
        else { return false }
        let last = mentions[mentions.count - 1].tokens.upperBound
        return tokens.indices.allSatisfy { $0 < last || $0 == position || !tokens[$0].isNumeral }
    }

    /// Whether a whole number stands directly before a ticker.
    func isCountOfTicker(_ position: Int) -> Bool {
        !tokens[position].digits.isEmpty && tokens[position].digits.count <= 6
            && mentions.contains { $0.tokens.lowerBound == position + 1 && $0.target.contracts.isEmpty }
    }

    /// Whether the first figure of a sentence stands before all names and directly before one of them, in brackets.
    private var isFollowed: Bool {
        guard
            let first = tokens.indices.first(where: {
                tokens[$0].isNumeral && tokens[$0].word.isEmpty && contracts[$0]?.isEmpty ?? true
            }),
            let name = mentions.first
        else { return false }
        return name.tokens.lowerBound == first + 1 && tokens[name.tokens.lowerBound].isParted
    }

    /// The shares of a ticker where a figure is said of them after its options: "your INTC calls are covered: you hold 200
    /// shares at $32".
    private func ofShares(_ mention: Mention, _ position: Int) -> Target {
        guard !mention.target.contracts.isEmpty, mention.tokens.upperBound < position,
            let shares = tokens[mention.tokens.upperBound..<position].lastIndex(where: {
                ["shares", "stock"].contains($0.word)
            }),
            position - shares <= 8, !(shares..<position).contains(where: { contracts[$0]?.isEmpty == false })
        else { return mention.target }
        return Target(tickers: mention.target.tickers)
    }

    /// Whether two figures "from a to b" belong to two names the other way round: "Dec 145 over Dec 150 trims it from 31% to
    /// 25%".
    private func isTurned(_ left: Mention, _ right: Mention, _ first: Int) -> Bool {
        guard first > 0, tokens[first - 1].word == "from", left.tokens.upperBound <= right.tokens.lowerBound else {
            return false
        }
        return tokens[left.tokens.upperBound..<right.tokens.lowerBound].contains { Self.replacing.contains($0.word) }
    }

    private static let replacing: Set<String> = ["over", "instead", "rather", "than"]

    private func figures(in range: Range<Int>) -> [Int] {
        range.filter { tokens[$0].figure != nil && contracts[$0]?.isEmpty ?? true }
    }

    /// The figures listed with the one at a position: their first and last token, and how many they are.
    private func figureRun(around position: Int) -> (lowerBound: Int, upperBound: Int, count: Int) {
        var (low, high, count) = (position, position, 1)
        func next(from start: Int, _ step: Int) -> Int? {
            var index = start + step
            while tokens.indices.contains(index), abs(index - start) <= 3 {
                if tokens[index].figure != nil { return contracts[index]?.isEmpty ?? true ? index : nil }
                guard WordLists.conjunctions.contains(tokens[index].word) || FigureScan.nouns[tokens[index].word] != nil
                else {
                    return nil
                }
                index += step
            }
            return nil
        }
        while let before = next(from: low, -1) {
            low = before
            count += 1
        }
        while let after = next(from: high, 1) {
            high = after
            count += 1
        }
        return (low, high, count)
    }

    /// The list of names nearest before a run of figures, or directly after it.
    private func mentionList(near low: Int, _ high: Int) -> [Mention]? {
        if let before = mentions.lastIndex(where: { $0.tokens.upperBound <= low }) {
            var list = list(endingAt: before)
            if list.count == 1, before > 0, low > 0, tokens[low - 1].word == "from",
                isTurned(mentions[before - 1], mentions[before], low)
            {
                list = [mentions[before - 1], mentions[before]]
            }
            // "January pays $2.65 more than December ($5.26 vs $2.61)"
            if list.count == 1, before > 0, tokens[low].isParted, low - mentions[before].tokens.upperBound <= 1,
                tokens[mentions[before - 1].tokens.upperBound..<mentions[before].tokens.lowerBound].contains(where: {
                    ["than", "versus", "vs", "against", "over", "what", "as"].contains($0.word)
                })
            {
                return [mentions[before - 1], mentions[before]]
            }
            if list.count == 2, before > 0, mentions[before - 1].tokens.lowerBound == list[0].tokens.lowerBound,
                isTurned(list[0], list[1], low)
            {
                return list
            }
            return list.count > 1 && figures(in: mentions[before].tokens.upperBound..<low).isEmpty ? list : nil
        }
        guard let after = mentions.firstIndex(where: { $0.tokens.lowerBound > high }) else { return nil }
        let list = list(startingAt: after)
        return list.count > 1 ? list : nil
    }

    private func isListed(_ left: Mention, _ right: Mention) -> Bool {
        let between = left.tokens.upperBound..<max(left.tokens.upperBound, right.tokens.lowerBound)
        // "From the December 145 put to the January 145 put"
        var start = left.tokens.lowerBound - 1
        while start >= 0, WordLists.listing.contains(tokens[start].word) { start -= 1 }
        let isWay = start >= 0 && tokens[start].word == "from"
        return between.allSatisfy {
            (isWay && tokens[$0].word == "to") || WordLists.listing.contains(tokens[$0].word)
                || FigureScan.adjectives.contains(tokens[$0].word)
        }
    }

    /// Whether a name beside another only says it more closely: "the Disney puts, the 102.5 strike".
    private func isRefined(_ left: Mention, _ right: Mention) -> Bool {
        let between = left.tokens.upperBound..<max(left.tokens.upperBound, right.tokens.lowerBound)
        guard !right.target.contracts.isEmpty, left.target != right.target,
            Set(right.target.tickers).isSubset(of: left.target.tickers),
            left.target.contracts.isEmpty || Set(right.target.contracts).isSubset(of: left.target.contracts)
        else { return false }
        return !between.contains { ["and", "or"].contains(tokens[$0].word) }
    }

    /// The words of up to some tokens before one, back to the figure before it.
    func words(before position: Int, _ count: Int) -> [String] {
        tokens[max(0, position - count)..<position].reversed().prefix { $0.figure == nil }.map(\.word)
    }

    /// Whether a figure is the first or the second of two that are held against each other: "67.3 vs 67.4", "4.62 / 1.31"; nil where
    /// it is of none.
    private func isFirstOfPair(_ position: Int) -> Bool? {
        func isPair(_ left: Int) -> Bool {
            guard left >= 0, left + 1 < tokens.count, tokens[left].figure != nil else { return false }
            if tokens[left + 1].isNumeral { return tokens[left + 1].parting == "/" }
            return Self.oppositions.contains(tokens[left + 1].word) && left + 2 < tokens.count
                && tokens[left + 2].isNumeral
        }
        if isPair(position) { return true }
        return isPair(position - 1) && tokens[position].isNumeral
            || isPair(position - 2) && !tokens[position - 1].isNumeral
            ? false : nil
    }

    /// The only two names of a sentence, where they are held against each other before a colon or an equals sign behind which a
    /// figure stands: "NVDA reports before JPM: Nov 24 vs Jan 14".
    private func opposedNames(before position: Int) -> [Mention]? {
        guard mentions.count == 2,
            let mark = tokens[...position].firstIndex(where: { [":", "="].contains($0.parting) }),
            mentions[1].tokens.upperBound <= mark
        else { return nil }
        let between = mentions[0].tokens.upperBound..<mentions[1].tokens.upperBound
        let isOpposed = tokens[between].contains {
            ["vs", "versus", "against", "before", "over", "than"].contains($0.word) || $0.parting == "/"
        }
        return isOpposed ? mentions : nil
    }

    /// The two of whom a figure is said to be: "in both Oct and Nov", "for both".
    func bothNamed(behind position: Int) -> [Target] {
        let next = position + 1
        guard next + 1 < tokens.count, ["in", "on", "for", "of"].contains(tokens[next].word), !tokens[next].isParted,
            tokens[next + 1].word == "both",
            let first = mentions.first(where: { $0.tokens.lowerBound == next + 2 })
        else { return [] }
        return listed(from: first).map(\.target)
    }

    /// A name and those listed with it behind it, parted by commas or "and": "DIS, KO and SPY".
    func listed(from first: Mention) -> [Mention] {
        var list = [first]
        for mention in mentions where mention.tokens.lowerBound >= first.tokens.upperBound {
            let between = list[list.count - 1].tokens.upperBound..<mention.tokens.lowerBound
            guard between.allSatisfy({ tokens[$0].word == "and" }), between.count < 2 else { break }
            list.append(mention)
        }
        return list
    }

    private func list(endingAt last: Int) -> [Mention] {
        var first = last
        while first > 0, isListed(mentions[first - 1], mentions[first]),
            !isRefined(mentions[first - 1], mentions[first])
        {
            first -= 1
        }
        return Array(mentions[first...last])
    }

    private func list(startingAt first: Int) -> [Mention] {
        var last = first
        while last + 1 < mentions.count, isListed(mentions[last], mentions[last + 1]),
            !isRefined(mentions[last], mentions[last + 1])
        {
            last += 1
        }
        return Array(mentions[first...last])
    }

    /// The name that follows a figure: `2 NVDA puts`, `0.28 delta on NVDA`.
    private func tiedMention(after position: Int) -> Mention? {
        guard let next = mentions.first(where: { $0.tokens.lowerBound > position }) else { return nil }
        let between = position + 1..<next.tokens.lowerBound
        // "About -0.20, for the December 145 put, and ..."
        let isAside =
            between.count >= 1 && tokens[position + 1].word == "for" && tokens[position + 1].parting == ","
            && (next.tokens.upperBound == tokens.count || tokens[next.tokens.upperBound].isParted)
        guard between.count <= 5, !tokens[next.tokens.lowerBound].isParted,
            between.allSatisfy({
                tokens[$0].figure == nil && (!tokens[$0].isParted || isAside && $0 == position + 1)
            })
        else { return nil }
        if between.isEmpty { return next }
        let words = between.map { tokens[$0].word }
        if words.allSatisfy({ FigureScan.adjectives.contains($0) }) { return next }
        // "35.6% is AAPL"
        if words.count <= 5, words.last == "is" || words.last == "are" { return next }
        // "27.60 below the short call"
        if let first = words.first, ["above", "below", "over", "under"].contains(first), !next.target.contracts.isEmpty,
            words.dropFirst().allSatisfy({ ["the", "your", "a"].contains($0) })
        {
            return next
        }
        // "59% at the 150 strike to 75% at the 140 strike"
        if words == ["at", "the"] || words == ["at"], next.target.contracts.count > 0,
            namedStrikes.contains(next.tokens.lowerBound)
        {
            return next
        }
        // "2.1% to supply, 18.6% to demand"
        if words == ["to"], next.target.owner != nil { return next }
        // "$3.96 by January", "the 28 days that the December rolls add"
        if words == ["by"], FigureScan.months[tokens[next.tokens.lowerBound].word] != nil { return next }
        if words.count <= 4, let that = words.lastIndex(of: "that"), words[(that + 1)...].allSatisfy({ $0 == "the" }) {
            return next
        }
        guard let tie = words.lastIndex(where: { WordLists.ties.contains($0) }) else { return nil }
        let tail = words[(tie + 1)...]
        let head = words[..<tie]
        return tail.allSatisfy({ ["the", "your", "a", "each", "both", "short", "long"].contains($0) })
            && !head.contains(where: { WordLists.partings.contains($0) }) ? next : nil
    }
}
