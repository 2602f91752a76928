import Foundation
import Markets
import Testing

@Suite("Covered call scan")
struct CoveredCallScanTests {
    private func underlying(
        strike: Decimal = 105,
        days: Int = 30,
        shares: Decimal = 100,
        wheelBasis: Decimal? = nil,
        dividends: [Dividend] = []
    ) -> ScanUnderlying {
        let call = ChainSamples.option(
            .call,
            strike,
            days: days,
            bid: 1.2,
            ask: nil,
            openInterest: 1050,
            volatility: 0.25
        )
        return ScanUnderlying(
            chain: OptionChain(underlying: "XYZ", underlyingPrice: 100, options: [call]),
            dividends: dividends,
            earnings: [],
            volatilityRank: ScanSamples.rank,
            historicalVolatility: 0.25,
            regime: ScanSamples.bull,
            freeShares: shares,
            shareBasis: 96,
            wheelBasis: wheelBasis
        )
    }

    @Test("returns on the shares, and both bases after being called")
    func measures() throws {
        let result = CoveredCallScan(market: ScanSamples.market).run([underlying(wheelBasis: 94)])
        let call = try #require(result.candidates.first)
        #expect(agree(call.returnOnShares, 0.012, relative: 1e-12))
        #expect(agree(call.annualisedSimple, 0.012 * 365 / 30, relative: 1e-12))
        #expect(agree(call.annualisedCompound, pow(1.012, 365.0 / 30) - 1, relative: 1e-9))
        #expect(agree(call.returnIfCalled, 0.062, relative: 1e-12))
        #expect(agree(try #require(call.returnOnShareBasis.value), 106.2 / 96 - 1, relative: 1e-12))
        #expect(agree(try #require(call.returnOnWheelBasis.value), 106.2 / 94 - 1, relative: 1e-12))
        // scipy: norm.cdf((log(100/105) + (0.045 - 0.25**2/2)*30/365) / (0.25*sqrt(30/365)))
        #expect(agree(call.probabilityCalled, 0.2530358057267055, relative: 1e-9), "\(call.probabilityCalled)")
        let sum = call.score.parts.reduce(0) { $0 + ($1.points ?? 0) }
        #expect(agree(sum, try #require(call.score.value), relative: 1e-12))
    }

    @Test("without free shares, and below the wheel's break-even, nothing is offered")
    func gates() throws {
        let scan = CoveredCallScan(market: ScanSamples.market)
        #expect(scan.run([underlying(shares: 99)]).rejected == [.freeShares: 1])
        #expect(scan.run([underlying(wheelBasis: 105.01)]).rejected == [.wheelBreakEven: 1])
        #expect(scan.run([underlying(wheelBasis: 105)]).candidates.count == 1)
        var asked = scan
        asked.rules.allowsBelowWheelBreakEven = true
        #expect(asked.run([underlying(wheelBasis: 110)]).candidates.count == 1)
        let none = try #require(scan.run([underlying()]).candidates.first)
        #expect(none.returnOnWheelBasis.value == nil && none.returnOnWheelBasis.reason != nil)
    }

    @Test("a dividend that makes early exercise likely rules a call out")
    func dividend() throws {
        let large = Dividend(symbol: "XYZ", exDate: ChainSamples.today.adding(days: 28), amount: 6, source: "test")
        let scan = CoveredCallScan(market: ScanSamples.market)
        #expect(scan.run([underlying(dividends: [large])]).rejected == [.earlyAssignment: 1])
        let small = Dividend(symbol: "XYZ", exDate: ChainSamples.today.adding(days: 5), amount: 0.05, source: "test")
        let call = try #require(scan.run([underlying(dividends: [small])]).candidates.first)
        let gate = try #require(call.gates.first { $0.kind == .earlyAssignment })
        #expect(gate.outcome == .passed && gate.maximum == 0.10)
        #expect(call.exDividend == small)
    }
}
