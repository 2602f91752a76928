import Foundation

/// Reads comparisons of two: "the AMD put is more likely to be assigned than the KO calls", "fees outweigh the dividends",
/// "the extrinsic value is larger than the dividend".
extension ClaimReader {
    /// What is compared: a value that somebody has, or one that is written.
    private struct Operand {
        var target: Target?
        var isOfShares = false
        var label: LabelMention?
        /// A number that is written for it.
        var written: Figure.Quantity?
        /// The token behind it.
        var end: Int
    }

    /// A word that compares, and where what it compares with begins.
    private struct Comparator {
        var degree: Degree
        var tokens: Range<Int>
        var object: Int
        /// Whether both may be named behind it: "higher for JPM than for NVDA".
        var allowsInner = false
    }

    /// Whether the comparison at a position is right; nil where nothing is compared there or it cannot be told.
    func comparison(at position: Int, inherited: [Target]) -> Outcome? {
        guard let comparator = comparator(at: position), let isDenied = isDenied(comparator) else { return nil }
        if let isRight = overall(comparator, inherited) {
            return Outcome(
                isRight: isRight != isDenied,
                rows: [],
                tokens: comparator.tokens,
                extent: comparator.tokens
            )
        }
        guard let object = object(comparator) else { return nil }
        guard let subject = subject(comparator, object, inherited) else { return nil }
        guard let result = compare(subject, object, comparator, inherited) else { return nil }
        return Outcome(isRight: result != isDenied, rows: [], tokens: comparator.tokens, extent: comparator.tokens)
    }

    /// Whether what is said to have risen or fallen from one of two to the other did: "interest rose from July to August", "the
    /// stock fell from $184.05 to $181.30".
    func change(at position: Int) -> Outcome? {
        let isRise = Self.rising.contains(word(position))
        guard isRise || Self.falling.contains(word(position)), word(position + 1) == "from", isClaimed(at: position),
            !tokens[reading.part(of: position)].contains(where: { Self.denying.contains($0.word) })
        else { return nil }
        let isRight: Bool
        if let start = number(at: position + 2), word(position + 3) == "to", let end = number(at: position + 4) {
            guard start.measure == end.measure, start.value != end.value, start.sign == .none, end.sign == .none,
                !reading.labels.contains(where: { outcome($0) == .loss })
            else { return nil }
            isRight = (end.value > start.value) == isRise
        } else {
            guard let label = reading.labels.last(where: { $0.tokens.upperBound <= position }), outcome(label) != .loss,
                let from = reading.mentions.first(where: { $0.tokens.lowerBound == position + 2 }),
                word(from.tokens.upperBound) == "to",
                let to = reading.mentions.first(where: { $0.tokens.lowerBound == from.tokens.upperBound + 1 }),
                !from.target.isUnknown, !to.target.isUnknown,
                let isOrdered = isOrdered(
                    (to.target, false),
                    (from.target, false),
                    by: .labels(numbers(of: label)),
                    Degree(isMore: isRise, isValued: true),
                    isOfLoss: false,
                    at: position
                )
            else { return nil }
            isRight = isOrdered
        }
        return Outcome(
            isRight: isRight,
            rows: [],
            tokens: position..<position + 1,
            extent: position..<position + 1
        )
    }

    private static let rising: Set<String> = [
        "rose", "rises", "risen", "climbed", "grew", "increased", "gained", "jumped",
    ]

    private static let falling: Set<String> = [
        "fell", "falls", "fallen", "dropped", "declined", "decreased", "slipped", "slid", "shrank",
    ]

    // MARK: - Words that compare

    private func comparator(at position: Int) -> Comparator? {
        if var degree = comparative(at: position) {
            guard let than = than(after: position), !isDifference(before: position) else { return nil }
            if degree.measure == nil { degree = ofVerb(before: position, degree) }
            return Comparator(
                degree: degree,
                tokens: position..<position + degree.length,
                object: than + 1,
                allowsInner: than > position + degree.length
            )
        }
        if let degree = verb(at: position) {
            return Comparator(degree: degree, tokens: position..<position + 1, object: position + 1)
        }
        guard let (isMore, length) = preposition(at: position), !isDifference(before: position) else { return nil }
        var before = position - 1
        while before >= 0, Self.degrees.contains(word(before)) { before -= 1 }
        guard before >= 0 else { return nil }
        var degree = Degree(isMore: isMore)
        if ["before", "after"].contains(word(position)) {
            guard
                !tokens[max(0, position - 3)..<position].contains(where: {
                    ["day", "days", "week", "weeks", "session", "sessions", "month", "months"].contains($0.word)
                })
            else { return nil }
            degree.measure = dayMeant(position)
            return Comparator(degree: degree, tokens: position..<position + 1, object: position + 1)
        }
        switch word(before) {
        case "scores", "score", "scored": degree.measure = named("score")
        case "pays", "pay", "yields", "bids": degree = ofVerb(before: before + 1, degree)
        case "weighs", "weigh": degree.measure = measure(.weight)
        case "is", "was", "are", "were", "sits", "stands", "lies", "runs", "remains", "trades", "closed", "trading",
            "running", "sitting", "gone", "traded":
            break
        default:
            // "Last print above the ask"
            guard reading.labels.contains(where: { $0.tokens.upperBound == before + 1 }) else { return nil }
        }
        return Comparator(degree: degree, tokens: position..<position + length, object: position + length)
    }

    private func preposition(at position: Int) -> (isMore: Bool, length: Int)? {
        switch word(position) {
        case "above", "over", "past", "beyond": (true, 1)
        case "below", "under", "beneath": (false, 1)
        case "ahead" where word(position + 1) == "of": (true, 2)
        case "behind": (false, 1)
        case "before" where dayMeant(position) != nil: (false, 1)
        case "after" where dayMeant(position) != nil: (true, 1)
        default: nil
        }
    }

    /// "Exceeds", "trails": a verb that compares by itself.
    private func verb(at position: Int) -> Degree? {
        switch word(position) {
        case "exceeds", "exceed", "exceeded", "outweighs", "outweigh", "outweighed", "tops", "topped", "surpasses",
            "surpassed", "outstrips", "dwarfs":
            Degree(isMore: true)
        case "trails", "trailed", "lags": Degree(isMore: false)
        case "outscores": Degree(isMore: true, measure: named("score"))
        case "outlasts": Degree(isMore: true, measure: .day(.expiration))
        case "beats", "beat": Degree(isMore: true, isValued: true)
        default: nil
        }
    }

    /// What a verb before "more" measures by: "pays more than", "lost less than".
    private func ofVerb(before position: Int, _ degree: Degree) -> Degree {
        var degree = degree
        var before = position - 1
        while before >= 0, Self.degrees.contains(word(before)) { before -= 1 }
        switch word(before) {
        case "lost", "lose", "loses", "losing":
            degree.measure = isOfDay(position) ? measure(.dayChange) : measure([.unrealised, .realised])
            degree.isOfLoss = true
        case "gained", "gain", "gains", "made":
            degree.measure = isOfDay(position) ? measure(.dayChange) : measure([.unrealised, .realised])
            degree.isOfGain = true
        case "pays", "pay", "brings", "collects", "yields", "paid": degree.measure = measure([.premium, .bid])
        case "bids", "bid": degree.measure = measure(.bid)
        case "weighs", "weigh": degree.measure = measure(.weight)
        case "decays", "decay": degree.measure = measure(.theta)
        case "costs", "cost": degree.measure = measure([.mark, .ask, .closing])
        case "returns": degree.measure = measure(.rateOfReturn)
        case "requires", "needs": degree.measure = measure(.requirement)
        case "scores", "scored": degree.measure = named("score")
        default: break
        }
        return degree
    }

    func isOfDay(_ position: Int) -> Bool {
        let words = tokens.filter { $0.clause == tokens[position].clause }.map(\.word)
        return words.contains("today")
            || zip(words, words.dropFirst()).contains { ["the", "this"].contains($0.0) && $0.1 == "day" }
    }

    private func than(after position: Int) -> Int? {
        let clause = tokens[position].clause
        let end = min(tokens.count, position + 16)
        return (position + 1..<max(end, position + 1)).first { place in
            tokens[place].clause == clause && word(place) == "than"
        }
    }

    /// Whether a word says by how much: "$79.84 more than", "3 points above".
    private func isDifference(before position: Int) -> Bool {
        if word(position - 1) == "by" { return true }
        var before = position - 1
        while before >= 0, !tokens[before + 1].isParted,
            [
                "points", "point", "percent", "dollars", "cents", "days", "day", "weeks", "shares", "times", "a",
                "share",
                "higher", "lower", "pts", "half", "twice", "double",
            ].contains(word(before))
        {
            if ["times", "twice", "double", "half"].contains(word(before)) { return true }
            before -= 1
        }
        guard before >= 0, !tokens[before + 1].isParted else { return false }
        guard tokens[before].figure != nil, reading.values[before] != nil else { return false }
        return !reading.mentions.contains { $0.tokens.contains(before) }
            && (reading.contracts[before]?.isEmpty ?? true)
    }

    /// Whether what a comparison says is denied; nil where it is only supposed.
    private func isDenied(_ comparator: Comparator) -> Bool? {
        let part = reading.part(of: comparator.tokens.lowerBound)
        let words = tokens[part.lowerBound..<comparator.tokens.lowerBound].map(\.word)
        guard !(part.lowerBound..<comparator.tokens.lowerBound).contains(where: isSupposing),
            !tokens.contains(where: { ["if", "unless", "whether", "until"].contains($0.word) })
        else { return nil }
        let denials = words.indices.filter { Self.denying.contains(words[$0]) }
        guard let last = denials.last else { return false }
        guard denials.count == 1, words.count - last <= 3, !["only", "just"].contains(words.dropFirst(last + 1).first)
        else { return nil }
        // "No put has a higher bid than" ranks.
        return ["not", "isn", "aren", "doesn", "don", "wasn", "no"].contains(words[last])
            && (words[last] != "no" || last == words.count - 1) ? true : nil
    }

    private static let denying: Set<String> = [
        "not", "no", "isn", "aren", "doesn", "don", "wasn", "never", "hardly", "neither", "none", "nothing", "without",
        "nor", "nobody",
    ]

    private static let degrees: Set<String> = [
        "well", "far", "just", "slightly", "only", "comfortably", "already", "still", "now", "much", "barely", "a",
        "bit", "little", "touch", "hair", "clearly", "also", "currently", "somewhat", "considerably", "even", "way",
        "right", "marginally", "narrowly", "the",
    ]

    // MARK: - What is compared

    /// What stands behind the word that compares.
    private func object(_ comparator: Comparator) -> Operand? {
        let clause = tokens[comparator.tokens.lowerBound].clause
        var next = comparator.object
        while next < tokens.count, !tokens[next].isParted || next == comparator.object,
            Self.introducing.contains(word(next)) || isMonth(next), label(at: next) == nil,
            !reading.mentions.contains(where: { $0.tokens.lowerBound == next })
        {
            next += 1
        }
        guard next < tokens.count, tokens[next].clause == clause else { return nil }
        return operand(at: next)
    }

    private func isMonth(_ position: Int) -> Bool {
        tokens[position].isCapitalised && FigureScan.months[word(position)] != nil
            || reading.dateTokens.contains(position)
    }

    private func operand(at position: Int) -> Operand? {
        if let mention = reading.mentions.first(where: { $0.tokens.lowerBound == position }) {
            guard !mention.target.isUnknown else { return nil }
            var end = mention.tokens.upperBound
            // "Than KO and DIS together" is of several.
            if ["and", "or", "plus"].contains(word(end)),
                reading.mentions.contains(where: { $0.tokens.lowerBound == end + 1 })
            {
                return nil
            }
            var operand = Operand(target: mention.target, end: end)
            if ["shares", "stock"].contains(word(end)) {
                operand.isOfShares = true
                end += 1
            }
            if let label = label(at: end), !tokens[end].isParted {
                operand.label = label
                end = label.tokens.upperBound
            }
            operand.end = end
            operand.written = writtenValue(at: end)
            return operand
        }
        if let label = label(at: position) {
            var operand = Operand(label: label, end: label.tokens.upperBound)
            var next = operand.end
            while next < tokens.count, !tokens[next].isParted, next - operand.end < 4,
                ["of", "on", "for", "in", "the", "your", "its", "left", "available"].contains(word(next))
            {
                next += 1
            }
            if let mention = reading.mentions.first(where: { $0.tokens.lowerBound == next }), next > operand.end,
                !tokens[next].isParted
            {
                guard !mention.target.isUnknown else { return nil }
                operand.target = mention.target
                operand.end = mention.tokens.upperBound
                operand.isOfShares = ["shares", "stock"].contains(word(operand.end))
            }
            operand.written = writtenValue(at: operand.end)
            return operand
        }
        guard let quantity = number(at: position) else { return nil }
        return Operand(written: quantity, end: position + 1)
    }

    /// Whether what is compared with each of several is so: "confirmed before any of the demand zones", "more than the other two
    /// puts"; nil where no several are named.
    private func overall(_ comparator: Comparator, _ inherited: [Target]) -> Bool? {
        guard ["any", "all", "every", "each", "both"].contains(word(comparator.object)) else { return nil }
        var next = comparator.object + 1
        while ["of", "the", "your", "other", "others"].contains(word(next)) { next += 1 }
        let part = part(of: comparator.tokens.lowerBound)
        guard next < part.upperBound, let chosen = conditions(in: next..<part.upperBound), !chosen.nouns.isEmpty,
            let subject = subject(comparator, Operand(end: next), inherited), let target = subject.target
        else { return nil }
        let named = subject.label.map { ClaimMeasure.labels(numbers(of: $0)) }
        guard let measure = comparator.degree.measure ?? named else { return nil }
        var isKnown = false
        for rows in rows(by: measure) {
            let mine = values(of: target, in: rows)
            let others = rows.values.filter { row, _ in
                chosen.isSo(row) == true && !target.admits(index.subjects.groups[row])
            }.map(\.value)
            guard let own = mine.first, Set(mine).count == 1, !others.isEmpty else { continue }
            isKnown = true
            if others.allSatisfy({ comparator.degree.isMore ? own > $0 : own < $0 }) { return true }
        }
        return isKnown ? false : nil
    }

    /// What stands before the word that compares, or behind it where both do.
    private func subject(_ comparator: Comparator, _ object: Operand, _ inherited: [Target]) -> Operand? {
        let start = comparator.tokens.lowerBound
        let clause = tokens[start].clause
        if comparator.allowsInner {
            let inner = reading.mentions.first {
                $0.tokens.lowerBound >= comparator.tokens.upperBound && $0.tokens.upperBound < comparator.object
            }
            if let inner {
                guard !inner.target.isUnknown, !reading.mentions.contains(where: { isBefore($0, start, clause) }) else {
                    return nil
                }
                let label = reading.labels.last {
                    $0.tokens.upperBound <= start && tokens[$0.tokens.lowerBound].clause == clause
                }
                return Operand(target: inner.target, label: label, end: inner.tokens.upperBound)
            }
        }
        let mention = reading.mentions.last { isBefore($0, start, clause) }
        let label = reading.labels.last { mention in
            mention.tokens.upperBound <= start && tokens[mention.tokens.lowerBound].clause == clause
                && !isHeldAgainst(mention)
        }
        // "KO and AMD are larger than SPY" is of several.
        if let mention,
            isListed(mention)
                || ["except", "besides", "excluding", "but", "than", "from"].contains(
                    word(mention.tokens.lowerBound - 1)
                )
        {
            return nil
        }
        guard mention.map({ !$0.target.isUnknown }) ?? true else { return nil }
        var operand = Operand(target: mention?.target, label: label, end: start)
        if let mention { operand.isOfShares = ["shares", "stock"].contains(word(mention.tokens.upperBound)) }
        if operand.target == nil, inherited.count == 1 { operand.target = inherited[0] }
        operand.written =
            mention.flatMap { writtenValue(at: $0.tokens.upperBound) }
            ?? label.flatMap { writtenValue(at: $0.tokens.upperBound) }
        if operand.written == nil, comparator.allowsInner {
            operand.written = writtenValue(at: comparator.tokens.upperBound)
        }
        return operand
    }

    private func isBefore(_ mention: Mention, _ start: Int, _ clause: Int) -> Bool {
        mention.tokens.upperBound <= start && tokens[mention.tokens.lowerBound].clause == clause
    }

    private func isListed(_ mention: Mention) -> Bool {
        let before = mention.tokens.lowerBound - 1
        guard before > 0 else { return false }
        let isJoined = word(before) == "and" || tokens[mention.tokens.lowerBound].parting == ","
        let other = word(before) == "and" ? before : before + 1
        return isJoined && reading.mentions.contains { $0.tokens.upperBound == other }
    }

    /// Whether a label before the word is itself what something is held against: "than its cost".
    private func isHeldAgainst(_ label: LabelMention) -> Bool {
        tokens[max(0, label.tokens.lowerBound - 3)..<label.tokens.lowerBound].contains {
            ["above", "below", "over", "under", "than"].contains($0.word)
        }
    }

    private func label(at position: Int) -> LabelMention? {
        reading.labels.first { $0.tokens.lowerBound == position }
    }

    /// The number at a position, where it is a value and no name.
    private func number(at position: Int) -> Figure.Quantity? {
        guard tokens.indices.contains(position), tokens[position].isNumeral,
            case .quantity(let quantity)? = reading.values[position]?.first,
            reading.contracts[position]?.isEmpty ?? true, !reading.nameDigits.contains(position),
            !reading.namedStrikes.contains(position), reading.windows[position] == nil,
            ![.ordinal, .multiple, .span].contains(quantity.measure)
        else { return nil }
        return quantity
    }

    /// The value written directly behind something: "AMD's 145 put (32%)", "JPM, at $4.62".
    private func writtenValue(at position: Int) -> Figure.Quantity? {
        var next = position
        while next < tokens.count, next - position < 2, ["at", "of", "about", "with", "roughly"].contains(word(next)) {
            next += 1
        }
        guard next < tokens.count, next > position || tokens[next].isParted || word(next).isEmpty else { return nil }
        return number(at: next)
    }

    private static let introducing: Set<String> = [
        "the", "its", "your", "a", "an", "of", "for", "in", "on", "at", "that", "those", "what", "about", "roughly",
        "their", "limit", "threshold", "cap", "line", "level", "coming", "next", "upcoming", "expected", "current",
        "available", "remaining", "total", "whole", "from", "it", "were", "was", "is", "are", "only", "both", "s",
        "short", "long", "later",
    ]

    // MARK: - Comparing

    private func compare(_ subject: Operand, _ object: Operand, _ comparator: Comparator, _ inherited: [Target])
        -> Bool?
    {
        let degree = comparator.degree
        // What is written on both sides is compared as written; whether it is so is checked of each.
        if let left = subject.written, let right = object.written, left.measure == right.measure, !degree.isValued,
            !degree.isOfAge, subject.target != object.target || subject.label != nil
        {
            guard left.sign != .minus, right.sign != .minus, left.magnitude != right.magnitude else { return nil }
            return (left.magnitude > right.magnitude) == degree.isMore
        }
        let between = reading.labels.first {
            $0.tokens.lowerBound >= comparator.tokens.lowerBound && $0.tokens.upperBound < comparator.object
                && comparator.object > comparator.tokens.upperBound
        }
        let named = between ?? (degree.measure == nil ? subject.label : nil)
        // One value against another of the same, or against a number.
        if object.target == nil || object.target == subject.target {
            guard let label = between ?? subject.label else { return isPrice(subject, object, comparator) }
            // "Assignment would take $265,000, more than the cash on hand"
            let beside = number(at: comparator.tokens.lowerBound - 1).flatMap(written)
            guard let own = beside ?? scalar(label, of: subject, inherited).map({ ($0.value, Optional($0.unit)) })
            else {
                return nil
            }
            let other: (value: Double, unit: EvidenceIndex.UnitGroup?)?
            if let label = object.label {
                other = scalar(label, of: object.target == nil ? withTarget(object, subject.target) : object, inherited)
            } else {
                other = object.written.flatMap(written)
            }
            guard let other, other.unit == nil || own.unit == nil || other.unit == own.unit, own.value != other.value,
                own.value >= 0
            else {
                return nil
            }
            return (own.value > other.value) == degree.isMore
        }
        guard let left = subject.target, let right = object.target, left != right else { return nil }
        // "The loss on the KO calls is bigger than the gain on the KO shares"
        if let one = subject.label, let two = object.label, named?.tokens == one.tokens,
            one.classes != two.classes || outcome(one) != outcome(two)
        {
            guard let own = scalar(one, of: subject, inherited), let other = scalar(two, of: object, inherited),
                own.unit == other.unit, own.value != other.value
            else { return nil }
            return (own.value > other.value) == degree.isMore
        }
        let measure = named.map { .labels(numbers(of: $0)) } ?? degree.measure
        guard let measure else { return nil }
        var meant = degree
        let words = named.map { tokens[$0.tokens].map(\.word) } ?? []
        let isOfLoss = degree.isOfLoss || words.contains { ["loss", "losses"].contains($0) }
        // A worse loss is a larger one.
        if degree.isValued, isOfLoss { meant.isMore.toggle() }
        return isOrdered(
            (left, subject.isOfShares),
            (right, object.isOfShares),
            by: measure,
            meant,
            isOfLoss: isOfLoss,
            at: comparator.tokens.lowerBound
        )
    }

    /// Whether a label speaks of a loss or of a gain.
    private func outcome(_ label: LabelMention) -> Direction? {
        tokens[label.tokens].lazy.compactMap { WordLists.outcomes[$0.word] }.first
    }

    /// Whether the price of somebody lies above or below a value: "AMD trades below the strike", "the last trade was above the ask".
    private func isPrice(_ subject: Operand, _ object: Operand, _ comparator: Comparator) -> Bool? {
        let degree = comparator.degree
        let before = tokens[max(0, comparator.tokens.lowerBound - 4)..<comparator.tokens.lowerBound].map(\.word)
        let isOfPrice =
            before.contains { Self.priced.contains($0) }
            || before.contains { ["is", "was", "sits", "stands", "lies"].contains($0) }
                && word(comparator.tokens.lowerBound) != "more"
                && word(comparator.object - 1) != "than"
        guard let target = subject.target, target.owner == nil, target.contracts.isEmpty, degree.measure == nil,
            isOfPrice
        else { return nil }
        let ticker = Target(tickers: target.tickers)
        let other: Double?
        if let label = object.label {
            other = scalar(label, of: withTarget(object, object.target ?? target), [])?.value
        } else {
            other = object.written.flatMap { $0.measure == .dollars ? $0.magnitude.approximation : nil }
        }
        guard let other else { return nil }
        let prices = ["last", "mark", "last close", "underlying price"].flatMap(index.labels(named:)).compactMap {
            label in
            index.known(label).first { known in
                let group = index.subjects.groups[known.group]
                return ticker.admits(group)
                    && (group.contracts.isEmpty || index.labels[label].words.first == "underlying")
            }?.value
        }
        guard !prices.isEmpty else { return nil }
        let results = Set(prices.map { $0 == other ? false : ($0 > other) == degree.isMore })
        return results.count == 1 ? results.first : nil
    }

    /// Words of what somebody's price does.
    private static let priced: Set<String> = [
        "trades", "trading", "traded", "trade", "closed", "closes", "print", "printed", "price", "close", "stock",
    ]

    private func withTarget(_ operand: Operand, _ target: Target?) -> Operand {
        var operand = operand
        operand.target = target
        return operand
    }

    private func written(_ quantity: Figure.Quantity) -> (value: Double, unit: EvidenceIndex.UnitGroup?)? {
        guard quantity.sign == .none || quantity.sign == .plus else { return nil }
        switch quantity.measure {
        case .dollars: return (quantity.magnitude.approximation, .money)
        case .fraction: return (quantity.magnitude.approximation, .fraction)
        case .days: return (quantity.magnitude.approximation, .days)
        case .bare: return (quantity.magnitude.approximation, nil)
        default: return nil
        }
    }

    /// The one value that a label has of those meant, or of the portfolio where nobody is.
    private func scalar(_ mention: LabelMention, of operand: Operand, _ inherited: [Target])
        -> (value: Double, unit: EvidenceIndex.UnitGroup)?
    {
        let isLoss = tokens[mention.tokens].contains { ["loss", "losses"].contains($0.word) }
        let target = operand.target ?? (inherited.count == 1 ? inherited[0] : nil)
        let own = (target.map { index.subjects.groups(of: $0) } ?? []).filter { group in
            let contracts = index.subjects.groups[group].contracts
            return operand.isOfShares ? contracts.isEmpty : target?.contracts.isEmpty ?? true || !contracts.isEmpty
        }
        for groups in [own, [0]] where !groups.isEmpty {
            let known = index.values(from: 0, through: .infinity, of: groups).filter { value in
                value.label == mention.label
                    || mention.label == nil && !index.labels[value.label].classes.isDisjoint(with: mention.classes)
                        && !index.labels[value.label].words.contains("limit")
            }
            guard let first = known.first, let unit = EvidenceIndex.unitGroup(first.unit) else { continue }
            guard known.allSatisfy({ $0.magnitude == first.magnitude && $0.unit == first.unit }) else { return nil }
            return (first.isNegative && !isLoss ? -first.magnitude : first.magnitude, unit)
        }
        return nil
    }

    /// Whether one of two has more or less of a measure, in any way it may be meant; nil where it is not known of both.
    private func isOrdered(
        _ left: (target: Target, isOfShares: Bool),
        _ right: (target: Target, isOfShares: Bool),
        by measure: ClaimMeasure,
        _ degree: Degree,
        isOfLoss: Bool,
        at position: Int
    ) -> Bool? {
        var isKnown = false
        for rows in rows(by: measure) {
            let mine = values(of: left.target, isOfShares: left.isOfShares, in: rows)
            let others = values(of: right.target, isOfShares: right.isOfShares, in: rows)
            for one in mine {
                for other in others where one != other {
                    if isOfLoss, one > 0 || other > 0 {
                        // Who gained has lost nothing.
                        guard one < 0 || other < 0 else { continue }
                    }
                    isKnown = true
                    let (a, b) = isOfLoss ? (-one, -other) : (one, other)
                    if (a > b) == degree.isMore { return true }
                    let isByAmount = !isOfLoss && !degree.isValued && rows.classes.isDisjoint(with: .signed)
                    if isByAmount || ["larger", "bigger", "smaller"].contains(word(position)), !isOfLoss,
                        one.magnitude != other.magnitude, (one.magnitude > other.magnitude) == degree.isMore
                    {
                        return true
                    }
                }
            }
        }
        return isKnown ? false : nil
    }
}
