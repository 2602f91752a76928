import Foundation

/// How likely a chunk is about a question.
enum Relevance {
    /// From closeness in meaning and shared words, 0 to 1. Without a cosine, from words alone.
    static func likelihood(cosine: Double?, coverage: Double) -> Double {
        guard let cosine else { return logistic(8 * (coverage - 0.55)) }
        return logistic(14 * (cosine - 0.42) + 4 * (coverage - 0.5))
    }

    private static func logistic(_ value: Double) -> Double {
        1 / (1 + exp(-value))
    }
}
