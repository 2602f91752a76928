extension Table {
    /// Every row as `title: value` lines, rows apart by a rule, the totals last.
    ///
    /// Titles make a column of their own if the longest takes at most half the width; otherwise a value stands
    /// indented below its title. A whole value that does not fit beside its title moves below it.
    func recordLines(width: Int, glyphs: Glyphs) -> [StyledText] {
        var records = rows.map { recordLines(of: $0, width: width) }
        if let totals {
            let filled = recordLines(of: totals, width: width, skipsEmpty: true)
            records.append([StyledText("Total", .heading)] + filled)
        }
        let rule = StyledText(String(repeating: glyphs.rule, count: min(width, 20)), .muted)
        return Array(records.joined(separator: [rule]))
    }

    private func recordLines(of row: [StyledText], width: Int, skipsEmpty: Bool = false) -> [StyledText] {
        let keyWidth = (columns.map(\.title.displayWidth).max() ?? 0) + 2
        return columns.indices.flatMap { index -> [StyledText] in
            let value = cell(row[index], in: index)
            if skipsEmpty && value.isEmpty { return [] }
            let key = StyledText(columns[index].title + ":", .heading, shape: .line)
            if value.isEmpty { return key.wrapped(to: width) }
            let isWhole = if case .whole = columns[index].content { true } else { false }
            let valueWidth = value.displayWidth
            if keyWidth * 2 <= width, !isWhole || valueWidth <= width - keyWidth {
                let space = StyledText(String(repeating: " ", count: keyWidth))
                return value.wrapped(to: width, indent: key.padded(to: keyWidth), hangingIndent: space)
            }
            let indent = StyledText(isWhole && valueWidth > width - 2 ? "" : "  ")
            let below = isWhole ? [indent + value] : value.wrapped(to: width, indent: indent, hangingIndent: indent)
            return key.wrapped(to: width) + below
        }
    }
}
