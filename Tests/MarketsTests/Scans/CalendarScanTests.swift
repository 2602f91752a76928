import Foundation
import Markets
import Testing

@Suite("Calendar scan")
struct CalendarScanTests {
    private func underlying(front: Double = 0.34, back: Double = 0.28, earnings: [TradingDate]? = []) throws
        -> ScanUnderlying
    {
        let chain = try ChainSamples.priced(
            spot: 100,
            days: [30, 61],
            strikes: [90, 95, 100, 105],
            halfSpread: 0.02
        ) { _, days in days == 30 ? front : back }
        return ScanUnderlying(chain: chain, earnings: earnings, volatilityRank: ScanSamples.rank)
    }

    @Test("sells the rich front at the bid, buys the back at the ask")
    func found() throws {
        let scan = CalendarScan(account: ScanAccount(freeCash: 1_000), market: ScanSamples.market)
        let result = scan.run([try underlying()])
        let best = try #require(result.candidates.first)
        #expect(result.candidates.count == 3)
        #expect(best.frontDays == 30 && best.backDays == 61 && best.front.strike == best.back.strike)
        #expect(agree(best.frontVolatility, 0.34, relative: 1e-6) && agree(best.backVolatility, 0.28, relative: 1e-6))
        #expect(agree(best.measures.debit, best.backAsk - best.frontBid, relative: 1e-12))
        #expect(agree(best.measures.debit, best.measures.backPrice - best.measures.frontPrice + 0.04, relative: 1e-6))
        #expect(best.scenarios.map(\.volatilityShift) == [-0.05, 0.05])
        for candidate in result.candidates {
            let sum = candidate.score.parts.reduce(0) { $0 + ($1.points ?? 0) }
            #expect(agree(sum, try #require(candidate.score.value), relative: 1e-12))
            #expect(candidate.isEligible && abs((candidate.front.strike - 100) / 100) <= 0.05)
        }
    }

    @Test("earnings before the front, dividends on calls, too little cash and impossible variance are ruled out")
    func gates() throws {
        let scan = CalendarScan(account: ScanAccount(freeCash: 1_000), market: ScanSamples.market)
        let before = try underlying(earnings: [ChainSamples.today.adding(days: 20)])
        #expect(scan.run([before]).rejected == [.earnings: 6])
        let between = try underlying(earnings: [ChainSamples.today.adding(days: 45)])
        #expect(scan.run([between]).candidates.first?.eventsBetween == [ChainSamples.today.adding(days: 45)])
        var paying = try underlying()
        let date = ChainSamples.today.adding(days: 15)
        paying.dividends = [Dividend(symbol: "XYZ", exDate: date, amount: 0.1, source: "test")]
        let puts = scan.run([paying])
        #expect(puts.rejected == [.exDividend: 3])
        #expect(puts.candidates.allSatisfy { $0.front.right == .put && $0.exDividend?.exDate == date })
        let poor = CalendarScan(account: ScanAccount(freeCash: 10), market: ScanSamples.market)
        #expect(poor.run([try underlying()]).rejected == [.cash: 6])
        // 0.2² × 60 < 0.34² × 30; the debits are below zero or the variance is.
        let broken = scan.run([try underlying(back: 0.2)])
        #expect(broken.candidates.isEmpty)
        #expect(broken.rejected[.forwardVariance, default: 0] + broken.rejected[.debit, default: 0] == 6)
    }
}
