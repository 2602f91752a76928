/// How much of a portfolio rests on few names: the Herfindahl-Hirschman index of the exposures' shares and what follows
/// from it.
public struct Concentration: Sendable, Hashable {
    /// How much attention the concentration deserves.
    public enum Flag: String, Sendable, Hashable, CaseIterable {
        /// Index below 0.15 and no name above 25 %.
        case low = "LOW"
        /// Index from 0.15 to 0.25.
        case medium = "MEDIUM"
        /// Index above 0.25, or one name above 25 %.
        case high = "HIGH"
    }

    /// Each exposure's share of the sum of absolute exposures, in the order given.
    public let weights: [Double]
    /// The sum of the squared shares: 1 for one name, 1/N for N equal ones.
    public let index: Double
    /// The number of equal names with the same index: 1 / ``index``.
    public let effectiveCount: Double
    /// The largest share.
    public let topWeight: Double
    /// 0 for a single name, 1 for equal exposures: (1 - index) / (1 - 1/N).
    public let diversificationScore: Double

    /// The index in the points used by regulators, up to 10,000.
    public var points: Double { 10_000 * index }
    /// (index - 1/N) / (1 - 1/N), 0 for equal exposures; nil for a single name.
    public var normalisedIndex: Double? { weights.count > 1 ? 1 - diversificationScore : nil }
    /// ``index`` and ``topWeight`` in a word.
    public var flag: Flag {
        if topWeight > 0.25 || index > 0.25 { return .high }
        return index >= 0.15 ? .medium : .low
    }

    /// - Parameter exposures: dollars per name, of either sign.
    /// - Returns: nil when there are none, one is not finite, or all are 0.
    public init?(exposures: [Double]) {
        let total = exposures.reduce(0) { $0 + abs($1) }
        guard total > 0, total.isFinite else { return nil }
        weights = exposures.map { abs($0) / total }
        index = weights.reduce(0) { $0 + $1 * $1 }
        effectiveCount = 1 / index
        topWeight = weights.max() ?? 0
        let count = Double(exposures.count)
        diversificationScore = exposures.count > 1 ? (1 - index) / (1 - 1 / count) : 0
    }
}
