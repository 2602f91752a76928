#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What a trader weighs before selling a put against cash. Fractions unless a name says otherwise; dollars per contract
/// where it says so.
public struct CashSecuredPut: Sendable, Hashable {
    /// Cash set aside per contract: strike × multiplier.
    public let collateral: Double
    /// The same less the premium received.
    public let netCollateral: Double
    /// Premium / strike.
    public let returnOnCollateral: Double
    /// Premium / (strike - premium); nil when the premium is not below the strike.
    public let returnOnNetCollateral: Double?
    /// ``returnOnCollateral`` × 365 / DTE, DTE at least 1.
    public let annualisedSimple: Double
    /// (1 + ``returnOnCollateral``)^(365 / DTE) - 1, DTE at least 1.
    public let annualisedCompound: Double
    /// ``annualisedSimple`` less the interest rate cash earns anyway.
    public let excessOverCash: Double
    /// Strike - premium: the price per share below which the trade loses.
    public let breakEven: Double
    /// How far the break-even lies below the spot, as a fraction of the spot.
    public let discountToSpot: Double
    /// How far the strike lies below the spot, as a fraction of the spot; negative in the money.
    public let outOfTheMoney: Double
    /// One standard deviation of the price until expiration, in dollars per share.
    public let expectedMove: Double
    /// (spot - strike) / ``expectedMove``; nil when the price cannot move.
    public let distanceInDeviations: Double?
    /// Risk-neutral probability of ending above the break-even.
    public let probabilityOfProfit: Double
    /// Risk-neutral probability of ending below the strike.
    public let probabilityOfAssignment: Double
    /// Dollars per contract if the put expires worthless.
    public let maximumProfit: Double
    /// Dollars per contract if the share becomes worthless.
    public let maximumLoss: Double
    /// European model value per share.
    public let modelPrice: Double
    /// Premium less ``modelPrice``, per share.
    public let edge: Double

    private let premium: Double
    private let strike: Double
    private let multiplier: Double

    /// - Parameters:
    ///   - terms: the put; style and cash dividends are not looked at.
    ///   - volatility: the strike's implied volatility, 0.25 is 25 %.
    ///   - premium: per share, the bid for an honest comparison.
    ///   - daysToExpiration: calendar days.
    ///   - multiplier: shares per contract.
    /// - Throws: ``PricingError`` for values that are not finite, a spot or strike of 0, or a negative premium.
    public init(
        _ terms: OptionTerms,
        volatility: Double,
        premium: Double,
        daysToExpiration: Int,
        multiplier: Double = 100
    ) throws(PricingError) {
        let model = try BlackScholes(terms, volatility: volatility)
        guard premium.isFinite else { throw .notFinite("premium") }
        guard premium >= 0 else { throw .outOfRange("premium", value: premium) }
        guard terms.spot > 0 else { throw .outOfRange("spot price", value: terms.spot) }
        guard terms.strike > 0 else { throw .outOfRange("strike", value: terms.strike) }
        let (spot, strike) = (terms.spot, terms.strike)
        self.premium = premium
        self.strike = strike
        self.multiplier = multiplier
        let distribution = TerminalDistribution(
            unchecked: spot,
            drift: terms.rate - terms.dividendYield,
            volatility: volatility,
            years: terms.years
        )
        let periods = 365 / Double(max(daysToExpiration, 1))
        collateral = strike * multiplier
        netCollateral = (strike - premium) * multiplier
        returnOnCollateral = premium / strike
        returnOnNetCollateral = premium < strike ? premium / (strike - premium) : nil
        annualisedSimple = returnOnCollateral * periods
        annualisedCompound = expm1(periods * log1p(returnOnCollateral))
        excessOverCash = annualisedSimple - terms.rate
        breakEven = strike - premium
        discountToSpot = 1 - breakEven / spot
        outOfTheMoney = (spot - strike) / spot
        expectedMove = spot * volatility * terms.years.squareRoot()
        distanceInDeviations = expectedMove > 0 ? (spot - strike) / expectedMove : nil
        probabilityOfProfit = distribution.probability(above: breakEven)
        probabilityOfAssignment = distribution.probability(below: strike)
        maximumProfit = premium * multiplier
        maximumLoss = netCollateral
        modelPrice = model.greeks.price
        edge = premium - modelPrice
        guard annualisedCompound.isFinite else { throw .notComputable("annualised return") }
    }

    /// Expected dollars per contract at expiration if the share follows `distribution`: premium less the put's expected
    /// payoff. Under the risk-neutral drift and the implied volatility this is about zero less costs by construction;
    /// under other assumptions it shows what they are worth.
    public func expectedValue(under distribution: TerminalDistribution) -> Double {
        multiplier * (premium - distribution.expectedShortfall(below: strike))
    }

    /// The part of equity that grows fastest in the long run if it is put up as collateral of trades like this one, after
    /// Kelly: mean over variance of the return on collateral at expiration, if the share follows `distribution`. 0 where the
    /// trade loses on average; nil where nothing is at risk, so that no amount would be too much.
    public func kellyFraction(under distribution: TerminalDistribution) -> Double? {
        let shortfall = distribution.expectedShortfall(below: strike)
        let mean = (premium - shortfall) / strike
        let variance =
            (distribution.expectedSquaredShortfall(below: strike) - shortfall * shortfall) / (strike * strike)
        guard mean > 0 else { return 0 }
        guard variance > 1e-12 * mean * mean, (mean / variance).isFinite else { return nil }
        return mean / variance
    }

    /// A quarter of ``kellyFraction(under:)``, at most 5 % of equity: Kelly's bet stands on estimates that are never sure, and
    /// a full one halves the account on the way more often than anyone bears.
    public func cautiousKellyFraction(under distribution: TerminalDistribution) -> Double? {
        kellyFraction(under: distribution).map { min($0 / 4, 0.05) }
    }
}
