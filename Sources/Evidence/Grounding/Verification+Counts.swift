import Foundation
import Markets

/// Days, and how many there are of a kind.
extension Verification {
    /// A number of days or sessions that a formula of those it is about has: "the 50-day average".
    func window(_ open: Derivation.Open) -> GroundingReport.Status? {
        guard let label = open.claim.reading.windows[open.claim.position] else { return nil }
        return .computed(index.labels[label].words.joined(separator: " "), from: [])
    }

    /// The days from the day of the data to a date of those it is about that the words name: "2 days to ex-div".
    func daysTo(_ open: Derivation.Open) -> GroundingReport.Status? {
        guard open.quantity.measure == .days, let today = index.today,
            !open.claim.reading.isApart(open.claim.position)
        else { return nil }
        let classes = open.claim.reading.labels.reduce(into: LabelClasses()) { $0.formUnion($1.classes) }
        for day in index.days(of: groups(about: open)) where !day.classes.isDisjoint(with: classes) {
            guard isWritten(open, Double(day.date.daysSinceEpoch - today.daysSinceEpoch)) else { continue }
            return .computed("days to \(day.date)", from: [index.ids[day.source]])
        }
        return nil
    }

    /// The days between two dates of one kind of those named, or of the only two: "the reports are 51 days apart".
    func betweenDates(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let said = words(derivation)
        guard
            !said.isDisjoint(with: [
                "follows", "precedes", "trails", "apart", "after", "later", "before", "between", "earlier", "more",
                "separate", "separates", "gap",
            ])
        else {
            return nil
        }
        let named = open.claim.reading.distinctTargets
        let classes = open.claim.reading.labels.reduce(into: LabelClasses()) { $0.formUnion($1.classes) }
        let kinds: [LabelClasses] = [.earnings, .expiration, .exDate]
        for kind in kinds
        where !said.isDisjoint(with: ["report", "reports"]) && kind == .earnings || classes.contains(kind) {
            let days = index.days(of: nil).filter { day in
                day.group != 0 && day.classes.contains(kind)
                    && (named.isEmpty || named.contains { $0.admits(index.subjects.groups[day.group]) })
            }
            let dates = Set(days.map(\.date))
            guard dates.count == 2, let first = dates.min(), let last = dates.max(),
                isWritten(open, Double(last.daysSinceEpoch - first.daysSinceEpoch)),
                isInOrderSaid(open, kind)
            else { continue }
            return .computed("days from \(first) to \(last)", from: days.prefix(8).map { index.ids[$0.source] })
        }
        return nil
    }

    /// How many more days one of two named has than the other: "January costs 28 more days than December".
    func moreDays(_ open: Derivation.Open) -> GroundingReport.Status? {
        let reading = open.claim.reading
        guard reading.isApart(open.claim.position),
            let left = reading.mentions.last(where: { $0.tokens.upperBound <= open.claim.position }),
            let right = reading.mentions.first(where: { $0.tokens.lowerBound > open.claim.position })
        else { return nil }
        for label in ["extra days", "days to expiration", "days to earnings"] {
            let one = values(label, index.subjects.groups(of: left.target))
            let other = values(label, index.subjects.groups(of: right.target))
            guard let first = one.first, let second = other.first, one.allSatisfy({ $0.value == first.value }),
                other.allSatisfy({ $0.value == second.value })
            else { continue }
            let isMore = reading.tokens[open.claim.position + 1].word == "more"
            guard isWritten(open, first.value - second.value), (first.value > second.value) == isMore else { continue }
            return .computed("difference of \(label)", from: [first.id, second.id])
        }
        return nil
    }

    /// Whether the one before a number of days comes before or after the other as the word behind it says: "51 days after NVDA".
    private func isInOrderSaid(_ open: Derivation.Open, _ kind: LabelClasses) -> Bool {
        let reading = open.claim.reading
        let position = open.claim.position
        let said = reading.tokens[(position + 1)...].prefix(2).map(\.word)
        guard
            let isLater = said.lazy.compactMap({
                ["after": true, "later": true, "before": false, "earlier": false][$0]
            }).first,
            let left = reading.mentions.last(where: { $0.tokens.upperBound <= position }),
            let right = reading.mentions.first(where: { $0.tokens.lowerBound > position }),
            let one = dates(of: left.target, kind)?.first?.date, let other = dates(of: right.target, kind)?.first?.date,
            one != other
        else { return true }
        return (one > other) == isLater
    }

    /// How often: tests of a zone, or contracts of a ticker among those listed.
    func occurrences(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let position = open.claim.position
        let before = open.claim.reading.tokens[..<position]
        if let status = timesInMonths(open) { return status }
        guard before.contains(where: { FigureScan.repeated.contains($0.word) || $0.word == "tests" }) else {
            return nil
        }
        let said = Set(derivation.operands.flatMap(\.ids).compactMap(index.group))
        let about = groups(about: open)
        let beside = about.filter { said.contains($0) }
        let groups = beside.isEmpty ? about : beside
        for group in beside.contains(where: { !values("tests", [$0]).isEmpty }) ? beside : about {
            for test in values("tests", [group]) where isWritten(open, test.value) {
                return .computed("tests", from: [test.id])
            }
        }
        let contracts = groups.filter { !index.subjects.groups[$0].contracts.isEmpty }
        guard !open.claim.binding.targets.isEmpty, isWritten(open, Double(contracts.count)) else { return nil }
        return .computed("count", from: contracts.prefix(8).compactMap(index.firstSource))
    }

    /// In how many months something came in: "dividends came in 3x this year".
    private func timesInMonths(_ open: Derivation.Open) -> GroundingReport.Status? {
        let near = open.claim.reading.words(before: open.claim.position, 3)
        guard near.contains(where: { ["came", "come", "paid", "received", "arrived", "credited"].contains($0) }),
            open.claim.reading.mentions.allSatisfy({ $0.tokens.lowerBound > open.claim.position }),
            let label = monthly(open)
        else { return nil }
        let months = monthsBySign([])
        let members = index.known(label).filter { months.contains($0.group) && $0.value != 0 }
        guard isWritten(open, Double(members.count)) else { return nil }
        return .computed("count", from: members.prefix(8).map(\.id))
    }

    /// How many there are of a kind that names or labels tell: months, zones, candidates.
    func kinds(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let tokens = open.claim.reading.tokens
        // What is said of these ends with the comma.
        let part = open.claim.reading.part(of: open.claim.position)
        let said = Set(open.claim.reading.words(from: open.claim.position)).intersection(tokens[part].map(\.word))
        let noun = open.quantity.noun ?? ""
        var members: [Int]
        switch noun {
        case "month":
            let before = tokens[max(0, open.claim.position - 2)..<open.claim.position].map(\.word)
            let here = Set(tokens.filter { $0.clause == tokens[open.claim.position].clause }.map(\.word))
            // "Eight months were positive and two negative": each has its own word.
            let hasSign = !said.isDisjoint(with: [
                "negative", "positive", "red", "green", "losing", "winning", "profitable",
            ])
            // "Two of the ten months ended negative": the ten are all.
            members =
                before == ["of", "the"] || before.last == "of"
                ? monthsBySign([]) : monthsBySign(hasSign ? said : here, of: monthly(open))
            // "Without June the other nine months"
            if before.last == "other" {
                let named = open.claim.reading.distinctTargets + derivation.reading.distinctTargets
                members = monthsBySign([]).filter { group in
                    !named.contains { $0.admits(index.subjects.groups[group]) }
                }
            }
            // "Nine months with an interest credit"
            // "In each of the ten months" says it of all.
            let isOfEach = tokens[max(0, open.claim.position - 3)..<open.claim.position].contains {
                ["each", "all", "every"].contains($0.word)
            }
            let isAll = !isOfEach && (before == ["of", "the"] || before.last == "of") || before.last == "other"
            if !isAll,
                let label = said.isDisjoint(with: ["negative", "positive", "red", "green"]) ? monthly(open) : nil
            {
                members = members.filter { group in index.known(label).contains { $0.group == group && $0.value != 0 } }
            }
        case "zone":
            let kinds = ["demand", "supply"].filter { kind in
                said.contains(kind)
                    || (said.isDisjoint(with: ["demand", "supply"]) && tokens.contains { $0.word == kind })
            }
            let near = kinds.filter { kind in
                open.claim.position + 1 < tokens.count && tokens[open.claim.position + 1].word == kind
            }
            members = (near.isEmpty ? kinds : near).flatMap { index.subjects.parts($0) ?? [] }
            if kinds.isEmpty { members = ["demand", "supply"].flatMap { index.subjects.parts($0) ?? [] } }
            // "Two of the zones are fresh"
            for word in said {
                guard let holders = index.groupsByText[word] else { continue }
                members = members.filter { name in
                    index.subjects.groupsByName[name]?.contains(where: holders.contains) ?? false
                }
            }
        case "candidate", "roll", "alternative", "choice", "result", "way":
            members = ["net credit", "score"].flatMap { name in
                index.labels.firstIndex { $0.words == TokenizedText.words(name) }.map { index.known($0).map(\.group) }
                    ?? []
            }
        default: return nil
        }
        guard isWritten(open, Double(Set(members).count)) else { return nil }
        // "Two months lost money: June and May"
        if noun == "month", derivation.reading.distinctTargets(after: open.claim.position) == Set(members).count,
            !areMonthsAsSaid(derivation.reading, after: open.claim.position)
        {
            return nil
        }
        return .computed("count", from: [])
    }

    /// The label a sentence names of which months have values.
    private func monthly(_ open: Derivation.Open) -> Int? {
        let months = Set(index.subjects.days(Figure.DateClaim()).flatMap { index.subjects.groupsByName[$0] ?? [] })
        for mention in open.claim.reading.labels {
            let label =
                mention.label
                ?? index.labels.indices.first { !index.labels[$0].classes.isDisjoint(with: mention.classes) }
            if let label, index.known(label).contains(where: { months.contains($0.group) }) { return label }
        }
        return nil
    }

    /// The mean of a label over the months that have it: "you averaged $233 a month".
    func mean(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let said = words(derivation)
        guard
            !said.isDisjoint(with: ["average", "averaged", "averages", "averaging"])
                || said.contains("month") && !said.isDisjoint(with: ["a", "per", "each", "every"]),
            let label = monthly(open)
        else { return nil }
        let chosen = monthsSaid(open)
        let values = index.known(label).filter { $0.value != 0 && (chosen?.contains($0.group) ?? true) }
        guard values.count > 1, isWritten(open, values.reduce(0) { $0 + $1.value } / Double(values.count)) else {
            return nil
        }
        return .computed("mean of \(values.count)", from: values.prefix(8).map(\.id))
    }

    /// The least and the greatest of a label over the months, those aside that are named: "between $5.08 and $5.40".
    func range(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let tokens = open.claim.reading.tokens
        let position = open.claim.position
        guard let label = monthly(open), position > 0 else { return nil }
        let isLow =
            ["between", "from"].contains(tokens[position - 1].word) && position + 1 < tokens.count
            && ["and", "to"].contains(tokens[position + 1].word)
        let isHigh =
            position > 2 && ["and", "to"].contains(tokens[position - 1].word) && tokens[position - 2].isNumeral
            && ["between", "from"].contains(tokens[position - 3].word)
        guard isLow || isHigh else { return nil }
        let named = open.claim.reading.distinctTargets
        let all = index.known(label).filter { $0.value != 0 }
        let others = named.map { target in all.filter { !target.admits(index.subjects.groups[$0.group]) } }
        for values in [all] + others where values.count > 2 {
            guard let bound = isLow ? values.min(by: { $0.value < $1.value }) : values.max(by: { $0.value < $1.value }),
                isWritten(open, bound.value)
            else { continue }
            return .computed(isLow ? "the least" : "the greatest", from: [bound.id])
        }
        return nil
    }

    /// The sum over the months of one sign: "eight months were positive and brought in $6,161.24".
    func ofMonths(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        // The label beside it, or else the first that is named.
        let beside = open.claim.labels.lazy.compactMap { mention in
            mention.label
                ?? self.index.labels.indices.first {
                    !self.index.labels[$0].classes.isDisjoint(with: mention.classes) && self.index.known($0).count > 1
                }
        }.first
        let said =
            beside
            ?? open.claim.reading.labels.lazy.compactMap(\.label).first {
                index.known($0).contains { $0.unit == .dollars }
            }
        guard let premium = said ?? index.labels.firstIndex(where: { $0.words == ["net", "premium"] }) else {
            return nil
        }
        let months = Set(monthsSaid(open) ?? monthsBySign(words(derivation)))
        let members = index.known(premium).filter { months.contains($0.group) }
        guard members.count > 1, members.count < index.known(premium).count,
            isWritten(open, members.reduce(0) { $0 + $1.value }),
            isSameWay(open, members.reduce(0) { $0 + $1.value }),
            open.quantity.sign == .none || (open.quantity.sign == .plus) == (members.reduce(0) { $0 + $1.value } > 0)
        else { return nil }
        return .computed("sum of \(members.count) x net premium", from: members.prefix(8).map(\.id))
    }

    /// Whether a total below zero is not told as a gain, nor one above as a loss.
    private func isSameWay(_ open: Derivation.Open, _ total: Double) -> Bool {
        switch open.claim.direction {
        case .gain: total > 0
        case .loss: total < 0
        case .outward, nil: true
        }
    }

    /// The months of a quarter or of a range that stands before a figure: "third-quarter interest", "February through May".
    func monthsSaid(_ open: Derivation.Open) -> [Int]? {
        let tokens = open.claim.reading.tokens
        var range: ClosedRange<Int>?
        for (position, token) in tokens.enumerated() {
            let next = position + 1 < tokens.count ? tokens[position + 1].word : ""
            if let quarter = Self.quarters[token.word], next != "half",
                token.word.hasPrefix("q") || tokens.contains(where: { $0.word == "quarter" }),
                range == nil || position < open.claim.position
            {
                range = quarter * 3 - 2...quarter * 3
            }
            if ["h1", "h2"].contains(token.word) || (next == "half" && ["first", "second"].contains(token.word)) {
                range = ["h1", "first"].contains(token.word) ? 1...6 : 7...12
            }
            guard let first = FigureScan.months[token.word], token.isCapitalised, position + 1 < tokens.count else {
                continue
            }
            if position > 0, tokens[position - 1].word == "since" { range = first...12 }
            // "February through May", "Jul-Nov"
            let isJoined =
                ["through", "to", "until", "thru"].contains(next)
                || next == "and" && position > 0 && tokens[position - 1].word == "between"
            let other = isJoined ? position + 2 : position + 1
            guard other < tokens.count, tokens[other].isCapitalised, !tokens[other].isParted,
                let last = FigureScan.months[tokens[other].word], first <= last
            else { continue }
            range = first...last
        }
        guard let range else { return nil }
        return range.flatMap { index.subjects.days(Figure.DateClaim(month: $0)) }.flatMap {
            index.subjects.groupsByName[$0] ?? []
        }
    }

    static let quarters: [String: Int] = [
        "first": 1, "second": 2, "third": 3, "fourth": 4, "q1": 1, "q2": 2, "q3": 3, "q4": 4,
    ]

    /// The months of which a label, or else the net premium, has the sign that words say; all where they say none.
    func monthsBySign(_ words: Set<String>, of label: Int? = nil) -> [Int] {
        let days = index.subjects.days(Figure.DateClaim()).flatMap { index.subjects.groupsByName[$0] ?? [] }
        let isNegative = !words.isDisjoint(with: ["negative", "red", "losing", "below", "lost"])
        let isPositive =
            !words.isDisjoint(with: ["positive", "green", "winning", "profitable", "above"])
            || words.isSuperset(of: ["made", "money"])
        guard isNegative != isPositive else { return days }
        guard let premium = label ?? index.labels.firstIndex(where: { $0.words == ["net", "premium"] }) else {
            return []
        }
        return index.known(premium).filter { ($0.value < 0) == isNegative && $0.value != 0 && days.contains($0.group) }
            .map(\.group)
    }
}
