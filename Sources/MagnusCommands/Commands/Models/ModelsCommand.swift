import ArgumentParser

/// `magnus models`: language models.
struct ModelsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "models",
        abstract: "Show which language models can be asked, and try one.",
        discussion: """
            A language model writes only where you choose one: `model: provider/model` in config.yaml, MAGNUS_MODEL, or -m. A key
            alone sends nothing anywhere.

              magnus models list
              magnus models test ollama/llama3.2
              magnus ask "How risky is my book?" -m openai/gpt-4o-mini
            """,
        subcommands: [ModelsList.self, ModelsTest.self],
        defaultSubcommand: ModelsList.self
    )
}
