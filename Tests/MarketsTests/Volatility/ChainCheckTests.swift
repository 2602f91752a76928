import Foundation
import Markets
import Testing

@Suite("Checks of a chain's quotes")
struct ChainCheckTests {
    /// Quotes a cent around American prices at 30 % volatility: nine strikes, two expirations, both rights.
    private func consistent() throws -> OptionChain {
        var options: [ListedOption] = []
        for days in [30, 60] {
            for strike in stride(from: 84, through: 116, by: 4) {
                for right in OptionContract.Right.allCases {
                    let terms = try OptionTerms(
                        style: .american,
                        right: right,
                        spot: 100,
                        strike: Double(strike),
                        rate: 0.03,
                        years: Double(days) / 365
                    )
                    let cents = try (100 * OptionPricer().price(terms, volatility: 0.3)).rounded()
                    options.append(
                        ChainSamples.option(
                            right,
                            Decimal(strike),
                            days: days,
                            bid: Decimal(cents - 1) / 100,
                            ask: Decimal(cents + 1) / 100
                        )
                    )
                }
            }
        }
        return OptionChain(underlying: "XYZ", underlyingPrice: 100, options: options)
    }

    private func check(_ chain: OptionChain) -> ChainCheck {
        ChainCheck(chain, price: 100, rate: 0.03, now: ChainSamples.now)
    }

    @Test("quotes of one model contradict nothing, and give its volatility back")
    func consistency() throws {
        let chain = try consistent()
        let check = check(chain)
        #expect(check.violations.isEmpty)
        #expect(check.unexpired == 36 && check.quoted.count == 36)
        #expect(check.solvable == 36 && check.solved == 36)
        for option in check.quoted where abs(option.contract.strike - 100) <= 12 {
            let volatility = try #require(option.volatility)
            // A cent of rounding, and the yield that parity gives from it.
            #expect(abs(volatility - 0.3) < 0.01, "\(option.contract.symbol) \(volatility)")
        }
        for yield in check.yields.values { #expect(abs(yield) < 0.01) }
    }

    /// One quote is changed; each case names the rule that has to notice.
    @Test(
        "each contradiction is found by its rule",
        arguments: [
            (ChainCheck.Rule.crossed, OptionContract.Right.call, 100, 30, "9.00", "3.00"),
            (.belowIntrinsic, .call, 84, 30, "15.00", "15.50"), (.aboveBound, .put, 100, 30, "100.50", "101.00"),
            (.parity, .call, 100, 30, "4.50", "4.60"), (.monotonicity, .put, 104, 30, "2.00", "2.10"),
            (.verticalWidth, .put, 116, 30, "26.00", "26.10"), (.convexity, .call, 100, 60, "6.60", "6.70"),
            (.calendar, .put, 100, 60, "2.50", "2.60"),
        ]
    )
    func violations(
        rule: ChainCheck.Rule,
        right: OptionContract.Right,
        strike: Int,
        days: Int,
        bid: String,
        ask: String
    ) throws {
        var chain = try consistent()
        let changed = ChainSamples.option(
            right,
            Decimal(strike),
            days: days,
            bid: Decimal(string: bid),
            ask: Decimal(string: ask)
        )
        let index = try #require(chain.options.firstIndex { $0.contract == changed.contract })
        chain.options[index] = changed
        let found = check(chain).violations.filter { $0.rule == rule }
        #expect(!found.isEmpty)
        let areOfIt = found.allSatisfy { $0.contracts.contains(changed.contract) && $0.gain > 0.005 }
        #expect(areOfIt)
    }

    @Test("what has no price, no time or no volatility is counted as such")
    func gaps() throws {
        var chain = try consistent()
        chain.options.append(ChainSamples.option(.put, 60, days: 30, bid: nil, ask: 0.05))
        chain.options.append(ChainSamples.option(.put, 60, days: -5, bid: 1, ask: 2))
        chain.options.append(ChainSamples.option(.call, 70, days: 30, bid: 29, ask: 30.5))
        let check = check(chain)
        #expect(check.unexpired == 38)
        #expect(check.quoted.count == 37)
        let cheap = try #require(check.quoted.first { $0.contract.strike == 70 })
        #expect(!cheap.isSolvable && cheap.volatility == nil)
        #expect(cheap.refusal != nil)
        #expect(check.solvable == 36 && check.solved == 36)
    }
}
