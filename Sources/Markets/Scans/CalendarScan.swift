import Foundation

/// Finds long calendars near the money in the chains of many underlyings: the pairs that pass the gates are ranked by
/// what the front's volatility exceeds the back's, and the best of each underlying are worked out.
public struct CalendarScan: Sendable {
    /// Gates, limits and weights.
    public var rules: CalendarScanRules
    /// Free cash, exposures and limits.
    public var account: ScanAccount
    /// Time and interest rate.
    public var market: ScanMarket

    /// A scan for an account.
    public init(
        rules: CalendarScanRules = CalendarScanRules(),
        account: ScanAccount = ScanAccount(),
        market: ScanMarket
    ) {
        self.rules = rules
        self.account = account
        self.market = market
    }

    /// The best candidates of a universe that no gate rules out, by score.
    public func run(_ universe: some Sequence<ScanUnderlying>) -> ScanResult<CalendarCandidate> {
        var result = ScanResult<CalendarCandidate>()
        let gates = AccountGates(account)
        for underlying in universe {
            guard let facts = ScanFacts(underlying, market: market) else {
                result.skip("no price of the underlying")
                continue
            }
            for pair in pairs(underlying.chain, facts, gates, &result) {
                do {
                    let candidate = try CalendarCandidate(pair, rules: rules, account: gates, market: market)
                    if let failed = candidate.gates.first(where: { $0.outcome == .failed }) {
                        result.reject(failed.kind)
                    } else if candidate.score.value == nil {
                        result.skip("fewer than half of the score's inputs are known")
                    } else {
                        result.candidates.append(candidate)
                    }
                } catch {
                    result.skip(error.reason)
                }
            }
        }
        result.keepBest(rules.limit, perSymbol: rules.limitPerUnderlying, symbol: \.front.underlying) {
            $0.score.value
        }
        return result
    }

    /// One leg that may be in a calendar.
    private struct Leg {
        let index: Int
        let right: OptionContract.Right
        let strike: Double
        let bid, ask: Double
        let volatility: Double
        let expiration: ScanExpiration
    }

    /// The pairs of an underlying worth working out, best first.
    private func pairs(
        _ chain: OptionChain,
        _ facts: ScanFacts,
        _ gates: AccountGates,
        _ result: inout ScanResult<CalendarCandidate>
    ) -> [CalendarCandidate.Pair] {
        let legs = legs(chain, facts, &result)
        let backs = Dictionary(grouping: legs) { LegKey(right: $0.right, strike: $0.strike) }
        var best = BestFew<CalendarCandidate.Pair>(capacity: rules.limitPerUnderlying)
        for front in legs where rules.frontDays.contains(front.expiration.days) {
            if rules.rejectsEarnings, facts.earnings(until: front.expiration.expiration) != nil {
                result.reject(.earnings)
                continue
            }
            if rules.rejectsExDividend, front.right == .call,
                facts.exDividend(until: front.expiration.expiration) != nil
            {
                result.reject(.exDividend)
                continue
            }
            for back in backs[LegKey(right: front.right, strike: front.strike)] ?? []
            where rules.gapDays.contains(back.expiration.days - front.expiration.days) {
                result.examined += 1
                let debit = back.ask - front.bid
                guard debit >= 0.01 else {
                    result.reject(.debit)
                    continue
                }
                let variance =
                    back.volatility * back.volatility * back.expiration.years
                    - front.volatility * front.volatility * front.expiration.years
                guard variance >= 0 else {
                    result.reject(.forwardVariance)
                    continue
                }
                if let kind = gates.failure(facts.symbol, dollars: debit * 100) {
                    result.reject(kind)
                    continue
                }
                result.eligible += 1
                // What is gained by the front's richer volatility less what the spreads cost, near enough to rank by.
                let cost = (front.ask - front.bid + back.ask - back.bid) / debit
                let rank = front.volatility - back.volatility - 0.1 * cost
                best.offer(
                    CalendarCandidate.Pair(
                        front: chain.options[front.index],
                        back: chain.options[back.index],
                        frontExpiration: front.expiration,
                        backExpiration: back.expiration,
                        frontVolatility: front.volatility,
                        backVolatility: back.volatility,
                        facts: facts
                    ),
                    rank: rank
                )
            }
        }
        return best.sorted
    }

    private struct LegKey: Hashable {
        let right: OptionContract.Right
        let strike: Double
    }

    /// The options near the money with two-sided quotes and a volatility.
    private func legs(
        _ chain: OptionChain,
        _ facts: ScanFacts,
        _ result: inout ScanResult<CalendarCandidate>
    ) -> [Leg] {
        let today = market.today
        let earliest = today.adding(days: rules.frontDays.lowerBound)
        let latest = today.adding(days: rules.frontDays.upperBound + rules.gapDays.upperBound)
        let puts = IncomeScreen(.put, rules: .puts, account: account, market: market)
        let calls = IncomeScreen(.call, rules: .calls, account: account, market: market)
        var calendar = ScanCalendar()
        var legs: [Leg] = []
        for index in chain.options.indices {
            let date = chain.options[index].contract.expiration
            guard date >= earliest, date <= latest, chain.options[index].contract.isPlain,
                let bid = chain.options[index].quote.bid, bid.sign == .plus, !bid.isZero
            else { continue }
            let strike = chain.options[index].contract.strike.double
            guard abs(strike / facts.spot - 1) <= rules.maximumDistance + 1e-9 else { continue }
            if let interest = chain.options[index].quote.openInterest, interest < rules.minimumOpenInterest {
                result.reject(.openInterest)
                continue
            }
            let (low, high) = (bid.double, chain.options[index].quote.ask?.double)
            guard let high, let mid = QuoteRule.mid(bid: low, ask: high) else {
                result.skip("no usable mid")
                continue
            }
            let right = chain.options[index].contract.right
            guard
                let expiration = calendar.expiration(
                    of: chain.options[index].contract,
                    facts: facts,
                    market: market,
                    today: today
                ),
                // Both legs by one method: their difference is what counts.
                let volatility = (right == .put ? puts : calls).europeanVolatility(mid, strike, expiration)
            else {
                result.skip("no implied volatility")
                continue
            }
            legs.append(
                Leg(
                    index: index,
                    right: right,
                    strike: strike,
                    bid: low,
                    ask: high,
                    volatility: volatility,
                    expiration: expiration
                )
            )
        }
        return legs
    }
}
