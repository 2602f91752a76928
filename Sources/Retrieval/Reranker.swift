/// Reads a question and a passage together and says how well the one answers the other: slower than comparing vectors, and
/// more exact, so it looks at the head of the list only.
public protocol Reranker: Sendable {
    /// Names the model.
    var identifier: String { get }
    /// The most texts it looks at for a question.
    var maximumTexts: Int { get }

    /// How well each of `texts` answers `question`, in their order; higher is better, comparable within one call only.
    ///
    /// Fewer than there are texts, but at least one, where its time ran out: those of the first texts.
    func scores(of texts: [String], for question: String) async throws -> [Double]
}
