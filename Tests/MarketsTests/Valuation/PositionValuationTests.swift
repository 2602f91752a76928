import Foundation
import Markets
import Testing

@Suite("Valuation of positions")
struct PositionValuationTests {
    private typealias Samples = ValuationSamples

    private func value(_ position: Position, _ quotes: [Quote], dividends: [Dividend] = []) throws -> PositionValuation
    {
        let valuation = PortfolioValuation(
            Samples.portfolio([position]),
            market: Samples.market(quotes, dividends: dividends)
        )
        return try #require(valuation.positions.first)
    }

    @Test("shares: value, cost, gain, and the day's change with lots opened today counted from their price")
    func shares() throws {
        let shares = Instrument.shares("AAPL")
        let lots = [
            Lot(instrument: shares, quantity: 100, price: 140, fees: 1, opened: Samples.today.adding(days: -30)),
            Lot(instrument: shares, quantity: 100, price: 160, opened: Samples.today),
        ]
        let valuation = try value(
            Position(instrument: shares, lots: lots),
            [Samples.quote(shares, bid: 15_995, ask: 16_105, close: 15_800)]
        )
        #expect(valuation.mark?.price == Samples.dollars(16_050))
        #expect(valuation.underlyingMark == valuation.mark)
        #expect(valuation.marketValue == 32_100)
        #expect(valuation.cost == 30_000)
        #expect(valuation.unrealised == 2_099)
        // 100 × (160.50 - 158) + 100 × (160.50 - 160)
        #expect(valuation.dayChange == 300)
        #expect(agree(try #require(valuation.percentReturn), 0.07, relative: 1e-12))
        #expect(valuation.percentOfMaxProfit == nil)
        #expect(valuation.deltaShares == 200 && valuation.dollarDelta == 32_100 && valuation.thetaPerDay == 0)
        #expect(valuation.greeks == nil && valuation.impliedVolatility == nil && valuation.daysToExpiration == nil)
    }

    @Test("a short option: credit, gain and percentage of the most it can bring")
    func shortOption() throws {
        let contract = Samples.option(.put, 150, days: 30)
        let valuation = try value(
            Samples.position(.option(contract), -2, at: 300, fees: 130),
            [
                Samples.quote(.option(contract), bid: 115, ask: 125, close: 150),
                Samples.quote(.shares("AAPL"), bid: 15_995, ask: 16_005),
            ]
        )
        #expect(valuation.marketValue == -240)
        #expect(valuation.cost == -600)
        #expect(valuation.unrealised == Samples.dollars(36_000 - 130))
        #expect(agree(try #require(valuation.percentOfMaxProfit), 0.6, relative: 1e-12))
        #expect(valuation.percentReturn == nil)
        #expect(valuation.dayChange == 60)
        #expect(valuation.daysToExpiration == 30)
        #expect(valuation.intrinsic == 0 && valuation.extrinsic == Samples.dollars(120))
        #expect(valuation.pinRisk == false)

        // The same numbers straight from the pricer: 30 days and 5 hours to the close, and the hour that clocks are set
        // back on 2026-11-01.
        let years = (30 * 24 + 6) / (365 * 24.0)
        let terms = try OptionTerms(
            style: .american,
            right: .put,
            spot: 160,
            strike: 150,
            rate: 0.04,
            years: years
        )
        let volatility = try OptionPricer().impliedVolatility(terms, price: 1.2)
        let greeks = try OptionPricer().greeks(terms, volatility: volatility)
        #expect(agree(try #require(valuation.impliedVolatility), volatility, relative: 1e-7))
        #expect(agree(try #require(valuation.greeks).delta, greeks.delta, relative: 1e-6))
        #expect(agree(try #require(valuation.greeks).price, 1.2, relative: 1e-6))
        #expect(agree(try #require(valuation.deltaShares), -200 * greeks.delta, relative: 1e-6))
        #expect(agree(try #require(valuation.dollarDelta), -200 * 160 * greeks.delta, relative: 1e-6))
        #expect(agree(try #require(valuation.gammaDollarsPerPercent), -200 * greeks.gamma * 256, relative: 1e-6))
        #expect(agree(try #require(valuation.thetaPerDay), -200 * greeks.theta / 365, relative: 1e-6))
        #expect(agree(try #require(valuation.vegaPerPoint), -2 * greeks.vega, relative: 1e-6))
        #expect(agree(try #require(valuation.rhoPerPoint), -2 * greeks.rho, relative: 1e-4))
        let assignment = try #require(valuation.assignment)
        #expect(assignment.level == .low || assignment.level == .medium)
        #expect(assignment.probability > -greeks.delta && assignment.early != nil)
    }

    @Test("index options are European and some settle at the open")
    func index() throws {
        let weekly = Samples.option(.call, 5_200, days: 60, root: "SPXW")
        let monthly = Samples.option(.call, 5_200, days: 60, root: "SPX")
        #expect(weekly.style == .european && weekly.underlying == "SPX")
        #expect(Samples.option(.call, 100, days: 1).style == .american)
        #expect(weekly.settlement.timeIntervalSince(monthly.settlement) == 6.5 * 3_600)
        let terms = try OptionTerms(
            style: .european,
            right: .call,
            spot: 5_200,
            strike: 5_200,
            rate: 0.04,
            years: weekly.settlement.timeIntervalSince(Samples.now) / (365 * 86_400)
        )
        let price = try OptionPricer().price(terms, volatility: 0.2)
        let cents = Int((price * 100).rounded())
        let valuation = try value(
            Samples.position(.option(weekly), 1, at: cents),
            [
                Samples.quote(.option(weekly), bid: cents, ask: cents),
                Samples.quote(.shares("SPX"), bid: nil, ask: nil, last: 520_000),
            ]
        )
        #expect(agree(try #require(valuation.impliedVolatility), 0.2, relative: 1e-4))
        let greeks = try BlackScholes(terms, volatility: 0.2).greeks
        #expect(agree(try #require(valuation.greeks).delta, greeks.delta, relative: 1e-4))
    }

    @Test("a dividend before expiration enters price and assignment; one after it does not")
    func dividends() throws {
        let contract = Samples.option(.call, 150, days: 20)
        let quotes = [
            Samples.quote(.option(contract), bid: 1_006, ask: 1_014),
            Samples.quote(.shares("AAPL"), bid: 15_995, ask: 16_005),
        ]
        let near = Dividend(
            symbol: "AAPL",
            exDate: Samples.today.adding(days: 1),
            amount: Samples.dollars(50),
            source: "test"
        )
        let late = Dividend(
            symbol: "AAPL",
            exDate: Samples.today.adding(days: 21),
            amount: Samples.dollars(50),
            source: "test"
        )
        let past = Dividend(symbol: "AAPL", exDate: Samples.today, amount: Samples.dollars(50), source: "test")
        let position = Samples.position(.option(contract), -1, at: 800)
        let plain = try value(position, quotes, dividends: [late, past])
        let paying = try value(position, quotes, dividends: [late, near, past])
        #expect(plain.nextExDividend == late && paying.nextExDividend == near)
        #expect(plain.assignment?.early == 0 && plain.assignment?.level == .high)
        let early = try #require(paying.assignment?.early)
        #expect(early > 0.2)
        // The dividend exceeds the time value of 0.10 and goes ex in the next session.
        #expect(paying.assignment?.level == .imminent)
        #expect(paying.assignment?.isEarlyExerciseRational == true)
        #expect(paying.impliedVolatility != plain.impliedVolatility)
    }

    @Test("a short option without time value has no Greeks but its assignment is imminent")
    func noTimeValue() throws {
        let contract = Samples.option(.put, 200, days: 30)
        let position = Samples.position(.option(contract), -1, at: 1_000)
        let valuation = try value(
            position,
            [
                Samples.quote(.option(contract), bid: 4_000, ask: 4_000),
                Samples.quote(.shares("AAPL"), bid: 16_000, ask: 16_000),
            ]
        )
        #expect(valuation.greeks == nil && valuation.exposure == nil && valuation.impliedVolatility == nil)
        #expect(valuation.impliedVolatilityFailure == PricingError.noTimeValue.description)
        #expect(valuation.assignment?.level == .imminent && valuation.assignment?.probability == 1)
        #expect(valuation.marketValue == -4_000)
    }

    @Test("on its last day after the close an option has its intrinsic value's delta")
    func lastDay() throws {
        let contract = Samples.option(.call, 150, days: 0)
        let position = Samples.position(.option(contract), -1, at: 100)
        var market = Samples.market([
            Samples.quote(.option(contract), bid: 995, ask: 1_005),
            Samples.quote(.shares("AAPL"), bid: 16_000, ask: 16_000),
        ])
        market.now = Samples.today.newYorkInstant(hour: 17)
        let valuation = try #require(PortfolioValuation(Samples.portfolio([position]), market: market).positions.first)
        #expect(valuation.isExpired == false && valuation.daysToExpiration == 0)
        #expect(valuation.greeks == Greeks(price: 10, delta: 1, gamma: 0, theta: 0, vega: 0, rho: 0))
        #expect(valuation.deltaShares == -100)
        #expect(valuation.impliedVolatility == nil)
        #expect(valuation.assignment?.probability == 1)
    }

    @Test("what is missing is said")
    func missing() throws {
        let contract = Samples.option(.call, 150, days: 30)
        let option = Instrument.option(contract)
        let position = Samples.position(option, 1, at: nil)
        let stock = Samples.quote(.shares("AAPL"), bid: 16_000, ask: 16_000)
        let unquoted = try value(position, [stock])
        #expect(unquoted.unpricedReason == "no quote" && unquoted.marketValue == nil && unquoted.greeks == nil)
        #expect(unquoted.intrinsic == 10 && unquoted.extrinsic == nil)
        let unusable = try value(position, [stock, Samples.quote(option, bid: nil, ask: nil)])
        #expect(unusable.unpricedReason == "no usable price in the quote")
        let alone = try value(position, [Samples.quote(option, bid: 1_200, ask: 1_210)])
        #expect(alone.impliedVolatilityFailure == "no price of AAPL" && alone.intrinsic == nil)
        #expect(alone.cost == nil && alone.unrealised == nil && alone.percentReturn == nil)
        #expect(alone.marketValue == 1_205)

        let adjusted = Samples.option(.call, 150, days: 30, root: "AAPL1", multiplier: 104)
        let valued = try value(
            Samples.position(.option(adjusted), 1, at: 1_000),
            [stock, Samples.quote(.option(adjusted), bid: 1_200, ask: 1_210)]
        )
        #expect(valued.greeks == nil && valued.intrinsic == nil)
        #expect(valued.impliedVolatilityFailure?.hasPrefix("adjusted contract: what it delivers is not known") == true)
        #expect(valued.marketValue == Decimal(125_320) / 100)
    }

    @Test("an option past its last day is left alone, with the reason")
    func expired() throws {
        let contract = Samples.option(.put, 150, days: -3)
        let valuation = try value(
            Samples.position(.option(contract), -1, at: 100),
            [
                Samples.quote(.option(contract), bid: 1, ask: 2),
                Samples.quote(.shares("AAPL"), bid: 16_000, ask: 16_000),
            ]
        )
        #expect(
            valuation.isExpired && valuation.mark == nil && valuation.exposure == nil && valuation.assignment == nil
        )
        #expect(
            valuation.unpricedReason
                == "expired 2026-10-11; the broker's expiration or assignment row is not in the history"
        )
    }
}
