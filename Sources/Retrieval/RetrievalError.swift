/// What went wrong between documents and vectors.
public enum RetrievalError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The encoder gave another number of values than it was asked for.
    case unexpectedVectors(encoder: String, expected: Int, got: Int)
    /// The encoder gave a value that is not a finite number.
    case invalidVector(encoder: String)

    /// What failed and what to do, in one line.
    public var description: String {
        switch self {
        case .unexpectedVectors(let encoder, let expected, let got):
            return "the encoder '\(encoder)' gave \(got) values instead of \(expected); install the model again"
        case .invalidVector(let encoder):
            return "the encoder '\(encoder)' gave a vector that is not made of numbers; install the model again"
        }
    }
}
