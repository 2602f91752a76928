import Foundation
import Markets

/// Claims in words about the whole book: what is held, what all positions have, what comes first, who is the only one.
extension Verification {
    // MARK: - Held

    /// "You don't own any MSFT", "you hold SPY shares".
    func holding(at position: Int, _ reading: SentenceReading) -> Verdict? {
        let tokens = reading.tokens
        let verb = tokens[position].word
        guard ["hold", "own", "have"].contains(verb),
            let mention = reading.mentions.first(where: { $0.tokens.lowerBound > position }),
            mention.tokens.lowerBound - position <= 5, !mention.target.isUnknown, mention.target.tickers.count == 1,
            let ticker = mention.target.tickers.first, mention.target.owner == nil
        else { return nil }
        let part = tokens[reading.part(of: position)].map(\.word)
        // "You have no exposure to MSFT"
        let isOfExposure = part.contains("exposure")
        // "Besides the 40 SPY shares you also hold 100 shares of QQQ": what stands before "you" is of others.
        let own = tokens[..<position].lastIndex { $0.word == "you" } ?? position
        let said = Set(tokens[max(own, reading.part(of: position).lowerBound)..<mention.tokens.upperBound].map(\.word))
        let isOpen =
            !Set(part).isDisjoint(
                with: Self.opening.subtracting(isOfExposure ? Self.limiting.union(["to"]) : Self.limiting)
            )
            || !said.isDisjoint(with: Self.limiting.subtracting(["also"]))
        guard !isOpen, part.contains("you") else { return nil }
        let before = tokens[max(0, position - 3)..<position].map(\.word)
        let between = tokens[(position + 1)..<mention.tokens.lowerBound].map(\.word)
        guard before.contains("you"),
            !tokens[(position + 1)..<mention.tokens.lowerBound].contains(where: \.isParted)
        else { return nil }
        let isDenied =
            !Set(before).isDisjoint(with: ["don", "not", "no", "never"])
            || !Set(between).isDisjoint(with: ["no"])
        let next = mention.tokens.upperBound
        let noun = next < tokens.count && !tokens[next].isParted ? tokens[next].word : ""
        let isOfShares = ["shares", "stock"].contains(noun) || !Set(between).isDisjoint(with: ["shares", "stock"])
        // "You have AMD at 44%"
        if verb == "have", !isDenied, !isOfShares, noun != "position" { return nil }
        if !isOfShares, mention.target.contracts.isEmpty, ["put", "puts", "call", "calls", "options"].contains(noun) {
            return nil
        }
        let isHeld: Bool
        if !mention.target.contracts.isEmpty {
            isHeld = mention.target.contracts.contains { index.quantity(of: $0) != nil }
        } else if isOfShares {
            // "Shares of DIS, KO and SPY": each that is listed.
            isHeld = reading.listed(from: mention).allSatisfy { listed in
                listed.target.isUnknown || !listed.target.contracts.isEmpty
                    || (shares(of: listed.target.tickers.first).map { $0 != 0 } ?? false)
            }
        } else {
            let quantity = index.labels(named: "quantity").flatMap(index.known)
            isHeld = quantity.contains { index.subjects.groups[$0.group].tickers.contains(ticker) && $0.value != 0 }
        }
        // That there are none is known only where all positions are.
        guard isHeld || isDenied || knowsAllPositions else { return nil }
        return Verdict(
            isRight: isHeld != isDenied && (isHeld || knowsAllPositions),
            ids: index.subjects.groups(of: mention.target).prefix(2).compactMap(index.firstSource),
            tokens: position..<position + 1
        )
    }

    private static let opening: Set<String> = [
        "if", "would", "could", "should", "until", "when", "once", "unless", "may", "might", "can", "whether", "or",
        "but", "except", "besides", "other", "want", "need", "must", "to", "enough", "instead", "also", "more", "less",
    ]

    /// Words that set some apart from others.
    private static let limiting: Set<String> = ["but", "except", "besides", "other", "also", "more", "less", "instead"]

    /// Whether a name nothing is known of is one the owner is said not to hold, where all that is held is known: "you hold no
    /// Tesla".
    func isRightlyDenied(_ position: Int, _ reading: SentenceReading) -> Bool {
        let tokens = reading.tokens
        let part = reading.part(of: position)
        guard knowsAllPositions, !tokens[part].contains(where: { $0.isNumeral || $0.figure != nil }),
            let verb = part.last(where: { $0 < position && ["hold", "own", "have"].contains(tokens[$0].word) }),
            position - verb <= 4, tokens[part.lowerBound..<verb].contains(where: { $0.word == "you" }),
            reading.mentions.allSatisfy({ $0.target.isUnknown || !part.overlaps($0.tokens) })
        else { return false }
        let isDenied = tokens[max(part.lowerBound, verb - 3)..<verb].contains {
            ["don", "not", "never"].contains($0.word)
        }
        let between = tokens[(verb + 1)..<position].map(\.word)
        return isDenied != between.contains("no")
            && between.allSatisfy { ["no", "any", "shares", "stock", "of", "position", "in"].contains($0) }
    }

    // MARK: - All

    // MARK: - Before and after

    /// "The NVDA put expires before earnings": two dates of one that words put in an order.
    func order(at position: Int, _ reading: SentenceReading, _ carried: Binding) -> Verdict? {
        let tokens = reading.tokens
        let word = tokens[position].word
        guard ["before", "after", "ahead"].contains(word) else { return nil }
        let part = reading.part(of: position)
        guard Set(tokens[part].map(\.word)).isDisjoint(with: Self.opening.subtracting(["to"])),
            !tokens[part].contains(where: { $0.word == "not" }),
            let first = event(in: part.lowerBound..<position, reading, isLast: true)
        else { return nil }
        // "AMD's put expires four weeks after KO's calls"
        if first == .expiration, let verdict = expirations(at: position, reading) { return verdict }
        guard Set(tokens[part].map(\.word)).isDisjoint(with: ["day", "days", "session", "week", "weeks"]) else {
            return nil
        }
        guard
            let second = event(in: position + 1..<min(part.upperBound, position + 6), reading, isLast: false),
            first != second
        else { return nil }
        let targets = reading.binding(at: position, inherited: carried).targets
        guard targets.count == 1, let target = targets.first, !target.isUnknown,
            let one = dates(of: target, first), let other = dates(of: target, second)
        else { return nil }
        return verdict(one, word, other, position)
    }

    /// "The AMD put expires after the KO calls": one expiration before or after another's.
    private func expirations(at position: Int, _ reading: SentenceReading) -> Verdict? {
        guard let left = reading.mentions.last(where: { $0.tokens.upperBound <= position }),
            let right = reading.mentions.first(where: { $0.tokens.lowerBound > position }),
            right.tokens.lowerBound - position <= 3, !left.target.contracts.isEmpty, !right.target.contracts.isEmpty,
            let one = dates(of: left.target, .expiration), let other = dates(of: right.target, .expiration)
        else { return nil }
        return verdict(one, reading.tokens[position].word, other, position)
    }

    /// Whether all of some days lie before or after all others, as a word says; nil where they do neither.
    private func verdict(
        _ one: [(date: TradingDate, id: String)],
        _ word: String,
        _ other: [(date: TradingDate, id: String)],
        _ position: Int
    ) -> Verdict? {
        guard let last = one.map(\.date).max(), let earliest = one.map(\.date).min(),
            let otherLast = other.map(\.date).max(), let otherEarliest = other.map(\.date).min()
        else { return nil }
        let isBefore = last < otherEarliest
        guard isBefore || earliest > otherLast else { return nil }
        return Verdict(
            isRight: isBefore == (word != "after"),
            ids: (one + other).map(\.id),
            tokens: position..<position + 1
        )
    }

    func dates(of target: Target, _ kind: LabelClasses) -> [(date: TradingDate, id: String)]? {
        let own: Target = [.expiration, .opened].contains(kind) ? target : Target(tickers: target.tickers)
        let days = index.days(of: index.subjects.groups(of: own)).filter { !$0.classes.isDisjoint(with: kind) }
        return days.isEmpty ? nil : days.map { ($0.date, index.ids[$0.source]) }
    }

    /// The kind of day that words of a range name: expiration, a report, an ex-date.
    private func event(in range: Range<Int>, _ reading: SentenceReading, isLast: Bool) -> LabelClasses? {
        guard range.lowerBound < range.upperBound else { return nil }
        func kind(_ position: Int) -> LabelClasses? {
            switch reading.tokens[position].word {
            case "expires", "expire", "expiring", "expiration", "expiry": .expiration
            case "earnings", "reports", "report": .earnings
            case "ex", "dividend": .exDate
            default: nil
            }
        }
        return isLast ? range.reversed().lazy.compactMap(kind).first : range.lazy.compactMap(kind).first
    }

    // MARK: - The only one

    /// "The AMD put was opened in November": a month in words that is said of one day of somebody.
    func month(at position: Int, _ reading: SentenceReading, _ carried: Binding) -> Verdict? {
        let tokens = reading.tokens
        guard position > 1, let month = FigureScan.months[tokens[position].word], tokens[position].isCapitalised,
            tokens[position - 1].word == "in", !reading.dateTokens.contains(position + 1),
            !reading.mentions.contains(where: { $0.tokens.contains(position) })
        else { return nil }
        let kinds: [String: LabelClasses] = [
            "opened": .opened, "expires": .expiration, "expire": .expiration, "reports": .earnings,
        ]
        guard let kind = kinds[tokens[position - 2].word] else { return nil }
        let targets = reading.binding(at: position, inherited: carried).targets
        guard targets.count == 1, let target = targets.first, !target.isUnknown,
            let days = dates(of: target, kind)
        else { return nil }
        let own = days.filter { $0.date.civil.month == month }
        guard own.isEmpty || own.count == days.count else { return nil }
        return Verdict(isRight: !own.isEmpty, ids: days.map(\.id), tokens: position..<position + 1)
    }

    private static let saying: Set<String> = [
        "showing", "shows", "carrying", "carries", "sitting", "running", "on", "book", "portfolio", "account",
        "position", "positions", "name", "one", "that", "with", "a", "an", "of", "in", "the", "out", "your", "rated",
        "assignment", "risk", "at", "level", "flagged", "money", "under", "holding", "line", "leg", "losing", "making",
        "trade", "which", "is", "currently", "now", "marked", "lines", "legs", "my", "profit", "loss", "right", "still",
        "red", "green", "water", "names", "holdings", "them", "these",
    ]
}
