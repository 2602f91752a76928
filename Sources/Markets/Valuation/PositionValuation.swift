public import Foundation

/// One position at market prices. What cannot be known is nil, and a reason says why.
public struct PositionValuation: Sendable {
    /// What is held.
    public let position: Position
    /// The price per share used; nil when there is none.
    public let mark: Mark?
    /// Why there is no price.
    public let unpricedReason: String?
    /// The price of the underlying; for shares their own.
    public let underlyingMark: Mark?
    /// Calendar days from New York's date to the expiration, negative once past; nil for shares.
    public let daysToExpiration: Int?
    /// Whether an option's last day has passed while the books still hold it. Such a position is in no total.
    public let isExpired: Bool
    /// Quantity × multiplier × mark, negative when short, in dollars.
    public let marketValue: Decimal?
    /// Quantity × multiplier × average price, negative when short (the credit received), in dollars; nil where a lot's
    /// price is unknown.
    public let cost: Decimal?
    /// Quantity × multiplier × (mark - average price) less the fees paid to open, in dollars.
    public let unrealised: Decimal?
    /// For short options: (credit - mark) / credit, 1 being all of it; nil where the credit is unknown or not above 0.
    public let percentOfMaxProfit: Double?
    /// For long positions: (mark - price paid) / price paid; nil where that is unknown or not above 0.
    public let percentReturn: Double?
    /// Quantity × multiplier × (mark - previous close) in dollars, lots opened today counted from their price.
    public let dayChange: Decimal?
    /// The volatility at which the model gives the mark; options only.
    public let impliedVolatility: Double?
    /// Why there is no implied volatility, or why the model does not fit the contract.
    public let impliedVolatilityFailure: String?
    /// Price and sensitivities per share; options only.
    public let greeks: Greeks?
    /// Sensitivities of the whole position.
    public let exposure: PositionGreeks?
    /// What exercising an option now would bring per share.
    public let intrinsic: Decimal?
    /// Mark less intrinsic value per share; below 0 when the prices do not belong together.
    public let extrinsic: Decimal?
    /// How likely a short option is to be assigned.
    public let assignment: AssignmentEstimate?
    /// Whether the underlying is within 0.5 % of an option's strike with at most a day left.
    public let pinRisk: Bool
    /// The next ex-date of the underlying after today.
    public let nextExDividend: Dividend?

    /// Shares of the underlying that move like the position.
    public var deltaShares: Double? { exposure?.deltaShares }
    /// ``deltaShares`` in dollars.
    public var dollarDelta: Double? { exposure?.dollarDelta }
    /// Change of ``dollarDelta`` when the underlying moves 1 %.
    public var gammaDollarsPerPercent: Double? { exposure?.gammaDollarsPerPercent }
    /// Dollars per calendar day.
    public var thetaPerDay: Double? { exposure?.thetaPerDay }
    /// Dollars per volatility point.
    public var vegaPerPoint: Double? { exposure?.vegaPerPoint }
    /// Dollars per percentage point of the interest rate.
    public var rhoPerPoint: Double? { exposure?.rhoPerPoint }
}
