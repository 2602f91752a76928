import Foundation

/// A number as it is written, before its unit is known.
struct WrittenNumber {
    /// Where it begins, with sign and currency, and where its digits end.
    var start, end: Int
    var sign = Figure.Quantity.Sign.none
    var isDollars = false
    /// Why it cannot be read, if it cannot.
    var trouble: String?
    /// The digits without point and separators.
    var digits: UInt64 = 0
    /// The power of ten of the last digit written.
    var exponent = 0
    /// The power of ten its suffix or unit multiplies with.
    var scale = 0
    /// What a unit multiplies with besides: 7 for weeks.
    var factor: UInt64 = 1
    var measure = Figure.Quantity.Measure.bare
    var noun: String?
    /// Whether a suffix such as `k` was written.
    var hasSuffix = false

    init(start: Int, end: Int, digits: UInt64 = 0) {
        self.start = start
        self.end = end
        self.digits = digits
    }

    var quantity: Figure.Quantity {
        let power = exponent + scale
        // Times 7 for weeks; a multiplication of decimals is slow.
        return Figure.Quantity(
            magnitude: Decimal(sign: .plus, exponent: power, significand: Decimal(digits * factor)),
            slack: Decimal(sign: .plus, exponent: power - 1, significand: Decimal(5 * factor)),
            measure: measure,
            sign: sign,
            noun: noun
        )
    }
}

extension FigureScan {
    static func isSignScalar(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "-" || scalar == "+" || isMinus(scalar) || scalar == "\u{FF0B}"
    }

    /// Dashes that stand for a minus directly before a number: minus sign, hyphens, figure and en dash, fullwidth.
    private static func isMinus(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "-", "\u{2212}", "\u{2010}", "\u{2011}", "\u{2012}", "\u{2013}", "\u{FE63}", "\u{FF0D}", "\u{207B}": true
        default: false
        }
    }

    private static let dashes: Set<Unicode.Scalar> = ["-", "\u{2013}", "\u{2011}", "\u{2012}", "\u{2014}", "\u{2212}"]

    /// Reads a number with sign, currency and unit, or a range of two; leaves `index` alone where there is none.
    mutating func readNumber(at start: Int) {
        guard var first = writtenNumber(at: start, allowsSign: true) else {
            if VisibleText.isForeignCurrency(text[start]) || Self.isSignScalar(text[start]) { index = start + 1 }
            return
        }
        // "#2 AMD 150P" counts no contracts.
        if text[start - 1] == "#", first.exponent == 0, !isTokenScalar(text[first.end]) { return finish(first) }
        attachSuffix(&first)
        if first.trouble == nil, let next = rangeStart(after: first),
            var second = writtenNumber(at: next, allowsSign: false)
        {
            attachSuffix(&second)
            if second.trouble == nil {
                if first.isDollars { second.isDollars = true }
                readUnit(&second)
                share(second, with: &first)
                finish(first)
                finish(second)
                return
            }
        }
        if first.trouble == nil {
            readUnit(&first)
            if first.sign != .none, first.measure == .bare, first.digits < 1_000, isCountOfLots(first, first.end) {
                first.measure = .contracts
                first.noun = "contract"
            }
            if first.measure == .bare, first.exponent == 0, let noun = noun(ofPart: first.end) {
                let counted = Self.nouns[noun]?.measure
                first.measure = counted == .contracts || counted == .shares ? counted ?? .count : .count
                first.noun = noun
            }
        }
        finish(first)
    }

    // MARK: - Digits

    /// The digits at a position with what stands before them.
    private func writtenNumber(at start: Int, allowsSign: Bool) -> WrittenNumber? {
        var position = start
        var number = WrittenNumber(start: start, end: start)
        func readSign() {
            let scalar = text[position]
            guard allowsSign, number.sign == .none, Self.isSignScalar(scalar) else { return }
            if position == start, position > 0,
                isTokenScalar(text[position - 1]) || [")", "%"].contains(text[position - 1])
            {
                return
            }
            number.sign = scalar == "+" || scalar == "\u{FF0B}" ? .plus : .minus
            position += 1
        }
        readSign()
        if text.ahead(position, 3) == "USD" {
            number.isDollars = true
            position += text[position + 3] == " " ? 4 : 3
        } else if text[position] == "U", text[position + 1] == "S", text[position + 2] == "$" {
            position += 2
        }
        if text[position] == "$" {
            number.isDollars = true
            let before = lettersStart(before: position)
            if before < position, text.visible(before..<position) != "US" { number.trouble = "another currency" }
            position += 1
            readSign()
            if text[position] == " ", VisibleText.isDigit(text[position + 1]) { position += 1 }
        } else if VisibleText.isForeignCurrency(text[position]) {
            number.trouble = "another currency"
            position += 1
            readSign()
            if text[position] == " ", VisibleText.isDigit(text[position + 1]) { position += 1 }
        }
        guard VisibleText.isDigit(text[position]) || (text[position] == "." && VisibleText.isDigit(text[position + 1])),
            text[position] != "." || position == 0 || !isTokenScalar(text[position - 1])
        else { return nil }
        if position > start, !VisibleText.isDigit(text[start]), text[start] == ".", start > 0,
            isTokenScalar(text[start - 1])
        {
            return nil
        }
        readDigits(&number, at: position)
        return number
    }

    private func lettersStart(before position: Int) -> Int {
        var start = position
        while start > 0, VisibleText.isLetter(text[start - 1]) { start -= 1 }
        return start
    }

    private func readDigits(_ number: inout WrittenNumber, at start: Int) {
        var position = start
        var significant = 0
        func take(_ scalar: Unicode.Scalar) {
            if significant > 0 || scalar != "0" { significant += 1 }
            if significant <= 18 { number.digits = number.digits * 10 + UInt64(scalar.value - 48) }
        }
        let leading = digitsEnd(position) - position
        if leading > 1, text[position] == "0" { number.trouble = number.trouble ?? "a leading zero" }
        for _ in 0..<leading {
            take(text[position])
            position += 1
        }
        // Groups of three after a comma, an apostrophe or a space that does not break.
        if leading >= 1, leading <= 3 {
            while Self.isSeparator(text[position]), digitsEnd(position + 1) == position + 4 {
                for offset in 1...3 { take(text[position + offset]) }
                position += 4
            }
        }
        if Self.isSeparator(text[position]), text[position] != " ", VisibleText.isDigit(text[position + 1]) {
            number.trouble = number.trouble ?? "misplaced separators"
        }
        if text[position] == ".", VisibleText.isDigit(text[position + 1]) {
            position += 1
            while VisibleText.isDigit(text[position]) {
                take(text[position])
                number.exponent -= 1
                position += 1
            }
        }
        if (text[position] == "." || text[position] == ","), VisibleText.isDigit(text[position + 1]) {
            number.trouble = number.trouble ?? "misplaced separators"
        }
        if significant > 18 { number.trouble = number.trouble ?? "too many digits" }
        if number.trouble == "misplaced separators" || number.trouble == "too many digits" {
            while VisibleText.isDigit(text[position])
                || ([".", ",", "'", "\u{2019}"].contains(text[position]) && VisibleText.isDigit(text[position + 1]))
            { position += 1 }
        }
        position = readExponent(&number, at: position)
        number.end = position
    }

    /// Scientific notation: `e5`, `E-3`.
    private func readExponent(_ number: inout WrittenNumber, at position: Int) -> Int {
        guard text[position] == "e" || text[position] == "E" else { return position }
        var end = position + 1
        let isNegative = text[end] == "-"
        if isNegative || text[end] == "+" { end += 1 }
        let first = end
        end = digitsEnd(first)
        guard end > first, !VisibleText.isLetter(text[end]) else { return position }
        if end - first > 2 { number.trouble = number.trouble ?? "too many digits" }
        let exponent = end - first > 2 ? 0 : Int(text.visible(first..<end)) ?? 0
        number.exponent += isNegative ? -exponent : exponent
        if abs(number.exponent) > 60 { number.trouble = number.trouble ?? "too many digits" }
        return end
    }

    private static func isSeparator(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case ",", "'", "\u{2019}", "\u{A0}", "\u{202F}", "\u{2009}", "\u{2007}": true
        default: false
        }
    }

    // MARK: - Ranges

    /// Where the second number of `20-45`, `20 to 45` or `between 20 and 45` begins.
    private func rangeStart(after number: WrittenNumber) -> Int? {
        var position = number.end
        func isNumberStart(_ position: Int) -> Bool {
            VisibleText.isDigit(text[position])
                || (text[position] == "$" || text[position] == ".") && VisibleText.isDigit(text[position + 1])
        }
        if Self.dashes.contains(text[position]) {
            return isNumberStart(position + 1) ? position + 1 : nil
        }
        guard text[position] == " " else { return nil }
        position += 1
        if Self.dashes.contains(text[position]), text[position + 1] == " ", isNumberStart(position + 2) {
            return position + 2
        }
        let word = text.lowercased(position..<lettersEnd(position))
        guard word == "to" || (word == "and" && isBetween(number.start)) else { return nil }
        position += word.count
        return text[position] == " " && isNumberStart(position + 1) ? position + 1 : nil
    }

    private func isBetween(_ start: Int) -> Bool {
        start >= 8 && text.lowercased(start - 8..<start) == "between "
    }

    /// The first number of a range takes the unit, and where it has none the suffix, of the second.
    private func share(_ second: WrittenNumber, with first: inout WrittenNumber) {
        if first.measure == .bare {
            first.measure = second.measure
            first.noun = second.noun
            first.factor = second.factor
            if !first.hasSuffix { first.scale = second.scale }
        } else if first.measure == .dollars, second.measure == .dollars, !first.hasSuffix, second.hasSuffix {
            first.scale = second.scale
        }
        if first.isDollars, first.measure == .bare { first.measure = .dollars }
    }

    // MARK: - The end

    /// Notes a number as a figure, with all its readings.
    private mutating func finish(_ number: WrittenNumber) {
        var number = number
        if let trouble = number.trouble { return note(.unreadable(trouble), number.start..<number.end) }
        if number.isDollars, number.measure == .bare { number.measure = .dollars }
        if number.sign == .none {
            if text[number.start - 1] == "(", text[number.end] == ")" {
                number.sign = .bracketed
            } else if let word = precedingWord(number.start),
                word == "negative" || (word == "minus" && !isOperator(before: number.start))
            {
                number.sign = .minus
            }
        }
        var readings: [Figure.Reading] = [.quantity(number.quantity)]
        if let contract = contract(with: number) {
            let isOnlyContract = contract.isCertain
            number.end = contract.end
            readings = (isOnlyContract ? [] : readings) + [.contract(contract.claim)]
        } else if number.measure == .ordinal, number.digits >= 1, number.digits <= 31 {
            readings.append(.date(Figure.DateClaim(day: Int(number.digits))))
        } else if number.measure == .bare, number.exponent == 0, number.scale == 0, !number.isDollars,
            (1_900...2_099).contains(number.digits), number.end - number.start == 4
        {
            readings.append(.date(Figure.DateClaim(year: Int(number.digits))))
        }
        // "Width $10, 2x, 30 DTE" may count contracts too.
        if number.measure == .multiple, number.exponent == 0, number.digits < 100, text[number.end - 1] == "x",
            text[number.end] != " "
        {
            var count = number.quantity
            count.measure = .contracts
            readings.append(.quantity(count))
        }
        note(.value(readings), number.start..<number.end)
    }

    /// Whether the "minus" before a number stands after another: "$265,000 minus $122,585.86".
    private func isOperator(before start: Int) -> Bool {
        guard let last = figures.last, last.figure.kind != .name else { return false }
        return last.span.upperBound == start - " minus ".count
    }

    /// The word that ends directly before a position, in lower case.
    func precedingWord(_ position: Int) -> String? {
        guard text[position - 1] == " ", position > 1 else { return nil }
        let start = lettersStart(before: position - 1)
        return start < position - 1 ? text.lowercased(start..<position - 1) : nil
    }
}
