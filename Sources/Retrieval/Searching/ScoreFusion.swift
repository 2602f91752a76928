/// Brings scores of different kinds together.
enum ScoreFusion {
    /// Each score's distance from the mean in standard deviations; all 0 if they are equal.
    static func standardized(_ scores: [Double]) -> [Double] {
        guard !scores.isEmpty else { return [] }
        let mean = scores.reduce(0, +) / Double(scores.count)
        let variance = scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(scores.count)
        guard variance > 1e-18 else { return scores.map { _ in 0 } }
        let deviation = variance.squareRoot()
        return scores.map { ($0 - mean) / deviation }
    }
}
