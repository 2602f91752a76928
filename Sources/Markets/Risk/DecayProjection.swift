import Foundation

/// What passing time does to option positions: each leg revalued on each day at the same price of the underlying and
/// the same implied volatility, expirations settled on the way. The straight line of today's theta stands beside it:
/// decay quickens near the strike and slows away from it, which a straight line does not show.
public struct DecayProjection: Sendable {
    /// A leg to be projected.
    public struct Leg: Sendable, Hashable {
        /// The option.
        public var contract: OptionContract
        /// Contracts, negative when short.
        public var contracts: Double
        /// Price per share of the underlying, held fixed; nil when it is not known.
        public var spot: Double?
        /// Implied volatility per year, held fixed; nil when it is not known.
        public var volatility: Double?

        /// A leg.
        public init(contract: OptionContract, contracts: Double, spot: Double?, volatility: Double?) {
            self.contract = contract
            self.contracts = contracts
            self.spot = spot
            self.volatility = volatility
        }
    }

    /// One day.
    public struct Day: Sendable, Hashable {
        /// The day, at the hour of today's valuation.
        public let date: TradingDate
        /// Days from today.
        public let days: Int
        /// Model value of all legs in dollars, settled ones at their intrinsic value.
        public let value: Double
        /// ``value`` less today's.
        public let change: Double
        /// Today's theta per day times the days.
        public let straightLine: Double
        /// Contracts that ended since the day before.
        public let settled: [OptionContract]
    }

    /// Today and each day until the horizon.
    public let days: [Day]
    /// Today's theta in dollars per day.
    public let thetaPerDay: Double
    /// Legs in the figures.
    public let covered: Int
    /// Legs without a price or a volatility, which are in none of them.
    public let uncovered: [OptionContract]

    /// - Parameters:
    ///   - legs: the positions; adjusted contracts count as uncovered.
    ///   - market: the time of the valuation and the interest rate.
    ///   - dividends: of any ticker; those that go ex during a leg's life are in its value.
    ///   - horizon: days, 1 to 365.
    /// - Throws: ``DataGap`` when no leg can be valued.
    public init(
        _ legs: [Leg],
        market: ScanMarket,
        dividends: [Dividend] = [],
        horizon: Int = 30
    ) throws(DataGap) {
        var valued: [Valued] = []
        var uncovered: [OptionContract] = []
        for leg in legs {
            if let entry = Valued(leg, market: market, dividends: dividends) {
                valued.append(entry)
            } else {
                uncovered.append(leg.contract)
            }
        }
        guard !valued.isEmpty else { throw DataGap("decay projection", "no leg has a price and an implied volatility") }
        let theta = valued.reduce(0) { $0 + $1.thetaPerDay }
        var days: [Day] = []
        var first: Double?
        for day in 0...min(max(horizon, 1), 365) {
            let value = valued.reduce(0) { $0 + $1.value(after: day) }
            let start = first ?? value
            first = start
            guard value.isFinite else { throw DataGap("decay projection", "a leg has no finite value") }
            days.append(
                Day(
                    date: market.today.adding(days: day),
                    days: day,
                    value: value,
                    change: value - start,
                    straightLine: theta * Double(day),
                    settled: valued.filter { $0.isSettled(after: day) && !$0.isSettled(after: day - 1) }
                        .map(\.contract)
                )
            )
        }
        self.days = days
        thetaPerDay = theta
        covered = valued.count
        self.uncovered = uncovered
    }

    /// A leg with its value as a function of time.
    private struct Valued {
        let contract: OptionContract
        let thetaPerDay: Double
        private let units: Double
        private let spot, strike, volatility, years: Double
        private let market: ScanMarket
        private let payments: [OptionTerms.CashDividend]

        init?(_ leg: Leg, market: ScanMarket, dividends: [Dividend]) {
            contract = leg.contract
            guard let each = contract.perShare, let spot = leg.spot, let volatility = leg.volatility, spot > 0,
                volatility > 0,
                leg.contracts.isFinite
            else { return nil }
            self.spot = spot
            self.volatility = volatility
            self.market = market
            units = leg.contracts * each.shares.double
            strike = each.strike.double
            years = contract.settlement.timeIntervalSince(market.now) / (365 * 86_400)
            guard years > 0 else { return nil }
            let upcoming = dividends.upcoming(contract.underlying, market.today)
            payments = CarryForward(spot: spot, rate: market.rate, now: market.now, dividends: upcoming)
                .cashDividends(until: contract.expiration)
            guard let terms = Self.terms(contract, spot, strike, market.rate, payments, years, after: 0),
                let greeks = try? market.pricer.greeks(terms, volatility: volatility)
            else { return nil }
            thetaPerDay = greeks.thetaPerDay * units
        }

        func isSettled(after day: Int) -> Bool { Double(day) / 365 >= years - 1e-9 }

        func value(after day: Int) -> Double {
            let elapsed = Double(day) / 365
            guard let terms = Self.terms(contract, spot, strike, market.rate, payments, years, after: elapsed) else {
                return .nan
            }
            guard !isSettled(after: day) else { return units * terms.intrinsic }
            return units * ((try? market.pricer.price(terms, volatility: volatility)) ?? .nan)
        }

        private static func terms(
            _ contract: OptionContract,
            _ spot: Double,
            _ strike: Double,
            _ rate: Double,
            _ payments: [OptionTerms.CashDividend],
            _ years: Double,
            after elapsed: Double
        ) -> OptionTerms? {
            try? OptionTerms(
                style: contract.style,
                right: contract.right,
                spot: spot,
                strike: strike,
                rate: rate,
                dividends: payments.map { .init(years: $0.years - elapsed, amount: $0.amount) },
                years: years - elapsed
            )
        }
    }
}
