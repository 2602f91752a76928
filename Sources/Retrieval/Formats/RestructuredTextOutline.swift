/// The sections and blocks of reStructuredText, whose headings are underlined, and overlined as one likes.
struct RestructuredTextOutline {
    private let lines: TextLines
    private var line = 0
    /// Kinds of adornment in the order they came; their order is that of the levels.
    private var kinds: [String] = []
    private var path: [(level: Int, text: String)] = []
    private var sections: [DocumentOutline.Section] = []
    private var blocks: [DocumentOutline.Block] = []
    private var heading: DocumentOutline.Block?
    private var title: String?

    private init(_ lines: TextLines) {
        self.lines = lines
    }

    /// The outline of `text`.
    static func outline(of text: String) -> DocumentOutline {
        var reader = RestructuredTextOutline(TextLines(text))
        reader.read()
        return DocumentOutline(title: reader.title, lines: reader.lines, sections: reader.sections)
    }

    private mutating func read() {
        while line < lines.count {
            if lines.isBlank(line) {
                line += 1
            } else if !readHeading() {
                readBlock()
            }
        }
        close()
        if let heading { sections.append(.init(headings: path.map(\.text), blocks: [heading])) }
    }

    /// A line of one punctuation character, at least three times.
    private func adornment(_ index: Int) -> Character? {
        guard index < lines.count else { return nil }
        let text = lines[index].trimmedEnd
        guard text.utf8.count >= 3, let first = text.first, first.isASCII, first.isPunctuation || first.isSymbol,
            text.allSatisfy({ $0 == first })
        else { return nil }
        return first
    }

    private mutating func readHeading() -> Bool {
        if let over = adornment(line), line + 2 < lines.count, !lines.isBlank(line + 1), adornment(line + 2) == over {
            open(lines[line + 1].trimmed, kind: "\(over)\(over)", lines: line..<line + 3)
            return true
        }
        guard let under = adornment(line + 1), adornment(line) == nil, lines[line].first?.isWhitespace == false,
            lines[line + 1].trimmedEnd.count >= lines[line].trimmedEnd.count,
            line == 0 || lines.isBlank(line - 1) || heading?.lines.upperBound == line
        else { return false }
        open(lines[line].trimmed, kind: "\(under)", lines: line..<line + 2)
        return true
    }

    private mutating func open(_ text: Substring, kind: String, lines range: Range<Int>) {
        close()
        let level = kinds.firstIndex(of: kind) ?? kinds.count
        if level == kinds.count { kinds.append(kind) }
        if let heading {
            // A heading under which nothing stands is kept as text.
            sections.append(.init(headings: path.map(\.text), blocks: [heading]))
        }
        while let last = path.last, last.level >= level { path.removeLast() }
        path.append((level, String(text)))
        if title == nil { title = String(text) }
        heading = DocumentOutline.Block(lines: range, breakStrength: -8, innerStrength: -8)
        line = range.upperBound
    }

    /// A paragraph, a table, or a directive or literal with what is indented under it.
    private mutating func readBlock() {
        let start = line
        let isExplicit = lines[start].hasPrefix("..")
        line += 1
        while line < lines.count, !lines.isBlank(line) { line += 1 }
        let opensLiteral = lines[line - 1].trimmedEnd.hasSuffix("::")
        if isExplicit || opensLiteral {
            var end = line
            while end < lines.count, lines.isBlank(end) || lines[end].first?.isWhitespace == true {
                if !lines.isBlank(end) { line = end + 1 }
                end += 1
            }
        }
        let isTable = lines[start].hasPrefix("+-") || lines[start].hasPrefix("==")
        if let heading {
            blocks.append(heading)
            self.heading = nil
        }
        blocks.append(
            .init(
                lines: start..<line,
                breakStrength: 3,
                innerStrength: isTable ? 0.5 : 1,
                columns: isTable ? columns(ofTable: start..<line) : nil
            )
        )
    }

    /// The names of a table's columns: in a grid what stands above the line of equals signs, in a simple table what stands between
    /// its first two.
    private func columns(ofTable range: Range<Int>) -> String? {
        let isGrid = lines[range.lowerBound].hasPrefix("+")
        let rules = range.filter { lines[$0].hasPrefix(isGrid ? "+=" : "==") }
        guard let end = rules.dropFirst(isGrid ? 0 : 1).first, end < range.upperBound - 1 else { return nil }
        let head = (range.lowerBound + 1..<end).map { lines[$0] }.filter { !$0.hasPrefix("+") }
        // No names of columns that are worth saying again are as long.
        guard !head.isEmpty, head.count <= 4, lines[range.lowerBound].utf8.count <= 1_000 else { return nil }
        let cells = Self.cells(of: lines[range.lowerBound], head, isGrid: isGrid)
        return cells.isEmpty ? nil : cells.joined(separator: " | ")
    }

    /// The texts in the columns that `rule` marks, words of several lines one behind the other.
    private static func cells(of rule: Substring, _ rows: [Substring], isGrid: Bool) -> [String] {
        let mark: Character = isGrid ? "+" : " "
        var bounds: [Range<Int>] = []
        var start = 0
        for (place, character) in rule.trimmedEnd.enumerated() where character == mark {
            if place > start { bounds.append(start..<place) }
            start = place + 1
        }
        bounds.append(start..<Int.max)
        return bounds.compactMap { bound -> String? in
            let words = rows.map { row in
                row.dropFirst(bound.lowerBound).prefix(bound.upperBound == .max ? row.count : bound.count)
                    .trimmingPrefix("|").trimmed
            }
            let text = words.filter { !$0.isEmpty }.joined(separator: " ")
            return text.isEmpty || text == "|" ? nil : text
        }
    }

    private mutating func close() {
        guard !blocks.isEmpty else { return }
        sections.append(.init(headings: path.map(\.text), blocks: blocks))
        blocks = []
    }
}
