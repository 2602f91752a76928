/// A table of rows, laid out for whatever width there is.
///
/// A number is never cut: a cut number is a wrong number. Where the columns do not fit, the layout gives way in this
/// order: titles of number columns wrap, flexible text columns shrink to their minimum, columns of the lowest priority
/// are left out (and named in a note), and when an essential column would have to go, or the terminal is narrower than
/// ``narrowestTable``, each row becomes a record of `title: value` lines that holds every column again.
struct Table: Sendable {
    /// How much a column matters when there is little room.
    enum Priority: Int, Sendable, Comparable, CaseIterable {
        /// Left out first.
        case detail
        /// Left out before anything essential.
        case useful
        /// Never left out.
        case essential

        static func < (left: Priority, right: Priority) -> Bool { left.rawValue < right.rawValue }
    }

    /// What the cells of a column hold, which decides how they may give way.
    enum Content: Sendable, Equatable {
        /// Numbers, dates, identifiers: kept whole. Numbers usually stand at the right.
        case whole(Alignment)
        /// Text that may be broken into lines, down to a width.
        case wrapping(minimumWidth: Int)
        /// Text that may lose its end, down to a width.
        case truncating(minimumWidth: Int)

        /// Numbers: kept whole, at the right.
        static let number = Content.whole(.right)
        /// Short text such as a symbol: kept whole, at the left.
        static let label = Content.whole(.left)

        /// On which side the cells stand.
        var alignment: Alignment {
            if case .whole(let alignment) = self { alignment } else { .left }
        }
    }

    /// One column.
    struct Column: Sendable {
        /// What its cells are; also the key of a record.
        var title: String
        /// What its cells hold.
        var content: Content
        /// How much it matters.
        var priority: Priority

        /// A column; useful and made of numbers unless said otherwise.
        init(_ title: String, _ content: Content = .number, priority: Priority = .useful) {
            self.title = title
            self.content = content
            self.priority = priority
        }
    }

    /// Terminals narrower than this get records as soon as a column would have to go.
    static let narrowestTable = 50
    /// Columns of space between two columns.
    static let gap = 2

    /// The columns from left to right.
    let columns: [Column]
    /// The rows, each with one cell per column.
    private(set) var rows: [[StyledText]] = []
    /// Sums below a rule: one cell per column, empty where there is none.
    private(set) var totals: [StyledText]?
    /// Remarks below the table, wrapped to the width.
    var notes: [StyledText] = []

    /// An empty table.
    init(columns: [Column]) {
        self.columns = columns
    }

    /// Adds a row.
    ///
    /// - Precondition: one cell per column.
    mutating func add(row: [StyledText]) {
        precondition(row.count == columns.count, "a row has one cell per column")
        rows.append(row)
    }

    /// Sets the row of sums.
    ///
    /// - Precondition: one cell per column.
    mutating func set(totals: [StyledText]) {
        precondition(totals.count == columns.count, "the totals have one cell per column")
        self.totals = totals
    }

    /// The table as lines no wider than `width`. Only a whole cell wider than the terminal itself exceeds it.
    func lines(width: Int, glyphs: Glyphs) -> [StyledText] {
        let width = max(2, width)
        var lines: [StyledText]
        var notes = notes
        if let grid = TableGrid(fitting: self, width: width) {
            lines = grid.lines(of: self, glyphs: glyphs)
            if let omission = grid.omission(in: self) { notes.append(omission) }
        } else {
            lines = recordLines(width: width, glyphs: glyphs)
        }
        for note in notes {
            let muted = note.runs.allSatisfy { $0.style == .plain } ? StyledText(note.plain, .muted) : note
            lines += muted.wrapped(to: width)
        }
        return lines
    }

    /// What a cell shows: one line, unless its column wraps.
    func cell(_ cell: StyledText, in column: Int) -> StyledText {
        if case .wrapping = columns[column].content { return cell }
        return cell.lines.joined(separator: " ")
    }
}
