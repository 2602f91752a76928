/// How well chunks match some phrases; of each chunk that has one.
public struct LexicalScores: Sendable {
    private var rows: [Int64] = []
    private var scores: [Double] = []

    /// No chunk.
    init() {}

    /// - Parameters:
    ///   - rows: The chunks, each once.
    ///   - scores: Their scores.
    ///   - ranges: Only chunks in one of these count.
    init(rows: [Int64], scores: [Double], in ranges: [ClosedRange<Int64>]) {
        guard ranges != [0...Int64.max] else {
            (self.rows, self.scores) = (rows, scores)
            return
        }
        for (row, score) in zip(rows, scores) where ranges.contains(where: { $0.contains(row) }) {
            self.rows.append(row)
            self.scores.append(score)
        }
    }

    /// The chunks that match best, best first; of equal ones the lower number first.
    public func best(_ limit: Int) -> [IndexStore.LexicalMatch] {
        best(limit) { _ in true }
    }

    /// The best of those among some chunks.
    public func best(_ limit: Int, among chunkIDs: [Int64]) -> [IndexStore.LexicalMatch] {
        let wanted = Set(chunkIDs)
        return wanted.isEmpty ? [] : best(limit, where: wanted.contains)
    }

    private func best(_ limit: Int, where isWanted: (Int64) -> Bool) -> [IndexStore.LexicalMatch] {
        guard limit > 0 else { return [] }
        var kept: [IndexStore.LexicalMatch] = []
        var last = IndexStore.LexicalMatch(chunkID: .max, score: -.infinity)
        for index in rows.indices {
            let match = IndexStore.LexicalMatch(chunkID: rows[index], score: scores[index])
            guard Self.precedes(match, last), isWanted(match.chunkID) else { continue }
            kept.append(match)
            // Sorted now and then, so that most are told from the best by one comparison.
            if kept.count >= 4 * limit {
                Self.shorten(&kept, to: limit)
                last = kept[limit - 1]
            }
        }
        Self.shorten(&kept, to: limit)
        return kept
    }

    private static func precedes(_ first: IndexStore.LexicalMatch, _ second: IndexStore.LexicalMatch) -> Bool {
        first.score != second.score ? first.score > second.score : first.chunkID < second.chunkID
    }

    private static func shorten(_ matches: inout [IndexStore.LexicalMatch], to limit: Int) {
        matches.sort(by: precedes)
        matches.removeLast(max(0, matches.count - limit))
    }
}
