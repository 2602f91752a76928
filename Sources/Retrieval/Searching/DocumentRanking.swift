/// Documents in the order in which they answer a question.
public struct DocumentRanking: Hashable, Sendable {
    /// A document and how well it answers.
    public struct Entry: Hashable, Sendable {
        /// Its path in its collection.
        public var document: String
        /// The score of its best chunk; comparable within one ranking only.
        public var score: Double
    }

    /// Each document once, best first.
    public var documents: [Entry]
    /// How likely they answer the question, 0 to 1.
    public var relevance: Double
    /// Whether meaning was compared, and not words alone.
    public var usedVectors: Bool

    /// Whether the documents are likely to answer the question.
    public var isAnswered: Bool { relevance >= SearchResult.answerThreshold }
}
