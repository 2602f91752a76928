/// A prompt and its text as rows of a terminal, and where the cursor stands among them.
///
/// Rows are broken here, not by the terminal, so that the place of the cursor is always known: wide characters are
/// never split and a full last row is followed by an empty one when the cursor is behind it.
struct LineFrame: Sendable, Equatable {
    /// The rows, none wider than the terminal.
    private(set) var rows: [StyledText]
    /// The row of the cursor, from 0.
    private(set) var cursorRow: Int
    /// The column of the cursor, from 0.
    private(set) var cursorColumn: Int
    /// The width it was made for.
    let width: Int

    /// Lays out a prompt.
    ///
    /// - Parameters:
    ///   - prompt: stands before the text.
    ///   - continuation: stands before each further line of the text.
    ///   - buffer: the text and cursor.
    ///   - below: rows under the text, such as candidates; cut to the width.
    ///   - size: of the terminal. A frame higher than that is cut to the rows around the cursor.
    init(
        prompt: StyledText,
        continuation: StyledText,
        buffer: LineBuffer,
        below: [StyledText] = [],
        size: TerminalSize
    ) {
        let width = max(2, size.columns)
        var page = Page(width: width)
        page.add(prompt.cells)
        var cursor = (row: 0, column: 0)
        for (index, character) in buffer.characters.enumerated() {
            let cell = StyledText.Cell(character: character, style: .plain, width: character.displayWidth)
            if index == buffer.cursor { cursor = page.place(for: cell) }
            page.add([cell])
            if character == "\n" { page.add(continuation.cells) }
        }
        if buffer.cursor == buffer.characters.count {
            if page.column >= width { page.startRow() }
            cursor = (page.rows.count - 1, page.column)
        }
        let rows = page.rows.map { StyledText(cells: $0) } + below.map { $0.truncated(to: width, ellipsis: "") }
        let first = max(0, min(cursor.row - size.rows / 2, rows.count - size.rows))
        self.rows = Array(rows[first..<min(rows.count, first + max(1, size.rows))])
        cursorRow = cursor.row - first
        cursorColumn = min(cursor.column, width - 1)
        self.width = width
    }

    /// The frame with the cursor behind its last row: how a finished line is left on the screen.
    func leaving() -> LineFrame {
        var frame = self
        frame.cursorRow = rows.count - 1
        frame.cursorColumn = min(rows[rows.count - 1].displayWidth, width - 1)
        return frame
    }

    /// The bytes that turn the screen from one frame into this one.
    ///
    /// - Parameters:
    ///   - previous: what is on the screen, with its cursor; nil on a fresh row.
    ///   - usesColour: whether styles are shown.
    func painted(over previous: LineFrame?, usesColour: Bool) -> String {
        var bytes = previous.map { LineFrame.up($0.rowsAboveCursor(atWidth: width)) } ?? ""
        bytes += "\r"
        for (index, row) in rows.enumerated() {
            let isLast = index == rows.count - 1
            // Clearing comes before the last row and after the others only where a column is free: behind a full row
            // the cursor still stands on its last column and would clear that.
            if isLast { bytes += "\u{1B}[J" }
            bytes += row.rendered(usesColour: usesColour)
            if !isLast { bytes += (row.displayWidth < width ? "\u{1B}[K" : "") + "\r\n" }
        }
        bytes += LineFrame.up(rows.count - 1 - cursorRow) + "\r"
        return cursorColumn > 0 ? bytes + "\u{1B}[\(cursorColumn)C" : bytes
    }

    private static func up(_ rows: Int) -> String { rows > 0 ? "\u{1B}[\(rows)A" : "" }

    /// How many rows stand above the cursor's once the terminal has become this wide and broken the old rows anew.
    private func rowsAboveCursor(atWidth newWidth: Int) -> Int {
        guard newWidth < width else { return cursorRow }
        let above = rows[..<cursorRow].reduce(0) { $0 + max(1, ($1.displayWidth + newWidth - 1) / newWidth) }
        return above + cursorColumn / newWidth
    }
}

/// Rows being filled.
private struct Page {
    private(set) var rows: [[StyledText.Cell]] = [[]]
    private(set) var column = 0
    private let width: Int

    init(width: Int) {
        self.width = width
    }

    mutating func startRow() {
        rows.append([])
        column = 0
    }

    mutating func add(_ cells: [StyledText.Cell]) {
        for cell in cells {
            if cell.character == "\n" {
                startRow()
                continue
            }
            if column + cell.width > width { startRow() }
            rows[rows.count - 1].append(cell)
            column += cell.width
        }
    }

    /// Where a cell would stand.
    func place(for cell: StyledText.Cell) -> (row: Int, column: Int) {
        let wraps = cell.character != "\n" && column + cell.width > width
        return wraps ? (rows.count, 0) : (rows.count - 1, column)
    }
}
