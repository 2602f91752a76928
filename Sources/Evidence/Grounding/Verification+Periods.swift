/// What a value is measured by and over: an average, a day, the time since a purchase, a week.
extension Verification {
    /// Whether a percentage is said to be how far something lies above or below an average.
    func isDistanceFromAverage(_ claim: Claim) -> Bool {
        let tokens = claim.reading.tokens
        var next = claim.position + 1
        guard next < tokens.count, !tokens[next].isParted,
            ["above", "below", "over", "under"].contains(tokens[next].word)
        else { return false }
        next += 1
        while next < tokens.count, ["the", "its"].contains(tokens[next].word) { next += 1 }
        return [next, next + 1].contains { position in
            claim.reading.windows[position].map { index.labels[$0].words.contains("average") } ?? false
        }
    }

    /// Whether what is told of today is of today, and what is told of the time since the purchase is not: "DIS fell 11.2% today".
    func isOfSamePeriod(_ label: EvidenceIndex.Label, _ claim: Claim) -> Bool {
        let part = Set(claim.reading.tokens[claim.reading.part(of: claim.position)].map(\.word))
        if label.classes.contains(.dayChange) {
            guard part.isDisjoint(with: ["today", "day", "session", "yesterday"]) else { return true }
            return part.isDisjoint(with: ["overall", "lifetime", "inception"])
                && !(part.contains("since")
                    && !part.isDisjoint(with: [
                        "purchase", "bought", "opened", "entry", "opening", "sold", "sale", "wrote", "written",
                        "initiated", "entered",
                    ]))
        }
        if label.classes.contains(.rateOfReturn), !claim.isCell {
            let isAnnual = label.words.contains { ["annualised", "yield", "annual"].contains($0) }
            if isAnnual ? claim.reading.isOverDays(claim.position) : claim.reading.isPerYear(claim.position) {
                return false
            }
        }
        guard !label.classes.isDisjoint(with: [.unrealised, .rateOfReturn, .partOfMaximum]),
            claim.reading.isOfToday(claim.position), part.isDisjoint(with: Self.lasting)
        else { return true }
        // "As of today it is down $1,323"
        return !part.isDisjoint(with: ["as"])
            || claim.direction == nil && part.isDisjoint(with: Self.falling.union(Self.rising))
    }

    private static let lasting: Set<String> = [
        "since", "overall", "total", "all", "open", "unrealised", "still", "now", "stands", "sits", "cost", "basis",
        "purchase", "close", "closed", "closing", "annualised", "yield", "return",
    ]

    /// Whether the total of a whole period is told as that at the end of one of its months: "at the end of October net premium
    /// for the year stood at ...".
    private func isOfOtherTime(_ label: Int, _ claim: Claim) -> Bool {
        let tokens = claim.reading.tokens
        return claim.reading.mentions.contains { mention in
            let before = tokens[max(0, mention.tokens.lowerBound - 2)..<mention.tokens.lowerBound].map(\.word)
            guard before == ["end", "of"] || before == ["as", "of"] else { return false }
            return index.known(label).contains { mention.target.admits(index.subjects.groups[$0.group]) }
        }
    }

    /// Whether the total of a period is told as if it came each week or month: "fees of $47.08 a month".
    func isTotalPerSpan(_ value: EvidenceIndex.Value, _ label: EvidenceIndex.Label, _ claim: Claim) -> Bool {
        if label.words.contains("day"), claim.reading.isBehindOtherSpan(claim.position) { return true }
        if value.group == 0, isOfOtherTime(value.label, claim) { return true }
        // Rates are of a year.
        if value.unit == .fraction, claim.reading.isPerShortSpan(claim.position) { return true }
        // "The dividend is $0.53 a month"
        if value.unit == .dollarsPerShare { return claim.reading.isPerOtherSpan(claim.position) }
        return value.unit == .dollars && value.group == 0 && !label.words.contains("per")
            && claim.reading.isPerOtherSpan(claim.position)
    }
}

extension SentenceReading {
    private static let annual: Set<String> = [
        "annualised", "annual", "annually", "year", "yearly", "annum", "annualises", "annualise", "pace", "rate",
    ]

    /// Whether a percentage is said to be what so many days or weeks bring, in a sentence that speaks of no year: "29.5% over
    /// its ten days".
    func isOverDays(_ position: Int) -> Bool {
        guard !tokens.contains(where: { Self.annual.contains($0.word) }) else { return false }
        let end = part(of: position).upperBound
        // "Over its ten days, the put would return 38.9%"
        if ["over", "in", "within", "for"].contains(tokens[0].word),
            let comma = tokens.indices.dropFirst().first(where: { tokens[$0].isParted }), comma <= position,
            tokens[..<comma].contains(where: { ["day", "days", "weeks"].contains($0.word) })
        {
            return true
        }
        // "26.8% for the ten days"
        if position + 1 < end, tokens[position + 1].word == "for",
            let days = tokens[(position + 2)..<min(end, position + 5)].firstIndex(where: {
                ["days", "weeks"].contains($0.word)
            }), days + 1 == end
        {
            return true
        }
        guard
            let start = (position + 1..<max(position + 1, min(end, position + 6))).first(where: {
                ["over", "in", "within", "across", "during"].contains(tokens[$0].word)
            }), !tokens[(position + 1)..<start].contains(where: { $0.figure != nil })
        else { return false }
        return tokens[(start + 1)..<min(end, start + 6)].contains {
            ["day", "days", "week", "weeks", "month", "months", "sessions"].contains($0.word)
        }
            || values[start + 1].map { readings in
                readings.contains { reading in
                    guard case .quantity(let quantity) = reading else { return false }
                    return quantity.measure == .days
                }
            } ?? false
    }

    /// Whether a percentage is said to be for a year: "1.03% a year", "an annual 1.03%".
    func isPerYear(_ position: Int) -> Bool {
        let after = tokens[(position + 1)...].prefix(6).prefix { !$0.isParted && $0.figure == nil }.map(\.word)
        if let first = after.first, ["annualised", "annually", "yearly"].contains(first) { return true }
        // "1.07 % / yr"
        let next = position + 1
        if next < tokens.count, tokens[next].isSlashed || tokens[next].parting == "/",
            ["yr", "year", "y", "annum"].contains(tokens[next].word)
        {
            return true
        }
        // "0.65% on its collateral a year"
        if let year = after.firstIndex(of: "year"), year > 0, ["per", "a", "each", "every"].contains(after[year - 1]) {
            return true
        }
        return words(before: position, 2).contains { ["annualised", "annual", "yearly"].contains($0) }
    }
}
