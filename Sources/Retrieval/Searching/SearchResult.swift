public import Evidence

/// A chunk found for a question.
public struct SearchHit: Hashable, Sendable {
    /// The chunk as it can be cited; its score is how likely it is to be about the question, 0 to 1.
    public var passage: Passage
    /// The collection it is in.
    public var collection: DocumentCollection
    /// Its place among the matches of words, from 1; nil if it is not among them.
    public var lexicalRank: Int?
    /// How well its words match; comparable within one search only.
    public var lexicalScore: Double?
    /// Closeness in meaning, -1 to 1; nil without an encoder or a vector.
    public var cosine: Double?
    /// The part of the question's telling words that it has, the rare ones counting more, 0 to 1.
    public var coverage: Double
    /// What hits are ordered by: words and meaning together. Comparable within one search only.
    public var score: Double
    /// How well it answers the question by the reranker, which then decides the order; nil where none looked at it.
    public var rerankScore: Double?
    /// Its number, which those beside it in the document follow.
    var chunkID: Int64 = 0
    /// The document's number.
    var documentID: Int64 = 0
}

/// What a search found.
public struct SearchResult: Hashable, Sendable {
    /// The best chunks, best first; of near-identical ones only the best.
    public var hits: [SearchHit]
    /// How likely the hits answer the question, 0 to 1.
    public var relevance: Double
    /// Whether meaning was compared, and not words alone.
    public var usedVectors: Bool
    /// Whose vectors were compared; nil where none were.
    public var encoder: String?
    /// What was set and could not be used, each with the reason, in a line.
    public var notes: [String] = []

    /// Below this relevance the documents had better be said not to answer the question.
    public static let answerThreshold = 0.5

    /// Whether the documents are likely to answer the question.
    public var isAnswered: Bool { relevance >= Self.answerThreshold }

    /// Keeps the first hits that can be shown; how likely they are an answer is told by these alone.
    mutating func keep(_ limit: Int, where isShown: (SearchHit) -> Bool) {
        hits = Array(hits.lazy.filter(isShown).prefix(limit))
        relevance = Self.relevance(of: hits)
    }

    /// How likely hits answer a question: as likely as the likeliest of the best.
    static func relevance(of hits: [SearchHit]) -> Double {
        hits.prefix(DocumentSearch.judged).map(\.passage.score).max() ?? 0
    }

    /// The best passages that together have at most `budget` word pieces by estimate, best first.
    ///
    /// One that has no room is left out, and a shorter one after it may still be taken.
    public func passages(within budget: Int) -> [Passage] {
        var rest = budget
        return hits.compactMap { hit in
            let title = ChunkPrefix.text(title: hit.passage.title, headings: hit.passage.headings)
            let pieces = ChunkMeasure.estimate.pieces(in: title) + ChunkMeasure.estimate.pieces(in: hit.passage.text)
            guard pieces <= rest else { return nil }
            rest -= pieces
            return hit.passage
        }
    }
}
