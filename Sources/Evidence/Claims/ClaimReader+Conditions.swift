import Foundation
import Markets

/// Reads what words say of rows.
extension ClaimReader {
    /// A condition that stands at a position, and how many tokens say it.
    struct Reading {
        var condition: Condition?
        var length: Int
        var noun: RowKind?
        var isTelling = true
        var target: Target?
        /// Tokens of numbers that are part of it.
        var numbers: [Int] = []
        /// How many there are at most: the months of a period.
        var span: Int?
    }

    /// What a range of words says; nil where a word of it is not understood.
    func conditions(in range: Range<Int>) -> Conditions? {
        var conditions = Conditions()
        var isDenied = false
        var position = range.lowerBound
        while position < range.upperBound {
            let word = tokens[position].word
            if asides.contains(position) {
                position += 1
            } else if Self.denials.contains(word) {
                guard !isDenied else { return nil }
                isDenied = true
                position += 1
            } else if let found = condition(at: position, range) {
                if let condition = found.condition {
                    let isDeniable = isDenied && found.isTelling
                    conditions.all.append(isDeniable ? condition.denied : condition)
                    if isDeniable { isDenied = false }
                    conditions.isTelling = conditions.isTelling || found.isTelling
                }
                if let noun = found.noun { conditions.nouns.insert(noun) }
                if let target = found.target { conditions.targets.append(target) }
                conditions.numbers += found.numbers
                conditions.span = found.span ?? conditions.span
                position += found.length
            } else if Self.fillers.contains(word), tokens[position].figure == nil {
                position += 1
            } else {
                return nil
            }
        }
        return isDenied ? nil : conditions
    }

    private func condition(at position: Int, _ range: Range<Int>) -> Reading? {
        if let exception = exception(at: position, range) { return exception }
        if let expiry = expiry(at: position, range) { return expiry }
        if let months = months(at: position, range) { return months }
        if let bound = bound(at: position, range) { return bound }
        if let state = moneyness(at: position, range) ?? outcome(at: position, range) { return state }
        if let named = named(at: position, range) { return named }
        return kind(at: position, range) ?? level(at: position, range) ?? property(at: position)
    }

    // MARK: - Names

    /// "AMD", "the SPY and QQQ puts", "of NVDA".
    private func named(at position: Int, _ range: Range<Int>) -> Reading? {
        guard let first = reading.mentions.first(where: { $0.tokens.lowerBound == position }),
            first.tokens.upperBound <= range.upperBound, !first.target.isUnknown
        else { return nil }
        var targets = [first.target]
        var end = first.tokens.upperBound
        while end < range.upperBound {
            let next = ["and", "or"].contains(tokens[end].word) ? end + 1 : end
            guard next > end || tokens[end].isParted,
                let other = reading.mentions.first(where: { $0.tokens.lowerBound == next }),
                other.tokens.upperBound <= range.upperBound, !other.target.isUnknown
            else { break }
            targets.append(other.target)
            end = other.tokens.upperBound
        }
        let words = tokens[first.tokens].map(\.word)
        let meant = targets
        let condition = Condition { row in meant.contains { $0.admits(index.subjects.groups[row]) } }
        return Reading(
            condition: condition,
            length: end - position,
            noun: words.lazy.compactMap { RowKind.words[$0] }.first
                ?? (first.target.contracts.isEmpty ? nil : .option),
            isTelling: false,
            target: targets.count == 1
                ? targets[0] : Target(tickers: targets.flatMap(\.tickers), contracts: targets.flatMap(\.contracts))
        )
    }

    /// "Except the KO calls", "but AMD", "other than NVDA".
    private func exception(at position: Int, _ range: Range<Int>) -> Reading? {
        var start = position + 1
        switch tokens[position].word {
        case "except", "besides", "excluding", "but", "bar": break
        case "other" where word(position + 1) == "than", "apart" where word(position + 1) == "from",
            "aside" where word(position + 1) == "from":
            start += 1
        default: return nil
        }
        while start < range.upperBound, ["for", "the", "your", "in", "on"].contains(tokens[start].word) { start += 1 }
        guard start < range.upperBound, let named = named(at: start, range), let condition = named.condition else {
            return nil
        }
        return Reading(
            condition: condition.denied,
            length: start + named.length - position,
            noun: named.noun,
            isTelling: false
        )
    }

    // MARK: - Kinds

    /// "Puts", "short", "shares".
    private func kind(at position: Int, _ range: Range<Int>) -> Reading? {
        let word = tokens[position].word
        switch word {
        case "put", "puts", "call", "calls":
            let right: OptionContract.Right = word.hasPrefix("put") ? .put : .call
            // "Puts and calls" are all options.
            let isBoth =
                position + 2 < range.upperBound && ["and", "or"].contains(tokens[position + 1].word)
                && ["put", "puts", "call", "calls"].contains(tokens[position + 2].word)
            let condition = Condition { row in contract(row).map { isBoth || $0.right == right } ?? false }
            return Reading(condition: condition, length: isBoth ? 3 : 1, noun: .option, isTelling: false)
        case "short", "sold", "written":
            guard !["of", "by", "term", "dated"].contains(self.word(position + 1)) else { return nil }
            return Reading(
                condition: Condition { row in leveled?.contains(row) ?? false ? true : quantity(row).map { $0 < 0 } },
                length: 1,
                isTelling: false
            )
        case "long", "bought", "own":
            guard !["term", "dated", "run"].contains(self.word(position + 1)) else { return nil }
            return Reading(
                condition: Condition { quantity($0).map { $0 > 0 } },
                length: 1,
                isTelling: false
            )
        case "demand", "supply", "support", "resistance":
            let kind = ["support": "demand", "resistance": "supply"][word] ?? word
            let parts = Set(index.subjects.parts(kind) ?? [])
            guard !parts.isEmpty else { return nil }
            let condition = Condition { row in
                index.subjects.groups[row].tickers.contains(where: parts.contains)
            }
            return Reading(condition: condition, length: 1, isTelling: false)
        default:
            guard let noun = RowKind.words[word] else { return nil }
            switch noun {
            case .option where word.hasPrefix("option") || word.hasPrefix("contract"):
                return Reading(
                    condition: Condition { contract($0) != nil },
                    length: 1,
                    noun: noun,
                    isTelling: false
                )
            case .shares:
                return Reading(
                    condition: Condition { contract($0) == nil },
                    length: 1,
                    noun: noun,
                    isTelling: false
                )
            default: return Reading(condition: nil, length: 1, noun: noun, isTelling: false)
            }
        }
    }

    /// "Rated HIGH", "HIGH or IMMINENT".
    private func level(at position: Int, _ range: Range<Int>) -> Reading? {
        func groups(_ place: Int) -> Set<Int>? {
            guard place < range.upperBound, !tokens[place].capitals.isEmpty else { return nil }
            return index.groupsByText[tokens[place].capitals].map { $0.subtracting([0]) }.flatMap {
                $0.isEmpty ? nil : $0
            }
        }
        guard var members = groups(position) else { return assignmentLevel(at: position) ?? state(at: position) }
        var end = position + 1
        if ["or", "and"].contains(word(end)), let others = groups(end + 1) {
            members.formUnion(others)
            end += 2
        }
        let labels = index.labels.indices.filter { !index.holders(of: $0).isDisjoint(with: members) }
        let holders = labels.reduce(into: Set<Int>()) { $0.formUnion(index.holders(of: $1)) }
        let condition = Condition { row in
            members.contains(row) ? true : holders.contains(row) ? false : quantity(row).map { _ in false }
        }
        return Reading(condition: condition, length: end - position)
    }

    /// A level of assignment risk that is written small: "the only imminent assignment risk".
    private func assignmentLevel(at position: Int) -> Reading? {
        let word = word(position)
        guard index.levelWords.contains(word), ["assignment", "risk"].contains(self.word(position + 1)) else {
            return nil
        }
        let levels = index.levels.filter { index.labels[$0.label].words.first == "assignment" }
        let members = Set(levels.filter { $0.word == word }.map(\.group))
        let all = Set(levels.map(\.group))
        guard !all.isEmpty else { return nil }
        return Reading(
            condition: Condition { row in all.contains(row) ? members.contains(row) : quantity(row).map { _ in false }
            },
            length: 1
        )
    }

    /// A state that facts give in a word: `fresh`, `tested`.
    private func state(at position: Int) -> Reading? {
        let word = tokens[position].word
        guard ["fresh", "untested", "tested", "retested"].contains(word) else { return nil }
        let isFresh = word == "fresh" || word == "untested"
        guard index.groupsByText["fresh"] != nil || index.groupsByText["tested"] != nil else { return nil }
        let condition = Condition { row in
            if index.groupsByText["fresh"]?.contains(row) ?? false { return isFresh }
            if index.groupsByText["tested"]?.contains(row) ?? false { return !isFresh }
            return nil
        }
        return Reading(condition: condition, length: 1)
    }

    // MARK: - States

    /// "In the money", "OTM".
    private func moneyness(at position: Int, _ range: Range<Int>) -> Reading? {
        let words = tokens[position..<min(position + 4, range.upperBound)].map(\.word)
        let isInside: Bool
        let length: Int
        switch words.first {
        case "itm": (isInside, length) = (true, 1)
        case "otm": (isInside, length) = (false, 1)
        case "in" where words.starts(with: ["in", "the", "money"]): (isInside, length) = (true, 3)
        case "out" where words == ["out", "of", "the", "money"]: (isInside, length) = (false, 4)
        default: return nil
        }
        let condition = Condition { row in
            guard let depth = depth(row) else { return contract(row) == nil ? false : nil }
            return depth == 0 ? nil : (depth > 0) == isInside
        }
        return Reading(condition: condition, length: length)
    }

    /// "At a loss", "winners", "in the green", "down today".
    private func outcome(at position: Int, _ range: Range<Int>) -> Reading? {
        let words = tokens[position..<min(position + 4, range.upperBound)].map(\.word)
        guard let (isGain, own) = Self.outcome(words) else { return nil }
        var length = own
        var label = "unrealised p&l"
        let after = Array(tokens[(position + own)..<range.upperBound].prefix(3).map(\.word))
        if after.first == "today" || after.starts(with: ["on", "the", "day"]) {
            length += after.first == "today" ? 1 : 3
            label = "day change"
        }
        let meant = monthlyLabels
        let condition = Condition { row in
            if let value = value(label, row) { return value == 0 ? false : (value > 0) == isGain }
            let results = Set(meant.compactMap { self.value($0, row) }.map { $0 != 0 && ($0 > 0) == isGain })
            return results.count == 1 ? results.first : nil
        }
        return Reading(condition: condition, length: length)
    }

    /// The labels by which a month wins or loses: those the sentence names, else premium or realised gains.
    private var monthlyLabels: [Int] {
        let named = reading.labels.filter { !$0.classes.isDisjoint(with: [.premium, .realised]) }
        return named.isEmpty ? monthlyResult : named.flatMap { numbers(of: $0) }
    }

    /// Whether words begin with one that says that something wins or loses, and how many say it.
    private static func outcome(_ words: [String]) -> (isGain: Bool, length: Int)? {
        let phrases: [([String], Bool)] = [
            (["at", "a", "loss"], false), (["at", "a", "profit"], true), (["at", "a", "gain"], true),
            (["in", "the", "red"], false), (["in", "the", "green"], true), (["in", "the", "black"], true),
            (["in", "profit"], true), (["under", "water"], false), (["losing", "money"], false),
            (["loses", "money"], false), (["lose", "money"], false), (["making", "money"], true),
            (["makes", "money"], true), (["make", "money"], true), (["a", "loss"], false), (["a", "profit"], true),
            (["a", "gain"], true), (["an", "unrealised", "loss"], false), (["an", "unrealised", "gain"], true),
            (["an", "unrealised", "profit"], true), (["a", "paper", "loss"], false), (["a", "paper", "gain"], true),
            (["a", "paper", "profit"], true), (["losses"], false), (["gains"], true), (["profits"], true),
            (["underwater"], false), (["profitable"], true), (["unprofitable"], false), (["winner"], true),
            (["winners"], true), (["loser"], false), (["losers"], false), (["winning"], true), (["losing"], false),
            (["up"], true), (["down"], false), (["red"], false), (["green"], true), (["negative"], false),
            (["positive"], true), (["loss"], false), (["ahead"], true),
        ]
        guard let phrase = phrases.first(where: { words.starts(with: $0.0) }) else { return nil }
        // "Up to", "up by 5%", "a loss of $40", "a profit target"
        let next = words.count > phrase.0.count ? words[phrase.0.count] : ""
        guard !["to", "by", "of", "target", "from", "limit", "for", "p&l", "delta", "theta", "vega"].contains(next)
        else { return nil }
        return (phrase.1, phrase.0.count)
    }

    /// What single words say: `covered`, `priced`.
    private func property(at position: Int) -> Reading? {
        let condition: Condition
        switch tokens[position].word {
        case "covered", "naked", "uncovered":
            let isCovered = tokens[position].word == "covered"
            condition = Condition { row in
                guard let contract = contract(row), contract.right == .call, let own = quantity(row), own < 0,
                    heldRows != nil
                else { return nil }
                let shares = index.labels(named: "quantity").flatMap(index.known).first { known in
                    known.unit == .shares && index.subjects.groups[known.group].contracts.isEmpty
                        && index.subjects.groups[known.group].tickers == [contract.ticker]
                }?.value
                return ((shares ?? 0) >= own.magnitude * 100) == isCovered
            }
        // "That could be assigned": what is held short.
        case "could" where word(position + 1) == "be" && word(position + 2) == "assigned":
            return Reading(
                condition: Condition { row in leveled?.contains(row) ?? false ? true : quantity(row).map { $0 < 0 } },
                length: 3,
                isTelling: false
            )
        case "priced", "unpriced":
            let isPriced = tokens[position].word == "priced"
            guard let held = heldRows, let missing = index.labels(named: "positions not priced").first,
                let count = index.values(from: 0, through: .infinity, of: [0]).first(where: { $0.label == missing }),
                Double(held.count { value("mark", $0) == nil }) == count.magnitude
            else { return nil }
            condition = Condition { row in (value("mark", row) != nil) == isPriced }
        default: return nil
        }
        return Reading(condition: condition, length: 1)
    }

    // MARK: - Days

    /// "Expire this week", "expiring on Nov 27", "expire before December", "report in November".
    private func expiry(at position: Int, _ range: Range<Int>) -> Reading? {
        let kind: LabelClasses
        switch tokens[position].word {
        case "expires", "expire", "expiring", "expiry", "expiration", "lapse", "lapses", "mature", "matures":
            kind = .expiration
        case "reports", "report", "reporting": kind = .earnings
        case "run",
            "runs" where word(position + 1) == "out":
            kind = .expiration
        default: return nil
        }
        var next = position + (word(position + 1) == "out" ? 2 : 1)
        var order: (Int, Int) -> Bool = { $0 == $1 }
        var isPeriod = true
        while next < range.upperBound {
            switch tokens[next].word {
            case "on", "in", "at", "during", "of", "the", "their", "its", "earnings", "date": break
            case "by", "through", "until", "within": (order, isPeriod) = ({ $0 <= $1 }, false)
            case "before": (order, isPeriod) = ({ $0 < $1 }, false)
            case "after", "beyond", "past": (order, isPeriod) = ({ $0 > $1 }, false)
            default:
                guard let period = period(at: next, range) else {
                    return RowKind.words[tokens[position].word] == nil ? nil : nil
                }
                let (first, last) = (period.first.daysSinceEpoch, period.last.daysSinceEpoch)
                let isAt = isPeriod
                let isOrdered = order
                let condition = Condition { row in
                    let days = days(kind, row).map(\.daysSinceEpoch)
                    guard let day = days.first, Set(days).count == 1 else { return kind == .earnings ? false : nil }
                    if isAt { return (first...last).contains(day) }
                    return isOrdered(day, isOrdered(1, 0) ? last : isOrdered(0, 0) ? last : first)
                }
                return Reading(condition: condition, length: next + period.length - position)
            }
            next += 1
        }
        return nil
    }

    /// The days that words mean: a date, a month, this week.
    private func period(at position: Int, _ range: Range<Int>) -> (first: TradingDate, last: TradingDate, length: Int)?
    {
        let words = tokens[position..<min(position + 3, range.upperBound)].map(\.word)
        if let today = index.today, ["this", "next"].contains(words.first), words.count > 1,
            ["week", "month"].contains(words[1])
        {
            let isNext = words[0] == "next"
            if words[1] == "week" {
                let monday = today.adding(days: 1 - today.weekday + (isNext ? 7 : 0))
                return (monday, monday.adding(days: 6), 2)
            }
            let month = today.civil.year * 12 + today.civil.month - 1 + (isNext ? 1 : 0)
            return Self.month(month / 12, month % 12 + 1).map { ($0.first, $0.last, 2) }
        }
        if tokens[position].isCapitalised, let month = FigureScan.months[tokens[position].word],
            !reading.dateTokens.contains(position + 1)
        {
            return self.month(month, year: nil).map { ($0.first, $0.last, 1) }
        }
        guard reading.dateTokens.contains(position),
            case .date(let claim)? = reading.values[position]?.first(where: {
                if case .date = $0 { return true }
                return false
            })
        else { return nil }
        if let month = claim.month, claim.day == nil {
            return self.month(month, year: claim.year).map { ($0.first, $0.last, 1) }
        }
        let dates = Set(index.days(of: nil).map(\.date).filter(claim.agrees))
        if let date = dates.first, dates.count == 1 { return (date, date, 1) }
        guard dates.isEmpty, let today = index.today, let month = claim.month, let day = claim.day,
            let date = TradingDate(year: claim.year ?? today.civil.year, month: month, day: day)
        else { return nil }
        return (date, date, 1)
    }

    /// A month, of the year that facts have days of it in, where none is written.
    private func month(_ month: Int, year: Int?) -> (first: TradingDate, last: TradingDate)? {
        if let year { return Self.month(year, month) }
        let years = Set(index.days(of: nil).map(\.date.civil).filter { $0.month == month }.map(\.year))
        guard let year = years.first ?? index.today?.civil.year, years.count <= 1 else { return nil }
        return Self.month(year, month)
    }

    private static func month(_ year: Int, _ month: Int) -> (first: TradingDate, last: TradingDate)? {
        guard let first = TradingDate(year: year, month: month, day: 1),
            let next = TradingDate(year: month == 12 ? year + 1 : year, month: month % 12 + 1, day: 1)
        else { return nil }
        return (first, next.adding(days: -1))
    }

    /// "From February to November", of months.
    private func months(at position: Int, _ range: Range<Int>) -> Reading? {
        guard word(position) == "from", position + 3 < range.upperBound,
            ["to", "through", "until"].contains(word(position + 2)),
            let first = FigureScan.months[word(position + 1)], let last = FigureScan.months[word(position + 3)],
            first <= last
        else { return nil }
        let condition = Condition { row in
            let days = index.subjects.groups[row].tickers.compactMap(index.subjects.day(of:))
            return days.first.map { (first...last).contains($0.civil.month) }
        }
        return Reading(condition: condition, length: 4, isTelling: false, span: last - first + 1)
    }

    // MARK: - Bounds

    /// A value held against a number: "score above 80", "more than 30 days left", "with a weight over 10%", "at least 70%
    /// probability of profit"; or against another value: "a mark below their cost".
    private func bound(at position: Int, _ range: Range<Int>) -> Reading? {
        var next = position
        var numbers: [Int]?
        if let mention = reading.labels.first(where: { $0.tokens.lowerBound == position }),
            mention.tokens.upperBound <= range.upperBound
        {
            numbers = self.numbers(of: mention)
            next = mention.tokens.upperBound
        } else if ["score", "scores", "scored"].contains(tokens[position].word) {
            numbers = index.labels(named: "score")
            next += 1
        } else if ["trade", "trades", "marked", "priced"].contains(tokens[position].word),
            comparator(at: next + 1) != nil
        {
            numbers = index.labels(named: "mark") + index.labels(named: "last")
            next += 1
        } else if ["weigh", "weighs"].contains(tokens[position].word) {
            numbers = index.labels(named: "weight")
            next += 1
        }
        let afterLabel = next
        while next < range.upperBound,
            ["of", "is", "are", "that", "at", "a", "an", "was", "stands"].contains(word(next)),
            comparator(at: next) == nil
        {
            next += 1
        }
        guard let (relation, length) = comparator(at: next) else {
            guard let numbers, afterLabel > position else { return nil }
            return sign(numbers, from: position, afterLabel, range)
        }
        next += length
        while next < range.upperBound, ["a", "an", "the", "their", "its"].contains(word(next)) { next += 1 }
        guard next < range.upperBound else { return nil }
        // "A mark below their cost"
        if let numbers, let other = reading.labels.first(where: { $0.tokens.lowerBound == next }),
            other.tokens.upperBound <= range.upperBound
        {
            let others = self.numbers(of: other)
            let condition = Condition { row in
                self.relate(numbers, others, row, relation)
            }
            return Reading(condition: condition, length: other.tokens.upperBound - position)
        }
        let number = next
        guard case .quantity(let quantity)? = reading.values[next]?.first, quantity.sign == .none else { return nil }
        next += 1
        if numbers == nil {
            while next < range.upperBound, ["of", "in", "a"].contains(word(next)) { next += 1 }
            if let mention = reading.labels.first(where: { $0.tokens.lowerBound == next }) {
                numbers = self.numbers(of: mention)
                next = mention.tokens.upperBound
            } else if quantity.measure == .days {
                numbers = index.labels(named: "days to expiration")
                if ["days", "day"].contains(word(next)) { next += 1 }
                while next < range.upperBound,
                    ["to", "go", "left", "away", "out", "run", "remaining"].contains(word(next))
                {
                    next += 1
                }
            }
        } else if quantity.measure == .days, ["days", "day"].contains(word(next)) {
            next += 1
        }
        guard let numbers, !numbers.isEmpty else { return nil }
        let condition = Condition { row in self.holds(numbers, quantity, row, relation) }
        return Reading(condition: condition, length: next - position, numbers: [number])
    }

    /// "A positive delta", "negative net premium", "net premium was negative", "has a dividend".
    private func sign(_ numbers: [Int], from position: Int, _ end: Int, _ range: Range<Int>) -> Reading? {
        // "A realised loss"
        let words = tokens[position..<end].map(\.word)
        if let isGain = words.lazy.compactMap({ Self.outcomes[$0] }).first {
            guard !["of", "to", "from"].contains(word(end)) else { return nil }
            return Reading(condition: isOfSign(numbers, isGain), length: end - position)
        }
        var next = end
        while next < range.upperBound, ["was", "is", "were", "are", "came", "in", "ended"].contains(word(next)) {
            next += 1
        }
        let signs = ["negative": false, "positive": true]
        if next < range.upperBound, let isPositive = signs[word(next)] {
            return Reading(condition: isOfSign(numbers, isPositive), length: next + 1 - position)
        }
        if position > range.lowerBound, let isPositive = signs[word(position - 1)] {
            return Reading(condition: isOfSign(numbers, isPositive), length: end - position)
        }
        // "Interest was credited", "with an early assignment probability"
        let isPaid =
            next < range.upperBound
            && ["credited", "paid", "booked", "received", "earned", "collected"].contains(word(next))
        let isHad =
            position > range.lowerBound && ["with", "have", "has", "carry", "an", "a"].contains(word(position - 1))
        guard isPaid || isHad else { return nil }
        let condition = Condition { row in
            let values = numbers.compactMap { self.value($0, row) }
            return values.contains { $0 != 0 } ? true : values.isEmpty ? false : false
        }
        return Reading(condition: condition, length: (isPaid ? next + 1 : end) - position)
    }

    private static let outcomes: [String: Bool] = [
        "loss": false, "losses": false, "gain": true, "gains": true, "profit": true, "profits": true,
    ]

    private func isOfSign(_ numbers: [Int], _ isPositive: Bool) -> Condition {
        Condition { row in
            let signs = Set(numbers.compactMap { self.value($0, row) }.map { $0 == 0 ? 0 : $0 > 0 ? 1 : -1 })
            guard let sign = signs.first, signs.count == 1 else { return nil }
            return sign == (isPositive ? 1 : -1)
        }
    }

    /// How a word holds a value against what follows it, and how many words say it.
    private func comparator(at position: Int) -> (relation: Relation, length: Int)? {
        let words = tokens[min(position, tokens.count)...].prefix(3).map(\.word)
        let phrases: [([String], Relation)] = [
            (["no", "more", "than"], .atMost), (["no", "less", "than"], .atLeast), (["not", "above"], .atMost),
            (["not", "below"], .atLeast), (["more", "than"], .above), (["greater", "than"], .above),
            (["higher", "than"], .above), (["larger", "than"], .above), (["less", "than"], .below),
            (["fewer", "than"], .below), (["lower", "than"], .below), (["smaller", "than"], .below),
            (["at", "least"], .atLeast), (["at", "most"], .atMost), (["above"], .above), (["over"], .above),
            (["beyond"], .above), (["exceeding"], .above), (["below"], .below), (["under"], .below),
            (["up", "to"], .atMost),
        ]
        return phrases.first { words.starts(with: $0.0) }.map { ($0.1, $0.0.count) }
    }

    /// How one value is held against another.
    enum Relation {
        case above, below, atLeast, atMost

        func holds(_ left: Double, _ right: Double) -> Bool {
            switch self {
            case .above: left > right
            case .below: left < right
            case .atLeast: left >= right
            case .atMost: left <= right
            }
        }
    }

    private func holds(_ numbers: [Int], _ quantity: Figure.Quantity, _ row: Int, _ relation: Relation) -> Bool? {
        let written = quantity.magnitude.approximation
        let results = numbers.compactMap { number -> Bool? in
            guard let value = value(number, row), let known = index.known(number).first else { return nil }
            switch (quantity.measure, known.unit) {
            case (.fraction, .fraction), (.dollars, .dollars), (.dollars, .dollarsPerShare), (.days, .days),
                (.bare, .ratio), (.bare, .count), (.bare, .days), (.bare, .contracts), (.shares, .shares),
                (.bare, .dollarsPerShare), (.bare, .dollars), (.contracts, .contracts):
                return relation.holds(value, written) || relation.holds(value.magnitude, written)
            case (.bare, .fraction): return relation.holds(value, written / 100)
            default: return nil
            }
        }
        guard let first = results.first, results.allSatisfy({ $0 == first }) else { return nil }
        return first
    }

    private func relate(_ numbers: [Int], _ others: [Int], _ row: Int, _ relation: Relation) -> Bool? {
        var results: [Bool] = []
        for number in numbers {
            guard let value = value(number, row), let unit = index.known(number).first?.unit else { continue }
            for other in others where index.known(other).first?.unit == unit {
                guard let against = self.value(other, row), against != value else { continue }
                results.append(relation.holds(value, against))
            }
        }
        guard let first = results.first, results.allSatisfy({ $0 == first }) else { return nil }
        return first
    }

    // MARK: - Words

    static let denials: Set<String> = [
        "not", "isn", "aren", "wasn", "weren", "don", "doesn", "without", "hasn", "haven",
    ]

    /// Words that say nothing of whom is meant.
    static let fillers: Set<String> = [
        "the", "your", "a", "an", "of", "in", "on", "at", "is", "are", "was", "were", "be", "that", "which", "who",
        "with", "have", "has", "you", "my", "these", "those", "them", "they", "it", "its", "their", "there",
        "currently",
        "now", "still", "here", "right", "carry", "carries", "carrying", "show", "shows", "showing", "sit", "sits",
        "sitting", "stand", "stands", "run", "running", "hold", "holds", "rated", "flagged", "level", "levels", "as",
        "book", "portfolio", "account", "list", "listed", "open", "for", "assignment", "risk", "all", "total",
        "altogether", "marked", "from", "this", "s", "d", "today", "moment", "held", "do", "does", "been",
        "ones", "one", "shown", "scan", "also", "so", "far", "year", "present", "existing", "already", "state", "kind",
        "finished", "ended", "closed", "came", "trade", "trades", "rating", "ratings", "currently", "ve", "re", "what",
    ]
}
