import Agents
import Assistant
import Connectors
import Evidence
import Foundation
import Markets
import Storage

/// A run of turns over one portfolio: asks, shows, records, and remembers what follow-ups lean on.
final class Conversation {
    private let workspace: Workspace
    private let assistant: Assistant
    private let isStrict: Bool
    private let minimumConfidence: Double
    private let isRecorded: Bool
    private let session: String
    private(set) var snapshot: PortfolioSnapshot
    private var lastRequest: Request?
    /// The latest decision that answered a question rather than explained an answer.
    private(set) var lastDecision: Decision?
    private var number = 0

    /// A conversation over the portfolio the workspace's options ask for.
    init(_ workspace: Workspace, isStrict: Bool, minimumConfidence: Double, isRecorded: Bool) async throws {
        self.workspace = workspace
        self.isStrict = isStrict
        self.minimumConfidence = minimumConfidence
        self.isRecorded = isRecorded
        assistant = try workspace.assistant()
        snapshot = try await workspace.portfolio()
        session = Conversation.identifier()
    }

    /// Answers a question. Ctrl-C stops it.
    ///
    /// - Throws: `CancellationError` when it was interrupted.
    func ask(_ question: String, interrupts: InterruptMonitor) async throws -> Decision {
        let turn = try turn(question)
        let (assistant, logger) = (assistant, workspace.logger)
        let outcome = await interrupts.interruptible {
            try await assistant.answer(turn) { agent in logger.debug("\(agent.name): \(agent.goal)") }
        }
        if outcome.wasInterrupted { throw CancellationError() }
        let decision = try outcome.result.get()
        number += 1
        if turn.request.intent != .explanation && turn.request.intent != .sources {
            lastRequest = turn.request
            lastDecision = decision
        }
        return decision
    }

    /// A question as it is understood here and now, with the data of this moment.
    private func turn(_ question: String) throws -> Assistant.Turn {
        let resolver = SymbolResolver(known: snapshot.tickers, names: snapshot.names)
        let reader = QuestionReader(resolver: resolver, today: snapshot.market.today)
        return Assistant.Turn(
            request: reader.read(question, after: lastRequest),
            context: try workspace.context(snapshot),
            session: session,
            number: number + 1,
            previous: lastDecision,
            isStrict: isStrict,
            minimumConfidence: minimumConfidence
        )
    }

    /// Answers a request by tools alone.
    func tabulate(_ request: Request) async throws -> Decision {
        try await assistant.tabulate(
            Assistant.Turn(
                request: request,
                context: try workspace.context(snapshot),
                session: session,
                number: number + 1
            )
        )
    }

    /// Keeps the record of a turn.
    func record(_ decision: Decision) throws {
        guard isRecorded else { return }
        let log = DecisionLog(store: DecisionStore(database: try workspace.database()))
        try log.save(decision, at: workspace.environment.clock())
    }

    /// Shows a turn's answer, and on standard error what it rests on.
    func show(_ decision: Decision) throws {
        if workspace.options.json {
            try workspace.show(try AnswerDocument(decision).json())
            return
        }
        if decision.exitCode == Int(ExitStatus.refused.rawValue) {
            throw CommandError(
                .refused,
                type: "refused",
                "the answer was refused: \(decision.grounding.struck) figures struck, confidence "
                    + "\(decision.confidence.value.rounded(toPlaces: 2))",
                hint: "ask without --strict to see what there is"
            )
        }
        if decision.holdings.isDemo, decision.request.intent.needsPortfolio || decision.request.intent.asksSources {
            let asOf = NewYorkTime.description(of: decision.now)
            let label = StyledText("Demo portfolio, invented, as of \(asOf)", .muted)
            try workspace.show(label.wrapped(to: workspace.terminal.width) + [""])
        }
        let isLimited = workspace.terminal.output.isTerminal && !workspace.options.all
        let renderer = AnswerRenderer(
            width: workspace.terminal.width,
            glyphs: workspace.terminal.glyphs,
            rowLimit: isLimited ? AnswerRenderer.terminalRowLimit : nil
        )
        try workspace.show(renderer.lines(decision.answer, evidence: decision.evidence))
        for warning in decision.warnings {
            try workspace.note(StyledText("warning: \(warning)", .warning, shape: .line))
        }
        try workspace.note(StyledText(StatusLine.text(decision), .muted, shape: .line))
    }

    /// Takes the holdings and quotes anew, after an import.
    func refresh() async throws {
        snapshot = try await workspace.portfolio()
    }

    /// Forgets what was asked.
    func clear() {
        lastRequest = nil
        lastDecision = nil
    }

    /// Twelve random hexadecimal digits.
    private static func identifier() -> String {
        String(UUID().uuidString.replacing("-", with: "").lowercased().prefix(12))
    }
}

extension Decision {
    /// Whether the documents were searched for this answer.
    var usesDocuments: Bool {
        plan.values.joined().contains { $0.call.tool == "search_documents" }
    }
}

extension Double {
    /// Rounded to so many decimal places, for being shown.
    func rounded(toPlaces places: Int) -> Double {
        let scale = (0..<places).reduce(1.0) { scale, _ in scale * 10 }
        return (self * scale).rounded() / scale
    }
}
