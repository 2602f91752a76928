import Markets

/// What a comparison or a rank measures by.
enum ClaimMeasure {
    /// Labels of facts that the words may mean; one that agrees is enough.
    case labels([Int])
    /// How far the underlying's price lies beyond the strike; positive in the money.
    case depth(isInside: Bool)
    /// How far the price lies from the strike, either way.
    case distance
    /// A day of somebody.
    case day(LabelClasses)
    /// From the lower to the upper end of a zone.
    case width
    /// The day that a label names.
    case dayOf(label: Int)
}

/// The values of one measure, by row.
struct MeasuredRows {
    var values: [Int: Double]
    var unit: Fact.Unit?
    var classes: LabelClasses = []
    /// Whether amounts of several rows of one subject may be added.
    var isAdditive = false
}

extension ClaimReader {
    /// All rows that have a measure; one list for each label that may be meant.
    func rows(by measure: ClaimMeasure) -> [MeasuredRows] {
        switch measure {
        case .labels(let numbers):
            return numbers.flatMap { number -> [MeasuredRows] in
                let known = Dictionary(grouping: index.known(number), by: \.unit)
                return known.map { unit, known in
                    MeasuredRows(
                        values: Dictionary(known.map { ($0.group, $0.value) }) { first, _ in first },
                        unit: unit,
                        classes: index.labels[number].classes,
                        isAdditive: unit == .dollars
                    )
                }
            }
        case .depth(let isInside):
            return [MeasuredRows(values: contractRows { depth($0).map { isInside ? $0 : -$0 } })]
        case .distance: return [MeasuredRows(values: contractRows { depth($0)?.magnitude })]
        case .width:
            guard let low = index.labels(named: "zone low").first, let high = index.labels(named: "zone high").first
            else { return [] }
            let lows = Dictionary(index.known(low).map { ($0.group, $0.value) }) { first, _ in first }
            let widths = index.known(high).compactMap { known in
                lows[known.group].map { (known.group, known.value - $0) }
            }
            return [MeasuredRows(values: Dictionary(widths) { first, _ in first })]
        case .day(let kind): return [days { !$0.classes.isDisjoint(with: kind) }]
        case .dayOf(let label): return [days { $0.label == label }]
        }
    }

    private func days(where isMeant: (EvidenceIndex.Day) -> Bool) -> MeasuredRows {
        var values: [Int: Double] = [:]
        for day in index.days(of: nil) where day.group != 0 && isMeant(day) {
            values[day.group] = values[day.group] ?? Double(day.date.daysSinceEpoch)
        }
        return MeasuredRows(values: values, unit: .date)
    }

    private func contractRows(_ value: (Int) -> Double?) -> [Int: Double] {
        var values: [Int: Double] = [:]
        for row in index.subjects.groups.indices where index.subjects.groups[row].contracts.count == 1 {
            values[row] = value(row)
        }
        return values
    }

    /// The values that those a target means have: of its contracts where it names some, else of all that is about it, and their
    /// sum where amounts may be added.
    func values(of target: Target, isOfShares: Bool = false, in rows: MeasuredRows) -> [Double] {
        var own = rows.values.filter { target.admits(index.subjects.groups[$0.key]) }
        if !target.contracts.isEmpty {
            let exact = own.filter { !Set(index.subjects.groups[$0.key].contracts).isDisjoint(with: target.contracts) }
            if !exact.isEmpty { own = exact }
        } else if target.owner != nil {
            let exact = own.filter { !Set(index.subjects.groups[$0.key].tickers).isDisjoint(with: target.tickers) }
            if !exact.isEmpty { own = exact }
        }
        if isOfShares { own = own.filter { index.subjects.groups[$0.key].contracts.isEmpty } }
        let values = own.sorted { $0.key < $1.key }.map(\.value)
        return rows.isAdditive && values.count > 1 ? values + [values.reduce(0, +)] : values
    }

    // MARK: - Words

    /// What a word in its comparative or superlative measures by, and whether more of the measure is meant.
    struct Degree {
        var isMore: Bool
        var measure: ClaimMeasure?
        /// Whether it judges, so that the sign counts: `better`.
        var isValued = false
        var isOfLoss = false
        var isOfGain = false
        /// Whether an age or a day is meant, which numbers of days tell the other way round.
        var isOfAge: Bool {
            switch measure {
            case .day, .dayOf: true
            default: false
            }
        }
        var length = 1
    }

    /// The labels of some names that facts have.
    func named(_ names: String...) -> ClaimMeasure {
        .labels(names.flatMap(index.labels(named:)))
    }

    func measure(_ classes: LabelClasses) -> ClaimMeasure { .labels(numbers(of: classes)) }

    /// The degree that a comparative at a position says: "higher", "more likely", "further out of the money".
    func comparative(at position: Int) -> Degree? {
        let word = word(position)
        if let isMore = Self.plainComparatives[word] {
            if ["more", "less"].contains(word), var degree = degree(ofAdjective: position + 1) {
                degree.isMore = word == "more" ? degree.isMore : !degree.isMore
                degree.length += 1
                return degree
            }
            return Degree(isMore: isMore)
        }
        switch word {
        case "better": return Degree(isMore: true, isValued: true)
        case "worse": return Degree(isMore: false, isValued: true)
        case "likelier": return Degree(isMore: true, measure: likely(after: position))
        case "cheaper": return Degree(isMore: false, measure: measure([.mark, .ask, .bid]))
        case "costlier", "pricier", "dearer": return Degree(isMore: true, measure: measure([.mark, .ask, .bid]))
        case "richer": return Degree(isMore: true, measure: measure([.premium, .impliedVolatility, .bid]))
        case "heavier": return Degree(isMore: true, measure: measure([.weight, .exposure]))
        case "lighter": return Degree(isMore: false, measure: measure([.weight, .exposure]))
        case "stronger": return Degree(isMore: true, measure: named("strength"))
        case "weaker": return Degree(isMore: false, measure: named("strength"))
        case "wider": return Degree(isMore: true, measure: .width)
        case "narrower", "tighter": return Degree(isMore: false, measure: .width)
        case "sooner", "earlier": return Degree(isMore: false, measure: dayMeant(position))
        case "later": return Degree(isMore: true, measure: dayMeant(position))
        case "older": return Degree(isMore: false, measure: began)
        case "newer", "younger": return Degree(isMore: true, measure: began)
        case "faster": return Degree(isMore: true, measure: measure(.theta))
        case "slower": return Degree(isMore: false, measure: measure(.theta))
        case "longer": return Degree(isMore: true, measure: named("days to expiration", "extra days"))
        case "shorter": return Degree(isMore: false, measure: named("days to expiration", "extra days"))
        case "closer", "nearer": return near(position, isMore: false)
        case "further", "farther", "deeper": return near(position, isMore: true)
        default: return nil
        }
    }

    /// The degree of what an adjective after `more`, `less`, `most` or `least` says.
    func degree(ofAdjective position: Int) -> Degree? {
        guard tokens.indices.contains(position), !tokens[position].isParted else { return nil }
        switch word(position) {
        case "likely": return Degree(isMore: true, measure: likely(after: position))
        case "expensive", "costly": return Degree(isMore: true, measure: measure([.mark, .ask, .bid]))
        case "valuable": return Degree(isMore: true, measure: measure(.value))
        case "volatile": return Degree(isMore: true, measure: measure([.impliedVolatility, .historicalVolatility]))
        case "profitable": return Degree(isMore: true, measure: measure([.unrealised, .rateOfReturn, .premium]))
        case "recent", "recently": return Degree(isMore: true, measure: began)
        case "tested": return Degree(isMore: true, measure: named("tests"))
        case "often" where word(position - 2) == "tested": return Degree(isMore: true, measure: named("tests"))
        default: return nil
        }
    }

    /// The degree that a superlative at a position says: "the highest", "most likely", "closest to the money".
    func superlative(at position: Int) -> Degree? {
        let word = word(position)
        if let isMore = Self.plainSuperlatives[word] {
            if ["most", "least"].contains(word) {
                if var degree = degree(ofAdjective: position + 1) {
                    degree.isMore = word == "most" ? degree.isMore : !degree.isMore
                    degree.length += 1
                    return degree
                }
                return most(at: position, isMore)
            }
            return Degree(isMore: isMore)
        }
        switch word {
        case "best": return Degree(isMore: true, isValued: true)
        case "worst": return Degree(isMore: false, isValued: true)
        case "likeliest": return Degree(isMore: true, measure: likely(after: position))
        case "cheapest": return Degree(isMore: false, measure: measure([.mark, .ask, .bid]))
        case "costliest", "priciest", "dearest": return Degree(isMore: true, measure: measure([.mark, .ask, .bid]))
        case "richest": return Degree(isMore: true, measure: measure([.premium, .impliedVolatility, .bid]))
        case "heaviest": return Degree(isMore: true, measure: measure([.weight, .exposure]))
        case "lightest": return Degree(isMore: false, measure: measure([.weight, .exposure]))
        case "strongest": return Degree(isMore: true, measure: named("strength"))
        case "weakest": return Degree(isMore: false, measure: named("strength"))
        case "widest": return Degree(isMore: true, measure: .width)
        case "narrowest", "tightest": return Degree(isMore: false, measure: .width)
        // "The next company to report"
        case "next" where self.word(position - 1) == "the":
            let near = tokens[(position + 1)...].prefix(4).map(\.word)
            guard let to = near.firstIndex(of: "to"), to + 1 < near.count else { return nil }
            switch near[to + 1] {
            case "report": return Degree(isMore: false, measure: .day(.earnings))
            case "expire": return Degree(isMore: false, measure: .day(.expiration))
            default: return nil
            }
        case "first", "last":
            guard self.word(position + 1) == "to",
                ["report", "come", "expire"].contains(self.word(position + 2))
            else { return nil }
            let isMore = word == "last"
            if self.word(position + 2) == "report" { return Degree(isMore: isMore, measure: .day(.earnings)) }
            return (dayMeant(position) ?? (self.word(position + 2) == "expire" ? .day(.expiration) : nil)).map {
                Degree(isMore: isMore, measure: $0)
            }
        case "soonest", "earliest": return dayMeant(position).map { Degree(isMore: false, measure: $0) }
        case "latest": return dayMeant(position).map { Degree(isMore: true, measure: $0) }
        case "oldest": return Degree(isMore: false, measure: began)
        case "newest", "youngest": return Degree(isMore: true, measure: began)
        case "longest": return Degree(isMore: true, measure: named("days to expiration", "extra days"))
        case "shortest": return Degree(isMore: false, measure: named("days to expiration", "extra days"))
        case "closest", "nearest": return near(position, isMore: false)
        case "furthest", "farthest", "deepest": return near(position, isMore: true)
        default: return nil
        }
    }

    /// "Pays the most", "lost the least", "the most time left".
    private func most(at position: Int, _ isMore: Bool) -> Degree? {
        let before = word(position - 1) == "the" ? word(position - 2) : word(position - 1)
        var degree = Degree(isMore: isMore)
        switch before {
        case "lost", "lose", "loses", "losing":
            degree.measure = isOfDay(position) ? measure(.dayChange) : measure(.unrealised)
            degree.isOfLoss = true
            return degree
        case "gained", "gains", "made":
            degree.measure = isOfDay(position) ? measure(.dayChange) : measure(.unrealised)
            degree.isOfGain = true
            return degree
        case "pays", "pay", "collects", "brings", "paid": degree.measure = measure([.premium, .bid])
        case "bids": degree.measure = measure(.bid)
        case "weighs": degree.measure = measure(.weight)
        case "decays": degree.measure = measure(.theta)
        case "costs": degree.measure = measure([.mark, .ask, .closing])
        // "The month that cost the most in net premium"
        case "cost" where reading.labels.contains { $0.tokens.lowerBound > position && $0.classes.contains(.premium) }:
            degree.measure = measure(.premium)
            degree.isOfLoss = true
        default:
            if ["time", "days"].contains(word(position + 1)) {
                degree.measure = named("days to expiration", "extra days")
                return degree
            }
            guard reading.labels.contains(where: { $0.tokens.lowerBound == position + 1 }) else { return nil }
        }
        return degree
    }

    /// "Closer to the money", "further from its strike", "nearer to expiration", "further out of the money".
    private func near(_ position: Int, isMore: Bool) -> Degree? {
        let after = tokens[(position + 1)...].prefix(6).prefix { $0.word != "than" }.map(\.word)
        if after.starts(with: ["out", "of", "the", "money"]) || after.first == "otm" {
            return Degree(isMore: isMore, measure: .depth(isInside: false))
        }
        if after.starts(with: ["in", "the", "money"]) || after.starts(with: ["into", "the", "money"])
            || after.first == "itm"
        {
            return Degree(isMore: isMore, measure: .depth(isInside: true))
        }
        guard word(position) != "deeper" else { return nil }
        if after.contains("expiration") || after.contains("expiry") || after.contains("expiring") {
            return Degree(isMore: isMore, measure: named("days to expiration"))
        }
        if after.contains("money") || after.contains("strike") { return Degree(isMore: isMore, measure: .distance) }
        if after.contains("earnings") || after.contains("report") || after.contains("reporting") {
            return Degree(isMore: isMore, measure: .day(.earnings))
        }
        return Degree(isMore: isMore, measure: named("distance"))
    }

    /// What is likely by the words after it: to be assigned, early or at all, or a profit.
    private func likely(after position: Int) -> ClaimMeasure? {
        let near = tokens[(position + 1)...].prefix(7).prefix { $0.word != "than" }.map(\.word)
        guard near.contains(where: { ["assigned", "exercised", "called", "assignment"].contains($0) }) else {
            return near.contains(where: { ["profit", "profitable", "worthless"].contains($0) })
                ? measure(.probabilityOfProfit) : nil
        }
        if near.contains("early") { return measure(.earlyAssignment) }
        return named("assignment probability", "new assignment probability")
    }

    /// Which day of two is meant by the words of the sentence: of expiration, of a report, of an ex-date, of opening.
    func dayMeant(_ position: Int) -> ClaimMeasure? {
        let words = Set(tokens.filter { $0.clause == tokens[position].clause }.map(\.word))
        if !words.isDisjoint(with: ["expires", "expire", "expiring", "expiration", "expiry", "dated"]) {
            return .day(.expiration)
        }
        if !words.isDisjoint(with: ["reports", "report", "reporting", "earnings"]) { return .day(.earnings) }
        if words.contains("ex") { return .day(.exDate) }
        if !words.isDisjoint(with: ["opened", "bought", "sold", "entered"]) { return .day(.opened) }
        if words.contains("confirmed") { return began }
        return nil
    }

    /// The day a position was opened or a zone confirmed.
    private var began: ClaimMeasure {
        let confirmed = index.labels(named: "confirmed on").first { label in
            index.days(of: nil).contains { $0.label == label }
        }
        return confirmed.map { .dayOf(label: $0) } ?? .day(.opened)
    }

    private static let plainSuperlatives: [String: Bool] = [
        "most": true, "highest": true, "largest": true, "biggest": true, "greatest": true, "least": false,
        "lowest": false, "smallest": false, "fewest": false,
    ]

    private static let plainComparatives: [String: Bool] = [
        "more": true, "higher": true, "larger": true, "bigger": true, "greater": true, "fatter": true, "steeper": true,
        "less": false, "lower": false, "smaller": false, "fewer": false, "slimmer": false, "thinner": false,
    ]
}
