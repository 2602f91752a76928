/// A position and its score.
public struct RankedIndex: Hashable, Sendable {
    /// Position among what was scored, from 0.
    public let index: Int
    /// Its score; higher is better.
    public let score: Float

    /// A position and its score.
    public init(index: Int, score: Float) {
        self.index = index
        self.score = score
    }

    /// Whether this one ranks before another: by higher score, then by lower index.
    public func precedes(_ other: RankedIndex) -> Bool {
        score != other.score ? score > other.score : index < other.index
    }
}

/// Keeps the best of a stream of scores in a heap of bounded size.
///
/// Higher scores rank first, equal ones by lower index; a score that is not a number is never kept. The outcome does not
/// depend on the order of the offers. An offer takes O(log limit) time, and O(1) once it is no match for what is kept.
public struct TopSelection: Sendable {
    /// The most that is kept.
    public let limit: Int

    // A binary heap with the lowest-ranking entry on top.
    private var heap: [RankedIndex] = []

    /// An empty selection.
    ///
    /// - Precondition: `limit` is not negative.
    public init(limit: Int) {
        precondition(limit >= 0, "A selection cannot keep \(limit) entries.")
        self.limit = limit
    }

    /// The `limit` best of `scores`, best first.
    public static func best(_ limit: Int, of scores: [Float]) -> [RankedIndex] {
        scores.withUnsafeBufferPointer { best(limit, of: $0) }
    }

    /// The `limit` best of `scores`, best first.
    public static func best(_ limit: Int, of scores: UnsafeBufferPointer<Float>) -> [RankedIndex] {
        var selection = TopSelection(limit: limit)
        selection.offer(scores, from: 0)
        return selection.ranked
    }

    /// Offers scores of positions that follow each other, the first of which is `start`.
    public mutating func offer(_ scores: UnsafeBufferPointer<Float>, from start: Int) {
        var place = 0
        while place < scores.count, heap.count < limit {
            offer(start + place, score: scores[place])
            place += 1
        }
        // A single comparison rejects most.
        guard var lowest = heap.first?.score else { return }
        while place < scores.count {
            if scores[place] >= lowest {
                offer(start + place, score: scores[place])
                lowest = heap[0].score
            }
            place += 1
        }
    }

    /// Offers all that another selection keeps.
    public mutating func formUnion(_ other: TopSelection) {
        for entry in other.heap { offer(entry.index, score: entry.score) }
    }

    /// Offers one score.
    public mutating func offer(_ index: Int, score: Float) {
        guard !score.isNaN, limit > 0 else { return }
        let entry = RankedIndex(index: index, score: score)
        if heap.count < limit {
            heap.append(entry)
            rise(from: heap.count - 1)
        } else if entry.precedes(heap[0]) {
            heap[0] = entry
            sink()
        }
    }

    /// What was kept, best first.
    public var ranked: [RankedIndex] {
        heap.sorted { $0.precedes($1) }
    }

    private mutating func rise(from start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[parent].precedes(heap[child]) else { return }
            heap.swapAt(parent, child)
            child = parent
        }
    }

    private mutating func sink() {
        var parent = 0
        while true {
            var lowest = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
                if heap[lowest].precedes(heap[child]) { lowest = child }
            }
            guard lowest != parent else { return }
            heap.swapAt(parent, lowest)
            parent = lowest
        }
    }
}
