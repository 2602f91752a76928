/// Claims about which way something is traded.
extension Verification {
    /// "Buy the AMD 145 put" of a candidate that is sold; "sell the AMD 160 put to close" of one that is short.
    func trade(of mention: Mention, _ reading: SentenceReading) -> Verdict? {
        let contracts = mention.target.contracts
        guard !contracts.isEmpty, !mention.target.isUnknown, let (isBuying, position) = reading.trade(of: mention),
            isDenied(at: position, reading) == false
        else { return nil }
        let part = Set(reading.tokens[reading.part(of: position)].map(\.word))
        let quantities = contracts.compactMap(index.quantity)
        if quantities.count == contracts.count, let first = quantities.first {
            let isClosed = !part.isDisjoint(with: ["close", "closes", "closing"])
            guard isClosed, quantities.allSatisfy({ ($0 < 0) == (first < 0) }), part.isDisjoint(with: ["spread"]) else {
                return nil
            }
            return Verdict(
                isRight: isBuying == (first < 0),
                ids: ids(ofContracts: contracts) ?? [],
                tokens: position..<position + 1
            )
        }
        guard quantities.isEmpty, part.isDisjoint(with: Self.protecting), contracts.allSatisfy(isSoldToOpen) else {
            return nil
        }
        return Verdict(isRight: !isBuying, ids: ids(ofContracts: contracts) ?? [], tokens: position..<position + 1)
    }

    /// Whether a contract is one that a scan or a roll would open by selling it: it ties up collateral or brings a credit.
    private func isSoldToOpen(_ contract: Int) -> Bool {
        ["collateral", "net credit"].contains { name in
            index.labels(named: name).flatMap(index.known).contains {
                index.subjects.groups[$0.group].contracts.contains(contract)
            }
        }
    }

    /// Words of trades besides the one that opens a position.
    private static let protecting: Set<String> = [
        "back", "close", "closes", "closing", "closed", "hedge", "protection", "protective", "protect", "spread",
        "wing", "cap", "limit", "against", "instead", "insurance", "cover", "later", "repurchase", "never", "rather",
        "than", "without",
    ]

    // MARK: - Credits

    /// "The QQQ put spread is a debit spread", "every roll pays a debit": whether opening it took money or brought it.
    func debit(at position: Int, _ reading: SentenceReading, _ carried: Binding) -> Verdict? {
        let tokens = reading.tokens
        let word = tokens[position].word
        guard ["debit", "credit"].contains(word), isDenied(at: position, reading) == false else { return nil }
        let part = Set(tokens[reading.part(of: position)].map(\.word))
        guard part.isDisjoint(with: ["if", "would", "could", "or", "close", "closing", "back", "than", "may", "no"])
        else {
            return nil
        }
        let next = position + 1 < tokens.count ? tokens[position + 1].word : ""
        let targets = reading.binding(at: position, inherited: carried).targets
        if next == "spread", targets.count == 1, let ticker = targets[0].tickers.first, targets[0].tickers.count == 1 {
            let rights = Set(tokens.compactMap { SentenceReading.rights[$0.word] })
            let legs = (index.subjects.contractsByTicker[ticker] ?? []).filter { leg in
                guard index.quantity(of: leg) != nil, let terms = index.subjects.contracts[leg] else { return false }
                return rights.count != 1 || rights.contains(terms.right)
            }
            let prices = index.labels(named: "average price").flatMap(index.known)
            let paid = legs.compactMap { leg in
                prices.first { index.subjects.groups[$0.group].contracts == [leg] }.map { ($0.value, $0.id) }
            }
            guard legs.count == 2, paid.count == 2 else { return nil }
            let net = zip(legs, paid).reduce(0) { $0 + (index.quantity(of: $1.0) ?? 0) * $1.1.0 }
            guard net != 0 else { return nil }
            return Verdict(isRight: (net > 0) == (word == "debit"), ids: paid.map(\.1), tokens: position..<position + 1)
        }
        guard word == "debit", !part.isDisjoint(with: ["every", "all", "each", "any"]), reading.mentions.isEmpty,
            !part.isDisjoint(with: ["roll", "rolls", "alternative", "choice"])
        else { return nil }
        let credits = index.labels(named: "net credit").flatMap(index.known)
        guard !credits.isEmpty else { return nil }
        return Verdict(
            isRight: credits.allSatisfy { $0.value < 0 },
            ids: credits.prefix(8).map(\.id),
            tokens: position..<position + 1
        )
    }

    /// Whether a price is said to be paid for what was bought, and received for what was sold: "you paid $7.42 for the SPY 655
    /// puts" is not so of puts that are short.
    func isSameWayOfMoney(_ value: EvidenceIndex.Value, _ label: EvidenceIndex.Label, _ claim: Claim) -> Bool {
        guard label.words == ["average", "price"] || label.words == ["cost"], !claim.isCell,
            let contract = index.subjects.groups[value.group].contracts.first,
            index.subjects.groups[value.group].contracts.count == 1, let quantity = index.quantity(of: contract)
        else { return true }
        let reading = claim.reading
        let part = reading.part(of: claim.position)
        let words = Set(reading.tokens[part].map(\.word))
        guard
            words.isDisjoint(with: ["spread", "condor", "net", "calendar", "were", "was", "got", "back", "close", "if"])
        else { return true }
        let verbs = part.filter { $0 < claim.position && $0 > 0 && reading.tokens[$0 - 1].word == "you" }
            .map { reading.tokens[$0].word }
        guard let verb = verbs.last else { return true }
        if ["paid", "bought"].contains(verb) { return quantity > 0 }
        return !["collected", "received", "sold", "took"].contains(verb) || quantity < 0
    }

    /// "The roll raises the strike": whether the strikes of the rolls lie on the side of the present one that is said.
    func strikeMoved(at position: Int, _ reading: SentenceReading) -> Verdict? {
        let tokens = reading.tokens
        let isRaised: Bool
        switch tokens[position].word {
        case "raises", "raise", "raising", "lifts": isRaised = true
        case "lowers", "lower", "lowering", "reduces": isRaised = false
        default: return nil
        }
        guard tokens[(position + 1)...].prefix(3).contains(where: { $0.word == "strike" }),
            isDenied(at: position, reading) == false
        else { return nil }
        let rolls = index.labels(named: "strike improvement").flatMap(index.known)
        let sides = rolls.compactMap { roll -> Bool? in
            guard let new = index.subjects.groups[roll.group].contracts.first(where: { index.quantity(of: $0) == nil }),
                let terms = index.subjects.contracts[new], roll.value != 0
            else { return nil }
            // The strike of a put is better where it is lower.
            return (roll.value > 0) == (terms.right == .call)
        }
        guard let first = sides.first, sides.count == rolls.count, sides.allSatisfy({ $0 == first }) else { return nil }
        return Verdict(isRight: first == isRaised, ids: rolls.prefix(8).map(\.id), tokens: position..<position + 1)
    }
}

extension SentenceReading {
    /// Whether what is mentioned is said to be bought or sold, by the verb before it, and where that stands.
    func trade(of mention: Mention) -> (isBuying: Bool, position: Int)? {
        var position = mention.tokens.lowerBound - 1
        while position >= 0, mention.tokens.lowerBound - position <= 5, !tokens[position + 1].isParted {
            switch tokens[position].word {
            case "buy", "buying", "buys", "purchase", "purchasing": return (true, position)
            case "sell", "selling", "sells", "write", "writing": return (false, position)
            case "the", "a", "an", "one", "two", "your", "another", "new", "this", "that": position -= 1
            case _ where tokens[position].isNumeral && contracts[position]?.isEmpty ?? true: position -= 1
            default: return nil
            }
        }
        return nil
    }
}
