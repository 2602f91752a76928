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
