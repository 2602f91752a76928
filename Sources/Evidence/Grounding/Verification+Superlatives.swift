import Foundation
import Markets

/// Claims that rank: "the largest weight", "most likely to be assigned", "higher than".
extension Verification {
    /// Strikes what is said to be the most or the least, or more or less than another, and by the facts is not.
    ///
    /// What a claim is of, and among whom, is often left open. It is struck only where it holds in no way it may be meant.
    mutating func checkRanks(
        _ reading: SentenceReading,
        _ text: TokenizedText,
        _ carried: Binding,
        _ place: Place,
        since first: Int
    ) {
        for position in reading.tokens.indices where reading.tokens[position].kind == .word {
            let rank = reading.rank(at: position) ?? reading.ordinalRank(at: position)
            let isRight: Bool? =
                switch rank?.kind {
                case .most, .least: rank.flatMap { holds($0, at: position, reading, carried, since: first) }
                case .more, .less:
                    if let bound = reading.unsurpassed(at: position) ?? reading.surpassing(at: position) {
                        holds(bound, at: position, reading, carried, since: first, isUnsurpassed: true)
                    } else {
                        rank.flatMap { isHigher($0, at: position, reading) }
                    }
                case nil: isOrdered(at: position, reading)
                }
            guard let isRight else { continue }
            let span = reading.tokens[position].span
            let figure = Figure(text: text.text.original(span), range: text.text.byteRange(span), kind: .name)
            note(words: figure, place, isRight ? .computed("ranked by the facts", from: []) : .struck(.otherSubject))
        }
    }

    // MARK: - Most and least

    /// Whether the one a rank is claimed for has it; nil where that cannot be told.
    private func holds(
        _ rank: SentenceReading.Rank,
        at position: Int,
        _ reading: SentenceReading,
        _ carried: Binding,
        since first: Int,
        isUnsurpassed: Bool = false
    ) -> Bool? {
        let words = Set(reading.tokens.map(\.word))
        // "The second largest" is a rank of its own; "the second put" is none.
        var reserved = Self.reserved
        if rank.place > 1 { reserved.subtract(["after", "behind", "next"] + SentenceReading.places.keys) }
        // "Highest after KO": among all others.
        let passed = rank.place == 1 ? reading.passed : []
        if !passed.isEmpty { reserved.subtract(["after", "behind", "besides", "except", "excluding", "apart"]) }
        if reading.ranksAmongAll { reserved.remove("among") }
        // "Would have the second highest" of what is new claims it of now.
        if !words.contains("if"), words.contains("new") { reserved.remove("would") }
        if isUnsurpassed { reserved.subtract(["no", "none", "other"]) }
        let said = rank.isOfTime || rank.isOrdinal ? Set(reading.tokens[reading.part(of: position)].map(\.word)) : words
        guard said.isDisjoint(with: reserved), var target = reading.ranked(at: position), !target.isUnknown else {
            return nil
        }
        if let zone = zoneSaid(target, since: first) { target = zone }
        if rank.isOfTime || reading.labels.contains(where: { $0.classes.contains(.earnings) }) && rank.isOrder {
            return isFirst(rank, target, reading)
        }
        if rank.isOrder { return nil }
        var isKnown = false
        for number in labels(of: rank, at: position, reading) {
            let known = index.known(number).filter { known in
                known.group != 0 && !passed.contains { $0.admits(index.subjects.groups[known.group]) }
            }
            guard let unit = known.first(where: { target.admits(index.subjects.groups[$0.group]) })?.unit else {
                continue
            }
            let all = populations(
                of: known.filter { $0.unit == unit },
                target,
                words,
                isOfAll: rank.isOfLoss || rank.isOfGain
            )
            for population in all {
                guard population.count > 1, !rank.isOfTwo || population.count == 2 else { continue }
                let own = population.filter { target.admits(index.subjects.groups[$0.group]) }
                guard !own.isEmpty, own.count < population.count else { continue }
                isKnown = true
                if isExtreme(rank, own.map(\.value), population.map(\.value), index.labels[number].classes) {
                    return true
                }
            }
        }
        return isKnown ? false : nil
    }

    /// The one of several zones that the prices of the sentence are of: "the demand zone at $105.09 to $106.85".
    private func zoneSaid(_ target: Target, since first: Int) -> Target? {
        guard target.contracts.isEmpty else { return nil }
        let groups = Set(entries[first...].flatMap(\.status.sources).compactMap(index.group))
        let names = Set(groups.flatMap { index.subjects.groups[$0].tickers }).filter {
            index.subjects.owner(of: $0) != nil
        }
        guard names.count == 1, let name = names.first, target.tickers.contains(name) || target.owner == nil else {
            return nil
        }
        return Target(tickers: [name])
    }

    private func isExtreme(
        _ rank: SentenceReading.Rank,
        _ own: [Double],
        _ all: [Double],
        _ classes: LabelClasses
    ) -> Bool {
        var readings: [(Double) -> Double] = []
        // "The largest loss" is the least; "the highest delta" of puts is the farthest from 0.
        let isSigned = !classes.isDisjoint(with: .signed.union([.premium, .theta, .gamma, .vega, .rho]))
        if rank.isOfLoss {
            readings = [{ -$0 }]
        } else if classes.contains(.delta) {
            readings = [\.magnitude]
        } else {
            readings = isSigned || rank.isValued ? [{ $0 }] : [{ $0 }, \.magnitude]
            if isSigned, !rank.isValued, !rank.isOfGain { readings.append(\.magnitude) }
        }
        return readings.contains { reading in
            let (mine, others) = (own.map(reading), all.map(reading))
            guard rank.place > 1 else {
                return rank.kind == .most ? mine.max() == others.max() : mine.min() == others.min()
            }
            guard let best = rank.kind == .most ? mine.max() : mine.min() else { return false }
            let ahead = Set(others.filter { rank.kind == .most ? $0 > best : $0 < best })
            return ahead.count == rank.place - 1
        }
    }

    /// The labels a rank may be of.
    private func labels(of rank: SentenceReading.Rank, at position: Int, _ reading: SentenceReading) -> [Int] {
        func numbers(_ classes: LabelClasses) -> [Int] {
            index.labels.indices.filter { !index.labels[$0].classes.isDisjoint(with: classes) }
        }
        if let number = rank.number { return [number] }
        if let classes = rank.classes { return numbers(classes) }
        if let word = rank.label { return index.labels.indices.filter { index.labels[$0].words == [word] } }
        guard let mention = reading.labelOfRank(at: position) else { return [] }
        let alike = numbers(mention.classes)
        return mention.label.map { [$0] + (alike.contains($0) ? [] : alike) } ?? alike
    }

    /// Those among whom the claim may rank: all that have the label and are of the target's kind, or the part its words choose.
    private func populations(
        of known: [EvidenceIndex.Known],
        _ target: Target,
        _ words: Set<String>,
        isOfAll: Bool
    ) -> [[EvidenceIndex.Known]] {
        func contract(_ member: EvidenceIndex.Known) -> SubjectTable.Contract? {
            index.subjects.groups[member.group].contracts.last.flatMap { index.subjects.contracts[$0] }
        }
        let own = known.filter { target.admits(index.subjects.groups[$0.group]) }
        let isContract =
            own.contains { contract($0) != nil } && (!target.contracts.isEmpty || !own.contains { contract($0) == nil })
        let alike = known.filter { (contract($0) != nil) == isContract }
        var chosen = alike
        if isContract {
            let (puts, calls) = (!words.isDisjoint(with: ["put", "puts"]), !words.isDisjoint(with: ["call", "calls"]))
            if puts != calls, words.contains("puts") || words.contains("calls") {
                chosen = chosen.filter { contract($0)?.right == (puts ? .put : .call) }
            }
            let (short, long) = (!words.isDisjoint(with: ["short", "sold"]), words.contains("long"))
            if short != long {
                chosen = chosen.filter { member in
                    index.subjects.groups[member.group].contracts.last.flatMap(index.quantity).map { ($0 < 0) == short }
                        ?? true
                }
            }
        }
        if words.contains("all"), !words.isDisjoint(with: ["positions", "holdings"]) { return [known] }
        // "The largest loss in the book" is that of all, of whatever kind they are.
        if isOfAll, !words.isDisjoint(with: ["book", "portfolio", "account", "everything"]),
            words.isDisjoint(with: ["option", "options", "contract", "contracts", "stocks", "shares"])
        {
            return [known]
        }
        var all = words.isDisjoint(with: ["all", "portfolio", "overall", "list", "whole"]) ? [chosen] : [alike]
        // A loser or winner may be anything that is held.
        if isOfAll { all.append(known) }
        // "Of the AMD puts": those of the ticker.
        if isContract,
            context.named.contains(where: { $0.tickers == target.tickers && $0 != target })
                || target.contracts.count > 1
        {
            all.append(
                chosen.filter { member in
                    !Set(index.subjects.groups[member.group].tickers).isDisjoint(with: target.tickers)
                }
            )
        }
        return all
    }

    /// Whether the one that is said to be first or last by its date is.
    private func isFirst(_ rank: SentenceReading.Rank, _ target: Target, _ reading: SentenceReading) -> Bool? {
        let said = reading.labels.reduce(into: LabelClasses()) { $0.formUnion($1.classes) }
        let words = Set(reading.tokens.map(\.word))
        let kind: LabelClasses =
            !words.isDisjoint(with: ["report", "reports", "reporting", "earnings"])
            ? .earnings
            : said.contains(.exDate) ? .exDate : said.contains(.expiration) ? .expiration : []
        guard !kind.isEmpty else { return nil }
        let days = index.days(of: nil).filter { $0.group != 0 && $0.classes.contains(kind) }
        let own = days.filter { target.admits(index.subjects.groups[$0.group]) }.map(\.date)
        guard Set(days.map(\.date)).count > 1, let mine = rank.kind == .least ? own.min() : own.max() else {
            return nil
        }
        return mine == (rank.kind == .least ? days.map(\.date).min() : days.map(\.date).max())
    }

    // MARK: - More and less

    /// What one has of a label: of its contracts where they are named, else of all that is about it.
    private func own(_ target: Target, of known: [EvidenceIndex.Known]) -> [EvidenceIndex.Known] {
        let own = known.filter { target.admits(index.subjects.groups[$0.group]) }
        let exact = own.filter { isOfContract($0.group, target) }
        return exact.isEmpty ? own : exact
    }

    /// Whether the day of one of two named lies before or after the other's as is said: "JPM reports later than NVDA".
    private func isOrdered(at position: Int, _ reading: SentenceReading) -> Bool? {
        let tokens = reading.tokens
        guard let isEarlier = ["earlier": true, "sooner": true, "later": false][tokens[position].word],
            position + 1 < tokens.count, tokens[position + 1].word == "than",
            Set(tokens.map(\.word)).isDisjoint(with: ["not", "no", "if", "would", "never"]),
            !tokens[max(0, position - 2)..<position].contains(where: { $0.figure != nil }),
            let left = reading.mentions.last(where: { $0.tokens.upperBound <= position }),
            let right = reading.mentions.first(where: { $0.tokens.lowerBound > position + 1 }),
            right.tokens.lowerBound - position <= 5, !left.target.isUnknown, !right.target.isUnknown
        else { return nil }
        let words = Set(tokens.map(\.word))
        let kind: LabelClasses =
            !words.isDisjoint(with: ["reports", "report", "earnings"])
            ? .earnings : !words.isDisjoint(with: ["expires", "expire", "expiration"]) ? .expiration : []
        guard let one = dates(of: left.target, kind)?.map(\.date),
            let other = dates(of: right.target, kind)?.map(\.date),
            Set(one).count == 1, Set(other).count == 1, one[0] != other[0]
        else { return nil }
        return (one[0] < other[0]) == isEarlier
    }

    /// Whether one of two named has more or less of what the words name than the other; nil where that cannot be told.
    private func isHigher(_ rank: SentenceReading.Rank, at position: Int, _ reading: SentenceReading) -> Bool? {
        let tokens = reading.tokens
        guard Set(tokens.map(\.word)).isDisjoint(with: ["not", "no", "if", "would", "without"]),
            let than = reading.isBetweenNames(position)
                ? position : tokens[position...].firstIndex(where: { $0.word == "than" }),
            let left = reading.compared(at: position, than),
            let right = reading.mentions.first(where: { $0.tokens.lowerBound > than }),
            right.tokens.lowerBound - than <= 4, left.target != right.target,
            reading.namesApart.count == 2
        else { return nil }
        let mention = reading.labelOfRank(at: position, before: than)
        guard let classes = rank.classes ?? mention?.classes else { return nil }
        var isKnown = false
        for number in index.labels.indices
        where mention?.label == number && rank.classes == nil || !index.labels[number].classes.isDisjoint(with: classes)
        {
            let known = index.known(number)
            let mine = own(left.target, of: known)
            let others = own(right.target, of: known)
            for a in mine {
                for b in others where a.unit == b.unit && a.group != b.group {
                    isKnown = true
                    let isMore = rank.kind == .more
                    if rank.isOfLoss {
                        if a.value < 0, b.value < 0, a.value != b.value, (a.value < b.value) == isMore { return true }
                        continue
                    }
                    if a.value != b.value, (a.value > b.value) == isMore { return true }
                    if a.value.magnitude != b.value.magnitude, (a.value.magnitude > b.value.magnitude) == isMore {
                        return true
                    }
                }
            }
        }
        return isKnown ? false : nil
    }

    /// Words that leave it open among whom something ranks, or deny it.
    private static let reserved: Set<String> = [
        "not", "no", "except", "besides", "excluding", "other", "second", "third", "next", "after", "apart", "among",
        "outside", "runner", "would", "if", "could", "aside", "behind", "between", "neither", "isn", "high", "medium",
        "low", "imminent",
    ]
}

extension SentenceReading {
    /// A word that ranks.
    struct Rank {
        enum Kind { case most, least, more, less }
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
        if isBetweenNames(position) { return Rank(kind: ["above", "over", "ahead"].contains(word) ? .more : .less) }
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
        } else if word == "likelier" {
            rank = Rank(kind: .more, classes: .assignment)
        } else if ["higher", "larger", "bigger", "greater", "more"].contains(word) {
            rank = Rank(kind: .more, classes: likely(after: position))
        } else if ["smaller", "lower", "less"].contains(word) {
            rank = Rank(kind: .less, classes: likely(after: position))
        } else {
            return nil
        }
        rank.place = place ?? 1
        // "Pays more than", "lost less than"
        if [.more, .less].contains(rank.kind), rank.classes == nil, after == "than" {
            if ["pays", "pay", "brings"].contains(before) { rank.classes = [.premium, .bid] }
            if before == "lost" {
                rank.classes = .unrealised
                rank.isOfLoss = true
                return rank
            }
        }
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

    /// What is likely by the words after it: to be assigned.
    private func likely(after position: Int) -> LabelClasses? {
        let near = tokens[(position + 1)...].prefix(5).map(\.word)
        return near.starts(with: ["likely", "to"])
            && near.contains { ["assigned", "exercised", "called"].contains($0) }
            ? .assignment : nil
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

    /// Whether a word sets one name above or below another by what the verb before it says: "the 30 put scores above the 29".
    func isBetweenNames(_ position: Int) -> Bool {
        guard ["above", "over", "ahead", "below", "under", "behind"].contains(tokens[position].word), position > 1,
            ["scores", "scored", "ranks", "pays", "yields", "weighs"].contains(tokens[position - 1].word)
        else { return false }
        var next = position + 1
        while next < tokens.count, ["the", "your", "of", "its"].contains(tokens[next].word) { next += 1 }
        return mentions.contains { $0.tokens.lowerBound == next }
            && labels.contains { $0.tokens.upperBound == position }
    }

    /// The first of two that are compared: the one before "is higher than", or behind "higher for"; nil where figures part
    /// them otherwise.
    func compared(at position: Int, _ than: Int) -> Mention? {
        if let first = mentions.last(where: { $0.tokens.upperBound <= position }),
            !mentions.contains(where: { $0.tokens.lowerBound > position && $0.tokens.upperBound <= than })
        {
            let isPlain = !tokens[position...than].dropFirst().contains { $0.figure != nil || $0.isParted }
            return than - position <= 8 && isPlain ? first : nil
        }
        // "Lower in October than in September", "higher for NVDA, at $1.31 a share, than for JPM"
        let next = position + 1
        guard next < tokens.count, ["in", "for", "on", "at"].contains(tokens[next].word), than - position <= 14 else {
            return nil
        }
        return mentions.first { $0.tokens.lowerBound > next && $0.tokens.lowerBound - next <= 3 }
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
