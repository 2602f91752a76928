extension Draft {
    /// A draft from what a language model wrote: headings give the subjects of what follows them, tables are read
    /// by column, everything else, code too, is prose.
    ///
    /// Block quotes are prose as well: what stands in quotation marks beside a citation is compared with the passage.
    ///
    /// - Parameter subjects: Whom the answer is about before its first heading.
    public init(markdown: String, subjects: [String] = []) {
        var segments: [Segment] = []
        var scope = subjects
        var columns: [String]?
        var paragraph: [Substring] = []
        func endParagraph() {
            guard !paragraph.isEmpty else { return }
            segments.append(Segment(.prose(paragraph.joined(separator: "\n")), subjects: scope))
            paragraph = []
        }
        let lines = markdown.split(omittingEmptySubsequences: false) { $0.isNewline }
        for (number, line) in lines.enumerated() {
            let trimmed = line.drop { $0 == " " || $0 == "\t" }
            if let title = Self.heading(trimmed) {
                endParagraph()
                columns = nil
                scope = subjects + [title]
                segments.append(Segment(.heading(title), subjects: subjects))
            } else if trimmed.first == "|" {
                let cells = Self.cells(trimmed)
                if Self.isRule(cells) { continue }
                endParagraph()
                if let columns, columns.count == cells.count {
                    segments.append(Segment(.row(cells: cells, columns: columns), subjects: scope))
                } else if number + 1 < lines.count, Self.isRule(Self.cells(lines[number + 1])) {
                    columns = cells
                    segments.append(Segment(.columns(cells), subjects: scope))
                } else {
                    segments.append(Segment(.row(cells: cells, columns: []), subjects: scope))
                }
            } else {
                columns = nil
                if trimmed.isEmpty { endParagraph() } else { paragraph.append(line) }
            }
        }
        endParagraph()
        self.init(segments)
    }

    private static func heading(_ line: Substring) -> String? {
        let marks = line.prefix { $0 == "#" }
        guard (1...6).contains(marks.count), line.dropFirst(marks.count).first == " " else { return nil }
        return String(line.dropFirst(marks.count).drop { $0 == " " })
    }

    private static func cells(_ line: Substring) -> [String] {
        var parts = line.split(separator: "|", omittingEmptySubsequences: false).map { cell in
            String(cell.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
        if parts.first?.isEmpty == true { parts.removeFirst() }
        if parts.last?.isEmpty == true { parts.removeLast() }
        return parts
    }

    /// Whether cells are the line of dashes under a table's titles.
    private static func isRule(_ cells: [String]) -> Bool {
        !cells.isEmpty && cells.allSatisfy { cell in !cell.isEmpty && cell.allSatisfy { $0 == "-" || $0 == ":" } }
    }
}
