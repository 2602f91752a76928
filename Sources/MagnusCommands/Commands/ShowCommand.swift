import ArgumentParser
import Assistant
import Evidence
import LanguageModels
import Markets
import Storage

/// `magnus show`: one past answer with every fact it rests on.
struct ShowCommand: MagnusSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a past answer and every fact it rests on.",
        discussion: """
            The id may be shortened as long as it stays unique; `last` is the latest answer. --all shows all facts of
            the evidence, not only those the answer states.

              magnus show 3f9c
              magnus show last
              magnus show 3f9c --json
              magnus show 3f9c --facts      each figure, down to the records of its sources
              magnus show 3f9c --fact 3     the third figure; --fact P1.3 a fact
            """
    )

    @OptionGroup var options: CommonOptions

    @Argument(help: "The answer's id, as the status line and `magnus log` show it, or `last`.")
    var id: String

    @Flag(name: .long, help: "Lead every figure of the answer down to the records of its sources.")
    var facts = false

    @Option(
        name: .long,
        help: ArgumentHelp("Lead one figure, by its number, or one fact, by its id, to its sources.", valueName: "n")
    )
    var fact: String?

    func run(in workspace: Workspace) async throws -> ExitStatus {
        let log = DecisionLog(store: DecisionStore(database: try workspace.database()))
        let decision = try log.decision(id)
        if options.json {
            let total = try UsageStore(database: workspace.database())
                .total(.question("\(decision.session)-\(decision.turn)"))
            try workspace.show(try AnswerDocument(decision, spending: CallSpending(total)).json())
            return .answered
        }
        if facts || fact != nil {
            let renderer = FactTreeRenderer(decision, width: workspace.terminal.width)
            try workspace.show(try fact.map(renderer.lines) ?? renderer.all())
            return .answered
        }
        let width = workspace.terminal.width
        let glyphs = workspace.terminal.glyphs
        var lines: [StyledText] = [
            StyledText("Question", .heading),
            StyledText(decision.request.question, .plain, shape: .line),
            "",
            StyledText(
                "Answer \(decision.id), \(NewYorkTime.description(of: decision.now)), \(decision.holdings.label)",
                .heading
            ),
        ]
        lines += AnswerRenderer(width: width, glyphs: glyphs).lines(decision.answer, evidence: decision.evidence)
        lines += ["", StyledText(options.all ? "All facts" : "Facts the answer states", .heading)]
        let facts = options.all ? decision.evidence.flatMap(\.facts) : Explanation(of: decision).factsUsed
        lines += table(of: facts).lines(width: width, glyphs: glyphs)
        let struck = decision.grounding.figures.filter { $0.status == "struck" }
        if !struck.isEmpty {
            lines += ["", StyledText("Struck figures", .heading)]
            lines += struck.map { StyledText("\($0.text): \($0.reason ?? "")", .warning, shape: .line) }
        }
        lines += modelLines(decision)
        lines += ["", StyledText(StatusLine.text(decision), .muted)]
        try workspace.show(lines)
        return .answered
    }

    /// What models were asked, and what of their words was not shown.
    private func modelLines(_ decision: Decision) -> [StyledText] {
        var lines: [StyledText] = []
        let refusals = decision.writing?.refusals ?? []
        if !refusals.isEmpty {
            lines += ["", StyledText("Statements of the model that were not shown", .heading)]
            for refusal in refusals {
                lines.append(StyledText("- \(refusal.text)", .warning, shape: .line))
                lines += refusal.reasons.map { StyledText("  \($0)", .muted, shape: .line) }
            }
        }
        let dropped = decision.reports.flatMap { report in
            (report.reasoning?.dropped ?? []).map { "- \(report.agent): \($0.claim) (\($0.reason))" }
        }
        if !dropped.isEmpty {
            lines += ["", StyledText("Findings of models that were dropped", .heading)]
            lines += dropped.map { StyledText($0, .warning, shape: .line) }
        }
        guard !decision.exchanges.isEmpty else { return lines }
        lines += ["", StyledText("Models asked", .heading)]
        for exchange in decision.exchanges {
            var words = "- \(exchange.request.agent): "
            if let reply = exchange.reply {
                words += reply.model.description
                if let input = reply.usage.input, let output = reply.usage.output {
                    words += ", \(input) tokens read, \(output) written"
                }
            } else {
                words += "failed: \(exchange.failure?.detail ?? "no reply")"
            }
            lines.append(StyledText(words, .plain, shape: .line))
        }
        return lines
    }

    private func table(of facts: [Fact]) -> Table {
        var table = Table(columns: [
            Table.Column("Fact", .label, priority: .essential),
            Table.Column("What", .wrapping(minimumWidth: 18), priority: .essential),
            Table.Column("Value", .number, priority: .essential),
            Table.Column("Source", .wrapping(minimumWidth: 12), priority: .useful),
            Table.Column("As of", .label, priority: .useful),
            Table.Column("Freshness", .wrapping(minimumWidth: 8), priority: .detail),
            Table.Column("Formula", .wrapping(minimumWidth: 16), priority: .detail),
        ])
        for fact in facts {
            let subject = fact.subjects.first.map { "\($0): " } ?? ""
            let document = AnswerDocument.FactDocument(fact)
            table.add(row: [
                StyledText(fact.id, .citation),
                StyledText(subject + fact.label, .plain, shape: .line),
                StyledText(FigureFormat().text(fact), .plain, shape: .line),
                StyledText(fact.source, .plain, shape: .line),
                StyledText(fact.asOf.map(NewYorkTime.description(of:)) ?? ""),
                StyledText(document.freshness, .muted, shape: .line),
                StyledText(fact.formula ?? "", .muted, shape: .line),
            ])
        }
        return table
    }
}

extension Decision.Holdings {
    /// `Your portfolio`, `the demo portfolio`, or that there was none.
    var label: String {
        switch state {
        case "not_supplied": "no portfolio"
        default: isDemo ? "demo portfolio" : name
        }
    }
}
