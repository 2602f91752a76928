import Foundation

/// Numbers spelled out.
///
/// Up to twelve they are figures only where they count something (`two contracts`, `five percent`); from thirteen
/// on, and with hundred, thousand or dozen, always. Parts are figures before "of": `a third of`, `half of`.
extension FigureScan {
    /// Reads number words at a position; false where there are none that count.
    mutating func readNumberWords(at start: Int) -> Bool {
        if readChance(at: start) { return true }
        if let part = part(at: start) {
            note(.value([.quantity(part.quantity)]), start..<part.end)
            return true
        }
        if let multiple = multiple(at: start) {
            note(.value([.quantity(multiple.quantity)]), start..<multiple.end)
            return true
        }
        guard var words = numberWords(at: start) else { return false }
        var number = WrittenNumber(start: start, end: words.end)
        number.digits = words.digits
        number.exponent = words.exponent
        // "Two and a half percent"
        if words.exponent == 0, text.lowercased(words.end..<min(text.count, words.end + 11)) == " and a half",
            !VisibleText.isLetter(text[words.end + 11])
        {
            number.digits = words.digits * 10 + 5
            number.exponent = -1
            number.end = words.end + 11
        }
        readUnit(&number)
        if number.trouble == nil, number.measure == .bare, let unit = hyphenated(after: number.end) {
            number.measure = unit
        }
        if number.measure == .bare, words.exponent == 0, words.digits > 1, let noun = noun(ofPart: number.end) {
            number.measure = Self.nouns[noun]?.measure == .contracts ? .contracts : .count
            number.noun = noun
        }
        if number.measure == .bare, words.exponent == 0, words.digits > 1, let noun = nounOfWhole(before: start) {
            number.measure = .count
            number.noun = noun
        }
        if number.measure == .bare, words.exponent == 0, words.digits > 1, let noun = anyNoun(after: number.end) {
            number.measure = .count
            number.noun = noun
        }
        // "One or two times the credit"
        let isAlternative =
            number.measure == .bare && words.exponent == 0 && unit(ofAlternativeTo: number.end) == .multiple
        if isAlternative { number.measure = .multiple }
        // "Effective positions: roughly five"
        let isHedged =
            words.digits > 1 && text[number.end] != " "
            && precedingWord(start).map { ["about", "roughly", "around", "nearly", "almost"].contains($0) } ?? false
        guard number.measure != .bare || words.isLarge || isHedged else { return false }
        // "one day" and "two sides" are idioms; one of a thing is said of contracts only.
        let isSole = precedingWord(start).map { ["only", "just", "exactly"].contains($0) } ?? false
        if words.digits == 1, words.exponent == 0, !words.isLarge, !(isSole && number.noun == "month"), !isAlternative,
            ![.contracts, .shares, .fraction].contains(number.measure)
        {
            return false
        }
        words.end = number.end
        if let word = precedingWord(start), word == "minus" || word == "negative" { number.sign = .minus }
        note(.value([.quantity(number.quantity)]), start..<words.end)
        return true
    }

    /// The unit of the number word that another leaves its unit to: "one or two times".
    private func unit(ofAlternativeTo end: Int) -> Figure.Quantity.Measure? {
        guard let joint = [" or ", " to "].first(where: { text.ahead(end, 4) == $0 }),
            let words = numberWords(at: end + joint.count)
        else { return nil }
        var other = WrittenNumber(start: end + joint.count, end: words.end, digits: words.digits)
        readUnit(&other)
        return other.measure
    }

    /// Reads `one in five`, `3 in a hundred`: so many of so many, which is a part.
    mutating func readChance(at start: Int) -> Bool {
        guard let part = plainNumber(at: start), part.value > 0, text.ahead(part.end, 4) == " in ",
            let whole = plainNumber(at: part.end + 4), whole.value > part.value, whole.value > 1, whole.value <= 1_000,
            !VisibleText.isDigit(text[whole.end]), !["%", "-", "/", "$", "k", "K"].contains(text[whole.end]),
            !(text[whole.end] == "." && VisibleText.isDigit(text[whole.end + 1]))
        else { return false }
        let next = text[whole.end] == " " ? text.lowercased(whole.end + 1..<lettersEnd(whole.end + 1)) : ""
        guard Self.nouns[next] == nil, Self.values[next] == nil, next != "percent", next != "cents",
            !Self.adjectives.contains(next), next != "of"
        else { return false }
        let value = Decimal(part.value) / Decimal(whole.value)
        let quantity = Figure.Quantity(magnitude: value, slack: value / 10, measure: .fraction)
        note(.value([.quantity(quantity)]), start..<whole.end)
        return true
    }

    /// A whole number in one or two words or a few digits.
    private func plainNumber(at start: Int) -> (value: UInt64, end: Int)? {
        if VisibleText.isDigit(text[start]) {
            let end = digitsEnd(start)
            return end - start <= 4 ? UInt64(text.visible(start..<end)).map { ($0, end) } : nil
        }
        guard let words = numberWords(at: start), words.exponent <= 3 else { return nil }
        let scale = (0..<words.exponent).reduce(UInt64(1)) { product, _ in product * 10 }
        return (words.digits * scale, words.end)
    }

    /// The noun of `of the 19 positions`, `of your short options` after a number: what it counts a part of.
    func noun(ofPart end: Int) -> String? {
        let end = pastMarks(end)
        guard text.ahead(end, 4) == " of " else { return nil }
        var position = end + 4
        for step in 0..<6 {
            let wordEnd = alphanumericEnd(position)
            guard wordEnd > position else { return nil }
            let word = text.lowercased(position..<wordEnd)
            if let noun = Self.nouns[word] { return step > 0 ? noun.singular : nil }
            let isKnown =
                step == 0
                ? Self.values[word] != nil || VisibleText.isDigit(text[position])
                    || ["the", "your", "my", "our", "these", "those", "its", "all"].contains(word)
                : Self.adjectives.contains(word) || Self.values[word] != nil || VisibleText.isDigit(text[position])
                    || !WordLists.partings.contains(word) && !WordLists.copulas.contains(word) && step < 4
                    || (position..<wordEnd).allSatisfy { VisibleText.isCapital(text[$0]) }
            guard isKnown, text[wordEnd] == " " || text[wordEnd] == "-" else { return nil }
            position = wordEnd + 1
        }
        return nil
    }

    /// The noun of what a number is said to be of at the start of its sentence: "of the nine short options, two carry ...".
    private func nounOfWhole(before start: Int) -> String? {
        var first = start
        while first > 0, ![".", "\n", ";", "!", "?"].contains(text[first - 1]) { first -= 1 }
        while first < start, !VisibleText.isLetter(text[first]) { first += 1 }
        let words = text.lowercased(first..<start).split(separator: " ").map(String.init)
        guard words.first == "of", words.count >= 4, let comma = words.firstIndex(where: { $0.hasSuffix(",") }),
            words[(comma + 1)...].allSatisfy({ ["only", "just", "exactly", "about", "all"].contains($0) }),
            words[1...comma].contains(where: { Self.values[$0] != nil || Int($0) != nil })
        else { return nil }
        return words[2...comma].lazy.compactMap { word in
            Self.nouns[word.filter(\.isLetter)].flatMap { $0.measure == .span ? nil : $0.singular }
        }.first
    }

    /// Any plural after a number word: `three votes`. Whether it is something the evidence counts, the check knows.
    private func anyNoun(after end: Int) -> String? {
        guard text[end] == " " else { return nil }
        let wordEnd = lettersEnd(end + 1)
        let word = text.lowercased(end + 1..<wordEnd)
        guard word.count > 4, word.hasSuffix("s"), !word.hasSuffix("ss") else { return nil }
        return String(word.dropLast())
    }

    /// `twice the`, `double that`, `half as much`, before what they multiply.
    private func multiple(at start: Int) -> (quantity: Figure.Quantity, end: Int)? {
        let end = lettersEnd(start)
        guard let factor = Self.multiples[text.lowercased(start..<end)],
            text[end] == " " || precedingWord(start).map({ Self.repeated.contains($0) }) ?? false
        else { return nil }
        let next = text.lowercased(end + 1..<lettersEnd(end + 1))
        let isOften = precedingWord(start).map { Self.repeated.contains($0) } ?? false
        guard isOften || Self.multiplied.contains(next) || VisibleText.isDigit(text[end + 1]) || text[end + 1] == "$"
        else {
            return nil
        }
        let quantity = Figure.Quantity(
            magnitude: factor,
            slack: factor / 20,
            measure: .multiple
        )
        return (quantity, end)
    }

    private static let multiples: [String: Decimal] = [
        "twice": 2, "double": 2, "doubled": 2, "thrice": 3, "triple": 3, "tripled": 3, "quadruple": 4,
    ]

    /// Words before "twice" where it tells how often.
    static let repeated: Set<String> = [
        "tested", "appears", "appear", "appeared", "touched", "listed", "up", "held", "named", "been",
    ]

    private static let multiplied: Set<String> = [
        "the", "that", "of", "its", "as", "your", "what", "a", "those", "their", "this",
    ]

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
        // "The probability would be roughly two fifths."
        let isLast =
            word != "half" && !VisibleText.isLetter(text[end]) && text[end] != " " && text[end] != "-"
            && precedingWord(start).map { ["about", "roughly", "around", "nearly", "almost"].contains($0) } ?? false
        guard let divisor = Self.parts[word],
            text.ahead(end, 4) == " of " || text.ahead(end, 5) == " the " || text.ahead(end, 5) == " your" || isLast
        else { return nil }
        let quantity = Figure.Quantity(
            magnitude: Decimal(times) / Decimal(divisor),
            slack: Decimal(times) / Decimal(divisor) / 20,
            measure: .fraction
        )
        return (quantity, end)
    }

    /// Words a spelled-out number can begin with.
    static var numberWords: Set<String> {
        Set(values.keys).union(multiples.keys).union(["a", "half", "tomorrow", "yesterday"])
    }

    private static let parts: [String: Int] = [
        "half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fifth": 5, "fifths": 5,
        "tenth": 10,
        "tenths": 10,
    ]

    private static let scales = ["thousand": 3, "million": 6, "billion": 9]

    /// Whether a word in lower case is a number.
    static func isNumber(_ word: String) -> Bool { values[word] != nil }

    /// The number a word in lower case is.
    static func number(_ word: String) -> Int? { values[word].map(Int.init) }

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
