/// Reads the lines of an answer in Markdown one by one and says what each is, the same whether they come together
/// or as they are written.
///
/// Headings give the subjects of what follows them, tables are read by column, everything else, code and block
/// quotes too, is prose. The first line of a table is known by the one after it, so it is held until that is there.
struct MarkdownReader: Sendable {
    /// What a line is.
    enum Element: Sendable {
        /// One line of a paragraph or list.
        case prose(String)
        /// Ends a paragraph and shows nothing.
        case blank(String)
        /// Shows nothing and ends nothing: the line of dashes under a table's titles.
        case rule(String)
        /// `## Title`; where the title begins in the line's UTF-8.
        case heading(String, title: Range<Int>)
        /// The titles of a table; where each stands in the line's UTF-8.
        case titles(String, cells: [Range<Int>])
        /// A row of a table under titles, which may be none.
        case row(String, cells: [Range<Int>], columns: [String])
    }

    private var columns: [String]?
    private var held: String?

    /// Whether a row waits for the line after it.
    var isHolding: Bool { held != nil }

    /// What a line is, after what waited for it.
    mutating func read(_ line: String) -> [Element] {
        var elements: [Element] = []
        if let held {
            self.held = nil
            elements.append(row(held, isTitle: Self.isRule(Self.cells(of: line).map { Self.text(line, $0) })))
        }
        let trimmed = line.drop { $0 == " " || $0 == "\t" }
        if let title = Self.heading(line) {
            columns = nil
            elements.append(.heading(line, title: title))
        } else if trimmed.first == "|" {
            let cells = Self.cells(of: line)
            if Self.isRule(cells.map { Self.text(line, $0) }) {
                elements.append(.rule(line))
            } else if columns?.count == cells.count {
                elements.append(row(line, isTitle: false))
            } else {
                held = line
            }
        } else {
            columns = nil
            elements.append(trimmed.isEmpty ? .blank(line) : .prose(line))
        }
        return elements
    }

    /// What still waits when the text ends.
    mutating func finish() -> [Element] {
        guard let line = held else { return [] }
        held = nil
        return [row(line, isTitle: false)]
    }

    private mutating func row(_ line: String, isTitle: Bool) -> Element {
        let cells = Self.cells(of: line)
        if isTitle {
            columns = cells.map { Self.text(line, $0) }
            return .titles(line, cells: cells)
        }
        return .row(line, cells: cells, columns: columns?.count == cells.count ? columns ?? [] : [])
    }

    static func text(_ line: String, _ range: Range<Int>) -> String {
        String(decoding: line.utf8.dropFirst(range.lowerBound).prefix(range.count), as: UTF8.self)
    }

    private static func heading(_ line: String) -> Range<Int>? {
        let trimmed = line.drop { $0 == " " || $0 == "\t" }
        let marks = trimmed.prefix { $0 == "#" }
        guard (1...6).contains(marks.count), trimmed.dropFirst(marks.count).first == " " else { return nil }
        let title = trimmed.dropFirst(marks.count).drop { $0 == " " }
        return line.utf8.count - title.utf8.count..<line.utf8.count
    }

    /// Where the cells of a line stand in its UTF-8, without the space around them.
    static func cells(of line: String) -> [Range<Int>] {
        let trimmed = line.drop { $0 == " " || $0 == "\t" }
        var parts = trimmed.split(separator: "|", omittingEmptySubsequences: false).map { part -> Range<Int> in
            var cell = part.drop { $0 == " " }
            while cell.last == " " { cell.removeLast() }
            let start = line.utf8.distance(from: line.startIndex, to: cell.startIndex)
            return start..<start + cell.utf8.count
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
