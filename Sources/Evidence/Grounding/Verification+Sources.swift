import Foundation
import Markets

/// Dates, times and contracts against facts; everything against passages and the question.
extension Verification {
    // MARK: - Dates, times, contracts

    func match(_ date: Figure.DateClaim, _ claim: Claim) -> Outcome {
        guard date.relative == nil else {
            // What "tomorrow" means depends on the day the data is of.
            guard let today = index.today else { return .failed(.unknownValue) }
            if let source = previousSession(date, claim) { return .found([source]) }
            return date.resolved(on: today).map { match($0, claim) }.reduce(.failed(.unknownValue)) { $0.orBetter($1) }
        }
        if let source = dayBefore(date, claim) { return .found([source]) }
        if isThisWeek(date, claim) { return .found([]) }
        let rule = labelRule(for: claim, groups: [.date])
        var found: [(source: Int, id: String)] = []
        // A year alone dates nothing of its own: any year the evidence knows will do.
        let isYear = date.month == nil && date.day == nil
        let isKnown = index.knows(date)
        var outcome = Outcome.failed(isKnown ? .otherSubject : .unknownValue)
        let days = isKnown ? index.days(of: isYear ? nil : groups(for: claim, rule)) : []
        for day in days where date.agrees(with: day.date) {
            guard isYear || isAbout(day.group, claim, rule) else { continue }
            if let rule, !isYear, let number = day.label, !agrees(number, index.labels[number], with: rule, claim) {
                outcome = outcome.orBetter(.failed(.otherLabel))
                continue
            }
            found.append((day.source, index.ids[day.source]))
        }
        if found.isEmpty, isYear || rule == nil && mayBeAsOf(claim) {
            for (day, source) in index.asOfDays where date.agrees(with: day) {
                found.append((source, index.ids[source]))
            }
        }
        return found.isEmpty ? outcome : .found(Self.ids(found))
    }

    /// Whether a date names the week of the data by its Monday: "week of Nov 16".
    private func isThisWeek(_ date: Figure.DateClaim, _ claim: Claim) -> Bool {
        guard let today = index.today, claim.reading.words(before: claim.position, 2) == ["of", "week"] else {
            return false
        }
        return date.agrees(with: today.adding(days: 1 - today.weekday))
    }

    /// The session before a date of those it is about, where the words say so: "the day before the ex-date, Nov 19".
    private func dayBefore(_ date: Figure.DateClaim, _ claim: Claim) -> String? {
        let tokens = claim.reading.tokens
        let isSaid = tokens.indices.contains { place in
            // "The date to act by is Thu 11/19"
            if tokens[place].word == "deadline"
                || tokens[place].word == "act" && place + 1 < tokens.count && tokens[place + 1].word == "by"
            {
                return true
            }
            guard ["before", "eve", "ahead", "prior", "last", "latest", "night", "by"].contains(tokens[place].word)
            else { return false }
            // "So the exercise would come by Nov 19"
            if tokens[place].word == "by" { return place + 1 == claim.position && claim.reading.dateTokens.count > 1 }
            return ["eve", "latest"].contains(tokens[place].word)
                || (place > 0 && ["day", "night", "session"].contains(tokens[place - 1].word))
                || (place + 1 < tokens.count && ["day", "to"].contains(tokens[place + 1].word))
        }
        guard isSaid, date.month != nil || date.weekday != nil, date.day != nil,
            !claim.labels.contains(where: { label in
                // "The day before ex-dividend is Thursday, Nov 19" is not the ex-date.
                claim.reading.isStated(label, at: claim.position)
                    && !tokens[..<label.tokens.lowerBound].contains { ["before", "to", "ahead"].contains($0.word) }
            })
        else { return nil }
        let targets = claim.binding.targets.filter { !$0.isUnknown }
        guard !targets.isEmpty else { return nil }
        let kinds = claim.reading.labels.reduce(into: LabelClasses()) { $0.formUnion($1.classes) }
        return index.days(of: targets.flatMap(index.subjects.groups)).first { day in
            let isMeant =
                !day.classes.isDisjoint(with: kinds)
                || (day.classes.contains(.exDate) && tokens.contains { ["ex", "dividend"].contains($0.word) })
            return isMeant
                && (1...3).contains { back in
                    let before = day.date.adding(days: -back)
                    return MarketCalendar.isSession(before)
                        && !(1..<back).contains { MarketCalendar.isSession(day.date.adding(days: -$0)) }
                        && date.agrees(with: before)
                }
        }.map { index.ids[$0.source] }
    }

    /// The first or last of the days that facts give under one label, where the words say so: "the oldest dates from 15 April".
    func extremeDate(_ claim: Claim) -> GroundingReport.Status? {
        guard case .value(let readings) = claim.figure.kind, claim.cited.isEmpty else { return nil }
        let said = Set(claim.reading.tokens[claim.reading.part(of: claim.position)].map(\.word))
        let isFirst = !said.isDisjoint(with: ["oldest", "earliest"])
        guard isFirst != !said.isDisjoint(with: ["newest", "latest"]) else { return nil }
        let sets = Dictionary(grouping: index.days(of: nil).filter { $0.group != 0 && $0.label != nil }) { $0.label }
        for case .date(let date) in readings where date.day != nil {
            for days in sets.values where Set(days.map(\.group)).count > 1 {
                guard let day = isFirst ? days.min(by: { $0.date < $1.date }) : days.max(by: { $0.date < $1.date }),
                    date.agrees(with: day.date)
                else { continue }
                return .computed(
                    isFirst ? "the first of \(days.count)" : "the last of \(days.count)",
                    from: [index.ids[day.source]]
                )
            }
        }
        return nil
    }

    /// "Yesterday's close" is what the evidence calls the previous one.
    private func previousSession(_ date: Figure.DateClaim, _ claim: Claim) -> String? {
        // "Off 2.75 from yesterday": a change is since the session before.
        if claim.figure.text.lowercased() == "yesterday",
            claim.reading.labels.allSatisfy({ $0.classes.isDisjoint(with: [.expiration, .exDate, .earnings, .opened]) }
            ),
            claim.reading.clause(of: claim.position, hasAnyOf: Self.falling.union(Self.rising))
        {
            let groups = groups(of: claim.binding)
            let since = index.labels.indices.filter {
                index.labels[$0].words == ["previous", "close"] || index.labels[$0].classes.contains(.dayChange)
            }
            if let known = since.lazy.flatMap(index.known).first(where: { groups.contains($0.group) }) {
                return known.id
            }
        }
        guard claim.figure.text.lowercased().hasPrefix("yesterday"),
            let label = index.labels.firstIndex(where: { $0.words == ["previous", "close"] }),
            claim.reading.tokens.contains(where: { ["close", "closed", "closing"].contains($0.word) })
        else { return nil }
        return index.known(label).first { known in
            claim.binding.targets.isEmpty
                || claim.binding.targets.contains { $0.admits(index.subjects.groups[known.group]) }
        }?.id
    }

    /// Whether no word beside a date says it is another date than that of the data.
    func mayBeAsOf(_ claim: Claim) -> Bool {
        claim.labels.allSatisfy {
            $0.classes.contains(.asOf) || $0.classes.isDisjoint(with: [.expiration, .exDate, .earnings, .opened])
        }
    }

    func match(_ time: Figure.TimeClaim) -> Outcome {
        let minute = time.hour * 60 + time.minute
        let known =
            time.isUniversal ? index.asOfUniversalMinutes[minute] : time.isNewYork ? index.asOfMinutes[minute] : nil
        guard time.second ?? 0 == 0, let source = known else {
            return .failed(.unknownValue)
        }
        return .found([index.ids[source]])
    }

    func match(_ contract: Figure.ContractClaim, _ claim: Claim) -> Outcome {
        let contracts = claim.reading.contracts[claim.position] ?? []
        if let ids = ids(ofContracts: contracts) { return .found(ids) }
        // A strike that only a fact of its own gives, without a contract's name to go with it.
        guard contract.expiration == nil else { return .failed(.unknownValue) }
        let strike = contract.strike.approximation
        let groups = groups(of: claim.binding)
        let found = index.values(from: strike - 1e-9, through: strike + 1e-9, of: groups).filter { value in
            let subjects = index.subjects.groups[value.group]
            return value.unit == .dollarsPerShare && index.labels[value.label].classes.contains(.strike)
                && subjects.contracts.isEmpty && claim.binding.targets.contains { $0.admits(subjects) }
        }
        return found.isEmpty
            ? .failed(.unknownValue) : .found(Self.ids(found.map { ($0.source, index.ids[$0.source]) }))
    }

    func ids(ofContracts contracts: [Int]) -> [String]? {
        var ids: [String] = []
        for contract in contracts {
            for group in index.subjects.groupsByName[contract] ?? [] {
                if let source = index.firstSource(of: group), !ids.contains(source) { ids.append(source) }
            }
        }
        return ids.isEmpty ? nil : Array(ids.prefix(8))
    }

    /// The fact or evidence whose text stands word for word around a figure.
    func phrase(around claim: Claim) -> String? {
        index.phrases.source(around: claim.figure.range, in: claim.bytes, sentence: claim.sentence) { group in
            group == 0 || claim.binding.targets.isEmpty
                || claim.binding.targets.contains { $0.admits(index.subjects.groups[group]) }
        }
    }

    // MARK: - Passages and the question

    mutating func passage(of ids: [String], with readings: [Figure.Reading], for claim: Claim) -> String? {
        for id in ids {
            guard let passage = read(id) else { continue }
            let saying = passage.figures.indices.filter { rank in
                guard case .value(let others) = passage.figures[rank].kind else { return false }
                return readings.contains { reading in others.contains { Self.says($0, reading) } }
            }
            if !saying.isEmpty, isSameWay(saying, passage, claim), isBeside(saying, passage, claim),
                isInRole(saying, passage, claim)
            {
                return id
            }
        }
        return nil
    }

    /// Whether a gain is a gain in the passage too.
    private func isSameWay(_ saying: [Int], _ passage: ReadPassage, _ claim: Claim) -> Bool {
        // "A $500 loss on 100 shares": shares are neither won nor lost.
        guard claim.figure.measure != .shares, claim.figure.measure != .contracts else { return true }
        let near = claim.reading.words(before: claim.position, 4)
        let following = claim.reading.tokens[(claim.position + 1)...].prefix(2)
        let after =
            following.first.flatMap { WordLists.outcomes[$0.word] }
            ?? (following.first?.word == "of" ? following.last.flatMap { WordLists.outcomes[$0.word] } : nil)
        let outcome = after ?? near.lazy.compactMap { WordLists.outcomes[$0] }.first
        guard let said = outcome ?? (claim.direction == .loss ? .loss : nil) else { return true }
        let known = saying.compactMap { passage.directions[$0] }
        return known.isEmpty || known.contains(said)
    }

    /// Whether the word after a figure stands beside the same figure in a passage, where it stands beside any: of "60 %
    /// long-term and 40 % short-term" nothing may be said that exchanges the two.
    private func isBeside(_ saying: [Int], _ passage: ReadPassage, _ claim: Claim) -> Bool {
        let next = claim.position + 1
        guard next < claim.reading.tokens.count, claim.reading.tokens[next].kind == .word,
            !claim.reading.tokens[next].isParted
        else { return true }
        let stem = PassageSupport.stem(claim.reading.tokens[next].word)
        let word = claim.reading.tokens[next].word
        if ["trading", "business"].contains(word) { return passage.words.lowercased().contains(word + " day") }
        guard stem.count > 3, !["calendar", "trading", "business"].contains(word), FigureScan.nouns[word] == nil,
            passage.following.contains(stem)
        else { return true }
        return saying.contains { passage.following[$0] == stem }
            || !passage.following.indices.contains {
                // In the same sentence; another may say the same of something else.
                let sentence = passage.sentences[$0]
                return passage.following[$0] == stem && passage.figures[$0].measure == claim.figure.measure
                    && saying.contains { passage.sentences[$0] == sentence }
            }
    }

    /// Whether a source's figure says what an answer's figure does, at the answer's precision.
    static func says(_ source: Figure.Reading, _ claim: Figure.Reading) -> Bool {
        switch (source, claim) {
        case (.quantity(let source), .quantity(let claim)):
            // "60/40" of what is 60 % and 40 %.
            if source.measure == .fraction, claim.measure == .bare, claim.sign == .none, claim.slack == 0.5 {
                return source.magnitude * 100 == claim.magnitude
            }
            guard isAlike(source.measure, claim.measure), (source.sign == .minus) == (claim.sign == .minus) else {
                return false
            }
            let distance = abs(source.magnitude.approximation - claim.magnitude.approximation)
            let slack = claim.slack.approximation
            return source.slack <= claim.slack ? distance <= slack * (1 + 1e-9) : source.magnitude == claim.magnitude
        case (.date(let source), .date(let claim)):
            if source.relative != nil || claim.relative != nil { return source.relative == claim.relative }
            return (claim.year == nil || claim.year == source.year)
                && (claim.month == nil || claim.month == source.month)
                && (claim.day == nil || claim.day == source.day)
        case (.time(let source), .time(let claim)): return source == claim
        case (.contract(let source), .contract(let claim)):
            return source.strike == claim.strike && source.right == claim.right
        default: return false
        }
    }

    static func isAlike(_ left: Figure.Quantity.Measure, _ right: Figure.Quantity.Measure) -> Bool {
        if left == right { return true }
        let counted: Set<Figure.Quantity.Measure> = [.bare, .days, .contracts, .shares, .count, .multiple, .span]
        if [left, right].contains(.bare), [left, right].contains(.dollars) { return true }
        return (left == .bare || right == .bare) && counted.contains(left) && counted.contains(right)
    }

    func isInQuestion(_ readings: [Figure.Reading]) -> Bool {
        grounding.question.contains { figure in
            guard case .value(let others) = figure.kind else { return false }
            return readings.contains { reading in others.contains { Self.says($0, reading) } }
        }
    }

    func isPresentedAsAsked(_ claim: Claim) -> Bool {
        claim.reading.tokens.contains { WordLists.asked.contains($0.word) }
    }

    func isAsked(_ claim: Claim, _ readings: [Figure.Reading]) -> Bool {
        isInQuestion(readings) && (claim.isQuestion || isPresentedAsAsked(claim))
    }
}
