import Foundation
import Markets

/// Option contracts as traders write them.
extension FigureScan {
    /// An OCC symbol, padded or not, at a position.
    func occSymbol(at start: Int) -> (claim: Figure.ContractClaim, end: Int)? {
        guard VisibleText.isCapital(text[start]), start == 0 || !isTokenScalar(text[start - 1]) else { return nil }
        var position = start
        while VisibleText.isCapital(text[position]) || VisibleText.isDigit(text[position]), position - start < 6 {
            // The root ends where six digits, a letter and eight digits follow.
            if position > start, isSymbolTail(position) { break }
            position += 1
        }
        let rootEnd = position
        while text[position] == " ", position - start < 6 { position += 1 }
        guard rootEnd > start, isSymbolTail(position), !isTokenScalar(text[position + 15]) else { return nil }
        guard let contract = OptionContract(symbol: text.visible(start..<position + 15)) else { return nil }
        let (year, month, day) = contract.expiration.civil
        let claim = Figure.ContractClaim(
            root: contract.root,
            expiration: Figure.DateClaim(year: year, month: month, day: day),
            strike: contract.strike,
            right: contract.right
        )
        return (claim, position + 15)
    }

    private func isSymbolTail(_ start: Int) -> Bool {
        guard text[start + 6] == "C" || text[start + 6] == "P" else { return false }
        return digitsEnd(start) == start + 6 && digitsEnd(start + 7) == start + 15
    }

    /// The contract a number is the strike of, if call or put is written after it.
    func contract(with number: WrittenNumber) -> (claim: Figure.ContractClaim, end: Int, isCertain: Bool)? {
        guard number.measure == .bare || number.measure == .dollars || number.measure == .contracts,
            number.sign == .none, number.scale == 0, let right = right(after: number.end)
        else { return nil }
        let root = capitals(before: number.start)
        // "2 puts" counts, "the 170 put" and "NVDA 1 put" do not; "sold 170 puts" may be either.
        let isNamed = root != nil || precedingWord(number.start) == "the"
        let isCount = number.noun != nil && (right.isPlural || (number.digits == 1 && !isNamed)) && !number.isDollars
        if right.isDistant, isCount { return nil }
        let claim = Figure.ContractClaim(root: root, strike: number.quantity.magnitude, right: right.right)
        return (claim, right.end ?? number.end, !isCount || (root != nil && right.isPlural))
    }

    struct WrittenRight {
        var right: OptionContract.Right
        /// The end of an attached or detached `P` or `C`; nil where a word says it.
        var end: Int?
        var isPlural = false
        /// Whether other words stand between the strike and the word.
        var isDistant = false
    }

    /// `P`, `C`, ` put`, `-put`, ` covered calls` after a strike.
    func right(after end: Int) -> WrittenRight? {
        var attached = end
        if text[attached] == " ", text[attached + 1] == "P" || text[attached + 1] == "C" { attached += 1 }
        if let right = Self.letters[text[attached]], !isTokenScalar(text[attached + 1]), text[attached + 1] != "/",
            text[attached + 1] != "&"
        {
            return WrittenRight(right: right, end: attached + 1)
        }
        var position = pastMarks(end)
        for step in 0..<3 {
            guard text[position] == " " || text[position] == "-" else { return nil }
            let wordEnd = lettersEnd(position + 1)
            let word = text.lowercased(position + 1..<wordEnd)
            switch word {
            case "puts" where isVerb(before: wordEnd): return nil
            case "put", "puts":
                return WrittenRight(right: .put, isPlural: word == "puts", isDistant: step > 0)
            case "call", "calls":
                return WrittenRight(right: .call, isPlural: word == "calls", isDistant: step > 0)
            case "strike", "short", "long", "covered", "cash", "secured", "naked", "weekly", "monthly":
                position = wordEnd
            default: return nil
            }
        }
        return nil
    }

    /// Whether "puts" is a verb: "at $4.20 puts the break-even at".
    private func isVerb(before end: Int) -> Bool {
        guard text[end] == " " else { return false }
        return ["the", "your", "you", "it", "its", "a", "this", "that"].contains(
            text.lowercased(end + 1..<lettersEnd(end + 1))
        )
    }

    private static let letters: [Unicode.Scalar: OptionContract.Right] = ["P": .put, "p": .put, "C": .call, "c": .call]

    /// The contract that goes on after a date: ` 170 put`, ` $200C`.
    func contract(afterDate end: Int) -> (strike: Decimal, right: OptionContract.Right, end: Int, isPlural: Bool)? {
        guard text[end] == " " else { return nil }
        var position = end + 1
        if text[position] == "$" { position += 1 }
        let start = position
        while VisibleText.isDigit(text[position]) || (text[position] == "." && VisibleText.isDigit(text[position + 1]))
        {
            position += 1
        }
        guard position > start, position - start < 12, let right = right(after: position),
            let strike = Decimal(string: text.visible(start..<position), locale: nil)
        else { return nil }
        return (strike, right.right, right.end ?? position, right.isPlural)
    }

    /// The word in capitals directly before a position, without a possessive.
    func capitals(before position: Int) -> String? {
        var end = position
        while text[end - 1] == " " || text[end - 1] == "$" { end -= 1 }
        if text[end - 1] == "s", text[end - 2] == "'" || text[end - 2] == "\u{2019}" { end -= 2 }
        var start = end
        while VisibleText.isCapital(text[start - 1]) || VisibleText.isDigit(text[start - 1])
            || (text[start - 1] == "." && VisibleText.isCapital(text[start - 2]))
        { start -= 1 }
        guard end > start, end - start <= 6, VisibleText.isCapital(text[start]), !VisibleText.isLetter(text[start - 1])
        else { return nil }
        return text.visible(start..<end)
    }
}
