/// On which side of a column text stands.
enum Alignment: Sendable, Equatable {
    /// At the left edge.
    case left
    /// At the right edge.
    case right
}

extension StyledText {
    /// The text cut to a width, its end replaced by the ellipsis if anything was lost.
    ///
    /// - Parameters:
    ///   - width: the columns it may take; the result is never wider.
    ///   - ellipsis: what marks the cut; itself cut if it does not fit.
    func truncated(to width: Int, ellipsis: String) -> StyledText {
        guard displayWidth > width else { return self }
        let mark = StyledText(ellipsis)
        guard mark.displayWidth < width else { return StyledText(cells: mark.cells.prefix(fitting: width)) }
        let kept = cells.prefix(fitting: width - mark.displayWidth)
        return StyledText(cells: kept) + StyledText(ellipsis, kept.last?.style ?? .plain)
    }

    /// The text filled with spaces to a width; returned as it is when already as wide.
    func padded(to width: Int, _ alignment: Alignment = .left) -> StyledText {
        let missing = width - displayWidth
        guard missing > 0 else { return self }
        let space = StyledText(String(repeating: " ", count: missing))
        return alignment == .left ? self + space : space + self
    }

    /// The text cut at its line breaks.
    var lines: [StyledText] {
        if runs.allSatisfy({ !$0.text.utf8.contains(0x0A) }) { return [self] }
        return cells.split(separator: "\n").map { StyledText(cells: $0) }
    }

    /// The text broken into lines no wider than `width`.
    ///
    /// Breaks fall at spaces, which vanish there, and between East Asian wide characters; a word wider than a line is
    /// broken inside. Line breaks in the text are kept, and so are spaces at the start of its lines.
    ///
    /// - Parameters:
    ///   - width: columns of a line; taken as 2 if less, as a wide character has no narrower place.
    ///   - indent: stands before the first line.
    ///   - hangingIndent: stands before all others. Indents that would leave less than half the line are left out.
    func wrapped(to width: Int, indent: StyledText = "", hangingIndent: StyledText = "") -> [StyledText] {
        let width = max(2, width)
        let first = indent.displayWidth * 2 > width ? "" : indent
        let rest = hangingIndent.displayWidth * 2 > width ? "" : hangingIndent
        var wrapper = WordWrapper(firstWidth: width - first.displayWidth, width: width - rest.displayWidth)
        for paragraph in cells.split(separator: "\n") { wrapper.add(paragraph: paragraph) }
        return wrapper.lines.enumerated().map { index, cells in
            cells.isEmpty ? "" : (index == 0 ? first : rest) + StyledText(cells: cells)
        }
    }
}

extension [StyledText.Cell] {
    /// The cells from the start that fit in a width together.
    fileprivate func prefix(fitting width: Int) -> ArraySlice<StyledText.Cell> {
        var room = width
        return prefix { cell in
            room -= cell.width
            return room >= 0
        }
    }

    /// The stretches between occurrences of a character, empty ones included.
    fileprivate func split(separator: Character) -> [ArraySlice<StyledText.Cell>] {
        split(omittingEmptySubsequences: false) { $0.character == separator }
    }
}

/// Greedy line breaking over cells.
private struct WordWrapper {
    private(set) var lines: [[StyledText.Cell]] = []
    private let firstWidth: Int
    private let width: Int

    private var line: [StyledText.Cell] = []
    private var lineWidth = 0
    /// Where the line may be cut: the cells from here on move to the next line.
    private var breakIndex: Int?

    init(firstWidth: Int, width: Int) {
        self.firstWidth = firstWidth
        self.width = width
    }

    private var room: Int { (lines.isEmpty ? firstWidth : width) - lineWidth }

    mutating func add(paragraph: ArraySlice<StyledText.Cell>) {
        var isContinued = false
        for cell in paragraph {
            if cell.isSpace {
                // A space at a soft break is not shown; one that overflows the line makes the break.
                if line.isEmpty && isContinued { continue }
                if cell.width > room {
                    endLine(at: line.count)
                    isContinued = true
                    continue
                }
                append(cell)
                if line.contains(where: { !$0.isSpace }) { breakIndex = line.count }
                continue
            }
            if let last = line.last, last.isBreakable, cell.isBreakable { breakIndex = line.count }
            while cell.width > room, !line.isEmpty {
                endLine(at: breakIndex ?? line.count)
                isContinued = true
            }
            append(cell)
        }
        endLine(at: line.count)
    }

    private mutating func append(_ cell: StyledText.Cell) {
        line.append(cell)
        lineWidth += cell.width
    }

    private mutating func endLine(at index: Int) {
        let kept = line[..<index].reversed().drop(while: \.isSpace).reversed()
        lines.append(Array(kept))
        line = Array(line[index...].drop(while: \.isSpace))
        lineWidth = line.reduce(0) { $0 + $1.width }
        breakIndex = nil
    }
}

extension StyledText.Cell {
    fileprivate var isSpace: Bool { character == " " }

    /// Whether a line may end before or after it without a space: ideographs and kana, but not their punctuation.
    fileprivate var isBreakable: Bool { width == 2 && character.isLetter }
}
