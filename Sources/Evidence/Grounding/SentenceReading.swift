import Foundation
import Markets

/// Whom a statement is about.
struct Target: Hashable {
    /// Tickers and other names; for contracts their underlyings.
    var tickers: [Int] = []
    /// The contracts meant; empty where the whole ticker is.
    var contracts: [Int] = []
    /// A ticker of which the evidence knows nothing.
    var isUnknown = false
    /// Whether only a gap of the evidence names it.
    var isGap = false
    /// The ticker of a name such as `NVDA supply 1`; what is known of it alone may be said too.
    var owner: Int?

    static let unknown = Target(isUnknown: true)

    /// Whether a fact about a group of subjects is about this.
    func admits(_ group: SubjectTable.Group) -> Bool {
        if isUnknown { return false }
        if let owner, group.contracts.isEmpty, group.tickers == [owner] { return true }
        if !contracts.isEmpty, !group.contracts.isEmpty { return group.contracts.contains { contracts.contains($0) } }
        return group.tickers.contains { tickers.contains($0) }
    }
}

/// Whom a figure is about, and how sure that is.
struct Binding: Hashable {
    var targets: [Target]
    /// Whether the sentence names them; else they were carried over from the section or the sentence before.
    var isNamed: Bool
    /// Whether only the question, or that all evidence is about them, says so.
    var isPresumed = false

    static let nobody = Binding(targets: [], isNamed: false)
}

/// Where a sentence names somebody.
struct Mention {
    var tokens: Range<Int>
    var target: Target
}

/// Where a sentence names what a figure measures.
struct LabelMention {
    var tokens: Range<Int>
    /// The fact label that stands there word for word.
    var label: Int?
    var classes: LabelClasses
}

/// A sentence with whom and what it names.
struct SentenceReading {
    let tokens: [Token]
    private(set) var mentions: [Mention] = []
    private(set) var labels: [LabelMention] = []
    /// Words that are written like tickers of which the evidence knows nothing.
    private(set) var unknownNames: [Int] = []
    /// Plain numbers that name a contract by its strike.
    private(set) var namedStrikes: Set<Int> = []
    /// Numbers that are part of a name or a label, and no claims.
    private(set) var nameDigits: Set<Int> = []
    /// Numbers of days or sessions that say which measure is meant, with its label: "the 50-day average".
    private(set) var windows: [Int: Int] = [:]
    /// The contracts a figure of the sentence names, by token.
    private(set) var contracts: [Int: [Int]] = [:]

    /// The dates of the sentence.
    private(set) var dateTokens: Set<Int> = []

    /// Reads a sentence. `inherited` are those it may leave unnamed.
    init(_ tokens: [Token], figures: [LocatedFigure], index: EvidenceIndex, inherited: [Target]) {
        self.tokens = tokens
        for (position, token) in tokens.enumerated() {
            if let figure = token.figure, figures[figure].figure.isDate { dateTokens.insert(position) }
        }
        findLabels(index)
        findMentions(figures, index, inherited)
    }

    // MARK: - Labels

    private static let vague: Set<String> = [
        "last", "missing", "right", "open", "close", "high", "low", "day", "date", "level", "positions", "day ahead",
    ]

    private mutating func findLabels(_ index: EvidenceIndex) {
        var position = 0
        while position < tokens.count {
            guard tokens[position].kind == .word else {
                findWindow(at: position, index)
                position += 1
                continue
            }
            let exact = index.label(in: tokens, at: position).flatMap { found in
                found.length == 1 && Self.vague.contains(tokens[position].word) && !isNamedPlainly(position)
                    ? nil : found
            }
            let phrase = LabelLexicon.phrases[tokens[position].word]?.first { phrase in
                position + phrase.words.count <= tokens.count
                    && phrase.words.indices.allSatisfy { tokens[position + $0].word == phrase.words[$0] }
            }
            // "It would cost $182" names no cost basis.
            if tokens[position].word == "cost", position > 0,
                ["would", "will", "could", "to", "can", "may", "might"].contains(tokens[position - 1].word)
            {
                position += 1
                continue
            }
            let length = max(exact?.length ?? 0, phrase?.words.count ?? 0)
            if let exact, exact.length == length {
                let range = position..<position + length
                nameDigits.formUnion(range.filter { tokens[$0].figure != nil })
                labels.append(
                    LabelMention(tokens: range, label: exact.label, classes: index.labels[exact.label].classes)
                )
            } else if let phrase, !phrase.binds.isEmpty {
                labels.append(LabelMention(tokens: position..<position + length, label: nil, classes: phrase.binds))
            }
            position += max(1, length)
        }
    }

    /// "The 50-day average", "50d", "volatility over 20 sessions".
    private mutating func findWindow(at position: Int, _ index: EvidenceIndex) {
        let digits = tokens[position].window
        guard !digits.isEmpty else { return }
        var next = position + 1
        if next < tokens.count, Self.periods.contains(tokens[next].word) {
            next += 1
        } else if !tokens[position].isShortWindow {
            return
        }
        for word in [next, next + 1, position - 2, position - 3]
        where tokens.indices.contains(word) && tokens[word].kind == .word {
            guard let label = index.label(over: digits, named: tokens[word].word) else { continue }
            windows[position] = label
            let range = position..<max(next, word + 1)
            if word > position || position > 3 {
                labels.append(
                    LabelMention(
                        tokens: word > position ? range : word..<next,
                        label: label,
                        classes: index.labels[label].classes
                    )
                )
            }
            return
        }
        if tokens[position].isShortWindow || !windows.isEmpty, let label = index.label(over: digits, named: "average") {
            windows[position] = label
            labels.append(
                LabelMention(tokens: position..<position + 1, label: label, classes: index.labels[label].classes)
            )
        }
    }

    private static let periods: Set<String> = [
        "day", "days", "session", "sessions", "period", "periods", "closes", "bar", "bars",
    ]

    /// Whether a word that may be anything is said to be a value: "its last is $5", "last $5", "the last of NVDA".
    private func isNamedPlainly(_ position: Int) -> Bool {
        let next = position + 1
        if next == tokens.count { return tokens.count == 1 }
        if tokens[next].isNumeral { return true }
        if ["is", "was", "stands", "of"].contains(tokens[next].word), position > 0 {
            let before = tokens[position - 1]
            return ["the", "its", "a", "and"].contains(before.word) || !before.capitals.isEmpty || before.word.isEmpty
                || before.figure != nil
        }
        return false
    }

    // MARK: - Mentions

    private mutating func findMentions(_ figures: [LocatedFigure], _ index: EvidenceIndex, _ inherited: [Target]) {
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
            } else if let figure = token.figure {
                noteContract(figure, of: figures, at: position, index, inherited)
                position += 1
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
                    if target.isUnknown { unknownNames.append(position) }
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
    }

    /// Whom a word means that is no ticker: a month that facts are about, a company, a part of a name.
    private func named(at position: Int, _ index: EvidenceIndex) -> Target? {
        let token = tokens[position]
        if let parts = index.subjects.parts(token.word) {
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
        return index.capitals.contains(symbol) || index.words.contains(token.word) ? nil : .unknown
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
        guard next < tokens.count, !tokens[next].isParted, let right = Self.rights[tokens[next].word],
            !tokens.contains(where: { Self.rights[$0.word].map { $0 != right } ?? false })
        else { return whole }
        let contracts = (index.subjects.contractsByTicker[ticker] ?? []).filter {
            index.subjects.contracts[$0]?.right == right
        }
        // An option that nobody knows of, on a ticker with others, is nobody's.
        if contracts.isEmpty, !(index.subjects.contractsByTicker[ticker] ?? []).isEmpty {
            return Mention(tokens: position..<next + 1, target: .unknown)
        }
        return Mention(tokens: position..<next + 1, target: Target(tickers: [ticker], contracts: contracts))
    }

    private static let rights: [String: OptionContract.Right] = [
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
        if found.isEmpty, !isStray, let strike = strike(readings, at: position, figures) {
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
            if !found.isEmpty { namedStrikes.insert(position) }
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
        if let last = mentions.last, last.tokens.upperBound == position, last.target.tickers.count == 1 {
            tokensOfMention = last.tokens.lowerBound..<position + 1
            mentions.removeLast()
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
    private func strike(_ readings: [Figure.Reading], at position: Int, _ figures: [LocatedFigure]) -> Decimal? {
        guard case .quantity(let quantity)? = readings.first, quantity.sign == .none,
            [.bare, .dollars, .contracts, .count, .span].contains(quantity.measure)
        else { return nil }
        let next = position + 1
        // "The 145s" are read as seconds.
        let isPlural = tokens[position].figure.map { figures[$0].figure.text.hasSuffix("s") } ?? false
        guard quantity.measure != .span || isPlural else { return nil }
        if quantity.measure == .bare, right(ofNeighbour: position, figures) != nil { return quantity.magnitude }
        if position > 0, !tokens[position].isParted {
            // "IWM 245", "the January 150", "dropping to 150", "the 655/645 put spread", "the 145s"
            let isAfterName =
                mentions.last.map { $0.tokens.upperBound == position && $0.target.contracts.isEmpty } ?? false
            if quantity.measure == .bare && isAfterName || month(before: position, figures) != nil || isPlural {
                return quantity.magnitude
            }
            if tokens[position - 1].word == "to", tokens.contains(where: { Self.rolls.contains($0.word) }) {
                return quantity.magnitude
            }
        }
        if next < tokens.count, !tokens[next].isParted, ["strike", "strikes"].contains(tokens[next].word) {
            return quantity.magnitude
        }
        guard ![.dollars, .count, .span].contains(quantity.measure) else { return nil }
        let isLast =
            next == tokens.count || tokens[next].isParted || ["and", "or", "vs", "versus"].contains(tokens[next].word)
        return position > 0 && tokens[position - 1].word == "the" && isLast ? quantity.magnitude : nil
    }

    private static let rolls: Set<String> = [
        "roll", "rolling", "rolls", "strike", "strikes", "put", "puts", "call", "calls",
    ]

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
        var index = position + 1
        while index < tokens.count, index - position <= 8 {
            if tokens[index].figure != nil {
                if !(contracts[index]?.isEmpty ?? true) { return true }
                guard tokens[index].isNumeral else { return false }
            } else if !["and", "or"].contains(tokens[index].word) {
                return false
            }
            index += 1
        }
        return false
    }

    // MARK: - Binding

    /// Whom the figure at a token is about.
    func binding(at position: Int, inherited: Binding) -> Binding {
        guard !mentions.isEmpty else { return inherited }
        if mentions.count == 1 {
            let first = mentions[0].tokens.lowerBound
            let isBehind =
                first > position + 1 && (position + 1..<first).contains { tokens[$0].isParted }
                && (position + 1..<first).contains { tokens[$0].isNumeral } && tokens[first].figure == nil
            // "You earned $632.60, of which $263.40 came in July": July is the second's.
            if isBehind, (position + 1..<first).contains(where: { ["which", "of", "while"].contains(tokens[$0].word) })
            {
                return inherited
            }
            return Binding(targets: [mentions[0].target], isNamed: true)
        }
        let run = figureRun(around: position)
        // "NVDA and AAPL are at 0.28 and 0.31": one figure for each.
        if run.count > 1, let list = mentionList(near: run.lowerBound, run.upperBound), list.count == run.count {
            let rank = figures(in: run.lowerBound..<position).count
            if rank < list.count { return Binding(targets: [list[rank].target], isNamed: true) }
        }
        if let own = mentions.first(where: { $0.tokens.contains(position) }) {
            return Binding(targets: [own.target], isNamed: true)
        }
        let before = mentions.lastIndex { $0.tokens.upperBound <= position }
        let isLeading = before.map { mentions[$0].tokens.upperBound == position && !tokens[position].isParted } ?? false
        if !isLeading, let after = tiedMention(after: position) {
            return Binding(targets: [after.target], isNamed: true)
        }
        if let before {
            return Binding(targets: list(endingAt: before).map(\.target), isNamed: true)
        }
        return Binding(targets: list(startingAt: 0).map(\.target), isNamed: true)
    }

    private func figures(in range: Range<Int>) -> [Int] {
        range.filter { tokens[$0].figure != nil && contracts[$0]?.isEmpty ?? true }
    }

    /// The figures listed with the one at a position: their first and last token, and how many they are.
    private func figureRun(around position: Int) -> (lowerBound: Int, upperBound: Int, count: Int) {
        var (low, high, count) = (position, position, 1)
        func next(from start: Int, _ step: Int) -> Int? {
            var index = start + step
            while tokens.indices.contains(index), abs(index - start) <= 3 {
                if tokens[index].figure != nil { return contracts[index]?.isEmpty ?? true ? index : nil }
                guard WordLists.conjunctions.contains(tokens[index].word) || FigureScan.nouns[tokens[index].word] != nil
                else {
                    return nil
                }
                index += step
            }
            return nil
        }
        while let before = next(from: low, -1) {
            low = before
            count += 1
        }
        while let after = next(from: high, 1) {
            high = after
            count += 1
        }
        return (low, high, count)
    }

    /// The list of names nearest before a run of figures, or directly after it.
    private func mentionList(near low: Int, _ high: Int) -> [Mention]? {
        if let before = mentions.lastIndex(where: { $0.tokens.upperBound <= low }) {
            let list = list(endingAt: before)
            return list.count > 1 && figures(in: mentions[before].tokens.upperBound..<low).isEmpty ? list : nil
        }
        guard let after = mentions.firstIndex(where: { $0.tokens.lowerBound > high }) else { return nil }
        let list = list(startingAt: after)
        return list.count > 1 ? list : nil
    }

    private func isListed(_ left: Mention, _ right: Mention) -> Bool {
        let between = left.tokens.upperBound..<max(left.tokens.upperBound, right.tokens.lowerBound)
        return between.allSatisfy {
            WordLists.listing.contains(tokens[$0].word) || FigureScan.adjectives.contains(tokens[$0].word)
        }
    }

    /// Whether a name beside another only says it more closely: "the Disney puts, the 102.5 strike".
    private func isRefined(_ left: Mention, _ right: Mention) -> Bool {
        let between = left.tokens.upperBound..<max(left.tokens.upperBound, right.tokens.lowerBound)
        guard !right.target.contracts.isEmpty, left.target != right.target,
            Set(right.target.tickers).isSubset(of: left.target.tickers),
            left.target.contracts.isEmpty || Set(right.target.contracts).isSubset(of: left.target.contracts)
        else { return false }
        return !between.contains { ["and", "or"].contains(tokens[$0].word) }
    }

    /// The words of up to some tokens before one, back to the figure before it.
    func words(before position: Int, _ count: Int) -> [String] {
        tokens[max(0, position - count)..<position].reversed().prefix { $0.figure == nil }.map(\.word)
    }

    private func list(endingAt last: Int) -> [Mention] {
        var first = last
        while first > 0, isListed(mentions[first - 1], mentions[first]),
            !isRefined(mentions[first - 1], mentions[first])
        {
            first -= 1
        }
        return Array(mentions[first...last])
    }

    private func list(startingAt first: Int) -> [Mention] {
        var last = first
        while last + 1 < mentions.count, isListed(mentions[last], mentions[last + 1]),
            !isRefined(mentions[last], mentions[last + 1])
        {
            last += 1
        }
        return Array(mentions[first...last])
    }

    /// The name that follows a figure: `2 NVDA puts`, `0.28 delta on NVDA`.
    private func tiedMention(after position: Int) -> Mention? {
        guard let next = mentions.first(where: { $0.tokens.lowerBound > position }) else { return nil }
        let between = position + 1..<next.tokens.lowerBound
        guard between.count <= 5, !tokens[next.tokens.lowerBound].isParted,
            between.allSatisfy({ tokens[$0].figure == nil && !tokens[$0].isParted })
        else { return nil }
        if between.isEmpty { return next }
        let words = between.map { tokens[$0].word }
        if words.allSatisfy({ FigureScan.adjectives.contains($0) }) { return next }
        // "35.6% is AAPL"
        if words.count <= 5, words.last == "is" || words.last == "are" { return next }
        guard let tie = words.lastIndex(where: { WordLists.ties.contains($0) }) else { return nil }
        let tail = words[(tie + 1)...]
        let head = words[..<tie]
        return tail.allSatisfy({ ["the", "your", "a", "each", "short", "long"].contains($0) })
            && !head.contains(where: { WordLists.partings.contains($0) }) ? next : nil
    }
}
