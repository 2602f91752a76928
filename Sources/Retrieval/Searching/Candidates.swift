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
    /// The cosines by whole vectors that were read for them.
    private let cosines: [Int: Float]

    /// - Parameters:
    ///   - limit: The most rows that are looked for.
    ///   - ranges: Only chunks in one of these are; all if nil.
    /// - Throws: `StorageError`.
    init(index: VectorIndex, question: [Float], limit: Int, in ranges: [ClosedRange<Int64>]?) throws {
        self.index = index
        self.question = question
        (nearest, cosines) = try index.nearest(limit, to: question, in: ranges?.map(index.rows(in:)))
    }

    /// The cosine of each of some chunks by its bytes; nil for those without a vector.
    func cosines(of chunkIDs: [Int64]) -> [Double?] {
        let rows = chunkIDs.map(index.row(of:))
        var cosines = index.cosines(ofRows: rows.compactMap(\.self), with: question).makeIterator()
        return rows.map { row in row == nil ? nil : cosines.next().map(Double.init) }
    }

    /// The cosines of those of some chunks of whose whole vectors they are known.
    /// - Throws: `StorageError`.
    func wholeCosines(of chunkIDs: [Int64]) throws -> [Int64: Double] {
        let rows = chunkIDs.compactMap(index.row(of:))
        let others = rows.filter { cosines[$0] == nil }
        let known = cosines.merging(try index.wholeCosines(ofRows: others, with: question)) { first, _ in first }
        return Dictionary(
            uniqueKeysWithValues: rows.compactMap { row in known[row].map { (index.chunkIDs[row], Double($0)) } }
        )
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

    /// Gives every candidate the cosine of its whole vector, where that is known; words and the rest of the nearest come with that
    /// of its bytes.
    mutating func settle() throws {
        guard let cosines = try closeness?.wholeCosines(of: all.map(\.chunkID)) else { return }
        for index in all.indices {
            if let cosine = cosines[all[index].chunkID] { all[index].cosine = cosine }
        }
    }
}
