/// What went wrong between documents and vectors.
public enum RetrievalError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The encoder gave another number of values than it was asked for.
    case unexpectedVectors(encoder: String, expected: Int, got: Int)
    /// The reranker gave another number of scores than there were texts.
    case unexpectedScores(reranker: String, expected: Int, got: Int)
    /// The encoder gave a value that is not a finite number.
    case invalidVector(encoder: String)
    /// A line of a file that an evaluation reads is not what is wanted there.
    case unreadableLine(file: String, line: Int, wanted: String)

    /// What failed and what to do, in one line.
    public var description: String {
        switch self {
        case .unexpectedVectors(let encoder, let expected, let got):
            return "the encoder '\(encoder)' gave \(got) values instead of \(expected); install the model again"
        case .unexpectedScores(let reranker, let expected, let got):
            return "the reranker '\(reranker)' gave \(got) scores for \(expected) texts; choose another one"
        case .invalidVector(let encoder):
            return "the encoder '\(encoder)' gave a vector that is not made of numbers; install the model again"
        case .unreadableLine(let file, let line, let wanted):
            return "\(file), line \(line): unreadable; each line is \(wanted)"
        }
    }
}
