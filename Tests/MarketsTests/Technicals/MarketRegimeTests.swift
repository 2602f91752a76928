import Foundation
import Markets
import Testing

@Suite("Market regime")
struct MarketRegimeTests {
    @Test("agrees day by day with a plain calculation in numpy")
    func reference() throws {
        let file = try TechnicalsFile.load()
        for (symbol, expected) in file.regimes {
            let states = MarketRegime.history(of: file.daily(symbol))
            #expect(states.count == 131)
            for (index, reference) in expected.enumerated() {
                let state = states[10 * index]
                #expect(
                    state.votes == reference.votes && state.dailyTrend.rawValue == reference.daily,
                    "\(symbol) \(index)"
                )
                #expect(state.trend.rawValue == reference.trend, "\(symbol) \(index)")
                #expect(agree(state.directionalIndex, reference.adx, relative: 1e-9))
                #expect(agree(state.volatilityPercentile, reference.percentile, relative: 1e-9))
                #expect(agree(state.return63, reference.return63, relative: 1e-10))
                #expect(agree(state.deviation63, reference.sd63, relative: 1e-8))
                #expect(agree(state.volatility20, reference.hv20, relative: 1e-8))
                #expect(state.isHighVolatility == (reference.percentile > 80))
            }
        }
    }

    @Test("what comes later changes nothing")
    func noLookAhead() throws {
        let file = try TechnicalsFile.load()
        for symbol in file.bars.keys {
            let bars = file.daily(symbol)
            let all = MarketRegime.history(of: bars)
            for length in stride(from: 200, through: bars.count, by: 17) {
                let truncated = MarketRegime.history(of: Array(bars.prefix(length)))
                #expect(truncated == Array(all.prefix(length - 199)))
            }
        }
    }

    @Test("needs 200 bars; a steady advance is a bull market, a steady decline a bear market")
    func limits() throws {
        #expect(MarketRegime.history(of: ScanSamples.bars(count: 199, factor: 1.001)).isEmpty)
        #expect(throws: DataGap.self) { try MarketRegime.latest(of: ScanSamples.bars(count: 199, factor: 1.001)) }
        let first = try #require(MarketRegime.history(of: ScanSamples.bars(count: 200, factor: 1.001)).first)
        #expect(first.slope200 == nil && first.votes == 2 && first.trend == .bull)
        #expect(try MarketRegime.latest(of: ScanSamples.bars(count: 300, factor: 1.001)).trend == .bull)
        #expect(try MarketRegime.latest(of: ScanSamples.bars(count: 300, factor: 0.999)).trend == .bear)
    }
}
