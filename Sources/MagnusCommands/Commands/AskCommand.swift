import ArgumentParser
import Foundation
import LanguageModels
import Storage

/// `magnus ask`: one question, one answer.
struct AskCommand: MagnusSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "ask",
        abstract: "Ask one question.",
        discussion: """
            The answer goes to standard output, everything else to standard error. Text piped in is added to the question; a
            word - waits for it. A question has at most 8,000 characters; documents belong into the index.

              magnus ask "What positions do I have?" --demo
              magnus ask "What could be assigned this week, and why?" --json
              echo "what is theta decay?" | magnus ask -
              magnus ask "How risky is my book?" -m ollama/llama3.2
              magnus ask "How risky is my book?" -m openai/gpt-4o-mini --max-cost 0.02
              magnus ask "How risky is my book?" -m openai/gpt-4o-mini --dry-run

            --dry-run marks with ⟨…⟩ what depends on a reply, and names below what cannot be shown.

            Exit status: 0 answered, 2 usage, 3 no data or no portfolio, 4 refused under --strict, 5 the language model
            failed under --no-fallback, 6 budget, 7 configuration or key, 8 input refused, 9 storage, 130 interrupted.
            """
    )

    @OptionGroup var options: CommonOptions
    @OptionGroup var modelOptions: ModelOptions

    var modelChoice: ModelChoice {
        var choice = modelOptions.choice
        choice.isDryRun = dryRun
        return choice
    }

    @Argument(help: ArgumentHelp("The question; - reads standard input.", valueName: "words"))
    var words: [String] = []

    @Flag(name: .long, help: "Refuse an answer with struck figures or low confidence (exit status 4).")
    var strict = false

    @Option(name: .long, help: ArgumentHelp("Confidence below which --strict refuses, 0 to 1.", valueName: "number"))
    var minConfidence: Double?

    @Flag(name: .shortAndLong, help: "Do not record the answer.")
    var noLog = false

    @Flag(
        name: .long,
        help: "Show every request to language models that is known beforehand, keys as dots, and send them nothing."
    )
    var dryRun = false

    /// The longest question that is read.
    static let maximumBytes = 2_000_000

    func validate() throws {
        if let minConfidence, !(0...1).contains(minConfidence) {
            throw ValidationError("--min-confidence is \(minConfidence), it must be from 0 to 1")
        }
    }

    func run(in workspace: Workspace) async throws -> ExitStatus {
        let question = try question(workspace)
        let conversation = try await Conversation(
            workspace,
            isStrict: strict || workspace.configuration.isStrict.value,
            minimumConfidence: minConfidence ?? workspace.configuration.minimumConfidence.value,
            isRecorded: !noLog && !dryRun && workspace.configuration.records.value,
            usesModel: true
        )
        if dryRun { return try await DryRun(conversation, workspace).show(question) }
        let decision = try await conversation.ask(question, interrupts: workspace.interrupts)
        try conversation.show(decision)
        try conversation.record(decision)
        if decision.usesDocuments { try await workspace.library.finishPreparing() }
        return ExitStatus(rawValue: Int32(decision.exitCode)) ?? .answered
    }

    private static let tooLong = CommandError(
        .inputRefused,
        type: "question_too_long",
        "the question has more than \(maximumBytes) bytes, at most \(Conversation.longestQuestion) characters are read",
        hint: Conversation.indexHint
    )

    /// The words given, and what comes on standard input where that is no terminal.
    private func question(_ workspace: Workspace) throws -> String {
        let readsInput = words.contains("-") || (words.isEmpty && !workspace.terminal.input.isTerminal)
        var question = words.filter { $0 != "-" }.joined(separator: " ")
        if readsInput || StandardInput.hasPipedText {
            let text: String
            do {
                text = try StandardInput.text(maximumBytes: AskCommand.maximumBytes)
            } catch let error as StorageError where error.code == .tooLarge {
                throw AskCommand.tooLong
            }
            question += (question.isEmpty || text.isEmpty ? "" : "\n") + text
        }
        guard !question.contains("\0") else {
            throw CommandError(.inputRefused, type: "not_text", "the question contains a NUL byte", hint: "remove it")
        }
        guard question.utf8.count <= AskCommand.maximumBytes else {
            throw AskCommand.tooLong
        }
        guard question.contains(where: { !$0.isWhitespace }) else {
            throw CommandError(
                .usage,
                type: "usage",
                "there is no question",
                hint: "magnus ask \"What positions do I have?\""
            )
        }
        try Conversation.refuseTooLong(question)
        try Conversation.refuseSecrets(in: question)
        return question
    }
}
