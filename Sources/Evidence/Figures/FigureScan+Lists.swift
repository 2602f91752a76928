import Foundation

/// Numbers of a list that leave their unit to the last: "17, 22 and 32 cents", "25, 31 or 37%", "18/19 positions".
extension FigureScan {
    /// Reads `18/19 positions`, `8/10 months`: so many of so many of what the noun counts.
    ///
    /// Before puts and calls it is a date.
    mutating func readPartOfCount(at start: Int) -> Bool {
        let slash = digitsEnd(start)
        guard slash - start <= 4, text[slash] == "/",
            start == 0 || !(isTokenScalar(text[start - 1]) || ["/", "$", ".", ",", "-"].contains(text[start - 1]))
        else { return false }
        let end = digitsEnd(slash + 1)
        guard (1...4).contains(end - slash - 1), let part = UInt64(text.visible(start..<slash)),
            let whole = UInt64(text.visible(slash + 1..<end)), part <= whole, whole > 0
        else { return false }
        var second = WrittenNumber(start: slash + 1, end: end, digits: whole)
        readUnit(&second)
        guard let noun = second.noun, second.end == end,
            second.measure == .count || second.measure == .span
                || ["contract", "option"].contains(noun) && whole > 31
        else { return false }
        var first = WrittenNumber(start: start, end: slash, digits: part)
        first.measure = second.measure
        first.noun = noun
        note(.value([.quantity(first.quantity)]), start..<slash)
        note(.value([.quantity(second.quantity)]), slash + 1..<end)
        return true
    }

    /// Gives the plain numbers of a list that ends in "and" or "or" the unit of its last, as their first reading.
    mutating func shareUnits() {
        var last = figures.count - 1
        while last > 0 {
            defer { last -= 1 }
            guard let unit = trailingUnit(of: figures[last]) else { continue }
            // "41.8 + 18.5 + 10.5 = 70.8 %"
            let isSum = last > 1 && isJoined(last - 1, last, by: ["="]) && isAdded(last - 2, last - 1)
            guard isSum || isJoined(last - 1, last, by: ["and", "or", "&"]) else { continue }
            var rank = last - 1
            // "Fall 29.30, or 4.3%" is no list: what is more exact has its own unit.
            while rank >= 0, let plain = plainNumber(figures[rank]), plain.slack >= unit.slack {
                var shared = plain
                shared.measure = unit.measure
                shared.magnitude = Self.scaled(plain.magnitude, unit.scale)
                shared.slack = Self.scaled(plain.slack, unit.scale)
                figures[rank].figure.kind = .value([.quantity(shared), .quantity(plain)])
                guard rank > 0, isSum ? isAdded(rank - 1, rank) : isJoined(rank - 1, rank, by: [","]) else { break }
                rank -= 1
            }
        }
    }

    private static func scaled(_ value: Decimal, _ power: Int) -> Decimal {
        value * Decimal(sign: .plus, exponent: power, significand: 1)
    }

    /// The unit that stands behind a number and that plain numbers before it may share: cents and percent.
    private func trailingUnit(of figure: LocatedFigure)
        -> (measure: Figure.Quantity.Measure, scale: Int, slack: Decimal)?
    {
        guard case .value(let readings) = figure.figure.kind, case .quantity(let quantity)? = readings.first else {
            return nil
        }
        let written = figure.figure.text
        switch quantity.measure {
        case .fraction where written.hasSuffix("%") || written.hasSuffix("percent"):
            return (.fraction, -2, Self.scaled(quantity.slack, 2))
        case .dollars where written.hasSuffix("cents") || written.hasSuffix("\u{A2}"):
            return (.dollars, -2, Self.scaled(quantity.slack, 2))
        default: return nil
        }
    }

    private func plainNumber(_ figure: LocatedFigure) -> Figure.Quantity? {
        guard case .value(let readings) = figure.figure.kind, readings.count == 1,
            case .quantity(let quantity)? = readings.first, quantity.measure == .bare, quantity.sign == .none
        else { return nil }
        return quantity
    }

    /// Whether a sign of addition, and at most whose the second is, stands between two figures: "41.8 + QQQ 18.5".
    private func isAdded(_ first: Int, _ second: Int) -> Bool {
        let between = text.visible(figures[first].span.upperBound..<figures[second].span.lowerBound)
        let words = between.split(separator: " ")
        return words.count <= 3 && (words.first == "+" || words.first == "-")
    }

    /// Whether nothing but one of some words or marks stands between two figures that follow each other.
    private func isJoined(_ first: Int, _ second: Int, by joints: Set<String>) -> Bool {
        let between = text.lowercased(figures[first].span.upperBound..<figures[second].span.lowerBound)
        let words = between.replacing(",", with: " , ").split(separator: " ").map(String.init)
        guard let last = words.last, words.count <= 2 else { return false }
        return joints.contains(last) && words.dropLast().allSatisfy { $0 == "," }
    }
}
