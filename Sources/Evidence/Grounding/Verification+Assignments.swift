import Foundation
import Markets

/// Claims in words about assignment: whether anything can be assigned, which way shares go, whether the cash will do.
extension Verification {
    // MARK: - Whether anything can be

    /// "Nothing could be assigned", "no short option is at risk of assignment", where one has a probability of it.
    func unassignable(at position: Int, _ reading: SentenceReading) -> Verdict? {
        let tokens = reading.tokens
        guard ["nothing", "none", "no"].contains(tokens[position].word), reading.mentions.isEmpty else { return nil }
        let part = reading.part(of: position)
        let after = tokens[(position + 1)..<part.upperBound]
        let words = Set(after.map(\.word))
        guard !words.isDisjoint(with: ["assigned", "assignment"]),
            !words.isDisjoint(with: ["could", "can", "may", "might", "be", "risk", "faces", "face", "is", "are"]),
            words.isDisjoint(with: Self.limitingAssignment), !after.contains(where: { $0.figure != nil }),
            tokens[position].word != "no"
                || !words.isDisjoint(with: [
                    "option", "options", "position", "positions", "put", "puts", "call", "calls",
                ])
        else { return nil }
        let rights = Set(after.compactMap { SentenceReading.rights[$0.word] })
        let possible = index.labels(named: "assignment probability").flatMap(index.known).filter { known in
            let right = index.subjects.groups[known.group].contracts.first.flatMap {
                index.subjects.contracts[$0]?.right
            }
            return known.value > 0 && (rights.count != 1 || right.map(rights.contains) ?? false)
        }
        guard !possible.isEmpty else { return nil }
        return Verdict(isRight: false, ids: possible.prefix(8).map(\.id), tokens: position..<position + 1)
    }

    /// "Nothing expires this week" where an option that is held does.
    func unexpiring(at position: Int, _ reading: SentenceReading) -> Verdict? {
        let tokens = reading.tokens
        let part = reading.part(of: position)
        let after = tokens[(position + 1)..<part.upperBound].map(\.word)
        guard ["nothing", "none", "no"].contains(tokens[position].word), reading.mentions.isEmpty,
            after.contains(where: { ["expires", "expire", "expiring"].contains($0) }),
            after.suffix(2) == ["this", "week"], !after.contains("else"), let today = index.today
        else { return nil }
        let sunday = today.adding(days: 7 - today.weekday)
        let held = index.labels(named: "quantity").flatMap(index.known).filter { known in
            index.subjects.groups[known.group].contracts.contains { contract in
                index.subjects.contracts[contract].map { today <= $0.expiration && $0.expiration <= sunday } ?? false
            }
        }
        guard let first = held.first else { return nil }
        return Verdict(isRight: false, ids: [first.id], tokens: position..<position + 1)
    }

    /// Words that leave some out of what is said of all.
    private static let limitingAssignment: Set<String> = [
        "other", "else", "others", "low", "medium", "high", "imminent", "early", "today", "tomorrow", "yet", "week",
        "before", "after", "until", "long", "been", "was", "were", "has", "have", "likely", "certain", "guaranteed",
    ]

    // MARK: - Which way shares go

    /// "Assignment would give you 200 shares": whether a put that is assigned brings shares, and a call takes them.
    func delivery(at position: Int, _ reading: SentenceReading, _ carried: Binding) -> Verdict? {
        let tokens = reading.tokens
        guard let isIncoming = reading.delivery(at: position) else { return nil }
        let words = Set(tokens.map(\.word))
        guard !words.isDisjoint(with: ["assigned", "assignment", "exercised", "assign"]),
            words.isDisjoint(with: Self.otherTrades), let isDenied = isDenied(at: position, reading)
        else { return nil }
        let targets = reading.binding(at: position, inherited: carried).targets
        guard targets.count == 1, let target = targets.first, !target.isUnknown else { return nil }
        let contracts =
            target.contracts.isEmpty
            ? target.tickers.flatMap { index.subjects.contractsByTicker[$0] ?? [] } : target.contracts
        let short = contracts.filter { index.quantity(of: $0).map { $0 < 0 } ?? false }
        let rights = Set(short.compactMap { index.subjects.contracts[$0]?.right })
        guard rights.count == 1, let right = rights.first else { return nil }
        return Verdict(
            isRight: (isIncoming == (right == .put)) != isDenied,
            ids: ids(ofContracts: short) ?? [],
            tokens: position..<position + 1
        )
    }

    /// Words of trades besides an assignment, and of those on its other side.
    private static let otherTrades: Set<String> = [
        "back", "close", "closing", "roll", "rolling", "instead", "avoid", "avoids", "holder", "holders", "buyer",
        "counterparty", "replace", "unless", "then", "afterwards", "later", "they", "neither", "nor", "or",
    ]

    // MARK: - Whether the cash will do

    /// "Your cash covers all short puts": whether it comes to what they would take if all were assigned.
    func cashCover(at position: Int, _ reading: SentenceReading) -> Verdict? {
        let tokens = reading.tokens
        guard Self.covering.contains(tokens[position].word), reading.mentions.isEmpty else { return nil }
        let part = tokens[reading.part(of: position)]
        let words = Set(part.map(\.word))
        let isOfAll =
            !words.isDisjoint(with: ["all", "every", "each", "full"]) || words.contains("puts")
        guard words.contains("cash"), isOfAll, !words.isDisjoint(with: ["put", "puts", "assignment", "assigned"]),
            words.isDisjoint(with: Self.partly), !part.contains(where: { $0.figure != nil }),
            let cash = values("cash", [0]).first,
            let need = values("cash if all puts are assigned", [0]).first
        else { return nil }
        let denials = part.count {
            ["not", "doesn", "isn", "cannot", "won", "wouldn", "no", "never"].contains($0.word)
        }
        guard denials < 2 else { return nil }
        return Verdict(
            isRight: (cash.value >= need.value) != (denials == 1),
            ids: [cash.id, need.id],
            tokens: position..<position + 1
        )
    }

    private static let covering: Set<String> = [
        "covers", "cover", "enough", "sufficient", "suffices", "meets", "funds",
    ]

    private static let partly: Set<String> = [
        "whether", "far", "part", "partly", "some", "only", "most", "half", "less", "more", "third", "quarter",
        "calls", "call", "requirement", "requirements", "collateral", "margin",
    ]
}

extension SentenceReading {
    /// Whether the verb at a position says that the owner's shares come or go; nil where it says neither.
    func delivery(at position: Int) -> Bool? {
        let next = position + 1 < tokens.count ? tokens[position + 1].word : ""
        let (isIncoming, end): (Bool, Int)
        switch tokens[position].word {
        case "buy", "buying", "buys", "purchase", "purchasing", "receive", "receiving", "receives", "acquire",
            "acquiring", "add", "adds", "adding", "get", "gets", "gain", "gains":
            (isIncoming, end) = (true, position)
        case "give" where next == "you", "gives" where next == "you", "giving" where next == "you":
            (isIncoming, end) = (true, position + 1)
        case "deliver", "delivering", "delivers", "sell", "selling", "sells", "lose", "loses", "losing", "surrender",
            "surrendering":
            (isIncoming, end) = (false, position)
        case "give" where next == "up", "giving" where next == "up", "take" where next == "away",
            "takes" where next == "away", "cost" where next == "you", "part" where next == "with":
            (isIncoming, end) = (false, position + 1)
        default: return nil
        }
        var place = end + 1
        while place < tokens.count, place - end <= 3, !tokens[place].isParted {
            if ["shares", "stock"].contains(tokens[place].word) { return isIncoming }
            if isCountOfTicker(place) { return isIncoming }
            if let readings = values[place], case .quantity(let quantity)? = readings.first {
                return quantity.measure == .shares ? isIncoming : nil
            }
            place += 1
        }
        return nil
    }
}
