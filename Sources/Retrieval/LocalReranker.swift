import Dispatch
public import Encoder
import Synchronization

/// A reranker on this machine: a cross-encoder that reads the first texts, and as many more as its time allows.
public struct LocalReranker: Reranker {
    private let encoder: CrossEncoder
    private let workers: Int
    private let budget: Duration
    private let elapsed: @Sendable () -> Duration

    /// A reranker.
    ///
    /// - Parameters:
    ///   - workers: Threads that read at once; best the number of processors.
    ///   - budget: How long it reads for a question. A round that was begun is finished: two texts for each worker.
    ///   - elapsed: A clock that only goes forward, from any origin.
    public init(
        _ encoder: CrossEncoder,
        workers: Int,
        budget: Duration = .seconds(1),
        elapsed: @escaping @Sendable () -> Duration
    ) {
        self.encoder = encoder
        self.workers = max(1, workers)
        self.budget = budget
        self.elapsed = elapsed
    }

    /// Names the model.
    public var identifier: String { encoder.identifier }
    /// As many as a search has.
    public var maximumTexts: Int { .max }

    /// How well each of the first `texts` answers `question`.
    ///
    /// - Throws: `CancellationError`.
    public func scores(of texts: [String], for question: String) async throws -> [Double] {
        let start = elapsed()
        let round = 2 * workers
        var scores: [Double] = []
        while scores.count < texts.count, scores.isEmpty || elapsed() - start < budget {
            try Task.checkCancellation()
            scores += read(Array(texts[scores.count..<min(scores.count + round, texts.count)]), question)
        }
        return scores
    }

    /// The scores of some texts, each worker reading its share.
    private func read(_ texts: [String], _ question: String) -> [Double] {
        let result = Mutex([Double](repeating: 0, count: texts.count))
        let workers = min(workers, texts.count)
        DispatchQueue.concurrentPerform(iterations: workers) { worker in
            let share = Array(stride(from: worker, to: texts.count, by: workers))
            let scores = encoder.scores(of: share.map { texts[$0] }, for: question)
            result.withLock { result in
                for (index, score) in zip(share, scores) { result[index] = Double(score) }
            }
        }
        return result.withLock { $0 }
    }
}
