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
