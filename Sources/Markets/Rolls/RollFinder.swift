public import Foundation

/// Finds what a short option can be rolled into: bought back at the ask, sold again at the bid.
public struct RollFinder: Sendable {
    /// Which rolls are looked at and when one is due. The defaults are those many traders use, not a validated rule.
    public struct Rules: Sendable, Hashable {
        /// Calendar days to the new expiration.
        public var daysToExpiration: ClosedRange<Int>
        /// Largest size of the new option's delta.
        public var maximumDelta: Double
        /// The share of the credit earned at which a roll is due: 0.5 (tastylive) or 0.9 (thetagang).
        public var profitTrigger: Double
        /// Calendar days left at which a roll is due: 21 or 15.
        public var daysTrigger: Int
        /// Whether an option in the money may be rolled at a net debit.
        public var allowsDebitInTheMoney: Bool
        /// Rolls returned.
        public var limit: Int

        /// Rules; by default 30 to 60 days, a delta of at most 0.30, due at half the credit or 21 days.
        public init(
            daysToExpiration: ClosedRange<Int> = 30...60,
            maximumDelta: Double = 0.30,
            profitTrigger: Double = 0.5,
            daysTrigger: Int = 21,
            allowsDebitInTheMoney: Bool = true,
            limit: Int = 10
        ) {
            self.daysToExpiration = daysToExpiration
            self.maximumDelta = maximumDelta
            self.profitTrigger = profitTrigger
            self.daysTrigger = daysTrigger
            self.allowsDebitInTheMoney = allowsDebitInTheMoney
            self.limit = max(limit, 1)
        }
    }

    /// A reason to roll.
    public enum Trigger: Sendable, Hashable {
        /// So much of the credit is earned, a fraction.
        case profit(Double)
        /// So few calendar days are left.
        case daysLeft(Int)
        /// The underlying is at or beyond the strike.
        case testedStrike
        /// A dividend goes ex before expiration that a call's holder may exercise for.
        case exDividend(Dividend)
    }

    /// One roll.
    public struct Candidate: Sendable, Hashable {
        /// The option sold.
        public let contract: OptionContract
        /// Dollars per share paid to close and received to open.
        public let closeAsk, openBid: Double
        /// `openBid` less `closeAsk` per share: a credit above 0, a debit below.
        public let netCredit: Double
        /// Calendar days gained.
        public let extraDays: Int
        /// ``netCredit`` / ``extraDays``.
        public let creditPerDay: Double
        /// How much better the new strike is, in dollars per share: lower for a put, higher for a call; 0 for the same.
        public let strikeImprovement: Double
        /// Calendar days to the new expiration.
        public let daysToExpiration: Int
        /// Delta and implied volatility of the option sold.
        public let delta, impliedVolatility: Double
        /// Probability that the option sold ends in the money, risk neutral.
        public let probabilityOfAssignment: Double
        /// Earnings reports on or before the new expiration; nil when the dates are not known.
        public let earnings: [TradingDate]?
        /// The next dividend that goes ex by the new expiration.
        public let exDividend: Dividend?
    }

    /// What was found.
    public struct Outcome: Sendable {
        /// Reasons to roll; empty when none is given, which is no advice to stay.
        public var triggers: [Trigger] = []
        /// Share of the credit earned at the ask, a fraction; missing where the credit or the ask is not known.
        public var profit: Reading
        /// The rolls, best first: by net credit per extra day, then by the smaller delta.
        public var candidates: [Candidate] = []
        /// Options looked at.
        public var examined = 0
        /// How many were left out, by reason.
        public var rejected: [String: Int] = [:]
    }

    /// Which rolls are looked at.
    public var rules: Rules
    /// Time and interest rate.
    public var market: ScanMarket

    /// A finder.
    public init(rules: Rules = Rules(), market: ScanMarket) {
        self.rules = rules
        self.market = market
    }

    /// The rolls of a short option.
    ///
    /// - Parameters:
    ///   - contract: what was sold.
    ///   - credit: dollars per share received for it; nil when that is not known.
    ///   - underlying: the chain with its quotes, dividends and earnings.
    /// - Throws: ``DataGap`` when the contract is not in the chain, nobody offers it, or there is no price of the
    ///   underlying.
    public func rolls(
        of contract: OptionContract,
        credit: Decimal?,
        in underlying: ScanUnderlying
    ) throws(DataGap) -> Outcome {
        let figure = "roll of \(contract)"
        guard !contract.isAdjusted else {
            throw DataGap(figure, "the contract is adjusted, and what it delivers is not known")
        }
        guard let facts = ScanFacts(underlying, market: market) else {
            throw DataGap(figure, "there is no price of \(underlying.symbol)")
        }
        guard let held = underlying.chain.options.first(where: { $0.contract == contract }) else {
            throw DataGap(figure, "the chain does not hold it")
        }
        guard let ask = held.quote.ask?.double, ask > 0, ask.isFinite else {
            throw DataGap(figure, "nobody offers it, so what closing costs is not known")
        }
        let today = market.today
        let daysLeft = today.days(until: contract.expiration)
        let isInTheMoney =
            contract.right == .put ? facts.spot < contract.strike.double : facts.spot > contract.strike.double
        let paid = credit.map(\.double).flatMap { $0 > 0 ? $0 : nil }
        var outcome = Outcome(
            profit: Reading(paid.map { ($0 - ask) / $0 }, orMissing: "the credit received is not known")
        )
        if let profit = outcome.profit.value, profit >= rules.profitTrigger { outcome.triggers.append(.profit(profit)) }
        if daysLeft <= rules.daysTrigger { outcome.triggers.append(.daysLeft(daysLeft)) }
        let isTested =
            contract.right == .put ? facts.spot <= contract.strike.double : facts.spot >= contract.strike.double
        if isTested { outcome.triggers.append(.testedStrike) }
        if contract.right == .call, let dividend = facts.exDividend(until: contract.expiration) {
            outcome.triggers.append(.exDividend(dividend))
        }
        let mayPay = isInTheMoney && rules.allowsDebitInTheMoney
        let screen = IncomeScreen(contract.right, rules: .puts, account: ScanAccount(), market: market)
        for option in underlying.chain.options
        where option.contract.right == contract.right && option.contract.root == contract.root
            && option.contract.expiration > contract.expiration
        {
            let days = today.days(until: option.contract.expiration)
            guard rules.daysToExpiration.contains(days) else { continue }
            let better =
                contract.right == .put
                ? contract.strike - option.contract.strike : option.contract.strike - contract.strike
            guard better >= 0 else { continue }
            outcome.examined += 1
            switch candidate(option, ask: ask, better: better.double, daysLeft: daysLeft, facts, screen, mayPay) {
            case .success(let candidate): outcome.candidates.append(candidate)
            case .failure(let rejection): outcome.rejected[rejection.reason, default: 0] += 1
            }
        }
        outcome.candidates.sort {
            ($1.creditPerDay, abs($0.delta), $0.contract.symbol) < ($0.creditPerDay, abs($1.delta), $1.contract.symbol)
        }
        outcome.candidates = Array(outcome.candidates.prefix(rules.limit))
        return outcome
    }

    private struct Rejection: Error {
        let reason: String
    }

    private func candidate(
        _ option: ListedOption,
        ask: Double,
        better: Double,
        daysLeft: Int,
        _ facts: ScanFacts,
        _ screen: IncomeScreen,
        _ mayPay: Bool
    ) -> Result<Candidate, Rejection> {
        guard let bid = option.quote.bid?.double, bid > 0 else { return .failure(Rejection(reason: "nobody bids")) }
        let netCredit = bid - ask
        // Prices are whole cents; their differences are not quite.
        guard netCredit > -1e-9 || mayPay else {
            return .failure(Rejection(reason: "a net debit"))
        }
        guard
            let expiration = ScanExpiration(option.contract, facts: facts, market: market, today: market.today),
            let trade = try? IncomeTrade(
                IncomeScreen.Finalist(option: option, facts: facts, expiration: expiration),
                screen
            )
        else { return .failure(Rejection(reason: "no implied volatility")) }
        guard abs(trade.greeks.delta) <= rules.maximumDelta else {
            return .failure(Rejection(reason: "delta above \(rules.maximumDelta)"))
        }
        let extraDays = expiration.days - daysLeft
        return .success(
            Candidate(
                contract: option.contract,
                closeAsk: ask,
                openBid: bid,
                netCredit: netCredit,
                extraDays: extraDays,
                creditPerDay: netCredit / Double(max(extraDays, 1)),
                strikeImprovement: better,
                daysToExpiration: expiration.days,
                delta: trade.greeks.delta,
                impliedVolatility: trade.volatility,
                probabilityOfAssignment: trade.assignment.inTheMoneyAtExpiration,
                earnings: facts.earnings.map { $0.filter { $0 <= option.contract.expiration } },
                exDividend: facts.exDividend(until: option.contract.expiration)
            )
        )
    }
}
