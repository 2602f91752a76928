extension Draft {
    /// A draft from what a language model wrote: headings give the subjects of what follows them, tables are read
    /// by column, everything else, code too, is prose.
    ///
    /// Block quotes are prose as well: what stands in quotation marks beside a citation is compared with the passage.
    ///
    /// - Parameter subjects: Whom the answer is about before its first heading.
    public init(markdown: String, subjects: [String] = []) {
        var reader = MarkdownReader()
        var builder = MarkdownDraft(subjects: subjects)
        for line in markdown.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            for element in reader.read(String(line)) { builder.add(element) }
        }
        for element in reader.finish() { builder.add(element) }
        self = builder.draft
    }
}

/// The pieces of an answer in Markdown as its lines come.
struct MarkdownDraft: Sendable {
    private let subjects: [String]
    /// Whom the section is about.
    private(set) var scope: [String]
    private var segments: [Draft.Segment] = []
    private var paragraph: [String] = []

    init(subjects: [String]) {
        self.subjects = subjects
        scope = subjects
    }

    /// The number of the piece that a line of prose now belongs to.
    var segment: Int { segments.count }

    /// Where the next line of the paragraph will begin in its UTF-8.
    var offset: Int { paragraph.reduce(0) { $0 + $1.utf8.count + 1 } }

    /// The pieces so far.
    var draft: Draft {
        var copy = self
        copy.endParagraph()
        return Draft(copy.segments)
    }

    /// Adds a line. Returns the piece it makes, unless it is part of a paragraph or none.
    @discardableResult
    mutating func add(_ element: MarkdownReader.Element) -> Draft.Segment? {
        switch element {
        case .prose(let line):
            paragraph.append(line)
            return nil
        case .rule: return nil
        case .blank:
            endParagraph()
            return nil
        case .heading(let line, let title):
            endParagraph()
            let title = MarkdownReader.text(line, title)
            scope = subjects + [title]
            segments.append(Draft.Segment(.heading(title), subjects: subjects))
        case .titles(let line, let cells):
            endParagraph()
            segments.append(Draft.Segment(.columns(cells.map { MarkdownReader.text(line, $0) }), subjects: scope))
        case .row(let line, let cells, let columns):
            endParagraph()
            let texts = cells.map { MarkdownReader.text(line, $0) }
            segments.append(Draft.Segment(.row(cells: texts, columns: columns), subjects: scope))
        }
        return segments.last
    }

    mutating func endParagraph() {
        guard !paragraph.isEmpty else { return }
        segments.append(Draft.Segment(.prose(paragraph.joined(separator: "\n")), subjects: scope))
        paragraph = []
    }
}
