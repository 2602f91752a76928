import Kernels
import Storage

/// A chunk that may be a hit.
struct Candidate {
    var chunkID: Int64
    var lexicalRank: Int?
    var lexicalScore: Double?
    var cosine: Double?
}

/// How close in meaning each chunk is to a question.
struct Closeness {
    let index: VectorIndex
    /// One for each row of the index.
    let cosines: [Float]

    func cosine(of chunkID: Int64) -> Double? {
        index.row(of: chunkID).map { Double(cosines[$0]) }
    }
}

/// The chunks that may be hits, each once.
struct Candidates {
    private(set) var all: [Candidate] = []
    private var seen: Set<Int64> = []
    private let closeness: Closeness?

    init(closeness: Closeness?) {
        self.closeness = closeness
    }

    /// Adds a match of words, with its closeness in meaning where there is one.
    mutating func add(_ match: IndexStore.LexicalMatch, rank: Int?) {
        guard seen.insert(match.chunkID).inserted else { return }
        all.append(
            Candidate(
                chunkID: match.chunkID,
                lexicalRank: rank,
                lexicalScore: match.score,
                cosine: closeness?.cosine(of: match.chunkID)
            )
        )
    }

    /// Adds the chunks nearest in meaning, of those in `ranges` where some are given.
    mutating func addNearest(_ limit: Int, in ranges: [ClosedRange<Int64>]?) {
        guard let closeness else { return }
        guard let ranges else {
            add(TopSelection.best(limit, of: closeness.cosines), closeness)
            return
        }
        var nearest = TopSelection(limit: limit)
        for range in ranges {
            for row in closeness.index.rows(in: range) { nearest.offer(row, score: closeness.cosines[row]) }
        }
        add(nearest.ranked, closeness)
    }

    /// Adds those of `chunkIDs` that are nearest in meaning.
    mutating func addNearest(_ limit: Int, among chunkIDs: [Int64]) {
        guard let closeness else { return }
        var nearest = TopSelection(limit: limit)
        for chunkID in chunkIDs {
            if let row = closeness.index.row(of: chunkID) { nearest.offer(row, score: closeness.cosines[row]) }
        }
        add(nearest.ranked, closeness)
    }

    private mutating func add(_ neighbours: [RankedIndex], _ closeness: Closeness) {
        for neighbour in neighbours {
            let chunkID = closeness.index.chunkIDs[neighbour.index]
            guard seen.insert(chunkID).inserted else { continue }
            all.append(Candidate(chunkID: chunkID, cosine: Double(neighbour.score)))
        }
    }
}
