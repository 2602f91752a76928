/// A long calendar that a scan looked at: sold at the bid, bought at the ask.
public struct CalendarCandidate: Sendable, Hashable {
    /// What becomes of the calendar when the back's implied volatility moves.
    public struct Scenario: Sendable, Hashable {
        /// The change, 0.05 is five points.
        public let volatilityShift: Double
        /// Profit per share at the strike.
        public let profitAtStrike: Double
        /// Probability of a gain.
        public let probabilityOfProfit: Double
        /// Expected profit per share.
        public let expectedValue: Double
    }

    /// The option sold and the one bought.
    public let front, back: OptionContract
    /// Price per share of the underlying.
    public let spot: Double
    /// Calendar days to the two expirations.
    public let frontDays, backDays: Int
    /// The bid of the option sold and the ask of the one bought, per share.
    public let frontBid, backAsk: Double
    /// Implied volatilities per year of the two.
    public let frontVolatility, backVolatility: Double
    /// Debit, profit, break-evens, probability, expectation, sensitivities.
    public let measures: CalendarSpread
    /// The two bid-ask spreads over the debit at the mids.
    public let spreadCost: Reading
    /// IV rank of the underlying, 0 to 100.
    public let volatilityRank: Reading
    /// Earnings reports after the front expiration and on or before the back one: what the back is paid to hold; nil
    /// when the dates are not known.
    public let eventsBetween: [TradingDate]?
    /// A dividend that goes ex by the front expiration.
    public let exDividend: Dividend?
    /// Every gate with its value and limits.
    public let gates: [ScanGate]
    /// The score with its parts.
    public let score: ScanScore

    /// The back's volatility five points lower and higher; fewer where it would not be above 0. Worked out on each call.
    public var scenarios: [Scenario] {
        [-0.05, 0.05].compactMap { shift in
            guard let moved = try? measures.withBackVolatility(shiftedBy: shift) else { return nil }
            return Scenario(
                volatilityShift: shift,
                profitAtStrike: moved.profitAtStrike,
                probabilityOfProfit: moved.probabilityOfProfit,
                expectedValue: moved.expectedValue
            )
        }
    }

    /// Whether no gate failed.
    public var isEligible: Bool { !gates.contains { $0.outcome == .failed } }

    /// A pair of quotes and volatilities that passed the quick gates.
    struct Pair: Sendable {
        var front, back: ListedOption
        var frontExpiration, backExpiration: ScanExpiration
        var frontVolatility, backVolatility: Double
        var facts: ScanFacts
    }

    init(_ pair: Pair, rules: CalendarScanRules, account: AccountGates, market: ScanMarket) throws(DataGap) {
        let facts = pair.facts
        let figure = "candidate \(pair.front.contract) / \(pair.back.contract.expiration)"
        let strike = pair.front.contract.strike.double
        guard let frontBid = pair.front.quote.bid?.double, let frontAsk = pair.front.quote.ask?.double,
            let backBid = pair.back.quote.bid?.double, let backAsk = pair.back.quote.ask?.double
        else { throw DataGap(figure, "a leg has no bid or no offer") }
        front = pair.front.contract
        back = pair.back.contract
        spot = facts.spot
        frontDays = pair.frontExpiration.days
        backDays = pair.backExpiration.days
        self.frontBid = frontBid
        self.backAsk = backAsk
        frontVolatility = pair.frontVolatility
        backVolatility = pair.backVolatility
        let debit = backAsk - frontBid
        do {
            func terms(_ expiration: ScanExpiration) throws(PricingError) -> OptionTerms {
                try expiration.terms(
                    .european,
                    pair.front.contract.right,
                    strike: strike,
                    spot: facts.spot,
                    rate: market.rate
                )
            }
            measures = try CalendarSpread(
                front: try terms(pair.frontExpiration),
                frontVolatility: pair.frontVolatility,
                back: try terms(pair.backExpiration),
                backVolatility: pair.backVolatility,
                debit: debit
            )
        } catch {
            throw DataGap(figure, error.description)
        }
        let middle = 0.5 * (backBid + backAsk - frontBid - frontAsk)
        spreadCost = Reading(
            middle > 0 ? (backAsk - backBid + frontAsk - frontBid) / middle : nil,
            orMissing: "the mids make no debit"
        )
        volatilityRank = Reading(
            facts.volatilityRank?.rank,
            orMissing: "the history of implied volatility is too short"
        )
        let (frontDate, backDate) = (front.expiration, back.expiration)
        eventsBetween = facts.earnings.map { $0.filter { $0 > frontDate && $0 <= backDate } }
        exDividend = facts.exDividend(until: frontDate)
        let weights = rules.weights
        let isPaid = debit > 0
        score = ScanScore([
            ("IV front - back", weights.volatilityDifference, .value(measures.volatilityDifference)),
            ("probability of profit", weights.probability, .value(measures.probabilityOfProfit)),
            (
                "profit at strike / debit", weights.returnAtStrike,
                Reading(measures.returnAtStrike, orMissing: "nothing is paid")
            ),
            (
                "expected profit / debit", weights.expectedReturn,
                Reading(isPaid ? measures.expectedValue / debit : nil, orMissing: "nothing is paid")
            ),
            ("IV rank", weights.volatilityRank, volatilityRank),
            ("spreads / debit", weights.spreadCost, spreadCost),
        ])
        gates = Self.gates(pair, debit: debit, variance: measures.forwardVariance, rules: rules, account: account)
    }

    private static func gates(
        _ pair: Pair,
        debit: Double,
        variance: Double,
        rules: CalendarScanRules,
        account: AccountGates
    ) -> [ScanGate] {
        let (front, back) = (pair.frontExpiration, pair.backExpiration)
        let interests = [pair.front.quote.openInterest, pair.back.quote.openInterest].compactMap { $0 }
        var gates = [
            ScanGate(.bid, Reading(pair.front.quote.bid?.double, orMissing: "nobody bids"), minimum: 0.01),
            ScanGate(.ask, Reading(pair.back.quote.ask?.double, orMissing: "nobody offers"), minimum: 0.01),
            ScanGate(
                .openInterest,
                Reading(interests.count == 2 ? interests.min().map(Double.init) : nil, orMissing: "not given"),
                minimum: Double(rules.minimumOpenInterest)
            ),
            ScanGate(
                .daysToExpiration,
                .value(Double(front.days)),
                minimum: Double(rules.frontDays.lowerBound),
                maximum: Double(rules.frontDays.upperBound)
            ),
            ScanGate(
                .gap,
                .value(Double(back.days - front.days)),
                minimum: Double(rules.gapDays.lowerBound),
                maximum: Double(rules.gapDays.upperBound)
            ),
            ScanGate(.debit, .value(debit), minimum: 0.01),
            ScanGate(.forwardVariance, .value(variance), minimum: 0),
            IncomeTrade.earningsGate(pair.facts, front.expiration, rejects: rules.rejectsEarnings),
        ]
        if pair.front.contract.right == .call, rules.rejectsExDividend {
            let amount = pair.facts.exDividend(until: front.expiration)?.amount.double ?? 0
            gates.append(ScanGate(.exDividend, .value(amount), maximum: 0))
        }
        return gates + account.gates(pair.facts.symbol, dollars: max(debit, 0) * 100)
    }
}
