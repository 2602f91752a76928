import ArgumentParser

/// `magnus eval`: how good Magnus is on collections that others judged.
struct EvalCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eval",
        abstract: "Measure how good search is on a public collection.",
        discussion: "  magnus eval retrieval --corpus corpus.jsonl --queries queries.jsonl --qrels qrels.tsv",
        subcommands: [EvalRetrieval.self]
    )
}
