import Foundation

/// What a sentence writes as an equation: "5.26 / 56 = $0.094".
extension Verification {
    /// The status of a figure that stands for the result of what is written before it, if it is.
    func equated(_ open: Derivation.Open, _ derivation: Derivation) -> GroundingReport.Status? {
        guard let equation = Equation(endingAt: open.claim.figure, in: open.claim.bytes, open.claim.sentence),
            equation.operands.allSatisfy({ value in
                derivation.operands.contains { operand in
                    !operand.isImplied
                        && abs(operand.written.magnitude - value.magnitude) <= 1e-9 * max(1, value.magnitude)
                }
            }), equation.isRight(open.quantity)
        else { return nil }
        let ids = derivation.operands.filter { !$0.isImplied }.flatMap(\.ids)
        return .computed("the equation written", from: ids)
    }

    /// Strikes the results of equations that are wrong.
    mutating func checkEquations(_ derivation: Derivation) {
        for (claim, quantity, entry) in derivation.results where entries[entry].reason == nil {
            guard let equation = Equation(endingAt: claim.figure, in: claim.bytes, claim.sentence) else { continue }
            if !equation.isRight(quantity) { set(.struck(.unknownValue), entry: entry) }
        }
    }
}

/// Numbers with signs of arithmetic between them, before an equals sign.
private struct Equation {
    var operands: [Double] = []
    private var operators: [UInt8] = []

    /// The equation whose right side is a figure; nil where what stands before the sign is anything but plain numbers.
    init?(endingAt figure: Figure, in bytes: [UInt8], _ sentence: Range<Int>) {
        var end = figure.range.lowerBound
        while end > sentence.lowerBound, bytes[end - 1] == 32 { end -= 1 }
        guard end > sentence.lowerBound, bytes[end - 1] == UInt8(ascii: "=") else { return nil }
        let text = String(decoding: bytes[sentence.lowerBound..<end - 1], as: UTF8.self)
            .replacing("\u{2212}", with: "-").replacing("\u{2013}", with: "-").replacing("\u{D7}", with: "x")
            .replacing("\u{F7}", with: "/").replacing("*", with: "x").replacing("`", with: "")
        // From the end backwards: a number, then an operator between spaces, and so on.
        let pieces = text.split(separator: " ").map(String.init)
        var expectsNumber = true
        for piece in pieces.reversed() {
            if expectsNumber {
                guard let value = Self.number(piece) else { return nil }
                operands.insert(value, at: 0)
            } else {
                guard piece.utf8.count == 1, let sign = piece.utf8.first, "+-x/".utf8.contains(sign) else { break }
                operators.insert(sign, at: 0)
            }
            expectsNumber.toggle()
        }
        guard !expectsNumber, operands.count >= 2, operators.count == operands.count - 1 else { return nil }
    }

    private static func number(_ piece: String) -> Double? {
        let plain = piece.filter { $0 != "$" && $0 != "," }
        guard plain.first.map({ $0.isNumber || $0 == "-" || $0 == "." }) ?? false else { return nil }
        if plain.hasSuffix("%") { return Double(plain.dropLast()).map { $0 / 100 } }
        return Double(plain)
    }

    /// Whether the result is written as it is, products before sums.
    func isRight(_ written: Figure.Quantity) -> Bool {
        var terms = [operands[0]]
        for (sign, value) in zip(operators, operands.dropFirst()) {
            switch sign {
            case UInt8(ascii: "x"): terms[terms.count - 1] *= value
            case UInt8(ascii: "/"): terms[terms.count - 1] /= value
            case UInt8(ascii: "-"): terms.append(-value)
            default: terms.append(value)
            }
        }
        let result = terms.reduce(0, +)
        let wanted = written.magnitude.approximation
        return abs(result.magnitude - wanted) <= written.slack.approximation + max(wanted, 1) * 1e-9
            && (written.sign != .minus || result < 0)
    }
}
