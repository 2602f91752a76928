import Foundation
import Markets
import Testing

@Suite("Hedge suggestions")
struct HedgeSuggestionsTests {
    private func index() throws -> ScanUnderlying {
        let chain = try ChainSamples.priced(
            "SPXW",
            spot: 500,
            days: [20, 61, 100],
            strikes: Array(stride(from: 400, through: 580, by: 10)),
            halfSpread: 0.05
        ) { _, _ in 0.2 }
        return ScanUnderlying(chain: OptionChain(underlying: "SPX", underlyingPrice: 500, options: chain.options))
    }

    private let contributors = [
        HedgeSuggestions.Contributor(symbol: "AAPL", betaWeightedDelta: 80, vegaPerPoint: -40, thetaPerDay: 12),
        HedgeSuggestions.Contributor(symbol: "NVDA", betaWeightedDelta: 120, vegaPerPoint: -50, thetaPerDay: 20),
        HedgeSuggestions.Contributor(symbol: "SPY", betaWeightedDelta: -50),
    ]

    @Test("four ways to the target, each with its cost and what it does in a decline")
    func candidates() throws {
        let value = try HedgeSuggestions(
            current: 150,
            target: 90,
            contributors: contributors,
            index: try index(),
            market: ScanSamples.market
        )
        #expect(value.candidates.map(\.kind) == HedgeSuggestions.Kind.allCases && value.gaps.isEmpty)
        let put = value.candidates[0]
        // Of 61 days at 20 % the put of delta nearest -0.30 is that of 480, by the closed form below: two take off
        // about 60.
        func greeks(_ right: OptionContract.Right, _ strike: Double) throws -> Greeks {
            let terms = try OptionTerms(
                style: .european,
                right: right,
                spot: 500,
                strike: strike,
                rate: 0.045,
                years: 61.0 / 365
            )
            return try BlackScholes(terms, volatility: 0.2).greeks
        }
        let strike = try #require(
            try stride(from: 400.0, through: 580, by: 10).min {
                try abs(greeks(.put, $0).delta + 0.3) < abs(greeks(.put, $1).delta + 0.3)
            }
        )
        let bought = try greeks(.put, strike)
        let leg = try #require(put.legs.first)
        let count = (60 / (-100 * bought.delta)).rounded()
        #expect(leg.contract.strike == Decimal(strike) && Double(leg.contracts) == count && put.legs.count == 1)
        let cost = count * 100 * (bought.price + 0.05)
        #expect(agree(try #require(put.cost.value), cost, relative: 1e-6))
        #expect(agree(put.betaWeightedDelta, count * 100 * bought.delta, relative: 1e-5))
        #expect(agree(put.vegaPerPoint, count * 100 * bought.vegaPerPoint, relative: 1e-4))
        #expect(put.thetaPerDay < 0)
        let down = try #require(put.scenarios.last)
        #expect(down.change == -0.2)
        #expect(agree(down.hedge, count * 100 * (strike - 400) - cost, relative: 1e-6))
        #expect(agree(down.total, down.hedge - 150 * 100, relative: 1e-9))
        let spread = value.candidates[1]
        let width = try #require(spread.legs.first).contract.strike - (try #require(spread.legs.last)).contract.strike
        let most = NSDecimalNumber(decimal: width).doubleValue * 100 * Double(spread.legs[0].contracts)
        #expect(try #require(spread.cost.value) > 0)
        #expect(agree(spread.scenarios[1].hedge, most - (try #require(spread.cost.value)), relative: 1e-9))
        let collar = value.candidates[2]
        #expect(collar.legs.map(\.contract.right) == [.put, .call])
        #expect(collar.legs[0].contracts == -collar.legs[1].contracts)
        let reduce = value.candidates[3]
        #expect(reduce.symbol == "NVDA" && reduce.fraction == 0.5 && reduce.betaWeightedDelta == -60)
        #expect(reduce.vegaPerPoint == 25 && reduce.thetaPerDay == -10 && reduce.cost.value == nil)
        #expect(reduce.scenarios.map(\.hedge) == [3_000, 6_000])
        #expect(value.candidates.allSatisfy { !$0.notCovered.isEmpty })
    }

    @Test("what cannot be worked out is named")
    func gaps() throws {
        var far = try index()
        far.chain.options.removeAll { $0.contract.expiration == ChainSamples.today.adding(days: 61) }
        let value = try HedgeSuggestions(
            current: 150,
            target: 90,
            contributors: [],
            index: far,
            market: ScanSamples.market
        )
        #expect(value.candidates.isEmpty && Set(value.gaps.keys) == Set(HedgeSuggestions.Kind.allCases))
        for target in [150.0, 200, .nan] {
            #expect(throws: DataGap.self) {
                try HedgeSuggestions(
                    current: 150,
                    target: target,
                    contributors: contributors,
                    index: try index(),
                    market: ScanSamples.market
                )
            }
        }
    }
}
