import Foundation

/// The model side of valuing an option: terms from contract and market, implied volatility, Greeks, assignment.
struct OptionValuation {
    var impliedVolatility: Double?
    var failure: String?
    var greeks: Greeks?
    var assignment: AssignmentEstimate?
    var intrinsic: Decimal?
    var hasPinRisk = false

    /// - Parameters:
    ///   - isShort: whether assignment is to be estimated.
    ///   - mark: the option's price per share, if known.
    ///   - spot: the underlying's price per share, if known.
    init(
        _ contract: OptionContract,
        isShort: Bool,
        mark: Decimal?,
        spot: Decimal?,
        market: MarketSnapshot,
        pricer: OptionPricer
    ) {
        guard let delivered = contract.delivered else {
            failure =
                "adjusted contract: what it delivers is not known; write the corporate action into the list beside config.yaml"
            return
        }
        guard let basket = Basket(contract, delivered, spot: spot, market: market) else {
            failure = "no price of \(contract.isAdjusted ? "what it delivers: \(delivered)" : contract.underlying)"
            return
        }
        intrinsic = basket.intrinsic(contract.right)
        guard let spot, basket.shares > 0 else {
            failure = "it delivers \(delivered): its value is the intrinsic value"
            return
        }
        let days = market.today.days(until: contract.expiration)
        hasPinRisk = days <= 1 && spot > 0 && abs(spot - basket.strike) / spot < Decimal(5) / 1000
        guard contract.underlying != "VIX" else {
            failure = "options on VIX follow its futures, which are not quoted here"
            return
        }
        guard let mark else {
            failure = "no price of the option"
            return
        }
        do {
            guard basket.strike > 0 else {
                failure = "the cash it delivers is worth more than its strike: there is no volatility to find"
                return
            }
            let terms = try Self.terms(contract, basket, spot: spot, market: market)
            let price = mark.double / basket.ratio
            let volatility = invert(terms, price: price, pricer: pricer)
            if let volatility {
                greeks = try pricer.greeks(terms, volatility: volatility).scaled(by: basket.ratio)
            }
            // Without time value only the side of the strike counts, which no volatility at all says as well.
            guard isShort, let assumed = volatility ?? (intrinsic ?? 0 > 0 ? 0 : nil) else { return }
            assignment = try AssignmentEstimate(
                terms,
                volatility: assumed,
                price: price,
                daysToExpiration: days,
                exDividend: Self.exDividend(contract, market)
            )
        } catch {
            failure = error.description
        }
    }

    /// The implied volatility, or nil with the failure noted. With no time left none is needed: the Greeks are those of
    /// the intrinsic value.
    private mutating func invert(_ terms: OptionTerms, price: Double, pricer: OptionPricer) -> Double? {
        guard terms.years > 0 else {
            failure = PricingError.expired.description
            return 0
        }
        do {
            impliedVolatility = try pricer.impliedVolatility(terms, price: price)
        } catch {
            failure = error.description
        }
        return impliedVolatility
    }

    static func terms(
        _ contract: OptionContract,
        _ basket: Basket,
        spot: Decimal,
        market: MarketSnapshot
    ) throws(PricingError) -> OptionTerms {
        let dividends = upcoming(contract.underlying, market)
            .filter { $0.exDate <= contract.expiration }
            .map {
                OptionTerms.CashDividend(
                    years: years(until: $0.exDate, market),
                    amount: ($0.amount * basket.ownFraction).double
                )
            }
        return try OptionTerms(
            style: contract.style,
            right: contract.right,
            spot: spot.double,
            strike: basket.strike.double,
            rate: market.riskFreeRate,
            dividends: dividends,
            years: max(contract.settlement.timeIntervalSince(market.now), 0) / secondsPerYear
        )
    }

    private static func exDividend(_ contract: OptionContract, _ market: MarketSnapshot) -> AssignmentEstimate
        .ExDividend?
    {
        guard let next = upcoming(contract.underlying, market).first, next.exDate <= contract.expiration else {
            return nil
        }
        return AssignmentEstimate.ExDividend(
            years: years(until: next.exDate, market),
            sessions: TradingSession.count(after: market.today, through: next.exDate),
            amount: next.amount.double
        )
    }

    /// Dividends that go ex after today, in order.
    static func upcoming(_ symbol: String, _ market: MarketSnapshot) -> [Dividend] {
        (market.dividends[symbol] ?? []).filter { $0.exDate > market.today }.sorted { $0.exDate < $1.exDate }
    }

    /// Years until the share opens without its dividend.
    private static func years(until date: TradingDate, _ market: MarketSnapshot) -> Double {
        max(TradingSession(date: date).open.timeIntervalSince(market.now), 1) / secondsPerYear
    }

    private static let secondsPerYear = 365.0 * 86_400
}
