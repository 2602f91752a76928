import Retrieval

/// Services that take a part in searching documents, where the owner has set them; nothing of them is made before a search
/// needs it.
struct SearchServices: Sendable {
    /// Makes vectors in place of the installed model; nil where that does.
    var encoder: (@Sendable () throws -> any TextEncoder)?
    /// Puts the best hits in their final order; nil where nothing does.
    var reranker: (@Sendable () throws -> any Reranker)?
}
