/// Text with a meaning per piece, safe to show: whatever it was made from has been through ``TerminalText``, so a
/// styled text never carries a control character except `\n`.
///
/// ```swift
/// let line: StyledText = "Delta " + StyledText("+0.31", .positive) + " " + StyledText("[P1]", .citation)
/// ```
struct StyledText: Sendable, Equatable {
    /// A stretch of text with one style.
    struct Run: Sendable, Equatable {
        /// The text, free of control characters except `\n`.
        fileprivate(set) var text: String
        /// What it means.
        var style: Style
    }

    /// The stretches in order; none is empty, and neighbours differ in style.
    private(set) var runs: [Run] = []

    /// Cleans the text and gives it one style.
    init(_ text: String, _ style: Style = .plain, shape: TerminalText.Shape = .block) {
        append(safe: TerminalText.sanitised(text, shape: shape), style)
    }

    /// Text from cells that came out of another styled text.
    init(cells: some Sequence<Cell>) {
        var text = ""
        var style = Style.plain
        for cell in cells {
            if cell.style != style {
                append(safe: text, style)
                text = ""
                style = cell.style
            }
            text.append(cell.character)
        }
        append(safe: text, style)
    }

    /// Whether there is nothing to show.
    var isEmpty: Bool { runs.isEmpty }
    /// The text without its styles.
    var plain: String { runs.count == 1 ? runs[0].text : runs.map(\.text).joined() }
    /// The columns it takes on one line.
    var displayWidth: Int { runs.reduce(0) { $0 + $1.text.displayWidth } }

    /// The text as bytes for a terminal: with ANSI sequences, or plain. Every line ends in the default style, so lines
    /// can be cut apart and paged.
    func rendered(usesColour: Bool) -> String {
        guard usesColour else { return plain }
        var result = ""
        for run in runs {
            guard let parameters = run.style.parameters else {
                result += run.text
                continue
            }
            let lines = run.text.split(separator: "\n", omittingEmptySubsequences: false)
            result += lines.map { $0.isEmpty ? "" : "\u{1B}[\(parameters)m\($0)\u{1B}[0m" }.joined(separator: "\n")
        }
        return result
    }

    /// The text without spaces at its end.
    func withoutTrailingSpaces() -> StyledText {
        var result = self
        while let last = result.runs.last, last.text.hasSuffix(" ") {
            let kept = last.text.reversed().drop { $0 == " " }.reversed()
            result.runs.removeLast()
            result.append(safe: String(kept), last.style)
        }
        return result
    }

    /// Both texts, one after the other.
    static func + (left: StyledText, right: StyledText) -> StyledText {
        var result = left
        result += right
        return result
    }

    /// Adds a text at the end.
    static func += (left: inout StyledText, right: StyledText) {
        for run in right.runs { left.append(safe: run.text, run.style) }
    }

    /// Adds text already free of control characters.
    private mutating func append(safe text: String, _ style: Style) {
        guard !text.isEmpty else { return }
        if let last = runs.indices.last, runs[last].style == style {
            runs[last].text += text
        } else {
            runs.append(Run(text: text, style: style))
        }
    }
}

extension StyledText {
    /// One character with its style and width: the unit in which text is laid out.
    struct Cell: Sendable, Equatable {
        /// A grapheme cluster.
        var character: Character
        /// What it means.
        var style: Style
        /// The columns it takes.
        var width: Int
    }

    /// The text character by character.
    var cells: [Cell] {
        runs.flatMap { run in
            run.text.map { Cell(character: $0, style: run.style, width: $0.displayWidth) }
        }
    }
}

extension StyledText: ExpressibleByStringLiteral {
    /// Ordinary text.
    init(stringLiteral value: String) {
        self.init(value)
    }
}

extension Sequence<StyledText> {
    /// The texts one after the other with a separator between them.
    func joined(separator: StyledText) -> StyledText {
        var result = StyledText("")
        for (index, text) in enumerated() {
            if index > 0 { result += separator }
            result += text
        }
        return result
    }
}
