import Foundation

/// How good a ranking of documents is, by the measures that public collections are compared with.
public struct RankingMetrics: Hashable, Sendable {
    /// Normalised discounted cumulative gain of the first ten: the sum of `grade / log2(rank + 1)`, as a part of the best
    /// there could be; 0 to 1. The gain is linear, as in `trec_eval`.
    public var discountedGain: Double
    /// 1 divided by the rank of the first relevant document among the first ten; 0 where there is none.
    public var reciprocalRank: Double
    /// The part of all relevant documents that is among the first hundred.
    public var recall: Double
    /// 1 where a relevant document is among the first five, else 0.
    public var hitsAtFive: Double

    /// Four measures.
    public init(discountedGain: Double, reciprocalRank: Double, recall: Double, hitsAtFive: Double) {
        self.discountedGain = discountedGain
        self.reciprocalRank = reciprocalRank
        self.recall = recall
        self.hitsAtFive = hitsAtFive
    }

    /// Judges a ranking.
    /// - Parameters:
    ///   - ranking: Documents, best first, each once.
    ///   - grades: The judged documents; above 0 is relevant. With none relevant all measures are 0.
    public init(of ranking: [String], grades: [String: Int]) {
        let relevant = grades.filter { $0.value > 0 }
        guard !relevant.isEmpty else {
            self.init(discountedGain: 0, reciprocalRank: 0, recall: 0, hitsAtFive: 0)
            return
        }
        let first = ranking.prefix(10).firstIndex { relevant[$0] != nil }
        let ideal = Self.gain(of: relevant.values.sorted(by: >))
        self.init(
            discountedGain: Self.gain(of: ranking.map { relevant[$0] ?? 0 }) / ideal,
            reciprocalRank: first.map { 1 / Double($0 + 1) } ?? 0,
            recall: Double(ranking.prefix(100).count { relevant[$0] != nil }) / Double(relevant.count),
            hitsAtFive: first.map { $0 < 5 ? 1 : 0 } ?? 0
        )
    }

    /// The mean of some measures; 0 of none.
    public init(meanOf metrics: [RankingMetrics]) {
        let count = Double(max(metrics.count, 1))
        self.init(
            discountedGain: metrics.reduce(0) { $0 + $1.discountedGain } / count,
            reciprocalRank: metrics.reduce(0) { $0 + $1.reciprocalRank } / count,
            recall: metrics.reduce(0) { $0 + $1.recall } / count,
            hitsAtFive: metrics.reduce(0) { $0 + $1.hitsAtFive } / count
        )
    }

    private static func gain(of grades: [Int]) -> Double {
        grades.prefix(10).enumerated().reduce(0) { $0 + Double($1.element) / log2(Double($1.offset + 2)) }
    }
}
