/// Something in the index that contradicts the rest of it.
public enum IndexDefect: Sendable, Hashable, CustomStringConvertible {
    /// The full-text index does not hold the words of the chunks.
    case fullText(String)
    /// Chunks of no document, with the titles of those they were of.
    case orphanedChunks(count: Int, titles: [String])
    /// Collections that documents are in and that are not there.
    case collections(Int)
    /// A document's chunks are not those that were cut from it.
    case document(id: Int64, path: String, reason: String)
    /// Vectors that are not as they were written.
    case vectors(encoder: String, count: Int)
    /// The copy of an encoder's vectors that searches read is not what it is a copy of.
    case packedVectors(encoder: String)

    /// What contradicts what, in one line.
    public var description: String {
        switch self {
        case .fullText(let reason):
            return "the full-text index does not match the passages (\(reason))"
        case .orphanedChunks(let count, let titles):
            let names = titles.prefix(3).map { "'\($0)'" }.joined(separator: ", ")
            let more = titles.count > 3 ? " and \(titles.count - 3) more" : ""
            return "\(count) passages belong to no document (of \(names)\(more))"
        case .collections(let count):
            return "\(count) collections of documents have lost their names"
        case .document(_, let path, let reason):
            return "\(path): \(reason)"
        case .vectors(let encoder, let count):
            return "\(count) vectors by \(encoder) are damaged"
        case .packedVectors(let encoder):
            return "the packed vectors by \(encoder) are not those they are a copy of"
        }
    }
}
