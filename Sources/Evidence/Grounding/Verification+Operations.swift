import Foundation
import Markets

/// What follows from the facts of those a sentence is about by a formula every trader knows, and from its own figures.
extension Verification {
    /// The status of a figure that such an operation gives; nil where none does.
    func operation(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        switch open.quantity.measure {
        case .dollars:
            if let status = partInWords(open, derivation) ?? quotient(open, derivation) ?? middle(open, derivation) {
                return status
            }
            if let status = partOf(open, derivation) ?? product(open, derivation) ?? scaled(open, derivation) {
                return status
            }
            if let status = breakEven(open, derivation) ?? betweenStrikes(open, derivation) { return status }
            if let status = betweenFacts(open, derivation) ?? withoutPart(open, derivation) { return status }
            if let status = mean(open, derivation) ?? range(open, derivation) { return status }
            if let status = ofMonths(open, derivation) ?? perDay(open, derivation) { return status }
            if let status = perSpan(open, derivation) ?? spread(open, derivation) { return status }
            if let status = atStrike(open, derivation) ?? ofAll(open, derivation) { return status }
            if let status = ofSign(open, derivation) ?? total(open, derivation) ?? byPercent(open, derivation) {
                return status
            }
            if let status = beyond(open, derivation) { return status }
            return betweenNamed(open, derivation) ?? productOfCore(open, derivation) ?? fromCore(open, derivation)
        case .fraction:
            if let status = ofBase(open, derivation) ?? betweenFacts(open, derivation) { return status }
            if let status = toRecover(open, derivation) { return status }
            if let status = ofPrice(open, derivation) { return status }
            if let status = change(open, derivation) ?? beyondLimit(open, derivation) { return status }
            if let status = betweenNamed(open, derivation) { return status }
            if let status = ofLargest(open, derivation) ?? spread(open, derivation) { return status }
            return beyond(open, derivation) ?? othersKeep(open, derivation)
        case .days:
            return window(open) ?? daysTo(open) ?? betweenDates(open, derivation) ?? othersKeep(open, derivation)
                ?? moreDays(open)
        case .span: return window(open) ?? windowOfStated(open, derivation) ?? daysTo(open) ?? kinds(open, derivation)
        case .bare:
            if let status = multiplier(open) ?? divisor(open, derivation) ?? rank(open, derivation)
                ?? summandInWords(open, derivation)
            {
                return status
            }
            if let status = window(open) ?? middle(open, derivation) ?? product(open, derivation) { return status }
            if let status = betweenStrikes(open, derivation) ?? beyondLimit(open, derivation) { return status }
            if let status = betweenRanked(open, derivation) { return status }
            if let status = spread(open, derivation) ?? beyond(open, derivation) { return status }
            if let status = windowOfStated(open, derivation) ?? betweenNamed(open, derivation) { return status }
            guard open.quantity.slack <= 0.005 else { return nil }
            return betweenFacts(open, derivation) ?? fromCore(open, derivation)
        case .multiple: return occurrences(open, derivation) ?? timesNamed(open, derivation)
        case .count: return kinds(open, derivation) ?? beyond(open, derivation)
        case .shares:
            let isSupposed = !words(derivation).isDisjoint(with: ["would", "each", "per"])
            if isSupposed, open.quantity.magnitude == 100 { return .computed("shares of one contract", from: []) }
            return allDelivered(open, derivation) ?? supposed(open, derivation)
        case .contracts:
            // "Tested ×3"
            let isTimes = open.claim.figure.text.first.map { "x\u{D7}".contains($0) } ?? false
            if isTimes, let status = occurrences(open, derivation) { return status }
            return supposed(open, derivation) ?? beyond(open, derivation)
        case .ordinal: return nil
        }
    }

    func isWritten(_ open: Derivation.Open, _ value: Double) -> Bool {
        let written = open.quantity.magnitude.approximation
        return written > 0 && abs(value.magnitude - written) <= open.quantity.slack.approximation + written * 1e-9
    }

    func words(_ derivation: Derivation) -> Set<String> { Set(derivation.reading.tokens.map(\.word)) }

    /// The values that a sentence names without saying them: "5.3% over the 50-day average".
    func implied(by open: Derivation.Open, _ reading: SentenceReading) -> [Derivation.Operand] {
        let claim = open.claim
        let groups = claim.binding.targets.isEmpty ? [0] : self.groups(of: claim.binding) + [0]
        var operands: [Derivation.Operand] = []
        if let position = claim.reading.tokens.firstIndex(where: {
            ["close", "price", "stock", "spot"].contains($0.word)
        }) {
            for label in ["last close", "underlying price", "mark"] {
                guard let known = values(label, groups.filter { $0 != 0 }).first else { continue }
                operands.append(
                    Derivation.Operand(
                        text: label,
                        values: [known.value],
                        measure: .dollars,
                        ids: [known.id],
                        position: position,
                        isImplied: true
                    )
                )
                break
            }
        }
        var named = claim.reading.labels
        // "Assignment would use 13% of your cash", "the cash all your puts could require"
        let said = Set(claim.reading.tokens.map(\.word))
        let isOfPuts =
            said.isSuperset(of: ["cover", "everything"])
            || !said.isDisjoint(with: ["put", "puts"])
                && !said.isDisjoint(with: ["require", "need", "obligation", "shortfall"])
        if let position = claim.reading.tokens.firstIndex(where: {
            ["assignment", "assignments", "assigned"].contains($0.word)
                || (isOfPuts && ["put", "puts", "everything"].contains($0.word))
        }) {
            named.append(LabelMention(tokens: position..<position + 1, label: nil, classes: .cashIfAssigned))
            // "If all puts get assigned you're about $142k short": of cash.
            if !said.isDisjoint(with: ["short", "shortfall", "coverage", "cover", "covers", "gap", "worst"]) {
                named.append(LabelMention(tokens: position..<position + 1, label: nil, classes: .cash))
            }
        }
        for mention in named {
            for group in groups {
                for value in index.values(from: 0, through: .infinity, of: [group]) {
                    let label = index.labels[value.label]
                    guard
                        value.label == mention.label
                            || (mention.label == nil && !label.classes.isDisjoint(with: mention.classes)),
                        let measure = Self.measure(of: value.unit)
                    else { continue }
                    let operand = Derivation.Operand(
                        text: label.words.joined(separator: " "),
                        values: [value.isNegative ? -value.magnitude : value.magnitude],
                        measure: measure,
                        ids: [index.ids[value.source]],
                        position: mention.tokens.lowerBound,
                        isImplied: true
                    )
                    if !operands.contains(operand), operands.count < 24 { operands.append(operand) }
                }
            }
        }
        return operands
    }

    static func measure(of unit: Fact.Unit) -> Figure.Quantity.Measure? {
        switch unit {
        case .dollars, .dollarsPerShare: .dollars
        case .fraction: .fraction
        case .shares: .shares
        case .contracts: .contracts
        case .days: .days
        case .ratio, .count, .date, .text: nil
        }
    }

    // MARK: - Of the figures said

    /// The sum of the largest parts: "together the two index names make up 60.3%".
    func ofLargest(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        guard !words(derivation).isDisjoint(with: WordLists.sums.union(["top", "largest", "biggest"])),
            derivation.reading.distinctTargets.count < 2,
            open.digits >= 2
        else { return nil }
        // "The top five names are 88%"
        let count = derivation.results.first {
            $0.quantity.measure == .count && $0.claim.position > 0
                && ["top", "largest", "biggest"].contains(derivation.reading.tokens[$0.claim.position - 1].word)
        }.map { NSDecimalNumber(decimal: $0.quantity.magnitude).intValue }
        guard open.digits >= 3 || count != nil else { return nil }
        for number in index.labels.indices where index.labels[number].classes.contains(.weight) {
            let known = index.known(number).sorted { $0.value > $1.value }
            for count in count.map({ $0...$0 }) ?? 2...5 where count > 1 && count < known.count {
                guard isWritten(open, known.prefix(count).reduce(0) { $0 + $1.value }) else { continue }
                return .computed("sum of the \(count) largest", from: known.prefix(count).map(\.id))
            }
        }
        return nil
    }

    /// What is known for a day, said for a week, a month or a year: "$96 a day, about $674 a week".
    func perSpan(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        guard open.claim.reading.isPerOtherSpan(open.claim.position) else { return nil }
        let near = open.claim.reading.words(from: open.claim.position)
        let factors: [Double] =
            !near.isDisjoint(with: ["week", "weekly"])
            ? [7, 5] : !near.isDisjoint(with: ["month", "monthly"]) ? [30, 21] : near.contains("year") ? [365] : []
        let groups = groups(about: open)
        for value in index.values(from: 0, through: .infinity, of: groups)
        where value.unit == .dollars && index.labels[value.label].words.contains("day") {
            for factor in factors where isWritten(open, value.magnitude * factor) {
                return .computed("\(Int(factor)) days", from: [index.ids[value.source]])
            }
        }
        return nil
    }

    /// Midway between bid and ask.
    func middle(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        guard !words(derivation).isDisjoint(with: ["mid", "midpoint", "midway", "middle", "halfway"]) else {
            return nil
        }
        let groups = groups(about: open)
        for bid in values("bid", groups) {
            for ask in values("ask", groups) where isWritten(open, (bid.value + ask.value) / 2) {
                return .computed("(bid + ask) / 2", from: [bid.id, ask.id])
            }
        }
        return nil
    }

    /// A price times a number of shares or contracts: "200 shares at $67.50, for $13,500".
    func product(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        // What a passage's example says stands there with its results.
        let operands = (derivation.earlier + derivation.operands).filter {
            $0.ids.allSatisfy { index.passages[$0] == nil }
        }
        for price in operands where price.measure == .dollars || price.measure == .bare {
            for count in operands where count != price {
                let factor: [Double]
                switch count.measure {
                case .shares: factor = [1]
                case .contracts: factor = [100, 1]
                case .bare
                where count.text.allSatisfy(\.isNumber) && price.measure != count.measure || price.text.contains("."):
                    factor = [1]
                default: continue
                }
                for value in price.values {
                    for number in count.values where number.magnitude > 1 || count.measure == .contracts {
                        for times in factor
                        where times * number.magnitude != 1 && isWritten(open, value * number * times) {
                            return .computed("\(price.text) x \(count.text)", from: price.ids + count.ids)
                        }
                    }
                }
            }
        }
        return nil
    }

    /// The shares that all short calls deliver together: "if everything was assigned you'd deliver 700 shares".
    private func allDelivered(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let said = words(derivation)
        guard derivation.reading.mentions.isEmpty, !said.isDisjoint(with: ["all", "every", "everything"]),
            !said.isDisjoint(with: ["assigned", "assignment", "exercised"]),
            !said.isDisjoint(with: ["deliver", "sell", "delivering", "selling"])
        else { return nil }
        let known = index.labels(named: "shares if assigned").flatMap(index.known).filter {
            index.subjects.groups[$0.group].contracts.isEmpty
        }
        guard known.count > 1, isWritten(open, known.reduce(0) { $0 + $1.value }) else { return nil }
        return .computed("sum of \(known.count)", from: known.prefix(8).map(\.id))
    }

    /// The shares of a contract that an equation multiplies with: "2 contracts x 100 x $4.85".
    private func multiplier(_ open: Derivation.Open) -> GroundingReport.Status? {
        let range = open.claim.figure.range
        let bytes = open.claim.bytes
        // A sign stands apart from the number; "**100**" is written in bold.
        func isSign(_ place: Int, next: Int) -> Bool {
            var place = place + next
            guard bytes.indices.contains(place), bytes[place] == UInt8(ascii: " ") else { return false }
            while bytes.indices.contains(place), bytes[place] == UInt8(ascii: " ") { place += next }
            guard bytes.indices.contains(place), Set("x*\u{D7}".utf8).contains(bytes[place]) else { return false }
            let beside = place + next
            return bytes[place] != UInt8(ascii: "*") || !bytes.indices.contains(beside) || bytes[beside] != bytes[place]
        }
        guard open.quantity.magnitude == 100, open.quantity.sign == .none,
            isSign(range.lowerBound, next: -1) || isSign(range.upperBound - 1, next: 1),
            !index.subjects.contracts.isEmpty
        else { return nil }
        return .computed("shares of one contract", from: [])
    }

    /// Whether a number is multiplied with the hundred shares of a contract, so that it counts those held.
    func isFactorOfShares(_ claim: Claim) -> Bool {
        let after = String(decoding: claim.bytes[claim.figure.range.upperBound...].prefix(7), as: UTF8.self)
        return [" x 100 ", " * 100 ", " \u{D7} 100"].contains { after.hasPrefix($0) }
    }

    /// What is said to be a part in words of an amount: "half of the $2.15 credit is $1.075".
    func partInWords(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        for result in derivation.results where result.claim.position < open.claim.position {
            guard result.quantity.measure == .fraction, !result.claim.figure.text.contains(where: \.isNumber),
                let whole = derivation.reading.figurePartOf(result.claim.position),
                let operand = derivation.operands.first(where: { $0.position == whole && !$0.isImplied })
            else { continue }
            for value in operand.values where isWritten(open, value * result.quantity.magnitude.approximation) {
                return .computed("\(result.claim.figure.text) of \(operand.text)", from: operand.ids)
            }
        }
        return nil
    }

    /// The part of an amount that the sentence states as a percentage or in words: "reaches the 50% target at $1.075".
    func partOf(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let parts = derivation.results.filter {
            $0.quantity.measure == .fraction && $0.quantity.magnitude < 1 && $0.claim.position != open.claim.position
                && ($0.claim.figure.text.contains(where: \.isNumber) || $0.quantity.magnitude == 0.5)
        }
        guard !parts.isEmpty, open.quantity.sign != .minus else { return nil }
        for whole in derivation.operands + derivation.earlier
        where whole.measure == .dollars && !whole.isImplied && !whole.isComputed {
            for part in parts {
                for value in whole.values where isWritten(open, value * part.quantity.magnitude.approximation) {
                    return .computed("\(part.claim.figure.text) of \(whole.text)", from: whole.ids)
                }
            }
        }
        return nil
    }

    /// An amount for each of some shares: "spread over 100 shares the $500 adds $5 to each".
    func quotient(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        guard !words(derivation).isDisjoint(with: ["each", "per", "apiece"]) else { return nil }
        let operands = (derivation.earlier + derivation.operands).filter { !$0.isImplied }
        for amount in operands where amount.measure == .dollars {
            for shares in operands where shares.measure == .shares || shares.measure == .contracts {
                for value in amount.values {
                    for count in shares.values where count.magnitude > 1 && isWritten(open, value / count) {
                        return .computed("\(amount.text) / \(shares.text)", from: amount.ids + shares.ids)
                    }
                }
            }
        }
        return nil
    }

    /// A change in percent between two prices of the sentence: "from $163.10 it would have to fall 11.8% to $143.83".
    func change(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let said = words(derivation)
        guard !said.isDisjoint(with: Self.moves) else { return nil }
        var prices = (derivation.earlier + derivation.operands).filter { $0.measure == .dollars }
        // "Break-even 154.45; AMD would have to drop another 4.0%": from where it is.
        if prices.count(where: { !$0.isImplied }) <= 1, !prices.isEmpty, !isBesideWord(open) {
            prices += corePrices(open).filter { ["underlying price", "last close"].contains($0.label) }.map {
                Derivation.Operand(
                    text: $0.label,
                    values: [$0.value],
                    measure: .dollars,
                    ids: [$0.id],
                    position: -1,
                    isImplied: true
                )
            }
        }
        // "5.3% above the average" is of the average.
        let tokens = open.claim.reading.tokens
        let next = open.claim.position + 1
        let isBeside = next < tokens.count && Self.besides.contains(tokens[next].word)
        let base = isBeside ? derivation.operands.filter { $0.position > next }.map(\.position).min() : nil
        for (rank, left) in prices.enumerated() {
            for right in prices[(rank + 1)...] {
                for a in left.values {
                    for b in right.values where a > 0 && b > 0 {
                        let falls = !said.isDisjoint(with: [
                            "fall", "falls", "fell", "drop", "drops", "dropped", "decline", "slide",
                        ])
                        let rises = !said.isDisjoint(with: [
                            "rise", "rises", "rose", "gain", "climb", "climbs", "rally",
                        ])
                        if base == nil, falls != rises {
                            // A fall is measured from where it begins.
                            guard isWritten(open, (a - b) / (falls ? max(a, b) : min(a, b))) else { continue }
                            return .computed("from \(left.text) to \(right.text)", from: left.ids + right.ids)
                        }
                        let results = base.map { base in
                            (left.position == base ? [(a - b) / a] : []) + (right.position == base ? [(a - b) / b] : [])
                        }
                        guard (results ?? [(a - b) / a, (a - b) / b]).contains(where: { isWritten(open, $0) }) else {
                            continue
                        }
                        return .computed("from \(left.text) to \(right.text)", from: left.ids + right.ids)
                    }
                }
            }
        }
        return nil
    }

    /// What an amount before a percentage is of the market's price: "ATR 7.31 (4.0%)", "$7.31, about 4.0% of the close".
    private func ofPrice(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let position = open.claim.position
        let isSaid = derivation.reading.isOfMarketPrice(position)
        guard open.digits >= 2 || isSaid, derivation.reading.tokens[position].parting == "(" || isSaid,
            let amount = derivation.operands.filter({
                $0.position < position && (isSaid ? position - $0.position <= 4 : $0.position == position - 1)
                    && !$0.isImplied && ($0.measure == .dollars || $0.measure == .bare)
            }).max(by: { $0.position < $1.position })
        else { return nil }
        for price in corePrices(open) where ["last close", "underlying price", "mark"].contains(price.label) {
            for value in amount.values where isWritten(open, value / price.value) {
                return .computed("\(amount.text) / \(price.label)", from: amount.ids + [price.id])
            }
        }
        return nil
    }

    private func isBesideWord(_ open: Derivation.Open) -> Bool {
        let next = open.claim.position + 1
        return next < open.claim.reading.tokens.count && Self.besides.contains(open.claim.reading.tokens[next].word)
    }

    /// Words after a percentage before what it is measured by.
    static let besides: Set<String> = [
        "below", "above", "over", "under", "higher", "lower", "more", "less", "greater", "bigger", "smaller",
    ]

    static let moves: Set<String> = [
        "rally", "rallies", "sink", "sinks", "jumped", "increase", "increased", "climb", "climbed", "change", "past",
        "below", "above", "fall", "falls", "fallen", "fell", "drop", "drops", "dropped", "down", "up", "rise", "rises",
        "rose",
        "under", "over", "cushion", "room", "away", "decline", "gain", "discount", "move", "moved", "slide", "higher",
        "lower", "buffer", "reach",
    ]

    // MARK: - Of those it is about

    func groups(about open: Derivation.Open) -> [Int] {
        let targets = open.claim.binding.targets
        guard !targets.isEmpty else { return [0] }
        return groups(of: open.claim.binding)
    }

    /// The values of a label, word for word, of those a figure is about.
    func values(_ label: String, _ groups: [Int]) -> [(value: Double, id: String)] {
        index.labels(named: label).flatMap { number in
            groups.flatMap { group in
                index.values(from: 0, through: .infinity, of: [group]).filter { $0.label == number }.map {
                    ($0.isNegative ? -$0.magnitude : $0.magnitude, index.ids[$0.source])
                }
            }
        }
    }

    /// What a price per share is for a contract, or for all contracts held: "$396 net per contract".
    func scaled(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let next = open.claim.position + 1
        if derivation.reading.isPer("share", open.claim.position) { return nil }
        // "@ 1.59 ($159)"
        if open.claim.reading.tokens[open.claim.position].parting == "(",
            let price = derivation.operands.first(where: {
                $0.position == open.claim.position - 1 && $0.measure == .dollars && $0.isAmount && !$0.isImplied
            }), price.values.contains(where: { isWritten(open, $0 * 100) })
        {
            return .computed("\(price.text) x 100", from: price.ids)
        }
        // "January adds 2.30 ($230 per contract)"
        if open.claim.reading.isPer("contract", open.claim.position) {
            for operand in derivation.operands where operand.isComputed && operand.measure == .dollars {
                guard operand.values.contains(where: { isWritten(open, $0 * 100) }) else { continue }
                return .computed("\(operand.text) x 100", from: operand.ids)
            }
        }
        let targets = open.claim.binding.targets.compactMap(contractOf)
        let groups = targets.flatMap { target in index.subjects.groups(of: target).filter { isOfContract($0, target) } }
        let said = words(derivation)
        let after = derivation.reading.tokens[
            min(next, derivation.reading.tokens.count)..<min(next + 3, derivation.reading.tokens.count)
        ]
        // "Per contract that's $526"
        let isFronted = derivation.reading.tokens.indices.dropFirst().contains {
            derivation.reading.tokens[$0].word == "contract"
                && ["per", "each", "a"].contains(derivation.reading.tokens[$0 - 1].word)
        }
        let isPerContract = isFronted || after.contains { $0.word == "contract" }
        var classes = open.claim.labels.reduce(into: LabelClasses()) { $0.formUnion($1.classes) }
        // What one that is not held would bring is its bid.
        if classes.contains(.premium), targets.allSatisfy({ $0.contracts.allSatisfy { index.quantity(of: $0) == nil } })
        {
            classes.formUnion([.bid, .opening])
        }
        // "You collected $182" is not computed from the mark.
        let isSaid = !classes.isEmpty
        for group in groups {
            let shares = derivation.operands.filter { $0.measure == .shares && !$0.isImplied }.flatMap(\.values)
            let sizes = (values("quantity", [group]).map(\.value.magnitude) + [1]).filter { size in
                // "$53 of dividends on the 200 shares"
                shares.isEmpty || isPerContract || shares.contains(size * 100)
            }
            for value in index.values(from: 0, through: .infinity, of: [group]) where value.unit == .dollarsPerShare {
                let label = index.labels[value.label]
                // What the words say is something else is not computed from this.
                let isMeant =
                    isPerContract || derivation.operands.contains { $0.ids.contains(index.ids[value.source]) }
                    || !isSaid && !said.isDisjoint(with: Self.settling) && !label.classes.isDisjoint(with: Self.settled)
                guard !label.classes.isDisjoint(with: classes) || (isMeant && !open.isOther) else { continue }
                for size in sizes where isWritten(open, value.magnitude * 100 * size) {
                    return .computed(
                        "\(label.words.joined(separator: " ")) x 100" + (size == 1 ? "" : " x \(Int(size))"),
                        from: [index.ids[value.source]]
                    )
                }
            }
        }
        return nil
    }

    /// What buying or delivering at the strikes of the contracts a figure is about comes to: "what you might have to buy drops
    /// from $16,000 to $14,500", of a roll from one to the other.
    func atStrike(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        guard !words(derivation).isDisjoint(with: Self.settling), open.claim.labels.isEmpty,
            !open.claim.reading.isPer("share", open.claim.position)
        else { return nil }
        let contracts = Set(groups(about: open).flatMap { index.subjects.groups[$0].contracts })
        guard contracts.count <= 4 else { return nil }
        for contract in contracts.sorted() {
            guard let strike = index.subjects.contracts[contract]?.strike.approximation,
                isWritten(open, strike * 100 * (index.quantity(of: contract)?.magnitude ?? 1))
            else { continue }
            return .computed(
                "strike x 100",
                from: index.subjects.groupsByName[contract]?.compactMap(index.firstSource) ?? []
            )
        }
        return nil
    }

    /// A target with contracts, or the one contract of a ticker.
    private func contractOf(_ target: Target) -> Target? {
        guard target.contracts.isEmpty else { return target }
        guard target.tickers.count == 1, let contracts = index.subjects.contractsByTicker[target.tickers[0]],
            contracts.count == 1
        else { return nil }
        return Target(tickers: target.tickers, contracts: contracts)
    }

    static let settling: Set<String> = [
        "pay", "pays", "cost", "costs", "proceeds", "tie", "ties", "tied", "bring", "brings", "buy", "buying", "close",
        "closing",
        "deliver", "assigned", "assignment", "exercised", "need", "needs", "takes", "obligation", "left", "collect",
        "collected", "secured", "receive", "give", "gives", "forgo", "worth", "keep", "keeps", "compared", "sold",
        "get", "gets", "got", "sell", "selling", "require", "requires", "lock", "locks", "remaining",
    ]

    static let settled: LabelClasses = [
        .strike, .mark, .bid, .ask, .cost, .premium, .closing, .opening, .extrinsic, .dividend,
    ]

    /// The strike less what was received for a put, or plus what was for a call.
    func breakEven(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        guard
            open.claim.labels.contains(where: { $0.classes.contains(.breakEven) })
                || words(derivation).isSuperset(of: ["break", "even"])
                || !words(derivation).isDisjoint(with: ["breakeven", "effective", "effectively"])
                || words(derivation).isSuperset(of: ["assigned", "basis"])
        else { return nil }
        var contracts = Set(open.claim.binding.targets.compactMap(contractOf).flatMap(\.contracts))
        if contracts.isEmpty { contracts.formUnion(derivation.reading.contracts.values.joined()) }
        // Where it is known, it is what it is.
        guard contracts.allSatisfy({ values("break-even", index.subjects.groupsByName[$0] ?? []).isEmpty }) else {
            return nil
        }
        // What the sentence takes off is what counts: "160 less the 5.55 credit".
        let isSaid = !words(derivation).isDisjoint(with: ["less", "minus", "plus"])
        for contract in contracts.sorted() {
            guard let terms = index.subjects.contracts[contract] else { continue }
            let strike = terms.strike.approximation
            let groups = index.subjects.groupsByName[contract] ?? []
            let premiums =
                (isSaid ? [] : ["average price", "open at", "bid", "mark", "premium"].flatMap { values($0, groups) })
                + derivation.operands.filter { $0.measure == .dollars }.flatMap { operand in
                    operand.values.map { ($0, operand.ids.first ?? "") }
                }
            for (premium, id) in premiums {
                let result = terms.right == .put ? strike - premium.magnitude : strike + premium.magnitude
                guard premium.magnitude < strike, isWritten(open, result) else { continue }
                return .computed("strike \(terms.right == .put ? "-" : "+") premium", from: id.isEmpty ? [] : [id])
            }
        }
        return nil
    }
}
