import Foundation

/// The fast first pass of a scan for short puts or covered calls: gates that cost nothing first, then the European
/// volatility, then the score without its parts. Nothing is allocated for an option that is not kept.
struct IncomeScreen {
    /// An option that was kept, with what it needs to be worked out fully.
    struct Finalist: Sendable {
        var option: ListedOption
        var facts: ScanFacts
        var expiration: ScanExpiration
        /// The score of the first pass.
        var rank = 0.0
    }

    let right: OptionContract.Right
    let rules: IncomeScanRules
    let accountGates: AccountGates
    let market: ScanMarket
    let today: TradingDate

    init(_ right: OptionContract.Right, rules: IncomeScanRules, account: ScanAccount, market: ScanMarket) {
        self.right = right
        self.rules = rules
        self.market = market
        accountGates = AccountGates(account)
        today = market.today
    }

    /// Screens a universe; the finalists best first, twice as many as are asked for, since the full evaluation may rule
    /// out some.
    func finalists<Candidate>(
        _ universe: some Sequence<ScanUnderlying>,
        _ result: inout ScanResult<Candidate>
    ) -> [Finalist] {
        var best = BestFew<Finalist>(capacity: 2 * rules.limit)
        for underlying in universe {
            guard let facts = ScanFacts(underlying, market: market) else {
                result.skip("no price of the underlying")
                continue
            }
            if right == .call, facts.freeShares < 100 {
                result.reject(.freeShares)
                continue
            }
            screen(underlying.chain, facts, &best, &result)
        }
        return best.sorted
    }

    private func screen<Candidate>(
        _ chain: OptionChain,
        _ facts: ScanFacts,
        _ best: inout BestFew<Finalist>,
        _ result: inout ScanResult<Candidate>
    ) {
        var few = BestFew<(index: Int, expiration: ScanExpiration)>(capacity: 2 * rules.limitPerUnderlying)
        var ranks: [Int: Double] = [:]
        var calendar = ScanCalendar()
        let earliest = today.adding(days: rules.daysToExpiration.lowerBound)
        let latest = today.adding(days: rules.daysToExpiration.upperBound)
        let report = facts.earnings?.first
        let constants = constants(of: facts)
        for index in chain.options.indices where chain.options[index].contract.right == right {
            let expirationDate = chain.options[index].contract.expiration
            guard chain.options[index].contract.isPlain else {
                result.skip("adjusted contract")
                continue
            }
            result.examined += 1
            guard expirationDate >= earliest, expirationDate <= latest else {
                result.reject(.daysToExpiration)
                continue
            }
            guard let offered = chain.options[index].quote.bid, offered.sign == .plus, !offered.isZero else {
                result.reject(.bid)
                continue
            }
            if let interest = chain.options[index].quote.openInterest, interest < rules.minimumOpenInterest {
                result.reject(.openInterest)
                continue
            }
            if rules.rejectsEarnings, let report, report <= expirationDate {
                result.reject(.earnings)
                continue
            }
            if rules.rejectsUnknownEarnings, report == nil, facts.earnings == nil {
                result.reject(.earnings)
                continue
            }
            let strike = chain.options[index].contract.strike.double
            if let kind = failure(strike: strike, facts) {
                result.reject(kind)
                continue
            }
            guard
                let expiration = calendar.expiration(
                    of: chain.options[index].contract,
                    facts: facts,
                    market: market,
                    today: today
                )
            else {
                result.skip("expired")
                continue
            }
            let bid = offered.double
            let ask = chain.options[index].quote.ask?.double
            let mid = QuoteRule.mid(bid: bid, ask: ask)
            guard mid != nil || Self.reported(chain.options[index]) != nil else {
                result.skip("no usable mid and no reported volatility")
                continue
            }
            let openInterest = chain.options[index].quote.openInterest
            // Most options cannot reach the best few even with the volatility that suits them best: no need to find it.
            if rules.maximumDelta == nil {
                var hopeful = constants
                addQuoted(&hopeful, strike: strike, bid: bid, ask: ask, openInterest: openInterest, expiration, facts)
                hopeful.probability = rules.weights.probability.full
                hopeful.distance = rules.weights.distance.full
                if facts.historicalVolatility != nil { hopeful.volatilityRatio = rules.weights.volatilityRatio.full }
                if let bound = rules.weights.quickScore(hopeful), !few.accepts(bound) || !best.accepts(bound) {
                    result.eligible += 1
                    continue
                }
            }
            guard
                let volatility = mid.flatMap({ europeanVolatility($0, strike, expiration) })
                    ?? Self.reported(chain.options[index])
            else {
                result.skip("no implied volatility")
                continue
            }
            if let limit = rules.maximumDelta, abs(quickDelta(strike, volatility, expiration)) > limit {
                result.reject(.delta)
                continue
            }
            let measurements = measurements(
                strike: strike,
                bid: bid,
                ask: ask,
                openInterest: openInterest,
                volatility: volatility,
                expiration,
                facts,
                constants
            )
            guard let rank = rules.weights.quickScore(measurements) else {
                result.skip("fewer than half of the score's inputs are known")
                continue
            }
            result.eligible += 1
            if few.accepts(rank) {
                ranks[index] = rank
                few.offer((index, expiration), rank: rank)
            }
        }
        for entry in few.sorted {
            guard let rank = ranks[entry.index], best.accepts(rank) else { break }
            let option = chain.options[entry.index]
            best.offer(Finalist(option: option, facts: facts, expiration: entry.expiration, rank: rank), rank: rank)
        }
    }

    /// The first of the gates that hang on the strike alone.
    private func failure(strike: Double, _ facts: ScanFacts) -> ScanGate.Kind? {
        guard strike.isFinite, strike > 0 else { return .outOfTheMoney }
        if let least = rules.minimumOutOfTheMoney, outOfTheMoney(strike, facts.spot) < least { return .outOfTheMoney }
        switch right {
        case .put:
            return accountGates.failure(facts.symbol, dollars: strike * 100 * Double(rules.contracts))
        case .call:
            if Double(rules.contracts) * 100 > facts.freeShares { return .freeShares }
            if !rules.allowsBelowWheelBreakEven, let basis = facts.wheelBasis, strike < basis {
                return .wheelBreakEven
            }
            return nil
        }
    }

    func outOfTheMoney(_ strike: Double, _ spot: Double) -> Double {
        (right == .put ? spot - strike : strike - spot) / spot
    }

    private static func reported(_ option: borrowing ListedOption) -> Double? {
        guard let volatility = option.impliedVolatility, volatility.isFinite, volatility > 0, volatility <= 10 else {
            return nil
        }
        return volatility
    }

    /// The volatility of a mid with the European model, dividends taken off the spot; nil where none fits.
    func europeanVolatility(_ mid: Double, _ strike: Double, _ expiration: ScanExpiration) -> Double? {
        guard
            let terms = try? OptionTerms(
                style: .european,
                right: right,
                spot: expiration.carriedSpot,
                strike: strike,
                rate: market.rate,
                years: expiration.years
            )
        else { return nil }
        return try? market.pricer.impliedVolatility(terms, price: mid)
    }

    private func quickDelta(_ strike: Double, _ volatility: Double, _ expiration: ScanExpiration) -> Double {
        let deviation = volatility * expiration.rootYears
        let upper = log(expiration.forward / strike) / deviation + 0.5 * deviation
        let discount = exp(-expiration.yield * expiration.years)
        return discount * NormalDistribution.cumulative(right == .put ? -upper : upper)
    }

    /// Measurements of the underlying that are the same for all its options.
    func constants(of facts: ScanFacts) -> IncomeMeasurements {
        IncomeMeasurements(
            volatilityRank: facts.volatilityRank?.rank ?? .nan,
            trend: facts.regime.map { rules.weights.suitability($0.trend) } ?? .nan
        )
    }

    /// The score's inputs of one option.
    func measurements(
        strike: Double,
        bid: Double,
        ask: Double?,
        openInterest: Int?,
        volatility: Double,
        _ expiration: ScanExpiration,
        _ facts: ScanFacts,
        _ constants: IncomeMeasurements
    ) -> IncomeMeasurements {
        var inputs = constants
        let deviation = volatility * expiration.rootYears
        // Above the break-even for a put, below the strike for a call.
        let level = right == .put ? strike - bid : strike
        let score = (log(expiration.forward / level) - 0.5 * deviation * deviation) / deviation
        inputs.probability = level > 0 ? NormalDistribution.cumulative(right == .put ? score : -score) : 1
        inputs.distance = outOfTheMoney(strike, facts.spot) / deviation
        if let history = facts.historicalVolatility { inputs.volatilityRatio = volatility / history }
        addQuoted(&inputs, strike: strike, bid: bid, ask: ask, openInterest: openInterest, expiration, facts)
        return inputs
    }

    /// The inputs that need no volatility.
    private func addQuoted(
        _ inputs: inout IncomeMeasurements,
        strike: Double,
        bid: Double,
        ask: Double?,
        openInterest: Int?,
        _ expiration: ScanExpiration,
        _ facts: ScanFacts
    ) {
        let capital = right == .put ? strike : facts.spot
        inputs.excessReturn = bid / capital * 365 / Double(max(expiration.days, 1)) - market.rate
        if let ask, ask >= bid { inputs.spread = (ask - bid) / (0.5 * (ask + bid)) }
        if let openInterest { inputs.openInterest = Double(openInterest) }
    }
}
