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
                    && !part.isDisjoint(with: ["purchase", "bought", "opened", "entry", "opening"]))
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

    /// Whether the total of a period is told as if it came each week or month: "fees of $47.08 a month".
    func isTotalPerSpan(_ value: EvidenceIndex.Value, _ label: EvidenceIndex.Label, _ claim: Claim) -> Bool {
        if label.words.contains("day"), claim.reading.isBehindOtherSpan(claim.position) { return true }
        // Rates are of a year.
        if value.unit == .fraction, claim.reading.isPerShortSpan(claim.position) { return true }
        return value.unit == .dollars && value.group == 0 && !label.words.contains("per")
            && claim.reading.isPerOtherSpan(claim.position)
    }
}
