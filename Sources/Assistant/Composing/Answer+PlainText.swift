public import Evidence

/// An answer as Markdown, which is what the record, scripts and language models get.
extension Answer {
    /// The blocks one after the other, then what the marks cite.
    public func plainText(evidence: [Evidence]) -> String {
        var parts = blocks.map(\.plainText)
        let sources = sourceLines(evidence: evidence)
        if !sources.isEmpty {
            parts.append("## Sources\n" + sources.map { "- \($0)" }.joined(separator: "\n"))
        }
        return parts.joined(separator: "\n\n")
    }

    /// What each mark cites: `[1] concepts/theta-decay.md:5-12 Theta decay › How it works`.
    public func sourceLines(evidence: [Evidence]) -> [String] {
        let passages = Dictionary(
            evidence.flatMap(\.passages).map { ($0.id, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        return citations.compactMap { citation in
            guard let passage = passages[citation.passage] else { return nil }
            let headings = passage.headings.filter { $0 != passage.title }
            let title = ([passage.title] + headings).joined(separator: " › ")
            let lines = "\(passage.lines.lowerBound)-\(passage.lines.upperBound)"
            return "[\(citation.number)] \(passage.document):\(lines)  \(title)"
        }
    }
}

extension Answer.Block {
    /// The block as Markdown.
    var plainText: String {
        switch self {
        case .heading(let text): return "## \(text)"
        case .paragraph(let text), .note(let text): return text
        case .list(let items): return items.map { "- \($0.text)" }.joined(separator: "\n")
        case .quote(let quote):
            let lines = quote.text.split(separator: "\n", omittingEmptySubsequences: false)
            return lines.map { $0.isEmpty ? ">" : "> \($0)" }.joined(separator: "\n") + " [\(quote.citation)]"
        case .table(let table):
            func row(_ cells: [String]) -> String {
                "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
            }
            var lines = [row(table.columns.map(\.title)), row(table.columns.map { $0.isNumeric ? "---:" : "---" })]
            lines += table.rows.map { row($0.cells.map(\.text)) }
            if let total = table.total { lines.append(row(total.cells.map(\.text))) }
            return lines.joined(separator: "\n")
        }
    }
}
