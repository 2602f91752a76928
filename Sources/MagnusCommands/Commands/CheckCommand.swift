import ArgumentParser
import Assistant
import Evidence
import Foundation
import Storage

/// `magnus check`: any text against the evidence of a recorded answer.
struct CheckCommand: MagnusSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check a text, figure by figure, against the evidence of a past answer.",
        discussion: """
            Reads the text, plain or Markdown, from standard input. Every figure, date, name and citation is listed with
            the facts it traces to or the reason why it does not, then the sentences in which something does not trace,
            and those in which nothing could be checked, which may be right or wrong; the last line counts. With --strict, exit status 4 says that something did not trace.

              magnus check --against 3f9c < reply.md
              echo 'Your cash is $122,585.86.' | magnus check --against last --strict
              magnus check --against 3f9c --json < reply.md
            """
    )

    @OptionGroup var options: CommonOptions

    @Option(
        help: ArgumentHelp(
            "The answer's id, as `magnus log` shows it; it may be shortened, and `last` is the latest.",
            valueName: "id"
        )
    )
    var against: String

    @Flag(name: .long, help: "End with exit status 4 when anything does not trace.")
    var strict = false

    func run(in workspace: Workspace) async throws -> ExitStatus {
        let text = try text(workspace)
        let log = DecisionLog(store: DecisionStore(database: try workspace.database()))
        let decision = try log.decision(against)
        let report = GroundingCheck(decision).check(text)
        let unchecked = report.unchecked(in: Draft(markdown: text))
        if options.json {
            try workspace.show(try CheckDocument(report, unchecked: unchecked, against: decision.id).json())
        } else {
            try workspace.show(lines(report, unchecked, of: text, FactTree(decision.evidence), workspace))
            if report.checked == 0 {
                try workspace.note(
                    "nothing was checked: no figure, date, name, citation or claim that data could hold was found"
                )
            }
        }
        return strict && report.struck > 0 ? .refused : .answered
    }

    private func lines(
        _ report: GroundingReport,
        _ unchecked: [String],
        of text: String,
        _ tree: FactTree,
        _ workspace: Workspace
    ) -> [StyledText] {
        var table = Table(columns: [
            Table.Column("Figure", .wrapping(minimumWidth: 12), priority: .essential),
            Table.Column("Verdict", .label, priority: .essential),
            Table.Column("Why", .wrapping(minimumWidth: 24), priority: .essential),
        ])
        let summary = GroundingSummary(report)
        for figure in summary.figures {
            let isStruck = figure.status == "struck"
            let why = figure.reason ?? figure.formula ?? figure.sources.map(tree.title).joined(separator: ", ")
            table.add(row: [
                StyledText(figure.text, .plain, shape: .line),
                StyledText(figure.status, isStruck ? .negative : .positive),
                StyledText(why, isStruck ? .warning : .muted, shape: .line),
            ])
        }
        var lines: [StyledText] = []
        if !summary.figures.isEmpty, !options.quiet {
            lines += table.lines(width: workspace.terminal.width, glyphs: workspace.terminal.glyphs) + [""]
        }
        if !report.failures.isEmpty, !options.quiet {
            let sentences = failures(report, in: text).flatMap { $0.wrapped(to: workspace.terminal.width) }
            lines += [StyledText("What does not trace", .heading)] + sentences + [""]
        }
        if !unchecked.isEmpty, report.checked > 0, !options.quiet {
            let sentences = unchecked.flatMap {
                StyledText("- \($0)", .muted, shape: .line).wrapped(to: workspace.terminal.width)
            }
            lines +=
                [StyledText("Not checked: nothing in these could be held against the data", .heading)] + sentences + [
                    ""
                ]
        }
        return lines + [StyledText("grounded \(report.matched)/\(report.checked)", .strong)]
    }

    /// The sentences in which something was struck, each with its line in `text` where it stands there word for word.
    private func failures(_ report: GroundingReport, in text: String) -> [StyledText] {
        var rest = text[...]
        var line = 1
        return report.failures.map { failure in
            let opening = failure.text.prefix { $0 != "|" && !$0.isNewline }
            var place = ""
            if !opening.isEmpty, let found = rest.range(of: opening) {
                line += rest[..<found.lowerBound].count(where: \.isNewline)
                rest = rest[found.lowerBound...]
                place = "line \(line): "
            }
            let reasons = failure.figures.map { "\($0.text): \($0.reason?.description ?? "")" }
            return StyledText("- \(place)\(failure.text) (\(reasons.joined(separator: "; ")))", .warning, shape: .line)
        }
    }

    private func text(_ workspace: Workspace) throws -> String {
        guard !workspace.terminal.input.isTerminal else {
            throw CommandError(
                .usage,
                type: "usage",
                "there is no text to check",
                hint: "magnus check --against \(against) < reply.md"
            )
        }
        let text = try StandardInput.text(maximumBytes: AskCommand.maximumBytes)
        guard text.contains(where: { !$0.isWhitespace }) else {
            throw CommandError(
                .usage,
                type: "usage",
                "there is no text to check",
                hint: "magnus check --against \(against) < reply.md"
            )
        }
        return text
    }
}

/// What `magnus check --json` prints, schema `magnus.check/1`.
struct CheckDocument: Encodable {
    struct Sentence: Encodable {
        var text: String
        var reasons: [String]
    }

    /// The id of the answer the text was checked against.
    var against: String
    var checked: Int
    var matched: Int
    var struck: Int
    /// The text with everything struck replaced.
    var text: String
    var figures: [GroundingSummary.Figure]
    /// The sentences in which something was struck.
    var failures: [Sentence]
    /// The sentences in which nothing could be checked.
    var unchecked: [String]

    init(_ report: GroundingReport, unchecked: [String], against id: String) {
        self.unchecked = unchecked
        against = id
        checked = report.checked
        matched = report.matched
        struck = report.struck
        text = report.repaired.text
        figures = GroundingSummary(report).figures
        failures = report.failures.map { failure in
            Sentence(
                text: failure.text,
                reasons: failure.figures.map { "\($0.text): \($0.reason?.description ?? "")" }
            )
        }
    }

    /// The document in its envelope.
    func json() throws -> String {
        try JSONEnvelope.success(schema: "magnus.check/1", self)
    }
}
