import Foundation
import Markets

/// Claims that rank: "the largest weight", "most likely to be assigned".
extension Verification {
    /// Strikes what is said to be the most or the least and by the facts is not.
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
            let isRight: Bool?
            if let bound = reading.unsurpassed(at: position) ?? reading.surpassing(at: position) {
                isRight = holds(bound, at: position, reading, carried, since: first, isUnsurpassed: true)
            } else if let rank = reading.rank(at: position) ?? reading.ordinalRank(at: position) {
                isRight = holds(rank, at: position, reading, carried, since: first)
            } else {
                isRight = nil
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

    /// Words that leave it open among whom something ranks, or deny it.
    private static let reserved: Set<String> = [
        "not", "no", "except", "besides", "excluding", "other", "second", "third", "next", "after", "apart", "among",
        "outside", "runner", "would", "if", "could", "aside", "behind", "between", "neither", "isn", "high", "medium",
        "low", "imminent",
    ]
}
