import Foundation

extension PositionValuation {
    /// Values a position at the prices of a market.
    init(_ position: Position, market: MarketSnapshot, pricer: OptionPricer, beside neighbours: NeighbourQuotes) {
        let instrument = position.instrument
        let contract = instrument.contract
        let days = contract.map { market.today.days(until: $0.expiration) }
        let isExpired = days.map { $0 < 0 } ?? false
        let quote = market.quotes[instrument.symbol]
        var mark = isExpired ? nil : quote.flatMap { Mark($0, now: market.now) }
        let underlyingMark =
            contract == nil ? mark : market.quotes[instrument.underlying].flatMap { Mark($0, now: market.now) }
        if let contract, !isExpired, !NeighbourQuotes.isGood(quote, now: market.now),
            let model = neighbours.mark(of: contract, spot: underlyingMark?.price, market: market, pricer: pricer)
        {
            mark = model
        }

        self.position = position
        self.mark = mark
        self.underlyingMark = underlyingMark
        self.isExpired = isExpired
        daysToExpiration = days
        nextExDividend = OptionValuation.upcoming(instrument.underlying, market).first
        if isExpired, let contract {
            unpricedReason =
                "expired \(contract.expiration); the broker's expiration or assignment row is not in the history"
        } else {
            unpricedReason = mark == nil ? (quote == nil ? "no quote" : "no usable price in the quote") : nil
        }

        let quantity = position.quantity
        let units = quantity * Decimal(instrument.multiplier)
        let average = position.averagePrice
        marketValue = mark.map { units * $0.price }
        cost = position.cost
        if let marketValue, let cost {
            unrealised = marketValue - cost - position.fees
        } else {
            unrealised = nil
        }
        if let mark, let average, average > 0 {
            let change = ((mark.price - average) / average).double
            percentOfMaxProfit = quantity < 0 && contract != nil ? -change : nil
            percentReturn = quantity > 0 ? change : nil
        } else {
            percentOfMaxProfit = nil
            percentReturn = nil
        }
        dayChange = mark.flatMap { position.dayChange(to: $0.price, from: quote?.previousClose, on: market.today) }

        guard let contract, !isExpired else {
            (impliedVolatility, impliedVolatilityFailure, greeks) = (nil, nil, nil)
            (intrinsic, extrinsic, assignment, pinRisk) = (nil, nil, nil, false)
            exposure =
                contract == nil ? mark.map { PositionGreeks(shares: quantity.double, spot: $0.price.double) } : nil
            return
        }
        let option = OptionValuation(
            contract,
            isShort: quantity < 0,
            mark: mark?.price,
            spot: underlyingMark?.price,
            market: market,
            pricer: pricer
        )
        impliedVolatility = option.impliedVolatility
        impliedVolatilityFailure = option.failure
        greeks = option.greeks
        intrinsic = option.intrinsic
        assignment = option.assignment
        pinRisk = option.hasPinRisk
        if let mark, let intrinsic = option.intrinsic {
            extrinsic = mark.price - intrinsic
        } else {
            extrinsic = nil
        }
        if let greeks = option.greeks, let underlyingMark {
            exposure = PositionGreeks(
                greeks,
                quantity: quantity.double,
                multiplier: Double(contract.multiplier),
                spot: underlyingMark.price.double
            )
        } else {
            exposure = nil
        }
    }
}

extension Position {
    /// Quantity × multiplier × price over all lots, exactly; nil where a price is unknown.
    fileprivate var cost: Decimal? {
        var sum: Decimal = 0
        for lot in lots {
            guard let price = lot.price else { return nil }
            sum += price * lot.quantity
        }
        return sum * Decimal(instrument.multiplier)
    }

    /// The dollars gained today: lots opened today from their price, the others from the previous close.
    fileprivate func dayChange(to price: Decimal, from previousClose: Decimal?, on today: TradingDate) -> Decimal? {
        var sum: Decimal = 0
        for lot in lots {
            guard let start = lot.opened == today ? lot.price : previousClose else { return nil }
            sum += lot.quantity * (price - start)
        }
        return sum * Decimal(instrument.multiplier)
    }
}
