/// Suffixes and the nouns that say what a number measures.
extension FigureScan {
    /// Reads what is attached to the digits: `k`, `M`, `%`, `x`, `st`, `bps`, `d`.
    func attachSuffix(_ number: inout WrittenNumber) {
        guard number.trouble == nil else { return }
        let start = number.end
        if VisibleText.isForeignCurrency(text[start]) {
            if text[start] == "\u{A2}" {
                setUnit(&number, .dollars, scale: -2, end: start + 1)
            } else {
                number.trouble = "another currency"
                number.end = start + 1
            }
            return
        }
        if text[start] == "\u{D7}" { return setUnit(&number, .multiple, end: start + 1) }
        if text[start] == "$", !VisibleText.isDigit(text[start + 1]), !number.isDollars {
            return setUnit(&number, .dollars, end: start + 1)
        }
        guard VisibleText.isLetter(text[start]) else { return }
        let end = lettersEnd(start)
        let suffix = text.visible(start..<end)
        let isClean = !VisibleText.isDigit(text[end]) && text[end] != "_"
        switch suffix {
        case "k", "K": setScale(&number, 3, end)
        case "m", "M", "mm", "MM", "mn", "mln": setScale(&number, 6, end)
        case "b", "B", "bn", "Bn", "BN": setScale(&number, 9, end)
        case "t", "T", "tn", "trn": setScale(&number, 12, end)
        case "x", "X":
            let isCount = number.sign != .none || isCountOfLots(number, end)
            setUnit(&number, isCount ? .contracts : .multiple, end: end)
            if isCount { number.noun = "contract" }
        case "st", "nd", "rd", "th": setUnit(&number, .ordinal, end: end)
        case "bps", "bp": setUnit(&number, .fraction, scale: -4, end: end)
        case "pp", "pct", "pts": setUnit(&number, .fraction, scale: -2, end: end)
        case "d", "D", "DTE", "dte": setUnit(&number, .days, end: end)
        case "w", "wk": setUnit(&number, .days, factor: 7, end: end)
        case "h", "hr", "hrs", "min", "s", "y", "yr", "yrs", "mo": setUnit(&number, .span, end: end)
        case "USD": setUnit(&number, .dollars, end: end)
        case "sh", "shs": setUnit(&number, .shares, end: end)
        // "A dividend of 53c", not "the 35c"
        case "c"
        where number.digits < 100 && (number.exponent == 0 || number.exponent == -1 && number.digits < 200)
            && number.sign == .none && capitals(before: number.start) == nil
            && !["the", "short", "long", "sold", "my", "your"].contains(precedingWord(number.start) ?? ""):
            setUnit(&number, .dollars, scale: -2, end: end)
        case "C", "P", "c", "p": break
        // "50DMA"
        case "DMA", "dma", "SMA", "sma", "EMA", "ema", "MA",
            "ma" where number.exponent == 0 && number.digits < 1_000:
            break
        default: number.trouble = "letters inside a number"
        }
        if !isClean { number.trouble = "letters inside a number" }
        if number.trouble != nil { number.end = max(end, tokenEnd(start)) }
    }

    /// Whether `2x` counts contracts: where they are named behind it, or long or short: `-2x Jan 165P`, `1x long`.
    func isCountOfLots(_ number: WrittenNumber, _ end: Int) -> Bool {
        guard number.exponent == 0, number.scale == 0, !number.isDollars else { return false }
        var position = end
        for step in 0..<4 {
            guard text[position] == " " else { return false }
            let wordEnd = tokenEnd(position + (text[position + 1] == "$" ? 2 : 1))
            let word = text.lowercased(position + 1..<wordEnd)
            if step == 0, ["long", "short"].contains(word) { return text[end - 1] == "x" }
            if ["the", "what", "as", "of", "their", "its", "your"].contains(word) { return false }
            // "67.5c"
            if let last = word.last, ["p", "c"].contains(last), VisibleText.isDigit(text[wordEnd - 2]) { return true }
            position = wordEnd
        }
        return false
    }

    private func setScale(_ number: inout WrittenNumber, _ scale: Int, _ end: Int) {
        number.scale += scale
        number.hasSuffix = true
        number.end = end
    }

    private func setUnit(
        _ number: inout WrittenNumber,
        _ measure: Figure.Quantity.Measure,
        scale: Int = 0,
        factor: UInt64 = 1,
        end: Int
    ) {
        if number.isDollars, measure != .dollars { number.trouble = "two units" }
        number.measure = measure
        number.scale += scale
        number.factor = factor
        number.end = end
    }

    /// Reads the words and signs after a number that give its unit: `%`, `million`, `dollars`, `contracts`.
    func readUnit(_ number: inout WrittenNumber) {
        readScaleWord(&number)
        guard number.measure == .bare else { return }
        if number.isDollars {
            number.measure = .dollars
            if text[number.end] == "%" { number.trouble = "two units" }
            return
        }
        let gap = text[number.end] == " " || text[number.end] == "\u{A0}" ? 1 : 0
        if text[number.end + gap] == "%" {
            if gap == 1, isTokenScalar(text[number.end + 2]) { return }
            return setUnit(&number, .fraction, scale: -2, end: number.end + gap + 1)
        }
        if text[number.end + gap] == "\u{FF05}" || text[number.end + gap] == "\u{2030}"
            || text[number.end + gap] == "\u{66A}"
        {
            number.trouble = "an unusual percent sign"
            number.end += gap + 1
            return
        }
        readNoun(&number)
    }

    /// `million`, `thousand`, `bn` as a word of its own.
    private func readScaleWord(_ number: inout WrittenNumber) {
        guard !number.hasSuffix, number.measure == .bare, text[number.end] == " " || text[number.end] == "-" else {
            return
        }
        let end = lettersEnd(number.end + 1)
        guard let scale = Self.scaleWords[text.lowercased(number.end + 1..<end)] else { return }
        setScale(&number, scale, end)
    }

    private static let scaleWords = [
        "hundred": 2, "thousand": 3, "k": 3, "million": 6, "mn": 6, "mln": 6, "billion": 9, "bn": 9, "trillion": 12,
    ]

    /// The end of marks of emphasis: "**3** contracts".
    func pastMarks(_ position: Int) -> Int {
        var end = position
        while text[end] == "*" || text[end] == "_" { end += 1 }
        return end
    }

    /// The noun after a number, past a hyphen, a ticker or up to two adjectives.
    private func readNoun(_ number: inout WrittenNumber) {
        var position = pastMarks(number.end)
        // "2 × Dec-18 67.5 calls"
        if text[position] == " ", text[position + 1] == "\u{D7}" || text[position + 1] == "x",
            text[position + 2] == " ",
            ["call", "put"].contains(where: text.lowercased(position..<position + 26).contains)
        {
            number.measure = .contracts
            number.noun = "contract"
            number.end = position + 2
            return
        }
        for step in 0..<3 {
            guard text[position] == " " || text[position] == "-" || text[position] == "\u{A0}" else { return }
            let start = position + 1
            // A range, a minus or an aside is not a noun.
            let end = lettersEnd(start)
            guard end > start else { return }
            let word = text.lowercased(start..<end)
            if step == 0, let change = Self.unitWords[word] {
                if word == "basis" || word == "per" || word == "percentage" {
                    let second = lettersEnd(end + 1)
                    guard ["points", "point", "cent"].contains(text.lowercased(min(end + 1, second)..<second)) else {
                        return
                    }
                    return setUnit(&number, change.measure, scale: change.scale, end: second)
                }
                // "42 cents of every dollar" are a part.
                if change.scale == -2, change.measure == .dollars, let dollar = everyDollar(after: end) {
                    return setUnit(&number, .fraction, scale: -2, end: dollar)
                }
                return setUnit(&number, change.measure, scale: change.scale, end: end)
            }
            // "5 are puts"
            if step == 0, word == "are" {
                position = end
                continue
            }
            if let noun = Self.nouns[word] {
                // "A 184.05 stock" counts nothing.
                if number.exponent < 0, ["stock", "name", "line", "quote"].contains(noun.singular) { return }
                // "63.6k positions" is an amount.
                if number.hasSuffix, noun.measure == .count { return }
                // Two numbers in a row before the noun: the noun belongs to the second.
                number.measure = noun.measure
                number.noun = noun.singular
                if noun.measure == .days, noun.singular == "week" { number.factor = 7 }
                return
            }
            if step == 0, isCountOfContracts(start) {
                number.measure = .contracts
                number.noun = "contract"
                return
            }
            let isTicker = end - start <= 5 && (start..<end).allSatisfy { VisibleText.isCapital(text[$0]) }
            if isTicker, let puts = contractNoun(after: end) {
                number.measure = .contracts
                number.noun = puts
                return
            }
            guard isTicker || Self.adjectives.contains(word) || isParticiple(word, before: end) else { return }
            position = end
        }
    }

    /// Whether a word tells of things a noun behind it counts what was done to them or what they do: `18 priced positions`.
    private func isParticiple(_ word: String, before end: Int) -> Bool {
        guard word.count > 4, word.hasSuffix("ed") || word.hasSuffix("ing"), text[end] == " " else { return false }
        return Self.nouns[text.lowercased(end + 1..<lettersEnd(end + 1))]?.measure == .count
    }

    /// The end of `of every dollar` and the like after a number of cents.
    private func everyDollar(after end: Int) -> Int? {
        for phrase in [" of every dollar", " of each dollar", " in every dollar", " on the dollar", " in the dollar"]
        where text.lowercased(end..<min(text.count, end + phrase.count)) == phrase {
            return end + phrase.count
        }
        return nil
    }

    /// `puts` after a ticker and a strike: `2 NVDA 170 puts`, `2 NVDA $170 puts`.
    private func contractNoun(after end: Int) -> String? {
        guard text[end] == " " else { return nil }
        if isCountOfContracts(end + 1) { return "contract" }
        var position = end + 1
        if text[position] == "$" { position += 1 }
        let digits = position
        while VisibleText.isDigit(text[position]) || (text[position] == "." && VisibleText.isDigit(text[position + 1]))
        {
            position += 1
        }
        guard position > digits else { return nil }
        // "Two INTC 31s"
        if text[position] == "s", !isTokenScalar(text[position + 1]) { return "contract" }
        if text[position] == "P" || text[position] == "C" {
            return isTokenScalar(text[position + 1]) ? nil : "contract"
        }
        guard text[position] == " " else { return nil }
        let word = text.lowercased(position + 1..<lettersEnd(position + 1))
        return ["put", "puts", "call", "calls"].contains(word) ? "contract" : nil
    }

    static let adjectives: Set<String> = [
        "short", "long", "open", "closed", "calendar", "trading", "business", "more", "other", "different", "active",
        "covered", "naked", "cash", "secured", "weekly", "monthly", "remaining", "new", "total", "option", "stock",
        "separate", "underlying", "full", "short-dated", "additional", "demand", "supply", "red", "green", "positive",
        "negative", "extra", "further", "added",
    ]

    private static let unitWords: [String: (measure: Figure.Quantity.Measure, scale: Int)] = [
        "percent": (.fraction, -2), "pct": (.fraction, -2), "per": (.fraction, -2), "percentage": (.fraction, -2),
        "bps": (.fraction, -4), "bp": (.fraction, -4), "basis": (.fraction, -4), "pp": (.fraction, -2),
        "dollars": (.dollars, 0), "dollar": (.dollars, 0), "bucks": (.dollars, 0), "usd": (.dollars, 0),
        "buck": (.dollars, 0), "grand": (.dollars, 3),
        "cents": (.dollars, -2), "cent": (.dollars, -2), "times": (.multiple, 0),
    ]

    static let nouns: [String: (measure: Figure.Quantity.Measure, singular: String)] = {
        var nouns: [String: (measure: Figure.Quantity.Measure, singular: String)] = [
            "dte": (.days, "day"), "series": (.count, "series"),
        ]
        let counted: [(Figure.Quantity.Measure, [String])] = [
            (.contracts, ["contract", "lot", "put", "call", "option", "spread", "straddle", "strangle", "condor"]),
            (.shares, ["share"]),
            (.days, ["day", "week"]),
            (
                .count,
                [
                    "position", "trade", "row", "document", "passage", "symbol", "ticker", "holding", "underlying",
                    "alert",
                    "finding", "candidate", "leg", "expiration", "roll", "file", "chunk", "source", "quote",
                    "transaction",
                    "observation", "warning", "dividend", "fill", "order", "rule", "stock", "name", "zone", "report",
                    "vote",
                    "gate", "way", "choice", "alternative", "line",
                ]
            ),
            (.span, ["month", "year", "hour", "minute", "second", "session", "quarter"]),
        ]
        nouns["companies"] = (.count, "stock")
        nouns["sh"] = (.shares, "share")
        nouns["shs"] = (.shares, "share")
        nouns["mos"] = (.span, "month")
        for (measure, words) in counted {
            for word in words {
                nouns[word] = (measure, word)
                nouns[word + "s"] = (measure, word)
            }
        }
        return nouns
    }()
}
