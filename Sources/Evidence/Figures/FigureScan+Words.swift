import Foundation

/// Numbers spelled out.
///
/// Up to twelve they are figures only where they count something (`two contracts`, `five percent`); from thirteen
/// on, and with hundred, thousand or dozen, always. Parts are figures before "of": `a third of`, `half of`.
extension FigureScan {
    /// Reads number words at a position; false where there are none that count.
    mutating func readNumberWords(at start: Int) -> Bool {
        if let part = part(at: start) {
            note(.value([.quantity(part.quantity)]), start..<part.end)
            return true
        }
        guard var words = numberWords(at: start) else { return false }
        var number = WrittenNumber(start: start, end: words.end)
        number.digits = words.digits
        number.exponent = words.exponent
        readUnit(&number)
        if number.trouble == nil, number.measure == .bare, let unit = hyphenated(after: number.end) {
            number.measure = unit
        }
        guard number.measure != .bare || words.isLarge else { return false }
        // "one day" and "two sides" are idioms; one of a thing is said of contracts only.
        if words.digits == 1, words.exponent == 0, !words.isLarge,
            ![.contracts, .shares, .fraction].contains(number.measure)
        {
            return false
        }
        words.end = number.end
        if let word = precedingWord(start), word == "minus" || word == "negative" { number.sign = .minus }
        note(.value([.quantity(number.quantity)]), start..<words.end)
        return true
    }

    private func hyphenated(after end: Int) -> Figure.Quantity.Measure? {
        guard text[end] == "-" else { return nil }
        return Self.nouns[text.lowercased(end + 1..<lettersEnd(end + 1))]?.measure
    }

    private struct NumberWords {
        var digits: UInt64 = 0
        var exponent = 0
        var end: Int
        /// Whether it is a figure wherever it stands.
        var isLarge = false
    }

    /// `two`, `twenty-one`, `a hundred and fifty`, `two thousand`.
    private func numberWords(at start: Int) -> NumberWords? {
        var position = start
        var total: UInt64 = 0
        var group: UInt64 = 0
        var result = NumberWords(end: start)
        var lastScale = 0
        var count = 0
        while count < 12 {
            let end = lettersEnd(position)
            let word = text.lowercased(position..<end)
            if let value = Self.values[word] {
                group += value
                lastScale = 0
            } else if word == "hundred", count > 0 {
                group = max(group, 1) * 100
                lastScale = 0
            } else if word == "dozen", count > 0 {
                group = max(group, 1) * 12
                lastScale = 0
                result.isLarge = true
            } else if let scale = Self.scales[word], count > 0 {
                let factor = (0..<scale).reduce(UInt64(1)) { product, _ in product * 10 }
                total += max(group, 1) * factor
                group = 0
                lastScale = scale
            } else if word == "a", count == 0 {
                let next = text[end] == " " ? lettersEnd(end + 1) : end
                guard next > end,
                    ["hundred", "thousand", "million", "billion", "dozen"].contains(text.lowercased(end + 1..<next))
                else { return nil }
                group = 1
            } else if word == "and", count > 0, text[end] == " ",
                Self.values[text.lowercased(end + 1..<lettersEnd(end + 1))] != nil, lastScale > 0 || group >= 100
            {
                position = end + 1
                count += 1
                continue
            } else {
                break
            }
            result.end = end
            count += 1
            guard text[end] == " " || text[end] == "-" else { break }
            position = end + 1
        }
        guard result.end > start else { return nil }
        let value = total + group
        result.isLarge = result.isLarge || value > 12
        // A value that ends in a thousand or a million is said to that precision, as `2k` is.
        let unit = (0..<lastScale).reduce(UInt64(1)) { product, _ in product * 10 }
        if lastScale > 0, value % unit == 0 {
            result.digits = value / unit
            result.exponent = lastScale
        } else {
            result.digits = value
        }
        return result
    }

    /// `half of`, `a third of`, `two thirds of`.
    private func part(at start: Int) -> (quantity: Figure.Quantity, end: Int)? {
        var end = lettersEnd(start)
        var word = text.lowercased(start..<end)
        var times: UInt64 = 1
        if word != "half" {
            guard word == "a" || Self.values[word].map({ $0 < 10 }) == true, text[end] == " " || text[end] == "-" else {
                return nil
            }
            times = Self.values[word] ?? 1
            let first = end + 1
            end = lettersEnd(first)
            word = text.lowercased(first..<end)
        }
        guard let divisor = Self.parts[word],
            text.ahead(end, 4) == " of " || text.ahead(end, 5) == " the " || text.ahead(end, 5) == " your"
        else { return nil }
        let quantity = Figure.Quantity(
            magnitude: Decimal(times) / Decimal(divisor),
            slack: Decimal(sign: .plus, exponent: -2, significand: 5),
            measure: .fraction
        )
        return (quantity, end)
    }

    /// Words a spelled-out number can begin with.
    static var numberWords: Set<String> { Set(values.keys).union(["a", "half"]) }

    private static let parts: [String: Int] = [
        "half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fifth": 5, "fifths": 5,
        "tenth": 10,
        "tenths": 10,
    ]

    private static let scales = ["thousand": 3, "million": 6, "billion": 9]

    private static let values: [String: UInt64] = {
        let units = [
            "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
            "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
        ]
        let tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
        var values: [String: UInt64] = [:]
        for (value, word) in units.enumerated() { values[word] = UInt64(value) }
        for (index, word) in tens.enumerated() { values[word] = UInt64(index + 2) * 10 }
        return values
    }()
}
