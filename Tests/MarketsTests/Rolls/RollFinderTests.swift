import Foundation
import Markets
import Testing

@Suite("Rolls")
struct RollFinderTests {
    /// A short put of 7 days at 100 and what it may be rolled into; XYZ at `spot`.
    private func underlying(spot: Decimal, ask: Decimal, _ others: [ListedOption], dividends: [Dividend] = [])
        -> ScanUnderlying
    {
        let held = ChainSamples.option(.put, 100, days: 7, bid: ask - 0.1, ask: ask, volatility: 0.3)
        return ScanUnderlying(
            chain: OptionChain(underlying: "XYZ", underlyingPrice: spot, options: [held] + others),
            dividends: dividends,
            earnings: [ChainSamples.today.adding(days: 50)]
        )
    }

    private var others: [ListedOption] {
        [
            ChainSamples.option(.put, 95, days: 42, bid: 2.0, ask: nil, volatility: 0.3),
            ChainSamples.option(.put, 96, days: 56, bid: 2.5, ask: nil, volatility: 0.3),
            ChainSamples.option(.put, 90, days: 42, bid: 0.9, ask: nil, volatility: 0.3),
            ChainSamples.option(.put, 105, days: 42, bid: 7, ask: nil, volatility: 0.3),
            ChainSamples.option(.put, 95, days: 29, bid: 2.0, ask: nil, volatility: 0.3),
            ChainSamples.option(.put, 95, days: 61, bid: 3.0, ask: nil, volatility: 0.3),
            ChainSamples.option(.put, 100, days: 42, bid: 4.0, ask: nil, volatility: 0.3),
            ChainSamples.option(.put, 94, days: 42, bid: nil, ask: 2, volatility: 0.3),
            ChainSamples.option(.call, 105, days: 42, bid: 3.0, ask: nil, volatility: 0.3),
        ]
    }

    @Test("closes at the ask, opens at the bid, ranks by credit per extra day")
    func candidates() throws {
        let put = ChainSamples.option(.put, 100, days: 7, bid: nil, ask: nil).contract
        let finder = RollFinder(market: ScanSamples.market)
        let outcome = try finder.rolls(of: put, credit: 3, in: underlying(spot: 104, ask: 1, others))
        #expect(outcome.candidates.map(\.contract.strike) == [96, 95])
        let best = try #require(outcome.candidates.first)
        #expect(agree(best.netCredit, 1.5, relative: 1e-12) && best.extraDays == 49)
        #expect(agree(best.creditPerDay, 1.5 / 49, relative: 1e-12) && best.strikeImprovement == 4)
        #expect(best.earnings == [ChainSamples.today.adding(days: 50)])
        #expect(outcome.candidates[1].earnings == [])
        #expect(agree(outcome.candidates[1].creditPerDay, 1.0 / 35, relative: 1e-12))
        // Of 42 days: 90 pays less than closing costs, 100 has a delta above 0.30, 94 has no bid; the rest is not
        // looked at.
        #expect(outcome.examined == 5)
        #expect(outcome.rejected == ["a net debit": 1, "delta above 0.3": 1, "nobody bids": 1])
        #expect(outcome.candidates.allSatisfy { abs($0.delta) <= 0.30 && (30...60).contains($0.daysToExpiration) })
    }

    @Test("triggers: profit, days left, a tested strike")
    func triggers() throws {
        let put = ChainSamples.option(.put, 100, days: 7, bid: nil, ask: nil).contract
        let finder = RollFinder(market: ScanSamples.market)
        let half = try finder.rolls(of: put, credit: 2, in: underlying(spot: 104, ask: 1, others))
        #expect(half.triggers == [.profit(0.5), .daysLeft(7)] && half.profit == .value(0.5))
        let early = RollFinder(rules: .init(profitTrigger: 0.9, daysTrigger: 5), market: ScanSamples.market)
        #expect(try early.rolls(of: put, credit: 2, in: underlying(spot: 104, ask: 1, others)).triggers.isEmpty)
        let tested = try early.rolls(of: put, credit: 2, in: underlying(spot: 100, ask: 1, others))
        #expect(tested.triggers == [.testedStrike])
        let unknown = try finder.rolls(of: put, credit: nil, in: underlying(spot: 104, ask: 1, others))
        #expect(unknown.profit.value == nil && unknown.triggers == [.daysLeft(7)])
    }

    @Test("a debit is shown only to rescue an option in the money")
    func debit() throws {
        let put = ChainSamples.option(.put, 100, days: 7, bid: nil, ask: nil).contract
        let rules = RollFinder.Rules(maximumDelta: 0.7)
        let rescue = try RollFinder(rules: rules, market: ScanSamples.market)
            .rolls(of: put, credit: 2, in: underlying(spot: 97, ask: 3.2, others))
        #expect(rescue.candidates.contains { $0.netCredit < 0 } && rescue.candidates.contains { $0.netCredit > 0 })
        let strict = RollFinder.Rules(maximumDelta: 0.7, allowsDebitInTheMoney: false)
        let none = try RollFinder(rules: strict, market: ScanSamples.market)
            .rolls(of: put, credit: 2, in: underlying(spot: 97, ask: 3.2, others))
        #expect(!none.candidates.isEmpty && none.candidates.allSatisfy { $0.netCredit >= 0 })
    }

    @Test("a call is rolled up and out, and an ex-date before its end is a reason")
    func call() throws {
        let held = ChainSamples.option(.call, 105, days: 14, bid: 0.5, ask: 0.6, volatility: 0.25)
        let up = ChainSamples.option(.call, 110, days: 45, bid: 0.9, ask: nil, volatility: 0.25)
        let down = ChainSamples.option(.call, 100, days: 45, bid: 4, ask: nil, volatility: 0.25)
        let dividend = Dividend(symbol: "XYZ", exDate: ChainSamples.today.adding(days: 9), amount: 0.2, source: "test")
        let underlying = ScanUnderlying(
            chain: OptionChain(underlying: "XYZ", underlyingPrice: 100, options: [held, up, down]),
            dividends: [dividend]
        )
        let outcome = try RollFinder(market: ScanSamples.market).rolls(of: held.contract, credit: 1, in: underlying)
        #expect(outcome.candidates.map(\.contract) == [up.contract])
        #expect(outcome.candidates.first?.strikeImprovement == 5 && outcome.candidates.first?.earnings == nil)
        #expect(outcome.triggers == [.daysLeft(14), .exDividend(dividend)])
    }

    @Test("without an offer or the contract there is nothing to say")
    func gaps() throws {
        let finder = RollFinder(market: ScanSamples.market)
        var chain = underlying(spot: 104, ask: 1, others)
        let held = chain.chain.options[0].contract
        let other = ChainSamples.option(.put, 80, days: 7, bid: nil, ask: nil).contract
        #expect(throws: DataGap.self) { try finder.rolls(of: other, credit: 1, in: chain) }
        chain.chain.options[0].quote.ask = nil
        #expect(throws: DataGap.self) { try finder.rolls(of: held, credit: 1, in: chain) }
        chain.chain.underlyingPrice = nil
        #expect(throws: DataGap.self) { try finder.rolls(of: held, credit: 1, in: chain) }
    }
}
