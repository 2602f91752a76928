/// Makes the outline of a text that is taken out of a file in another form: headings, then blocks of lines, each with the lines
/// of the file that it came from.
struct OutlineBuilder {
    private var lines: [String] = []
    private var places: [ClosedRange<Int>] = []
    private var sections: [DocumentOutline.Section] = []
    private var path: [(level: Int, text: String, place: ClosedRange<Int>, hasText: Bool)] = []
    private var blocks: [DocumentOutline.Block] = []

    /// Whether nothing was added yet.
    var isEmpty: Bool { lines.isEmpty }

    /// Opens a section; those of its level and below end.
    mutating func open(_ heading: String, level: Int, at place: ClosedRange<Int>) {
        let heading = Self.oneLine(heading)
        guard !heading.isEmpty else { return }
        close(from: level)
        path.append((level, heading, place, false))
    }

    /// Adds a block; lines without text are left out.
    mutating func add(
        _ block: [(text: String, place: ClosedRange<Int>)],
        breakStrength: Double = 3,
        innerStrength: Double = 1
    ) {
        // A line of the text is a line here, whatever breaks lines elsewhere.
        let filled = block.map { (text: Self.oneLine($0.text), place: $0.place) }.filter { !$0.text.isEmpty }
        append(filled, breakStrength: breakStrength, innerStrength: innerStrength)
    }

    /// Adds a block whose lines are kept as they are, with their blanks; none of them has a line break.
    mutating func addCode(_ block: [(text: String, place: ClosedRange<Int>)]) {
        append(block, breakStrength: 3, innerStrength: 1)
    }

    private mutating func append(
        _ block: [(text: String, place: ClosedRange<Int>)],
        breakStrength: Double,
        innerStrength: Double
    ) {
        guard !block.isEmpty else { return }
        let start = lines.count
        lines += block.map(\.text)
        places += block.map(\.place)
        for index in path.indices { path[index].hasText = true }
        let range = start..<lines.count
        blocks.append(
            DocumentOutline.Block(lines: range, breakStrength: breakStrength, innerStrength: innerStrength)
        )
        // A blank line between blocks, as a reader expects it.
        lines.append("")
        places.append(block.last?.place ?? 1...1)
    }

    /// The outline of what was added.
    mutating func outline(title: String?) -> DocumentOutline {
        close(from: 0)
        return DocumentOutline(
            title: title,
            lines: TextLines(lines.joined(separator: "\n")),
            sections: sections,
            places: places
        )
    }

    private mutating func close(from level: Int) {
        // A heading under which nothing stands is text itself.
        if let last = path.last, last.level >= level, !last.hasText {
            add([(last.text, last.place)])
        }
        if !blocks.isEmpty {
            sections.append(DocumentOutline.Section(headings: path.map(\.text), blocks: blocks))
            blocks = []
        }
        while let last = path.last, last.level >= level { path.removeLast() }
    }

    /// `text` with every run of white space as one blank.
    static func oneLine(_ text: String) -> String {
        text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
