/// A score of 0 to 100 with everything it is made of.
///
/// Parts whose input is missing count for nothing either way: the others are scaled up to 100 and ``coverage`` says how
/// much of the weight they hold. The points of the parts add up to the score.
public struct ScanScore: Sendable, Hashable {
    /// One part.
    public struct Part: Sendable, Hashable {
        /// What is measured: `excess return`.
        public let name: String
        /// The measurement.
        public let input: Reading
        /// The most it can give before scaling.
        public let weight: Double
        /// How good the measurement is, 0 to 1; nil when it is missing.
        public let fraction: Double?
        /// What it adds to the score; nil when the measurement or the score is missing.
        public let points: Double?
    }

    /// The parts, in the order of the definition.
    public let parts: [Part]
    /// The share of the weights whose inputs are known, 0 to 1.
    public let coverage: Double
    /// 0 to 100; nil when less than half of the weights have inputs.
    public let value: Double?

    /// The least share of the weights without which no score is given.
    public static let leastCoverage = 0.5

    init(_ entries: [(name: String, ramp: ScoreRamp, input: Reading)]) {
        let total = entries.reduce(0) { $0 + $1.ramp.weight }
        let known = entries.reduce(0) { $1.input.value == nil ? $0 : $0 + $1.ramp.weight }
        coverage = total > 0 ? known / total : 0
        let isGiven = known > 0 && coverage >= Self.leastCoverage
        parts = entries.map { entry in
            let fraction = entry.input.value.map(entry.ramp.fraction)
            return Part(
                name: entry.name,
                input: entry.input,
                weight: entry.ramp.weight,
                fraction: fraction,
                points: isGiven ? fraction.map { 100 * entry.ramp.weight * $0 / known } : nil
            )
        }
        value = isGiven ? min(parts.reduce(0) { $0 + ($1.points ?? 0) }, 100) : nil
    }
}

/// How a measurement becomes a fraction: 0 at one end, 1 at the other, straight in between, clipped outside. The ends
/// are fixed and do not depend on the other candidates, so that scores of different days compare.
public struct ScoreRamp: Sendable, Hashable, Codable {
    /// The points of a full fraction.
    public var weight: Double
    /// The measurement that gives 0.
    public var zero: Double
    /// The measurement that gives 1; below ``zero`` where less is better.
    public var full: Double

    /// A ramp from `zero` to `full`.
    public init(weight: Double, zero: Double, full: Double) {
        self.weight = max(weight, 0)
        self.zero = zero
        self.full = full
    }

    /// The fraction of the weight earned, 0 to 1.
    public func fraction(_ value: Double) -> Double {
        guard full != zero else { return value >= full ? 1 : 0 }
        let fraction = (value - zero) / (full - zero)
        return fraction > 0 ? min(fraction, 1) : 0
    }
}
