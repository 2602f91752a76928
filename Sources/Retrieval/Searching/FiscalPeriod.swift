/// A fiscal year, a quarter, or a quarter of a year, as questions and titles write them: `FY2022`, `q2`, `2Q23`, `2023Q1`.
struct FiscalPeriod: Hashable {
    /// Four digits; nil for a quarter of no named year.
    var year: String?
    /// 1 to 4; nil for a whole year.
    var quarter: Int?

    /// The period that `word`, in lower case, names; nil for other words, and for a bare `2022`, which may be any number.
    init?(_ word: String) {
        // Most words have nothing but letters.
        guard !word.utf8.allSatisfy({ (0x61...0x7A).contains($0) }) else { return nil }
        var rest = word[...]
        let isFiscal = rest.hasPrefix("fy")
        if isFiscal { rest.removeFirst(2) }
        if let last = Self.quarter(rest.suffix(2)) {
            quarter = last
            rest.removeLast(2)
        } else if let first = Self.quarter(rest.prefix(2)) {
            quarter = first
            rest.removeFirst(2)
        }
        let marks: Set<Character> = ["'", "’", "-"]
        while let first = rest.first, marks.contains(first) { rest.removeFirst() }
        while let last = rest.last, marks.contains(last) { rest.removeLast() }
        if rest.isEmpty, quarter != nil { return }
        guard isFiscal || quarter != nil, [2, 4].contains(rest.count),
            rest.allSatisfy({ $0.isASCII && $0.isNumber })
        else { return nil }
        year = rest.count == 4 ? String(rest) : "20" + rest
    }

    /// Whether `word` is a year that documents are about.
    static func isYear(_ word: String) -> Bool {
        word.utf8.count == 4 && word.utf8.allSatisfy { (0x30...0x39).contains($0) }
            && (word.hasPrefix("19") || word.hasPrefix("20"))
    }

    /// Other names of the fiscal year `2022`.
    static func names(of year: String) -> [String] {
        ["fy" + year, "fy" + year.suffix(2)]
    }

    /// Names of the second quarter of 2022 that run the two together.
    static func names(ofQuarter quarter: Int, of year: String) -> [String] {
        ["\(year)q\(quarter)", "q\(quarter)\(year)", "\(quarter)q\(year.suffix(2))"]
    }

    /// 2 for `q2` and `2q`.
    private static func quarter(_ text: Substring) -> Int? {
        guard text.utf8.contains(UInt8(ascii: "q")), text.count == 2,
            let number = text.compactMap(\.wholeNumberValue).first,
            (1...4).contains(number)
        else { return nil }
        return number
    }
}
