extension DataService {
    /// The answer to a question about one subject.
    ///
    /// - Throws: `DataServiceError`, `CancellationError`.
    func one<Value>(_ question: Question<Value>, _ policy: CachePolicy) async throws -> Served<Value> {
        let resolutions = try await resolve(question, policy)
        guard let subject = question.subjects.first else { throw DataServiceError(question: question.words) }
        let resolution = resolutions[subject.key]
        guard let served = serve(resolution, question) else { throw error(question, subject, resolution) }
        return served
    }

    /// The answers to a question about several symbols; `symbol` gives the symbol of a subject's key.
    ///
    /// - Throws: `DataServiceError` where there is no answer for any of them, `CancellationError`.
    func batch<Value>(
        _ question: Question<Value>,
        _ policy: CachePolicy,
        symbol: (String) -> String = { $0 }
    ) async throws -> ServedBatch<Value> {
        guard !question.subjects.isEmpty else { return ServedBatch() }
        let resolutions = try await resolve(question, policy)
        var batch = ServedBatch<Value>()
        for subject in question.subjects {
            let resolution = resolutions[subject.key]
            if let served = serve(resolution, question) {
                batch.answers[symbol(subject.key)] = served
            } else {
                batch.missing[symbol(subject.key)] = error(question, subject, resolution)
            }
        }
        if batch.answers.isEmpty, let subject = question.subjects.first {
            var all = error(question, subject, resolutions[subject.key])
            let symbols = question.subjects.compactMap(\.symbols.first)
            all.question = "\(question.words) of \(symbols.prefix(5).joined(separator: ", "))"
            if symbols.count > 5 { all.question += " and \(symbols.count - 5) more" }
            throw all
        }
        return batch
    }

    /// The answers of all sources to a question about one subject, side by side; one that fails leaves the others.
    ///
    /// - Throws: `DataServiceError` where none answers, `CancellationError`.
    func eachSource<Value>(
        _ question: Question<Value>,
        _ policy: CachePolicy
    ) async throws -> ServedBySource<Value> {
        guard let subject = question.subjects.first else { throw DataServiceError(question: question.words) }
        let sources = self.sources(of: question)
        let resolutions = try await withThrowingTaskGroup(of: (Int, Resolution?).self) { group in
            for (index, source) in sources.enumerated() {
                group.addTask { [self] in
                    let found = try await resolve(question, policy, only: source)
                    return (index, found[subject.key])
                }
            }
            var resolutions: [Int: Resolution] = [:]
            for try await (index, resolution) in group { resolutions[index] = resolution }
            return resolutions
        }
        var answers: [Served<Value>] = []
        var failures: [ConnectorError] = []
        for index in sources.indices {
            if let served = serve(resolutions[index], question) {
                answers.append(served)
            } else {
                failures += resolutions[index]?.failures ?? []
            }
        }
        guard !answers.isEmpty else {
            var all = Resolution(failures: failures)
            all.wasAsked = resolutions.values.contains { $0.wasAsked }
            throw error(question, subject, all)
        }
        return ServedBySource(answers: answers, failures: unique(failures))
    }

    /// Symbols as they are kept: in upper case, without spaces around, each once.
    static func normalised(_ symbols: [String]) -> [String] {
        unique(
            symbols.map { $0.split(whereSeparator: \.isWhitespace).joined().uppercased() }.filter { !$0.isEmpty }
        )
    }
}
