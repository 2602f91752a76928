import Foundation

/// Reads how many of some have a property: "two of your nine short options are rated HIGH", "none of the zones is fresh", "only
/// the KO call is in the money".
extension ClaimReader {
    /// How many are claimed.
    enum Quantifier {
        case exactly(Int), atLeast(Int), atMost(Int), all, none, most
        /// So much of all.
        case part(Double)
        /// All but so many.
        case allBut(Int)
    }

    /// A claim that was read, and whether it is so.
    struct Outcome {
        var isRight: Bool
        var rows: [Int]
        /// The words that say it.
        var tokens: Range<Int>
        /// All that was read for it.
        var extent: Range<Int>
        /// Tokens of numbers that are part of what is claimed.
        var numbers: [Int] = []
    }

    /// Whether the quantity that begins at a position is right; nil where nothing begins there or it cannot be told.
    func quantity(at position: Int) -> Outcome? {
        guard let (quantifier, start) = quantifier(at: position), isClaimed(at: position) else { return nil }
        let part = extent(of: position)
        guard start < part.upperBound else { return nil }
        var next = start
        var whole: Int?
        var wholes: [Int] = []
        // "Of your nine"
        let isPart = ["of", "out"].contains(word(next))
        if isPart { next += 1 }
        skipDeterminers(&next, part)
        if case .all = quantifier, !isPart {
            // "Every one of the five"
            if next < part.upperBound, ["one", "single"].contains(word(next)) || count(at: next) == 1 { next += 1 }
            if next < part.upperBound, word(next) == "of" {
                next += 1
                skipDeterminers(&next, part)
            }
        }
        var isOfAll = isPart
        if case .all = quantifier { isOfAll = true }
        if isOfAll, next < part.upperBound, let number = count(at: next) {
            whole = number
            wholes = [next]
            next += 1
        }
        // "In three of the ten months net premium was negative", "net premium was negative in three months"
        let verb = (next..<part.upperBound).first { isVerb($0) }
        var scope = verb.map { $0..<part.upperBound }
        // "Each put's break-even lies above its strike": what the noun has begins what is said.
        let owned = verb.flatMap { verb in
            reading.labels.last { $0.tokens.upperBound == verb && $0.tokens.lowerBound > next }
        }
        if let owned { scope = owned.tokens.lowerBound..<part.upperBound }
        let restrictor = next..<(owned?.tokens.lowerBound ?? verb ?? part.upperBound)
        if scope == nil, ["in", "on", "for"].contains(word(position - 1)), position - 1 > part.lowerBound {
            scope = part.lowerBound..<position - 1
        } else if scope == nil, ["every", "each"].contains(word(position)), position > part.lowerBound {
            // "Interest was credited every month"
            scope = part.lowerBound..<position
        }
        guard let chosen = chosen(in: restrictor),
            let said = scope.map({ conditions(in: $0) }) ?? Conditions()
        else { return nil }
        guard let before = leading(before: position) else { return nil }
        var kinds = chosen.nouns.union(before.nouns)
        if kinds.isEmpty { kinds = chosen.targets.isEmpty ? said.nouns : kindsOf(chosen.targets).union(said.nouns) }
        // "Three options expire: two are puts": of whom it is said is left open.
        let isOpen = chosen.nouns.isEmpty && chosen.targets.isEmpty && before.nouns.isEmpty && whole == nil
        guard !isOpen,
            let opening = opening(before: position, part, isScope: scope.map { $0.upperBound <= position } ?? false)
        else {
            return nil
        }
        let isStated = !said.all.isEmpty || isExistential(position, part)
        guard isStated || chosen.isTelling else { return nil }
        // "Two puts, AMD and JPM": those listed behind are meant, not all there are.
        if said.all.isEmpty, !isExistential(position, part), part.upperBound < tokens.count,
            reading.mentions.contains(where: { $0.tokens.lowerBound == part.upperBound })
        {
            return nil
        }
        let all = before + opening + chosen
        let outcomes = populations(kinds).compactMap {
            decide(quantifier, whole ?? all.whole, all, said, $0, countsContracts: isOfContracts(position))
        }
        guard !outcomes.isEmpty else { return nil }
        let right = outcomes.first { $0.isRight && isListed($0.rows, behind: part) }
        let isRight = right != nil
        let rows = (right ?? outcomes[0]).rows
        return Outcome(
            isRight: isRight,
            rows: rows,
            tokens: position..<start,
            extent: part,
            numbers: all.numbers + said.numbers + wholes
        )
    }

    private func skipDeterminers(_ position: inout Int, _ part: Range<Int>) {
        while position < part.upperBound, Self.determiners.contains(word(position)) { position += 1 }
    }

    /// What stands before a number in its part: "you own two", "you are short five"; nil where it is not understood.
    private func opening(before position: Int, _ part: Range<Int>, isScope: Bool) -> Conditions? {
        let range = part.lowerBound..<position
        guard let last = range.last, !isScope, !["in", "on", "for", "of"].contains(word(last)) else {
            return Conditions()
        }
        return conditions(in: range)
    }

    /// Whether a number may be of contracts and not of positions: "two NVDA puts".
    private func isOfContracts(_ position: Int) -> Bool {
        let near = tokens[(position + 1)...].prefix(4).prefix { !["of", "are", "is", "have"].contains($0.word) }
        return near.contains { ["put", "puts", "call", "calls", "contract", "contracts", "lots"].contains($0.word) }
    }

    /// Whether those listed behind a colon are among those counted: "one is rated LOW: JPM".
    private func isListed(_ rows: [Int], behind part: Range<Int>) -> Bool {
        guard part.upperBound < tokens.count, tokens[part.upperBound].parting == ":" else { return true }
        let clause = tokens[part.upperBound].clause
        return reading.mentions.filter {
            $0.tokens.lowerBound >= part.upperBound && tokens[$0.tokens.lowerBound].clause == clause
                && !$0.target.isUnknown
        }.allSatisfy { mention in rows.contains { mention.target.admits(index.subjects.groups[$0]) } }
    }

    /// What words before a verb choose, a number of all in front of its noun included: "QQQ's two short options".
    private func chosen(in range: Range<Int>) -> Conditions? {
        guard let place = range.first(where: { !asides.contains($0) && count(at: $0) != nil }),
            place > range.lowerBound,
            let number = count(at: place),
            let before = conditions(in: range.lowerBound..<place), !before.targets.isEmpty,
            let after = conditions(in: place + 1..<range.upperBound)
        else { return conditions(in: range) }
        var all = before + after
        all.whole = number
        all.numbers.append(place)
        return all
    }

    /// What stands before what is said of it, set off by a comma: "of your nine short options", "among the short puts", "in the
    /// demo portfolio"; nil where that is not understood.
    func leading(before position: Int) -> Conditions? {
        let clause = tokens[position].clause
        guard let first = tokens.indices.first(where: { tokens[$0].clause == clause }),
            first < position
        else { return Conditions() }
        let isChosen = [
            "of", "among", "in", "on", "for", "with", "by", "at", "from", "under", "after", "before", "outside",
        ]
        .contains(word(first))
        // "But, of the months with a gain, the lowest"
        let own = part(of: position)
        if own.lowerBound > 0, ["of", "among"].contains(word(part(of: own.lowerBound - 1).lowerBound)),
            tokens[own.lowerBound - 1].clause == clause
        {
            return choosing(part(of: own.lowerBound - 1))
        }
        guard isChosen else { return Conditions() }
        let part = part(of: first)
        guard part.upperBound <= position else { return position - first <= 2 ? Conditions() : nil }
        guard ["of", "among", "in", "for", "on"].contains(word(first)) else { return nil }
        return choosing(part)
    }

    /// What a part of a sentence that begins with a preposition chooses of all.
    private func choosing(_ part: Range<Int>) -> Conditions? {
        var next = part.lowerBound + 1
        while next < part.upperBound, Self.determiners.contains(word(next)) { next += 1 }
        let number = next < part.upperBound ? count(at: next) : nil
        guard var conditions = chosen(in: (number == nil ? next : next + 1)..<part.upperBound) else { return nil }
        if let number {
            conditions.whole = number
            conditions.numbers.append(next)
        }
        return conditions
    }

    /// The tokens around one that no punctuation parts from it, what stands in brackets aside.
    func part(of position: Int) -> Range<Int> {
        var part = reading.part(of: position)
        while part.upperBound < tokens.count, tokens[part.upperBound].clause == tokens[position].clause,
            asides.contains(part.upperBound) || tokens[part.upperBound].parting == ")"
        {
            part = part.lowerBound..<part.upperBound + 1
            while part.upperBound < tokens.count, !tokens[part.upperBound].isParted,
                tokens[part.upperBound].clause == tokens[position].clause
            {
                part = part.lowerBound..<part.upperBound + 1
            }
        }
        return part
    }

    private func decide(
        _ quantifier: Quantifier,
        _ whole: Int?,
        _ chosen: Conditions,
        _ said: Conditions,
        _ population: Population,
        countsContracts: Bool
    ) -> (isRight: Bool, rows: [Int])? {
        func count(_ rows: [Int]) -> Int {
            population.isOfNames ? Set(rows.flatMap(tickers)).count : rows.count
        }
        /// Options are counted as positions or as contracts.
        func contracts(_ rows: [Int]) -> Int {
            rows.allSatisfy { contract($0) != nil }
                ? Int(rows.reduce(0) { $0 + (quantity($1)?.magnitude ?? 0) }) : rows.count
        }
        let judged = population.rows.map { (row: $0, isSo: chosen.isSo($0)) }
        guard judged.allSatisfy({ $0.isSo != nil }) else { return nil }
        let members = judged.filter { $0.isSo == true }.map(\.row)
        guard !members.isEmpty || whole == nil else { return nil }
        let results = members.map { (row: $0, isSo: said.isSo($0)) }
        let those = results.filter { $0.isSo == true }.map(\.row)
        let open = results.filter { $0.isSo == nil }.map(\.row)
        // Of whom nothing is known nothing is said, if these are few.
        guard open.isEmpty || open.count * 4 < members.count else { return nil }
        let known = count(members.filter { !open.contains($0) })
        if let whole, whole != count(members), whole != known { return nil }
        let number = count(those)
        let isRight: Bool
        switch quantifier {
        case .exactly(let claimed): isRight = number == claimed || countsContracts && contracts(those) == claimed
        case .atLeast(let claimed): isRight = number >= claimed
        case .atMost(let claimed): isRight = number <= claimed
        case .all:
            isRight = number == known && known > 0 && (chosen.span ?? said.span ?? known) <= known
        case .none: isRight = number == 0
        case .most: isRight = number * 2 > known
        case .part(let part): isRight = abs(Double(number) - part * Double(known)) < 0.01 * Double(known)
        case .allBut(let claimed): isRight = known - number == claimed
        }
        return (isRight, those.isEmpty ? members : those)
    }

    // MARK: - Only

    /// "Only the KO call is in the money", "KO is the only position at a loss".
    func sole(at position: Int, isInherited: Bool = false) -> Outcome? {
        guard word(position) == "only", isClaimed(at: position) else { return nil }
        let part = extent(of: position)
        let here = reading.mentions.filter { part.overlaps($0.tokens) }
        guard !here.isEmpty, here.allSatisfy({ !$0.target.isUnknown }) else { return nil }
        let said: Conditions?
        var named: [Target]
        if ["the", "your", "my"].contains(word(position - 1)) {
            // "KO is the only position at a loss", "the only call in the money is KO's"
            let before = here.filter { $0.tokens.upperBound < position }
            let verb = (position + 1..<part.upperBound).first {
                isCopula($0) && !["that", "which"].contains(word($0 - 1))
            }
            if !before.isEmpty {
                guard isCopula(position - 2) else { return nil }
                named = before.map(\.target)
                said = conditions(in: position + 1..<part.upperBound)
            } else {
                guard let verb, here.allSatisfy({ $0.tokens.lowerBound > verb }) else { return nil }
                named = here.map(\.target)
                said = conditions(in: position + 1..<verb)
            }
        } else {
            guard let first = here.first(where: { $0.tokens.lowerBound > position }),
                conditions(in: position + 1..<first.tokens.lowerBound)?.all.isEmpty ?? false,
                first.tokens.upperBound < part.upperBound,
                let verb = (first.tokens.upperBound..<part.upperBound).first(where: isVerb),
                conditions(in: first.tokens.upperBound..<verb) != nil
            else { return nil }
            named = here.filter { $0.tokens.upperBound <= verb }.map(\.target)
            said = conditions(in: verb..<part.upperBound)
        }
        guard var said, said.isTelling || !said.all.isEmpty, let before = leading(before: position) else { return nil }
        said = before + said
        var kinds = said.nouns
        if kinds.isEmpty {
            // "Three options expire this week; only the KO call is in the money": of these.
            guard !isInherited, tokens[position].clause == tokens[0].clause,
                !tokens[..<part.lowerBound].contains(where: {
                    $0.figure != nil
                })
            else { return nil }
            kinds = kindsOf(named)
        }
        let outcomes = populations(kinds).compactMap { population -> (isRight: Bool, rows: [Int])? in
            let results = population.rows.map { (row: $0, isSo: said.isSo($0)) }
            let open = results.count { $0.isSo == nil }
            guard open * 4 < max(1, results.count) || open == 0 else { return nil }
            let those = results.filter { $0.isSo == true }.map(\.row)
            func isNamed(_ row: Int) -> Bool { named.contains { $0.admits(index.subjects.groups[row]) } }
            let isEach = named.allSatisfy { target in those.contains { target.admits(index.subjects.groups[$0]) } }
            return (!those.isEmpty && those.allSatisfy(isNamed) && isEach, those)
        }
        guard !outcomes.isEmpty else { return nil }
        let isRight = outcomes.contains(where: \.isRight)
        return Outcome(
            isRight: isRight,
            rows: outcomes[0].rows,
            tokens: position..<position + 1,
            extent: part,
            numbers: said.numbers
        )
    }

    /// What those named are, where no noun says it.
    func kindsOf(_ targets: [Target]) -> Set<RowKind> {
        if targets.allSatisfy({ !$0.contracts.isEmpty }) { return [.option] }
        if targets.allSatisfy({ $0.owner != nil }) { return [.zone] }
        let months = index.labels(named: "net premium").flatMap(index.known).map(\.group)
        if targets.allSatisfy({ target in months.contains { target.admits(index.subjects.groups[$0]) } }) {
            return [.month]
        }
        return [.position]
    }

    // MARK: - Words

    /// How many are claimed at a position, and where what they are begins.
    private func quantifier(at position: Int) -> (Quantifier, Int)? {
        let next = position + 1
        switch word(position) {
        case "all", "every", "each":
            guard
                !["not", "almost", "nearly", "of", "at", "after", "in", "for", "with", "over", "them", "by"]
                    .contains(word(position - 1)) || word(position - 1) == "in" && word(position) != "all"
            else { return nil }
            if word(next) == "but" || word(next + 1) == "but",
                let number = count(at: word(next) == "but" ? next + 1 : next + 2)
            {
                return (.allBut(number), (word(next) == "but" ? next + 1 : next + 2) + 1)
            }
            return (.all, next)
        case "none", "neither": return (.none, next)
        case "no" where RowKind.words[word(next)] != nil || RowKind.words[word(next + 1)] != nil:
            return (.none, next)
        case "most" where word(next) == "of" || RowKind.words[word(next)] != nil: return (.most, next)
        case "majority" where word(next) == "of": return (.most, next)
        default: break
        }
        if let part = part(at: position) {
            guard word(next) == "of" || ["the", "your"].contains(word(next)),
                !Self.openers.contains(word(position - 1)),
                !["a", "over", "around", "just", "only", "first", "second"].contains(word(position - 1))
            else { return nil }
            return (.part(part), next)
        }
        guard let number = count(at: position) else { return nil }
        switch (word(position - 2), word(position - 1)) {
        case ("at", "least"), (_, "minimum"): return (.atLeast(number), next)
        case ("at", "most"), ("up", "to"): return (.atMost(number), next)
        case ("more", "than"): return (.atLeast(number + 1), next)
        case ("fewer", "than"), ("less", "than"): return (.atMost(number - 1), next)
        case (_, let before) where Self.openers.contains(before): return nil
        default: return (.exactly(number), next)
        }
    }

    /// The part of all that a word says: `half`, `a third`.
    private func part(at position: Int) -> Double? {
        guard tokens.indices.contains(position), !tokens[position].isNumeral,
            case .quantity(let quantity)? = reading.values[position]?.first, quantity.measure == .fraction,
            quantity.sign == .none
        else { return nil }
        return quantity.magnitude.approximation
    }

    /// The whole number at a position, where it counts.
    func count(at position: Int) -> Int? {
        if let number = FigureScan.number(word(position)), number > 0 {
            let next = word(position + 1)
            return number > 1 || next == "of" || RowKind.words[next] != nil ? number : nil
        }
        guard tokens.indices.contains(position), case .quantity(let quantity)? = reading.values[position]?.first,
            quantity.sign == .none, [.bare, .count, .contracts, .span].contains(quantity.measure),
            quantity.magnitude < 1_000, !(reading.contracts[position].map { !$0.isEmpty } ?? false),
            !reading.nameDigits.contains(position), !reading.namedStrikes.contains(position)
        else { return nil }
        let number = NSDecimalNumber(decimal: quantity.magnitude).intValue
        return Decimal(number) == quantity.magnitude && number > 0 ? number : nil
    }

    /// Words before a number of which it is no count of all.
    private static let openers: Set<String> = [
        "top", "first", "last", "next", "other", "another", "about", "roughly", "nearly", "almost", "these", "those",
        "the", "your", "its", "x", "to", "by", "than", "of", "or", "and", "between", "least", "most", "per", "both",
        "all", "but", "largest", "smallest", "biggest", "highest", "lowest", "every", "each", "within", "remaining",
        "rest",
    ]

    /// Whether a sentence claims what it says there and does not only suppose it.
    func isClaimed(at position: Int) -> Bool {
        !reading.part(of: position).contains(where: isSupposing)
    }

    /// Whether a word only supposes what the sentence says; May is a month where facts name it.
    func isSupposing(_ position: Int) -> Bool {
        Self.supposing.contains(word(position)) && !reading.mentions.contains { $0.tokens.contains(position) }
    }

    /// Words that only suppose what a sentence says, or leave it open.
    static let supposing: Set<String> = [
        "if", "would", "could", "should", "unless", "until", "when", "once", "whether", "may", "might", "can", "must",
        "will", "longer",
    ]

    /// The part of a sentence that a quantity begins, up to where another begins.
    private func extent(of position: Int) -> Range<Int> {
        let part = part(of: position)
        let end = (position + 1..<max(part.upperBound, position + 1)).first { place in
            guard ["and", "but", "while", "with", "plus", "versus"].contains(word(place)), place + 1 < part.upperBound
            else { return false }
            return count(at: place + 1) != nil
                || ["none", "all", "only", "most", "every", "each", "neither", "the", "that", "half"].contains(
                    word(place + 1)
                )
                    && word(place) != "with"
        }
        return part.lowerBound..<(end ?? part.upperBound)
    }

    /// Whether a number is said to be of all there are: "there are four", "you have nine", "four in all".
    private func isExistential(_ position: Int, _ part: Range<Int>) -> Bool {
        let before = tokens[max(part.lowerBound, position - 3)..<position].map(\.word)
        let after = tokens[position..<part.upperBound].map(\.word)
        let isHad =
            before.contains("you")
            && ["have", "own", "hold", "are", "short", "long", "ve"].contains(before.last)
        return before.contains("there") || isHad || after.contains("altogether") || after.contains("total")
            || after.suffix(2) == ["in", "all"]
    }

    private func isVerb(_ position: Int) -> Bool {
        guard Self.verbs.contains(word(position)) else { return false }
        return !["that", "which", "who"].contains(word(position - 1))
    }

    private func isCopula(_ position: Int) -> Bool { ["is", "are", "was", "were"].contains(word(position)) }

    private static let determiners: Set<String> = ["the", "your", "my", "these", "those", "its", "all", "them"]

    private static let verbs: Set<String> = [
        "is", "are", "was", "were", "has", "have", "had", "isn", "aren", "wasn", "weren", "don", "doesn", "hasn",
        "haven", "carry", "carries", "show", "shows", "sit", "sits", "expire", "expires", "run", "runs", "lapse",
        "lapses", "mature", "matures", "report", "reports", "score", "scores", "weigh", "weighs", "ended", "finished",
        "came", "stand", "stands", "lies", "lie", "stay", "stays", "remain", "remains", "lost", "gained", "moved",
        "lose", "loses", "make",
        "makes", "trade", "trades",
    ]
}
