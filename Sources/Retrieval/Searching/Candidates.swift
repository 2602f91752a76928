import Kernels
import Storage

/// A chunk that may be a hit.
struct Candidate {
    var chunkID: Int64
    var lexicalRank: Int?
    var lexicalScore: Double?
    var cosine: Double?
}

/// How close in meaning chunks are to a question.
struct Closeness {
    let index: VectorIndex
    let question: [Float]
    /// The rows nearest to it, nearest first.
    let nearest: [RankedIndex]

    /// - Parameters:
    ///   - limit: The most rows that are looked for.
    ///   - ranges: Only chunks in one of these are; all if nil.
    /// - Throws: `StorageError`.
    init(index: VectorIndex, question: [Float], limit: Int, in ranges: [ClosedRange<Int64>]?) throws {
        self.index = index
        self.question = question
        guard let ranges else {
            nearest = try index.nearest(limit, to: question)
            return
        }
        var best = TopSelection(limit: limit)
        for range in ranges {
            for row in try index.nearest(limit, to: question, in: index.rows(in: range)) {
                best.offer(row.index, score: row.score)
            }
        }
        nearest = best.ranked
    }

    /// The cosine of each of some chunks; nil for those without a vector.
    func cosines(of chunkIDs: [Int64]) -> [Double?] {
        let rows = chunkIDs.map(index.row(of:))
        var cosines = index.cosines(ofRows: rows.compactMap(\.self), with: question).makeIterator()
        return rows.map { row in row == nil ? nil : cosines.next().map(Double.init) }
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

    /// Adds matches of words, best first, with their closeness in meaning where there is one.
    /// - Parameter areRanked: Whether their places in the list count.
    mutating func add(_ matches: [IndexStore.LexicalMatch], areRanked: Bool) {
        let cosines = closeness?.cosines(of: matches.map(\.chunkID))
        for (index, match) in matches.enumerated() where seen.insert(match.chunkID).inserted {
            all.append(
                Candidate(
                    chunkID: match.chunkID,
                    lexicalRank: areRanked ? index + 1 : nil,
                    lexicalScore: match.score,
                    cosine: cosines?[index]
                )
            )
        }
    }

    /// Adds the chunks nearest in meaning.
    mutating func addNearest() {
        guard let closeness else { return }
        add(closeness.nearest, closeness)
    }

    /// Adds those of `chunkIDs` that are nearest in meaning.
    mutating func addNearest(_ limit: Int, among chunkIDs: [Int64]) {
        guard let closeness else { return }
        let rows = chunkIDs.compactMap(closeness.index.row(of:))
        var nearest = TopSelection(limit: limit)
        for (row, cosine) in zip(rows, closeness.index.cosines(ofRows: rows, with: closeness.question)) {
            nearest.offer(row, score: cosine)
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
