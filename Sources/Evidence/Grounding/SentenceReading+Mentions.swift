import Foundation
import Markets

/// Whom a sentence names.
extension SentenceReading {
    mutating func findMentions(_ figures: [LocatedFigure], _ index: EvidenceIndex, _ inherited: [Target]) {
        var shouts: Bool?
        var position = 0
        // A heading whose name was struck: what follows is about nobody known.
        if tokens.first?.word == "unverified", tokens.allSatisfy({ $0.figure == nil }) {
            mentions.append(Mention(tokens: 0..<1, target: .unknown))
            position = 1
        }
        while position < tokens.count {
            let token = tokens[position]
            if let phrase = index.subjects.phrase(in: tokens, at: position) {
                let range = position..<position + phrase.length
                let owner = index.subjects.owner(of: phrase.name)
                mentions.append(Mention(tokens: range, target: Target(tickers: [phrase.name], owner: owner)))
                nameDigits.formUnion(range.filter { tokens[$0].figure != nil })
                position = range.upperBound
            } else if let name = numberedZone(at: position, index) {
                let range = position..<position + 3
                let owner = index.subjects.owner(of: name)
                mentions.append(Mention(tokens: range, target: Target(tickers: [name], owner: owner)))
                nameDigits.insert(position + 2)
                position = range.upperBound
            } else if let figure = token.figure {
                noteContract(figure, of: figures, at: position, index, inherited)
                position += 1
            } else if let leg = leg(at: position, index, inherited) ?? month(at: position, index, inherited) {
                mentions.append(leg)
                position = leg.tokens.upperBound
            } else if !token.capitals.isEmpty, let ticker = index.subjects.ticker(token.capitals) {
                let mention = mention(of: ticker, at: position, index)
                mentions.append(mention)
                position = mention.tokens.upperBound
            } else {
                if index.gapNames.contains(token.capitals) {
                    // Of whom only a gap speaks, no figure is known.
                    mentions.append(
                        Mention(tokens: position..<position + 1, target: Target(isUnknown: true, isGap: true))
                    )
                } else if !token.capitals.isEmpty, isUnknownTicker(token, index), !(shouts ?? isShouted) {
                    shouts = false
                    mentions.append(Mention(tokens: position..<position + 1, target: .unknown))
                    unknownNames.append(position)
                } else if let target = named(at: position, index) {
                    let second = position + 1 < tokens.count ? tokens[position + 1].word : ""
                    let isLong = CompanyNames.isName(token.word, followedBy: second)
                    if target.tickers.count == 1, isLong || CompanyNames.isName(token.word), !target.isUnknown,
                        !(position + 1 < tokens.count && tokens[position + 1].isParted)
                    {
                        let named = mention(of: target.tickers[0], at: isLong ? position + 1 : position, index)
                        mentions.append(Mention(tokens: position..<named.tokens.upperBound, target: named.target))
                        position = named.tokens.upperBound
                        continue
                    }
                    mentions.append(Mention(tokens: position..<position + 1, target: target))
                    if target.isUnknown, !target.isGap { unknownNames.append(position) }
                    // "Disney (INTC)" names two.
                    let next = position + 1
                    if next < tokens.count, tokens[next].isParted,
                        let other = index.subjects.ticker(tokens[next].capitals),
                        CompanyNames.isName(token.word), target.tickers != [other]
                    {
                        unknownNames.append(next)
                    }
                }
                position += 1
            }
        }
        narrowToMonth(index)
    }

    /// Whom a word means that is no ticker: a month that facts are about, a company, a part of a name.
    private func named(at position: Int, _ index: EvidenceIndex) -> Target? {
        let token = tokens[position]
        if let parts = index.subjects.parts(token.word) {
            if let zone = zone(at: position, parts, index) {
                return Target(tickers: [zone], owner: index.subjects.owner(of: zone))
            }
            return Target(tickers: parts, owner: parts.first.flatMap(index.subjects.owner))
        }
        guard token.isCapitalised else { return nil }
        if let month = FigureScan.months[token.word] {
            let days = index.subjects.days(Figure.DateClaim(month: month))
            if !days.isEmpty { return Target(tickers: days) }
        }
        let next = position + 1 < tokens.count && !tokens[position + 1].isParted ? tokens[position + 1].word : ""
        guard let symbol = CompanyNames.ticker(token.word, followedBy: next) else { return nil }
        if let ticker = index.subjects.ticker(symbol) { return Target(tickers: [ticker]) }
        if index.gapNames.contains(symbol) { return Target(isUnknown: true, isGap: true) }
        return index.capitals.contains(symbol) || index.words.contains(token.word) ? nil : .unknown
    }

    /// The zone that is named with the word between its kind and its number: "demand zone 3".
    private func numberedZone(at position: Int, _ index: EvidenceIndex) -> Int? {
        guard position + 2 < tokens.count, tokens[position + 1].word == "zone", !tokens[position + 2].digits.isEmpty,
            index.subjects.parts(tokens[position].word) != nil
        else { return nil }
        return index.subjects.phrase(in: [tokens[position], tokens[position + 2]], at: 0)?.name
    }

    /// The zone that the word before chooses: "the lowest demand zone".
    private func zone(at position: Int, _ parts: [Int], _ index: EvidenceIndex) -> Int? {
        guard position > 0, parts.count > 1, position + 1 < tokens.count, tokens[position + 1].word == "zone" else {
            return nil
        }
        let word = tokens[position - 1].word
        let isBelow = tokens[position].word == "demand"
        let isHigh: Bool
        switch word {
        case "lowest", "bottom", "deepest": isHigh = false
        case "highest", "upper", "top", "uppermost": isHigh = true
        case "nearest", "closest", "first": isHigh = isBelow
        case "furthest", "farthest", "last": isHigh = !isBelow
        default: return nil
        }
        guard let label = index.labels.firstIndex(where: { $0.words == ["zone", "low"] }) else { return nil }
        let known = index.known(label).compactMap { known in
            parts.first { index.subjects.groups[known.group].tickers.contains($0) }.map {
                (name: $0, value: known.value)
            }
        }
        return (isHigh ? known.max { $0.value < $1.value } : known.min { $0.value < $1.value })?.name
    }

    /// Whether a sentence is written in capitals throughout, so that these mean nothing.
    private var isShouted: Bool {
        let words = tokens.filter { $0.kind == .word && $0.word.count > 1 }
        let capitals = words.count { !$0.capitals.isEmpty }
        return capitals >= 2 && (capitals == words.count || (capitals >= 4 && capitals * 2 > words.count))
    }

    private func isUnknownTicker(_ token: Token, _ index: EvidenceIndex) -> Bool {
        let word = token.capitals
        return !index.isEmpty && (2...5).contains(word.utf8.count) && word.utf8.allSatisfy { $0 >= 65 && $0 <= 90 }
            && !WordLists.capitals.contains(word) && !index.capitals.contains(word)
    }

    /// A ticker, or its puts or calls where the word follows: `NVDA short put`.
    private func mention(of ticker: Int, at position: Int, _ index: EvidenceIndex) -> Mention {
        let whole = Mention(tokens: position..<position + 1, target: Target(tickers: [ticker]))
        var next = position + 1
        while next < tokens.count, next < position + 4, FigureScan.adjectives.contains(tokens[next].word),
            !tokens[next].isParted
        {
            next += 1
        }
        guard next < tokens.count, !tokens[next].isParted, let right = Self.rights[tokens[next].word] else {
            return whole
        }
        // "NVDA puts and calls" are all of them; so are those of somebody whose others are spoken of without the name.
        let after = next + 1
        let isBoth =
            after + 1 < tokens.count && ["and", "or"].contains(tokens[after].word)
            && Self.rights[tokens[after + 1].word] != nil
        let others = tokens.contains { Self.rights[$0.word].map { $0 != right } ?? false }
        let isSole = !tokens.indices.contains { place in
            place != position && !tokens[place].capitals.isEmpty && index.subjects.ticker(tokens[place].capitals) != nil
        }
        if isBoth || (others && isSole) { return whole }
        var contracts = (index.subjects.contractsByTicker[ticker] ?? []).filter {
            index.subjects.contracts[$0]?.right == right
        }
        // "The short IWM call" is the one held short, where one is.
        let said = tokens[max(0, position - 1)..<next].map(\.word)
        if said.contains("short") != said.contains("long") {
            let chosen = contracts.filter { index.quantity(of: $0).map { ($0 < 0) == said.contains("short") } ?? false }
            if !chosen.isEmpty { contracts = chosen }
        }
        // An option that nobody knows of, on a ticker with others, is nobody's.
        if contracts.isEmpty, !(index.subjects.contractsByTicker[ticker] ?? []).isEmpty {
            return Mention(tokens: position..<next + 1, target: .unknown)
        }
        return Mention(tokens: position..<next + 1, target: Target(tickers: [ticker], contracts: contracts))
    }

    static let rights: [String: OptionContract.Right] = [
        "put": .put, "puts": .put, "call": .call, "calls": .call,
    ]

    private mutating func noteContract(
        _ number: Int,
        of figures: [LocatedFigure],
        at position: Int,
        _ index: EvidenceIndex,
        _ inherited: [Target]
    ) {
        let figure = figures[number].figure
        if let name = index.subjects.name(figure.text), index.subjects.contracts[name] == nil {
            // Somebody whose name is a figure: the month 2026-01.
            mentions.append(Mention(tokens: position..<position + 1, target: Target(tickers: [name])))
            return
        }
        guard case .value(let readings) = figure.kind else { return }
        for case .date(let claim) in readings where claim.month != nil && claim.day == nil {
            let days = index.subjects.days(claim)
            if !days.isEmpty {
                mentions.append(Mention(tokens: position..<position + 1, target: Target(tickers: days)))
                return
            }
            if let mention = expiring(claim, at: position, index, inherited) {
                mentions.append(mention)
                return
            }
        }
        // "The Nov 20 put"
        if position + 1 < tokens.count, !tokens[position + 1].isParted,
            ["put", "call"].contains(tokens[position + 1].word), let right = Self.rights[tokens[position + 1].word]
        {
            for case .date(let claim) in readings where claim.day != nil {
                let matching = index.subjects.contracts.filter {
                    $0.value.right == right && claim.agrees(with: $0.value.expiration)
                }
                guard matching.count == 1, let contract = matching.first else { continue }
                contracts[position] = [contract.key]
                mentions.append(
                    Mention(
                        tokens: position..<position + 2,
                        target: Target(tickers: [contract.value.ticker], contracts: [contract.key])
                    )
                )
                return
            }
        }
        var found: [Int] = []
        var isStray = false
        for case .contract(let claim) in readings {
            let root = claim.root.flatMap { WordLists.capitals.contains($0) ? nil : $0 }
            if let root, index.subjects.ticker(root) == nil {
                isStray = true
                continue
            }
            let known =
                root.flatMap { index.subjects.ticker($0) }.map { [$0] }
                ?? mentions.last { $0.tokens.upperBound <= position }?.target.tickers
            let tickers = known ?? (inherited.isEmpty ? nil : inherited.flatMap(\.tickers))
            found += index.subjects.contracts(matching: claim, of: tickers)
        }
        if found.isEmpty, !isStray, let strike = strike(readings, at: position, figures, index, inherited) {
            let known =
                mentions.last { $0.tokens.upperBound <= position }?.target.tickers ?? inherited.flatMap(\.tickers)
            found = (right(ofNeighbour: position, figures).map { [$0] } ?? [.put, .call]).flatMap { right in
                index.subjects.contracts(
                    matching: Figure.ContractClaim(
                        expiration: month(before: position, figures),
                        strike: strike,
                        right: right
                    ),
                    of: known.isEmpty ? nil : known
                )
            }
            // "In January, choosing 150 over 145": those of January.
            let expirations = Set(
                mentions.flatMap(\.target.contracts).compactMap { index.subjects.contracts[$0]?.expiration }
            )
            let alike = found.filter {
                index.subjects.contracts[$0].map { expirations.contains($0.expiration) } ?? false
            }
            if expirations.count == 1, !alike.isEmpty { found = alike }
            if !found.isEmpty { namedStrikes.insert(position) }
        }
        // "66% on the 145 put versus 28% on the 102.5s", after two were named: whose strike it is
        if found.isEmpty, !isStray, mentions.last.map({ $0.tokens.upperBound < position }) ?? false {
            for case .contract(let claim) in readings where claim.root == nil {
                found += index.subjects.contracts(matching: claim, of: mentions.flatMap(\.target.tickers))
            }
        }
        contracts[position] = found
        if found.isEmpty {
            // A contract of somebody unknown must not lend the figures beside it to those known.
            if isStray, mentions.last?.tokens.upperBound != position {
                mentions.append(Mention(tokens: position..<position + 1, target: .unknown))
            }
            return
        }
        var tokensOfMention = position..<position + 1
        if let last = mentions.last, last.tokens.upperBound == position, last.target.tickers.count == 1,
            last.target.contracts.isEmpty || !Set(found).isDisjoint(with: last.target.contracts)
        {
            tokensOfMention = last.tokens.lowerBound..<position + 1
            mentions.removeLast()
        }
        if tokensOfMention.lowerBound == position, month(before: position, figures) != nil {
            tokensOfMention = position - 1..<position + 1
        }
        if position + 1 < tokens.count, Self.rights[tokens[position + 1].word] != nil {
            tokensOfMention = tokensOfMention.lowerBound..<position + 2
        }
        let tickers = Set(found.compactMap { index.subjects.contracts[$0]?.ticker }).sorted()
        mentions.append(Mention(tokens: tokensOfMention, target: Target(tickers: tickers, contracts: found)))
    }

    /// Whether a sentence speaks of somebody named before: "its delta", "the put".
    var refersBack: Bool {
        for (position, token) in tokens.enumerated() {
            if ["it", "its", "they", "their", "them", "both"].contains(token.word) { return true }
            guard ["this", "that", "the", "these"].contains(token.word), position + 1 < tokens.count else { continue }
            let next = tokens[position + 1].word
            if Self.rights[next] != nil || Self.things.contains(next) { return true }
        }
        return false
    }

    private static let things: Set<String> = [
        "position", "positions", "contract", "contracts", "option", "options", "stock", "shares", "spread", "leg",
        "legs",
        "underlying", "strike", "trade",
    ]

    /// The strike that a plain number is: "the 102.5 strike", "29, 30 and 31 puts", "for the 145".
    private func strike(
        _ readings: [Figure.Reading],
        at position: Int,
        _ figures: [LocatedFigure],
        _ index: EvidenceIndex,
        _ inherited: [Target]
    ) -> Decimal? {
        guard case .quantity(let quantity)? = readings.first, [.none, .bracketed].contains(quantity.sign),
            [.bare, .dollars, .contracts, .count, .span].contains(quantity.measure)
        else { return nil }
        let next = position + 1
        if quantity.measure == .bare, isPairedStrike(quantity.magnitude, position, index, inherited) {
            return quantity.magnitude
        }
        // "The 145s" are read as seconds.
        let isPlural = tokens[position].figure.map { figures[$0].figure.text.hasSuffix("s") } ?? false
        // "$10 (150s), $15 (145s)"
        if isPlural, tokens[position].parting == "(",
            inherited.flatMap(\.tickers).contains(where: { ticker in
                (index.subjects.contractsByTicker[ticker] ?? []).contains {
                    index.subjects.contracts[$0]?.strike == quantity.magnitude
                }
            })
        {
            return quantity.magnitude
        }
        guard quantity.sign == .none else { return nil }
        guard quantity.measure != .span || isPlural else { return nil }
        if quantity.measure == .bare, right(ofNeighbour: position, figures) != nil { return quantity.magnitude }
        if quantity.measure == .bare, tokens[position].isSlashed || isListedStrike(position) {
            return quantity.magnitude
        }
        if position > 0, !tokens[position].isParted {
            // "IWM 245", "the January 150", "dropping to 150", "the 655/645 put spread", "the 145s"
            let isAfterName =
                mentions.last.map { $0.tokens.upperBound == position && $0.target.contracts.isEmpty } ?? false
            if quantity.measure == .bare && isAfterName || month(before: position, figures) != nil || isPlural {
                return quantity.magnitude
            }
            // "The gain on the short 655"
            if quantity.measure == .bare, position > 1, ["short", "long"].contains(tokens[position - 1].word),
                ["the", "your", "my"].contains(tokens[position - 2].word),
                next == tokens.count || tokens[next].isParted
                    || tokens[next].kind == .word
                        && FigureScan.nouns[tokens[next].word] == nil
            {
                return quantity.magnitude
            }
            // "AMD above 160": a strike, where one of those spoken of has it.
            if quantity.measure == .bare, Self.bounds.contains(tokens[position - 1].word) { return quantity.magnitude }
            // "From the 150 to the 145 strike"
            if quantity.measure == .bare, next + 2 < tokens.count, tokens[next].word == "to",
                tokens[next...].prefix(5).contains(where: { ["strike", "put", "call"].contains($0.word) })
            {
                return quantity.magnitude
            }
            if tokens[position - 1].word == "to", tokens.contains(where: { Self.rolls.contains($0.word) }) {
                return quantity.magnitude
            }
        }
        if next < tokens.count, !tokens[next].isParted,
            ["strike", "strikes", "roll", "rolls"].contains(tokens[next].word)
        {
            return quantity.magnitude
        }
        // "The 140, 145 and 150 strikes"
        if quantity.measure == .bare {
            var end = next
            while end < tokens.count, end - position < 10, tokens[end].isNumeral || tokens[end].word == "and" {
                end += 1
            }
            if end > next, end < tokens.count, ["strikes", "puts", "calls"].contains(tokens[end].word) {
                return quantity.magnitude
            }
        }
        guard ![.dollars, .count, .span].contains(quantity.measure) else { return nil }
        let isLast =
            next == tokens.count || tokens[next].isParted || Self.afterStrikes.contains(tokens[next].word)
        return position > 0 && tokens[position - 1].word == "the" && isLast ? quantity.magnitude : nil
    }

    /// Whether a plain number is the strike of a contract of those spoken of and stands as one beside a figure or another such
    /// strike: "58.8% at 150", "102.5 (70.9), 92.5 (67.4)", "choosing 150 over 145".
    private func isPairedStrike(_ value: Decimal, _ position: Int, _ index: EvidenceIndex, _ inherited: [Target])
        -> Bool
    {
        let named = mentions.filter { $0.tokens.upperBound <= position }.flatMap(\.target.tickers)
        let tickers = Set(named.isEmpty ? inherited.flatMap(\.tickers) : named)
        func isStrike(_ value: Decimal) -> Bool {
            tickers.contains { ticker in
                (index.subjects.contractsByTicker[ticker] ?? []).contains {
                    index.subjects.contracts[$0]?.strike == value
                }
            }
        }
        func plain(_ other: Int) -> Decimal? {
            guard tokens.indices.contains(other), tokens[other].isNumeral,
                case .quantity(let quantity)? = values[other]?.first, quantity.measure == .bare, quantity.sign == .none
            else { return nil }
            return quantity.magnitude
        }
        guard isStrike(value), !tokens.contains(where: { Self.moving.contains($0.word) }) else { return false }
        let (before, next) = (position - 1, position + 1)
        if before > 0, tokens[before].word == "at", tokens[before - 1].figure != nil { return true }
        // "AMD 145 $117, 150 $160": a strike at the head of each
        if position > 0, tokens[position].parting == ",", next < tokens.count, !tokens[next].isParted,
            case .quantity(let beside)? = values[next]?.first,
            [.dollars, .fraction].contains(beside.measure),
            namedStrikes.contains(where: { $0 < position })
                || mentions.contains(where: { $0.target.contracts.count == 1 })
        {
            return true
        }
        if next < tokens.count, tokens[next].parting == "(",
            position == 0 || tokens[position].isParted || ["and", "or"].contains(tokens[before].word)
        {
            return tokens[next].isNumeral || (next + 1 < tokens.count && tokens[next + 1].isNumeral)
        }
        // "143.83 (145), 148.40 (150)"
        if before >= 0, tokens[position].parting == "(", tokens[before].isNumeral,
            next == tokens.count || tokens[next].isParted
        {
            return true
        }
        let joints: Set<String> = ["over", "to", "versus", "vs", "than", "not"]
        return [(before, before - 1), (next, next + 1)].contains { joint, other in
            tokens.indices.contains(joint) && joints.contains(tokens[joint].word)
                && plain(other).map { $0 != value && isStrike($0) } ?? false
        }
    }

    /// Words that say that prices move, not that one strike is taken for another.
    private static let moving: Set<String> = [
        "fell", "fall", "falls", "dropped", "rose", "rise", "rises", "slid", "slipped", "climbed", "trading", "trades",
        "traded", "declined", "gained",
    ]

    private static let afterStrikes: Set<String> = [
        "by", "and", "or", "vs", "versus", "but", "while", "with", "at", "for", "pays", "bids", "has", "is", "carries",
        "than", "does",
        "offers", "brings", "yields",
    ]

    private static let bounds: Set<String> = ["above", "below", "over", "under", "past", "through"]

    private static let rolls: Set<String> = [
        "roll", "rolling", "rolls", "strike", "strikes", "put", "puts", "call", "calls",
    ]

    /// Whether a plain number is one of a list behind the word for strikes: "three strikes (29, 30, 31)".
    private func isListedStrike(_ position: Int) -> Bool {
        func isIn(_ index: Int) -> Bool { tokens[index].isNumeral && !tokens[index].digits.isEmpty }
        var (low, high) = (position, position)
        while low > 0, isIn(low - 1) || (low > 1 && ["and", "or"].contains(tokens[low - 1].word) && isIn(low - 2)) {
            low -= 1
        }
        while high + 1 < tokens.count,
            isIn(high + 1)
                || (["and", "or"].contains(tokens[high + 1].word) && high + 2 < tokens.count && isIn(high + 2))
        {
            high += 1
        }
        guard high > low, low > 0 else { return false }
        return ["strikes", "puts", "calls"].contains(tokens[low - 1].word)
    }

    /// The month that stands directly before a strike: "the January 150".
    private func month(before position: Int, _ figures: [LocatedFigure]) -> Figure.DateClaim? {
        guard position > 0 else { return nil }
        if let month = FigureScan.months[tokens[position - 1].word], tokens[position - 1].isCapitalised {
            return Figure.DateClaim(month: month)
        }
        guard let figure = tokens[position - 1].figure, case .value(let readings) = figures[figure].figure.kind else {
            return nil
        }
        for case .date(let claim) in readings where claim.month != nil { return claim }
        return nil
    }

    /// The right of the contract that ends a list of strikes: "655/645 put spread", "29, 30 and 31 puts".
    private func right(ofNeighbour position: Int, _ figures: [LocatedFigure]) -> OptionContract.Right? {
        var next = position + 1
        while next < tokens.count, next - position <= 6 {
            if let figure = tokens[next].figure {
                guard case .value(let readings) = figures[figure].figure.kind else { return nil }
                for case .contract(let claim) in readings { return claim.right }
                guard case .quantity(let quantity)? = readings.first, quantity.measure == .bare else { return nil }
            } else if !["and", "or"].contains(tokens[next].word) {
                return nil
            }
            next += 1
        }
        return nil
    }

    /// Whether a number is one of the strikes of "29, 30 and 31 puts".
    func listsStrikes(at position: Int) -> Bool {
        // "31 (75.5), 29 (73.5)": what stands in brackets is said of the strikes.
        if tokens[position].parting == "(" { return false }
        var index = position + 1
        while index < tokens.count, index - position <= 8 {
            if tokens[index].figure != nil {
                if !(contracts[index]?.isEmpty ?? true) { return true }
                guard tokens[index].isNumeral, !tokens[index].digits.isEmpty else { return false }
            } else if !["and", "or"].contains(tokens[index].word) {
                return false
            }
            index += 1
        }
        return false
    }
}
