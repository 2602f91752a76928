import Foundation

/// What a sentence writes as an equation: "5.26 / 56 = $0.094".
extension Verification {
    /// The status of a figure that stands for the result of what is written before it, if it is.
    func equated(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        guard let equation = Equation(endingAt: open.claim.figure, in: open.claim.bytes, open.claim.sentence),
            equation.operands.allSatisfy({ value in
                isDivisor(value, derivation)
                    || derivation.operands.contains { operand in
                        // Percentages may leave their sign to the result: "41.8 + 18.5 = 60.3 %".
                        let scales: [Double] = operand.measure == .fraction ? [1, 100] : [1]
                        return !operand.isImplied
                            && scales.contains {
                                abs(operand.written.magnitude * $0 - value.magnitude) <= 1e-9 * max(1, value.magnitude)
                            }
                    }
            }), equation.isRight(open.quantity)
        else { return nil }
        let ids = derivation.operands.filter { !$0.isImplied }.flatMap(\.ids)
        return .computed("the equation written", from: ids)
    }

    /// Whether a number only says how many are averaged: "(181.29 + 181.31) / 2".
    private func isDivisor(_ value: Double, _ derivation: Derivation) -> Bool {
        value == 2 && !words(derivation).isDisjoint(with: Self.averages)
    }

    /// The two that a sum is divided by where its middle is meant: "NVDA mid: (181.29 + 181.31) / 2".
    func divisor(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        let bytes = open.claim.bytes
        let start = open.claim.figure.range.lowerBound
        guard open.quantity.sign == .none, open.quantity.magnitude == 2, start >= 4,
            Array(bytes[(start - 4)..<start]) == Array(") / ".utf8) || bytes[(start - 2)..<start] == [41, 47],
            !words(derivation).isDisjoint(with: Self.averages)
        else { return nil }
        return .computed("how many are averaged", from: [])
    }

    private static let averages: Set<String> = ["mid", "midpoint", "middle", "average", "mean", "half"]

    /// A number of an equation whose result and other numbers a cited passage says, where it says this one in words: "30 + 1 + 30 = 61".
    func summandInWords(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        guard !open.claim.citedNearby.isEmpty, open.quantity.sign == .none,
            let result = derivation.results.first(where: { $0.claim.position > open.claim.position + 1 }),
            case .quoted(let id) = entries[result.entry].status,
            let equation = Equation(endingAt: result.claim.figure, in: result.claim.bytes, result.claim.sentence),
            equation.operands.count > 2, equation.isRight(result.quantity),
            equation.operands.contains(open.quantity.magnitude.approximation)
        else { return nil }
        let others = derivation.operands.filter { $0.position < result.claim.position && !$0.isImplied }
        guard others.count == equation.operands.count - 1, others.allSatisfy({ $0.ids.contains(id) }) else {
            return nil
        }
        return .computed("the equation of the passage", from: [id])
    }

    /// Strikes the results of equations that are wrong.
    mutating func checkEquations(_ derivation: Derivation) {
        for (claim, quantity, entry) in derivation.results where entries[entry].reason == nil {
            guard let equation = Equation(endingAt: claim.figure, in: claim.bytes, claim.sentence) else { continue }
            if !equation.isRight(quantity) { set(.struck(.unknownValue), entry: entry) }
        }
    }
}
