import Foundation
import Markets

/// What all that is held comes to, how many of it went which way, and what a list adds up to.
extension Verification {
    /// The sum over all positions of what the words name, where the portfolio has no fact of its own for it: "Day P&L: -$384".
    func ofAll(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let targets = open.claim.binding.targets
        // "Today the portfolio lost $384, with the MSFT call the biggest drag"
        let isOfPortfolio =
            open.claim.reading.part(of: open.claim.position, hasAnyOf: ["portfolio", "account", "book"])
            && !open.claim.reading.mentions.contains {
                open.claim.reading.part(of: open.claim.position).overlaps($0.tokens)
            }
        guard targets.isEmpty || open.claim.binding.isPresumed || isOfPortfolio, open.digits >= 2,
            derivation.reading.mentions.allSatisfy({ $0.tokens.lowerBound > open.claim.position })
        else { return nil }
        var said = open.claim.labels.reduce(into: LabelClasses()) { $0.formUnion($1.classes) }
        // "Adding up the day changes gives (384)"
        if said.isEmpty,
            let label = open.claim.reading.labels.last(where: { $0.tokens.upperBound <= open.claim.position }),
            open.claim.reading.part(of: label.tokens.lowerBound).upperBound >= open.claim.position
        {
            said = label.classes
        }
        // "P/L open +2,553, today -384"
        if open.claim.reading.isOfToday(open.claim.position),
            open.claim.reading.labels.contains(where: { !$0.classes.isDisjoint(with: .signed) })
        {
            said.formUnion(.dayChange)
        }
        for number in index.labels.indices {
            let label = index.labels[number]
            guard
                open.claim.labels.contains(where: { $0.label == number })
                    || !label.classes.isDisjoint(with: said),
                !label.words.contains("per")
            else { continue }
            let known = index.known(number)
            guard known.count > 1, known.allSatisfy({ $0.unit == .dollars }),
                index.values(from: 0, through: .infinity, of: [0]).allSatisfy({ $0.label != number })
            else { continue }
            let total = known.reduce(0) { $0 + $1.value }
            guard
                agrees(open, total)
                    || open.claim.direction == .loss && total < 0 && open.quantity.sign == .none
                        && isWritten(open, total)
            else { continue }
            return .computed(
                "sum of \(known.count) x \(label.words.joined(separator: " "))",
                from: known.prefix(8).map(\.id)
            )
        }
        return nil
    }

    /// What those that win or lose come to: "the losing positions together are down $3,264.40".
    func ofSign(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let said = words(derivation)
        let isLosing = !said.isDisjoint(with: ["losing", "losers", "losses", "underwater", "red"])
        let isWinning = !said.isDisjoint(with: ["winning", "winners", "gainers", "gains", "profitable", "green"])
        guard isLosing != isWinning, open.digits >= 2, derivation.reading.mentions.isEmpty,
            !said.isDisjoint(with: WordLists.sums), open.quantity.sign != (isLosing ? .plus : .minus)
        else { return nil }
        let isOfDay = !said.isDisjoint(with: ["today", "day", "session"])
        let known = index.labels(named: isOfDay ? "day change" : "unrealised p&l").flatMap(index.known).filter {
            known in
            let contract = index.subjects.groups[known.group].contracts.first.flatMap { index.subjects.contracts[$0] }
            let isOption = contract != nil
            if !said.isDisjoint(with: ["options", "option"]), !isOption { return false }
            if !said.isDisjoint(with: ["stocks", "shares", "stock"]), isOption { return false }
            let rights = Set(said.compactMap { SentenceReading.rights[$0] })
            return (known.value < 0) == isLosing && known.value != 0
                && (rights.count != 1 || contract.map { rights.contains($0.right) } ?? false)
        }
        guard known.count > 1, isWritten(open, known.reduce(0) { $0 + $1.value }) else { return nil }
        return .computed("sum of \(known.count)", from: known.prefix(8).map(\.id))
    }

    /// How many are up or down, in the day or since they were opened, or how many months were: "6 up, 12 down".
    func countBySign(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let tokens = derivation.reading.tokens
        let position = open.claim.position
        guard [.bare, .count, .span, .contracts].contains(open.quantity.measure),
            [.none, .bracketed].contains(open.quantity.sign),
            open.quantity.slack == Decimal(string: "0.5"),
            open.quantity.noun.map({ ["month", "position", "line", "holding", "name"].contains($0) })
                ?? true
        else { return nil }
        let words = Set(tokens.map(\.word))
        guard
            words.isDisjoint(with: [
                "put", "puts", "call", "calls", "short", "long", "stocks", "if", "not",
            ])
        else {
            return nil
        }
        let after = tokens[(position + 1)...].prefix(2).prefix { !$0.isParted && $0.figure == nil }.map(
            \.word
        )
        let isOfMonths =
            open.quantity.noun == "month" || words.contains("month") || words.contains("months")
        var sign = after.lazy.compactMap { Self.outcomes[$0] }.first
        if sign == nil, isOfMonths,
            let colon = tokens[...position].lastIndex(where: { $0.parting == ":" })
        {
            // "Months with negative premium: 2 of 10": the ten are all.
            let head = tokens[..<colon].map(\.word)
            guard head.contains("months"), let said = head.lazy.compactMap({ Self.outcomes[$0] }).first
            else {
                return nil
            }
            if colon == position { sign = said }
            if colon == position - 2, tokens[position - 1].word == "of" { sign = 0 }
        }
        guard let sign else { return nil }
        for label in labelsCounted(isOfMonths, words, derivation.reading) {
            let known = index.known(label).filter { member in
                guard isOfMonths else { return true }
                return index.subjects.groups[member.group].tickers.allSatisfy {
                    index.subjects.days(Figure.DateClaim()).contains($0)
                }
            }
            let members = known.filter { sign == 0 || $0.value * sign > 0 }
            guard !members.isEmpty, isWritten(open, Double(members.count)) else { continue }
            return .computed("count", from: members.prefix(8).map(\.id))
        }
        return nil
    }

    /// The labels whose signs words count by.
    private func labelsCounted(_ isOfMonths: Bool, _ words: Set<String>, _ reading: SentenceReading)
        -> [Int]
    {
        let said = reading.labels.reduce(into: LabelClasses()) { $0.formUnion($1.classes) }
        func numbers(_ names: [String]) -> [Int] { names.flatMap(index.labels(named:)) }
        if isOfMonths {
            return numbers(
                said.contains(.realised) || words.contains("realised") ? ["realised gain"] : ["net premium"]
            )
        }
        let isOfDay = said.contains(.dayChange) || !words.isDisjoint(with: ["today", "day", "session"])
        return numbers(isOfDay ? ["day change"] : ["unrealised p&l"])
    }

    private static let outcomes: [String: Double] = [
        "up": 1, "down": -1, "winners": 1, "losers": -1, "winning": 1, "losing": -1, "green": 1,
        "red": -1,
        "positive": 1, "negative": -1, "gainers": 1, "decliners": -1, "higher": 1, "lower": -1,
        "profitable": 1,
        "winner": 1, "loser": -1, "underwater": -1,
    ]

    /// How many have a level: "MEDIUM bucket (5)".
    func countOfLevel(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let tokens = derivation.reading.tokens
        let position = open.claim.position
        func isLevel(_ token: Token) -> Bool { index.levelWords.contains(token.word) && !token.capitals.isEmpty }
        // "1 IMMINENT (KO), 2 HIGH, 5 MEDIUM, 1 LOW"
        let next = position + 1
        let follows = next < tokens.count && !tokens[next].isParted && isLevel(tokens[next])
        guard [.bare, .count, .contracts].contains(open.quantity.measure), tokens[position].isParted,
            let level = follows ? tokens[next] : tokens[max(0, position - 3)..<position].last(where: isLevel)
        else { return nil }
        let members = index.levels.filter { $0.word == level.word && $0.group != 0 }
        guard isWritten(open, Double(Set(members.map(\.group)).count)) else { return nil }
        return .computed("count", from: members.prefix(8).map(\.id))
    }

    /// How many have a state, with who they are in brackets: "2 fresh (demand 1, supply 1)".
    func countOfState(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let tokens = derivation.reading.tokens
        let position = open.claim.position
        let next = position + 1
        guard [.bare, .count].contains(open.quantity.measure), next + 1 < tokens.count, !tokens[next].isParted,
            let members = index.groupsByText[tokens[next].word], tokens[next + 1].parting == "("
        else { return nil }
        let end = tokens[(next + 2)...].firstIndex { $0.parting == ")" } ?? tokens.count
        let listed = derivation.reading.mentions.filter {
            (next + 1..<end).contains($0.tokens.lowerBound) && $0.target.owner != nil
        }
        let isSo = listed.allSatisfy { mention in
            members.contains { index.subjects.groups[$0].tickers.contains(where: mention.target.tickers.contains) }
        }
        guard isSo, isWritten(open, Double(listed.count)) else { return nil }
        return .computed("count", from: members.sorted().prefix(8).compactMap(index.firstSource))
    }

    /// What the figures of a list add up to that stands behind it: "700 (INTC 200, IWM 200, KO 200, QQQ 100)".
    func sumOfParts(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let tokens = derivation.reading.tokens
        let position = open.claim.position
        guard
            let start = tokens[(position + 1)...].prefix(4).firstIndex(where: {
                ["(", ":", "="].contains($0.parting)
            }),
            !tokens[(position + 1)..<start].contains(where: \.isNumeral)
        else { return nil }
        let clause = tokens[start].clause
        let parts = derivation.operands.filter {
            !$0.isImplied && $0.position >= start && tokens[$0.position].clause == clause && $0.entry >= 0
        }
        guard parts.count > 1, Set(parts.map(\.measure)).count == 1,
            tokens[start...].count(where: { $0.isNumeral && $0.clause == clause }) == parts.count,
            agrees(open, parts.reduce(0) { $0 + ($1.values.first ?? 0) })
        else { return nil }
        return .computed("sum of \(parts.count)", from: parts.flatMap(\.ids))
    }

    /// What the figures of a list come to, behind an arrow or an equals sign: "SPY 131k, QQQ 58k, NVDA 33k = 222k".
    func sumOfList(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let tokens = derivation.reading.tokens
        let position = open.claim.position
        let bytes = open.claim.bytes[open.claim.sentence.lowerBound..<open.claim.figure.range.lowerBound]
        let before = String(decoding: bytes, as: UTF8.self).trimmed
        guard ["->", "\u{2192}", "="].contains(where: before.hasSuffix),
            Equation(endingAt: open.claim.figure, in: open.claim.bytes, open.claim.sentence) == nil
        else { return nil }
        let start = tokens[..<position].lastIndex { $0.parting == ":" } ?? 0
        let parts = derivation.operands.filter {
            !$0.isImplied && $0.entry >= 0 && (start..<position).contains($0.position)
        }
        let numerals = (start..<position).filter {
            tokens[$0].isNumeral && derivation.reading.contracts[$0]?.isEmpty ?? true
        }
        guard parts.count > 2, numerals.count == parts.count, Set(parts.map(\.measure)).count == 1,
            agrees(open, parts.reduce(0) { $0 + ($1.values.first ?? 0) })
        else { return nil }
        return .computed("sum of \(parts.count)", from: parts.flatMap(\.ids))
    }

    /// How far shares must rise to be worth what was paid: "DIS needs 12.6% to get back to your cost".
    func toRecover(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let said = words(derivation)
        guard
            !said.isDisjoint(with: [
                "back", "recover", "recoup", "breakeven", "even", "cost", "basis", "whole",
            ]),
            !said.isDisjoint(with: ["rally", "climb", "rise", "gain", "recover", "need", "needs", "up"])
        else { return nil }
        for group in groups(about: open) where index.subjects.groups[group].contracts.isEmpty {
            for paid in values("average price", [group]) {
                for mark in values("mark", [group])
                where paid.value > mark.value && mark.value > 0
                    && isWritten(open, paid.value / mark.value - 1)
                {
                    return .computed("average price / mark - 1", from: [paid.id, mark.id])
                }
            }
        }
        return nil
    }
}
