/// A part of an answer that was checked: a sentence, a heading, a row or titles of a table, or white space.
public struct CheckedSentence: Hashable, Sendable {
    /// As it was written, with the white space and marks around it.
    public var text: String
    /// The same with everything struck replaced by `GroundingReport.placeholder`.
    public var repaired: String
    /// Its figures, citations and quotes, as they are in the gate's report.
    public var figures: [GroundingReport.Entry]
    /// Why it cannot be shown as it was written: at most one, for titles of a table one for each.
    public var failures: [GroundingReport.Failure]
    /// Where it stands, for what may be written in its place.
    let origin: Origin?

    /// Whether all of it traces to data.
    public var isGrounded: Bool { failures.isEmpty }

    /// Where a part stands.
    struct Origin: Hashable, Sendable {
        /// The piece it is, where it is one by itself; nil for a sentence of prose.
        var segment: Draft.Segment?
        /// What the sentences before it left to it.
        var context: SentenceContext
    }
}

extension Grounding {
    /// Checks what is to stand in the place of a part that a `SentenceGate` let through, with the same context: whom
    /// the sentences before it name, the titles of its table. Offsets in the result are those of `text`.
    ///
    /// - Parameter text: One or more sentences, or, for a row or the titles of a table, a line with bars between its
    ///   cells. A row whose cells are not as many as the titles is read without titles.
    public func check(_ text: String, insteadOf part: CheckedSentence) -> CheckedSentence {
        var verification = Verification(grounding: self)
        if let context = part.origin?.context { verification.context = context }
        let line = text.trimmed
        var cells = [0..<text.utf8.count]
        switch part.origin?.segment?.content {
        case .row(_, let columns) where line.hasPrefix("|"):
            cells = MarkdownReader.cells(of: text)
            let texts = cells.map { MarkdownReader.text(text, $0) }
            let titles = columns.count == texts.count ? columns : []
            let subjects = part.origin?.segment?.subjects ?? []
            verification.check(Draft.Segment(.row(cells: texts, columns: titles), subjects: subjects), 0)
        case .columns where line.hasPrefix("|"):
            cells = MarkdownReader.cells(of: text)
            for (cell, range) in cells.enumerated() {
                verification.checkProse(MarkdownReader.text(text, range), 0, cell)
            }
        default: verification.checkProse(text, 0, 0)
        }
        let struck = verification.entries.filter { $0.reason != nil }.map { entry in
            let start = cells[entry.cell].lowerBound
            return start + entry.range.lowerBound..<start + entry.range.upperBound
        }
        return CheckedSentence(
            text: text,
            repaired: Verification.strike(struck, in: text),
            figures: verification.entries,
            failures: verification.failures,
            origin: part.origin
        )
    }
}
