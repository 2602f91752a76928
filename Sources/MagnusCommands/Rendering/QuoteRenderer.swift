/// Lays a passage's own words out: paragraphs are filled to the width, lists, tables of any form and code keep their lines. The words
/// stay as they are; a heading at the top, which already stands above the quote, is not shown twice.
struct QuoteRenderer {
    /// Columns to fill.
    var width: Int

    private static let indent: StyledText = "  "

    /// The lines of a passage.
    func lines(_ text: String) -> [StyledText] {
        var lines: [StyledText] = []
        var paragraph: [Substring] = []
        var isCode = false
        var isAtTop = true
        func endParagraph() {
            guard !paragraph.isEmpty else { return }
            if TextTable.isTable(paragraph) {
                lines += paragraph.flatMap(kept)
            } else {
                let words = paragraph.map { $0.drop { $0 == " " || $0 == "\t" } }
                lines += wrapped(words.joined(separator: " "), hanging: Self.indent)
            }
            paragraph = []
        }
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            let trimmed = line.drop { $0 == " " || $0 == "\t" }
            if trimmed.hasPrefix("```") {
                endParagraph()
                isCode.toggle()
            } else if isCode || trimmed.hasPrefix("|") || line.hasPrefix("    ") {
                endParagraph()
                lines += kept(line)
            } else if trimmed.isEmpty {
                endParagraph()
                if lines.last != "" && !lines.isEmpty { lines.append("") }
            } else if trimmed.hasPrefix("#") {
                endParagraph()
                let title = trimmed.drop { $0 == "#" || $0 == " " }
                if !isAtTop { lines += wrapped(String(title), hanging: Self.indent) }
            } else if trimmed.hasPrefix("- ") || trimmed.hasPrefix("* ") {
                endParagraph()
                paragraph = [line]
            } else {
                paragraph.append(line)
            }
            isAtTop = isAtTop && (trimmed.isEmpty || trimmed.hasPrefix("#"))
        }
        endParagraph()
        while lines.last == "" { lines.removeLast() }
        return lines
    }

    /// A line as it is.
    private func kept(_ line: Substring) -> [StyledText] {
        StyledText(String(line)).wrapped(to: width, indent: Self.indent, hangingIndent: Self.indent)
    }

    private func wrapped(_ text: String, hanging: StyledText) -> [StyledText] {
        let isItem = text.hasPrefix("- ") || text.hasPrefix("* ")
        let hangingIndent: StyledText = isItem ? "    " : hanging
        return StyledText(text, .plain, shape: .line)
            .wrapped(to: min(width, 100), indent: Self.indent, hangingIndent: hangingIndent)
    }
}
