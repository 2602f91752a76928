import ArgumentParser
import Crypto
import Foundation
import Retrieval
import Storage

/// `magnus eval retrieval`: the search of the program over somebody else's documents and questions.
struct EvalRetrieval: MagnusSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "retrieval",
        abstract: "Measure how well search finds what people judged relevant.",
        discussion: """
            Reads the files of a BEIR collection: documents and questions as lines of JSON (_id, title, text), judgements as
            question, document and grade between tabs. The documents go through the same chunks, index and search as your own,
            in an index apart from yours. It is kept with its vectors, so that a second run needs no new ones.

            nDCG@10 has a linear gain, as in trec_eval. A document is as good as its best chunk. Documents named whole#part are
            parts of a whole, as pages of a report; "whole first" says how often the first one is of the right whole.
            --unanswerable takes questions that the documents do not answer and tells how many are refused. --ablation measures
            without each part of the search.

              magnus eval retrieval --corpus corpus.jsonl --queries queries.jsonl --qrels qrels.tsv --run magnus.trec
              magnus eval retrieval --corpus c.jsonl --queries q.jsonl --qrels r.tsv --unanswerable other.jsonl --json
            """
    )

    @OptionGroup var options: CommonOptions

    @Option(name: .long, help: ArgumentHelp("The documents, as JSON lines.", valueName: "file"))
    var corpus: String

    @Option(name: .long, help: ArgumentHelp("The questions, as JSON lines.", valueName: "file"))
    var queries: String

    @Option(name: .long, help: ArgumentHelp("Which documents answer which questions.", valueName: "file"))
    var qrels: String

    @Option(name: .long, help: ArgumentHelp("Write the rankings to this file, as TREC does.", valueName: "file"))
    var run: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Questions that these documents do not answer, as JSON lines.", valueName: "file")
    )
    var unanswerable: String?

    @Flag(name: .long, help: "Measure also without each part of the search, to tell what it adds.")
    var ablation = false

    @Flag(name: .long, help: "Search by keywords alone.")
    var keywords = false

    @Flag(name: .long, help: "Build the index anew and keep nothing of it.")
    var fresh = false

    private struct Document: Encodable {
        /// What is measured without a part of the search.
        struct Ablation: Encodable {
            var name: String
            var ndcgAt10: Double
            var mrrAt10: Double
            var recallAt100: Double
            var hitAt5: Double
            var wholeFirst: Double
        }
        var documents: Int
        var chunks: Int
        var questions: Int
        var judged: Int
        var usedVectors: Bool
        var ndcgAt10: Double
        var mrrAt10: Double
        var recallAt100: Double
        var hitAt5: Double
        var wholeFirst: Double
        var refused: Double
        var unanswerableQuestions: Int?
        var unanswerableRefused: Double?
        var medianMilliseconds: Double
        var p95Milliseconds: Double
        var ablations: [Ablation]?
    }

    func run(in workspace: Workspace) async throws -> ExitStatus {
        let environment = workspace.environment
        let documents = try BenchmarkLines.documents(in: try Self.read(corpus, environment), named: corpus)
        let questions = try BenchmarkLines.questions(in: try Self.read(queries, environment), named: queries)
        let judgements = try RelevanceJudgements(
            text: String(decoding: try Self.read(qrels, environment), as: UTF8.self),
            name: qrels
        )
        let foreign = try unanswerable.map { file in
            try BenchmarkLines.questions(in: try Self.read(file, environment), named: file)
        }
        let judged = Set(judgements.questions)
        guard questions.contains(where: { judged.contains($0.id) }) else {
            throw CommandError(
                .inputRefused,
                type: "no_judgements",
                "none of the questions in \(queries) has a relevant document in \(qrels)",
                hint: "give files of the same collection"
            )
        }
        let database = fresh ? try Database() : try Database(path: indexPath(workspace))
        let store = IndexStore(database: database)
        let progress = ProgressReporter(workspace.errors, workspace.terminal, isQuiet: options.quiet)
        defer { progress.finish() }
        // Chunks are cut by the model's measure also where it does not search, so that both search the same ones.
        let installed = try workspace.library.encoder()
        let encoder = keywords ? nil : installed
        try await index(documents, store, installed, progress, workspace)
        let search = DocumentSearch(store: store, encoder: encoder)
        let evaluation = try await RetrievalEvaluation(of: search, questions: questions, judgements: judgements) {
            done in
            progress.report("Asking", done: done, total: questions.count)
        }
        var strangers: RetrievalEvaluation?
        if let foreign {
            let none = RelevanceJudgements(grades: [:])
            strangers = try await RetrievalEvaluation(of: search, questions: foreign, judgements: none) { done in
                progress.report("Asking what is not answered", done: done, total: foreign.count)
            }
        }
        var ablations: [Document.Ablation]?
        for (name, tuning) in ablation ? SearchTuning.ablations : [] {
            let changed = DocumentSearch(store: store, encoder: encoder, tuning: tuning)
            let mean = try await RetrievalEvaluation(of: changed, questions: questions, judgements: judgements) {
                done in
                progress.report("Asking, \(name)", done: done, total: questions.count)
            }.mean
            ablations =
                (ablations ?? []) + [
                    Document.Ablation(
                        name: name,
                        ndcgAt10: mean.discountedGain.rounded(toPlaces: 4),
                        mrrAt10: mean.reciprocalRank.rounded(toPlaces: 4),
                        recallAt100: mean.recall.rounded(toPlaces: 4),
                        hitAt5: mean.hitsAtFive.rounded(toPlaces: 4),
                        wholeFirst: mean.wholeFirst.rounded(toPlaces: 4)
                    )
                ]
        }
        progress.finish()
        if let run {
            try PrivateFile.write(Data(evaluation.run(named: "magnus").utf8), to: environment.absolute(run))
        }
        let mean = evaluation.mean
        let result = Document(
            documents: documents.count,
            chunks: try store.counts().values.reduce(0) { $0 + $1.chunks },
            questions: questions.count,
            judged: evaluation.judged,
            usedVectors: evaluation.outcomes.contains { $0.ranking.usedVectors },
            ndcgAt10: mean.discountedGain.rounded(toPlaces: 4),
            mrrAt10: mean.reciprocalRank.rounded(toPlaces: 4),
            recallAt100: mean.recall.rounded(toPlaces: 4),
            hitAt5: mean.hitsAtFive.rounded(toPlaces: 4),
            wholeFirst: mean.wholeFirst.rounded(toPlaces: 4),
            refused: evaluation.refused.rounded(toPlaces: 4),
            unanswerableQuestions: strangers?.outcomes.count,
            unanswerableRefused: strangers?.refused.rounded(toPlaces: 4),
            medianMilliseconds: Self.milliseconds(evaluation.duration(quantile: 0.5)),
            p95Milliseconds: Self.milliseconds(evaluation.duration(quantile: 0.95)),
            ablations: ablations
        )
        try show(result, workspace)
        return .answered
    }

    private static func read(_ file: String, _ environment: ProcessEnvironment) throws -> Data {
        try FileReader(maximumBytes: 8_000_000_000).read(environment.absolute(file))
    }

    /// Where the index of this corpus is kept.
    private func indexPath(_ workspace: Workspace) -> String {
        let digest = SHA256.hash(data: Data(workspace.environment.absolute(corpus).utf8))
        let name = digest.prefix(8).map { String($0, radix: 16) }.joined()
        return workspace.locations.cache + "/evaluation/\(name).db"
    }

    private func index(
        _ documents: [TextDocument],
        _ store: IndexStore,
        _ encoder: (any TextEncoder)?,
        _ progress: ProgressReporter,
        _ workspace: Workspace
    ) async throws {
        let indexer = Indexer(store: store, encoder: encoder)
        func report(_ step: IndexProgress) {
            switch step {
            case .reading(let done, let total): progress.report("Reading", done: done, total: total)
            case .readingLong(_, let done, let total): progress.report("Reading", done: done, total: total)
            case .words(let done, let total): progress.report("Words", done: done, total: total)
            case .encoding(let done, let total): progress.report("Embedding", done: done, total: total)
            }
        }
        _ = try indexer.replace(.documents, with: documents, now: workspace.environment.clock(), progress: report)
        if !keywords { try await indexer.encodePending(progress: report) }
    }

    private static func milliseconds(_ duration: Duration) -> Double {
        (duration / .milliseconds(1)).rounded(toPlaces: 2)
    }

    private func show(_ result: Document, _ workspace: Workspace) throws {
        guard !options.json else {
            try workspace.show(try JSONEnvelope.success(schema: "magnus.eval.retrieval/1", result))
            return
        }
        let means = result.usedVectors ? "words and meaning" : "words alone"
        var lines = [
            "nDCG@10     \(Self.four(result.ndcgAt10))",
            "MRR@10      \(Self.four(result.mrrAt10))",
            "Recall@100  \(Self.four(result.recallAt100))",
            "Hit@5       \(Self.four(result.hitAt5))",
            "whole first \(Self.four(result.wholeFirst))",
            "refused     \(Self.four(result.refused))",
        ]
        if let share = result.unanswerableRefused, let count = result.unanswerableQuestions {
            lines.append("refused     \(Self.four(share)) of \(count) questions that are not answered here")
        }
        lines.append(
            "\(result.judged) judged of \(result.questions) questions over \(result.documents) documents in "
                + "\(result.chunks) chunks, by \(means)"
        )
        lines.append("a search took \(result.medianMilliseconds) ms, p95 \(result.p95Milliseconds) ms")
        try workspace.show(lines.map { StyledText($0, .plain, shape: .line) })
        guard let ablations = result.ablations else { return }
        var table = Table(columns: [
            .init("configuration", .label, priority: .essential), .init("nDCG@10", priority: .essential),
            .init("MRR@10"),
            .init("Recall@100"), .init("Hit@5"), .init("whole first"),
        ])
        for row in ablations {
            table.add(row: [
                StyledText(row.name), StyledText(Self.four(row.ndcgAt10)), StyledText(Self.four(row.mrrAt10)),
                StyledText(Self.four(row.recallAt100)), StyledText(Self.four(row.hitAt5)),
                StyledText(Self.four(row.wholeFirst)),
            ])
        }
        try workspace.show(table.lines(width: workspace.terminal.width, glyphs: workspace.terminal.glyphs))
    }

    private static func four(_ value: Double) -> String {
        String(format: "%.4f", value)
    }
}
