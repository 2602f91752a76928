/// A table of a page that is being read, row by row.
struct HTMLTable {
    /// A cell as it is written.
    struct Cell {
        var text = ""
        var isHead: Bool
        /// Whether all of its text is bold.
        var isBold = false
        var columns: Int
        var rows: Int
    }

    /// What a row is to the text.
    struct Row {
        enum Kind {
            case row
            /// A label that stands across the table.
            case label
            /// Names of columns, which are read as a row where no row of values follows.
            case head
        }

        var text: String
        var kind = Kind.row
    }

    /// How much of a page may be said again in other rows: names of columns, and cells that reach into rows below.
    struct Repeats {
        private var left = 1_000_000

        /// Notes text that is said for the first time.
        mutating func earn(_ bytes: Int) { left += 16 * bytes }

        /// Takes what is said again.
        /// - Returns: Whether there is room for it.
        mutating func spend(_ bytes: Int) -> Bool {
            guard bytes <= left else { return false }
            left -= bytes
            return true
        }
    }

    /// A cell that reaches into the rows below.
    private struct Carried {
        var cell: Cell
        var rows: Int
    }

    /// A cell in its place.
    private struct Placed {
        var cell: Cell
        var column: Int
        var isCarried = false
        var end: Int { column + cell.columns }
    }

    /// A row that names columns if a row of values follows.
    private struct Head {
        var cells: [Placed]
        /// Whether its cells are marked as heads.
        var isMarked: Bool
        /// Whether it can be nothing else.
        var isSure: Bool
        /// Whether it is one only if all that stands beside the first cell of the row that follows are values.
        var isGuess = false
        /// The block it is read as until then.
        var block: Int?

        /// What stands above the first column is of the table: in what unit its values are.
        var unit: String? {
            guard !isMarked, let first = cells.first, !first.cell.text.isEmpty else { return nil }
            return first.cell.text
        }
    }

    /// Whether it lays out a part of the page and has no rows that mean something.
    let isLayout: Bool
    /// The line its row begins in.
    var start: Int
    private(set) var cells: [Cell] = []
    private var carried: [Int: Carried] = [:]
    private var heads: [Head] = []
    private var names: [String?] = []
    private var hasRows = false
    /// What becomes of blocks that were rows of heads.
    private var revisions: [(block: Int, row: Row?)] = []

    /// No page has more columns in a row; an attribute may claim any number.
    private static let mostColumns = 1_000
    private static let mostHeads = 4

    init(isLayout: Bool, start: Int) {
        self.isLayout = isLayout
        self.start = start
    }

    /// Opens a cell.
    mutating func open(isHead: Bool, _ attributes: [String: String]) {
        func count(_ name: String) -> Int { min(max(attributes[name].flatMap { Int($0) } ?? 1, 1), Self.mostColumns) }
        cells.append(Cell(isHead: isHead, columns: count("colspan"), rows: count("rowspan")))
    }

    /// Gives the last cell its text.
    mutating func fill(_ text: String, isBold: Bool) {
        guard !cells.isEmpty else { return }
        cells[cells.count - 1].text = text
        cells[cells.count - 1].isBold = isBold
    }

    /// The texts of cells that are too long for values, with their columns' names; nil where the row is one of values.
    mutating func paragraphs(_ repeats: inout Repeats) -> [String]? {
        guard cells.contains(where: { $0.text.utf8.count > 500 }) else { return nil }
        let placed = place(&repeats)
        begin(under: heads.count, &repeats)
        return placed.filter { !$0.cell.text.isEmpty && !$0.isCarried }.map { cell in
            name(of: cell, &repeats).map { "\($0): \(cell.cell.text)" } ?? cell.cell.text
        }
    }

    /// Ends the row.
    /// - Returns: What is to be read of it; nothing where it has no text. `note(headBlock:)` is to follow a row of heads.
    mutating func endRow(_ repeats: inout Repeats) -> [Row] {
        guard !cells.isEmpty else { return [] }
        let placed = place(&repeats)
        let own = placed.filter { !$0.isCarried }
        let filled = own.filter { !$0.cell.text.isEmpty }
        guard !filled.isEmpty else { return [] }
        if own.count == 1, own[0].cell.isHead || own[0].cell.columns > 1 {
            return [Row(text: own[0].cell.text, kind: .label)]
        }
        if !hasRows {
            if let head = head(own, filled) {
                heads.append(head)
                return [Row(text: filled.map(\.cell.text).joined(separator: " | "), kind: .head)]
            }
            begin(under: headsOver(own, filled), &repeats)
        }
        return [Row(text: line(placed.filter { !$0.cell.text.isEmpty }, &repeats))]
    }

    /// Notes the block that the last row of heads is read as.
    mutating func note(headBlock block: Int) {
        if !heads.isEmpty { heads[heads.count - 1].block = block }
    }

    /// What has become of blocks of heads since the last call, in their order: another row, or nothing, as their text is said with
    /// the values.
    mutating func takeRevisions() -> [(block: Int, row: Row?)] {
        defer { revisions = [] }
        return revisions
    }

    private mutating func place(_ repeats: inout Repeats) -> [Placed] {
        var placed: [Placed] = []
        var column = 0
        var below: [Int: Carried] = [:]
        func carry(_ cell: Cell, _ rows: Int) {
            if rows > 0, column < Self.mostColumns { below[column] = Carried(cell: cell, rows: rows) }
        }
        func takeCarried() {
            while let above = carried[column] {
                // An empty cell is work too.
                guard repeats.spend(above.cell.text.utf8.count + 16) else {
                    carried = [:]
                    return
                }
                placed.append(Placed(cell: above.cell, column: column, isCarried: true))
                carry(above.cell, above.rows - 1)
                column += above.cell.columns
            }
        }
        for cell in cells {
            takeCarried()
            repeats.earn(cell.text.utf8.count)
            placed.append(Placed(cell: cell, column: column))
            carry(cell, cell.rows - 1)
            column += cell.columns
        }
        takeCarried()
        carried = below
        cells = []
        return placed
    }

    // MARK: - Names of columns

    /// The row as one of heads; nil where it is a row of values.
    private func head(_ own: [Placed], _ filled: [Placed]) -> Head? {
        guard heads.count < Self.mostHeads, let last = own.last, last.end <= Self.mostColumns else { return nil }
        if own.allSatisfy(\.cell.isHead) { return Head(cells: own, isMarked: true, isSure: true) }
        guard Self.namesColumns(own, filled) else { return headOfWords(own, filled) }
        let hasYears = Self.beside(filled).allSatisfy { Self.isYear($0.cell.text) }
        let head = Head(cells: own, isMarked: false, isSure: hasYears)
        guard let above = heads.last else { return head }
        // A second row names what the first one spans.
        let isUnder = above.cells.contains { $0.column > 0 && $0.cell.columns > 1 }
        guard hasYears || (isUnder && heads.count(where: { !$0.isMarked }) < 2), !isBefore(filled) else { return nil }
        return head
    }

    /// A first row of words over every column as one of heads: one in bold, and one of three and more that nothing marks.
    private func headOfWords(_ own: [Placed], _ filled: [Placed]) -> Head? {
        guard heads.isEmpty, filled.count > 1, !filled.contains(where: { Self.isValue($0.cell.text) }) else {
            return nil
        }
        if filled.allSatisfy(\.cell.isBold) { return Head(cells: own, isMarked: true, isSure: true) }
        // Two columns may be names and values beside them.
        guard filled.count > 2, filled.count == own.count,
            own.allSatisfy({ !$0.cell.isHead && $0.cell.columns == 1 })
        else { return nil }
        return Head(cells: own, isMarked: true, isSure: false, isGuess: true)
    }

    /// How many of the heads so far name columns, where a row of values follows them.
    private func headsOver(_ own: [Placed], _ filled: [Placed]) -> Int {
        // In a table of heads alone the first row is over the others.
        if own.allSatisfy(\.cell.isHead) { return min(heads.count, 1) }
        if let head = heads.last, head.isGuess {
            let isNamed = own.count == head.cells.count && Self.beside(filled).allSatisfy { Self.isValue($0.cell.text) }
            return isNamed && filled.count == own.count ? heads.count : heads.count - 1
        }
        guard Self.namesColumns(own, filled), !isBefore(filled) else { return heads.count }
        // Its first column is empty all the way down: that says nothing of the rows above.
        return heads.lastIndex(where: \.isSure).map { $0 + 1 } ?? 0
    }

    /// Ends the heads: the first `count` rows of them name columns, the others are rows.
    private mutating func begin(under count: Int, _ repeats: inout Repeats) {
        hasRows = true
        for head in heads.prefix(count) {
            addNames(head)
            guard let block = head.block else { continue }
            revisions.append((block, head.unit.map { Row(text: $0, kind: .label) }))
        }
        for head in heads.dropFirst(count) {
            guard let block = head.block else { continue }
            revisions.append((block, Row(text: line(head.cells.filter { !$0.cell.text.isEmpty }, &repeats))))
        }
        heads = []
    }

    private mutating func addNames(_ head: Head) {
        for cell in head.cells where !cell.cell.text.isEmpty && (head.isMarked || cell.column > 0) {
            let missing = cell.end - names.count
            if missing > 0 { names += [String?](repeating: nil, count: missing) }
            for column in cell.column..<cell.end {
                let above = names[column]
                names[column] = above.map { $0 == cell.cell.text ? $0 : "\($0) \(cell.cell.text)" } ?? cell.cell.text
            }
        }
    }

    private func name(of cell: Placed, _ repeats: inout Repeats) -> String? {
        guard cell.column < names.count else { return nil }
        guard let name = names[cell.column..<min(cell.end, names.count)].lazy.compactMap(\.self).first,
            repeats.spend(name.utf8.count)
        else { return nil }
        return name
    }

    private static func beside(_ filled: [Placed]) -> [Placed] { filled.filter { $0.column > 0 } }

    /// Whether a row has text further to the left than the first row of heads, where labels of rows stand.
    private func isBefore(_ filled: [Placed]) -> Bool {
        guard let own = Self.beside(filled).first,
            let head = heads.first?.cells.first(where: { $0.column > 0 && !$0.cell.text.isEmpty })
        else { return false }
        return own.column < head.column
    }

    /// Whether a row without heads names columns: nothing, or the unit, above the first one, and labels and years, no values.
    private static func namesColumns(_ own: [Placed], _ filled: [Placed]) -> Bool {
        guard let first = own.first, first.column == 0, own.allSatisfy({ !$0.cell.isHead }) else { return false }
        let others = beside(filled)
        guard first.cell.text.first == "(" || first.cell.text.isEmpty, !others.isEmpty else { return false }
        return others.allSatisfy { !isValue($0.cell.text) }
            && (others.count > 1 || others.allSatisfy { $0.cell.columns > 1 || isYear($0.cell.text) })
    }

    private static func isYear(_ text: String) -> Bool {
        guard let number = Int(text) else { return false }
        return (1900...2100).contains(number)
    }

    /// Whether a text is a number with the marks that numbers have, and no year.
    private static func isValue(_ text: String) -> Bool {
        let digits = text.filter { !"$€£¥%(),.-–—+ ".contains($0) }
        return digits.allSatisfy(\.isNumber) && !isYear(text)
    }

    /// `Revenue | 2025: $1,234 | 2024: (98)`. Signs that have cells of their own, so that numbers stand in line, go to their numbers.
    private func line(_ row: [Placed], _ repeats: inout Repeats) -> String {
        var values: [(name: String?, text: String)] = []
        var sign = ""
        for cell in row {
            let text = cell.cell.text
            if ["$", "€", "£", "¥"].contains(text) {
                sign += text
            } else if [")", "%", ")%", "%)"].contains(text), !values.isEmpty {
                values[values.count - 1].text += text
            } else {
                values.append((name(of: cell, &repeats), sign + text))
                sign = ""
            }
        }
        if !sign.isEmpty { values.append((nil, sign)) }
        if names.isEmpty, row.count > 1, row[0].cell.isHead, values.count > 1, row[0].column == 0 {
            return "\(values[0].text): " + values.dropFirst().map(\.text).joined(separator: " | ")
        }
        return values.map { value in value.name.map { "\($0): \(value.text)" } ?? value.text }.joined(separator: " | ")
    }

    /// Which tables of a page, in the order in which they begin, lay it out: those with tables, headings or long texts in them.
    static func layouts(in text: String) -> [Bool] {
        struct Open {
            var index: Int
            var cell = 0
            var long = 0
            var total = 0
            var hasHead = false
            mutating func endCell() {
                if cell > 500 { long += cell }
                total += cell
                cell = 0
            }
        }
        var scanner = HTMLScanner(text)
        var layouts: [Bool] = []
        var open: [Open] = []
        var raw: String?
        func close() {
            guard var table = open.popLast() else { return }
            table.endCell()
            if table.long * 2 > table.total, !table.hasHead { layouts[table.index] = true }
        }
        while let token = scanner.next() {
            switch token {
            case .text(let text):
                if raw == nil, !open.isEmpty { open[open.count - 1].cell += OutlineBuilder.oneLine(text).utf8.count }
            case .open(let name, let attributes, let isEmpty):
                if ["script", "style"].contains(name), !isEmpty { raw = name }
                switch name {
                case "table":
                    if let outer = open.last { layouts[outer.index] = true }
                    layouts.append(["presentation", "none"].contains(attributes["role"] ?? ""))
                    open.append(Open(index: layouts.count - 1))
                case "td", "th", "tr":
                    guard let last = open.indices.last else { continue }
                    open[last].endCell()
                    if name == "th" { open[last].hasHead = true }
                case "h1", "h2", "h3", "h4", "pre", "article", "section", "nav", "main", "form":
                    if let table = open.last { layouts[table.index] = true }
                case "ul", "ol", "dl":
                    if let table = open.last, !table.hasHead { layouts[table.index] = true }
                default: break
                }
            case .close(let name):
                if name == raw { raw = nil }
                if name == "table" { close() }
            }
        }
        while !open.isEmpty { close() }
        return layouts
    }
}
