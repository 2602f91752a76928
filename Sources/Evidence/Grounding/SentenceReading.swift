import Markets

/// Whom a statement is about.
struct Target: Hashable {
    /// Tickers and other names; for contracts their underlyings.
    var tickers: [Int] = []
    /// The contracts meant; empty where the whole ticker is.
    var contracts: [Int] = []
    /// A ticker of which the evidence knows nothing.
    var isUnknown = false

    static let unknown = Target(isUnknown: true)

    /// Whether a fact about a group of subjects is about this.
    func admits(_ group: SubjectTable.Group) -> Bool {
        if isUnknown { return false }
        if !contracts.isEmpty, !group.contracts.isEmpty { return group.contracts.contains { contracts.contains($0) } }
        return group.tickers.contains { tickers.contains($0) }
    }
}

/// Whom a figure is about, and how sure that is.
struct Binding: Hashable {
    var targets: [Target]
    /// Whether the sentence names them; else they were carried over from the section or the sentence before.
    var isNamed: Bool

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
    /// The contracts a figure of the sentence names, by token.
    private(set) var contracts: [Int: [Int]] = [:]

    /// Reads a sentence. `inherited` are those it may leave unnamed.
    init(_ tokens: [Token], figures: [LocatedFigure], index: EvidenceIndex, inherited: [Target]) {
        self.tokens = tokens
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
                position += 1
                continue
            }
            let exact = index.label(in: tokens, at: position).flatMap { found in
                found.length == 1 && Self.vague.contains(tokens[position].word) ? nil : found
            }
            let phrase = LabelLexicon.phrases[tokens[position].word]?.first { phrase in
                position + phrase.words.count <= tokens.count
                    && phrase.words.indices.allSatisfy { tokens[position + $0].word == phrase.words[$0] }
            }
            let length = max(exact?.length ?? 0, phrase?.words.count ?? 0)
            if let exact, exact.length == length {
                let range = position..<position + length
                labels.append(
                    LabelMention(tokens: range, label: exact.label, classes: index.labels[exact.label].classes)
                )
            } else if let phrase, !phrase.binds.isEmpty {
                labels.append(LabelMention(tokens: position..<position + length, label: nil, classes: phrase.binds))
            }
            position += max(1, length)
        }
    }

    // MARK: - Mentions

    private mutating func findMentions(_ figures: [LocatedFigure], _ index: EvidenceIndex, _ inherited: [Target]) {
        var shouts: Bool?
        var position = 0
        while position < tokens.count {
            let token = tokens[position]
            if let figure = token.figure {
                noteContract(figures[figure].figure, at: position, index, inherited)
                position += 1
            } else if !token.capitals.isEmpty, let ticker = index.subjects.ticker(token.capitals) {
                let mention = mention(of: ticker, at: position, index)
                mentions.append(mention)
                position = mention.tokens.upperBound
            } else if let phrase = index.subjects.phrase(in: tokens, at: position) {
                mentions.append(
                    Mention(tokens: position..<position + phrase.length, target: Target(tickers: [phrase.name]))
                )
                position += phrase.length
            } else {
                if !token.capitals.isEmpty, isUnknownTicker(token, index), !(shouts ?? isShouted) {
                    shouts = false
                    mentions.append(Mention(tokens: position..<position + 1, target: .unknown))
                }
                position += 1
            }
        }
    }

    /// Whether a sentence is written in capitals throughout, so that these mean nothing.
    private var isShouted: Bool {
        let words = tokens.filter { $0.kind == .word && $0.word.count > 1 }
        let capitals = words.count { !$0.capitals.isEmpty }
        return capitals >= 2 && (capitals == words.count || (capitals >= 4 && capitals * 2 > words.count))
    }

    private func isUnknownTicker(_ token: Token, _ index: EvidenceIndex) -> Bool {
        let word = token.capitals
        return (2...5).contains(word.utf8.count) && word.utf8.allSatisfy { $0 >= 65 && $0 <= 90 }
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
        return Mention(tokens: position..<next + 1, target: Target(tickers: [ticker], contracts: contracts))
    }

    private static let rights: [String: OptionContract.Right] = [
        "put": .put, "puts": .put, "call": .call, "calls": .call,
    ]

    private mutating func noteContract(
        _ figure: Figure,
        at position: Int,
        _ index: EvidenceIndex,
        _ inherited: [Target]
    ) {
        if let name = index.subjects.name(figure.text), index.subjects.contracts[name] == nil {
            // Somebody whose name is a figure: the month 2026-01.
            mentions.append(Mention(tokens: position..<position + 1, target: Target(tickers: [name])))
            return
        }
        guard case .value(let readings) = figure.kind else { return }
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

    // MARK: - Binding

    /// Whom the figure at a token is about.
    func binding(at position: Int, inherited: Binding) -> Binding {
        guard !mentions.isEmpty else { return inherited }
        if mentions.count == 1 { return Binding(targets: [mentions[0].target], isNamed: true) }
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
        return between.allSatisfy { WordLists.listing.contains(tokens[$0].word) }
    }

    private func list(endingAt last: Int) -> [Mention] {
        var first = last
        while first > 0, isListed(mentions[first - 1], mentions[first]) { first -= 1 }
        return Array(mentions[first...last])
    }

    private func list(startingAt first: Int) -> [Mention] {
        var last = first
        while last + 1 < mentions.count, isListed(mentions[last], mentions[last + 1]) { last += 1 }
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
