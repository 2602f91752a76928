import Foundation

/// How likely a chunk is about a question.
enum Relevance {
    /// From closeness in meaning and shared words, 0 to 1. Without a cosine, from words alone.
    ///
    /// The constants part questions that documents answer from questions about other things: with all-MiniLM-L6-v2 the
    /// sum of cosine and a fifth of the coverage is above 0.49 for the former and below it for the latter. Measured by
    /// `magnus eval retrieval --unanswerable`.
    static func likelihood(cosine: Double?, coverage: Double) -> Double {
        guard let cosine else { return logistic(8 * (coverage - 0.45)) }
        return logistic(14 * (cosine + 0.2 * coverage - 0.49))
    }

    private static func logistic(_ value: Double) -> Double {
        1 / (1 + exp(-value))
    }
}
