import Foundation

/// Finds every figure in a text.
///
/// Nothing that could be read as a number, date or citation is passed over: what has no clear reading is reported
/// as unreadable, which no fact can support. Not figures are: small number words that count nothing (`one of
/// them`), and words without digits.
///
/// Forms read: integers, decimals, thousands separators, signs (`-`, `+`, U+2212, brackets, "minus"), dollars
/// before or after the sign, cents, percent and basis points as sign or word, k/M/B suffixes and their words, `x`
/// multiples, scientific notation, `1/2`, ranges (the unit is shared), ordinals, number words, times, dates
/// (ISO, US slashes, month names, day of the month, year), option contracts (`NVDA 170 put`, `170P`, OCC symbols),
/// list numbers, citation marks. Lines of a table are read like any other text.
public struct FigureScanner: Sendable {
    private let isKnownName: @Sendable (String) -> Bool

    /// A scanner. `isKnownName` says which words with digits in them are names: documents, evidence ids, indices.
    public init(isKnownName: @escaping @Sendable (String) -> Bool = { _ in false }) {
        self.isKnownName = isKnownName
    }

    /// Every figure of a text, in order; ranges do not overlap. Linear in the length of the text.
    public func figures(in text: String) -> [Figure] {
        figures(in: VisibleText(text)).map(\.figure)
    }

    func figures(in text: VisibleText) -> [LocatedFigure] {
        var scan = FigureScan(text: text, isKnownName: isKnownName)
        scan.run()
        return scan.figures
    }
}

/// A figure and the visible characters it covers.
struct LocatedFigure {
    var figure: Figure
    var span: Range<Int>
}

/// One pass over one text. The parts that know the forms are in the extensions.
struct FigureScan {
    let text: VisibleText
    let isKnownName: @Sendable (String) -> Bool
    var figures: [LocatedFigure] = []
    /// Where reading goes on.
    var index = 0

    init(text: VisibleText, isKnownName: @escaping @Sendable (String) -> Bool) {
        self.text = text
        self.isKnownName = isKnownName
    }

    mutating func run() {
        while index < text.count {
            let scalar = text[index]
            let before = index
            if VisibleText.isLetter(scalar) {
                readWord()
            } else if VisibleText.isDigit(scalar) {
                readDigits()
            } else {
                readSign(scalar)
            }
            if index <= before { index = before + 1 }
        }
        shareUnits()
    }

    /// Notes a figure, or that it cannot be trusted because of what surrounds its digits.
    mutating func note(_ kind: Figure.Kind, _ span: Range<Int>) {
        // A figure that grew over digits of another script may have taken this one in.
        guard span.lowerBound >= figures.last?.span.upperBound ?? 0 else { return }
        var span = span
        var kind = kind
        if kind != .name || text.hidesSomething(in: span) {
            // Digits of other scripts and entities that touch a figure change what is seen.
            var end = span.upperBound
            while VisibleText.isForeignNumber(text[end]) || (VisibleText.isDigit(text[end]) && end > span.upperBound) {
                end += 1
            }
            if end > span.upperBound {
                span = span.lowerBound..<end
                kind = .unreadable("digits of another script")
            } else if text.hidesSomething(in: span) {
                kind = .unreadable("invisible characters")
            } else if text.isReordered(before: span.upperBound) {
                kind = .unreadable("the direction of writing is changed")
            } else if let entity = entityEnd(at: end) {
                span = span.lowerBound..<entity
                kind = .unreadable("a character entity")
            }
        }
        figures.append(
            LocatedFigure(
                figure: Figure(text: text.original(span), range: text.byteRange(span), kind: kind),
                span: span
            )
        )
        index = span.upperBound
    }

    // MARK: - Starts that are neither letter nor digit

    private mutating func readSign(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "[":
            if let (marks, end) = citation(at: index) {
                for (mark, span) in marks { note(.citation(mark), span) }
                index = end
            }
        case "&":
            if let end = entityEnd(at: index) { noteEntity(index..<end) }
        case "'" where readShortYear(), "\u{2019}" where readShortYear(): return
        case "%" where VisibleText.isDigit(text[index + 1]) && !VisibleText.isSpace(text[index - 1]):
            note(.unreadable("a character code"), index..<digitsEnd(index + 1))
        case "\\" where text[index + 1] == "u" || text[index + 1] == "x":
            let end = tokenEnd(index + 1)
            if (index..<end).contains(where: { VisibleText.isDigit(text[$0]) }) {
                note(.unreadable("a character code"), index..<end)
            }
        case "\u{D7}" where text[index - 1] == " " && VisibleText.isDigit(text[index + 1]):
            // "SPY 655 ×2" counts contracts.
            if !readTimes(index..<index + 1) { return }
        default:
            if VisibleText.isForeignNumber(scalar) {
                var start = index
                while ["$", "-", "+"].contains(text[start - 1]) { start -= 1 }
                note(.unreadable("digits of another script"), start..<foreignEnd(index))
            } else if scalar == "." || scalar == "$" || Self.isSignScalar(scalar)
                || VisibleText.isForeignCurrency(scalar)
            {
                readNumber(at: index)
            }
        }
    }

    /// Reads the contract of `MSFT '28 500C`: a year of two digits behind an apostrophe, then the strike.
    private mutating func readShortYear() -> Bool {
        let start = index + 1
        guard index > 0, text[index - 1] == " ", digitsEnd(start) == start + 2,
            let year = Int(text.visible(start..<start + 2)), let contract = contract(afterDate: start + 2)
        else { return false }
        let claim = Figure.ContractClaim(
            root: capitals(before: index),
            expiration: Figure.DateClaim(year: 2_000 + year),
            strike: contract.strike,
            right: contract.right
        )
        note(.value([.contract(claim)]), index..<contract.end)
        return true
    }

    private func foreignEnd(_ start: Int) -> Int {
        var end = start
        while VisibleText.isForeignNumber(text[end]) || VisibleText.isDigit(text[end])
            || ((text[end] == "." || text[end] == ",")
                && (VisibleText.isForeignNumber(text[end + 1]) || VisibleText.isDigit(text[end + 1])))
        { end += 1 }
        return end
    }

    /// The end of `&#49;`, `&minus;` or `&frac12;` at a position, if one stands there.
    private func entityEnd(at start: Int) -> Int? {
        guard text[start] == "&" else { return nil }
        var end = start + 1
        if text[end] == "#" { end += 1 }
        let first = end
        while end - start < 12, VisibleText.isLetter(text[end]) || VisibleText.isDigit(text[end]) { end += 1 }
        return end > first && text[end] == ";" ? end + 1 : nil
    }

    private mutating func noteEntity(_ span: Range<Int>) {
        let name = text.lowercased(span)
        let meansNumber =
            name.contains { $0.isNumber } || ["&minus;", "&half;", "&dollar;", "&percnt;", "&period;"].contains(name)
        let touchesDigit = VisibleText.isDigit(text[span.upperBound]) || text[span.upperBound] == "&"
        guard meansNumber || touchesDigit else {
            index = span.upperBound
            return
        }
        // Whatever digits and entities follow without a space belong to what is seen.
        var end = span.upperBound
        while true {
            if let next = entityEnd(at: end) {
                end = next
            } else if VisibleText.isDigit(text[end]) || text[end] == "$"
                || ((text[end] == "." || text[end] == ",") && VisibleText.isDigit(text[end + 1]))
            {
                end += 1
            } else {
                break
            }
        }
        note(.unreadable("a character entity"), span.lowerBound..<end)
    }

    /// `[1]`, `[1, 2]`, `[P1.3]`: what the marks point to and where each stands. A single mark covers its brackets.
    private func citation(at start: Int) -> (marks: [(String, Range<Int>)], end: Int)? {
        var marks: [(String, Range<Int>)] = []
        var position = start + 1
        while true {
            while text[position] == " " { position += 1 }
            let first = position
            if text[position] == "P" || text[position] == "D" { position += 1 }
            let digits = position
            while VisibleText.isDigit(text[position])
                || (text[position] == "." && VisibleText.isDigit(text[position + 1]))
            {
                position += 1
            }
            guard position > digits, digits > first || !text.visible(first..<position).contains(".") else { return nil }
            marks.append((text.visible(first..<position), first..<position))
            while text[position] == " " { position += 1 }
            if text[position] == "," || text[position] == ";" {
                position += 1
            } else if text[position] == "]" {
                break
            } else {
                return nil
            }
        }
        if marks.count == 1 { marks[0].1 = start..<position + 1 }
        return (marks, position + 1)
    }

    // MARK: - Words

    private mutating func readWord() {
        let start = index
        if let end = knownName(at: start) { return note(.name, start..<end) }
        if let (contract, end) = occSymbol(at: start) { return note(.value([.contract(contract)]), start..<end) }
        let end = lettersEnd(start)
        if end == start + 1, ["O", "o", "l", "I"].contains(text[start]), text[end] == ".",
            VisibleText.isDigit(text[end + 1])
        {
            return note(.unreadable("letters inside a number"), start..<digitsEnd(end + 1))
        }
        if let span = currencyWord(start..<end) { return readNumber(at: span) }
        if end - start <= 9, Self.numberStarts.contains(text.lowercased(start..<end)) {
            if readNamedDate(word: start..<end) || readRelativeDay(start..<end) { return }
            if readNumberWords(at: start) { return }
        }
        if end == start + 1, text[start] == "x", VisibleText.isDigit(text[end]),
            start == 0 ? text[digitsEnd(end)] == " " : [" ", "(", "|"].contains(text[start - 1]),
            readTimes(start..<end)
        {
            return
        }
        if isMeasureOfDays(start..<end) {
            index = end
            return
        }
        if VisibleText.isDigit(text[end]) || VisibleText.isForeignNumber(text[end]) {
            return note(.unreadable("digits inside a word"), start..<tokenEnd(start))
        }
        index = end
    }

    /// Whether a word is a measure with the days it is taken over behind it: `SMA50`, `HV20`. The number is read by itself.
    private func isMeasureOfDays(_ word: Range<Int>) -> Bool {
        guard Self.measuresOfDays.contains(text.lowercased(word)) else { return false }
        let end = digitsEnd(word.upperBound)
        return (1...3).contains(end - word.upperBound) && text[word.upperBound] != "0" && !isTokenScalar(text[end])
            && !(Self.isJoiner(text[end]) && isTokenScalar(text[end + 1]))
    }

    private static let measuresOfDays: Set<String> = ["sma", "ema", "ma", "dma", "hv", "rv", "rsi", "atr", "adx"]

    /// Reads `x2` or `×2` after what it counts: contracts.
    private mutating func readTimes(_ sign: Range<Int>) -> Bool {
        let digits = digitsEnd(sign.upperBound)
        guard digits - sign.upperBound <= 3, !isTokenScalar(text[digits]),
            ![".", ","].contains(text[digits]) || !VisibleText.isDigit(text[digits + 1]),
            let number = Decimal(string: text.visible(sign.upperBound..<digits))
        else { return false }
        let quantity = Figure.Quantity(
            magnitude: number,
            slack: Decimal(sign: .plus, exponent: -1, significand: 5),
            measure: .contracts
        )
        note(.value([.quantity(quantity)]), sign.lowerBound..<digits)
        return true
    }

    /// The words a date or a number can begin with.
    private static let numberStarts = dateWords.union(numberWords)

    /// `USD` or `US` before an amount; where the amount begins.
    private func currencyWord(_ word: Range<Int>) -> Int? {
        guard word.count <= 3, VisibleText.isCapital(text[word.lowerBound]) else { return nil }
        if text[word.upperBound] == "$" { return word.lowerBound }
        guard text.visible(word) == "USD" else { return nil }
        let next = text[word.upperBound] == " " ? word.upperBound + 1 : word.upperBound
        return VisibleText.isDigit(text[next]) ? word.lowerBound : nil
    }

    // MARK: - Digits

    private mutating func readDigits() {
        let start = index
        if let end = knownName(at: start) { return note(.name, start..<end) }
        if let (number, end) = enumerator(at: start) { return note(.enumerator(number), start..<end) }
        if text[digitsEnd(start)] == " ", digitsEnd(start) - start <= 3, readChance(at: start) { return }
        if readPartOfCount(at: start) || readDate(at: start) { return }
        readNumber(at: start)
    }

    /// The number of a list item: one or two digits and a point or bracket, first on its line.
    private func enumerator(at start: Int) -> (Int, Int)? {
        let end = digitsEnd(start)
        // "Step 2: take off the extrinsic"
        if end - start <= 2, text[end] == ":", precedingWord(start) == "step",
            let number = Int(text.visible(start..<end))
        {
            return (number, end)
        }
        guard end - start <= 2, text[end] == "." || text[end] == ")", text[end + 1] == " ",
            let number = Int(text.visible(start..<end))
        else { return nil }
        var before = start - 1
        while before >= 0, text[before] != "\n" {
            guard [" ", "\t", "#", ">", "(", "*", "|"].contains(text[before]) else { return nil }
            before -= 1
        }
        return (number, end)
    }

    // MARK: - Ends

    func digitsEnd(_ start: Int) -> Int {
        var end = start
        while VisibleText.isDigit(text[end]) { end += 1 }
        return end
    }

    func lettersEnd(_ start: Int) -> Int {
        var end = start
        while VisibleText.isLetter(text[end]) { end += 1 }
        return end
    }

    /// The end of the letters and digits that hang together, with points, hyphens and the like between them.
    func tokenEnd(_ start: Int) -> Int {
        var end = start
        while isTokenScalar(text[end]) || (Self.isJoiner(text[end]) && isTokenScalar(text[end + 1])) {
            end += 1
        }
        return end
    }

    /// The end of the letters and digits that hang together with nothing between them.
    func alphanumericEnd(_ start: Int) -> Int {
        var end = start
        while isTokenScalar(text[end]) { end += 1 }
        return end
    }

    func isTokenScalar(_ scalar: Unicode.Scalar) -> Bool {
        VisibleText.isLetter(scalar) || VisibleText.isDigit(scalar) || VisibleText.isForeignNumber(scalar)
    }

    /// What may stand between the letters and digits of a name. A switch: a set would hash every character.
    static func isJoiner(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case ".", "-", "_", "/", ":", "#", "@", "=", "?", "&", "%", "~", "(", ")": true
        default: false
        }
    }

    // MARK: - Names

    /// The end of a name with digits in it that begins at a position: a well-known one, or one the caller knows.
    private func knownName(at start: Int) -> Int? {
        guard start == 0 || !isTokenScalar(text[start - 1]) else { return nil }
        if let end = commonName(at: start) { return end }
        let limit = tokenEnd(start)
        guard (start..<limit).contains(where: { VisibleText.isDigit(text[$0]) }) else { return nil }
        // The longest known name first: "activity.csv:12" before "activity.csv".
        var end = limit
        while end > start {
            if !isTokenScalar(text[end]), (start..<end).contains(where: { VisibleText.isLetter(text[$0]) }),
                isKnownName(text.visible(start..<end))
            {
                return end
            }
            end -= 1
            while end > start, !(Self.isJoiner(text[end])) { end -= 1 }
        }
        return nil
    }
}
