import Foundation
import MagnusTestSupport
import Markets
import Testing

@Suite("Cash-secured put scan")
struct CashSecuredPutScanTests {
    private let rich = ScanAccount(freeCash: 50_000, netLiquidation: 100_000)

    @Test("a candidate has the measures of the definition and a score that its parts add up to")
    func golden() throws {
        // The first case of product_definitions.json: S 100, K 95, 30 days, r 4.5 %, IV 30 %, premium 1.20.
        let scan = CashSecuredPutScan(account: rich, market: ScanSamples.market)
        let result = scan.run([ScanSamples.put()])
        let candidate = try #require(result.candidates.first)
        #expect(result.examined == 1 && result.eligible == 1 && result.rejected.isEmpty && result.unknown.isEmpty)
        #expect(candidate.volatilityBasis == .reported && candidate.daysToExpiration == 30)
        #expect(agree(candidate.measures.probabilityOfProfit, 0.7716176047593825, relative: 1e-9))
        #expect(agree(candidate.measures.annualisedSimple, 0.15368421052631578, relative: 1e-12))
        #expect(agree(try #require(candidate.measures.distanceInDeviations), 0.5813458204571208, relative: 1e-9))
        #expect(agree(candidate.assignment.inTheMoneyAtExpiration, 0.2754597486582781, relative: 1e-9))
        // By hand, each input clipped to its ramp; the spread has no offer, so its weight of 5 is out of the sum.
        let parts = [
            25 * (0.15368421052631578 - 0.045) / 0.30, 20 * (0.7716176047593825 - 0.6) / 0.3,
            15 * 0.5813458204571208 / 1.5, 10 * (50.0 - 20) / 60, 10 * (0.3 / 0.25 - 0.9) / 0.6,
            5 * (1050.0 - 100) / 1900, 10,
        ]
        let expected = parts.reduce(0, +) * 100 / 95
        #expect(agree(try #require(candidate.score.value), expected, relative: 1e-9))
        #expect(agree(candidate.score.coverage, 0.95, relative: 1e-12))
        let spread = try #require(candidate.score.parts.first { $0.name == "spread" })
        #expect(spread.points == nil && spread.input.reason == "no offer")
        #expect(candidate.collateral == 9500 && candidate.isEligible)
    }

    @Test("the mid is inverted with the American model where there is one")
    func american() throws {
        let terms = try OptionTerms(
            style: .american,
            right: .put,
            spot: 100,
            strike: 95,
            rate: 0.045,
            years: 30.0 / 365
        )
        let price = try OptionPricer().price(terms, volatility: 0.27)
        let underlying = ScanSamples.put(
            bid: ChainSamples.decimal(price - 0.01),
            ask: ChainSamples.decimal(price + 0.01),
            volatility: nil
        )
        let scan = CashSecuredPutScan(account: rich, market: ScanSamples.market)
        let candidate = try #require(scan.run([underlying]).candidates.first)
        #expect(candidate.volatilityBasis == .american)
        #expect(agree(candidate.impliedVolatility, 0.27, relative: 1e-6))
        #expect(candidate.score.parts.allSatisfy { $0.points != nil })
    }

    @Test(
        "each gate rules out by itself and says what it saw",
        arguments: [
            (ScanSamples.put(openInterest: 9), ScanGate.Kind.openInterest),
            (ScanSamples.put(days: 6), .daysToExpiration),
            (ScanSamples.put(days: 61), .daysToExpiration),
            (ScanSamples.put(bid: 0), .bid),
            (ScanSamples.put(strike: 101), .outOfTheMoney),
            (ScanSamples.put(earnings: [ChainSamples.today.adding(days: 30)]), .earnings),
        ]
    )
    func gates(_ underlying: ScanUnderlying, _ kind: ScanGate.Kind) throws {
        let scan = CashSecuredPutScan(account: rich, market: ScanSamples.market)
        let result = scan.run([underlying])
        #expect(result.candidates.isEmpty && result.rejected == [kind: 1])
        guard kind != .bid else { return }
        let candidate = try scan.candidate(underlying.chain.options[0], of: underlying)
        #expect(candidate.gates.filter { $0.outcome == .failed }.map(\.kind) == [kind])
        #expect(!candidate.isEligible)
    }

    @Test("cash, the name's weight and the concentration index are limits of the account")
    func account() throws {
        let underlying = ScanSamples.put()
        func rejected(_ account: ScanAccount) -> [ScanGate.Kind: Int] {
            CashSecuredPutScan(account: account, market: ScanSamples.market).run([underlying]).rejected
        }
        #expect(rejected(ScanAccount(freeCash: 9499, netLiquidation: 100_000)) == [.cash: 1])
        #expect(rejected(ScanAccount(freeCash: 9500, netLiquidation: 100_000)) == [:])
        let full = ScanAccount(freeCash: 50_000, netLiquidation: 100_000, exposures: ["XYZ": 15_501])
        #expect(rejected(full) == [.nameWeight: 1])
        let even = ScanAccount(
            freeCash: 50_000,
            netLiquidation: 100_000,
            exposures: ["ABC": 9500],
            maximumConcentrationIndex: 0.49
        )
        // Two equal exposures: the golden index of 0.5.
        #expect(rejected(even) == [.concentrationIndex: 1])
        let candidate = try CashSecuredPutScan(account: even, market: ScanSamples.market)
            .candidate(underlying.chain.options[0], of: underlying)
        #expect(candidate.concentrationAfter?.index == 0.5)
    }

    @Test("what is not known is unknown: it neither passes nor fails, and never counts as zero")
    func unknown() throws {
        var underlying = ScanSamples.put(ask: 1.3, openInterest: nil, earnings: nil)
        underlying.volatilityRank = nil
        underlying.historicalVolatility = nil
        underlying.regime = nil
        let scan = CashSecuredPutScan(market: ScanSamples.market)
        let candidate = try #require(scan.run([underlying]).candidates.first)
        let unknown = Set(candidate.gates.filter { $0.outcome == .unknown }.map(\.kind))
        #expect(unknown == [.cash, .nameWeight, .earnings, .openInterest])
        let missing = candidate.score.parts.filter { $0.points == nil }
        #expect(missing.map(\.name) == ["IV rank", "IV / HV30", "open interest", "trend"])
        #expect(missing.allSatisfy { $0.input.reason?.isEmpty == false })
        #expect(candidate.expectedValueAtHistoricalVolatility.value == nil)
        #expect(agree(candidate.score.coverage, 0.65, relative: 1e-12))
        var strict = scan
        strict.rules.rejectsUnknownEarnings = true
        #expect(strict.run([underlying]).rejected == [.earnings: 1])
        underlying.chain.options[0].impliedVolatility = nil
        underlying.chain.options[0].quote.ask = nil
        #expect(scan.run([underlying]).unknown.values.reduce(0, +) == 1)
        underlying.chain.underlyingPrice = nil
        #expect(scan.run([underlying]).unknown == ["no price of the underlying": 1])
    }

    @Test("parts sum to the score, nothing is infinite, and the best come first")
    func properties() throws {
        var generator = SeededGenerator(seed: 7)
        var universe: [ScanUnderlying] = []
        for name in 0..<40 {
            let spot = Double.random(in: 5...400, using: &generator)
            var options: [ListedOption] = []
            for _ in 0..<60 {
                let bid = Decimal(Int.random(in: 0...900, using: &generator)) / 100
                options.append(
                    ChainSamples.option(
                        Bool.random(using: &generator) ? .put : .call,
                        ChainSamples.decimal((spot * Double.random(in: 0.5...1.2, using: &generator)).rounded()),
                        days: Int.random(in: -3...90, using: &generator),
                        root: "S\(String(UnicodeScalar(UInt8(65 + name % 26))))\(name < 26 ? "A" : "B")",
                        bid: Bool.random(using: &generator) ? bid : nil,
                        ask: Bool.random(using: &generator) ? bid + 0.1 : nil,
                        openInterest: Bool.random(using: &generator)
                            ? Int.random(in: 0...4000, using: &generator) : nil,
                        volatility: Bool.random(using: &generator)
                            ? Double.random(in: 0.05...2, using: &generator) : nil
                    )
                )
            }
            let root = options[0].contract.root
            universe.append(
                ScanUnderlying(
                    chain: OptionChain(
                        underlying: root,
                        underlyingPrice: ChainSamples.decimal(spot),
                        options: options
                    ),
                    volatilityRank: Bool.random(using: &generator) ? ScanSamples.rank : nil,
                    historicalVolatility: Bool.random(using: &generator) ? 0.3 : nil
                )
            )
        }
        let result = CashSecuredPutScan(market: ScanSamples.market).run(universe)
        #expect(result.candidates.count == 25)
        #expect(
            result.examined == result.eligible + result.rejected.values.reduce(0, +)
                + result.unknown.values.reduce(0, +)
        )
        var previous = 100.0
        var counts: [String: Int] = [:]
        for candidate in result.candidates {
            let score = try #require(candidate.score.value)
            let sum = candidate.score.parts.reduce(0) { $0 + ($1.points ?? 0) }
            #expect(abs(sum - score) < 1e-9 && (0...100).contains(score) && score <= previous)
            previous = score
            counts[candidate.contract.underlying, default: 0] += 1
            #expect(candidate.isEligible)
            #expect(candidate.greeks.delta.isFinite && candidate.measures.annualisedCompound.isFinite)
        }
        #expect(counts.values.allSatisfy { $0 <= 3 })
        // Brute force: no put of the universe that passes scores higher than the last, but for those of full names.
        let scan = CashSecuredPutScan(market: ScanSamples.market)
        let kept = Set(result.candidates.map(\.contract))
        for underlying in universe where counts[underlying.symbol, default: 0] < 3 {
            for option in underlying.chain.options
            where option.contract.right == .put && !kept.contains(option.contract) {
                guard let other = try? scan.candidate(option, of: underlying), other.isEligible,
                    let score = other.score.value
                else { continue }
                #expect(score <= previous + 1, "\(option.contract) \(score) \(previous)")
            }
        }
    }

    @Test("a dividend inside the life lowers the forward")
    func dividends() throws {
        let dividend = Dividend(symbol: "XYZ", exDate: ChainSamples.today.adding(days: 10), amount: 1, source: "test")
        let scan = CashSecuredPutScan(account: rich, market: ScanSamples.market)
        let with = try #require(scan.run([ScanSamples.put(dividends: [dividend])]).candidates.first)
        let without = try #require(scan.run([ScanSamples.put()]).candidates.first)
        #expect(with.exDividend == dividend && without.exDividend == nil)
        #expect(with.measures.probabilityOfProfit < without.measures.probabilityOfProfit)
        // ln(F/b) with F = (100 - e^{-0.045 t}) e^{0.045 T}, t = 10 days less 6.5 hours; scipy: norm.cdf of it.
        let paid = exp(-0.045 * (10 - 6.5 / 24) / 365)
        let years = 30.0 / 365
        let deviation = 0.3 * years.squareRoot()
        let score = (log((100 - paid) * exp(0.045 * years) / 93.8) - 0.5 * deviation * deviation) / deviation
        #expect(agree(with.measures.probabilityOfProfit, NormalDistribution.cumulative(score), relative: 1e-9))
    }
}
