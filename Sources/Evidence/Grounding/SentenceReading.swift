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
    var mentions: [Mention] = []
    var labels: [LabelMention] = []
    /// Words that are written like tickers of which the evidence knows nothing.
    var unknownNames: [Int] = []
    /// Plain numbers that name a contract by its strike.
    var namedStrikes: Set<Int> = []
    /// Numbers that are part of a name or a label, and no claims.
    var nameDigits: Set<Int> = []
    /// Numbers of days or sessions that say which measure is meant, with its label: "the 50-day average".
    var windows: [Int: Int] = [:]
    /// The contracts a figure of the sentence names, by token.
    var contracts: [Int: [Int]] = [:]

    /// The dates of the sentence.
    var dateTokens: Set<Int> = []
    /// What its numbers and dates say, by token.
    var values: [Int: [Figure.Reading]] = [:]

    /// Reads a sentence. `inherited` are those it may leave unnamed.
    init(_ tokens: [Token], figures: [LocatedFigure], index: EvidenceIndex, inherited: [Target]) {
        let tokens = Self.capitalised(tokens, index)
        self.tokens = tokens
        for (position, token) in tokens.enumerated() {
            guard let figure = token.figure else { continue }
            if figures[figure].figure.isDate { dateTokens.insert(position) }
            if case .value(let readings) = figures[figure].figure.kind { values[position] = readings }
        }
        findLabels(index)
        findMentions(figures, index, inherited)
    }

    /// A sentence that is written small throughout, with its tickers and months as they are written else: "amd down 37".
    private static func capitalised(_ tokens: [Token], _ index: EvidenceIndex) -> [Token] {
        guard tokens.count > 1, !tokens.dropFirst().contains(where: \.isCapitalised) else { return tokens }
        var tokens = tokens
        for position in tokens.indices where tokens[position].kind == .word {
            let word = tokens[position].word
            if tokens[position].capitals.isEmpty, word.utf8.count >= 2, !WordLists.links.contains(word),
                !WordLists.partings.contains(word), !smallWords.contains(word),
                index.subjects.ticker(word.uppercased()) != nil
            {
                tokens[position].capitals = word.uppercased()
                tokens[position].isCapitalised = true
            } else if FigureScan.months[word] != nil, !["may", "march", "mar"].contains(word) {
                tokens[position].isCapitalised = true
            }
        }
        return tokens
    }

    /// Words that are tickers too.
    private static let smallWords: Set<String> = [
        "so", "go", "he", "we", "an", "am", "my", "up", "can", "see", "own", "new", "one", "two", "cost", "well",
        "fast",
        "play", "real", "run", "safe", "true", "life", "key", "low", "big", "say", "here", "there", "him", "her", "man",
    ]

    // MARK: - Labels

    private static let vague: Set<String> = [
        "last", "missing", "right", "open", "close", "high", "low", "day", "date", "level", "positions", "day ahead",
    ]

    mutating func findLabels(_ index: EvidenceIndex) {
        var position = 0
        while position < tokens.count {
            guard tokens[position].kind == .word else {
                findWindow(at: position, index)
                position += 1
                continue
            }
            let exact = index.label(in: tokens, at: position).flatMap { found in
                // "Went from $157.66 to $281.15" names no date the data begins at.
                let isWay =
                    found.length == 1 && ["from", "to", "through"].contains(tokens[position].word)
                    && !dateTokens.contains(position + 1)
                return isWay
                    || found.length == 1 && Self.vague.contains(tokens[position].word) && !isNamedPlainly(position)
                    ? nil : found
            }
            let phrase = LabelLexicon.phrases[tokens[position].word]?.first { phrase in
                position + phrase.words.count <= tokens.count
                    && phrase.words.indices.allSatisfy { tokens[position + $0].word == phrase.words[$0] }
            }
            // "Hardly worth the $20,500" says of nothing what it is worth.
            if tokens[position].word == "worth", position > 0,
                ["hardly", "not", "barely", "scarcely"].contains(tokens[position - 1].word)
            {
                position += 1
                continue
            }
            // "Volatility runs at 42% annualised"
            if tokens[position].word == "annualised", position > 0, tokens[position - 1].figure != nil,
                labels.contains(where: { !$0.classes.isDisjoint(with: [.historicalVolatility, .impliedVolatility]) })
            {
                position += 1
                continue
            }
            if let mention = abbreviation(at: position) {
                labels.append(mention)
                position = mention.tokens.upperBound
                continue
            }
            if let mention = synonym(at: position, index) {
                labels.append(mention)
                position = mention.tokens.upperBound
                continue
            }
            // "It would cost $182" names no cost basis.
            let isVerb =
                tokens[max(0, position - 2)..<position].contains {
                    ["would", "will", "could", "can", "may", "might", "ll"].contains($0.word)
                } || position > 0 && tokens[position - 1].word == "to"
                || (position + 1 < tokens.count && ["you", "me"].contains(tokens[position + 1].word))
            if tokens[position].word == "cost", isVerb {
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

    /// Other words for a label that the evidence has: "prior close", "the 60-day window", "ties up the most buying power".
    private func synonym(at position: Int, _ index: EvidenceIndex) -> LabelMention? {
        let next = position + 1 < tokens.count ? tokens[position + 1].word : ""
        switch tokens[position].word {
        case "prior", "prev", "preceding":
            guard next == "close", let label = index.labels(named: "previous close").first else { return nil }
            return LabelMention(
                tokens: position..<position + 2,
                label: label,
                classes: index.labels[label].classes
            )
        case "window", "horizon", "lookahead":
            let days = position > 1 && tokens[position - 1].word == "day" ? position - 2 : position - 1
            guard !tokens[position].isParted, case .quantity(let quantity)? = values[days]?.first,
                quantity.measure == .days, let label = index.labels(named: "days ahead").first
            else { return nil }
            return LabelMention(
                tokens: position..<position + 1,
                label: label,
                classes: index.labels[label].classes
            )
        case "used", "free":
            // "BP: used 79.0k, free 43.6k"
            guard position + 1 < tokens.count, tokens[position + 1].isNumeral, !tokens[position + 1].isParted,
                labels.contains(where: { !$0.classes.isDisjoint(with: .buyingPower) && $0.label == nil })
            else { return nil }
            return LabelMention(
                tokens: position..<position + 1,
                label: nil,
                classes: tokens[position].word == "used" ? .requirement : .buyingPower
            )
        case "buying" where next == "power":
            let clause = tokens[position].clause
            guard
                tokens[max(0, position - 5)..<position].contains(where: {
                    $0.clause == clause && Self.using.contains($0.word)
                })
            else { return nil }
            return LabelMention(
                tokens: position..<position + 2,
                label: nil,
                classes: [.requirement, .buyingPower]
            )
        default: return nil
        }
    }

    /// Verbs of what takes buying power.
    private static let using: Set<String> = [
        "tie", "ties", "tied", "tying", "use", "uses", "used", "using", "take", "takes", "taking", "need", "needs",
        "require",
        "requires", "consume", "consumes", "reserve", "reserves", "absorbs", "eats",
    ]

    /// Words of desk notes that are labels only beside their figure: "BE 154.45", "V +111/pt".
    private func abbreviation(at position: Int) -> LabelMention? {
        let next = position + 1
        guard next < tokens.count, tokens[next].isNumeral,
            tokens[next].parting == nil || tokens[next].parting == ":"
                || tokens[next].parting == "="
        else { return nil }
        switch tokens[position].word {
        case "be"
        where tokens[position].capitals != "BE" && position > 0 && !tokens[position].isParted
            && tokens[position - 1].capitals.isEmpty && tokens[position - 1].figure == nil:
            return nil
        case "be", "b/e":
            return LabelMention(tokens: position..<next, label: nil, classes: .breakEven)
        case "v"
        where tokens.contains(where: {
            ["\u{3B8}", "\u{398}", "\u{3B3}", "\u{393}", "theta", "gamma"].contains($0.word)
        }):
            return LabelMention(tokens: position..<next, label: nil, classes: .vega)
        default: return nil
        }
    }

    /// "The 50-day average", "50d", "volatility over 20 sessions".
    private mutating func findWindow(at position: Int, _ index: EvidenceIndex) {
        let digits = tokens[position].window
        guard !digits.isEmpty else { return }
        // "ATR(14)"
        if position > 0, tokens[position].isParted,
            labels.last?.tokens.upperBound == position,
            let label = index.label(over: digits, named: tokens[position - 1].word)
        {
            windows[position] = label
            return
        }
        // "SMA50"
        if position > 0, tokens[position - 1].kind == .word,
            tokens[position - 1].span.upperBound == tokens[position].span.lowerBound,
            let label = index.label(over: digits, named: tokens[position - 1].word)
        {
            windows[position] = label
            if labels.last?.tokens.upperBound == position { labels.removeLast() }
            labels.append(
                LabelMention(
                    tokens: position - 1..<position + 1,
                    label: label,
                    classes: index.labels[label].classes
                )
            )
            return
        }
        var next = position + 1
        let isAttached =
            next < tokens.count && tokens[next].kind == .word
            && tokens[next].span.lowerBound == tokens[position].span.upperBound
        if next < tokens.count, Self.periods.contains(tokens[next].word) {
            next += 1
        } else if isAttached {
            // "50DMA"
        } else if !tokens[position].isShortWindow {
            // "$174.72 for 50 closes and $137.74 for 200"
            guard !windows.isEmpty, position > 0, ["for", "over"].contains(tokens[position - 1].word) else { return }
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
        // "The 50-day and the 200-day average" says the noun once.
        if next < tokens.count, tokens[next].word == "and" || tokens[next].word == "or",
            let word = tokens[next...].first(where: {
                $0.kind == .word && index.label(over: digits, named: $0.word) != nil
            }),
            let label = index.label(over: digits, named: word.word)
        {
            windows[position] = label
            labels.append(
                LabelMention(tokens: position..<next, label: label, classes: index.labels[label].classes)
            )
            return
        }
        // "5.3% above its 50-day" leaves the average out.
        let isBare =
            next > position + 1
            && (next == tokens.count || tokens[next].isParted || tokens[next].isNumeral
                || Self.afterWindows.contains(tokens[next].word))
        if tokens[position].isShortWindow || isBare || !windows.isEmpty,
            let label = index.label(over: digits, named: "average")
        {
            windows[position] = label
            labels.append(
                LabelMention(tokens: position..<position + 1, label: label, classes: index.labels[label].classes)
            )
        }
    }

    /// Words after "the 50-day" that are no measure over these days.
    private static let afterWindows: Set<String> = [
        "is", "was", "sits", "stands", "lies", "runs", "comes", "at", "and", "or", "by", "in", "on", "over", "under",
        "above", "below", "than", "with", "versus", "vs", "which", "but", "has", "to", "from", "near", "line", "level",
    ]

    private static let periods: Set<String> = [
        "day", "days", "session", "sessions", "period", "periods", "close", "closes", "bar", "bars",
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
}
