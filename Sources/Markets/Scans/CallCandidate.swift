import Foundation

/// A covered call that a scan looked at: every input of its score, its gates and the score with all its parts.
public struct CallCandidate: Sendable, Hashable {
    /// The call.
    public let contract: OptionContract
    /// Contracts of the trade.
    public let contracts: Int
    /// Price per share of the underlying.
    public let spot: Double
    /// What a buyer bids per share: the premium everything is computed from.
    public let bid: Double
    /// What a seller asks per share; nil where nobody does.
    public let ask: Double?
    /// Calendar days to expiration.
    public let daysToExpiration: Int
    /// Contracts outstanding and traded today, where the source gives them.
    public let openInterest, volume: Int?
    /// Implied volatility per year.
    public let impliedVolatility: Double
    /// How it was come by.
    public let volatilityBasis: VolatilityBasis
    /// Price and sensitivities per share of one long call.
    public let greeks: Greeks
    /// Premium / spot.
    public let returnOnShares: Double
    /// ``returnOnShares`` × 365 / DTE, DTE at least 1.
    public let annualisedSimple: Double
    /// (1 + ``returnOnShares``)^(365 / DTE) - 1, DTE at least 1.
    public let annualisedCompound: Double
    /// ``annualisedSimple`` less the interest rate.
    public let excessOverCash: Double
    /// (strike - spot) / spot; negative in the money.
    public let outOfTheMoney: Double
    /// (strike - spot + premium) / spot: the gain from today's price if called.
    public let returnIfCalled: Double
    /// Spot - premium: the price per share below which shares and call together lose from today.
    public let breakEven: Double
    /// Risk-neutral probability of ending above the strike, N(d2).
    public let probabilityCalled: Double
    /// Likelihood of assignment, early exercise before an ex-date included.
    public let assignment: AssignmentEstimate
    /// Expected dollars per contract of shares and call together, from today's price, at the 30-day historical volatility and
    /// a drift at the interest rate.
    public let expectedValueAtHistoricalVolatility: Reading
    /// Strike + premium over what the shares cost first in, first out, less 1.
    public let returnOnShareBasis: Reading
    /// The shares' basis with all premiums of their wheel counted, in dollars per share.
    public let wheelBasis: Reading
    /// Strike + premium over the basis of the wheel, less 1.
    public let returnOnWheelBasis: Reading
    /// Bid-ask spread as a fraction of the mid.
    public let spread: Reading
    /// IV rank of the underlying, 0 to 100.
    public let volatilityRank: Reading
    /// The call's implied volatility over the 30-day historical one.
    public let volatilityRatio: Reading
    /// The first earnings report on or before expiration; nil where none lies inside or none is known.
    public let earnings: TradingDate?
    /// The next dividend that goes ex by expiration.
    public let exDividend: Dividend?
    /// The market's regime; nil with fewer than 200 bars.
    public let regime: MarketRegime.State?
    /// Every gate with its value and limits.
    public let gates: [ScanGate]
    /// The score with its parts.
    public let score: ScanScore

    /// Whether no gate failed; gates whose value is not known do not rule a trade out, but are shown.
    public var isEligible: Bool { !gates.contains { $0.outcome == .failed } }

    init(_ finalist: IncomeScreen.Finalist, _ screen: IncomeScreen) throws(DataGap) {
        let trade = try IncomeTrade(finalist, screen)
        let (option, facts, expiration, rules) = (finalist.option, finalist.facts, finalist.expiration, screen.rules)
        contract = option.contract
        contracts = rules.contracts
        spot = facts.spot
        bid = trade.bid
        ask = trade.ask
        daysToExpiration = expiration.days
        openInterest = option.quote.openInterest
        volume = option.quote.volume
        impliedVolatility = trade.volatility
        volatilityBasis = trade.basis
        greeks = trade.greeks
        let periods = 365 / Double(max(expiration.days, 1))
        returnOnShares = trade.bid / facts.spot
        annualisedSimple = returnOnShares * periods
        annualisedCompound = expm1(periods * log1p(returnOnShares))
        excessOverCash = annualisedSimple - screen.market.rate
        outOfTheMoney = screen.outOfTheMoney(trade.strike, facts.spot)
        returnIfCalled = (trade.strike - facts.spot + trade.bid) / facts.spot
        breakEven = facts.spot - trade.bid
        guard annualisedCompound.isFinite else {
            throw DataGap("candidate \(option.contract)", "its annualised return is not finite")
        }
        let inputs = trade.measurements
        probabilityCalled = 1 - inputs.probability
        assignment = trade.assignment
        let historical = facts.historicalVolatility.flatMap {
            try? TerminalDistribution(
                spot: facts.spot,
                drift: screen.market.rate - expiration.yield,
                volatility: $0,
                years: expiration.years
            )
        }
        let payoff = try? ExpirationPayoff(
            shares: 100,
            legs: [.init(right: .call, strike: trade.strike, units: -100)],
            cost: 100 * (facts.spot - trade.bid)
        )
        expectedValueAtHistoricalVolatility = Reading(
            historical.flatMap { payoff?.expectedValue(under: $0) },
            orMissing: "no 30-day historical volatility"
        )
        func gain(_ basis: Double?) -> Double? {
            basis.flatMap { $0 > 0 ? (trade.strike + trade.bid) / $0 - 1 : nil }
        }
        returnOnShareBasis = Reading(gain(facts.shareBasis), orMissing: "what the shares cost is not known")
        let wheelGap = facts.wheelGap ?? "the shares come from no wheel"
        wheelBasis = Reading(facts.wheelBasis, orMissing: wheelGap)
        returnOnWheelBasis = Reading(gain(facts.wheelBasis), orMissing: wheelGap)
        score = rules.weights.score(inputs, probabilityName: "probability of keeping the shares")
        spread = Reading(inputs.spread, orMissing: "no offer")
        volatilityRank = Reading(
            inputs.volatilityRank,
            orMissing: "the history of implied volatility is too short"
        )
        volatilityRatio = Reading(inputs.volatilityRatio, orMissing: "no 30-day historical volatility")
        earnings = facts.earnings(until: contract.expiration)
        exDividend = facts.exDividend(until: contract.expiration)
        regime = facts.regime
        var gates = trade.gates(finalist, screen)
        gates.append(ScanGate(.freeShares, .value(facts.freeShares), minimum: 100 * Double(contracts)))
        if !rules.allowsBelowWheelBreakEven, let basis = facts.wheelBasis {
            gates.append(ScanGate(.wheelBreakEven, .value(trade.strike), minimum: basis))
        }
        if let limit = rules.maximumEarlyAssignment, exDividend != nil {
            gates.append(
                ScanGate(
                    .earlyAssignment,
                    Reading(trade.assignment.early, orMissing: "no estimate of early exercise"),
                    maximum: limit
                )
            )
        }
        self.gates = gates
    }
}
