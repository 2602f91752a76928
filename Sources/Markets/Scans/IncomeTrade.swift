import Foundation

/// What short puts and covered calls have in common once they are worked out fully.
struct IncomeTrade {
    let strike: Double
    let bid: Double
    let ask: Double?
    let volatility: Double
    let basis: VolatilityBasis
    let greeks: Greeks
    let terms: OptionTerms
    let assignment: AssignmentEstimate
    let measurements: IncomeMeasurements

    /// - Throws: ``DataGap`` when the option has no bid, no volatility or a price no model explains.
    init(_ finalist: IncomeScreen.Finalist, _ screen: IncomeScreen) throws(DataGap) {
        let option = finalist.option
        let (facts, expiration, market) = (finalist.facts, finalist.expiration, screen.market)
        let figure = "candidate \(option.contract)"
        strike = option.contract.strike.double
        guard let bid = option.quote.bid?.double, bid > 0, bid.isFinite else { throw DataGap(figure, "nobody bids") }
        self.bid = bid
        ask = option.quote.ask.map(\.double)
        let mid = QuoteRule.mid(bid: bid, ask: ask)
        do {
            // With cash dividends ahead the closed form on the spot less their value stands in for the grid, which
            // costs a thousand times as much and differs little out of the money.
            let style: OptionTerms.Style = expiration.yield == 0 ? option.contract.style : .european
            let terms = try expiration.terms(
                style,
                screen.right,
                strike: strike,
                spot: facts.spot,
                rate: market.rate
            )
            let solved = mid.flatMap { try? market.pricer.impliedVolatility(terms, price: $0) }
            let reported = option.impliedVolatility.flatMap { $0.isFinite && $0 > 0 && $0 <= 10 ? $0 : nil }
            guard let volatility = solved ?? reported else {
                throw DataGap(figure, "its quote has no usable mid and its source reports no volatility")
            }
            self.terms = terms
            self.volatility = volatility
            basis = solved == nil ? .reported : (style == .american ? .american : .european)
            greeks = try market.pricer.greeks(terms, volatility: volatility)
            // The estimate knows the dividend as cash, so the terms must not hold it a second time as a yield.
            let exercised = try OptionTerms(
                style: option.contract.style,
                right: screen.right,
                spot: facts.spot,
                strike: strike,
                rate: market.rate,
                dividends: facts.carry.cashDividends(until: expiration.expiration),
                years: expiration.years
            )
            assignment = try AssignmentEstimate(
                exercised,
                volatility: volatility,
                price: mid ?? bid,
                daysToExpiration: expiration.days,
                exDividend: Self.exDividend(facts, expiration, market)
            )
            measurements = screen.measurements(
                strike: strike,
                bid: bid,
                ask: ask,
                openInterest: option.quote.openInterest,
                volatility: volatility,
                expiration,
                facts,
                screen.constants(of: facts)
            )
        } catch let error as PricingError {
            throw DataGap(figure, error.description)
        } catch let error as DataGap {
            throw error
        } catch {
            throw DataGap(figure, "\(error)")
        }
    }

    /// Gates that every such trade must meet.
    func gates(_ finalist: IncomeScreen.Finalist, _ screen: IncomeScreen) -> [ScanGate] {
        let (option, facts, rules) = (finalist.option, finalist.facts, screen.rules)
        let expiration = option.contract.expiration
        let limits = rules.daysToExpiration
        var gates = [
            ScanGate(.bid, .value(bid), minimum: 0.01),
            ScanGate(
                .openInterest,
                Reading(option.quote.openInterest.map(Double.init), orMissing: "the source gives no open interest"),
                minimum: Double(rules.minimumOpenInterest)
            ),
            ScanGate(
                .daysToExpiration,
                .value(Double(finalist.expiration.days)),
                minimum: Double(limits.lowerBound),
                maximum: Double(limits.upperBound)
            ),
        ]
        if let least = rules.minimumOutOfTheMoney {
            gates.append(ScanGate(.outOfTheMoney, .value(screen.outOfTheMoney(strike, facts.spot)), minimum: least))
        }
        if let limit = rules.maximumDelta {
            gates.append(ScanGate(.delta, .value(abs(greeks.delta)), maximum: limit))
        }
        gates.append(Self.earningsGate(facts, expiration, rejects: rules.rejectsEarnings))
        return gates
    }

    /// Reports on or before the expiration; none is allowed where the rules reject them.
    static func earningsGate(_ facts: ScanFacts, _ expiration: TradingDate, rejects: Bool) -> ScanGate {
        ScanGate(
            .earnings,
            Reading(
                facts.earnings.map { Double($0.count { $0 <= expiration }) },
                orMissing: "the date of the next report is not known"
            ),
            maximum: rejects ? 0 : nil
        )
    }

    private static func exDividend(
        _ facts: ScanFacts,
        _ expiration: ScanExpiration,
        _ market: ScanMarket
    ) -> AssignmentEstimate.ExDividend? {
        guard let next = facts.exDividend(until: expiration.expiration),
            let payment = facts.carry.cashDividends(until: expiration.expiration).first
        else { return nil }
        return AssignmentEstimate.ExDividend(
            years: payment.years,
            sessions: TradingSession.count(after: market.today, through: next.exDate),
            amount: payment.amount
        )
    }
}
