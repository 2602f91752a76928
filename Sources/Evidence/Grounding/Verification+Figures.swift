import Foundation

/// The decision about one figure.
extension Verification {
    /// How far a figure came on the way to a fact; the farthest reason is the one reported.
    enum Outcome {
        case found([String])
        case failed(GroundingReport.Reason)

        private var rank: Int {
            switch self {
            case .found: 9
            case .failed(.notPresentedAsAsked): 6
            case .failed(.otherSign): 5
            case .failed(.otherLabel): 4
            case .failed(.otherSubject): 3
            case .failed(.otherUnit): 2
            case .failed: 1
            }
        }

        func orBetter(_ other: Outcome) -> Outcome {
            other.rank > rank ? other : self
        }
    }

    /// Where a figure comes from; nil for what needs no source: names, list numbers.
    mutating func status(of claim: Claim) -> GroundingReport.Status? {
        switch claim.figure.kind {
        case .name: return nil
        case .citation(let mark): return citation(mark)
        case .enumerator(let number):
            if continuesList(number) { return nil }
            let quantity = Figure.Quantity(
                magnitude: Decimal(number),
                slack: Decimal(sign: .plus, exponent: -1, significand: 5),
                measure: .bare
            )
            return status(of: claim, readings: [.quantity(quantity)])
        case .unreadable(let why):
            // What is copied word for word, an address or a number of a file, needs no reading.
            if ["digits inside", "letters inside", "a leading zero"].contains(where: why.hasPrefix) {
                if let source = phrase(around: claim) { return .matched([source]) }
                for id in claim.citedNearby where read(id)?.tokens.contains(claim.figure.text) ?? false {
                    return .quoted(id)
                }
            }
            return .struck(.unreadable(why))
        case .value(let readings):
            // "two sides" counts nothing the evidence knows.
            if case .quantity(let quantity)? = readings.first, quantity.measure == .count, let noun = quantity.noun,
                FigureScan.nouns[noun] == nil, !isCounted(noun), !claim.figure.text.contains(where: \.isNumber)
            {
                // "Four things happen" where the passage that is cited says three.
                let stem = PassageSupport.stem(noun)
                for id in claim.citedNearby {
                    guard let passage = read(id), passage.following.contains(stem) else { continue }
                    let isSaid = passage.figures.indices.contains { rank in
                        guard passage.following[rank] == stem, case .value(let others) = passage.figures[rank].kind
                        else {
                            return false
                        }
                        return readings.contains { reading in others.contains { Self.says($0, reading) } }
                    }
                    return isSaid ? .quoted(id) : .struck(.notInPassage)
                }
                return nil
            }
            return status(of: claim, readings: readings)
        }
    }

    /// The same, also for those whom a sentence is about before it comes to others, where the figure is what its words say.
    mutating func status(of claim: Claim, or carried: Binding) -> GroundingReport.Status? {
        if let both = ofBoth(claim) { return both }
        let first = status(of: claim)
        if case .struck? = first, let counted = partOrWhole(claim) { return counted }
        // "You own 100 DIS bought at $117.85": a number directly before a ticker is how many.
        if case .struck(.otherLabel)? = first, claim.reading.isCountOfTicker(claim.position) {
            var again = claim
            again.labels = [LabelMention(tokens: claim.position..<claim.position + 1, label: nil, classes: .quantity)]
            if let second = status(of: again), case .matched = second { return second }
        }
        // "AMD assignment: HIGH, 44%; $16k needed, $122.6k cash available": what stands apart from the name may be the whole's.
        if case .struck(let reason)? = first, reason.maySuitAnother, claim.cited.isEmpty,
            let mention = claim.labels.first(where: { $0.tokens.lowerBound == claim.position + 1 }),
            let label = mention.label,
            !claim.reading.mentions.contains(where: {
                claim.reading.part(of: claim.position).overlaps($0.tokens)
            }),
            claim.reading.tokens[claim.reading.part(of: claim.position)].contains(where: {
                ["available", "balance", "your", "free", "on"].contains($0.word)
            }), index.values(from: 0, through: .infinity, of: [0]).contains(where: { $0.label == label })
        {
            var again = claim
            again.binding = .nobody
            again.labels = [mention]
            if let second = status(of: again), case .matched = second { return second }
        }
        if let total = totalOfList(claim, first, carried) ?? restated(claim, first) { return total }
        // "JPM follows NVDA by 51 days: November 24 to January 14": each end of the range is a date of one of them.
        if case .struck(.otherSubject)? = first, claim.figure.isDate, claim.reading.isEndOfRange(claim.position) {
            for target in claim.reading.distinctTargets {
                var again = claim
                again.binding.targets = [target]
                if let second = status(of: again), case .matched = second { return second }
            }
        }
        if case .struck(.otherSubject)? = first, let extreme = extremeDate(claim) { return extreme }
        // "56 days instead of 28": of another contract of the same ticker.
        if case .struck(.otherSubject)? = first, claim.cited.isEmpty, claim.reading.isAlternative(claim.position) {
            var again = claim
            again.binding.targets = claim.binding.targets.map { $0.isUnknown ? $0 : Target(tickers: $0.tickers) }
            if let second = status(of: again), case .matched = second { return second }
        }
        guard case .struck(let reason)? = first, reason.maySuitAnother, claim.cited.isEmpty,
            let measure = claim.figure.measure,
            let other = claim.reading.otherBinding(at: claim.position, inherited: carried)
        else { return first }
        var again = claim
        again.binding = other
        guard labelRule(for: again, groups: Self.unitGroups(of: measure)) != nil, let second = status(of: again),
            case .matched = second
        else { return first }
        return second
    }

    /// What a list comes to, behind an arrow: "dividends: Apr 178.00, Jul 263.40, Oct 191.20 -> 632.60".
    private mutating func totalOfList(_ claim: Claim, _ first: GroundingReport.Status?, _ carried: Binding)
        -> GroundingReport.Status?
    {
        let tokens = claim.reading.tokens
        let start = claim.figure.range.lowerBound
        let before = String(decoding: claim.bytes[claim.sentence.lowerBound..<start], as: UTF8.self).trimmed
        guard case .struck(.otherSubject)? = first, before.hasSuffix("->") || before.hasSuffix("\u{2192}"),
            tokens[..<claim.position].count(where: \.isNumeral) > 1,
            let colon = tokens[..<claim.position].lastIndex(where: { $0.parting == ":" }),
            let label = claim.reading.labels.last(where: { $0.tokens.upperBound <= colon })
        else { return nil }
        var again = claim
        again.binding = carried
        again.labels = [label]
        guard let second = status(of: again), case .matched = second else { return nil }
        return second
    }

    /// Where a figure comes from that is said of each of two: "$5.40 in both Oct and Nov".
    private mutating func ofBoth(_ claim: Claim) -> GroundingReport.Status? {
        let targets = claim.reading.bothNamed(behind: claim.position)
        guard targets.count == 2, claim.cited.isEmpty else { return nil }
        var ids: [String] = []
        for target in targets {
            var own = claim
            own.binding = Binding(targets: [target], isNamed: true)
            guard let found = status(of: own) else { return nil }
            guard case .matched(let sources) = found else { return found }
            ids += sources
        }
        return .matched(ids)
    }

    /// The same where the sentence says of the figure more plainly what it is than the words nearest to it.
    private mutating func restated(_ claim: Claim, _ first: GroundingReport.Status?) -> GroundingReport.Status? {
        guard case .struck(let reason)? = first, claim.cited.isEmpty else { return nil }
        let reading = claim.reading
        let tokens = reading.tokens
        var again = claim
        // "The effective number of positions is only about 4.1 once the weights are taken into account"
        if reason == .otherLabel,
            let named = reading.labels.last(where: { $0.tokens.upperBound < claim.position && $0.label != nil }),
            claim.labels.first?.tokens != named.tokens,
            tokens[named.tokens.upperBound..<claim.position].contains(where: { ["is", "are", "was"].contains($0.word) }
            ),
            tokens[named.tokens.upperBound..<claim.position].allSatisfy({
                !$0.isParted && WordLists.links.contains($0.word)
            })
        {
            again.labels = [named]
        } else if reason == .otherLabel,
            claim.labels.contains(where: { !$0.classes.isDisjoint(with: [.buyingPower, .cash]) }),
            claim.position + 1 < tokens.count, !tokens[claim.position + 1].isParted,
            ["required", "needed", "reserved", "used", "committed"].contains(tokens[claim.position + 1].word)
        {
            // "Buying power: $79,000 required, $43,585.86 free"
            let place = claim.position + 1
            again.labels = [LabelMention(tokens: place..<place + 1, label: nil, classes: .requirement)]
        } else if reason.maySuitAnother, claim.position > 0, claim.position + 2 < tokens.count,
            ["with", "has", "have", "of"].contains(tokens[claim.position - 1].word),
            tokens[claim.position + 1].word == "in",
            let label = reading.labels.first(where: { $0.tokens.lowerBound == claim.position + 2 }),
            label.classes == .cash,
            !reading.mentions.contains(where: { reading.part(of: claim.position).overlaps($0.tokens) })
        {
            // "With $122.6k in cash that's covered"
            again.binding = .nobody
            again.labels = [label]
        } else {
            return nil
        }
        guard let second = status(of: again), case .matched = second else { return nil }
        return second
    }

    func citation(_ mark: String) -> GroundingReport.Status {
        let target = Int(mark).map { grounding.citations[$0] } ?? mark
        guard let target, index.passages[target] != nil || index.names.contains(target) else {
            return .struck(.unknownCitation)
        }
        return .citation(target)
    }

    mutating func status(of claim: Claim, readings: [Figure.Reading]) -> GroundingReport.Status {
        var outcome = Outcome.failed(.unknownValue)
        let isOwn =
            !claim.cited.isEmpty
            && claim.labels.first.map { claim.reading.isPossessed($0, at: claim.position) && isKnown($0, claim) }
                ?? false
        // In a clause with a citation the passage comes first, unless the words claim a value of the owner's own.
        if !claim.cited.isEmpty, !isOwn {
            if let id = passage(of: claim.cited, with: readings, for: claim) { return .quoted(id) }
            let isStated = claim.labels.first.map { claim.reading.isStated($0, at: claim.position) } ?? false
            // "More than ten times the 5 cents of time value in the option [1]": a value of the one the answer is about.
            let isKnownOfSubject =
                !claim.binding.targets.isEmpty
                && claim.labels.first.map { label in
                    (label.tokens.lowerBound - claim.position <= 2 && label.tokens.lowerBound > claim.position)
                        && isKnown(label, claim)
                } ?? false
            if claim.binding.isNamed || isStated || isKnownOfSubject, !claim.isQuestion,
                case .found(let ids) = facts(for: claim, readings)
            {
                return .matched(ids)
            }
            // "... which makes Thursday the 19th the day to watch"
            if case .date(let date)? = readings.first, date.day != nil, !claim.isQuestion,
                case .found(let ids) = facts(for: claim, readings)
            {
                return .matched(ids)
            }
            if isAsked(claim, readings) { return .asked }
            if let source = phrase(around: claim) { return .matched([source]) }
            return .struck(.notInPassage)
        }
        if !claim.isQuestion {
            outcome = facts(for: claim, readings)
            if case .found(let ids) = outcome { return .matched(ids) }
            if let source = phrase(around: claim) { return .matched([source]) }
            if !isOwn, let id = passage(of: claim.citedNearby, with: readings, for: claim) { return .quoted(id) }
        }
        if isInQuestion(readings) {
            if claim.isQuestion || isPresentedAsAsked(claim) { return .asked }
            outcome = outcome.orBetter(.failed(.notPresentedAsAsked))
        }
        if case .failed(let reason) = outcome { return .struck(reason) }
        return .struck(.unknownValue)
    }
}
