import Assistant
import Evidence
import Foundation

/// Lays an answer out for a terminal: tables that fit the width, colour where it is welcome.
struct AnswerRenderer {
    /// Columns to fill.
    var width: Int
    /// Decorations the locale can show.
    var glyphs: Glyphs
    /// Rows of a table or a list that are shown, where there are many more; nil for all.
    var rowLimit: Int?

    /// More than a person looks through at once; what a longer table holds is easier found in a file.
    static let terminalRowLimit = 60

    /// The lines of an answer, its sources last.
    func lines(_ answer: Answer, evidence: [Evidence]) -> [StyledText] {
        var lines: [StyledText] = []
        for block in answer.blocks {
            if !lines.isEmpty { lines.append("") }
            lines += self.lines(block)
        }
        let sources = answer.sourceLines(evidence: evidence)
        if !sources.isEmpty {
            lines += ["", StyledText("Sources", .heading)]
            lines += sources.flatMap {
                StyledText($0, .citation, shape: .line).wrapped(to: width, hangingIndent: "    ")
            }
        }
        return lines
    }

    private func lines(_ block: Answer.Block) -> [StyledText] {
        switch block {
        case .heading(let text):
            return StyledText(text, .heading, shape: .line).wrapped(to: width)
        case .paragraph(let text):
            return StyledText(text, .plain, shape: .line).wrapped(to: readingWidth)
        case .note(let text):
            return StyledText(text, .muted, shape: .line).wrapped(to: readingWidth)
        case .list(let items):
            let shown = items.prefix(limit(of: items.count))
            return shown.flatMap { item in
                StyledText(item.text, item.tone.style, shape: .line)
                    .wrapped(to: readingWidth, indent: "- ", hangingIndent: "  ")
            } + remainder(items.count - shown.count)
        case .quote(let quote):
            return quoteLines(quote)
        case .table(let table):
            let left = table.rows.count - limit(of: table.rows.count)
            return self.table(table).lines(width: width, glyphs: glyphs) + remainder(left)
        }
    }

    /// How many of so many rows are shown. A remark in place of a handful would save nothing.
    private func limit(of count: Int) -> Int {
        guard let rowLimit, count > rowLimit + 10 else { return count }
        return rowLimit
    }

    /// Says how many rows are not shown, and how to see them.
    private func remainder(_ count: Int) -> [StyledText] {
        guard count > 0 else { return [] }
        let words = "and \(FigureFormat.count(Decimal(count))) more; --all shows them, --json gives them to a program"
        return StyledText(words, .muted, shape: .line).wrapped(to: readingWidth)
    }

    private func quoteLines(_ quote: Answer.Quote) -> [StyledText] {
        var lines = QuoteRenderer(width: width).lines(quote.text)
        let mark = StyledText(" [\(quote.citation)]", .citation)
        if let last = lines.popLast() { lines.append(last + mark) }
        return lines
    }

    /// Prose is read best in lines that are not too long.
    private var readingWidth: Int { min(width, 100) }

    private func table(_ source: AnswerTable) -> Table {
        var table = Table(
            columns: source.columns.map { column in
                let priority: Table.Priority
                switch column.dispensability {
                case 0: priority = .essential
                case 1: priority = .useful
                default: priority = .detail
                }
                return Table.Column(
                    column.title,
                    column.isNumeric ? .number : .wrapping(minimumWidth: 12),
                    priority: priority
                )
            }
        )
        func styled(_ row: AnswerTable.Row) -> [StyledText] {
            row.cells.map { StyledText($0.text, $0.tone.style, shape: .line) }
        }
        for row in source.rows.prefix(limit(of: source.rows.count)) { table.add(row: styled(row)) }
        if let total = source.total { table.set(totals: styled(total)) }
        return table
    }
}

extension Answer.Tone {
    /// How a tone is shown.
    var style: Style {
        switch self {
        case .plain: .plain
        case .positive: .positive
        case .negative: .negative
        case .warning: .warning
        case .muted: .muted
        }
    }
}
