import Foundation
import Markets

/// Claims about what facts give in words: gates that were passed, zones that were tested, targets that were reached.
extension Verification {
    /// "The AMD put failed one of its gates", "the supply zone has been tested", "the profit target is not reached".
    func statedInText(at position: Int, _ reading: SentenceReading, _ carried: Binding) -> Verdict? {
        gates(at: position, reading, carried) ?? tested(at: position, reading, carried)
            ?? target(at: position, reading, carried)
    }

    /// "Failed one of its gates" where all were passed.
    private func gates(at position: Int, _ reading: SentenceReading, _ carried: Binding) -> Verdict? {
        let tokens = reading.tokens
        guard ["failed", "fails", "failing", "missed", "misses"].contains(tokens[position].word),
            reading.part(of: position, hasAnyOf: ["gate", "gates"]),
            let isDenied = isDenied(at: position, reading)
        else { return nil }
        let passing = index.groupsByText["all passed"] ?? []
        let targets = reading.binding(at: position, inherited: carried).targets
        guard targets.count == 1, let target = targets.first, !target.isUnknown, !passing.isEmpty else { return nil }
        let own = passing.filter { target.admits(index.subjects.groups[$0]) }
        guard !own.isEmpty else { return nil }
        return Verdict(
            isRight: isDenied,
            ids: own.prefix(8).compactMap(index.firstSource),
            tokens: position..<position + 1
        )
    }

    /// "The supply zone has already been tested" where its state is another.
    private func tested(at position: Int, _ reading: SentenceReading, _ carried: Binding) -> Verdict? {
        let tokens = reading.tokens
        let isTested: Bool
        switch tokens[position].word {
        case "tested": isTested = true
        case "untested", "fresh": isTested = false
        default: return nil
        }
        // "Tested three times" counts, and is decided by the count.
        let isCounted = tokens[(position + 1)...].prefix(2).contains { $0.figure != nil }
        guard !isCounted, let isDenied = isDenied(at: position, reading),
            !reading.tokens.contains(where: {
                ["if", "until", "once", "when", "would", "could", "least", "most", "only", "two", "three"].contains(
                    $0.word
                )
            })
        else { return nil }
        let targets = reading.binding(at: position, inherited: carried).targets
        // "NVDA's supply zone" is the zone's alone.
        let named = targets.contains { $0.owner != nil } ? targets.filter { $0.owner != nil } : targets
        guard !named.isEmpty, !named.contains(where: \.isUnknown) else { return nil }
        let (testedZones, freshZones) = (index.groupsByText["tested"] ?? [], index.groupsByText["fresh"] ?? [])
        var zones: [Int] = []
        var states: [Bool] = []
        for target in named {
            let own = testedZones.union(freshZones).filter { group in
                target.tickers.contains { index.subjects.groups[group].tickers.contains($0) }
            }
            let isEach = own.map { testedZones.contains($0) }
            guard let first = isEach.first, isEach.allSatisfy({ $0 == first }) else { return nil }
            zones += own
            states.append(first)
        }
        return Verdict(
            isRight: states.allSatisfy { ($0 == isTested) != isDenied },
            ids: zones.sorted().prefix(8).compactMap(index.firstSource),
            tokens: position..<position + 1
        )
    }

    /// "The profit target is not reached": whether the part of the maximum profit that is earned comes to the target.
    private func target(at position: Int, _ reading: SentenceReading, _ carried: Binding) -> Verdict? {
        let tokens = reading.tokens
        guard ["reached", "hit", "met", "passed"].contains(tokens[position].word),
            reading.part(of: position, hasAnyOf: ["target"]),
            !reading.part(of: position, hasAnyOf: ["earnings", "price"]),
            !reading.part(
                of: position,
                hasAnyOf: ["if", "once", "when", "until", "would", "could", "after", "before"]
            ),
            let isDenied = isDenied(at: position, reading)
        else { return nil }
        let targets = reading.binding(at: position, inherited: carried).targets
        guard targets.count == 1, let target = targets.first, !target.isUnknown else { return nil }
        let earned = values("percent of maximum profit", index.subjects.groups(of: target))
        let goal = values("profit target", [0]).first
        guard let first = earned.first, earned.allSatisfy({ $0.value == first.value }) else { return nil }
        let said = index.source(ofText: "the profit target is reached")
        guard goal != nil || said != nil else { return nil }
        let isReached = goal.map { first.value >= $0.value } ?? true
        return Verdict(
            isRight: isReached != isDenied,
            ids: [first.id] + [goal?.id, said].compactMap { $0 },
            tokens: position..<position + 1
        )
    }

    private static let coming: Set<String> = [
        "booked", "came", "paid", "earned", "received", "collected", "credited", "arrived", "had", "brought",
    ]
}
