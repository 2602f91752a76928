import Foundation
import Markets
import Testing

@Suite("Valuation of portfolios")
struct PortfolioValuationTests {
    private typealias Samples = ValuationSamples

    private let call = Samples.option(.call, 170, days: 30)
    private let put = Samples.option(.put, 150, days: 30)
    private let expired = Samples.option(.put, 150, days: -5)
    private let strange = Instrument.shares("XYZ")

    private var positions: [Position] {
        [
            Samples.position(.shares("AAPL"), 200, at: 15_000),
            Samples.position(.option(call), -1, at: 250),
            Samples.position(.option(put), -2, at: 300),
            Samples.position(.option(expired), -1, at: 100),
            Samples.position(.shares("KO"), 100, at: 6_000),
            Samples.position(strange, 10, at: 100),
        ]
    }

    private var market: MarketSnapshot {
        Samples.market([
            Samples.quote(.shares("AAPL"), bid: 15_995, ask: 16_005, close: 15_900),
            Samples.quote(.option(call), bid: 305, ask: 315), Samples.quote(.option(put), bid: 115, ask: 125),
            Samples.quote(.option(expired), bid: 1, ask: 2), Samples.quote(.shares("KO"), bid: 6_995, ask: 7_005),
        ])
    }

    @Test("values, gains, sums of Greeks, and what is left out")
    func totals() throws {
        let valuation = PortfolioValuation(Samples.portfolio(positions), market: market)
        // 32,000 - 310 - 240 + 7,000; gains 2,000 - 60 + 360 + 1,000.
        #expect(valuation.positionsValue == 38_450)
        #expect(valuation.unrealised == 3_300)
        #expect(valuation.netLiquidation == 58_450)
        // Only AAPL has a previous close: 200 × 1.00.
        #expect(valuation.dayChange == 200)
        #expect(valuation.unpriced.map(\.position.instrument) == [.option(expired), strange])
        #expect(valuation.uncovered.map(\.position.instrument) == [strange])
        #expect(valuation.greeks.covered == 4 && valuation.greeks.uncovered == 1)

        let shares = try #require(valuation.deltaSharesBySymbol["AAPL"])
        let parts = valuation.positions[0..<3].compactMap(\.deltaShares)
        #expect(parts.count == 3 && parts[0] == 200 && parts[1] < 0 && parts[2] > 0)
        #expect(agree(shares, parts.reduce(0, +), relative: 1e-12))
        #expect(agree(valuation.dollarDelta, shares * 160 + 7_000, relative: 1e-12))
        #expect(
            agree(valuation.thetaPerDay, valuation.positions.compactMap(\.thetaPerDay).reduce(0, +), relative: 1e-12)
        )
        #expect(valuation.thetaPerDay > 0 && valuation.vegaPerPoint < 0 && valuation.gammaDollarsPerPercent < 0)
        #expect(
            agree(valuation.rhoPerPoint, valuation.positions.compactMap(\.rhoPerPoint).reduce(0, +), relative: 1e-12)
        )
    }

    /// Each position is worked on by itself, on whichever core: the sums and every figure are those of one after the other.
    @Test("the figures do not depend on how many positions are valued at a time")
    func cores() throws {
        var positions: [Position] = []
        var quotes = [
            Samples.quote(.shares("AAPL"), bid: 15_995, ask: 16_005),
            Samples.quote(.shares("KO"), bid: 6_990, ask: 7_010),
        ]
        for index in 0..<120 {
            let right: OptionContract.Right = index.isMultiple(of: 3) ? .call : .put
            let contract = Samples.option(right, 120 + index / 2, days: 5 + index % 90)
            guard !positions.contains(where: { $0.instrument == .option(contract) }) else { continue }
            positions.append(Samples.position(.option(contract), index.isMultiple(of: 4) ? 1 : -1, at: 300 + index))
            let intrinsic = max(right == .call ? 40 - index / 2 : index / 2 - 40, 0) * 100
            let price = intrinsic + 100 + index
            quotes.append(Samples.quote(.option(contract), bid: price - 2, ask: price + 2))
        }
        let dividend = Dividend(
            symbol: "AAPL",
            exDate: Samples.today.adding(days: 20),
            amount: Decimal(25) / 100,
            source: "test"
        )
        let market = Samples.market(quotes, dividends: [dividend])
        let whole = PortfolioValuation(Samples.portfolio(positions), market: market)
        #expect(whole.positions.count == positions.count && whole.greeks.covered > 80)
        for (position, valued) in zip(positions, whole.positions) {
            // A single position is valued on the calling thread alone.
            let alone = try #require(
                PortfolioValuation(Samples.portfolio([position]), market: market).positions.first
            )
            #expect(valued.position == position)
            #expect(valued.greeks == alone.greeks && valued.impliedVolatility == alone.impliedVolatility)
            #expect(valued.assignment == alone.assignment && valued.exposure == alone.exposure)
        }
        let again = PortfolioValuation(Samples.portfolio(positions), market: market)
        #expect(again.greeks == whole.greeks && again.exposures == whole.exposures)
        #expect(again.requirement == whole.requirement && again.unrealised == whole.unrealised)
    }

    @Test("an option without a price of its own is valued by a model at the volatility beside it, and says so")
    func model() throws {
        func terms(_ strike: Double) throws -> OptionTerms {
            try OptionTerms(
                style: .american,
                right: .put,
                spot: 160,
                strike: strike,
                rate: 0.04,
                years: call.settlement.timeIntervalSince(Samples.now) / (365 * 86_400)
            )
        }
        func cents(_ strike: Double, _ volatility: Double) throws -> Int {
            Int((100 * (try OptionPricer().price(try terms(strike), volatility: volatility))).rounded())
        }
        let (low, high) = (Samples.option(.put, 145, days: 30), Samples.option(.put, 155, days: 30))
        let (lowPrice, highPrice) = (try cents(145, 0.30), try cents(155, 0.26))
        var quotes = [
            Samples.quote(.shares("AAPL"), bid: 15_999, ask: 16_001),
            Samples.quote(.option(low), bid: lowPrice - 1, ask: lowPrice + 1),
            Samples.quote(.option(high), bid: highPrice - 1, ask: highPrice + 1),
        ]
        let portfolio = Samples.portfolio([Samples.position(.option(put), -1, at: 300)])
        let valued = try #require(PortfolioValuation(portfolio, market: Samples.market(quotes)).positions.first)
        let mark = try #require(valued.mark)
        #expect(mark.basis == .model && mark.staleness?.contains("145 and 155 strikes") == true)
        let expected = try OptionPricer().price(try terms(150), volatility: 0.28)
        #expect(abs(NSDecimalNumber(decimal: mark.price).doubleValue - expected) < 0.02)
        #expect(valued.unpricedReason == nil && valued.greeks != nil)

        // An old last trade gives way to the model, a fresh one does not.
        var old = Samples.quote(.option(put), bid: nil, ask: nil, last: 90)
        old.asOf = Samples.now.addingTimeInterval(-3_600)
        let stale = PortfolioValuation(portfolio, market: Samples.market(quotes + [old])).positions.first
        #expect(stale?.mark?.basis == .model)
        let fresh = Samples.quote(.option(put), bid: nil, ask: nil, last: 90)
        let last = PortfolioValuation(portfolio, market: Samples.market(quotes + [fresh])).positions.first
        #expect(last?.mark?.basis == .last && last?.mark?.price == Decimal(90) / 100)

        // One side only, and too far away, is no ground to stand on.
        quotes.removeLast()
        quotes[1] = Samples.quote(.option(Samples.option(.put, 120, days: 30)), bid: 10, ask: 12)
        let none = try #require(PortfolioValuation(portfolio, market: Samples.market(quotes)).positions.first)
        #expect(none.mark == nil && none.unpricedReason == "no quote")
    }

    @Test("what short options could demand, and the cash that is free")
    func demands() throws {
        let valuation = PortfolioValuation(Samples.portfolio(positions), market: market)
        #expect(valuation.cashIfAssigned == 30_000)
        #expect(valuation.sharesCalledBySymbol == ["AAPL": 100])
        #expect(valuation.buyingPower.map(\.symbol) == ["AAPL"])
        let lines = try #require(valuation.buyingPower.first).estimate.lines
        #expect(lines.map(\.strategy) == [.coveredCall, .cashSecuredPut])
        #expect(valuation.requirement == 30_000)
        #expect(valuation.freeCash == -10_000)

        let margin = PortfolioValuation(
            Samples.portfolio(positions),
            market: market,
            settings: .init(account: .margin)
        )
        // Two puts at 100 × max(1.20 + 32 - 10, 1.20 + 15).
        #expect(agree(margin.requirement, 4_640, relative: 1e-12))
        #expect(margin.freeCash == 15_360)

        let unknown = PortfolioValuation(
            Samples.portfolio(positions, cash: .unknown(reason: "no deposits")),
            market: market
        )
        #expect(unknown.freeCash == nil && unknown.netLiquidation == nil && unknown.positionsValue == 38_450)
    }

    @Test("exposure is the larger of dollar delta and the cash short puts could take")
    func concentration() throws {
        let valuation = PortfolioValuation(Samples.portfolio(positions), market: market)
        let apple = try #require(valuation.exposures.first)
        let delta = try #require(valuation.greeks.dollarDeltaBySymbol["AAPL"])
        #expect(apple.symbol == "AAPL" && agree(apple.dollars, max(delta, 30_000), relative: 1e-12))
        #expect(valuation.exposures.map(\.symbol) == ["AAPL", "KO"])
        #expect(agree(valuation.exposures.map(\.weight).reduce(0, +), 1, relative: 1e-12))
        let concentration = try #require(valuation.concentration)
        let weight = apple.dollars / (apple.dollars + 7_000)
        #expect(agree(concentration.index, weight * weight + (1 - weight) * (1 - weight), relative: 1e-12))
        #expect(concentration.flag == .high)
    }

    @Test("without the underlying's price only puts secured by cash can be estimated")
    func unknownUnderlying() {
        let quotes = [
            Samples.quote(.option(put), bid: 115, ask: 125), Samples.quote(.option(call), bid: 305, ask: 315),
        ]
        let puts = PortfolioValuation(
            Samples.portfolio([Samples.position(.option(put), -1, at: 300)]),
            market: Samples.market(quotes)
        )
        #expect(puts.requirement == 15_000 && puts.freeCash == 5_000 && puts.buyingPowerUnknown.isEmpty)
        #expect(puts.exposures.map(\.dollars) == [15_000])
        let calls = PortfolioValuation(
            Samples.portfolio([Samples.position(.option(call), -1, at: 300)]),
            market: Samples.market(quotes)
        )
        #expect(calls.buyingPowerUnknown == ["AAPL"] && calls.freeCash == nil && calls.buyingPower.isEmpty)
        #expect(calls.uncovered.count == 1 && calls.concentration == nil)
    }

    @Test("an empty portfolio is worth its cash")
    func empty() {
        let valuation = PortfolioValuation(Samples.portfolio([]), market: Samples.market([]))
        #expect(valuation.netLiquidation == 20_000 && valuation.positionsValue == 0 && valuation.freeCash == 20_000)
        #expect(valuation.dayChange == nil && valuation.concentration == nil && valuation.exposures.isEmpty)
    }
}
