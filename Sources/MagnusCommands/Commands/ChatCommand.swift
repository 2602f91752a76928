import ArgumentParser
import Assistant
import Foundation
import Markets
import Storage

/// `magnus`: a conversation at the prompt.
struct ChatCommand: MagnusSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "chat",
        abstract: "Converse at a prompt (what `magnus` alone does).",
        discussion: """
            A follow-up keeps its subject: "and NVDA?", "only the puts", "why?". Ctrl-C stops an answer, Ctrl-D leaves.

              magnus
              magnus --demo
              magnus -m ollama/llama3.2
            """
    )

    @OptionGroup var options: CommonOptions
    @OptionGroup var modelOptions: ModelOptions

    var modelChoice: ModelChoice { modelOptions.choice }

    @Flag(name: .shortAndLong, help: "Do not record the answers.")
    var noLog = false

    func run(in workspace: Workspace) async throws -> ExitStatus {
        let conversation = try await Conversation(
            workspace,
            isStrict: workspace.configuration.isStrict.value,
            minimumConfidence: workspace.configuration.minimumConfidence.value,
            isRecorded: !noLog && workspace.configuration.records.value,
            usesModel: true
        )
        return try await Prompt(workspace, conversation).run()
    }
}
