/// A word or figure of a text, in its sentence.
struct Token {
    enum Kind: Equatable {
        case word
        /// Index into the text's figures.
        case figure(Int)
    }

    var kind: Kind
    /// Visible characters it covers.
    var span: Range<Int>
    /// The word in lower case, without possessive, in British spelling; empty for figures.
    var word: String
    /// The word as written, where it is in capitals; else empty.
    var capitals = ""
    /// Whether the word begins with a capital.
    var isCapitalised = false
    /// Whether punctuation stands between it and the token before.
    var isParted: Bool { parting != nil }
    /// The first mark between it and the token before that parts them.
    var parting: Unicode.Scalar?
    /// The part of the sentence it stands in, parted by semicolons and dashes; counted through the text.
    var clause: Int
    /// Whether it is a figure with a digit in it.
    var isNumeral = false
    /// Whether a slash stands beside it: "570/580/640/650".
    var isSlashed = false
    /// The digits of a plain number, as a name or a label may have them; else empty.
    var digits = ""

    /// The digits of a number of days: `50`, `50d`; else empty.
    var window = ""
    /// Whether they are written `50d`.
    var isShortWindow = false

    /// What stands there, as names and labels are compared: the word, or the digits of a number.
    var name: String { word.isEmpty ? digits : word }

    var figure: Int? {
        if case .figure(let index) = kind { return index }
        return nil
    }
}

/// A text with its figures and words, by sentence.
struct TokenizedText {
    let text: VisibleText
    let figures: [LocatedFigure]
    /// The tokens of each sentence, in order.
    private(set) var sentences: [[Token]] = []
    /// Where each sentence ends, white space after it included; the next begins there.
    private(set) var ends: [Int] = []
    /// The UTF-8 as it was written, where it is read in another form.
    private let source: [UInt8]?

    init(_ string: String, scanner: FigureScanner) {
        let text = VisibleText(string)
        self.init(text: text, figures: scanner.figures(in: text))
    }

    /// A line of prose, or of data, which is read as labels with their values.
    init(line: String, scanner: FigureScanner) {
        let plain = DataLine.plain(line)
        let text = VisibleText(plain ?? line)
        self.init(text: text, figures: scanner.figures(in: text), source: plain == nil ? nil : Array(line.utf8))
    }

    init(text: VisibleText, figures: [LocatedFigure], source: [UInt8]? = nil) {
        self.text = text
        self.figures = figures
        self.source = source
        read()
    }

    /// Whether the line is data.
    var isData: Bool { source != nil }

    /// What was written in a range of the UTF-8, without white space around it.
    func written(_ range: Range<Int>) -> String {
        String(decoding: (source ?? text.bytes)[range], as: UTF8.self).trimmed
    }

    /// The words of a label or name, as they are compared.
    static func words(_ string: String) -> [String] {
        TokenizedText(text: VisibleText(string), figures: []).sentences.flatMap { $0.map(\.word) }
    }

    /// The sentences of a text, without white space around them.
    static func sentences(_ string: String) -> [String] {
        let text = TokenizedText(string, scanner: FigureScanner())
        return text.sentences.indices.map { rank in
            String(decoding: text.text.bytes[text.byteRange(ofSentence: rank)], as: UTF8.self).trimmed
        }
    }

    /// Where a sentence stands in the UTF-8 of the text, with the white space after it; the sentences and what
    /// stands before the first cover the text.
    func byteRange(ofSentence rank: Int) -> Range<Int> {
        let start = rank == 0 ? 0 : text.offsets[ends[rank - 1]]
        let end = rank == ends.count - 1 ? text.bytes.count : text.offsets[ends[rank]]
        return start..<max(start, end)
    }

    private mutating func read() {
        var sentence: [Token] = []
        var parting: Unicode.Scalar?
        var clause = 0
        var position = 0
        var nextFigure = 0
        func endSentence() {
            if !sentence.isEmpty {
                sentences.append(sentence)
                ends.append(pieceEnd(min(position + 1, text.count)))
            }
            sentence = []
            parting = nil
            clause += 1
        }
        while position < text.count {
            if nextFigure < figures.count, position >= figures[nextFigure].span.lowerBound {
                let figure = figures[nextFigure]
                let digits = figure.span.filter { VisibleText.isDigit(text[$0]) }
                let isPlain =
                    digits.count == figure.span.count
                    || (digits.count + 1 == figure.span.count && text[figure.span.upperBound - 1] == "%")
                var token = Token(
                    kind: .figure(nextFigure),
                    span: figure.span,
                    word: "",
                    parting: parting,
                    clause: clause,
                    isNumeral: !digits.isEmpty,
                    digits: isPlain ? String(String.UnicodeScalarView(digits.map { text[$0] })) : ""
                )
                if digits.count <= 3, !digits.isEmpty,
                    digits.count == figure.span.count || digits.count + 1 == figure.span.count
                {
                    let last = text[figure.span.upperBound - 1]
                    token.isShortWindow = last == "d" || last == "D"
                    if token.isShortWindow || digits.count == figure.span.count {
                        token.window = String(String.UnicodeScalarView(digits.map { text[$0] }))
                    }
                }
                if digits.isEmpty, case .value(let readings) = figure.figure.kind,
                    case .quantity(let quantity)? = readings.first,
                    quantity.measure == .span || quantity.measure == .days,
                    quantity.slack < 1, quantity.magnitude < 1_000
                {
                    // "The fifty-day average"
                    token.window = "\(quantity.magnitude)"
                }
                token.isSlashed =
                    (text[figure.span.lowerBound - 1] == "/" || text[figure.span.upperBound] == "/")
                    && !isPartOfCount(nextFigure) && !isPartOfCount(nextFigure - 1)
                // "Q3" is a name with a meaning.
                if case .name = figure.figure.kind, figure.figure.text.utf8.count == 2 {
                    token.word = figure.figure.text.lowercased()
                }
                nextFigure += 1
                position = max(position + 1, figure.span.upperBound)
                // A mark after the full stop belongs to the sentence it follows.
                if case .citation = figure.figure.kind, sentence.isEmpty, !sentences.isEmpty,
                    !startsLine(figure.span.lowerBound)
                {
                    var late = token
                    late.clause = sentences[sentences.count - 1].last?.clause ?? clause
                    sentences[sentences.count - 1].append(late)
                    ends[ends.count - 1] = pieceEnd(figure.span.upperBound)
                } else {
                    sentence.append(token)
                    // "18/19 positions" says "18 of 19 positions".
                    if isPartOfCount(nextFigure - 1) {
                        sentence.append(Token(kind: .word, span: position..<position + 1, word: "of", clause: clause))
                        position += 1
                    }
                }
                parting = nil
                continue
            }
            let scalar = text[position]
            if VisibleText.isLetter(scalar) || VisibleText.isDigit(scalar) {
                // "SMA50" is a word and a number.
                let next = nextFigure < figures.count ? figures[nextFigure].span.lowerBound : text.count
                let end = next > position ? min(wordEnd(position), next) : wordEnd(position)
                let token = word(position..<end, parting: parting, clause: clause)
                position = end
                if token.word.isEmpty { continue }
                sentence.append(token)
                parting = nil
                continue
            }
            switch scalar {
            case "\n", "!", "?": endSentence()
            case ".":
                if endsSentence(at: position, after: sentence.last) {
                    endSentence()
                } else {
                    parting = parting ?? scalar
                }
            case ";", "\u{B7}", "\u{2022}":
                clause += 1
                parting = parting ?? scalar
            // "Close 184.05 | SMA50 174.72", "price 184.05 / 50d 174.72"
            case "|" where text[position - 1] == " " && text[position + 1] == " ":
                clause += 1
                parting = parting ?? scalar
            // "184.05 prior close - 181.30 mark"
            case "-" where text[position - 1] == " " && text[position + 1] == " " && !sentence.isEmpty:
                parting = parting ?? scalar
            case "/"
            where text[position - 1] == " " && text[position + 1] == " "
                && !(VisibleText.isDigit(text[position - 2])
                    && ["$", "+", "-"].contains(text[position + 2])
                    || VisibleText.isDigit(text[position - 2]) && isLoneNumber(position + 2)):
                parting = parting ?? scalar
            case "\u{2014}", "\u{2013}":
                if VisibleText.isSpace(text[position + 1]) { clause += 1 }
                parting = parting ?? scalar
            // "NVDA ↓ 1.49 %"
            case "\u{2193}", "\u{25BC}", "\u{2191}", "\u{25B2}":
                let isDown = scalar == "\u{2193}" || scalar == "\u{25BC}"
                sentence.append(
                    Token(
                        kind: .word,
                        span: position..<position + 1,
                        word: isDown ? "down" : "up",
                        parting: parting,
                        clause: clause
                    )
                )
                parting = nil
            // "$ delta", "$gamma"
            case "$" where isMeasureOfMoney(position + 1):
                sentence.append(
                    Token(
                        kind: .word,
                        span: position..<position + 1,
                        word: "dollar",
                        parting: parting,
                        clause: clause
                    )
                )
                parting = nil
            case "(" where nextFigure < figures.count && isSign(position, of: figures[nextFigure]): break
            case ")" where nextFigure > 0 && isSign(position, of: figures[nextFigure - 1]): break
            // "Assignment odds (%): KO 93.5"
            case ":" where parting == "(" || parting == ")": parting = scalar
            case ",", ":", "(", ")", "|", "\"", "\u{201C}", "\u{201D}", "[", "]", "=", "+", "\u{D7}", "\u{F7}", "<",
                ">":
                parting = parting ?? scalar
            default: break
            }
            position += 1
        }
        endSentence()
    }

    /// Whether a figure is the part, or the whole, of two counts of the same with a slash between them: "18/19 positions".
    private func isPartOfCount(_ number: Int) -> Bool {
        func noun(_ figure: Int) -> String? {
            guard figures.indices.contains(figure), case .value(let readings) = figures[figure].figure.kind,
                case .quantity(let quantity)? = readings.first
            else { return nil }
            return quantity.noun
        }
        guard let own = noun(number), own == noun(number + 1) else { return false }
        let end = figures[number].span.upperBound
        return text[end] == "/" && figures[number + 1].span.lowerBound == end + 1
    }

    /// Whether the name of a measure that is told in money too stands at a position, or behind a space.
    private func isMeasureOfMoney(_ start: Int) -> Bool {
        let first = text[start] == " " ? start + 1 : start
        var end = first
        while VisibleText.isLetter(text[end]) { end += 1 }
        return ["delta", "deltas", "gamma", "\u{394}", "\u{3B4}"].contains(text.lowercased(first..<end))
    }

    /// Whether a plain number begins at a position: "181.29 / 181.31" are two of one kind, "184.05 / 50d" are not.
    private func isLoneNumber(_ start: Int) -> Bool {
        var end = start
        while VisibleText.isDigit(text[end]) || text[end] == "." || text[end] == "," { end += 1 }
        return end > start && !VisibleText.isLetter(text[end])
    }

    /// Whether a bracket is the sign of an amount, as accountants write it: "(376.24) of premium".
    private func isSign(_ bracket: Int, of figure: LocatedFigure) -> Bool {
        guard figure.figure.isBracketedAmount else { return false }
        return bracket == figure.span.lowerBound - 1 || bracket == figure.span.upperBound
    }

    /// The end of closing marks and white space after a sentence.
    private func pieceEnd(_ start: Int) -> Int {
        var end = start
        while Self.isClosing(text[end]) { end += 1 }
        guard end >= text.count || VisibleText.isSpace(text[end]) else { return start }
        while end < text.count, VisibleText.isSpace(text[end]) { end += 1 }
        return end
    }

    /// Marks that may stand between a full stop and the space after it.
    private static func isClosing(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "\"", "\u{201D}", ")", "*", "'", "\u{2019}", "_", "`": true
        default: false
        }
    }

    private func startsLine(_ position: Int) -> Bool {
        var before = position - 1
        while before >= 0, text[before] == " " { before -= 1 }
        return before < 0 || text[before] == "\n"
    }

    private func endsSentence(at position: Int, after token: Token?) -> Bool {
        var next = position + 1
        while Self.isClosing(text[next]) { next += 1 }
        guard next >= text.count || VisibleText.isSpace(text[next]) else { return false }
        guard let token, token.kind == .word else { return true }
        return !WordLists.abbreviations.contains(token.word) || next >= text.count
    }

    /// The end of a word: letters and digits, with `&` or `/` between single letters and a point in `BRK.B`.
    private func wordEnd(_ start: Int) -> Int {
        var end = start
        while true {
            let scalar = text[end]
            if VisibleText.isLetter(scalar) || VisibleText.isDigit(scalar) {
                end += 1
            } else if scalar == "&" || scalar == "/", end == start + 1, VisibleText.isLetter(text[end + 1]),
                !VisibleText.isLetter(text[end + 2])
            {
                end += 2
            } else if scalar == ".", end > start + 1, VisibleText.isCapital(text[end - 1]),
                VisibleText.isCapital(text[end + 1]), !VisibleText.isLetter(text[end + 2])
            {
                end += 2
            } else {
                return end
            }
        }
    }

    private func word(_ span: Range<Int>, parting: Unicode.Scalar?, clause: Int) -> Token {
        var core = span
        // "NVDA's" is two runs of letters: the second, a lone s after an apostrophe, is dropped by its length.
        if text[span.lowerBound - 1] == "'" || text[span.lowerBound - 1] == "\u{2019}", span.count == 1 {
            core = span.lowerBound..<span.lowerBound
        }
        var word = text.lowercased(core)
        // "It'd cost"
        if core.isEmpty, text[span.lowerBound] == "d" { word = "would" }
        if word.utf8.count > 6, word.contains("iz") {
            for (american, british) in [("ized", "ised"), ("izes", "ises"), ("ize", "ise")]
            where word.hasSuffix(american) {
                word = String(word.dropLast(american.count)) + british
                break
            }
        }
        let isCapital =
            core.count >= 1 && core.allSatisfy { !(text[$0] >= "a" && text[$0] <= "z") }
            && core.contains { VisibleText.isCapital(text[$0]) }
        var token = Token(
            kind: .word,
            span: span,
            word: word,
            capitals: isCapital ? text.visible(core) : "",
            isCapitalised: VisibleText.isCapital(text[core.lowerBound]),
            parting: parting,
            clause: clause
        )
        token.isSlashed = text[span.lowerBound - 1] == "/" && VisibleText.isDigit(text[span.lowerBound - 2])
        return token
    }
}

extension TokenizedText {
    /// Whether a number is multiplied with the hundred shares of a contract: "2 x 100 x $67.50".
    func isFactorOfShares(_ position: Int, _ tokens: [Token]) -> Bool {
        guard let next = tokens.indices.first(where: { $0 > position && tokens[$0].isNumeral }),
            tokens[next].digits == "100", !tokens[position].digits.isEmpty
        else { return false }
        let between = text.visible(tokens[position].span.upperBound..<tokens[next].span.lowerBound)
        return [" x ", " \u{D7} ", " * "].contains(between)
    }

    /// Whether a number is divided by one, or divides one, and what comes of it follows: "15/539 = 2.8%".
    func isQuotient(_ figure: LocatedFigure) -> Bool {
        var end = figure.span.upperBound
        if text[end] == "/" {
            end += 1
            while VisibleText.isDigit(text[end]) || text[end] == "." || text[end] == "," { end += 1 }
        }
        while text[end] == " " { end += 1 }
        return text[end] == "="
    }

    /// Whether a number stands between signs of arithmetic and so is what is computed with: "(122,585.86 - 79,000)".
    func isComputedWith(_ position: Int, _ tokens: [Token]) -> Bool {
        func isOperator(_ left: Int, _ right: Int) -> Bool {
            guard tokens.indices.contains(left), tokens.indices.contains(right), tokens[left].isNumeral,
                tokens[right].isNumeral
            else { return false }
            var between = text.visible(tokens[left].span.upperBound..<tokens[right].span.lowerBound)
            // "787.88 (Jul) - 376.24 (Aug)": whose number it is stands in brackets behind it.
            if between.hasPrefix(" ("), let end = between.firstIndex(of: ")") {
                between = String(between[between.index(after: end)...])
            }
            switch between {
            case " - ", " \u{2212} ", " \u{2013} ", " + ", " x ", " \u{D7} ", " * ", " plus ", " minus ", " times ":
                return true
            default: return false
            }
        }
        func isWord(_ left: Int, _ right: Int) -> Bool {
            guard tokens.indices.contains(left), tokens.indices.contains(right), tokens.indices.contains(left + 1)
            else {
                return false
            }
            return tokens[left].isNumeral && tokens[right].isNumeral
                && ["x", "plus", "minus", "times", "less"].contains(tokens[left + 1].word)
                && tokens[(left + 2)..<right].allSatisfy { ["the", "a", "its", "your"].contains($0.word) }
                && !tokens[(left + 1)...right].contains(where: \.isParted)
        }
        let numerals = tokens.indices.filter { tokens[$0].isNumeral }
        let before = numerals.last { $0 < position } ?? position - 1
        let after = numerals.first { $0 > position } ?? position + 1
        return isOperator(before, position) || isOperator(position, after)
            || [2, 3].contains { isWord(position - $0, position) || isWord(position, position + $0) }
    }
}

extension String {
    /// Without white space at both ends.
    var trimmed: String {
        var rest = self[...]
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }
}
