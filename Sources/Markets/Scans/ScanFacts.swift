import Foundation

/// What a scan knows of one underlying apart from its chain, with prices as numbers.
struct ScanFacts: Sendable {
    let symbol: String
    let spot: Double
    let carry: CarryForward
    let dividends: [Dividend]
    let earnings: [TradingDate]?
    let volatilityRank: VolatilityRank?
    let historicalVolatility: Double?
    let regime: MarketRegime.State?
    let freeShares: Double
    let shareBasis: Double?
    let wheelBasis: Double?
    let wheelGap: String?

    /// - Returns: nil when there is no usable price of the underlying.
    init?(_ underlying: ScanUnderlying, market: ScanMarket) {
        guard let spot = (underlying.spot ?? underlying.chain.underlyingPrice)?.double, spot > 0, spot < 1e9 else {
            return nil
        }
        symbol = underlying.symbol
        self.spot = spot
        let today = market.today
        dividends = underlying.dividends.isEmpty ? [] : underlying.dividends.upcoming(underlying.symbol, today)
        carry = CarryForward(spot: spot, rate: market.rate, now: market.now, dividends: dividends)
        earnings = underlying.earnings.map { $0.filter { $0 >= today }.sorted() }
        volatilityRank = underlying.volatilityRank
        historicalVolatility = underlying.historicalVolatility.flatMap { $0.isFinite && $0 > 0 ? $0 : nil }
        regime = underlying.regime
        freeShares = underlying.freeShares.double
        shareBasis = underlying.shareBasis.map(\.double)
        wheelBasis = underlying.wheelBasis.map(\.double)
        wheelGap = underlying.wheelGap
    }

    /// The first report on or before a day.
    func earnings(until expiration: TradingDate) -> TradingDate? {
        earnings?.first.flatMap { $0 <= expiration ? $0 : nil }
    }

    func exDividend(until expiration: TradingDate) -> Dividend? {
        dividends.first.flatMap { $0.exDate <= expiration ? $0 : nil }
    }
}

/// One expiration as the formulas need it.
struct ScanExpiration: Sendable {
    let expiration: TradingDate
    let days: Int
    /// Years until settlement.
    let years: Double
    let rootYears: Double
    /// Continuous yield with the same forward as the cash dividends: ln(S / (S - PV)) / T.
    let yield: Double
    /// S less the present value of the dividends.
    let carriedSpot: Double
    let forward: Double

    /// - Returns: nil when it has no time left or the dividends exceed the spot.
    init?(_ contract: OptionContract, facts: ScanFacts, market: ScanMarket, today: TradingDate) {
        years = contract.settlement.timeIntervalSince(market.now) / (365 * 86_400)
        expiration = contract.expiration
        days = today.days(until: expiration)
        carriedSpot = facts.spot - facts.carry.presentValue(until: expiration)
        guard years > 0, carriedSpot > 0 else { return nil }
        rootYears = years.squareRoot()
        forward = carriedSpot * exp(market.rate * years)
        yield = carriedSpot == facts.spot ? 0 : log(facts.spot / carriedSpot) / years
    }

    func terms(
        _ style: OptionTerms.Style,
        _ right: OptionContract.Right,
        strike: Double,
        spot: Double,
        rate: Double
    ) throws(PricingError) -> OptionTerms {
        try OptionTerms(
            style: style,
            right: right,
            spot: spot,
            strike: strike,
            rate: rate,
            dividendYield: yield,
            years: years
        )
    }
}

/// The expirations of one chain, each worked out once.
struct ScanCalendar {
    private var entries: [(day: Int, root: String, value: ScanExpiration?)] = []
    private var last = 0

    mutating func expiration(
        of contract: OptionContract,
        facts: ScanFacts,
        market: ScanMarket,
        today: TradingDate
    ) -> ScanExpiration? {
        let day = contract.expiration.daysSinceEpoch
        if last < entries.count, entries[last].day == day, entries[last].root == contract.root {
            return entries[last].value
        }
        if let found = entries.firstIndex(where: { $0.day == day && $0.root == contract.root }) {
            last = found
            return entries[found].value
        }
        let value = ScanExpiration(contract, facts: facts, market: market, today: today)
        last = entries.count
        entries.append((day, contract.root, value))
        return value
    }
}

extension OptionContract {
    /// As ``isAdjusted``, without walking characters.
    var isPlain: Bool {
        guard multiplier == 100, let last = root.utf8.last else { return false }
        return !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains(last)
    }
}
