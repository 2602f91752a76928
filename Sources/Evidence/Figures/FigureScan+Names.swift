/// Names everybody knows that have digits in them.
extension FigureScan {
    /// The end of a well-known name at a position, whatever the evidence says.
    func commonName(at start: Int) -> Int? {
        for name in Self.names[text[start]] ?? [] where matches(name, at: start) {
            let end = start + name.count
            if !isTokenScalar(text[end]), !(text[end] == "." && VisibleText.isDigit(text[end + 1])),
                !((text[end] == "," || text[end] == "/" || text[end] == ":") && VisibleText.isDigit(text[end + 1])),
                !(text[end] == "%")
            {
                return end
            }
        }
        return addressEnd(at: start) ?? measureEnd(at: start)
    }

    private func matches(_ name: [Unicode.Scalar], at start: Int) -> Bool {
        guard start + name.count <= text.count else { return false }
        for offset in name.indices where text[start + offset] != name[offset] { return false }
        return true
    }

    /// `127.0.0.1`: four numbers up to 255, which no amount is written as. Where the last three have three digits each they
    /// could be thousands of a large number, so that is none.
    private func addressEnd(at start: Int) -> Int? {
        guard VisibleText.isDigit(text[start]), !isTokenScalar(text[start - 1]),
            !["$", "-", "+", ".", ",", "\u{2212}"].contains(text[start - 1])
        else { return nil }
        var position = start
        var lengths: [Int] = []
        while lengths.count < 4 {
            let end = digitsEnd(position)
            guard end > position, end - position <= 3, let number = Int(text.visible(position..<end)), number <= 255,
                text[position] != "0" || end - position == 1
            else { return nil }
            lengths.append(end - position)
            position = end
            guard lengths.count < 4 else { break }
            guard text[position] == "." else { return nil }
            position += 1
        }
        guard lengths.dropFirst() != [3, 3, 3], !isTokenScalar(text[position]), text[position] != "%",
            ![".", ",", "/", ":"].contains(text[position]) || !VisibleText.isDigit(text[position + 1])
        else { return nil }
        return position
    }

    /// `per $1`, `per 1%`, `each 1 point`, `a $1 move`: the unit a sensitivity is stated in, not a value.
    private func measureEnd(at start: Int) -> Int? {
        guard ["p", "e", "a", "P", "E", "A"].contains(text[start]) else { return nil }
        let end = lettersEnd(start)
        guard ["per", "each", "every", "a"].contains(text.lowercased(start..<end)), text[end] == " " else { return nil }
        var position = end + 1
        let isDollar = text[position] == "$"
        if isDollar { position += 1 }
        guard text[position] == "1" else { return nil }
        position += 1
        if text[position] == ".", text[position + 1] == "0", text[position + 2] == "0" { position += 3 }
        guard !VisibleText.isDigit(text[position]), text[position] != "," || text[position + 1] == " ",
            text[position] != "." || !VisibleText.isDigit(text[position + 1])
        else { return nil }
        if text[position] == "%" {
            position += 1
        } else if !isDollar {
            guard text[position] == " " || text[position] == "-" else { return nil }
            let word = position + 1
            let unitEnd = lettersEnd(word)
            guard ["point", "percent", "dollar", "vol"].contains(text.visible(word..<unitEnd)) else { return nil }
            position = unitEnd
        }
        guard !isTokenScalar(text[position]) else { return nil }
        let isStrict = end - start == 1
        let next = text[position] == " " || text[position] == "-" ? position + 1 : position
        let following = text.visible(next..<lettersEnd(next))
        if isStrict, !Self.moves.contains(following) {
            // "a 1% market move"
            let second = lettersEnd(next) + 1
            guard Self.movers.contains(following), text[second - 1] == " ",
                Self.moves.contains(text.visible(second..<lettersEnd(second)))
            else { return nil }
        }
        return position
    }

    private static let movers: Set<String> = ["market", "price", "stock", "index", "underlying", "relative"]

    private static let moves: Set<String> = [
        "move", "moves", "rise", "fall", "drop", "change", "increase", "decrease", "gain", "decline", "point",
    ]

    private static let names: [Unicode.Scalar: [[Unicode.Scalar]]] = {
        let all = [
            "S&P 500", "S&P 400", "S&P 600", "S&P 100", "Russell 1000", "Russell 2000", "Russell 3000", "Nasdaq 100",
            "Nasdaq-100", "NASDAQ 100", "NASDAQ-100", "Dow 30", "10-K", "10-Q", "8-K", "20-F", "6-K", "S-1", "13F",
            "13D",
            "13G", "401k", "401(k)", "403b", "403(b)", "457b", "1099-B", "1099-DIV", "Form 1099", "Form 8949",
            "Form 6781",
            "W-2", "Section 1256", "section 1256", "Q1", "Q2", "Q3", "Q4", "1Q", "2Q", "3Q", "4Q", "H1", "H2", "24/7",
            "COVID-19",
        ]
        return Dictionary(grouping: all.map { Array($0.unicodeScalars) }) { $0.first ?? "\0" }
            .mapValues { $0.sorted { $0.count > $1.count } }
    }()
}
