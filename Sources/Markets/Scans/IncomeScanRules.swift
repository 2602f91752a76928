/// Which short puts or covered calls a scan considers, and how many it returns.
public struct IncomeScanRules: Sendable, Hashable {
    /// Calendar days to expiration.
    public var daysToExpiration: ClosedRange<Int>
    /// Least contracts outstanding.
    public var minimumOpenInterest: Int
    /// Least distance of the strike out of the money as a fraction of the spot; nil allows strikes in the money.
    public var minimumOutOfTheMoney: Double?
    /// Largest size of the delta; nil for no limit.
    public var maximumDelta: Double?
    /// Whether a report before expiration rules a trade out; else it is only shown.
    public var rejectsEarnings: Bool
    /// Whether trades whose earnings date is not known are ruled out.
    public var rejectsUnknownEarnings: Bool
    /// Largest probability of exercise before an ex-date; covered calls only, nil for no limit.
    public var maximumEarlyAssignment: Double?
    /// Whether a covered call's strike may lie below the break-even of the wheel.
    public var allowsBelowWheelBreakEven: Bool
    /// Contracts of each trade.
    public var contracts: Int
    /// Candidates returned of each underlying.
    public var limitPerUnderlying: Int
    /// Candidates returned in all.
    public var limit: Int
    /// The weights of the score.
    public var weights: IncomeScoreWeights

    /// Rules with the given weights; the rest is 7 to 60 days, open interest from 10, out of the money, no earnings.
    public init(
        weights: IncomeScoreWeights,
        daysToExpiration: ClosedRange<Int> = 7...60,
        minimumOpenInterest: Int = 10,
        minimumOutOfTheMoney: Double? = 0,
        maximumDelta: Double? = nil,
        rejectsEarnings: Bool = true,
        rejectsUnknownEarnings: Bool = false,
        maximumEarlyAssignment: Double? = 0.10,
        allowsBelowWheelBreakEven: Bool = false,
        contracts: Int = 1,
        limitPerUnderlying: Int = 3,
        limit: Int = 25
    ) {
        self.weights = weights
        self.daysToExpiration = daysToExpiration
        self.minimumOpenInterest = minimumOpenInterest
        self.minimumOutOfTheMoney = minimumOutOfTheMoney
        self.maximumDelta = maximumDelta
        self.rejectsEarnings = rejectsEarnings
        self.rejectsUnknownEarnings = rejectsUnknownEarnings
        self.maximumEarlyAssignment = maximumEarlyAssignment
        self.allowsBelowWheelBreakEven = allowsBelowWheelBreakEven
        self.contracts = max(contracts, 1)
        self.limitPerUnderlying = max(limitPerUnderlying, 1)
        self.limit = max(limit, 1)
        self.weights = weights
    }

    /// The rules for cash-secured puts.
    public static let puts = IncomeScanRules(weights: .puts)
    /// The rules for covered calls.
    public static let calls = IncomeScanRules(weights: .calls)
}
