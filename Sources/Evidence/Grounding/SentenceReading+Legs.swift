import Foundation
import Markets

/// Contracts that a sentence names by what they are among those spoken of: the short leg, the wings, January.
extension SentenceReading {
    /// Leaves of the contracts of one strike those that expire in the one month the sentence names after them: "the 145 over the
    /// 150 strike in December".
    mutating func narrowToMonth(_ index: EvidenceIndex) {
        let months = mentions.filter { mention in
            mention.tokens.count == 1
                && (FigureScan.months[tokens[mention.tokens.lowerBound].word] != nil
                    || dateTokens.contains(mention.tokens.lowerBound))
                && !mention.target.contracts.isEmpty
        }
        // "For January, the 145 strike pays less than the 150 strike"
        let isLeading =
            months.first.map { month in
                mentions.first?.tokens == month.tokens && month.tokens.upperBound < tokens.count
                    && tokens[month.tokens.upperBound].isParted
            } ?? false
        guard months.count == 1, let month = months.first, mentions.last?.tokens == month.tokens || isLeading,
            mentions.count > 2
        else { return }
        let expirations = Set(month.target.contracts.compactMap { index.subjects.contracts[$0]?.expiration })
        for rank in mentions.indices where mentions[rank].target.contracts.count > 1 {
            let strikes = Set(mentions[rank].target.contracts.compactMap { index.subjects.contracts[$0]?.strike })
            guard strikes.count == 1 else { continue }
            let kept = mentions[rank].target.contracts.filter {
                index.subjects.contracts[$0].map { expirations.contains($0.expiration) } ?? false
            }
            if !kept.isEmpty, mentions[rank].tokens != month.tokens { mentions[rank].target.contracts = kept }
        }
        if isLeading { mentions.removeFirst() } else { mentions.removeLast() }
    }

    /// The contracts among those named that are held short or long, or are puts or calls: "the short leg", "the put".
    func leg(at position: Int, _ index: EvidenceIndex, _ inherited: [Target]) -> Mention? {
        let word = tokens[position].word
        if let combination = combination(at: position, index) { return combination }
        var end = position + 1
        var isShort: Bool?
        if ["short", "long"].contains(word) {
            guard end < tokens.count, !tokens[end].isParted,
                Self.legs.contains(tokens[end].word) || Self.rights[tokens[end].word] != nil
            else { return nil }
            isShort = word == "short"
            end += 1
        } else if !["wing", "wings"].contains(word) {
            return nil
        } else {
            isShort = false
        }
        if position > 0, !tokens[position].isParted,
            tokens[position - 1].figure != nil || !tokens[position - 1].capitals.isEmpty
        {
            return nil
        }
        let right = Self.rights[tokens[end - 1].word]
        let named = mentions.flatMap(\.target.contracts)
        let spoken = named.isEmpty ? inherited.flatMap(\.contracts) : named
        var contracts = Set(spoken)
        if contracts.count < 2 {
            let tickers = Set((mentions.isEmpty ? inherited : mentions.map(\.target)).flatMap(\.tickers))
            guard tickers.count == 1, let ticker = tickers.first else { return nil }
            contracts = Set(index.subjects.contractsByTicker[ticker] ?? [])
        }
        func isChosen(_ contract: Int) -> Bool {
            guard let quantity = index.quantity(of: contract) else { return false }
            return (quantity < 0) == isShort
                && right.map { index.subjects.contracts[contract]?.right == $0 } ?? true
        }
        var chosen = contracts.filter(isChosen)
        if chosen.isEmpty {
            // "On the 580 put and the 640 call, less on the wings"
            let tickers = Set(contracts.compactMap { index.subjects.contracts[$0]?.ticker })
            contracts = Set(tickers.flatMap { index.subjects.contractsByTicker[$0] ?? [] })
            chosen = contracts.filter(isChosen)
        }
        guard !chosen.isEmpty, chosen.count < contracts.count else { return nil }
        let tickers = Set(chosen.compactMap { index.subjects.contracts[$0]?.ticker }).sorted()
        return Mention(tokens: position..<end, target: Target(tickers: tickers, contracts: chosen.sorted()))
    }

    /// The ticker of the one combination of a kind that is held, where nobody was named before it: "the condor".
    private func combination(at position: Int, _ index: EvidenceIndex) -> Mention? {
        let word = tokens[position].word
        guard word == "condor" || word == "calendar", mentions.isEmpty,
            !tokens[(position + 1)...].prefix(1).contains(where: { ["day", "days"].contains($0.word) }),
            position == 0 || ["the", "your", "iron", "my"].contains(tokens[position - 1].word)
        else { return nil }
        let held = index.subjects.contractsByTicker.filter { ticker, contracts in
            let legs = contracts.filter { index.quantity(of: $0) != nil }.compactMap { index.subjects.contracts[$0] }
            if word == "calendar" {
                return legs.count == 2 && Set(legs.map(\.strike)).count == 1 && Set(legs.map(\.right)).count == 1
            }
            return legs.count == 4 && legs.count(where: { $0.right == .put }) == 2
        }
        guard held.count == 1, let ticker = held.keys.first else { return nil }
        return Mention(tokens: position..<position + 1, target: Target(tickers: [ticker]))
    }

    private static let legs: Set<String> = [
        "leg", "legs", "side", "strike", "strikes", "option", "options", "one", "ones",
    ]

    /// The contracts of those spoken of that expire in a month: "January pays more than December".
    func month(at position: Int, _ index: EvidenceIndex, _ inherited: [Target]) -> Mention? {
        let token = tokens[position]
        // In "the January 145" the strike says which.
        let isBeforeStrike =
            position + 1 < tokens.count && tokens[position + 1].isNumeral && !tokens[position + 1].isParted
            && !dateTokens.contains(position + 1)
        guard token.isCapitalised, !isBeforeStrike, let month = FigureScan.months[token.word],
            position == 0 || !Self.since.contains(tokens[position - 1].word)
        else { return nil }
        return expiring(Figure.DateClaim(month: month), at: position, index, inherited)
    }

    func expiring(
        _ claim: Figure.DateClaim,
        at position: Int,
        _ index: EvidenceIndex,
        _ inherited: [Target]
    ) -> Mention? {
        let spoken = mentions.isEmpty ? inherited : mentions.map(\.target)
        var contracts = Set(spoken.flatMap(\.contracts))
        let strikes = Set(contracts.compactMap { index.subjects.contracts[$0]?.strike })
        let tickers = Set(spoken.flatMap(\.tickers))
        guard tickers.count == 1, let ticker = tickers.first else { return nil }
        contracts = Set(
            (index.subjects.contractsByTicker[ticker] ?? []).filter { number in
                strikes.isEmpty || index.subjects.contracts[number].map { strikes.contains($0.strike) } ?? false
            }
        )
        let chosen = contracts.filter {
            index.subjects.contracts[$0].map { claim.agrees(with: $0.expiration) } ?? false
        }
        guard !chosen.isEmpty, chosen.count < contracts.count else { return nil }
        return Mention(tokens: position..<position + 1, target: Target(tickers: [ticker], contracts: chosen.sorted()))
    }

    private static let since: Set<String> = ["since", "through", "until"]
}
