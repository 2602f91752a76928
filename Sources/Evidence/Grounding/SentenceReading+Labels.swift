/// What a figure's neighbours say it measures, and which way it goes.
extension SentenceReading {
    /// The labels beside a figure, the nearest first: at most one before it and one after it.
    func labels(at position: Int, _ figure: Figure) -> [LabelMention] {
        if let listed = listed(at: position) ?? opposed(at: position) { return [listed] }
        if isHeldAgainst(at: position) { return [] }
        if figure.mayBeAmount, let need = needed(at: position) { return [need] }
        // "The mark sits midway between the bid and the ask, at 181.30": the first is what the sentence is about.
        if position > 1, tokens[position - 1].word == "at", tokens[position - 1].isParted,
            let first = labels.first(where: {
                $0.tokens.upperBound <= position && tokens[$0.tokens.lowerBound].clause == tokens[position].clause
            }), !tokens[first.tokens.upperBound..<position].contains(where: \.isNumeral)
        {
            return [first]
        }
        // "$137.74 for 200 closes"
        if position + 2 < tokens.count, ["for", "over"].contains(tokens[position + 1].word),
            let label = windows[position + 2], let named = labels.first(where: { $0.label == label })
        {
            return [named]
        }
        let measure = figure.measure
        // "On a $186k account"
        if figure.mayBeAmount, position + 1 < tokens.count, !tokens[position + 1].isParted,
            let classes = Self.owned[tokens[position + 1].word]
        {
            return [LabelMention(tokens: position + 1..<position + 2, label: nil, classes: classes)]
        }
        let said = written(at: position)
        if said.isEmpty, let label = continued(at: position, figure) { return [label] }
        let meant = implied(at: position, figure)
        // "Today's ugliest mark was the MSFT call, off 165" is a change.
        let isChange =
            position > 0 && tokens[position - 1].isParted && WordLists.changes.contains(tokens[position - 1].word)
        let beside = isChange ? meant + said : said + meant
        if !beside.isEmpty { return beside }
        if figure.mayBeAmount, let verb = verbal(at: position) { return [verb] }
        if figure.isDate { return dated(at: position) }
        let sole = sole(at: position, measure)
        return sole.isEmpty ? headed(at: position) : sole
    }

    /// The label of the first of those that follow one another: "NVDA ties up the most buying power at $33,000, followed by JPM at
    /// $27,000".
    private func continued(at position: Int, _ figure: Figure) -> LabelMention? {
        guard position > 1, ["at", "with"].contains(tokens[position - 1].word), figure.measure == .dollars,
            let name = mentions.last(where: { $0.tokens.upperBound == position - 1 }),
            let follow = tokens[..<name.tokens.lowerBound].lastIndex(where: { $0.word == "followed" }),
            tokens[follow].clause == tokens[position].clause,
            let first = tokens[..<follow].lastIndex(where: { $0.isNumeral && $0.clause == tokens[position].clause }),
            case .quantity(let quantity)? = values[first]?.first, quantity.measure == .dollars
        else { return nil }
        return written(at: first).first
    }

    /// Words that an amount directly before them is of.
    private static let owned: [String: LabelClasses] = [
        "account": .netLiquidation, "stock": [.underlyingPrice, .price],
    ]

    /// The one date that the words of a clause speak of: "expires this week: the AMD put, on Friday".
    private func dated(at position: Int) -> [LabelMention] {
        let dates: LabelClasses = [.expiration, .exDate, .earnings, .opened]
        // "Open for 39 days, counted from 12 October"
        if position > 0, ["from", "since"].contains(tokens[position - 1].word),
            clause(of: position, hasAnyOf: ["open", "opened", "held"])
        {
            return [LabelMention(tokens: position..<position + 1, label: nil, classes: .opened)]
        }
        let here = labels.filter {
            $0.tokens.upperBound <= position && tokens[$0.tokens.lowerBound].clause == tokens[position].clause
                && !$0.classes.isDisjoint(with: dates)
        }
        return Set(here.map(\.classes.rawValue)).count == 1 ? Array(here.prefix(1)) : []
    }

    /// In "cash and collateral are $5 and $6" each figure has the label of its place.
    private func listed(at position: Int) -> LabelMention? {
        var (low, high) = (position, position)
        while let before = joined(low, -1) ?? paired(low, -1) { low = before }
        while let after = joined(high, 1) ?? paired(high, 1) { high = after }
        let run = (low...high).filter { tokens[$0].figure != nil }
        guard run.count > 1, let rank = run.firstIndex(of: position) else { return nil }
        let before = labels.filter {
            $0.tokens.upperBound <= low && tokens[$0.tokens.lowerBound].clause == tokens[low].clause
        }
        guard before.count == run.count, let first = before.first?.tokens.lowerBound,
            !(first..<low).contains(where: { tokens[$0].isNumeral })
        else { return nil }
        return before[rank]
    }

    /// The other of two quotes, with nothing but a sign or "by" between: "181.29 x 181.31".
    private func paired(_ start: Int, _ step: Int) -> Int? {
        var other = start + step
        if tokens.indices.contains(other), ["x", "by"].contains(tokens[other].word) { other += step }
        guard tokens.indices.contains(other), tokens[other].isNumeral else { return nil }
        let later = tokens[max(start, other)]
        return later.parting == nil || later.parting == "\u{D7}" ? other : nil
    }

    /// In "the close is $9.33 above the average ($184.05 vs. $174.72)" the first is the close, the second the average.
    private func opposed(at position: Int) -> LabelMention? {
        func isOpposition(_ index: Int) -> Bool {
            tokens.indices.contains(index) && Self.oppositions.contains(tokens[index].word)
        }
        let isFirst = isOpposition(position + 1) && position + 2 < tokens.count && tokens[position + 2].isNumeral
        let isSecond = isOpposition(position - 1) && position > 1 && tokens[position - 2].isNumeral
        guard isFirst != isSecond else { return nil }
        let low = isFirst ? position : position - 2
        guard tokens[low].isParted, low > 0 else { return nil }
        let before = labels.filter {
            $0.tokens.upperBound <= low && tokens[$0.tokens.lowerBound].clause == tokens[low].clause
        }
        guard let first = before.first, let last = before.last,
            first.classes != last.classes || first.label != last.label,
            tokens[first.tokens.upperBound..<last.tokens.lowerBound].contains(where: {
                WordLists.comparisons.contains($0.word) || $0.word == "than"
            })
        else { return nil }
        return isFirst ? first : last
    }

    /// The next figure in a direction with nothing but a conjunction between.
    private func joined(_ start: Int, _ step: Int) -> Int? {
        let middle = start + step
        if tokens.indices.contains(middle), tokens[middle].isNumeral, !tokens[max(start, middle)].isParted {
            return middle
        }
        guard tokens.indices.contains(middle + step), WordLists.conjunctions.contains(tokens[middle].word),
            tokens[middle + step].isNumeral, !labels.contains(where: { $0.tokens.contains(middle) })
        else { return nil }
        return middle + step
    }

    /// The one label of a clause that has one figure, wherever it stands: "delta, which the model puts at 0.28".
    private func sole(at position: Int, _ measure: Figure.Quantity.Measure?) -> [LabelMention] {
        // "83.28 less 81.60" beside the one label of a sentence that names nobody.
        // "The highest score goes to the AMD 145 put, about 83"
        let part = part(of: position)
        let isTrailing =
            measure == .bare && tokens[part.lowerBound].isParted && part.upperBound == tokens.count
            && part.allSatisfy { $0 == position || ["about", "at", "roughly", "around"].contains(tokens[$0].word) }
        let isPlain = measure == .bare && mentions.isEmpty || isTrailing
        guard measure == .dollars || measure == .fraction || isPlain else { return [] }
        let clause = tokens[position].clause
        func isHere(_ index: Int) -> Bool { tokens[index].clause == clause }
        let figures = tokens.indices.filter { isHere($0) && tokens[$0].figure != nil && contracts[$0]?.isEmpty ?? true }
        let here = labels.filter { isHere($0.tokens.lowerBound) && !isOfAnother($0, at: position) }
        guard figures.count == 1 || (isPlain && figures.count > 2), here.count == 1 else { return [] }
        let next = position + 1
        if next < tokens.count, WordLists.comparisons.contains(tokens[next].word) { return [] }
        // "At $160.85 AMD is just above the strike": the strike is what it is held against.
        let isBound = tokens[max(0, here[0].tokens.lowerBound - 2)..<here[0].tokens.lowerBound].contains {
            Self.bounds.contains($0.word)
        }
        return isBound && here[0].tokens.lowerBound > position ? [] : here
    }

    /// The label before the colon of a list, which all items of it have: "Assignment odds: KO 93.5, AMD 44.4".
    private func headed(at position: Int) -> [LabelMention] {
        let clause = tokens[position].clause
        guard let colon = tokens[..<position].lastIndex(where: { $0.parting == ":" && $0.clause == clause }), colon > 0,
            let own = mentions.last(where: { $0.tokens.upperBound <= position }), own.tokens.lowerBound >= colon,
            let label = labels.last(where: { $0.tokens.upperBound <= colon && colon - $0.tokens.upperBound <= 2 }),
            tokens[label.tokens.lowerBound].clause == clause,
            !labels.contains(where: { $0.tokens.lowerBound >= colon && $0.tokens.lowerBound != position })
        else { return [] }
        return [label]
    }

    /// What a figure must be where no label is written: "down $50" is a change, "NVDA at $171" a price.
    private func implied(at position: Int, _ figure: Figure) -> [LabelMention] {
        guard let measure = figure.measure, [.dollars, .fraction, .bare].contains(measure) else { return [] }
        let here = position..<position + 1
        for index in [position - 1, position - 2] where index >= 0 && tokens[index].kind == .word {
            guard WordLists.changes.contains(tokens[index].word), direction(ofWord: index) != nil else { continue }
            // "Down $903.08 on premium"
            let next = position + 1
            if next + 1 < tokens.count, ["on", "in", "of"].contains(tokens[next].word),
                let label = labels.first(where: { $0.tokens.lowerBound == next + 1 && !$0.classes.isEmpty })
            {
                return [label]
            }
            let isToday = isOfToday(position)
            return (isToday ? [LabelClasses.dayChange, .signed] : [.signed]).map {
                LabelMention(tokens: here, label: nil, classes: $0)
            }
        }
        // "200 sh from 32"
        if position > 1, tokens[position - 1].word == "from", !figure.isNegative, measure != .fraction,
            ["share", "shares", "sh", "shs", "bought", "long", "own", "owned"].contains(tokens[position - 2].word)
        {
            return [LabelMention(tokens: here, label: nil, classes: .cost)]
        }
        // No price is below zero.
        guard figure.hasCents, !figure.isNegative, position >= 2, tokens[position - 1].word == "at",
            !tokens[position - 1].isParted
        else {
            return []
        }
        if clause(of: position, hasAnyOf: ["assigned", "exercised", "called"])
            || part(of: position, hasAnyOf: ["assignment", "exercise"])
                && !part(of: position, hasAnyOf: ["probability", "odds", "chance"])
        {
            return [LabelMention(tokens: here, label: nil, classes: .strike)]
        }
        var end = position - 1
        while end > 0, Self.standing.contains(tokens[end - 1].word) { end -= 1 }
        guard let named = mentions.last(where: { $0.tokens.upperBound == end }) else { return [] }
        var classes: [LabelClasses] =
            named.target.contracts.isEmpty ? [.underlyingPrice, .mark, .price] : [.market, .price]
        if clause(of: position, hasAnyOf: Self.holding) {
            classes = [classes.reduce(into: [.cost]) { $0.formUnion($1) }]
        }
        return classes.map { LabelMention(tokens: here, label: nil, classes: $0) }
    }

    /// Whether "today" is said of a figure, and not of one before it: "lost $110 today and are down $180".
    func isOfToday(_ position: Int) -> Bool {
        let words: Set<String> = ["today", "day", "daily", "session"]
        let part = part(of: position)
        let after = tokens[(position + 1)..<part.upperBound].prefix { !$0.isNumeral }
        let before = tokens[part.lowerBound..<position].reversed().prefix {
            !$0.isNumeral && !["and", "but"].contains($0.word)
        }
        return (Array(after) + Array(before)).contains { words.contains($0.word) }
    }

    private static let holding: Set<String> = [
        "short", "sold", "bought", "opened", "entered", "wrote", "long", "own", "owned", "hold", "holding",
    ]

    /// What the verb before an amount says it is: "you collected $555", "booked $321.92".
    private func verbal(at position: Int) -> LabelMention? {
        for index in [position - 1, position - 2] where index >= 0 && tokens[index].kind == .word {
            let word = tokens[index].word
            guard let classes = Self.verbs[word], index == position - 1 || Self.between.contains(tokens[index + 1].word)
            else { continue }
            let isAssigned = clause(
                of: position,
                hasAnyOf: [
                    "assignment", "assigned", "exercise", "exercised", "called", "deliver",
                ]
            )
            let meant: LabelClasses = isAssigned ? [.strike, .cashIfAssigned] : classes
            return LabelMention(tokens: position..<position + 1, label: nil, classes: meant)
        }
        return nil
    }

    private static let between: Set<String> = ["a", "the", "just", "only", "about", "in", "another", "roughly", "you"]

    private static let verbs: [String: LabelClasses] = {
        let taken: LabelClasses = [.premium, .cost, .dividend, .interest, .opening]
        return ["collect": taken, "collected": taken, "booked": .realised, "realised": .realised]
    }()

    private static let standing: Set<String> = [
        "trades", "trading", "traded", "is", "now", "stands", "currently", "was", "still", "today", "sits",
    ]

    private func written(at position: Int) -> [LabelMention] {
        let before = labelBefore(position)
        // "All $1.82 is time value"
        if before?.distance ?? 9 > 1, let named = predicate(of: position) { return [named] }
        let after = labelAfter(position)
        guard let before else { return after.map { [$0.mention] } ?? [] }
        guard let after else {
            // "a 93.5% chance of assignment and a 68.9% one of another kind": the label has its figure.
            return isTaken(before.mention, by: position) ? [] : [before.mention]
        }
        // "Historical volatility runs at 42% annualised"
        if tokens[after.mention.tokens.lowerBound].word == "annualised", after.mention.tokens.count == 1,
            after.distance == 0
        {
            return [before.mention, after.mention]
        }
        if isTaken(before.mention, by: position), after.distance <= 3 { return [after.mention] }
        // In "$5 in premium, $6 in dividends" the comma parts a figure from the label before it.
        if tokens[position].isParted, after.distance <= 2, before.mention.tokens.upperBound == position {
            return [after.mention, before.mention]
        }
        // In "delta 0.28 theta -0.05" both are as near; the sentence's first pair says which comes first.
        if before.distance == after.distance ? isLabelFirst : before.distance < after.distance {
            return [before.mention, after.mention]
        }
        return [after.mention, before.mention]
    }

    /// The label a figure is said to be: "$1.82 is time value".
    private func predicate(of position: Int) -> LabelMention? {
        var index = position + 1
        guard index < tokens.count, ["is", "are", "was", "were"].contains(tokens[index].word), !tokens[index].isParted
        else {
            return nil
        }
        index += 1
        while index < tokens.count, ["the", "your", "its", "all", "in"].contains(tokens[index].word) { index += 1 }
        return labels.first { $0.tokens.lowerBound == index }
    }

    /// Whether a label before a figure belongs to a figure before it, with "and" or a comma between the two.
    private func isTaken(_ label: LabelMention, by position: Int) -> Bool {
        let between = label.tokens.upperBound..<position
        // "0.22 bid on $3,000"
        let low = label.tokens.lowerBound
        if low > 0, tokens[low - 1].isNumeral, contracts[low - 1]?.isEmpty ?? true, !namedStrikes.contains(low - 1),
            !tokens[low].isParted, between.contains(where: { ["on", "against"].contains(tokens[$0].word) })
        {
            return true
        }
        guard
            between.contains(where: { ["and", "while", "but"].contains(tokens[$0].word) || tokens[$0].isParted })
                || tokens[position].isParted
        else { return false }
        var index = label.tokens.lowerBound - 1
        while index >= 0, label.tokens.lowerBound - index <= 4, !tokens[index + 1].isParted {
            if tokens[index].figure != nil {
                return namedStrikes.contains(index) || (contracts[index]?.isEmpty ?? true)
            }
            guard Self.offices.contains(tokens[index].word) else { return false }
            index -= 1
        }
        return false
    }

    private static let offices: Set<String> = [
        "of", "in", "chance", "being", "a", "the", "as", "for", "probability", "to", "is", "are", "was", "were",
    ]

    private var isLabelFirst: Bool {
        guard let label = labels.first, let figure = tokens.firstIndex(where: { $0.figure != nil }) else { return true }
        return label.tokens.lowerBound < figure
    }

    private func labelBefore(_ position: Int) -> (mention: LabelMention, distance: Int)? {
        var index = position - 1
        var distance = 0
        while index >= 0, distance <= 9 {
            if let mention = labels.last(where: { $0.tokens.upperBound == index + 1 }) {
                // "The 29 strike 73.5": the word names whose value it is.
                let low = mention.tokens.lowerBound
                if mention.classes == .strike, mention.label == nil || mention.tokens.count == 1, low > 0,
                    namedStrikes.contains(low - 1) || contracts[low - 1]?.isEmpty == false, distance == 0
                {
                    distance += 1
                    index = low - 1
                    continue
                }
                let clause = tokens[mention.tokens.lowerBound].clause
                if clause != tokens[position].clause, tokens.contains(where: { $0.isNumeral && $0.clause == clause }) {
                    return nil
                }
                let next = position + 1
                if next < tokens.count, !tokens[next].isParted, WordLists.comparisons.contains(tokens[next].word),
                    !labels.contains(where: { $0.tokens.lowerBound == next }), !isSubtraction(at: next)
                {
                    return nil
                }
                return isOfAnother(mention, at: position) ? nil : (mention, distance)
            }
            if let own = mentions.last(where: { $0.tokens.contains(index) }) {
                // Whom a value is of may stand between its label and itself.
                distance += 1
                index = own.tokens.lowerBound - 1
                continue
            }
            if dateTokens.contains(index), !dateTokens.contains(position) {
                // "Net premium through Nov 18 is": the date and the word before it say when.
                if index > 0, Self.since.contains(tokens[index - 1].word) {
                    distance += 1
                    index -= 1
                }
            } else if tokens[index].figure != nil {
                guard isJoined(index, position) else { return nil }
            } else if Self.operators.contains(tokens[index].word)
                || !WordLists.links.contains(tokens[index].word) && WordLists.directions[tokens[index].word] == nil
            {
                return nil
            }
            distance += 1
            index -= 1
        }
        return nil
    }

    /// Whether a label before a figure is of the figure between the two: "mark 72.00, +$564.96" is no mark, and of "mark $181.30 =
    /// 184.05 - 2.75" only the first is.
    private func isOfAnother(_ label: LabelMention, at position: Int) -> Bool {
        guard label.tokens.upperBound <= position else { return false }
        let hasOwn = (label.tokens.upperBound..<position).contains {
            tokens[$0].isNumeral && contracts[$0]?.isEmpty ?? true && !dateTokens.contains($0)
                && !namedStrikes.contains($0)
        }
        guard hasOwn else { return false }
        // "BE = 140.00 - 0.95 = 139.05" names what comes of it.
        if tokens[position].parting == "=" { return tokens[label.tokens.upperBound].parting != "=" }
        guard tokens[position].isParted, case .quantity(let quantity)? = values[position]?.first else { return false }
        let isSigned =
            [.plus, .minus].contains(quantity.sign)
            || quantity.sign == .bracketed && tokens[position].parting == ","
        return isSigned && !label.classes.isEmpty
            && Self.unsigned.isSuperset(of: label.classes)
    }

    /// What is never written with a sign.
    private static let unsigned: LabelClasses = [
        .price, .mark, .bid, .ask, .underlyingPrice, .strike, .breakEven, .daysToExpiration, .expiration,
    ]

    /// Whether a word takes what stands behind it off what stands before it: "160.85 less strike 160.00".
    private func isSubtraction(at position: Int) -> Bool {
        guard ["less", "minus", "plus"].contains(tokens[position].word) else { return false }
        let after = tokens[(position + 1)...].prefix(4)
        guard let numeral = after.firstIndex(where: \.isNumeral) else { return false }
        return tokens[(position + 1)...numeral].allSatisfy { !$0.isParted }
            && (position + 1..<numeral).allSatisfy { place in
                ["the", "your", "its"].contains(tokens[place].word)
                    || labels.contains { $0.tokens.contains(place) }
            }
    }

    /// Words between two amounts of which each is its own: "the strike less the $5.55".
    private static let operators: Set<String> = ["less", "minus", "plus", "x", "times"]

    private static let since: Set<String> = ["through", "on", "since", "from", "as", "of", "by", "until", "in", "for"]

    /// Whether only conjunctions stand between an earlier figure and a later one.
    private func isJoined(_ first: Int, _ second: Int) -> Bool {
        (first + 1..<second).allSatisfy {
            tokens[$0].figure != nil
                || (WordLists.conjunctions.contains(tokens[$0].word) && !Self.oppositions.contains(tokens[$0].word))
        } && tokens[first].clause == tokens[second].clause && second - first <= 4
    }

    private func labelAfter(_ position: Int) -> (mention: LabelMention, distance: Int)? {
        var index = position + 1
        var distance = 0
        // In "$4.80 above the strike" the strike is what it is measured from.
        if index < tokens.count, !tokens[index].isParted, Self.bounds.contains(tokens[index].word) { return nil }
        // "At $5, the delta of NVDA" names its figure behind the comma.
        let isFronted =
            position <= 2 && ["at", "with"].contains(tokens[0].word) && index < tokens.count && tokens[index].isParted
        while index < tokens.count, distance <= 3 {
            guard !tokens[index].isParted || (isFronted && distance == 0) else { return nil }
            if let mention = labels.first(where: { $0.tokens.lowerBound == index }) {
                // "bid=181.29 ask=181.31": what stands before the sign is of what stands behind it.
                let end = mention.tokens.upperBound
                let isOfNext =
                    end < tokens.count && tokens[end].isNumeral
                    && (tokens[end].parting == ":"
                        || tokens[end].parting == "="
                            && tokens[end].span.lowerBound == tokens[end - 1].span.upperBound + 1)
                return isOfNext ? nil : (mention, distance)
            }
            // "31 a day in theta"
            if ["a", "per", "each"].contains(tokens[index].word), index + 1 < tokens.count,
                ["day", "share", "contract", "month"].contains(tokens[index + 1].word)
            {
                index += 2
                distance += 1
                continue
            }
            if let next = tokens[index].figure {
                guard next >= 0, isJoined(position, index) else { return nil }
            } else if WordLists.partings.contains(tokens[index].word) && !isRange(index)
                || index == position + 1 && isSubtraction(at: index)
                || ["less", "minus", "plus"].contains(tokens[index].word) && index == position + 1
                    && index + 1 < tokens.count && ["the", "your", "its"].contains(tokens[index + 1].word)
            {
                return nil
            }
            distance += 1
            index += 1
        }
        return nil
    }

    private func isRange(_ index: Int) -> Bool {
        WordLists.conjunctions.contains(tokens[index].word) && index + 1 < tokens.count
            && tokens[index + 1].figure != nil && windows[index + 1] == nil
            && tokens[index - 1].figure != nil
    }

    /// Which way the nearest word says a figure goes; nil where none does.
    func direction(at position: Int) -> Direction? {
        var nearest: (direction: Direction, distance: Int)?
        let clause = tokens[position].clause
        var index = position - 1
        while index >= 0, position - index <= 6,
            tokens[index].figure == nil || isJoined(index, position)
                // "A buyback at 4.85 runs $970"
                || index > 0 && ["at", "for"].contains(tokens[index - 1].word) && !tokens[index + 1].isParted,
            tokens[index].clause == clause
        {
            if let direction = direction(ofWord: index) {
                nearest = (direction, position - index - 1)
                break
            }
            index -= 1
        }
        index = position + 1
        while index < tokens.count, index - position <= 4, tokens[index].figure == nil, !tokens[index].isParted,
            index - position < 4 || tokens[position + 1].word == "of"
        {
            if let direction = direction(ofWord: index), index - position - 1 < nearest?.distance ?? .max {
                return direction
            }
            index += 1
        }
        if nearest == nil, position + 1 < tokens.count, ["below", "lower"].contains(tokens[position + 1].word) {
            return .loss
        }
        if nearest == nil, let other = directed(before: position) { return direction(at: other) }
        return nearest?.direction
    }

    /// The figure whose way another shares: "and $60 of that came today", "another $60".
    private func directed(before position: Int) -> Int? {
        let next = position + 1
        let isPart =
            next + 1 < tokens.count && tokens[next].word == "of"
            && ["that", "it", "which", "this"].contains(tokens[next + 1].word)
        guard isPart || (position > 0 && tokens[position - 1].word == "another") else { return nil }
        return tokens[..<position].lastIndex { $0.isNumeral && $0.clause == tokens[position].clause }
    }

    private static let spending: Set<String> = [
        "against", "costs", "costing", "cost", "pay", "pays", "paid", "owe", "owes",
    ]

    /// Whether words before a figure in its clause say that something is lost, paid or owed, and none that it is gained.
    func clauseTellsOfNoGain(before position: Int) -> Bool {
        let colon = tokens[...position].lastIndex { $0.parting == ":" } ?? 0
        let words = (colon..<position).filter { tokens[$0].clause == tokens[position].clause }
        let said = words.compactMap { direction(ofWord: $0) }
        // "Both lost ground: the AMD put by $37": what stands before the colon is said of all behind it.
        let isSilent = said.isEmpty && colon > 0 && tokens[position - 1].word == "by"
        let head = isSilent ? (0..<colon).compactMap { direction(ofWord: $0) } : []
        let isLost =
            said.contains(.loss) || head.contains(.loss) || words.contains { Self.spending.contains(tokens[$0].word) }
        return isLost && !said.contains(.gain) && !head.contains(.gain)
    }

    private func direction(ofWord index: Int) -> Direction? {
        // "You're out $600"
        if tokens[index].word == "out", index > 0, index + 1 < tokens.count, tokens[index + 1].figure != nil {
            return ["re", "are", "you", "i", "m"].contains(tokens[index - 1].word) ? .loss : nil
        }
        guard let direction = WordLists.directions[tokens[index].word] else { return nil }
        // "$88 against you", "$152 in your favour"
        if tokens[index].word == "against" {
            let next = index + 1 < tokens.count ? tokens[index + 1].word : ""
            if ["you", "us", "me"].contains(next) { return .loss }
        }
        // "Off 165", not "off the board"
        if tokens[index].word == "off" {
            let next = index + 1
            return next < tokens.count && (tokens[next].figure != nil || ["about", "by"].contains(tokens[next].word))
                ? direction : nil
        }
        // "fell to $50" states where it came to, not by how much.
        if index + 1 < tokens.count, ["to", "from"].contains(tokens[index + 1].word) { return nil }
        // "Left to earn" is what it would cost.
        if index > 1, tokens[index - 1].word == "to",
            ["left", "still", "remains", "remaining"].contains(tokens[index - 2].word)
        {
            return .outward
        }
        // "tie up", "make up", "up to" say nothing of gains.
        if tokens[index].word == "up", index > 0, Self.phrasal.contains(tokens[index - 1].word) { return nil }
        return direction
    }

    /// Between figures of which each has a label of its own.
    static let oppositions: Set<String> = ["versus", "vs", "against"]

    private static let bounds: Set<String> = ["above", "below", "under", "over", "away", "beyond"]

    private static let phrasal: Set<String> = [
        "tie", "ties", "tied", "tying", "make", "makes", "made", "making", "set", "add", "adds", "end", "ends", "take",
        "takes",
        "soak", "soaks", "chew", "chews", "pick", "picks", "picked", "adding", "ending", "wrap", "wraps", "opens",
        "comes",
        "came", "coming", "gives", "giving", "buys", "eat", "eats", "free", "frees", "use", "uses", "lock", "locks",
        "back", "sum", "sums", "put", "puts", "hold",
        "holds",
    ]

    /// The tokens around one that no punctuation parts from it.
    func part(of position: Int) -> Range<Int> {
        var (low, high) = (position, position + 1)
        while low > 0, !tokens[low].isParted, tokens[low - 1].clause == tokens[position].clause { low -= 1 }
        while high < tokens.count, !tokens[high].isParted, tokens[high].clause == tokens[position].clause { high += 1 }
        return low..<high
    }

    /// Whether the part of a figure has one of some words.
    func part(of position: Int, hasAnyOf words: Set<String>) -> Bool {
        tokens[part(of: position)].contains { words.contains($0.word) }
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

extension Figure {
    /// Whether it is written with a minus.
    var isNegative: Bool {
        guard case .value(let readings) = kind, case .quantity(let quantity) = readings.first else { return false }
        return quantity.sign == .minus
    }

    /// Whether it is first of all a date.
    var isDate: Bool {
        guard case .value(let readings) = kind, case .date = readings.first else { return false }
        return true
    }
}
