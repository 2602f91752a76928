import Foundation
import Markets

/// Claims that the owner holds something.
extension Verification {
    /// Strikes a contract that the owner is said to hold and the evidence does not know as held: one of a chain or a scan.
    mutating func checkHoldings(_ reading: SentenceReading, _ text: TokenizedText, _ place: Place) {
        for mention in reading.mentions where !mention.target.isUnknown && !holdsCombination(after: mention, reading) {
            let span = reading.tokens[mention.tokens.lowerBound].span
            note(
                Figure(text: text.text.original(span), range: text.text.byteRange(span), kind: .name),
                place,
                .struck(.unknownName)
            )
        }
        for mention in reading.mentions where !mention.target.contracts.isEmpty && !mention.target.isUnknown {
            guard mention.target.contracts.allSatisfy({ index.quantity(of: $0) == nil }), reading.isHeld(mention) else {
                continue
            }
            let span =
                reading.tokens[mention.tokens.lowerBound].span
                .lowerBound..<reading.tokens[mention.tokens.upperBound - 1].span
                .upperBound
            let figure = Figure(text: text.text.original(span), range: text.text.byteRange(span), kind: .name)
            note(figure, place, .struck(.unknownName))
        }
    }

    /// Whether the combination that the owner is said to hold of a ticker can be made of what is held of it: "your long NVDA
    /// straddle" needs a put and a call.
    private func holdsCombination(after mention: Mention, _ reading: SentenceReading) -> Bool {
        let (start, end) = (mention.tokens.lowerBound, mention.tokens.upperBound)
        guard mention.target.tickers.count == 1, let ticker = mention.target.tickers.first, end < reading.tokens.count,
            !reading.tokens[end].isParted
        else { return true }
        let isOwn = reading.tokens[max(0, start - 3)..<start].contains { ["your", "my", "our"].contains($0.word) }
        let legs = (index.subjects.contractsByTicker[ticker] ?? []).filter { index.quantity(of: $0) != nil }
            .compactMap { index.subjects.contracts[$0] }
        let puts = legs.count { $0.right == .put }
        guard isOwn || !legs.isEmpty else { return true }
        let isIron = reading.tokens[end].word == "iron" && end + 1 < reading.tokens.count
        switch reading.tokens[isIron ? end + 1 : end].word {
        case "straddle", "strangle", "collar": return !isOwn || puts > 0 && legs.count > puts
        case "condor", "butterfly": return legs.count >= 3
        case "calendar": return Set(legs.map(\.expiration)).count > 1
        default: return true
        }
    }
}

extension SentenceReading {
    /// Whether a sentence says plainly that the owner holds what it names: "you already hold a short INTC 30 put", "your
    /// short AMD 155 put".
    func isHeld(_ mention: Mention) -> Bool {
        let start = mention.tokens.lowerBound
        // What stands before a comma holds something else: "if you have less to commit, the INTC 31 put needs $3,100".
        let low = (max(0, start - 6)...start).last { tokens[$0].isParted } ?? max(0, start - 6)
        let before = tokens[low..<start].reversed().prefix { $0.figure == nil || !$0.isParted }.map(
            \.word
        )
        guard !tokens[part(of: start)].contains(where: { Self.supposing.contains($0.word) }) else { return false }
        // "Your short ..."
        if let own = before.firstIndex(where: { ["your", "my", "our"].contains($0) }), own <= 3,
            before[..<own].contains(where: { ["short", "long", "existing", "current", "own"].contains($0) })
        {
            return true
        }
        guard let verb = before.firstIndex(where: { Self.holding.contains($0) }) else { return false }
        // "You are short five INTC 30 puts", "you already hold ..."
        let subject = tokens[max(0, start - verb - 5)..<max(0, start - verb - 1)].map(\.word)
        let isShort = ["short", "long"].contains(before[verb])
        return subject.contains("you")
            && (!isShort || !Set(subject).isDisjoint(with: ["are", "re", "still", "already", "also", "be"]))
    }

    private static let holding: Set<String> = ["hold", "own", "have", "holding", "held", "short", "long"]
    private static let supposing: Set<String> = [
        "if", "would", "could", "once", "when", "should", "can", "may", "might", "sell", "selling", "roll", "rolling",
        "into",
        "new", "candidate", "candidates", "instead", "write", "writing", "until", "unless", "will",
    ]
}
