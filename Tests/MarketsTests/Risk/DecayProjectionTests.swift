import Foundation
import Markets
import Testing

@Suite("Decay projection")
struct DecayProjectionTests {
    private func leg(_ right: OptionContract.Right, _ strike: Decimal, days: Int, _ contracts: Double)
        -> DecayProjection.Leg
    {
        let contract = ChainSamples.option(right, strike, days: days, bid: nil, ask: nil).contract
        return DecayProjection.Leg(contract: contract, contracts: contracts, spot: 100, volatility: 0.3)
    }

    @Test("revalues each day; a call without dividends is Black-Scholes at the time left")
    func revalued() throws {
        let value = try DecayProjection([leg(.call, 100, days: 30, -2)], market: ScanSamples.market, horizon: 31)
        #expect(value.days.count == 32 && value.covered == 1)
        for day in value.days where day.days < 30 {
            let terms = try OptionTerms(
                style: .european,
                right: .call,
                spot: 100,
                strike: 100,
                rate: 0.045,
                years: Double(30 - day.days) / 365
            )
            let expected = -200 * (try BlackScholes(terms, volatility: 0.3).greeks.price)
            #expect(agree(day.value, expected, relative: 1e-9))
        }
        // At the money decay quickens: after 10 of 30 days a short has gained more than today's theta says.
        let middle = value.days[10]
        #expect(middle.change > 0 && middle.straightLine > 0 && middle.change > middle.straightLine)
        #expect(value.days[30].value == 0 && value.days[31].value == 0)
        #expect(value.days[30].settled.count == 1 && value.days[31].settled.isEmpty)
        #expect(agree(value.days[7].straightLine, 7 * value.thetaPerDay, relative: 1e-12))
    }

    @Test("legs end one after the other at their intrinsic value; what cannot be valued is named")
    func legs() throws {
        var blind = leg(.put, 90, days: 20, 1)
        blind.volatility = nil
        let legs = [leg(.put, 105, days: 8, -1), leg(.put, 95, days: 40, 1), blind]
        let value = try DecayProjection(legs, market: ScanSamples.market, horizon: 20)
        #expect(value.covered == 2 && value.uncovered == [blind.contract])
        #expect(value.days[8].settled == [legs[0].contract])
        let alone = try DecayProjection([legs[1]], market: ScanSamples.market, horizon: 20)
        #expect(agree(value.days[15].value, alone.days[15].value - 500, relative: 1e-9))
        #expect(throws: DataGap.self) { try DecayProjection([blind], market: ScanSamples.market) }
    }
}
