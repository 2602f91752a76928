/// Quotations and the passages that sentences cite.
extension Verification {
    /// Checks a quotation that is a piece of its own against the passage it is from.
    mutating func checkQuote(_ text: String, _ passage: String, _ number: Int) {
        let place = Place(segment: number, cell: 0, offset: 0)
        let all = Figure(text: text, range: 0..<text.utf8.count, kind: .name)
        guard let source = read(passage), source.words.contains(Self.spaced(text)), !text.isEmpty else {
            return note(all, place, .struck(.notVerbatim))
        }
        note(all, place, .quoted(passage))
    }

    /// The passages cited in each clause of a sentence.
    func citedPassages(in tokens: [Token], _ text: TokenizedText) -> [Int: [String]] {
        var cited: [Int: [String]] = [:]
        for token in tokens {
            guard let figure = token.figure, case .citation(let mark) = text.figures[figure].figure.kind else {
                continue
            }
            let target = Int(mark).flatMap { grounding.citations[$0] } ?? mark
            if index.passages[target] != nil {
                cited[token.clause, default: []].append(target)
            } else if index.passages[target + ".1"] != nil {
                cited[token.clause, default: []] += index.passages.keys.filter { $0.hasPrefix(target + ".") }.sorted()
            }
        }
        return cited
    }

    /// Checks what stands in quotation marks, of four words or more: beside a citation it is in the passage, else somewhere
    /// in the evidence or the question; returns the byte ranges that need no other check.
    mutating func checkInlineQuotes(
        _ tokens: [Token],
        _ text: TokenizedText,
        _ cited: [String],
        _ place: Place
    ) -> [Range<Int>] {
        guard let first = tokens.first, let last = tokens.last else { return [] }
        var done: [Range<Int>] = []
        var open: Int?
        for position in max(0, first.span.lowerBound - 1)..<min(text.text.count, last.span.upperBound + 2) {
            let scalar = text.text[position]
            if open == nil, scalar == "\"" || scalar == "\u{201C}" {
                open = position
            } else if let start = open, scalar == "\"" || scalar == "\u{201D}" {
                open = nil
                let inside = start + 1..<position
                let words = text.text.original(inside)
                // A question in quotation marks is one the owner may ask.
                guard words.split(whereSeparator: { $0 == " " || $0 == "-" }).count >= (words.contains("-") ? 3 : 4),
                    !words.hasSuffix("?")
                else { continue }
                let figure = Figure(text: words, range: text.text.byteRange(inside), kind: .name)
                let spaced = Self.spaced(words)
                if let source = cited.first(where: { read($0)?.words.contains(spaced) ?? false }) {
                    note(figure, place, .quoted(source))
                } else if cited.isEmpty, let source = index.source(ofText: spaced) {
                    note(figure, place, .matched([source]))
                } else {
                    note(figure, place, .struck(.notVerbatim))
                }
                done.append(figure.range)
            }
        }
        return done
    }
}
