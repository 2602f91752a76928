import Foundation
import Markets

/// What a sentence supposes: "fifty shares would be worth about $9,065", and prices nobody has to name.
extension Verification {
    /// A number of shares or contracts that a sentence only supposes, where what it says follows from it is right.
    func supposed(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let said = words(derivation)
        // Of contracts that nobody holds any number is supposed.
        let contracts = open.claim.binding.targets.flatMap(\.contracts)
        let isFree = !contracts.isEmpty && contracts.allSatisfy { index.quantity(of: $0) == nil }
        // Nor do shares of somebody of whom nothing is known to be held: "100 NVDA shares at the mark: $18,130".
        let isUnheld =
            open.quantity.measure == .shares && !open.claim.binding.targets.isEmpty
            && said.isDisjoint(with: ["you", "your", "my"])
            && values("quantity", groups(about: open)).isEmpty
        guard [.shares, .contracts].contains(open.quantity.measure), open.quantity.magnitude > 0,
            isFree || isUnheld || !said.isDisjoint(with: Self.suppositions),
            said.isDisjoint(with: ["hold", "own", "holding", "holdings", "bought"])
        else { return nil }
        let count = open.quantity.magnitude.approximation * (open.quantity.measure == .contracts ? 100 : 1)
        // "Should you be assigned on one contract only, 100 shares go."
        let other: Figure.Quantity.Measure = open.quantity.measure == .contracts ? .shares : .contracts
        let isMatched = derivation.results.contains {
            $0.quantity.measure == other
                && $0.quantity.magnitude.approximation * (other == .contracts ? 100 : 1) == count
        }
        if isFree, open.quantity.magnitude == 1, said.contains("each") { return .computed("supposed", from: []) }
        if isMatched, !said.isDisjoint(with: ["if", "should", "would", "each", "per"]) {
            return .computed("supposed", from: [])
        }
        let prices =
            derivation.operands.filter { $0.measure == .dollars }.flatMap { $0.values.map(\.magnitude) }
            + corePrices(open).map(\.value)
        for result in derivation.results where result.claim.position != open.claim.position {
            guard [.dollars, .bare].contains(result.quantity.measure) else { continue }
            let written = result.quantity.magnitude.approximation
            let slack = result.quantity.slack.approximation + written * 1e-9
            guard prices.contains(where: { abs($0 * count - written) <= slack }) else { continue }
            return .computed("supposed", from: [])
        }
        return nil
    }

    static let suppositions: Set<String> = [
        "would", "could", "if", "each", "per", "run", "runs", "cost", "costs", "worth", "round", "lot", "means",
        "comes", "take",
        "takes", "say", "should",
    ]

    /// The prices of those a figure is about that a trader takes as known: the market, the strike, what was paid.
    func corePrices(_ open: Derivation.Open) -> [(value: Double, id: String, label: String)] {
        let groups = groups(about: open).filter { $0 != 0 }
        guard groups.count <= 12 else { return [] }
        return Self.coreLabels.flatMap { label in
            values(label, groups).filter { $0.value > 0 }.map { ($0.value, $0.id, label) }
        }
    }

    static let coreLabels = [
        "mark", "last", "last close", "underlying price", "bid", "ask", "strike", "previous close", "average price",
    ]

    /// A number of shares times a price nobody names: "100 shares would run about $18.1k".
    func productOfCore(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let counts = derivation.operands.filter { [.shares, .contracts].contains($0.measure) && !$0.isImplied }
        // "Two INTC 31s = 6,200 set aside"
        let isSeveral = counts.contains { $0.measure == .contracts && $0.values.contains { $0.magnitude > 1 } }
        guard isSeveral || !words(derivation).isDisjoint(with: Self.suppositions.union(Self.settling)) else {
            return nil
        }
        guard !counts.isEmpty, !open.claim.reading.isPer("share", open.claim.position) else { return nil }
        let bound = open.claim.labels.reduce(into: LabelClasses()) { $0.formUnion($1.classes) }
        for price in corePrices(open) where price.label != "previous close" && price.label != "average price" {
            let classes = LabelLexicon.classes(of: TokenizedText.words(price.label)).union(
                price.label == "ask" ? .ask : []
            )
            guard bound.isEmpty || !bound.isDisjoint(with: classes.union(.price)) else { continue }
            for count in counts {
                for number in count.values
                where isWritten(open, price.value * number.magnitude * (count.measure == .contracts ? 100 : 1)) {
                    return .computed("\(price.label) x \(count.text)", from: [price.id] + count.ids)
                }
            }
        }
        return nil
    }

    /// How far a price the sentence states lies from one it takes as known: "the stock has shed $2.75 from $184.05".
    func fromCore(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let digits = open.claim.figure.text.filter(\.isNumber).drop { $0 == "0" }
        guard open.quantity.slack.approximation <= 0.005, digits.count >= 2, !open.isOther else { return nil }
        let stated = derivation.operands.filter { $0.measure == .dollars || $0.measure == .bare }
            .filter { !$0.isImplied && !$0.isComputed && $0.text.contains(".") || $0.text.contains("$") }
        let core = corePrices(open)
        guard !stated.isEmpty, !core.isEmpty else { return nil }
        let said = words(derivation)
        let (falls, rises) = (!said.isDisjoint(with: Self.falling), !said.isDisjoint(with: Self.rising))
        guard said.isDisjoint(with: ["together", "combined", "total", "sum", "plus"]) else { return nil }
        for left in stated {
            for value in left.values {
                for price in core where digits.count >= 3 || Self.plainPairs.contains(price.label) {
                    let distance = value.magnitude - price.value
                    guard distance != 0, isWritten(open, distance) else { continue }
                    // A sign says a change: from what was before to what is.
                    let isBefore = left.ids.contains { id in
                        index.label(of: id).map { ["previous close", "average price"].contains($0) } ?? false
                    }
                    switch open.quantity.sign {
                    case .minus, .plus:
                        guard ((isBefore ? -distance : distance) > 0) == (open.quantity.sign == .plus) else { continue }
                    case .none, .bracketed: break
                    }
                    // Of a change since the session before the words must say the way.
                    if ["previous close", "average price"].contains(price.label), falls != rises,
                        (distance < 0) != falls
                    {
                        // "It would need to climb $2.75 to be back at $184.05"
                        guard !said.isDisjoint(with: ["need", "needs", "would", "back", "recover"]) else { continue }
                    }
                    return .computed("\(left.text) - \(price.label)", from: left.ids + [price.id])
                }
            }
        }
        return nil
    }

    private static let plainPairs: Set<String> = ["strike", "underlying price", "mark"]

    static let falling: Set<String> = [
        "down", "fell", "fall", "falls", "lost", "lose", "lower", "below", "under", "dropped", "drop", "drops",
        "slipped",
        "slips", "slip", "slides", "eases", "eased", "dips", "dipped", "sinks", "sank", "declined", "shed", "off",
        "decline", "slid", "gave", "cheaper", "slump", "tumbled",
    ]
    static let rising: Set<String> = [
        "up", "rose", "rise", "rises", "gained", "gain", "higher", "above", "over", "climb", "climbed", "climbs",
        "added",
        "jumps", "rallies", "gains", "edges", "advances", "dearer", "advance", "advanced", "jumped",
    ]
}
