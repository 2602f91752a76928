import Assistant

/// Trees of facts as text.
struct FactTreeRenderer {
    /// The evidence of a turn.
    let tree: FactTree
    /// The figures of its answer.
    let figures: [GroundingSummary.Figure]

    /// The columns that a line may take.
    private let width: Int

    init(_ decision: Decision, width: Int) {
        self.width = width
        tree = FactTree(decision.evidence)
        figures = decision.grounding.figures
    }

    /// What `/facts 3` and `magnus show ID --fact 3` print: the tree of the third figure, or of the fact `P1.3`.
    ///
    /// - Throws: `CommandError` where there is no such figure or fact.
    func lines(_ which: String) throws -> [StyledText] {
        if let number = Int(which) {
            guard (1...max(1, figures.count)).contains(number), !figures.isEmpty else {
                let range = figures.isEmpty ? "the answer has no figures" : "there are 1 to \(figures.count)"
                throw CommandError(.usage, type: "usage", "there is no figure \(number) in the answer", hint: range)
            }
            return lines(number, figures[number - 1])
        }
        let id = which.uppercased()
        guard tree.fact(id) != nil else {
            throw CommandError(
                .usage,
                type: "usage",
                "there is no fact '\(which)' in the evidence",
                hint: "name a figure by its number or a fact by its id, such as P1.3"
            )
        }
        return lines(under: id)
    }

    /// Every figure of the answer with its number and the tree under its first source.
    func all() -> [StyledText] {
        figures.enumerated().flatMap { lines($0 + 1, $1) }
    }

    /// The figures of the answer with their numbers.
    func list() -> [StyledText] {
        figures.enumerated().flatMap { heading($0 + 1, $1, .plain) }
    }

    private func lines(_ number: Int, _ figure: GroundingSummary.Figure) -> [StyledText] {
        heading(number, figure, .strong)
            + figure.sources.prefix(figure.status == "computed" ? 8 : 1).flatMap { lines(under: $0) }
    }

    private func heading(_ number: Int, _ figure: GroundingSummary.Figure, _ style: Style) -> [StyledText] {
        StyledText("\(number)  \(figure.text)  \(origin(figure))", style, shape: .line)
            .wrapped(to: width, hangingIndent: "   ")
    }

    private func lines(under id: String) -> [StyledText] {
        tree.lines(under: id).flatMap { line in
            let indent = String(repeating: "  ", count: line.depth + 1)
            return StyledText("\(line.id.isEmpty ? "" : line.id + "  ")\(line.text)", .plain, shape: .line)
                .wrapped(to: width, indent: StyledText(indent), hangingIndent: StyledText(indent + "  "))
        }
    }

    private func origin(_ figure: GroundingSummary.Figure) -> String {
        switch figure.status {
        case "struck": "struck: \(figure.reason ?? "")"
        case "asked": "from the question"
        case "computed": "computed: \(figure.formula ?? "")"
        case "quoted": "from the passage \(figure.sources.joined(separator: ", "))"
        default: figure.sources.map(tree.title).joined(separator: ", ")
        }
    }
}
