import Evidence
import Foundation
import Markets

/// The facts of one position, in groups that tools choose from.
extension FactSheet {
    /// What is held and what it cost; for an option its terms too.
    mutating func addHolding(_ valuation: PositionValuation, source: String) {
        let position = valuation.position
        let subjects = position.instrument.factSubjects
        addQuantity(position, source: source)
        let rows = rows(of: position)
        if let averagePrice = position.averagePrice {
            addHeld(
                FactLabel.averagePrice,
                .decimal(averagePrice),
                .dollarsPerShare,
                of: subjects,
                source: source,
                formula: "average of the open lots' prices, without fees",
                rows: rows
            )
        }
        if let cost = valuation.cost {
            addHeld(
                FactLabel.cost,
                .decimal(cost),
                .dollars,
                of: subjects,
                source: source,
                formula: "quantity x multiplier x average price"
            )
        }
        if let opened = position.opened {
            addHeld(FactLabel.opened, .date(opened), .date, of: subjects, source: source)
        }
        addContract(valuation, source: source)
    }

    /// How many shares or contracts are held; below zero where they were sold.
    mutating func addQuantity(_ position: Position, source: String) {
        let instrument = position.instrument
        let rows = rows(of: position)
        addHeld(
            FactLabel.quantity,
            .decimal(position.quantity),
            instrument.contract == nil ? .shares : .contracts,
            of: instrument.factSubjects,
            source: source,
            formula: isReported ? nil : "bought less sold, over the rows of the history",
            rows: rows
        )
    }

    /// An option's terms and its days to expiration.
    mutating func addContract(_ valuation: PositionValuation, source: String) {
        guard let contract = valuation.position.instrument.contract else { return }
        let subjects = valuation.position.instrument.factSubjects
        addFixed(FactLabel.strike, .decimal(contract.strike), .dollarsPerShare, of: subjects, source: source)
        addFixed(FactLabel.expiration, .date(contract.expiration), .date, of: subjects, source: source)
        addFixed(FactLabel.right, .text(contract.right.rawValue), .text, of: subjects, source: source)
        if contract.multiplier != 100 {
            addFixed(FactLabel.multiplier, .decimal(Decimal(contract.multiplier)), .count, of: subjects, source: source)
        }
        if let days = valuation.daysToExpiration {
            addFixed(
                FactLabel.daysToExpiration,
                .decimal(Decimal(days)),
                .days,
                of: subjects,
                source: "computed",
                formula: "calendar days from New York's date to the expiration"
            )
        }
    }

    /// Price, value, profit and loss; or the gap where there is no price.
    ///
    /// - Parameter market: Where the price came from.
    mutating func addMarket(_ valuation: PositionValuation, in market: MarketSnapshot) {
        let subjects = valuation.position.instrument.factSubjects
        guard let mark = valuation.mark else {
            let reason = valuation.unpricedReason ?? "no quote"
            addFixed(FactLabel.gap, .text(reason), .text, of: subjects, source: "quotes", record: .unkeyed)
            addGap("\(valuation.position.instrument) is not priced: \(reason)")
            return
        }
        let markID = addPriced(
            FactLabel.mark,
            .decimal(mark.price),
            .dollarsPerShare,
            of: subjects,
            source: market.source(of: mark, for: valuation.position.instrument.symbol),
            asOf: mark.asOf,
            staleness: mark.staleness
        )
        func addDollars(_ label: String, _ value: Decimal?, _ formula: String) {
            guard let value else { return }
            addPriced(
                label,
                .decimal(value),
                .dollars,
                of: subjects,
                source: "computed",
                asOf: mark.asOf,
                staleness: mark.staleness,
                formula: formula,
                inputs: [markID]
            )
        }
        func addFraction(_ label: String, _ value: Double?, _ formula: String) {
            guard let value else { return }
            addPriced(
                label,
                .number(value),
                .fraction,
                of: subjects,
                source: "computed",
                asOf: mark.asOf,
                staleness: mark.staleness,
                formula: formula,
                inputs: [markID]
            )
        }
        addDollars(FactLabel.marketValue, valuation.marketValue, "quantity x multiplier x mark")
        addDollars(
            FactLabel.unrealised,
            valuation.unrealised,
            "quantity x multiplier x (mark - average price), less fees to open"
        )
        addDollars(FactLabel.dayChange, valuation.dayChange, "quantity x multiplier x (mark - previous close)")
        addFraction(FactLabel.percentOfMaximumProfit, valuation.percentOfMaxProfit, "(credit - mark) / credit")
        addFraction(FactLabel.percentReturn, valuation.percentReturn, "(mark - average price) / average price")
        addUnderlyingPrice(valuation, in: market)
    }

    /// The price of what an option is on.
    mutating func addUnderlyingPrice(_ valuation: PositionValuation, in market: MarketSnapshot) {
        guard valuation.position.instrument.contract != nil, let mark = valuation.underlyingMark else { return }
        addPriced(
            FactLabel.underlyingPrice,
            .decimal(mark.price),
            .dollarsPerShare,
            of: valuation.position.instrument.factSubjects,
            source: market.source(of: mark, for: valuation.position.instrument.underlying),
            asOf: mark.asOf,
            staleness: mark.staleness,
            record: .key(valuation.position.instrument.underlying)
        )
    }

    /// Sensitivities of a position; or the gap where they cannot be computed.
    mutating func addGreeks(_ valuation: PositionValuation) {
        let instrument = valuation.position.instrument
        let subjects = instrument.factSubjects
        guard let deltaShares = valuation.deltaShares else {
            let reason = valuation.impliedVolatilityFailure ?? valuation.unpricedReason ?? "no price"
            addGap("\(instrument) has no Greeks: \(reason)")
            return
        }
        let mark = valuation.mark
        func add(_ label: String, _ value: Double?, _ unit: Fact.Unit, _ formula: String) {
            guard let value else { return }
            addPriced(
                label,
                .number(value),
                unit,
                of: subjects,
                source: "computed",
                asOf: mark?.asOf,
                staleness: mark?.staleness ?? valuation.underlyingMark?.staleness,
                formula: formula
            )
        }
        let model = "American option model, implied volatility of the mark"
        if let greeks = valuation.greeks {
            add(FactLabel.delta, greeks.delta, .ratio, model)
            add(FactLabel.gamma, greeks.gamma, .ratio, model)
        }
        addImpliedVolatility(valuation)
        add(FactLabel.positionDelta, deltaShares, .shares, "quantity x multiplier x delta")
        add(FactLabel.dollarDelta, valuation.dollarDelta, .dollars, "position delta x underlying price")
        add(
            FactLabel.gammaDollars,
            valuation.gammaDollarsPerPercent,
            .dollars,
            "quantity x multiplier x gamma x price^2 / 100"
        )
        add(FactLabel.thetaPerDay, valuation.thetaPerDay, .dollars, "quantity x multiplier x theta / 365")
        add(FactLabel.vegaPerPoint, valuation.vegaPerPoint, .dollars, "quantity x multiplier x vega / 100")
        add(FactLabel.rhoPerPoint, valuation.rhoPerPoint, .dollars, "quantity x multiplier x rho / 100")
    }

    /// The volatility that a position's mark implies, where there is one.
    mutating func addImpliedVolatility(_ valuation: PositionValuation) {
        guard let volatility = valuation.impliedVolatility else { return }
        addPriced(
            FactLabel.impliedVolatility,
            .number(volatility),
            .fraction,
            of: valuation.position.instrument.factSubjects,
            source: "computed",
            asOf: valuation.mark?.asOf,
            staleness: valuation.mark?.staleness ?? valuation.underlyingMark?.staleness,
            formula: "volatility at which the model gives the mark"
        )
    }
}

extension MarketSnapshot {
    /// Where a price came from, and which of the quote's prices it is: `quotes.csv (mid)`.
    func source(of mark: Mark, for symbol: String) -> String {
        "\(quotes[symbol]?.source ?? "quotes") (\(mark.basis.rawValue))"
    }
}
