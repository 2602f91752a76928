/// Source text in blocks that end where blank lines are; best where a line at the margin follows, for that begins something new.
enum SourceCodeOutline {
    /// The outline of `text`.
    static func outline(of text: String) -> DocumentOutline {
        outline(of: TextLines(text))
    }

    /// The outline of `lines`.
    static func outline(of lines: TextLines) -> DocumentOutline {
        var sections: [DocumentOutline.Section] = []
        /// Small things that stand side by side, which may share a chunk.
        var small: [DocumentOutline.Block] = []
        var item: [DocumentOutline.Block] = []
        func closeItem() {
            let bytes = item.reduce(0) { $0 + $1.lines.reduce(0) { $0 + lines[$1].utf8.count } }
            if bytes < smallItem {
                small += item
            } else {
                closeSmall()
                sections.append(DocumentOutline.Section(headings: [], blocks: item))
            }
            item = []
        }
        func closeSmall() {
            if !small.isEmpty { sections.append(DocumentOutline.Section(headings: [], blocks: small)) }
            small = []
        }
        var line = 0
        while line < lines.count {
            guard !lines.isBlank(line) else {
                line += 1
                continue
            }
            let start = line
            while line < lines.count, !lines.isBlank(line) { line += 1 }
            var next = line
            while next < lines.count, lines.isBlank(next) { next += 1 }
            let beginsNew = next == lines.count || beginsAtMargin(lines[next])
            item.append(.init(lines: start..<line, breakStrength: beginsNew ? 3 : 1.5, innerStrength: 0.5))
            if beginsNew { closeItem() }
        }
        closeSmall()
        return DocumentOutline(title: nil, lines: lines, sections: sections)
    }

    /// Bytes from which on a thing has chunks of its own, so that they begin where it does.
    private static let smallItem = 300

    private static func beginsAtMargin(_ line: Substring) -> Bool {
        guard let first = line.first else { return false }
        return !first.isWhitespace && !"})]".contains(first)
    }
}
