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
    /// 1 where the first is relevant or a part of the same whole as a relevant one, else 0. Parts of a whole are named
    /// `whole#part`, as the pages of a report may be.
    public var wholeFirst: Double

    /// Five measures.
    public init(
        discountedGain: Double,
        reciprocalRank: Double,
        recall: Double,
        hitsAtFive: Double,
        wholeFirst: Double
    ) {
        self.discountedGain = discountedGain
        self.reciprocalRank = reciprocalRank
        self.recall = recall
        self.hitsAtFive = hitsAtFive
        self.wholeFirst = wholeFirst
    }

    /// Judges a ranking.
    /// - Parameters:
    ///   - ranking: Documents, best first, each once.
    ///   - grades: The judged documents; above 0 is relevant. With none relevant all measures are 0.
    public init(of ranking: [String], grades: [String: Int]) {
        let relevant = grades.filter { $0.value > 0 }
        guard !relevant.isEmpty else {
            self.init(discountedGain: 0, reciprocalRank: 0, recall: 0, hitsAtFive: 0, wholeFirst: 0)
            return
        }
        let first = ranking.prefix(10).firstIndex { relevant[$0] != nil }
        let wholes = Set(relevant.keys.map(Self.whole(of:)))
        let ideal = Self.gain(of: relevant.values.sorted(by: >))
        self.init(
            discountedGain: Self.gain(of: ranking.map { relevant[$0] ?? 0 }) / ideal,
            reciprocalRank: first.map { 1 / Double($0 + 1) } ?? 0,
            recall: Double(ranking.prefix(100).count { relevant[$0] != nil }) / Double(relevant.count),
            hitsAtFive: first.map { $0 < 5 ? 1 : 0 } ?? 0,
            wholeFirst: ranking.first.map { wholes.contains(Self.whole(of: $0)) ? 1 : 0 } ?? 0
        )
    }

    /// The mean of some measures; 0 of none.
    public init(meanOf metrics: [RankingMetrics]) {
        let count = Double(max(metrics.count, 1))
        self.init(
            discountedGain: metrics.reduce(0) { $0 + $1.discountedGain } / count,
            reciprocalRank: metrics.reduce(0) { $0 + $1.reciprocalRank } / count,
            recall: metrics.reduce(0) { $0 + $1.recall } / count,
            hitsAtFive: metrics.reduce(0) { $0 + $1.hitsAtFive } / count,
            wholeFirst: metrics.reduce(0) { $0 + $1.wholeFirst } / count
        )
    }

    private static func whole(of document: String) -> Substring {
        document.prefix { $0 != "#" }
    }

    private static func gain(of grades: [Int]) -> Double {
        grades.prefix(10).enumerated().reduce(0) { $0 + Double($1.element) / log2(Double($1.offset + 2)) }
    }
}
