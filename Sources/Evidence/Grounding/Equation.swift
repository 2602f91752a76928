/// Numbers with signs of arithmetic between them, before an equals sign: "5.26 / 56 =", "prem (903.08) + div 632.60 =".
struct Equation {
    /// The numbers, in order.
    private(set) var operands: [Double] = []
    private var parts: [Part] = []

    private enum Part: Equatable {
        case number(Double)
        case sign(Character)
        case open, close
    }

    /// The equation whose right side is a figure; nil where no two numbers with a sign between them stand before its sign.
    ///
    /// It is read from its end. Words beside a number say what it is; a number without a sign before the next, a comma or a
    /// colon ends it.
    init?(endingAt figure: Figure, in bytes: [UInt8], _ sentence: Range<Int>) {
        var end = figure.range.lowerBound
        while end > sentence.lowerBound, bytes[end - 1] == 32 { end -= 1 }
        guard end > sentence.lowerBound, bytes[end - 1] == UInt8(ascii: "=") else { return nil }
        let text = String(decoding: bytes[sentence.lowerBound..<end - 1], as: UTF8.self)
            .replacing("\u{2212}", with: "-").replacing("\u{2013}", with: "-").replacing("\u{D7}", with: "x")
            .replacing("\u{F7}", with: "/").replacing("*", with: "x").replacing("`", with: "")
            .replacing(" %", with: "%")
        var expectsNumber = true
        var isNamed = false
        reading: for piece in text.split(separator: " ").map(String.init).reversed() {
            if let sign = Self.sign(piece) {
                // "BTC 1.59 / STO 6.85" divides nothing.
                guard !expectsNumber, sign != "/" || !isNamed else { break }
                parts.append(.sign(sign))
                expectsNumber = true
                isNamed = false
            } else if let terms = Self.terms(piece) {
                guard expectsNumber else { break }
                if piece.hasSuffix(",") { break }
                take(terms)
                expectsNumber = false
                isNamed = false
            } else {
                // "(Jul)", "div", "150P" say whose the number beside them is.
                guard piece != "=", let last = piece.last, !",;:".contains(last), Self.isWord(piece) else {
                    break reading
                }
                isNamed = true
            }
        }
        while case .sign? = parts.last { parts.removeLast() }
        parts.reverse()
        operands.reverse()
        dropLoneBrackets()
        guard operands.count >= 2 else { return nil }
    }

    private mutating func take(_ terms: [Part]) {
        for part in terms.reversed() {
            parts.append(part)
            if case .number(let value) = part { operands.append(value) }
        }
    }

    private static func sign(_ piece: String) -> Character? {
        switch piece.lowercased() {
        case "+", "plus": "+"
        case "-", "minus", "less": "-"
        case "x", "times": "x"
        case "/": "/"
        default: nil
        }
    }

    /// The numbers of a piece with their brackets: `(2.15`, `15/539`, `(903.08)`, which is below zero.
    private static func terms(_ piece: String) -> [Part]? {
        var core = piece[...]
        if core.last == "," { core = core.dropLast() }
        if core.first == "(", core.last == ")", core.count(where: { $0 == "(" }) == 1,
            let value = number(String(core.dropFirst().dropLast()))
        {
            return [.number(-value)]
        }
        let opening = core.prefix { $0 == "(" }.count
        core = core.dropFirst(opening)
        let closing = core.reversed().prefix { $0 == ")" }.count
        core = core.dropLast(closing)
        let values = core.split(separator: "/", omittingEmptySubsequences: false).map { number(String($0)) }
        guard values.count <= 2, let first = values.first ?? nil else { return nil }
        var parts = Array(repeating: Part.open, count: opening) + [.number(first)]
        if values.count == 2 {
            guard let second = values[1] else { return nil }
            parts += [.sign("/"), .number(second)]
        }
        return parts + Array(repeating: .close, count: closing)
    }

    private static func number(_ piece: String) -> Double? {
        let plain = piece.filter { $0 != "$" && $0 != "," }
        guard plain.first.map({ $0.isNumber || $0 == "-" || $0 == "+" || $0 == "." }) ?? false else { return nil }
        if plain.hasSuffix("%") { return Double(plain.dropLast()).map { $0 / 100 } }
        if plain.hasSuffix("k") { return Double(plain.dropLast()).map { $0 * 1_000 } }
        return Double(plain)
    }

    /// Whether a piece is a name: it has letters, and digits only as contracts and quarters have them.
    private static func isWord(_ piece: String) -> Bool {
        guard piece.contains(where: \.isLetter) else { return false }
        guard piece.contains(where: \.isNumber) else { return true }
        let core = piece.filter { $0.isLetter || $0.isNumber || $0 == "." }
        return ["P", "C", "p"].contains(core.last) || core.first == "Q" || core.first == "H"
    }

    /// Leaves brackets that open before the equation, or close what opened before it, out.
    private mutating func dropLoneBrackets() {
        var open: [Int] = []
        var lone: Set<Int> = []
        for (place, part) in parts.enumerated() {
            switch part {
            case .open: open.append(place)
            case .close: if open.popLast() == nil { lone.insert(place) }
            case .number, .sign: break
            }
        }
        lone.formUnion(open)
        parts = parts.indices.filter { !lone.contains($0) }.map { parts[$0] }
    }

    /// Whether the result is written as it is, products before sums.
    func isRight(_ written: Figure.Quantity) -> Bool {
        var position = 0
        guard let result = sum(&position), position == parts.count else { return false }
        let wanted = written.magnitude.approximation
        let slack = written.slack.approximation + max(wanted, 1) * 1e-9
        // "41.8 % - 25 % = 16.8 pts"
        let isPoints = written.measure == .bare && operands.allSatisfy { $0.magnitude <= 1 }
        // "41.8 + 18.5 + 10.5 = 70.8 %"
        let isOfPercent = written.measure == .fraction && operands.allSatisfy { $0.magnitude > 1 } && !hasProducts
        let results = isPoints ? [result, result * 100] : isOfPercent ? [result, result / 100] : [result]
        return results.contains { value in
            abs(value.magnitude - wanted) <= slack
                && (written.sign != .minus && written.sign != .bracketed || value < 0)
        }
    }

    private var hasProducts: Bool { parts.contains(.sign("x")) || parts.contains(.sign("/")) }

    private func sum(_ position: inout Int) -> Double? {
        guard var total = product(&position) else { return nil }
        while position < parts.count, case .sign(let sign) = parts[position], sign == "+" || sign == "-" {
            position += 1
            guard let next = product(&position) else { return nil }
            total += sign == "+" ? next : -next
        }
        return total
    }

    private func product(_ position: inout Int) -> Double? {
        guard var total = term(&position) else { return nil }
        while position < parts.count, case .sign(let sign) = parts[position], sign == "x" || sign == "/" {
            position += 1
            guard let next = term(&position) else { return nil }
            total = sign == "x" ? total * next : total / next
        }
        return total
    }

    private func term(_ position: inout Int) -> Double? {
        guard position < parts.count else { return nil }
        defer { position += 1 }
        switch parts[position] {
        case .number(let value): return value
        case .open:
            position += 1
            guard let inner = sum(&position), position < parts.count, parts[position] == .close else { return nil }
            return inner
        case .close, .sign: return nil
        }
    }
}
