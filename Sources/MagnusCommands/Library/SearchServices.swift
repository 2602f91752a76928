import Retrieval

/// Models that take a part in searching documents, where the owner has set them; nothing of them is made before a search needs
/// it.
struct SearchServices: Sendable {
    /// Whether what is searched for goes to a service.
    var sendsQuestions = false
    /// The model on this machine that makes vectors in place of the standard one; nil where that does.
    var model: (@Sendable () throws -> EncoderFolder)?
    /// Makes vectors in place of any model on this machine; nil where none does.
    var encoder: (@Sendable () throws -> any TextEncoder)?
    /// Puts the best hits in their final order; nil where nothing does.
    var reranker: (@Sendable () throws -> any Reranker)?
}
