/// A cash-secured put that a scan looked at: every input of its score, its gates and the score with all its parts.
public struct PutCandidate: Sendable, Hashable {
    /// The put.
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
    /// Price and sensitivities per share of one long put.
    public let greeks: Greeks
    /// Premium, returns, break-even, probabilities and edge at the bid.
    public let measures: CashSecuredPut
    /// Likelihood of assignment.
    public let assignment: AssignmentEstimate
    /// Expected dollars per contract at the 30-day historical volatility, drift at the interest rate.
    public let expectedValueAtHistoricalVolatility: Reading
    /// A quarter of Kelly's fraction of equity under the same assumptions, at most 5 %.
    public let kellyFraction: Reading
    /// Bid-ask spread as a fraction of the mid.
    public let spread: Reading
    /// IV rank of the underlying, 0 to 100.
    public let volatilityRank: Reading
    /// The put's implied volatility over the 30-day historical one.
    public let volatilityRatio: Reading
    /// The first earnings report on or before expiration; nil where none lies inside or none is known.
    public let earnings: TradingDate?
    /// The next dividend that goes ex by expiration.
    public let exDividend: Dividend?
    /// The market's regime; nil with fewer than 200 bars.
    public let regime: MarketRegime.State?
    /// The exposures' concentration with the trade added.
    public let concentrationAfter: Concentration?
    /// Every gate with its value and limits.
    public let gates: [ScanGate]
    /// The score with its parts.
    public let score: ScanScore

    /// Whether no gate failed; gates whose value is not known do not rule a trade out, but are shown.
    public var isEligible: Bool { !gates.contains { $0.outcome == .failed } }
    /// Dollars that the trade ties up.
    public var collateral: Double { measures.collateral * Double(contracts) }

    init(_ finalist: IncomeScreen.Finalist, _ screen: IncomeScreen) throws(DataGap) {
        let trade = try IncomeTrade(finalist, screen)
        let (option, facts, expiration) = (finalist.option, finalist.facts, finalist.expiration)
        contract = option.contract
        contracts = screen.rules.contracts
        spot = facts.spot
        bid = trade.bid
        ask = trade.ask
        daysToExpiration = expiration.days
        openInterest = option.quote.openInterest
        volume = option.quote.volume
        impliedVolatility = trade.volatility
        volatilityBasis = trade.basis
        greeks = trade.greeks
        do {
            measures = try CashSecuredPut(
                trade.terms,
                volatility: trade.volatility,
                premium: trade.bid,
                daysToExpiration: expiration.days
            )
        } catch {
            throw DataGap("candidate \(option.contract)", error.description)
        }
        assignment = trade.assignment
        let inputs = trade.measurements
        let historical = facts.historicalVolatility.flatMap {
            try? TerminalDistribution(
                spot: facts.spot,
                drift: screen.market.rate - expiration.yield,
                volatility: $0,
                years: expiration.years
            )
        }
        expectedValueAtHistoricalVolatility = Reading(
            historical.map(measures.expectedValue),
            orMissing: "no 30-day historical volatility"
        )
        kellyFraction = Reading(
            historical.flatMap(measures.cautiousKellyFraction),
            orMissing: historical == nil ? "no 30-day historical volatility" : "nothing is at risk"
        )
        score = screen.rules.weights.score(inputs, probabilityName: "probability of profit")
        spread = Reading(inputs.spread, orMissing: "no offer")
        volatilityRank = Reading(
            inputs.volatilityRank,
            orMissing: "the history of implied volatility is too short"
        )
        volatilityRatio = Reading(inputs.volatilityRatio, orMissing: "no 30-day historical volatility")
        earnings = facts.earnings(until: contract.expiration)
        exDividend = facts.exDividend(until: contract.expiration)
        regime = facts.regime
        let dollars = trade.strike * 100 * Double(contracts)
        concentrationAfter = screen.accountGates.concentration(after: facts.symbol, dollars: dollars)
        gates = trade.gates(finalist, screen) + screen.accountGates.gates(facts.symbol, dollars: dollars)
    }
}
