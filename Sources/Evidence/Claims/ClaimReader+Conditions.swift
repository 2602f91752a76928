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
            } else if isFiller(position, range) {
                position += 1
            } else {
                return nil
            }
        }
        return isDenied ? nil : conditions
    }

    /// Whether a word says nothing of whom is meant: by itself, or before the level it leads to.
    private func isFiller(_ position: Int, _ range: Range<Int>) -> Bool {
        guard tokens[position].figure == nil else { return false }
        let word = tokens[position].word
        if Self.fillers.contains(word) { return true }
        guard ["assignment", "risk", "flagged", "rated", "at", "level", "levels", "rating"].contains(word) else {
            return false
        }
        return tokens[position..<range.upperBound].prefix(5).contains { token in
            !token.capitals.isEmpty && index.groupsByText[token.capitals] != nil
                || index.levelWords.contains(token.word)
        }
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
            // "At a loss this month" is of no months.
            if [.month, .report].contains(noun), ["this", "next", "last"].contains(self.word(position - 1)) {
                return nil
            }
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
        // "HIGH or worse": which levels are worse is not said.
        if word(end) == "or", ["worse", "higher", "above", "better", "lower"].contains(word(end + 1)) { return nil }
        // "HIGH for assignment"
        while end < range.upperBound, ["for", "assignment", "risk", "level", "rating"].contains(word(end)) {
            end += 1
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
        let words = tokens[position...].prefix(4).prefix {
            index.levelWords.contains($0.word) || ["assignment", "risk", "level"].contains($0.word)
        }
        let levels = index.levels.filter { index.labels[$0.label].words.first == "assignment" }
        let members = Set(levels.filter { $0.word == word }.map(\.group))
        let all = Set(levels.map(\.group))
        guard !all.isEmpty else { return nil }
        return Reading(
            condition: Condition { row in all.contains(row) ? members.contains(row) : quantity(row).map { _ in false }
            },
            length: words.count
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
        guard let (isGain, own) = Self.outcome(words),
            // "Negative net premium" is of premium.
            !(["positive", "negative"].contains(words[0])
                && reading.labels.contains { $0.tokens.lowerBound == position + 1 })
        else { return nil }
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
    static func outcome(_ words: [String]) -> (isGain: Bool, length: Int)? {
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
        // "Has reached the profit target"
        case "reached", "hit", "met", "passed", "exceeded":
            let rest = tokens[(position + 1)...].prefix(4).map(\.word)
            guard let target = rest.firstIndex(of: "target"), target > 0, rest[target - 1] == "profit",
                rest[..<(target - 1)].allSatisfy({ ["the", "its", "your", "their"].contains($0) }),
                let label = index.labels(named: "profit target").first,
                let bound = index.values(from: 0, through: .infinity, of: [0]).first(where: { $0.label == label })
            else { return nil }
            let condition = Condition { row in value("percent of maximum profit", row).map { $0 >= bound.magnitude } }
            return Reading(condition: condition, length: target + 2)
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

    // MARK: - Words

    static let denials: Set<String> = [
        "not", "isn", "aren", "wasn", "weren", "don", "doesn", "without", "hasn", "haven",
    ]

    /// Words that say nothing of whom is meant.
    static let fillers: Set<String> = [
        "the", "your", "a", "an", "of", "in", "on", "is", "are", "was", "were", "be", "that", "which", "who", "with",
        "have", "has", "you", "my", "these", "those", "them", "they", "it", "its", "their", "there", "currently", "now",
        "still", "here", "right", "carry", "carries", "carrying", "show", "shows", "showing", "sit", "sits", "sitting",
        "stand", "stands", "run", "running", "hold", "holds", "as", "book", "portfolio", "account", "list", "listed",
        "for", "all", "total", "altogether", "marked", "from", "this", "s", "d", "moment", "held", "do", "does", "been",
        "ones", "one", "shown", "scan", "also", "so", "far", "present", "existing", "already", "state", "kind",
        "finished", "ended", "came", "trade", "trades", "ve", "re", "what", "lies", "lie", "yet", "stays", "stay",
        "remains", "remain", "keeps", "hand",
    ]
}
