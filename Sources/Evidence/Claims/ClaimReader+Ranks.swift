import Foundation

/// Reads ranks: "the second-highest assignment probability", "by score the 102.5 put is sixth", "the strongest zone is demand 1".
extension ClaimReader {
    /// A rank that is claimed of somebody.
    private struct Rank {
        var degree: Degree
        /// Which of all in this order, from 1.
        var place = 1
        /// Whether it is counted from the other end.
        var isFromEnd = false
        var tokens: Range<Int>
        /// What the words choose of all.
        var chosen = Conditions()
        /// What it ranks by, where a label says it.
        var label: LabelMention?
        /// Names that choose of all and are not whom the rank is claimed for: "the strongest demand zone".
        var choosing: Range<Int>?
        /// Whether it is said of two: "the higher mark".
        var isOfTwo = false
    }

    /// Whether the rank at a position is right; nil where none is claimed there or it cannot be told.
    func rank(at position: Int) -> Outcome? {
        guard let rank = superlativeRank(at: position) ?? ordinalRank(at: position), isClaimed(at: position),
            let target = ranked(rank, at: position), !target.isUnknown,
            // "The demand zone at $105": which of them its prices say.
            target.owner == nil || target.tickers.count == 1
        else { return nil }
        guard let isRight = holds(rank, target) else { return nil }
        return Outcome(
            isRight: isRight,
            rows: index.subjects.groups(of: target),
            tokens: rank.tokens,
            extent: rank.tokens
        )
    }

    /// Whether somebody has a place among all by what a label names, the highest first; nil where that cannot be told.
    func isPlaced(_ target: Target, _ place: Int, by label: LabelMention) -> Bool? {
        var rank = Rank(degree: Degree(isMore: true), place: place, tokens: 0..<0)
        rank.label = label
        return holds(rank, target)
    }

    // MARK: - Words that rank

    private func superlativeRank(at position: Int) -> Rank? {
        var isOfTwo = false
        var found = superlative(at: position)
        if found == nil, word(position - 1) == "the", let degree = comparative(at: position), degree.length == 1,
            !tokens[position...].contains(where: {
                $0.word == "than" || $0.word == "the" && $0.clause == tokens[position].clause
            })
        {
            found = degree
            isOfTwo = true
        }
        guard var degree = found else { return nil }
        var first = position
        var place = 1
        if let number = ordinal(at: position - 1) {
            place = number
            first -= 1
        }
        let before = word(first - 1)
        // "One of the largest", "the two largest", "at least", "at most", "its highest"
        if ["at", "its", "two", "three", "among", "next"].contains(before)
            || before == "the" && ["of", "among"].contains(word(first - 2))
        {
            return nil
        }
        guard first == 0 || tokens[first - 1].figure == nil else { return nil }
        let next = position + degree.length
        if tokens.indices.contains(next), tokens[next].isNumeral || FigureScan.isNumber(word(next)) { return nil }
        // "The largest positions are SPY and QQQ" is of several.
        let part = reading.part(of: position)
        let near = tokens[next..<min(next + 3, part.upperBound)].map(\.word)
        degree.isOfLoss =
            degree.isOfLoss || near.contains { ["loser", "losers", "loss", "losses", "decline", "drop"].contains($0) }
        degree.isOfGain =
            degree.isOfGain || near.contains { ["winner", "winners", "gain", "gains", "profit"].contains($0) }
        var rank = Rank(degree: degree, place: place, tokens: first..<next)
        rank.isOfTwo = isOfTwo
        var end = next
        let adjective = ["short", "long"].contains(word(next)) ? next + 1 : next
        if let choosing = reading.mentions.first(where: { $0.tokens.lowerBound == adjective }) {
            guard !choosing.target.isUnknown, let conditions = conditions(in: next..<choosing.tokens.upperBound) else {
                return nil
            }
            rank.choosing = choosing.tokens
            rank.chosen = conditions
            end = choosing.tokens.upperBound
        }
        if let label = reading.labels.first(where: {
            $0.tokens.lowerBound >= next && $0.tokens.lowerBound < min(part.upperBound, next + 4) && isMeasured($0)
        }), (next..<label.tokens.lowerBound).allSatisfy({ isQualifier($0) }) {
            // "The largest short vega" is not of what is held short.
            let isOfSign = (next..<label.tokens.lowerBound).contains { ["short", "long"].contains(word($0)) }
            guard
                !isOfSign
                    || label.classes.isDisjoint(with: [.vega, .theta, .delta, .gamma, .positionDelta, .dollarDelta])
            else { return nil }
            rank.label = label
            end = label.tokens.upperBound
        }
        guard let chosen = set(from: end, in: part), let before = leading(before: first) else { return nil }
        rank.chosen = rank.chosen + chosen + before
        // "The worst loser" lost the most.
        if degree.isValued, degree.isOfLoss { rank.degree.isMore = !degree.isMore }
        if rank.label == nil, rank.degree.measure == nil {
            rank.label =
                byPhrase(position)
                ?? reading.labels.last { $0.tokens.upperBound <= first && $0.tokens.lowerBound >= part.lowerBound }
            if rank.label == nil, degree.isValued, !degree.isOfLoss {
                rank.label = reading.labels.last {
                    $0.tokens.upperBound <= first && tokens[$0.tokens.lowerBound].clause == tokens[first].clause
                }
            }
        }
        if rank.label == nil, rank.degree.measure == nil, degree.isValued || degree.isOfLoss || degree.isOfGain {
            rank.degree.measure = result(position, rank.chosen)
        }
        if let label = rank.label {
            let words = tokens[label.tokens].map(\.word)
            rank.degree.isOfLoss = rank.degree.isOfLoss || words.contains { ["loss", "losses"].contains($0) }
            rank.degree.isOfGain = rank.degree.isOfGain || words.contains { ["gain", "gains", "profit"].contains($0) }
        }
        return rank
    }

    /// What the best and the worst are by, where nothing else is said.
    private func result(_ position: Int, _ chosen: Conditions) -> ClaimMeasure? {
        if chosen.nouns.contains(.month) { return named("net premium", "realised gain") }
        if chosen.nouns.contains(.candidate) { return named("score") }
        let isOfDay = isOfDay(position) || word(position - 1) == "day" || word(position + 1) == "day"
        return chosen.nouns.isDisjoint(with: [.zone, .roll, .report])
            ? measure(isOfDay ? .dayChange : .unrealised) : nil
    }

    /// "Ranks third by weight", "by score the put is sixth", "comes last of the ten", "second and the NVDA put third".
    private func ordinalRank(at position: Int) -> Rank? {
        let isLast = word(position) == "last"
        guard let place = ordinal(at: position) ?? (word(position) == "first" || isLast ? 1 : nil),
            superlative(at: position + 1) == nil
        else { return nil }
        var before = position - 1
        if ["in", "the"].contains(word(before)) { before -= 1 }
        let verbs: Set<String> = [
            "ranks", "ranked", "rank", "comes", "came", "places", "placed", "finishes", "sits", "stands", "is", "was",
        ]
        let isChained =
            reading.mentions.contains { $0.tokens.upperBound == position }
            && tokens[..<position].contains { ["ranks", "rank", "comes", "is", "ranked"].contains($0.word) }
        guard verbs.contains(word(before)) || isChained else { return nil }
        guard let label = byPhrase(position) ?? (isLast ? nil : soleLabel),
            label.tokens.lowerBound != position + 1 || true
        else { return nil }
        let next = position + 1
        let part = reading.part(of: position)
        guard
            next == tokens.count || tokens[next].isParted
                || ["by", "in", "among", "on", "behind", "after", "for", "at", "with", "of", "overall", "and", "while"]
                    .contains(word(next))
        else { return nil }
        var rank = Rank(degree: Degree(isMore: true), place: place, isFromEnd: isLast, tokens: position..<next)
        rank.label = label
        if !isChained, let chosen = set(from: next, in: part) { rank.chosen = chosen }
        return rank
    }

    /// The label that is said to be ranked by: "by exposure", "ranked by implied volatility", "on net credit".
    private func byPhrase(_ position: Int) -> LabelMention? {
        let clause = tokens[position].clause
        return reading.labels.first { label in
            let before = label.tokens.lowerBound - 1
            guard before >= 0, tokens[label.tokens.lowerBound].clause == clause else { return false }
            return ["by", "in"].contains(word(before)) || word(before) == "terms"
                || word(before) == "at" && word(before - 1) == "scored"
        } ?? (word(0) == "scored" ? reading.labels.first { $0.tokens.lowerBound == 0 } : nil)
    }

    /// Whether facts have a number for what is named.
    private func isMeasured(_ label: LabelMention) -> Bool {
        numbers(of: label).contains { !index.known($0).isEmpty }
    }

    private var soleLabel: LabelMention? {
        let labels = reading.labels.filter { $0.classes.isDisjoint(with: [.earnings, .expiration, .exDate]) }
        return labels.count == 1 ? labels[0] : nil
    }

    func ordinal(at position: Int) -> Int? {
        if let place = Self.ordinals[word(position)] { return place }
        guard tokens.indices.contains(position), case .quantity(let quantity)? = reading.values[position]?.first,
            quantity.measure == .ordinal
        else { return nil }
        return NSDecimalNumber(decimal: quantity.magnitude).intValue
    }

    private static let ordinals = [
        "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
        "tenth": 10,
    ]

    /// A word between a superlative and what it is of.
    private func isQualifier(_ position: Int) -> Bool {
        [
            "new", "current", "unrealised", "realised", "paper", "single", "net", "annualised", "of", "by", "for", "on",
            "in",
            "at",
        ].contains(word(position)) || RowKind.words[word(position)] != nil
            || ["short", "long"].contains(word(position))
    }

    /// What the words behind a rank choose of all: "of your short puts", "among the four zones", "position"; nil where that is
    /// not understood.
    private func set(from start: Int, in part: Range<Int>) -> Conditions? {
        var end = start
        while end < part.upperBound, tokens[end].figure == nil || count(at: end) != nil, !isEnd(end) { end += 1 }
        var conditions = Conditions()
        var position = start
        var isOfSeveral = false
        while position < end {
            if asides.contains(position) || count(at: position) != nil {
                position += 1
                continue
            }
            // "Of the three INTC strikes"
            if word(position) == "strikes" {
                position += 1
                continue
            }
            if isOfSeveral, let mention = reading.mentions.first(where: { $0.tokens.lowerBound == position }),
                let named = self.conditions(in: mention.tokens)
            {
                conditions = conditions + named
                position = mention.tokens.upperBound
                continue
            }
            // "For KO", "is KO": whom it is of.
            if reading.mentions.contains(where: { $0.tokens.lowerBound == position }) { break }
            // "The largest loss of these": whom is said elsewhere.
            if ["these", "those", "them"].contains(word(position)), ["of", "among"].contains(word(position - 1)) {
                return nil
            }
            guard let read = self.conditions(in: position..<position + 1) ?? phrase(at: position, end) else {
                return nil
            }
            conditions = conditions + read
            isOfSeveral = isOfSeveral || ["of", "among"].contains(word(position))
            position += 1
        }
        return conditions
    }

    private func phrase(at position: Int, _ end: Int) -> Conditions? {
        [
            "among", "by", "any", "to", "so", "per", "day", "week", "s", "exposure", "expiring", "being", "assigned",
            "be",
            "has", "behind", "after", "overall", "again", "early", "called", "away", "exercised", "left", "strike",
            "sooner", "expiration", "last", "close", "price", "loss", "gain", "loser", "winner", "then", "followed",
            "not",
            "its", "scored", "side", "time", "belongs",
        ]
        .contains(word(position)) ? Conditions() : nil
    }

    private func isEnd(_ position: Int) -> Bool {
        ["and", "but", "while", "with", "is", "are", "was", "were", "at", "because", "since", "than", "that", "which"]
            .contains(word(position))
    }

    // MARK: - Who ranks

    private func ranked(_ rank: Rank, at position: Int) -> Target? {
        // "And the NVDA put third": the one directly before.
        if let own = reading.mentions.first(where: { $0.tokens.upperBound == rank.tokens.lowerBound }),
            ordinal(at: position) != nil
        {
            return own.target
        }
        guard let choosing = rank.choosing else { return reading.ranked(at: position) }
        let others = reading.mentions.filter {
            $0.tokens != choosing && tokens[$0.tokens.lowerBound].clause == tokens[position].clause
        }
        return others.count == 1 ? others[0].target : nil
    }

    // MARK: - Ranking

    private func holds(_ rank: Rank, _ target: Target) -> Bool? {
        let passed = rank.place == 1 ? reading.passed : []
        let measure = rank.label.map { ClaimMeasure.labels(numbers(of: $0)) } ?? rank.degree.measure
        guard let measure else { return nil }
        var isKnown = false
        for rows in rows(by: measure) {
            let isSigned = !rows.classes.isDisjoint(with: .signed.union(.premium))
            let all = rows.values.filter { row, value in
                // Who gained has no loss, not the smallest.
                !(isSigned && rank.degree.isOfLoss && value >= 0 || isSigned && rank.degree.isOfGain && value <= 0)
                    && row != 0 && rank.chosen.isSo(row) != false
                    && !passed.contains { $0.admits(index.subjects.groups[row]) }
            }
            for population in populations(of: all, target, rank) {
                let own = population.filter { target.admits(index.subjects.groups[$0.key]) }
                guard !rank.isOfTwo || population.count == 2 else { continue }
                guard population.count > 1, !own.isEmpty, own.count < population.count else { continue }
                isKnown = true
                if isPlaced(rank, Array(own.values), Array(population.values), rows.classes) { return true }
            }
        }
        return isKnown ? false : nil
    }

    /// Those among whom the target may rank: all of its kind that have the measure, or all that have it.
    private func populations(of rows: [Int: Double], _ target: Target, _ rank: Rank) -> [[Int: Double]] {
        let isContract = !target.contracts.isEmpty
        let alike = rows.filter { row, _ in
            let contracts = index.subjects.groups[row].contracts
            return isContract != contracts.isEmpty
        }
        if rank.chosen.nouns.contains(.position) { return [rows] }
        // Of a ticker's options too, where it is named as a whole.
        if rank.chosen.nouns.isEmpty { return alike.isEmpty ? [rows] : [alike, rows] }
        return alike.isEmpty ? [rows] : [alike]
    }

    private func isPlaced(_ rank: Rank, _ own: [Double], _ all: [Double], _ classes: LabelClasses) -> Bool {
        var readings: [(Double) -> Double] = []
        let isSigned = !classes.isDisjoint(with: .signed.union([.premium, .theta, .gamma, .vega, .rho]))
        if rank.degree.isOfLoss {
            readings = [{ -$0 }]
        } else if classes.contains(.delta) {
            readings = [\.magnitude]
        } else if isSigned || rank.degree.isValued || rank.degree.isOfGain {
            readings = [{ $0 }]
        } else {
            readings = [{ $0 }, \.magnitude]
        }
        let isMore = rank.degree.isMore != rank.isFromEnd
        return readings.contains { reading in
            let (mine, others) = (own.map(reading), all.map(reading))
            guard let best = isMore ? mine.max() : mine.min() else { return false }
            let ahead = others.filter { isMore ? $0 > best : $0 < best }
            return ahead.count == rank.place - 1 || Set(ahead).count == rank.place - 1
        }
    }
}
