/// The vectors of a text's word pieces as the model sees them in their place, each of length 1.
public struct TokenEmbeddings: Hashable, Sendable {
    /// The word pieces, without those added at the ends.
    public let ids: [Int32]
    /// A row for each.
    public let vectors: EmbeddingMatrix
}
