import Agents
import Assistant
import Connectors
import Evidence
import Foundation
import LanguageModels
import Markets
import Storage

/// A run of turns over one portfolio: asks, shows, records, and remembers what follow-ups lean on.
final class Conversation {
    private let workspace: Workspace
    private let assistant: Assistant
    private let isStrict: Bool
    private let minimumConfidence: Double
    private let isRecorded: Bool
    private let usesModel: Bool
    private let session: String
    private(set) var snapshot: PortfolioSnapshot
    private var lastRequest: Request?
    /// The latest decision that answered a question rather than explained an answer.
    private(set) var lastDecision: Decision?
    private var number = 0
    /// What showed the answer that is being given; nil where nothing was shown yet.
    private var stream: StreamedAnswer?
    /// What the first turn's holdings and quotes took of its time.
    private var timeTaken: TimeInterval

    /// A conversation over the portfolio the workspace's options ask for.
    ///
    /// - Parameters:
    ///   - usesModel: Whether the owner's language model, if there is one, writes answers.
    ///   - leavesTime: Whether the first turn's tools ask sources too, so that holdings and quotes leave them time.
    /// - Throws: As the workspace does; a model that a flag names and that cannot be asked is told before anything is worked out.
    init(
        _ workspace: Workspace,
        isStrict: Bool,
        minimumConfidence: Double,
        isRecorded: Bool,
        usesModel: Bool = false,
        leavesTime: Bool = true
    ) async throws {
        self.workspace = workspace
        self.isStrict = isStrict
        self.minimumConfidence = minimumConfidence
        self.isRecorded = isRecorded
        self.usesModel = try usesModel && workspace.languageModel() != nil
        assistant = try workspace.assistant(usesModel: self.usesModel)
        let start = workspace.environment.clock()
        let deadline = workspace.configuration.deadline.value
        snapshot = try await workspace.portfolio(within: .seconds(deadline * (leavesTime ? 0.75 : 1)))
        timeTaken = workspace.environment.clock().timeIntervalSince(start)
        session = Conversation.identifier()
    }

    /// Answers a question, and shows the answer while a model writes it. Ctrl-C stops it; what was shown until then is kept.
    ///
    /// - Throws: `CancellationError` when it was interrupted before there was anything to keep; `CommandError` for a question that
    ///   holds a key, of which nothing is sent or kept.
    func ask(_ question: String, interrupts: InterruptMonitor) async throws -> Decision {
        try Conversation.refuseSecrets(in: question)
        try Conversation.refuseTooLong(question)
        let turn = try turn(question)
        workspace.spending.begin(
            question: "\(session)-\(number + 1)",
            maximumCost: workspace.modelChoice.maximumCost
        )
        workspace.patience.begin()
        let (assistant, logger) = (assistant, workspace.logger)
        // A dry run shows the request, not an answer.
        let isShown = turn.model != nil && !workspace.options.json && workspace.preview == nil
        let stream = isShown ? streamedAnswer(turn.request) : nil
        self.stream = stream
        workspace.waiting.show(above: stream)
        defer { workspace.waiting.show(above: nil) }
        let outcome = await interrupts.interruptible {
            try await assistant.answer(turn) { event in
                if case .began(let agent) = event { logger.debug("\(agent.name): \(agent.goal)") }
                stream?.take(event)
            }
        }
        stream?.clear()
        let decision: Decision
        switch outcome.result {
        case .success(let made) where !outcome.wasInterrupted || made.exitCode == ExitStatus.interrupted.rawValue:
            decision = made
        case .success: throw CancellationError()
        case .failure(let error): throw outcome.wasInterrupted ? CancellationError() : error
        }
        number += 1
        if turn.request.intent != .explanation && turn.request.intent != .sources {
            lastRequest = turn.request
            lastDecision = decision
        }
        return decision
    }

    /// Refuses a question that holds what looks like a key or a password. None of it is repeated.
    ///
    /// - Throws: `CommandError`.
    static func refuseSecrets(in question: String) throws {
        guard SecretScan.findsSecret(in: question) else { return }
        throw CommandError(
            .inputRefused,
            type: "secret_in_question",
            "the question holds what looks like a key or a password; nothing of it was sent or kept",
            hint:
                "give keys to `magnus keys set NAME`, which asks for the value; take this one out of your shell's history"
        )
    }

    /// Questions have no more characters: agents and the writer are told all of one.
    static let longestQuestion = 8_000
    /// Where documents belong.
    static let indexHint = "put documents into the index (`magnus index add FILE`) and ask about them"

    /// Refuses a question that is a document.
    ///
    /// - Throws: `CommandError`.
    static func refuseTooLong(_ question: String) throws {
        // A character has a byte at the least.
        guard question.utf8.count > longestQuestion else { return }
        let count = question.count
        guard count > longestQuestion else { return }
        throw CommandError(
            .inputRefused,
            type: "question_too_long",
            "the question has \(count) characters, at most \(longestQuestion) are read; nothing was sent",
            hint: indexHint
        )
    }

    /// What shows an answer to a request while it is written.
    private func streamedAnswer(_ request: Request) -> StreamedAnswer {
        let isDemo: Bool
        switch snapshot.state {
        case .known(let portfolio), .knownEmpty(let portfolio): isDemo = portfolio.isDemo
        case .notSupplied: isDemo = false
        }
        let terminal = workspace.terminal
        return StreamedAnswer(
            renderer,
            heading: heading(of: request, isDemo: isDemo, at: snapshot.market.now),
            output: workspace.output,
            errors: workspace.errors,
            showsStatus: terminal.error.isTerminal && terminal.movesCursor && !workspace.options.quiet
        )
    }

    /// A question as it is understood here and now, with the data of this moment.
    private func turn(_ question: String) throws -> Assistant.Turn {
        let resolver = SymbolResolver(known: snapshot.tickers, names: snapshot.names)
        let reader = QuestionReader(resolver: resolver, today: snapshot.market.today)
        var turn = Assistant.Turn(
            request: reader.read(question, after: lastRequest),
            context: try context(),
            session: session,
            number: number + 1,
            previous: lastDecision,
            isStrict: isStrict,
            minimumConfidence: minimumConfidence
        )
        if usesModel {
            turn.model = try workspace.languageModel(about: snapshot)
            turn.allowsFallback = workspace.fallsBackToRules
        }
        if workspace.searchesByService { workspace.protectAccounts(of: snapshot) }
        return turn
    }

    /// Where a turn's data is. Holdings, quotes and whatever its tools ask share one deadline.
    private func context() throws -> ToolContext {
        let left = max(0, workspace.configuration.deadline.value - timeTaken)
        timeTaken = 0
        return try workspace.context(snapshot, within: .seconds(left))
    }

    /// Answers a request by tools alone.
    func tabulate(_ request: Request) async throws -> Decision {
        try await assistant.tabulate(
            Assistant.Turn(
                request: request,
                context: try context(),
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
    ///
    /// - Throws: `CommandError` in place of an answer that was refused, also where JSON is wanted.
    func show(_ decision: Decision) throws {
        if decision.exitCode == Int(ExitStatus.refused.rawValue) {
            throw CommandError(
                .refused,
                type: "refused",
                "the answer was refused: \(decision.grounding.struck) \(decision.grounding.struck == 1 ? "figure" : "figures") "
                    + "struck, confidence "
                    + "\(decision.confidence.value.rounded(toPlaces: 2))",
                hint: "ask without --strict to see what there is"
            )
        }
        if workspace.options.json {
            var document = AnswerDocument(decision, spending: decision.exchanges.isEmpty ? nil : spent())
            if !isRecorded { document.id = nil }
            document.warnings += workspace.spending.warnings
            try workspace.show(try document.json())
            return
        }
        let heading = heading(of: decision.request, isDemo: decision.holdings.isDemo, at: decision.now)
        let lines = renderer.lines(decision.answer, evidence: decision.evidence)
        if let stream {
            self.stream = nil
            try stream.finish(lines)
        } else {
            try workspace.show(heading + lines)
        }
        for warning in decision.warnings + workspace.spending.warnings {
            try workspace.note(StyledText("warning: \(warning)", .warning, shape: .line))
        }
        let spending = decision.exchanges.isEmpty ? nil : spent()
        let status = StatusLine.text(decision, spending: spending, isRecorded: isRecorded)
        try workspace.note(StyledText(status, .muted, shape: .line))
    }

    /// What calls of language models for the latest answer came to; nil where that cannot be read.
    private func spent() -> CallSpending? {
        do {
            return try workspace.spending.spending()
        } catch {
            workspace.logger.warning("what the answer cost cannot be read: \(error)")
            return nil
        }
    }

    /// What stands above an answer about the demonstration.
    private func heading(of request: Request, isDemo: Bool, at moment: Date) -> [StyledText] {
        guard isDemo, request.intent.needsPortfolio || request.intent.asksSources else { return [] }
        let asOf = NewYorkTime.description(of: moment)
        let label = StyledText("Demo portfolio, invented, as of \(asOf)", .muted)
        return label.wrapped(to: workspace.terminal.width) + [""]
    }

    private var renderer: AnswerRenderer {
        let isLimited = workspace.terminal.output.isTerminal && !workspace.options.all
        return AnswerRenderer(
            width: workspace.terminal.width,
            glyphs: workspace.terminal.glyphs,
            rowLimit: isLimited ? AnswerRenderer.terminalRowLimit : nil
        )
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
