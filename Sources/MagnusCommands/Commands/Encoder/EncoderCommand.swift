import ArgumentParser

/// `magnus encoder`: the models on this machine that search documents.
struct EncoderCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "encoder",
        abstract: "Keep the models on this machine that encode documents and put passages in order.",
        discussion: """
            A model is a folder in the layout of Hugging Face: config.json, vocab.txt, model.safetensors, and what stands beside
            them (tokenizer_config.json, 1_Pooling/config.json ...). Models of the BERT and MPNet families encode; a BERT
            cross-encoder with one label reranks. For language models see `magnus models`.

              magnus encoder list
              magnus encoder add ~/models/bge-small-en-v1.5
              magnus encoder pull https://models.example.com/bge-small-en-v1.5
              magnus encoder use bge-small-en-v1.5
              magnus index
              magnus encoder rm bge-small-en-v1.5

            After `use` the old vectors serve until `magnus index` has made the new ones, or the prompt in the background.
            """,
        subcommands: [
            EncoderList.self, EncoderAdd.self, EncoderPull.self, EncoderUse.self, EncoderRemove.self,
        ],
        defaultSubcommand: EncoderList.self
    )
}

/// What `add` and `pull` tell of a model they took in.
struct TakenModel: Encodable {
    var name: String
    var path: String
    var kind: ModelTrial.Kind
    var family: String
    var dimension: Int?
    var pooling: String?
    var maximumTokens: Int
    var tokensPerSecond: Double
    var sha256: String

    /// A model that is in its place.
    ///
    /// - Throws: `StorageError`.
    init(_ trial: ModelTrial, in folder: EncoderFolder) throws {
        (name, path, kind, family) = (folder.name, folder.path, trial.kind, trial.family)
        (dimension, pooling, maximumTokens) = (trial.dimension, trial.pooling, trial.maximumTokens)
        tokensPerSecond = trial.tokensPerSecond.rounded()
        sha256 = try folder.checksum()
    }

    /// Tells of it.
    func show(_ trial: ModelTrial, _ workspace: Workspace) throws {
        guard !workspace.options.json else {
            return try workspace.show(try JSONEnvelope.success(schema: "magnus.encoder/1", self))
        }
        try workspace.show(
            [
                StyledText("\(name): \(trial.sentence)"), StyledText("SHA-256 of its weights: \(sha256)", .muted),
                StyledText("magnus encoder use \(name)", .code),
            ].flatMap { $0.wrapped(to: workspace.terminal.width) }
        )
    }
}
