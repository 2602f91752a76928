/// A table of a page that is being read, row by row.
struct HTMLTable {
    /// A cell as it is written.
    struct Cell {
        var text = ""
        var isHead: Bool
        var columns: Int
        var rows: Int
    }

    /// What a row is to the text.
    struct Row {
        var text: String
        /// Whether it is a label that stands across the table.
        var isLabel = false
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
    }

    /// Whether it lays out a part of the page and has no rows that mean something.
    let isLayout: Bool
    /// The line its row begins in.
    var start: Int
    private(set) var cells: [Cell] = []
    private var carried: [Int: Carried] = [:]
    private var names: [Int: String] = [:]
    private var hasRows = false

    /// No page has more columns in a row; an attribute may claim any number.
    private static let mostColumns = 1_000

    init(isLayout: Bool, start: Int) {
        self.isLayout = isLayout
        self.start = start
    }

    /// Whether there are names of columns and no row under them yet.
    var unusedNames: String? {
        guard !hasRows, !names.isEmpty else { return nil }
        var words: [String] = []
        for (_, name) in names.sorted(by: { $0.key < $1.key }) where words.last != name { words.append(name) }
        return words.joined(separator: " | ")
    }

    /// Opens a cell.
    mutating func open(isHead: Bool, _ attributes: [String: String]) {
        func count(_ name: String) -> Int { min(max(attributes[name].flatMap { Int($0) } ?? 1, 1), Self.mostColumns) }
        cells.append(Cell(isHead: isHead, columns: count("colspan"), rows: count("rowspan")))
    }

    /// Gives the last cell its text.
    mutating func fill(_ text: String) {
        if !cells.isEmpty { cells[cells.count - 1].text = text }
    }

    /// The texts of cells that are too long for values, with their columns' names; nil where the row is one of values.
    mutating func paragraphs() -> [String]? {
        guard cells.contains(where: { $0.text.utf8.count > 500 }) else { return nil }
        let placed = place()
        hasRows = true
        return placed.filter { !$0.cell.text.isEmpty && !$0.isCarried }.map { cell in
            name(of: cell).map { "\($0): \(cell.cell.text)" } ?? cell.cell.text
        }
    }

    /// Ends the row.
    /// - Returns: What is to be read of it; nothing where it names columns, or has no text.
    mutating func endRow() -> [Row] {
        guard !cells.isEmpty else { return [] }
        let placed = place()
        let own = placed.filter { !$0.isCarried }
        let filled = own.filter { !$0.cell.text.isEmpty }
        guard !filled.isEmpty else { return [] }
        if own.count == 1, own[0].cell.isHead || own[0].cell.columns > 1 {
            return [Row(text: own[0].cell.text, isLabel: true)]
        }
        if !hasRows, own.allSatisfy(\.cell.isHead) {
            addNames(placed)
            return []
        }
        if !hasRows, own.allSatisfy({ !$0.cell.isHead }), namesColumns(filled, first: own[0]) {
            // What stands above the first column is of the table: in what unit its values are.
            let unit = own[0].cell.text
            addNames(placed.filter { $0.column > 0 })
            return unit.isEmpty ? [] : [Row(text: unit, isLabel: true)]
        }
        hasRows = true
        let text = line(placed.filter { !$0.cell.text.isEmpty })
        return [Row(text: text)]
    }

    private mutating func place() -> [Placed] {
        var placed: [Placed] = []
        var column = 0
        var below: [Int: Carried] = [:]
        func takeCarried() {
            while let above = carried[column] {
                placed.append(Placed(cell: above.cell, column: column, isCarried: true))
                if above.rows > 1 { below[column] = Carried(cell: above.cell, rows: above.rows - 1) }
                column += above.cell.columns
            }
        }
        for cell in cells {
            takeCarried()
            placed.append(Placed(cell: cell, column: column))
            if cell.rows > 1 { below[column] = Carried(cell: cell, rows: cell.rows - 1) }
            column += cell.columns
        }
        takeCarried()
        carried = below
        cells = []
        return placed
    }

    private mutating func addNames(_ row: [Placed]) {
        for cell in row where !cell.cell.text.isEmpty && !cell.isCarried {
            for column in cell.column..<min(cell.column + cell.cell.columns, Self.mostColumns) {
                let above = names[column]
                names[column] = above.map { $0 == cell.cell.text ? $0 : "\($0) \(cell.cell.text)" } ?? cell.cell.text
            }
        }
    }

    private func name(of cell: Placed) -> String? {
        (cell.column..<cell.column + cell.cell.columns).lazy.compactMap { names[$0] }.first
    }

    /// Whether a row without heads names columns: nothing, or the unit, above the first one, and labels and years, no values.
    private func namesColumns(_ filled: [Placed], first: Placed) -> Bool {
        let others = filled.filter { $0.column > first.column }
        let isUnit = first.cell.text.first == "(" || first.cell.text.isEmpty
        guard isUnit, first.column == 0, !others.isEmpty else { return false }
        return others.allSatisfy { !Self.isValue($0.cell.text) }
            && (others.count > 1 || others.allSatisfy { $0.cell.columns > 1 || Self.isYear($0.cell.text) })
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
    private func line(_ row: [Placed]) -> String {
        var values: [(name: String?, text: String)] = []
        var sign = ""
        for cell in row {
            let text = cell.cell.text
            if ["$", "€", "£", "¥"].contains(text) {
                sign += text
            } else if [")", "%", ")%", "%)"].contains(text), !values.isEmpty {
                values[values.count - 1].text += text
            } else {
                values.append((name(of: cell), sign + text))
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
