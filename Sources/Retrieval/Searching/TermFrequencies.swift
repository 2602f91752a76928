import Storage
import Synchronization

/// In how many chunks words are, remembered until the index changes.
final class TermFrequencies: Sendable {
    private struct State {
        var generation = -1
        var chunks = 0
        /// Of common words, by their stems.
        var common: [String: Int] = [:]
        var commonInTitles: [String: Int] = [:]
        var texts: [String: Int] = [:]
        var titles: [String: Int] = [:]
    }

    /// Words that are remembered; then all are forgotten.
    private static let limit = 20_000

    private let store: IndexStore
    private let state = Mutex(State())

    init(store: IndexStore) {
        self.store = store
    }

    /// In how many chunks each of `words` is, in their order, and how many chunks there are.
    /// - Parameters:
    ///   - generation: The state of the index.
    ///   - inTitles: Whether only titles are looked at.
    /// - Throws: `StorageError`.
    func frequencies(of words: [String], generation: Int, inTitles: Bool = false) throws -> (words: [Int], chunks: Int)
    {
        try state.withLock { state in
            if state.generation != generation {
                state = State(
                    generation: generation,
                    chunks: try store.chunkCount(),
                    common: try store.commonWords(),
                    commonInTitles: try store.commonWords(inTitles: true)
                )
            }
            let part: WritableKeyPath<State, [String: Int]> = inTitles ? \.titles : \.texts
            if state[keyPath: part].count > Self.limit { state[keyPath: part] = [:] }
            let common = inTitles ? state.commonInTitles : state.common
            if !common.isEmpty {
                let new = words.filter { state[keyPath: part][$0] == nil }
                for (word, stems) in zip(new, try store.words(of: new)) where stems.count == 1 {
                    if let count = common[stems[0]] { state[keyPath: part][word] = count }
                }
            }
            let unknown = words.filter { state[keyPath: part][$0] == nil }
            if !unknown.isEmpty {
                for (word, count) in zip(unknown, try store.frequencies(of: unknown, inTitles: inTitles)) {
                    state[keyPath: part][word] = count
                }
            }
            return (words.map { state[keyPath: part][$0] ?? 0 }, state.chunks)
        }
    }
}
