import Foundation
import Markets

/// How many there are of what a sentence counts.
extension Verification {
    /// How many there are of what a sentence counts: as many as it lists, or as the evidence knows of.
    func counted(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let quantity = open.quantity
        // "Short calls: INTC 35C, IWM 245C, KO 67.5C (3)"
        let written = NSDecimalNumber(decimal: quantity.magnitude).intValue
        if quantity.measure == .bare, written > 1, derivation.reading.isCountOfList(open.claim.position, written) {
            return .computed("count of those listed", from: [])
        }
        guard [.count, .contracts, .span, .bare].contains(quantity.measure), quantity.sign == .none,
            !isFactorOfShares(open.claim)
        else { return nil }
        let isPart = quantity.measure == .bare && derivation.reading.isOfNumber(open.claim.position)
        let count = NSDecimalNumber(decimal: quantity.magnitude).intValue
        guard Decimal(count) == quantity.magnitude else { return nil }
        let listed = derivation.reading.distinctTargets(after: open.claim.position)
        // "Two: AMD and KO", not "2 AMD 160 puts".
        let isBeside = derivation.reading.mentions.contains { $0.tokens.lowerBound == open.claim.position + 1 }
        // "Two names report: NVDA and NVDA"
        let isList = derivation.reading.tokens.indices.contains {
            $0 > open.claim.position && derivation.reading.tokens[$0].parting == ":"
        }
        if isList, listed > 0, !derivation.reading.isWholeOfPart(open.claim.position), listed < count,
            quantity.measure == .count,
            quantity.noun == "name" || quantity.noun == "ticker"
        {
            return nil
        }
        // "Two months were positive, June and August"
        if quantity.noun == "month", listed == count, !areMonthsAsSaid(derivation.reading) { return nil }
        if quantity.measure != .bare, count > 1 || (count == 1 && quantity.measure == .count), listed == count,
            !isBeside
        {
            return .computed("count of those listed", from: [])
        }
        let figures = derivation.reading.figuresInList(after: open.claim.position)
        if quantity.measure == .count, count > 1, figures == count || figures == count + 1 {
            return .computed("count of the figures listed", from: [])
        }
        if quantity.measure == .count
            || (quantity.measure == .bare && derivation.reading.isOfThem(open.claim.position)
                || derivation.reading.isFollowedByVerb(open.claim.position)
                // "Positions: 19 (18 priced)"
                || quantity.measure == .bare
                    && derivation.reading.isNounQualified(open.claim.position, by: exceptions(to: "position"))),
            let rest = remainder(count, open, derivation)
        {
            return rest
        }
        if quantity.measure == .count, ["ticker", "symbol", "name", "underlying", "stock"].contains(quantity.noun),
            isOfGaps(count, derivation)
        {
            return .computed("count of those without", from: [])
        }
        if quantity.measure == .count, ["ticker", "symbol", "name", "underlying", "stock"].contains(quantity.noun),
            let holders = holders(of: derivation.reading, open.claim.position), holders == count
        {
            return .computed("count of those with", from: [])
        }
        // "All three AMD puts score above 80": those of a list, of which none is held.
        if quantity.measure == .contracts || quantity.measure == .count {
            for mention in derivation.reading.mentions
            where mention.tokens.lowerBound >= open.claim.position
                && mention.tokens.lowerBound <= open.claim.position + 2
                && mention.target.contracts.count == count
                && mention.target.contracts.allSatisfy({ index.quantity(of: $0) == nil })
            {
                return .computed(
                    "count of those",
                    from: mention.target.contracts.prefix(8).compactMap(index.firstSource)
                )
            }
        }
        // "Ten of the eleven underlyings"
        if quantity.measure == .count, let noun = quantity.noun, derivation.reading.isWholeOfPart(open.claim.position),
            let whole = index.wholes.first(where: { $0.number == Double(count) && isSameKind($0.noun, noun) })
        {
            return .matched([whole.id])
        }
        if let listed = countOfListed(count, open, derivation.reading) { return listed }
        if let whole = wholeOfLabel(count, open, derivation.reading) { return whole }
        // "The top three names" are chosen, not counted.
        // "Open P&L, top 3: ..."
        let next = open.claim.position + 1
        let isHead =
            quantity.measure == .bare && count <= 10
            && derivation.reading.tokens.suffix(from: next).prefix(3).contains { $0.parting == ":" }
        if quantity.measure == .count || isHead, open.claim.position > 0, count > 1,
            ["top", "largest", "biggest", "first", "last", "next", "bottom", "smallest"].contains(
                derivation.reading.tokens[open.claim.position - 1].word
            ), count <= index.subjects.groups.count
        {
            return .computed("as many as are meant", from: [])
        }
        // Of one contract its quantity counts, not that it is one.
        let part = derivation.reading.part(of: open.claim.position)
        let isNamedHere = derivation.reading.mentions.contains { part.overlaps($0.tokens) }
        let isOne = count == 1 || isNamedHere && open.claim.binding.targets.contains { !$0.contracts.isEmpty }
        let near = derivation.reading.words(from: open.claim.position)
        guard
            quantity.measure == .count || isPart
                || (quantity.measure == .contracts && (!isOne || near.contains("money"))),
            near.isDisjoint(with: ["not", "no", "without", "missing", "unpriced", "none", "unknown"]),
            !(quantity.noun.map { derivation.reading.isNounQualified(open.claim.position, by: exceptions(to: $0)) }
                ?? false),
            let population = population(of: derivation.reading, open.claim, derivation.dates)
        else { return nil }
        let members: Int
        switch quantity.noun {
        case "ticker", "symbol", "underlying", "name":
            members = Set(population.flatMap { index.subjects.groups[$0].tickers }).count
        default: members = population.count
        }
        guard members == count || isOfOne(count, open, derivation), count > 0 else { return nil }
        return .computed("count", from: population.sorted().prefix(8).compactMap(index.firstSource))
    }

    /// All of whom a label that the sentence names is known: "of the nine short options with an assignment probability", "the
    /// smallest exposure of the ten underlyings", "all ten contracts listed".
    private func wholeOfLabel(_ count: Int, _ open: Derivation.Open, _ reading: SentenceReading)
        -> GroundingReport.Status?
    {
        let tokens = reading.tokens
        let position = open.claim.position
        guard [.count, .contracts].contains(open.quantity.measure), position > 0,
            ["the", "all", "your", "these", "those", "its"].contains(tokens[position - 1].word),
            let noun = open.quantity.noun,
            reading.words(from: position).isDisjoint(with: Self.choosing),
            reading.capitals(from: position).allSatisfy({ index.groupsByText[$0] == nil })
        else { return nil }
        var numbers = reading.labels.flatMap { mention in
            index.labels.indices.filter {
                mention.label == $0
                    || mention.label == nil && !index.labels[$0].classes.isDisjoint(with: mention.classes)
            }
        }
        let said = Set(tokens.map(\.word))
        if !said.isDisjoint(with: ["assigned", "assignment"]) {
            numbers += index.labels(named: "assignment probability")
        }
        if !said.isDisjoint(with: ["listed", "list", "candidates", "gates", "scan"]) {
            numbers += index.labels(named: "score")
        }
        let right = tokens[(position + 1)...].prefix(2).lazy.compactMap { SentenceReading.rights[$0.word] }.first
        for number in numbers {
            let groups = index.known(number).map { index.subjects.groups[$0.group] }.filter { group in
                guard let right, let contract = group.contracts.last else { return true }
                return index.subjects.contracts[contract]?.right == right
            }
            let isOfTickers = ["ticker", "symbol", "underlying", "name", "stock"].contains(noun)
            let members =
                isOfTickers
                ? Set(groups.flatMap(\.tickers).filter { index.subjects.contracts[$0] == nil }).count
                : ["contract", "option", "put", "call", "lot"].contains(noun)
                    ? groups.count { !$0.contracts.isEmpty } : groups.count
            guard members == count, count > 1 else { continue }
            return .computed("all with a \(index.labels[number].words.joined(separator: " "))", from: [])
        }
        return nil
    }

    /// How many contracts a ticker of a list has, where the list's head says that these are counted: "listed by underlying: AMD
    /// 3, IWM 1".
    private func countOfListed(_ count: Int, _ open: Derivation.Open, _ reading: SentenceReading)
        -> GroundingReport.Status?
    {
        let tokens = reading.tokens
        guard open.quantity.measure == .bare, count > 0,
            let colon = tokens[...open.claim.position].lastIndex(where: { $0.parting == ":" }),
            let mention = reading.mentions.last(where: { $0.tokens.upperBound == open.claim.position }),
            mention.tokens.lowerBound >= colon, mention.target.contracts.isEmpty
        else { return nil }
        let head = tokens[..<colon].suffix(6).map(\.word)
        let isOfTickers = zip(head, head.dropFirst()).contains { pair in
            ["by", "per"].contains(pair.0) && ["underlying", "ticker", "name", "symbol", "stock"].contains(pair.1)
        }
        guard isOfTickers || head.contains(where: { ["listed", "counts", "count"].contains($0) }) else { return nil }
        let known =
            index.labels(named: "score").flatMap(index.known) + index.labels(named: "quantity").flatMap(index.known)
        let own = known.filter { mention.target.admits(index.subjects.groups[$0.group]) }
        guard Set(own.map(\.group)).count == count else { return nil }
        return .computed("count", from: own.prefix(8).map(\.id))
    }

    /// Words after a number that choose some of a whole.
    private static let choosing: Set<String> = [
        "above", "below", "over", "under", "more", "less", "than", "least", "most", "expire", "expires", "expiring",
        "not",
        "no", "without", "except", "money", "up", "down", "losing", "winning", "other", "others",
    ]

    /// Whether the months a sentence names have the sign it says they have, where it says one.
    func areMonthsAsSaid(_ reading: SentenceReading, after position: Int = -1) -> Bool {
        let chosen = Set(monthsBySign(Set(reading.tokens.map(\.word))))
        return reading.mentions.filter { $0.tokens.lowerBound > position && !$0.target.isUnknown }.allSatisfy {
            mention in
            index.subjects.groups(of: mention.target).contains(where: chosen.contains)
        }
    }

    /// Whether the one ticker a sentence names has so many contracts: "across its four legs".
    private func isOfOne(_ count: Int, _ open: Derivation.Open, _ derivation: Derivation) -> Bool {
        let tickers = Set(derivation.reading.distinctTargets.flatMap(\.tickers))
        guard ["leg", "option", "contract"].contains(open.quantity.noun), tickers.count == 1, let ticker = tickers.first
        else { return false }
        return index.subjects.contractsByTicker[ticker]?.count { index.quantity(of: $0) != nil } == count
    }

    /// How many tickers have a date or a value that the words beside a figure name: "two of your names have a report".
    func holders(of reading: SentenceReading, _ position: Int) -> Int? {
        let part = reading.part(of: position)
        guard
            let mention = reading.labels.first(where: { part.overlaps($0.tokens) && $0.tokens.lowerBound > position })
                ?? reading.labels(named: ["report", "reports"], in: part)
        else { return nil }
        let dated = index.days(of: nil).filter { $0.group != 0 && !$0.classes.isDisjoint(with: mention.classes) }.map(
            \.group
        )
        let groups = Set(dated + (mention.label.map { index.known($0).map(\.group) } ?? []))
        return groups.isEmpty ? nil : Set(groups.flatMap { index.subjects.groups[$0].tickers }).count
    }

    /// Whether so many are those of whom a gap says that something is missing, or these and those of whom it is not.
    func isOfGaps(_ count: Int, _ derivation: Derivation) -> Bool {
        guard !index.gapNames.isEmpty else { return false }
        let words = Set(derivation.reading.tokens.map(\.word))
        let known = Set(index.subjects.groups.flatMap(\.tickers)).filter {
            index.subjects.contracts[$0] == nil && !index.isGap($0)
        }
        let isRest = !words.isDisjoint(with: [
            "other", "others", "rest", "remaining", "no", "none", "not", "without", "nothing",
        ])
        if isRest, count == index.gapNames.count { return true }
        guard words.isDisjoint(with: ["other", "others", "rest", "remaining", "none", "without"]) else { return false }
        let counted = index.values.filter { value in
            value.unit == .count && value.group == 0
                && index.labels[value.label].words.contains { FigureScan.nouns[$0]?.singular == "underlying" }
        }
        return count == index.gapNames.count + known.count
            || counted.contains { Int($0.magnitude) + index.gapNames.count == count }
    }

    /// Those that are left of a count: of 19 positions, 1 of them not priced, 18 are.
    func remainder(_ count: Int, _ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport
        .Status?
    {
        // "Nineteen positions, and eighteen of them could be priced" names them once.
        let before = derivation.reading.tokens[..<open.claim.position].last {
            FigureScan.nouns[$0.word]?.measure == .count
        }
        guard let noun = open.quantity.noun ?? before.flatMap({ FigureScan.nouns[$0.word]?.singular }) else {
            return nil
        }
        let stems = Set(derivation.reading.tokens.map { PassageSupport.stem($0.word) })
        // "18 of the 19 positions are priced; HCKT is not": what is denied of another is not denied of these.
        let part = derivation.reading.tokens[derivation.reading.part(of: open.claim.position)]
        let isDenied = part.contains { ["not", "doesn", "don", "isn", "couldn", "hasn"].contains($0.word) }
        guard !isDenied else { return nil }
        func special(_ label: EvidenceIndex.Label, _ noun: String) -> [String]? {
            kinds(of: noun).lazy.compactMap { self.special(label, $0) }.first
        }
        let counts = index.values.filter { $0.unit == .count && $0.group == 0 }
        for part in counts {
            guard let words = special(index.labels[part.label], noun), words.contains("not"),
                words.allSatisfy({ $0 == "not" || stems.contains(PassageSupport.stem($0)) })
            else { continue }
            for whole in counts where special(index.labels[whole.label], noun)?.isEmpty ?? false {
                guard Int(whole.magnitude - part.magnitude) == count else { continue }
                return .computed(
                    "\(Int(whole.magnitude)) - \(Int(part.magnitude))",
                    from: [
                        index.ids[whole.source], index.ids[part.source],
                    ]
                )
            }
        }
        return nil
    }

    /// The count that a number is in "3 of 4 positions are not priced", where both are what the evidence counts: the four all
    /// positions, the three those of whom the words after it are said.
    func partOrWhole(_ claim: Claim) -> GroundingReport.Status? {
        let reading = claim.reading
        let tokens = reading.tokens
        func amount(_ position: Int) -> Figure.Quantity? {
            guard case .quantity(let quantity)? = reading.values[position]?.first, quantity.sign == .none else {
                return nil
            }
            return quantity
        }
        let isPart = reading.isOfNumber(claim.position)
        guard isPart || reading.isWholeOfPart(claim.position),
            let part = isPart
                ? claim.position : tokens[..<claim.position].indices.last(where: { amount($0) != nil }),
            let whole = isPart ? tokens.indices.first(where: { $0 > part && amount($0) != nil }) : claim.position,
            reading.isOfNumber(part), let some = amount(part), let all = amount(whole),
            [.bare, .count].contains(some.measure), all.measure == .count, let noun = all.noun
        else { return nil }
        let clause = reading.part(of: whole)
        guard clause.contains(whole), !reading.mentions.contains(where: { clause.overlaps($0.tokens) }) else {
            return nil
        }
        let said = tokens[clause].suffix(from: whole + 1).prefix {
            $0.figure == nil && !["but", "while", "and", "or", "though"].contains($0.word)
        }.map { PassageSupport.stem($0.word) }
        func source(_ quantity: Figure.Quantity, isWhole: Bool) -> String? {
            index.values.first { value in
                guard value.unit == .count, value.group == 0, Decimal(value.magnitude) == quantity.magnitude,
                    let words = special(index.labels[value.label], noun), words.isEmpty == isWhole
                else { return false }
                return words.allSatisfy { said.contains(PassageSupport.stem($0)) }
            }.map { index.ids[$0.source] }
        }
        guard let partSource = source(some, isWhole: false), let wholeSource = source(all, isWhole: true) else {
            return nil
        }
        return .matched([isPart ? partSource : wholeSource])
    }

    /// The holdings that a sentence's words choose: puts, calls, shares, short or long ones, with a level, expiring in a
    /// month, of whom it names. Nil where it chooses nothing.
    func population(of reading: SentenceReading, _ claim: Claim, _ dates: [TradingDate]) -> Set<Int>? {
        var members = basePopulation(of: reading, claim)
        guard !members.isEmpty else { return nil }
        // What stands after the figure up to the next one is said of it; short or long may be said once.
        let near = reading.words(from: claim.position)
        let all = Set(reading.tokens.map(\.word))
        // "Seven of the ten puts expire": the ten are not chosen by what is said of the seven.
        let isWhole =
            claim.position > 1 && tokensAre(["of", "the"], before: claim.position, reading)
            || claim.position > 0 && tokensAre(["of"], before: claim.position, reading)
            || tokensAre(["of", "your"], before: claim.position, reading)
        let words =
            isWhole
            ? Set(reading.tokens[(claim.position + 1)...].prefix(3).prefix { !$0.word.hasPrefix("expir") }.map(\.word))
            : near.isEmpty
                ? all
                : near.union(all.intersection(Self.carried))
                    .union(
                        near.isDisjoint(with: Self.kinds)
                            ? Self.kinds.intersection(reading.tokens[..<claim.position].map(\.word)) : []
                    )
        func has(_ some: String...) -> Bool { !words.isDisjoint(with: some) }
        // "Eight run out on November 27"
        let isOfExpiring =
            words.contains { $0.hasPrefix("expir") } || has("lapse", "lapses", "mature")
            || words.isSuperset(of: ["run", "out"])
        func keep(_ isKept: (EvidenceIndex.Known, SubjectTable.Contract?) -> Bool) {
            members = members.filter { member in
                let contract = index.subjects.groups[member.group].contracts.first.flatMap {
                    index.subjects.contracts[$0]
                }
                return isKept(member, contract)
            }
        }
        // Those named elsewhere in the sentence are not those counted.
        let here = reading.part(of: claim.position)
        let isNamedHere = reading.mentions.contains { here.overlaps($0.tokens) }
        let isOfNumber = isWhole && reading.isWholeOfPart(claim.position)
        if claim.binding.isNamed, isNamedHere, !isOfNumber, !claim.binding.targets.isEmpty {
            keep { member, _ in claim.binding.targets.contains { $0.admits(index.subjects.groups[member.group]) } }
        }
        let (puts, calls) = (has("put", "puts"), has("call", "calls"))
        if puts != calls { keep { $1?.right == (puts ? .put : .call) } }
        if puts || calls || has("option", "options", "leg", "legs", "contracts", "spread", "spreads") {
            keep { $1 != nil }
        }
        if has("stock", "stocks", "shares", "equity", "equities", "companies"),
            !(puts || calls || has("option", "options"))
        {
            keep { $1 == nil }
        }
        // "Only one short option is in the money"
        if words.isSuperset(of: ["in", "money"]) != words.isSuperset(of: ["out", "money"]), words.contains("money") {
            let isInside = !words.contains("out")
            let prices = index.labels(named: "underlying price").first.map(index.known) ?? []
            keep { member, contract in
                guard let contract, let price = prices.first(where: { $0.group == member.group })?.value else {
                    return false
                }
                let distance = price - contract.strike.approximation
                return (contract.right == .call ? distance > 0 : distance < 0) == isInside
            }
        }
        if has("short", "sold") != has("long", "bought") {
            keep { member, _ in (member.value < 0) == has("short", "sold") }
        }
        let levels = reading.capitals(from: claim.position).compactMap { index.groupsByText[$0] }
        // "Rated HIGH or IMMINENT"
        if let level = levels.count == 2 && has("or") ? levels[0].union(levels[1]) : levels.first {
            keep { member, _ in level.contains(member.group) }
        }
        if let right = Self.signs(words) {
            guard let profit = index.labels.firstIndex(where: { $0.words == ["unrealised", "p&l"] }) else { return nil }
            let chosen = Set(index.known(profit).filter { ($0.value < 0) == (right < 0) }.map(\.group))
            keep { member, _ in chosen.contains(member.group) }
        }
        // "Seven expire on November 27, one on Dec 18": each has the date behind it.
        let dates = own(of: dates, behind: claim.position, reading)
        if isOfExpiring, let last = dates.max() {
            let isBy = !all.isDisjoint(with: ["by", "through", "until", "before", "within"])
            keep { $1.map { isBy ? $0.expiration <= last : dates.contains($0.expiration) } ?? false }
        } else if isOfExpiring,
            let month = reading.tokens.compactMap({ $0.isCapitalised ? FigureScan.months[$0.word] : nil }).first
        {
            keep { $1?.expiration.civil.month == month }
        } else if isOfExpiring, !reading.dateTokens.isEmpty {
            return nil
        } else if isOfExpiring, all.isSuperset(of: ["this", "week"]),
            let today = index.today
        {
            let last = today.adding(days: 7 - today.weekday)
            keep { $1.map { $0.expiration <= last } ?? false }
        }
        return Set(members.map(\.group))
    }

    /// The one of some dates that stands next behind a number in its part of the sentence; all where none does.
    private func own(of dates: [TradingDate], behind position: Int, _ reading: SentenceReading) -> [TradingDate] {
        guard dates.count > 1,
            let next = reading.part(of: position).first(where: { $0 > position && reading.dateTokens.contains($0) }),
            !reading.dateTokens.contains(next + 1), !reading.dateTokens.contains(next + 2)
        else { return dates }
        let claims = (reading.values[next] ?? []).compactMap { reading -> Figure.DateClaim? in
            guard case .date(let date) = reading else { return nil }
            return date
        }
        let own = dates.filter { date in claims.contains { $0.agrees(with: date) } }
        return own.isEmpty ? dates : own
    }

    func tokensAre(_ words: [String], before position: Int, _ reading: SentenceReading) -> Bool {
        position >= words.count && reading.tokens[(position - words.count)..<position].map(\.word) == words
    }

    /// Those a sentence may choose from: all that are held, those with a level where levels are spoken of, or else all
    /// contracts that anything is known of.
    func basePopulation(of reading: SentenceReading, _ claim: Claim) -> [EvidenceIndex.Known] {
        let held = index.labels.firstIndex { $0.words == ["quantity"] }.map(index.known) ?? []
        let levels = reading.tokens.compactMap { index.groupsByText[$0.capitals] }
        if let level = levels.first(where: { !$0.isEmpty }),
            let label = index.labels.indices.first(where: { number in
                index.labels[number].words.last == "level" && !index.holders(of: number).isDisjoint(with: level)
            }), index.holders(of: label).count > held.count
        {
            return index.holders(of: label).sorted().map {
                EvidenceIndex.Known(group: $0, value: -1, unit: .contracts, id: "")
            }
        }
        guard held.isEmpty else { return held }
        let contracts = index.subjects.groups.indices.filter { index.subjects.groups[$0].contracts.count == 1 }
        return contracts.map { EvidenceIndex.Known(group: $0, value: -1, unit: .contracts, id: "") }
    }

    /// Words that may be said once for all counts of a sentence.
    private static let carried: Set<String> = [
        "short", "long", "expire", "expires", "expiring", "expirations", "expiration",
    ]
    private static let kinds: Set<String> = ["put", "puts", "call", "calls", "shares", "stocks"]

    private static func signs(_ words: Set<String>) -> Int? {
        // "Are showing a profit", "sit at a loss"
        let isShown = !words.isDisjoint(with: [
            "showing", "show", "shows", "at", "in", "carry", "carrying", "running", "sitting", "sit", "with",
        ])
        let losing =
            !words.isDisjoint(with: ["losing", "losers", "loser", "red", "underwater", "losses", "down"])
            || isShown && words.contains("loss") && words.isDisjoint(with: ["maximum", "max", "probability"])
        let isInProfit =
            isShown && words.contains("profit")
            && words.isDisjoint(with: ["probability", "target", "maximum", "max", "percent"])
        let winning =
            isInProfit
            || !words.isDisjoint(with: ["winning", "winners", "winner", "profitable", "gains", "up", "green"])
        return losing == winning ? nil : losing ? -1 : 1
    }
}

extension SentenceReading {
    /// A mention of earnings by the words for a report of them.
    func labels(named words: Set<String>, in part: Range<Int>) -> LabelMention? {
        part.first { words.contains(tokens[$0].word) }.map {
            LabelMention(tokens: $0..<$0 + 1, label: nil, classes: .earnings)
        }
    }

    /// Whether several contracts are listed: "the 29, 30 and 31 puts", "one each of the 145 and 150 puts".
    var listsContracts: Bool {
        mentions.count { !$0.target.contracts.isEmpty } > 1
            && !tokens.contains { ["respectively", "versus", "vs", "than"].contains($0.word) }
    }

    /// Whether a number is whom something is said of: "18 are priced".
    func isFollowedByVerb(_ position: Int) -> Bool {
        position + 1 < tokens.count && ["are", "were", "have", "could"].contains(tokens[position + 1].word)
    }

    /// Whether one of some words stands between a number and the noun it counts: "the 18 priced positions".
    func isNounQualified(_ position: Int, by stems: Set<String>) -> Bool {
        tokens[(position + 1)...].prefix(3).prefix { FigureScan.nouns[$0.word] == nil && !$0.isParted }.contains {
            stems.contains(PassageSupport.stem($0.word))
        }
    }

    /// Whether a number is said to be of a number: "7 of the 10".
    func isOfNumber(_ position: Int) -> Bool {
        var next = position + 1
        guard next < tokens.count, tokens[next].word == "of" else { return false }
        next += 1
        while next < tokens.count, ["the", "your", "those"].contains(tokens[next].word) { next += 1 }
        return next < tokens.count && (tokens[next].isNumeral || FigureScan.isNumber(tokens[next].word))
    }

    /// Whether a number is said to be of those named before: "eighteen of them".
    func isOfThem(_ position: Int) -> Bool {
        position + 2 < tokens.count && tokens[position + 1].word == "of"
            && ["them", "these", "those", "which"].contains(tokens[position + 2].word)
    }

    /// Whom the sentence names, each once.
    var distinctTargets: [Target] {
        mentions.reduce(into: []) { targets, mention in
            if !mention.target.isUnknown, !targets.contains(mention.target) { targets.append(mention.target) }
        }
    }

    /// The words from a figure up to the next one.
    func words(from position: Int) -> Set<String> {
        Set(tokens(from: position).map(\.word))
    }

    /// The words in capitals from a figure up to the next one.
    func capitals(from position: Int) -> [String] {
        tokens(from: position).map(\.capitals).filter { !$0.isEmpty }
    }

    /// What is said of a figure: the tokens behind it up to the next number. "Three of your five positions are puts" goes on
    /// after the five.
    private func tokens(from position: Int) -> ArraySlice<Token> {
        var start = position + 1
        while start < tokens.count, ["of", "the", "your", "my", "all"].contains(tokens[start].word) { start += 1 }
        if start > position + 1, start < tokens.count, tokens[start].figure != nil { start += 1 }
        return tokens[start...].prefix { $0.figure == nil && !FigureScan.isNumber($0.word) }
    }

    /// How many numerals stand after a position with nothing but conjunctions between them, the longest such list.
    func figuresInList(after position: Int) -> Int {
        var (longest, count) = (0, 0)
        for token in tokens[(position + 1)...] {
            if token.isNumeral {
                count += 1
                longest = max(longest, count)
            } else if !WordLists.conjunctions.contains(token.word) {
                count = 0
            }
        }
        return longest > 1 ? longest : 0
    }

    /// How many are named after a position.
    func distinctTargets(after position: Int) -> Int {
        // "Puts on names other than QQQ: AMD, JPM and SPY" lists what stands behind the colon.
        let colon = tokens.indices.last { $0 > position && tokens[$0].parting == ":" }
        let start = colon.map { $0 - 1 } ?? position
        return Set(mentions.filter { $0.tokens.lowerBound > start && !$0.target.isUnknown }.map(\.target)).count
    }
}
