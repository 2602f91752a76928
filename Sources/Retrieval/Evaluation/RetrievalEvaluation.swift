/// How well a search finds what people judged relevant.
public struct RetrievalEvaluation: Sendable {
    /// What was found for one question.
    public struct Outcome: Sendable {
        /// The question's id.
        public var question: String
        /// The ranking.
        public var ranking: DocumentRanking
        /// How good it is; nil where nobody judged it.
        public var metrics: RankingMetrics?
        /// What the search took.
        public var duration: Duration
    }

    /// In the order of the questions.
    public var outcomes: [Outcome]
    /// The mean over the questions that have a relevant document.
    public var mean: RankingMetrics {
        RankingMetrics(meanOf: outcomes.compactMap(\.metrics))
    }
    /// How many questions have a relevant document.
    public var judged: Int { outcomes.count { $0.metrics != nil } }
    /// The part of all questions that the documents are said not to answer.
    public var refused: Double {
        outcomes.isEmpty ? 0 : Double(outcomes.count { !$0.ranking.isAnswered }) / Double(outcomes.count)
    }

    /// Asks `search` each question and judges what it finds, one after the other.
    /// - Parameters:
    ///   - judgements: Questions without a relevant document are asked, and not judged.
    ///   - depth: The most documents of a ranking.
    ///   - progress: Called with how many questions are done; what it throws stops the evaluation.
    /// - Throws: What `search` or `progress` throws.
    public init(
        of search: DocumentSearch,
        questions: [(id: String, text: String)],
        judgements: RelevanceJudgements,
        depth: Int = 100,
        clock: ContinuousClock = ContinuousClock(),
        progress: (Int) throws -> Void = { _ in }
    ) async throws {
        outcomes = []
        let judged = Set(judgements.questions)
        for question in questions {
            let start = clock.now
            let ranking = try await search.ranking(for: question.text, limit: depth)
            let duration = start.duration(to: clock.now)
            let metrics =
                judged.contains(question.id)
                ? RankingMetrics(
                    of: ranking.documents.map(\.document),
                    grades: judgements.grades[question.id] ?? [:]
                ) : nil
            outcomes.append(
                Outcome(question: question.id, ranking: ranking, metrics: metrics, duration: duration)
            )
            try progress(outcomes.count)
        }
    }

    /// The duration that `part` of the searches stay below, 0 to 1; zero of none.
    public func duration(quantile part: Double) -> Duration {
        let sorted = outcomes.map(\.duration).sorted()
        guard !sorted.isEmpty else { return .zero }
        return sorted[min(sorted.count - 1, Int(Double(sorted.count) * part))]
    }

    /// The rankings as TREC writes them: `question Q0 document rank score name`, a line each.
    public func run(named name: String) -> String {
        outcomes.map { outcome in
            outcome.ranking.documents.enumerated().map { index, entry in
                "\(outcome.question) Q0 \(entry.document) \(index + 1) \(entry.score) \(name)\n"
            }.joined()
        }.joined()
    }
}
