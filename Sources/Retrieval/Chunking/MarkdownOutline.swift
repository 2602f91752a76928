/// The sections of a Markdown document and the blocks in each.
struct MarkdownOutline {
    typealias Block = DocumentOutline.Block
    typealias Section = DocumentOutline.Section

    /// What a part of a document has to know of what stands before it.
    struct Context: Codable, Hashable {
        /// A heading that the part stands under.
        struct Heading: Codable, Hashable {
            var level: Int
            var text: String
        }

        /// From the outermost.
        var headings: [Heading] = []
        /// The line that opened a block of code which has not ended.
        var fence: String?
        /// Whether a comment has not ended.
        var isInComment = false
        /// The names of the columns of a table that has not ended.
        var columns: String?
    }

    private(set) var title: String?
    private(set) var sections: [Section] = []
    private var openFence: String?
    private var isInComment = false
    /// The names of the columns of the table that ends with the last line, where one does.
    private var columns: String?

    private let lines: TextLines
    private var path: [(level: Int, text: String)] = []
    private var blocks: [Block] = []
    /// Headings that have no text yet; they go to the section that follows.
    private var pending: [Block] = []

    /// - Parameter context: What stands before the lines; nil where they begin the document.
    init(_ lines: TextLines, after context: Context? = nil) {
        self.lines = lines
        var line = 0
        if let context {
            path = context.headings.map { ($0.level, $0.text) }
            if let opening = context.fence, let fence = MarkdownSyntax.Fence(opening: opening[...]) {
                line = readFence(fence, openedBy: opening, from: 0, isOpening: false)
            } else if context.isInComment {
                line = readComment(from: 0, isOpening: false)
            }
            columns = context.columns
        } else {
            let frontMatter = FrontMatter(lines)
            title = frontMatter?.title
            line = frontMatter?.lineCount ?? 0
        }
        while line < lines.count {
            line = read(from: line)
        }
        closeSection()
        if !pending.isEmpty {
            // Headings at the end of the document, under which nothing stands.
            sections.append(Section(headings: path.map(\.text), blocks: pending))
        }
    }

    /// What a part that follows has to know.
    var context: Context {
        Context(
            headings: path.map { Context.Heading(level: $0.level, text: $0.text) },
            fence: openFence,
            isInComment: isInComment,
            columns: columns
        )
    }

    /// Reads one heading or block that begins at `line`, and says where the next one begins.
    private mutating func read(from line: Int) -> Int {
        if lines.isBlank(line) { return line + 1 }
        let text = lines[line]
        if let fence = MarkdownSyntax.Fence(opening: text) {
            return readFence(fence, openedBy: String(text), from: line, isOpening: true)
        }
        if text.utf8.first(where: { $0 != 0x20 }) == 0x3C, MarkdownSyntax.opensComment(text) {
            return readComment(from: line, isOpening: true)
        }
        if let heading = MarkdownSyntax.heading(text) {
            open(heading.text, level: heading.level, lines: line..<line + 1)
            return line + 1
        }
        return readParagraph(from: line)
    }

    /// - Parameter isOpening: Whether `line` is the one that opens the code, which may look like one that closes it.
    private mutating func readFence(
        _ fence: MarkdownSyntax.Fence,
        openedBy opening: String,
        from line: Int,
        isOpening: Bool
    ) -> Int {
        var end = isOpening ? line + 1 : line
        while end < lines.count, !fence.isClosed(by: lines[end]) { end += 1 }
        openFence = end < lines.count ? nil : opening
        return append(line..<min(end + 1, lines.count), innerStrength: 0.3)
    }

    private mutating func readComment(from line: Int, isOpening: Bool) -> Int {
        var end = line
        while end < lines.count, !MarkdownSyntax.closesComment(lines[end], isOpening: isOpening && end == line) {
            end += 1
        }
        isInComment = end == lines.count
        return append(line..<min(end + 1, lines.count), innerStrength: 1)
    }

    /// A paragraph, a list item, a quotation or a table: lines up to a blank one or to what begins something else.
    private mutating func readParagraph(from line: Int) -> Int {
        var end = line + 1
        let isTable = MarkdownSyntax.isTableRow(lines[line])
        while end < lines.count, !lines.isBlank(end) {
            let text = lines[end]
            if let level = MarkdownSyntax.underline(text), !isTable, !MarkdownSyntax.beginsItem(lines[line]) {
                let heading = (line..<end).map { MarkdownSyntax.plain(lines[$0]) }.joined(separator: " ")
                open(heading, level: level, lines: line..<end + 1)
                return end + 1
            }
            let begins =
                MarkdownSyntax.beginsItem(text) || MarkdownSyntax.heading(text) != nil
                || MarkdownSyntax.Fence(opening: text) != nil
            if begins { break }
            end += 1
        }
        let isFollowedAtOnce = end < lines.count && !lines.isBlank(end)
        let columns = isTable ? self.columns(ofTable: line..<end) : nil
        self.columns = end == lines.count ? columns : nil
        return append(
            line..<end,
            breakStrength: isFollowedAtOnce ? 2 : 3,
            innerStrength: isTable ? 0.5 : 1,
            columns: columns
        )
    }

    /// The names of a table's columns, `Client | Opening`: its first row where a row of dashes follows, and for rows that go on with the
    /// table of the part before that table's.
    private func columns(ofTable range: Range<Int>) -> String? {
        guard range.count > 2, MarkdownSyntax.isTableRule(lines[range.lowerBound + 1]) else {
            return range.lowerBound == 0 ? columns : nil
        }
        let cells = lines[range.lowerBound].split(separator: "|").map { MarkdownSyntax.plain($0) }
            .filter { !$0.isEmpty }
        return cells.isEmpty ? nil : cells.joined(separator: " | ")
    }

    private mutating func append(
        _ range: Range<Int>,
        breakStrength: Double = 3,
        innerStrength: Double,
        columns: String? = nil
    ) -> Int {
        // A heading stays with the first block under it.
        if !pending.isEmpty {
            blocks += pending
            pending = []
        }
        blocks.append(
            Block(lines: range, breakStrength: breakStrength, innerStrength: innerStrength, columns: columns)
        )
        return range.upperBound
    }

    private mutating func open(_ heading: String, level: Int, lines range: Range<Int>) {
        closeSection()
        while let last = path.last, last.level >= level { path.removeLast() }
        path.append((level, heading))
        if title == nil, level == 1 { title = heading }
        pending.append(Block(lines: range, breakStrength: -8, innerStrength: -8))
    }

    private mutating func closeSection() {
        guard !blocks.isEmpty else { return }
        sections.append(Section(headings: path.map(\.text), blocks: blocks))
        blocks = []
    }
}

/// The data before a Markdown document's text: lines between two rules at its very beginning.
struct FrontMatter {
    let title: String?
    let lineCount: Int

    /// Nil if the document does not begin with front matter.
    init?(_ lines: TextLines) {
        guard lines.count > 1, lines[0].trimmedEnd == "---" else { return nil }
        let limit = min(lines.count, 400)
        guard let end = (1..<limit).first(where: { ["---", "..."].contains(lines[$0].trimmedEnd) }) else { return nil }
        lineCount = end + 1
        title = (1..<end).lazy.compactMap { Self.title(lines[$0]) }.first
    }

    private static func title(_ line: Substring) -> String? {
        guard line.lowercased().hasPrefix("title:") else { return nil }
        var value = line.dropFirst(6).trimmed
        for quote in ["\"", "'"] where value.count >= 2 && value.hasPrefix(quote) && value.hasSuffix(quote) {
            value = value.dropFirst().dropLast()
        }
        return value.isEmpty ? nil : String(value)
    }
}
