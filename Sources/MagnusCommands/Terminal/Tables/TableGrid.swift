/// The columns of a ``Table`` that fit a width side by side, and how wide each is.
struct TableGrid: Sendable {
    /// A shown column.
    struct Slot: Sendable, Equatable {
        /// Its index in the table.
        var index: Int
        /// Its width in terminal columns.
        var width: Int
    }

    /// The shown columns from left to right.
    let slots: [Slot]

    /// What a column needs.
    private struct Need {
        /// Its index in the table.
        var index: Int
        /// With title and all cells on one line.
        var natural: Int
        /// As narrow as it may become.
        var least: Int
        /// Whether it may become narrower by breaking or cutting its cells, not only its title.
        var isFlexible: Bool
    }

    /// Finds the columns and widths, or nil if the table should become records.
    init?(fitting table: Table, width: Int) {
        var needs = table.columns.indices.map { TableGrid.need(of: $0, in: table) }
        while TableGrid.total(needs.map(\.least)) > width {
            guard width >= Table.narrowestTable, let victim = TableGrid.leastImportant(of: needs, in: table) else {
                return nil
            }
            needs.remove(at: victim)
        }
        guard !needs.isEmpty else { return nil }
        let widths = TableGrid.shrink(needs, to: width, in: table)
        slots = zip(needs, widths).map { Slot(index: $0.index, width: $1) }
    }

    private static func need(of index: Int, in table: Table) -> Need {
        let column = table.columns[index]
        let title = column.title.displayWidth
        let titleWord = column.title.split(separator: " ").map(\.displayWidth).max() ?? 0
        let cells = (table.rows + (table.totals.map { [$0] } ?? [])).map { row in
            table.cell(row[index], in: index).lines.map(\.displayWidth).max() ?? 0
        }
        let widest = cells.max() ?? 0
        let natural = max(title, widest, 1)
        switch column.content {
        case .whole:
            return Need(index: index, natural: natural, least: max(widest, titleWord, 1), isFlexible: false)
        case .wrapping(let minimum), .truncating(let minimum):
            let least = min(natural, max(minimum, titleWord, 2))
            return Need(index: index, natural: natural, least: least, isFlexible: true)
        }
    }

    /// The width of columns with the gaps between them.
    private static func total(_ widths: [Int]) -> Int {
        widths.reduce(0, +) + max(0, widths.count - 1) * Table.gap
    }

    /// The column to leave out first: the lowest priority, the rightmost among equals; nil if all are essential.
    private static func leastImportant(of needs: [Need], in table: Table) -> Int? {
        let candidates = needs.indices.filter { table.columns[needs[$0].index].priority < .essential }
        return candidates.min { left, right in
            let leftPriority = table.columns[needs[left].index].priority
            let rightPriority = table.columns[needs[right].index].priority
            return leftPriority == rightPriority ? left > right : leftPriority < rightPriority
        }
    }

    /// The widths with which all columns fit: first titles break, then flexible columns shrink, the widest first.
    private static func shrink(_ needs: [Need], to width: Int, in table: Table) -> [Int] {
        var widths = needs.map(\.natural)
        for isFlexible in [false, true] {
            while total(widths) > width {
                let candidates = needs.indices.filter {
                    needs[$0].isFlexible == isFlexible && widths[$0] > needs[$0].least
                }
                guard let widest = candidates.max(by: { widths[$0] < widths[$1] }) else { break }
                widths[widest] -= 1
            }
        }
        // A broken title may leave more room than was asked of it; the text that had to shrink gets it back.
        for index in needs.indices where !needs[index].isFlexible && widths[index] < needs[index].natural {
            let title = StyledText(table.columns[needs[index].index].title, shape: .line).wrapped(to: widths[index])
            widths[index] = max(needs[index].least, title.map(\.displayWidth).max() ?? 0)
        }
        while total(widths) < width {
            let shrunken = needs.indices.filter { needs[$0].isFlexible && widths[$0] < needs[$0].natural }
            guard let neediest = shrunken.max(by: { needs[$0].natural - widths[$0] < needs[$1].natural - widths[$1] })
            else { break }
            widths[neediest] += 1
        }
        return widths
    }

    /// A note that names the columns left out, or nil.
    func omission(in table: Table) -> StyledText? {
        let shown = Set(slots.map(\.index))
        let titles = table.columns.indices.filter { !shown.contains($0) }.map { table.columns[$0].title }
        guard !titles.isEmpty else { return nil }
        return StyledText("Left out at this width: \(titles.joined(separator: ", ")).", .muted)
    }

    /// Titles, rule, rows and totals.
    func lines(of table: Table, glyphs: Glyphs) -> [StyledText] {
        let titles = slots.map { slot in
            StyledText(table.columns[slot.index].title, .heading, shape: .line).wrapped(to: slot.width)
        }
        let height = titles.map(\.count).max() ?? 0
        // Titles stand on the rule, so short ones start lower.
        let raised = titles.map { Array(repeating: StyledText(""), count: height - $0.count) + $0 }
        var lines = stack(raised, in: table)
        lines.append(rule(glyphs))
        for row in table.rows { lines += stack(cells(of: row, in: table, glyphs), in: table) }
        if let totals = table.totals {
            lines.append(rule(glyphs))
            lines += stack(cells(of: totals, in: table, glyphs), in: table)
        }
        return lines
    }

    private func cells(of row: [StyledText], in table: Table, _ glyphs: Glyphs) -> [[StyledText]] {
        slots.map { slot in
            let cell = table.cell(row[slot.index], in: slot.index)
            switch table.columns[slot.index].content {
            case .whole: return [cell]
            case .wrapping: return cell.wrapped(to: slot.width)
            case .truncating: return [cell.truncated(to: slot.width, ellipsis: glyphs.ellipsis)]
            }
        }
    }

    /// Cells of several lines side by side.
    private func stack(_ cells: [[StyledText]], in table: Table) -> [StyledText] {
        let height = cells.map(\.count).max() ?? 0
        return (0..<height).map { line in
            join(
                zip(slots, cells).map { slot, cell in
                    let text = line < cell.count ? cell[line] : ""
                    return text.padded(to: slot.width, table.columns[slot.index].content.alignment)
                }
            )
        }
    }

    private func rule(_ glyphs: Glyphs) -> StyledText {
        join(slots.map { StyledText(String(repeating: glyphs.rule, count: $0.width), .muted) })
    }

    private func join(_ cells: [StyledText]) -> StyledText {
        let gap = StyledText(String(repeating: " ", count: Table.gap))
        return cells.joined(separator: gap).withoutTrailingSpaces()
    }
}
