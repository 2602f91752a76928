/// Plain text in pages, where form feeds part them, then paragraphs.
enum PlainTextOutline {
    /// The outline of `lines`, one section a page.
    /// - Parameter firstPage: The number of the page that the lines begin on.
    static func outline(of lines: TextLines, firstPage: Int = 1) -> DocumentOutline {
        let pages = pages(of: lines)
        let areNumbered = pages.count > 1 || firstPage > 1
        let sections = pages.enumerated().map { index, page in
            DocumentOutline.Section(
                headings: areNumbered ? ["page \(firstPage + index)"] : [],
                blocks: paragraphs(of: page, in: lines).map { .init(lines: $0, breakStrength: 3, innerStrength: 1) }
            )
        }
        return DocumentOutline(title: nil, lines: lines, sections: sections)
    }

    /// The lines of each page. A page begins with the line that has a form feed at its start, or after the one that has
    /// it further on.
    private static func pages(of lines: TextLines) -> [Range<Int>] {
        var pages: [Range<Int>] = []
        var start = 0
        for line in 0..<lines.count {
            let bytes = lines[line].utf8
            guard let feed = bytes.firstIndex(of: 0x0C) else { continue }
            let boundary = feed == bytes.startIndex ? line : line + 1
            pages.append(start..<boundary)
            start = boundary
        }
        pages.append(start..<lines.count)
        return pages
    }

    private static func paragraphs(of page: Range<Int>, in lines: TextLines) -> [Range<Int>] {
        var paragraphs: [Range<Int>] = []
        var start: Int?
        for line in page {
            if lines.isBlank(line) {
                if let begun = start { paragraphs.append(begun..<line) }
                start = nil
            } else if start == nil {
                start = line
            }
        }
        if let begun = start { paragraphs.append(begun..<page.upperBound) }
        return paragraphs
    }
}
