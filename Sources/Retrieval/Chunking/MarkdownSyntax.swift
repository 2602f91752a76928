/// What a line of Markdown is.
enum MarkdownSyntax {
    /// The marks that open a block of code.
    struct Fence {
        private let mark: Character
        private let length: Int

        /// Nil if `line` opens no code.
        init?(opening line: Substring) {
            let text = line.drop { $0 == " " || $0 == "\t" || $0 == ">" }
            guard let mark = text.first, mark == "`" || mark == "~" else { return nil }
            let run = text.prefix { $0 == mark }
            guard run.count >= 3 else { return nil }
            // Three marks and more of them behind are code inside a line.
            if mark == "`", text.dropFirst(run.count).contains("`") { return nil }
            self.mark = mark
            length = run.count
        }

        func isClosed(by line: Substring) -> Bool {
            let text = line.drop { $0 == " " || $0 == "\t" || $0 == ">" }.trimmed
            return text.count >= length && text.allSatisfy { $0 == mark }
        }
    }

    /// The heading of a line that begins with number signs.
    static func heading(_ line: Substring) -> (level: Int, text: String)? {
        guard let text = lessIndented(line), text.first == "#" else { return nil }
        let level = text.prefix { $0 == "#" }.count
        let rest = text.dropFirst(level)
        guard level <= 6, rest.isEmpty || rest.first == " " || rest.first == "\t" else { return nil }
        var title = rest.trimmed
        let withoutSigns = title.trimmedEnd(where: { $0 == "#" })
        if withoutSigns.isEmpty || withoutSigns.last == " " { title = withoutSigns.trimmed }
        return (level, plain(title))
    }

    /// The level of the heading that `line` makes of the paragraph above it; nil if it is no such line.
    static func underline(_ line: Substring) -> Int? {
        guard let text = lessIndented(line)?.trimmed, let mark = text.first, text.allSatisfy({ $0 == mark }) else {
            return nil
        }
        return mark == "=" ? 1 : mark == "-" ? 2 : nil
    }

    /// Whether `line` begins an item of a list.
    static func beginsItem(_ line: Substring) -> Bool {
        let text = line.drop { $0 == " " || $0 == "\t" }
        guard let first = text.first else { return false }
        if "-*+".contains(first) { return text.dropFirst().first == " " }
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard !digits.isEmpty, digits.count <= 9 else { return false }
        let rest = text.dropFirst(digits.count)
        return (rest.first == "." || rest.first == ")") && rest.dropFirst().first == " "
    }

    static func isTableRow(_ line: Substring) -> Bool {
        line.drop { $0 == " " }.first == "|"
    }

    /// Whether `line` parts the names of a table's columns from its rows: `| --- | :-: |`.
    static func isTableRule(_ line: Substring) -> Bool {
        let marks = line.trimmed
        return marks.contains("-") && marks.allSatisfy { "|-: ".contains($0) }
    }

    static func opensComment(_ line: Substring) -> Bool {
        lessIndented(line)?.hasPrefix("<!--") == true
    }

    /// Whether the comment ends in `line`. In the line that opens it, what ends it stands behind.
    static func closesComment(_ line: Substring, isOpening: Bool) -> Bool {
        let text = isOpening ? line.drop { $0 == " " }.dropFirst(4) : line
        return text.utf8.count >= 3 && text.contains("-->")
    }

    /// `text` without marks of emphasis and code, links as their words.
    static func plain(_ text: Substring) -> String {
        var plain = ""
        var rest = text.trimmed
        while let character = rest.first {
            rest.removeFirst()
            switch character {
            case "*", "`":
                continue
            case "\\":
                if let next = rest.first, next.isPunctuation || next.isSymbol {
                    plain.append(next)
                    rest.removeFirst()
                } else {
                    plain.append(character)
                }
            case "[":
                guard let end = rest.firstIndex(of: "]"), rest[rest.index(after: end)...].first == "(",
                    let close = rest[end...].firstIndex(of: ")")
                else {
                    plain.append(character)
                    continue
                }
                plain += Self.plain(rest[..<end])
                rest = rest[rest.index(after: close)...]
            default:
                plain.append(character)
            }
        }
        return plain
    }

    /// `line` without its up to three leading blanks; nil with four, which make it code.
    private static func lessIndented(_ line: Substring) -> Substring? {
        let text = line.drop { $0 == " " }
        return text.utf8.startIndex == line.utf8.startIndex || line[..<text.startIndex].utf8.count <= 3 ? text : nil
    }
}

extension Substring {
    /// Without white space at both ends.
    var trimmed: Substring {
        drop(while: \.isWhitespace).trimmedEnd(where: \.isWhitespace)
    }

    /// Without blanks of ASCII at both ends: what else looks like one may be half a character, where each character is a byte.
    var trimmedBytes: Substring {
        drop { $0.isASCII && $0.isWhitespace }.trimmedEndOfBytes
    }

    /// Without blanks of ASCII at the end.
    var trimmedEndOfBytes: Substring {
        trimmedEnd { $0.isASCII && $0.isWhitespace }
    }

    /// Without white space at the end.
    var trimmedEnd: Substring {
        trimmedEnd(where: \.isWhitespace)
    }

    func trimmedEnd(where isUnwanted: (Character) -> Bool) -> Substring {
        var rest = self
        while let last = rest.last, isUnwanted(last) { rest.removeLast() }
        return rest
    }
}
