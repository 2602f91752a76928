import Foundation
import Markets
import Testing

@Suite("Implied distribution")
struct ImpliedDistributionTests {
    /// Written by Fixtures/derived/implied_distribution.py: a mixture of two lognormals.
    struct File: Decodable {
        struct Quoted: Decodable {
            let days, strike: Int
            let call, put: String
        }
        struct Probability: Decodable {
            let days: Int
            let level, probability: Double
        }
        let rate, spot: Double
        /// Root mean square misses of scipy's best SVI fit, by days.
        let svi_errors: [String: Double]
        let quotes: [Quoted]
        let probabilities: [Probability]
    }

    private func chain(_ file: File, halfSpread: Decimal = 0) throws -> OptionChain {
        var options: [ListedOption] = []
        for quoted in file.quotes {
            for (right, text) in [(OptionContract.Right.call, quoted.call), (.put, quoted.put)] {
                let price = try #require(Decimal(string: text))
                guard price > halfSpread else { continue }
                options.append(
                    ChainSamples.option(
                        right,
                        Decimal(quoted.strike),
                        days: quoted.days,
                        root: "SPXW",
                        bid: price - halfSpread,
                        ask: price + halfSpread
                    )
                )
            }
        }
        return OptionChain(underlying: "SPX", underlyingPrice: Decimal(file.spot), options: options)
    }

    private func time(_ days: Int) -> Date { ChainSamples.today.adding(days: days).newYorkInstant(hour: 16) }

    @Test("the probabilities of a known mixture come back within a point, without arbitrage", arguments: [0, 0.02])
    func mixture(_ halfSpread: Double) throws {
        let file: File = try GoldenFile.load("implied_distribution", in: "derived")
        let chain = try chain(file, halfSpread: ChainSamples.decimal(halfSpread))
        for days in [30, 58] {
            let value = try ImpliedDistribution(chain, now: ChainSamples.now, at: time(days), rate: file.rate)
            let fit = try #require(value.fits.first)
            #expect(value.fits.count == 1 && fit.lowestDensity >= 0 && value.isInterpolated == false)
            let best = try #require(file.svi_errors[String(days)])
            // Weights differ from scipy's plain squares where the spread does.
            #expect(fit.rootMeanSquareError < (halfSpread == 0 ? 1.05 : 2) * best)
            #expect(agree(value.forward, 100 * exp(file.rate * Double(days) / 365), relative: 1e-6))
            for point in file.probabilities where point.days == days {
                let found = value.probability(above: point.level)
                #expect(abs(found - point.probability) < 0.01, "\(days) \(point.level) \(found) \(point.probability)")
            }
        }
    }

    @Test("a distribution: falls from 1 to 0, never rises, and its mean is the forward")
    func distribution() throws {
        let file: File = try GoldenFile.load("implied_distribution", in: "derived")
        for days in [30, 44, 58] {
            let value = try ImpliedDistribution(try chain(file), now: ChainSamples.now, at: time(days), rate: file.rate)
            #expect(value.isInterpolated == (days == 44))
            var previous = 1.0
            var mean = 0.0
            var isFalling = true
            // E[S] is the integral of P(S > K) over K from 0.
            for step in 0..<40_000 {
                let level = 0.0125 * (Double(step) + 0.5)
                let probability = value.probability(above: level)
                isFalling = isFalling && probability <= previous + 1e-12
                previous = probability
                mean += 0.0125 * probability
            }
            #expect(isFalling)
            #expect(agree(mean, value.forward, relative: 2e-3), "\(days) \(mean) \(value.forward)")
            #expect(value.probability(above: 0) == 1 && value.probability(above: 1e9) < 1e-6)
            let middle = value.probability(between: 95, and: 105)
            let sum = value.probability(below: 95) + middle + value.probability(above: 105)
            #expect(agree(sum, 1, relative: 1e-12))
            // The slope of the price is the probability: a call spread of a cent by its own volatilities.
            func call(_ strike: Double) throws -> Double {
                let terms = try OptionTerms(
                    style: .european,
                    right: .call,
                    spot: value.forward,
                    strike: strike,
                    rate: 0,
                    years: value.years
                )
                return try OptionPricer().price(terms, volatility: try #require(value.volatility(at: strike)))
            }
            let spread = (try call(99.99) - (try call(100.01))) / 0.02
            #expect(agree(spread, value.probability(above: 100), relative: 1e-5))
        }
    }

    @Test("a flat smile is the lognormal of Black")
    func flat() throws {
        let chain = try ChainSamples.priced(
            "SPXW",
            spot: 100,
            days: [30],
            strikes: Array(stride(from: 84, through: 118, by: 2))
        ) { _, _ in 0.2 }
        let value = try ImpliedDistribution(chain, now: ChainSamples.now, at: time(30), rate: 0.045)
        let lognormal = try TerminalDistribution(spot: 100, drift: 0.045, volatility: 0.2, years: 30.0 / 365)
        for level in [85.0, 95, 100, 105, 115] {
            #expect(abs(value.probability(above: level) - lognormal.probability(above: level)) < 1e-4)
        }
    }

    @Test("too few options, a past time, and times beyond the expirations are refused")
    func gaps() throws {
        let file: File = try GoldenFile.load("implied_distribution", in: "derived")
        let chain = try chain(file)
        for days in [-1, 90, 10] {
            #expect(throws: DataGap.self) {
                try ImpliedDistribution(chain, now: ChainSamples.now, at: time(days), rate: 0.045)
            }
        }
        var few = chain
        few.options.removeAll { $0.contract.strike < 96 || $0.contract.strike > 102 }
        #expect(throws: DataGap.self) {
            try ImpliedDistribution(few, now: ChainSamples.now, at: time(30), rate: 0.045)
        }
    }
}
