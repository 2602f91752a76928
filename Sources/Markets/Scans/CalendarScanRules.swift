/// The weights of the score of a long calendar. They are a proposal: sensible, not validated against outcomes.
public struct CalendarScoreWeights: Sendable, Hashable, Codable {
    /// The front's implied volatility less the back's.
    public var volatilityDifference: ScoreRamp
    /// Probability of a gain at the front expiration.
    public var probability: ScoreRamp
    /// Profit at the strike over the debit.
    public var returnAtStrike: ScoreRamp
    /// Expected profit over the debit.
    public var expectedReturn: ScoreRamp
    /// IV rank of the underlying: a calendar gains when volatility rises, so low is better.
    public var volatilityRank: ScoreRamp
    /// What the two spreads cost, over the debit at the mids.
    public var spreadCost: ScoreRamp

    /// The proposal; the weights add up to 100.
    public static let proposal = CalendarScoreWeights()

    /// The proposed ramps.
    public init() {
        volatilityDifference = ScoreRamp(weight: 25, zero: -0.02, full: 0.05)
        probability = ScoreRamp(weight: 20, zero: 0.30, full: 0.60)
        returnAtStrike = ScoreRamp(weight: 20, zero: 0.5, full: 2)
        expectedReturn = ScoreRamp(weight: 15, zero: 0, full: 0.3)
        volatilityRank = ScoreRamp(weight: 10, zero: 60, full: 20)
        spreadCost = ScoreRamp(weight: 10, zero: 0.30, full: 0.05)
    }
}

/// Which calendars a scan considers, and how many it returns.
public struct CalendarScanRules: Sendable, Hashable {
    /// Calendar days to the front expiration.
    public var frontDays: ClosedRange<Int>
    /// Calendar days from the front expiration to the back one.
    public var gapDays: ClosedRange<Int>
    /// How far the strike may lie from the spot, as a fraction of the spot.
    public var maximumDistance: Double
    /// Least contracts outstanding of either leg.
    public var minimumOpenInterest: Int
    /// Whether a report on or before the front expiration rules a calendar out.
    public var rejectsEarnings: Bool
    /// Whether a dividend that goes ex by the front expiration rules a call calendar out.
    public var rejectsExDividend: Bool
    /// Calendars of each underlying that are worked out.
    public var limitPerUnderlying: Int
    /// Candidates returned in all.
    public var limit: Int
    /// The weights of the score.
    public var weights: CalendarScoreWeights

    /// Rules; by default fronts of 14 to 45 days, backs 14 to 60 days later, strikes within 5 % of the spot.
    public init(
        frontDays: ClosedRange<Int> = 14...45,
        gapDays: ClosedRange<Int> = 14...60,
        maximumDistance: Double = 0.05,
        minimumOpenInterest: Int = 10,
        rejectsEarnings: Bool = true,
        rejectsExDividend: Bool = true,
        limitPerUnderlying: Int = 3,
        limit: Int = 25,
        weights: CalendarScoreWeights = .proposal
    ) {
        self.frontDays = frontDays
        self.gapDays = gapDays
        self.maximumDistance = maximumDistance
        self.minimumOpenInterest = minimumOpenInterest
        self.rejectsEarnings = rejectsEarnings
        self.rejectsExDividend = rejectsExDividend
        self.limitPerUnderlying = max(limitPerUnderlying, 1)
        self.limit = max(limit, 1)
        self.weights = weights
    }
}
