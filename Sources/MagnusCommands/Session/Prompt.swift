import Assistant
import Foundation
import LanguageModels
import Markets
import Storage

/// The prompt: reads questions and commands until the owner leaves.
final class Prompt {
    private let workspace: Workspace
    private let conversation: Conversation
    private let editor: LineEditor
    private let history: History
    private let background = QueueExecutor(label: "magnus.preparing")

    private static let commands = [
        ("/help", "what can be asked"),
        ("/positions", "what is held"),
        ("/risk", "concentration, cash against assignments, buying power"),
        ("/greeks", "sensitivities by position and in total"),
        ("/expiring", "options that expire soon"),
        ("/sources", "where the last answer comes from"),
        ("/why", "what the last answer rests on"),
        ("/facts", "the figures of the last answer; /facts 3 leads the third to its sources"),
        ("/refresh", "take imports and quotes anew"),
        ("/index", "how far the making of vectors by another model has come"),
        ("/clear", "forget the questions so far"),
        ("/exit", "leave"),
    ]

    init(_ workspace: Workspace, _ conversation: Conversation) {
        self.workspace = workspace
        self.conversation = conversation
        let words = Prompt.commands.map(\.0) + conversation.snapshot.tickers.sorted()
        history = History(store: HistoryFile(path: workspace.locations.history))
        editor = LineEditor(LineEditor.Connection(workspace.terminal), history: history) { text in
            Completions.ofLastWord(in: text, from: words)
        }
    }

    /// Reads and answers until the end of the input.
    ///
    /// - Returns: What the program ends with: the status of the last answer where a script asks, else 0.
    func run() async throws -> ExitStatus {
        let isInteractive = workspace.terminal.input.isTerminal
        workspace.interruptEndsProgram.set(!isInteractive)
        if isInteractive {
            try greet()
            goOnWithVectors()
        }
        var status = ExitStatus.answered
        while !workspace.output.isClosed {
            switch await editor.readLine(prompt: "magnus> ") {
            case .line(let line):
                let question = line.trimmingCharacters(in: .whitespacesAndNewlines)
                if question.isEmpty { continue }
                // A question that cannot be remembered can still be answered; a key is never remembered.
                if isInteractive, !SecretScan.findsSecret(in: question) { try? history.append(question) }
                if question == "/exit" || question == "/quit" || question == "exit" || question == "quit" {
                    return isInteractive ? .answered : status
                }
                let answered = await answer(question)
                if !isInteractive { status = answered }
            case .interrupted:
                continue
            case .endOfInput:
                if isInteractive { try workspace.show("") }
                return isInteractive ? .answered : status
            }
        }
        return status
    }

    private func greet() throws {
        var lines = [
            StyledText(
                "Magnus answers from your portfolio and your documents. /help shows how, Ctrl-D leaves.",
                .strong
            )
        ]
        switch conversation.snapshot.state {
        case .known(let portfolio):
            let asOf = NewYorkTime.description(of: conversation.snapshot.market.now)
            let kind = portfolio.isDemo ? "Demo portfolio (invented)" : portfolio.name
            lines.append(StyledText("\(kind): \(portfolio.positions.count) positions as of \(asOf)", .muted))
        case .knownEmpty(let portfolio):
            lines.append(StyledText("\(portfolio.name) holds nothing now", .muted))
        case .notSupplied:
            lines.append(StyledText("No portfolio yet: `magnus import FILE.csv`, or start with --demo", .muted))
        }
        lines.append(StyledText("Educational information from your own data; not investment advice.", .muted))
        try workspace.show(lines.flatMap { $0.wrapped(to: workspace.terminal.width) })
    }

    /// Answers one line; every failure is told and ends nothing.
    private func answer(_ line: String) async -> ExitStatus {
        do {
            if line.hasPrefix("/") {
                try await run(command: line)
                return .answered
            }
            let decision = try await conversation.ask(line, interrupts: workspace.interrupts)
            try conversation.show(decision)
            try conversation.record(decision)
            if decision.usesDocuments { prepareInBackground() }
            return ExitStatus(rawValue: Int32(decision.exitCode)) ?? .answered
        } catch {
            let failure = CommandError(error)
            // Where standard error is gone there is nobody left to tell.
            let lines = StyledText(failure.description, .warning, shape: .line)
                .wrapped(to: workspace.terminal.error.size.columns)
            for line in lines { try? workspace.errors.writeLine(line) }
            try? workspace.errors.flush()
            return failure.status
        }
    }

    /// Makes missing vectors while the owner reads; leaving before the end loses nothing.
    private func prepareInBackground() {
        let library = workspace.library
        // Not on the threads that answer the next question.
        Task(executorPreference: background, priority: .utility) {
            // What cannot be prepared now is tried again after the next question; keywords serve until then.
            try? await library.finishPreparing(isShown: false)
        }
    }

    /// After another model was chosen its vectors are made from the first prompt on, however many there are; those of the model
    /// before serve until all are there.
    private func goOnWithVectors() {
        do {
            let library = workspace.library
            // With one model there is nothing to change from.
            guard try library.models.names().count > 1, let standing = try library.standing(), standing.former != nil
            else { return }
            try standing.show(in: workspace)
            Task(executorPreference: background, priority: .utility) {
                // What cannot be made now is for `magnus index`, which tells why.
                try? await library.finishPreparing(isShown: false, isWhole: true)
            }
        } catch {
            // Without the model or the index questions are answered all the same, and `magnus doctor` says what is wrong.
            workspace.logger.warning("no vectors are made: \(error)")
        }
    }

    /// `/index` tells how far the making of vectors has come.
    private func tellOfVectors() throws {
        if let preparation = workspace.library.preparation {
            try workspace.show(preparation.sentence)
        } else if let standing = try workspace.library.standing() {
            let words =
                standing.pending == 0 ? "all passages have a vector by" : "\(standing.pending) passages lack one by"
            try workspace.show("\(words) \(standing.encoder)")
        } else {
            try workspace.show("there is no model: search uses keywords alone")
        }
    }

    private func run(command line: String) async throws {
        let words = line.split(separator: " ").map(String.init)
        func request(_ intent: Intent) -> Request {
            var request = Request(question: line, intent: intent)
            request.symbols = words.dropFirst().map { $0.uppercased() }
            return request
        }
        switch words[0] {
        case "/help": try help()
        case "/positions": try conversation.show(try await conversation.tabulate(request(.positions)))
        case "/risk": try conversation.show(try await conversation.tabulate(Request(question: line, intent: .risk)))
        case "/greeks": try conversation.show(try await conversation.tabulate(request(.greeks)))
        case "/expiring": try conversation.show(try await conversation.tabulate(expiring(request(.expiring))))
        case "/why":
            try conversation.show(try await conversation.ask("why", interrupts: workspace.interrupts))
        case "/sources":
            try conversation.show(try await conversation.ask("sources", interrupts: workspace.interrupts))
        case "/facts": try facts(words.dropFirst().first)
        case "/index": try tellOfVectors()
        case "/refresh":
            try await conversation.refresh()
            try workspace.show("portfolio and quotes were taken anew")
        case "/clear":
            conversation.clear()
            try workspace.show("the questions so far are forgotten")
        default:
            let known = Prompt.commands.map(\.0).joined(separator: " ")
            throw CommandError(.usage, type: "usage", "there is no command '\(words[0])'", hint: "there are \(known)")
        }
    }

    /// `/facts` lists the figures of the last answer, `/facts 3` and `/facts P1.3` print a tree down to the sources.
    private func facts(_ which: String?) throws {
        guard let decision = conversation.lastDecision else {
            throw CommandError(.usage, type: "usage", "there is no answer yet", hint: "ask something first")
        }
        let renderer = FactTreeRenderer(decision, width: workspace.terminal.width)
        try workspace.show(try which.map(renderer.lines) ?? renderer.list())
    }

    /// `/expiring 7 NVDA`: a number is how many days ahead to look.
    private func expiring(_ request: Request) throws -> Request {
        var request = request
        for word in request.symbols {
            guard let days = Int(word) else { continue }
            guard (0...3_650).contains(days) else {
                throw CommandError(.usage, type: "usage", "\(days) days are no time ahead", hint: "0 to 3650 are")
            }
            let through = conversation.snapshot.market.today.adding(days: days)
            request.horizon = Request.Horizon(through: through, words: "")
        }
        request.symbols.removeAll { Int($0) != nil }
        return request
    }

    private func help() throws {
        var table = Table(columns: [
            Table.Column("Command", .label, priority: .essential),
            Table.Column("What it shows", .wrapping(minimumWidth: 20), priority: .essential),
        ])
        for (name, summary) in Prompt.commands {
            table.add(row: [StyledText(name, .code), StyledText(summary)])
        }
        let examples = [
            "", "Ask in your own words:", "  What could be assigned this week, and why?", "  How risky is my book?",
            "  What is theta decay?", "Then: and NVDA?   only the puts   why?",
        ]
        let lines = table.lines(width: workspace.terminal.width, glyphs: workspace.terminal.glyphs)
        try workspace.show(lines + examples.map { StyledText($0) })
    }
}
