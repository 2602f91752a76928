/// The weights of the score of a short put or a covered call. They are a proposal: sensible, not validated against
/// outcomes.
public struct IncomeScoreWeights: Sendable, Hashable, Codable {
    /// Annualised simple return over what cash earns, a fraction.
    public var excessReturn: ScoreRamp
    /// For puts the probability of profit, for covered calls that of keeping the shares and the premium.
    public var probability: ScoreRamp
    /// Distance of the strike from the spot in standard deviations.
    public var distance: ScoreRamp
    /// IV rank of the underlying, 0 to 100.
    public var volatilityRank: ScoreRamp
    /// The option's implied volatility over the 30-day historical one.
    public var volatilityRatio: ScoreRamp
    /// Bid-ask spread as a fraction of the mid.
    public var spread: ScoreRamp
    /// Contracts outstanding.
    public var openInterest: ScoreRamp
    /// How well the market's regime suits the trade, 0 to 1.
    public var trend: ScoreRamp
    /// The suitability of each regime, 0 to 1.
    public var bull, sideways, bear: Double

    /// The proposal for cash-secured puts; the weights add up to 100.
    public static let puts = IncomeScoreWeights(bull: 1, sideways: 0.5, bear: 0)
    /// The proposal for covered calls: the same, but for the regime, since a strong advance is what a covered call
    /// forgoes.
    public static let calls = IncomeScoreWeights(bull: 0.5, sideways: 1, bear: 0.25)

    /// The proposed ramps with a suitability of each regime.
    public init(bull: Double, sideways: Double, bear: Double) {
        excessReturn = ScoreRamp(weight: 25, zero: 0, full: 0.30)
        probability = ScoreRamp(weight: 20, zero: 0.60, full: 0.90)
        distance = ScoreRamp(weight: 15, zero: 0, full: 1.5)
        volatilityRank = ScoreRamp(weight: 10, zero: 20, full: 80)
        volatilityRatio = ScoreRamp(weight: 10, zero: 0.9, full: 1.5)
        spread = ScoreRamp(weight: 5, zero: 0.10, full: 0.01)
        openInterest = ScoreRamp(weight: 5, zero: 100, full: 2000)
        trend = ScoreRamp(weight: 10, zero: 0, full: 1)
        self.bull = bull
        self.sideways = sideways
        self.bear = bear
    }

    func suitability(_ trend: MarketRegime.Trend) -> Double {
        switch trend {
        case .bull: bull
        case .sideways: sideways
        case .bear: bear
        }
    }

    /// The score without its parts, for ranking: no allocation. Missing measurements are NaN.
    func quickScore(_ inputs: IncomeMeasurements) -> Double? {
        var (points, known, total) = (0.0, 0.0, 0.0)
        func add(_ ramp: ScoreRamp, _ value: Double) {
            total += ramp.weight
            guard value.isFinite else { return }
            known += ramp.weight
            points += ramp.weight * ramp.fraction(value)
        }
        add(excessReturn, inputs.excessReturn)
        add(probability, inputs.probability)
        add(distance, inputs.distance)
        add(volatilityRank, inputs.volatilityRank)
        add(volatilityRatio, inputs.volatilityRatio)
        add(spread, inputs.spread)
        add(openInterest, inputs.openInterest)
        add(trend, inputs.trend)
        guard known > 0, known >= ScanScore.leastCoverage * total else { return nil }
        return 100 * points / known
    }

    /// The score with its parts.
    func score(_ inputs: IncomeMeasurements, probabilityName: String) -> ScanScore {
        func reading(_ value: Double, _ reason: String) -> Reading { Reading(value, orMissing: reason) }
        return ScanScore([
            ("excess return", excessReturn, reading(inputs.excessReturn, "no return can be computed")),
            (probabilityName, probability, reading(inputs.probability, "no implied volatility")),
            ("distance in deviations", distance, reading(inputs.distance, "no implied volatility")),
            (
                "IV rank", volatilityRank,
                reading(inputs.volatilityRank, "the history of implied volatility is too short")
            ),
            ("IV / HV30", volatilityRatio, reading(inputs.volatilityRatio, "no 30-day historical volatility")),
            ("spread", spread, reading(inputs.spread, "no offer")),
            ("open interest", openInterest, reading(inputs.openInterest, "the source gives no open interest")),
            ("trend", trend, reading(inputs.trend, "fewer than 200 daily bars")),
        ])
    }
}

/// What the score of a short put or a covered call is computed from; NaN where it is missing.
struct IncomeMeasurements {
    var excessReturn = Double.nan
    var probability = Double.nan
    var distance = Double.nan
    var volatilityRank = Double.nan
    var volatilityRatio = Double.nan
    var spread = Double.nan
    var openInterest = Double.nan
    var trend = Double.nan
}
