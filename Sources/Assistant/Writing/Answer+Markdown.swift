import Evidence

extension Answer {
    /// The blocks of a text in the Markdown that models write: headings, paragraphs, lists, tables. Marks of emphasis and of
    /// code go, the words stay.
    public init(markdown: String, citations: [Citation] = []) {
        self.init(citations: citations)
        var paragraph: [String] = []
        var items: [Item] = []
        var rows: [String] = []
        func cells(_ line: String) -> [String] {
            var parts = line.split(separator: "|", omittingEmptySubsequences: false).map { String($0).trimmingSpace }
            if parts.first?.isEmpty == true { parts.removeFirst() }
            if parts.last?.isEmpty == true { parts.removeLast() }
            return parts
        }
        func end() {
            if !paragraph.isEmpty { blocks.append(.paragraph(paragraph.joined(separator: " "))) }
            if !items.isEmpty { blocks.append(.list(items)) }
            if !rows.isEmpty { blocks.append(contentsOf: Answer.table(rows.map(cells))) }
            (paragraph, items, rows) = ([], [], [])
        }
        for line in markdown.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            let text = Answer.plain(String(line).trimmingSpace)
            if text.isEmpty || text.hasPrefix("```") {
                end()
            } else if text.hasPrefix("#"), let title = Answer.heading(text) {
                end()
                blocks.append(.heading(title))
            } else if text.hasPrefix("|") {
                if rows.isEmpty { end() }
                rows.append(text)
            } else if let item = Answer.item(text) {
                if items.isEmpty { end() }
                items.append(Item(item))
            } else if !items.isEmpty, line.first?.isWhitespace == true {
                // A line that is drawn in belongs to the item above it.
                items[items.count - 1].text += " " + text
            } else {
                if paragraph.isEmpty { end() }
                paragraph.append(text.hasPrefix("> ") ? String(text.dropFirst(2)) : text)
            }
        }
        end()
    }

    /// A line without marks of emphasis and of code. One inside a figure stays, for the figure was checked as it was written:
    /// `5**0**` must not become 50.
    private static func plain(_ line: String) -> String {
        guard !line.hasPrefix("```"), line.contains(where: { $0 == "*" || $0 == "`" }) else { return line }
        var kept = ""
        var rest = line[...]
        while let first = rest.first {
            let mark = rest.hasPrefix("**") ? 2 : first == "`" ? 1 : 0
            let next = rest.dropFirst(max(1, mark)).first
            if mark == 0 || joins(kept.last, next) {
                kept.append(first)
                rest = rest.dropFirst()
            } else {
                rest = rest.dropFirst(mark)
            }
        }
        return kept
    }

    /// Whether two characters side by side may read as one figure.
    private static func joins(_ left: Character?, _ right: Character?) -> Bool {
        guard let left, let right, left.isNumber || right.isNumber else { return false }
        return (left.isNumber || left.isLetter || ".,$-+".contains(left))
            && (right.isNumber || right.isLetter || right == "%")
    }

    private static func heading(_ line: String) -> String? {
        let marks = line.prefix { $0 == "#" }
        guard marks.count <= 6, line.dropFirst(marks.count).first == " " else { return nil }
        return String(line.dropFirst(marks.count)).trimmingSpace
    }

    /// The words of a list's item; numbers stay, for they may be referred to.
    private static func item(_ line: String) -> String? {
        if line.count > 2, "-*+•".contains(line[line.startIndex]), line.dropFirst().first == " " {
            return String(line.dropFirst(2)).trimmingSpace
        }
        let digits = line.prefix { $0.isNumber }
        guard (1...3).contains(digits.count), line.dropFirst(digits.count).hasPrefix(". ") else { return nil }
        return line
    }

    /// A table of rows, the second of which is the line of dashes; without one the rows are lines of text.
    private static func table(_ rows: [[String]]) -> [Block] {
        func isRule(_ cells: [String]) -> Bool {
            !cells.isEmpty && cells.allSatisfy { cell in !cell.isEmpty && cell.allSatisfy { "-:".contains($0) } }
        }
        guard rows.count > 1, isRule(rows[1]) else {
            return [.list(rows.filter { !isRule($0) }.map { Item($0.joined(separator: " | ")) })]
        }
        let titles = rows[0]
        let body = rows.dropFirst(2).filter { !isRule($0) }
        let columns = titles.enumerated().map { column, title in
            let rule = column < rows[1].count ? rows[1][column] : ""
            let cells = body.compactMap { column < $0.count ? $0[column] : nil }.filter { !$0.isEmpty }
            let isNumeric = rule.hasSuffix(":") || (!cells.isEmpty && cells.allSatisfy(looksNumeric))
            return AnswerTable.Column(title, isNumeric: column > 0 && isNumeric)
        }
        var table = AnswerTable(columns: columns)
        table.rows = body.map { row in
            let cells = titles.indices.map { AnswerTable.Cell($0 < row.count ? row[$0] : "") }
            return AnswerTable.Row(subject: row.first ?? "", cells: cells)
        }
        return [.table(table)]
    }

    private static func looksNumeric(_ cell: String) -> Bool {
        cell == GroundingReport.placeholder || cell.contains(where: \.isNumber) && !cell.contains(where: \.isLetter)
            || cell == FigureFormat.missing
    }
}
