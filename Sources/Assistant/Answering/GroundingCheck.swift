public import Evidence

/// Checks an answer against the turn's evidence, piece by piece, and puts what the check left of it back in its form.
public struct GroundingCheck {
    /// What the turn's tools returned.
    let evidence: [Evidence]
    /// The owner's question.
    let question: String
    /// What a recorded answer's citation marks stand for.
    private var citations: [Int: String] = [:]

    init(evidence: [Evidence], question: String) {
        self.evidence = evidence
        self.question = question
    }

    /// A check against the evidence of a recorded turn.
    public init(_ decision: Decision) {
        evidence = decision.evidence
        question = decision.request.questionWithTickers
        citations = Self.citations(of: decision.answer)
    }

    /// What was found in a text, plain or Markdown, that anybody wrote about the turn.
    public func check(_ text: String) -> GroundingReport {
        Grounding(evidence: evidence, question: question, citations: citations).verify(Draft(markdown: text))
    }

    private static func citations(of answer: Answer) -> [Int: String] {
        Dictionary(answer.citations.map { ($0.number, $0.passage) }, uniquingKeysWith: { first, _ in first })
    }

    /// The answer with everything struck that cannot be traced, and what was found.
    func check(_ answer: Answer) -> (Answer, GroundingSummary) {
        let draft = Draft(answer.blocks.flatMap(segments))
        let verifier = Grounding(evidence: evidence, question: question, citations: Self.citations(of: answer))
        let report = verifier.verify(draft)
        var texts = report.repaired.segments.flatMap(\.texts)[...]
        var checked = answer
        checked.blocks = answer.blocks.map { rebuilt($0, from: &texts) }
        return (checked, GroundingSummary(report))
    }

    private func segments(_ block: Answer.Block) -> [Draft.Segment] {
        switch block {
        case .heading(let text):
            return [.init(.heading(text))]
        case .paragraph(let text), .note(let text):
            return [.init(.prose(text))]
        case .list(let items):
            return items.map { .init(.prose($0.text)) }
        case .quote(let quote):
            return [.init(.quote(quote.text, passage: quote.passage))]
        case .table(let table):
            let titles = table.columns.map(\.title)
            let rows = table.rows + (table.total.map { [$0] } ?? [])
            return [.init(.columns(titles))]
                + rows.map { row in
                    .init(
                        .row(cells: row.cells.map(\.text), columns: titles),
                        subjects: row.subject.isEmpty ? [] : [row.subject]
                    )
                }
        }
    }

    /// A block with the texts that are next, as many as it has.
    private func rebuilt(_ block: Answer.Block, from texts: inout ArraySlice<String>) -> Answer.Block {
        func next() -> String { texts.popFirst() ?? "" }
        switch block {
        case .heading: return .heading(next())
        case .paragraph: return .paragraph(next())
        case .note: return .note(next())
        case .list(let items):
            return .list(items.map { Answer.Item(next(), tone: $0.tone) })
        case .quote(var quote):
            quote.text = next()
            return .quote(quote)
        case .table(var table):
            func rebuilt(_ row: AnswerTable.Row) -> AnswerTable.Row {
                AnswerTable.Row(subject: row.subject, cells: row.cells.map { .init(next(), tone: $0.tone) })
            }
            for index in table.columns.indices { table.columns[index].title = next() }
            table.rows = table.rows.map(rebuilt)
            table.total = table.total.map(rebuilt)
            return .table(table)
        }
    }
}

extension GroundingSummary {
    /// The summary of a check.
    public init(_ report: GroundingReport) {
        self.init(
            checked: report.checked,
            matched: report.matched,
            struck: report.struck,
            figures: report.figures.map { entry in
                switch entry.status {
                case .matched(let facts): Figure(text: entry.text, status: "matched", sources: facts)
                case .computed(let formula, let facts):
                    Figure(text: entry.text, status: "computed", sources: facts, formula: formula)
                case .quoted(let passage): Figure(text: entry.text, status: "quoted", sources: [passage])
                case .asked: Figure(text: entry.text, status: "asked", sources: [])
                case .citation(let target): Figure(text: entry.text, status: "citation", sources: [target])
                case .struck(let reason):
                    Figure(text: entry.text, status: "struck", sources: [], reason: reason.description)
                }
            }
        )
    }
}
