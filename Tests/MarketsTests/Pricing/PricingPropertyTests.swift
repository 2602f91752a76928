import Foundation
import MagnusTestSupport
import Markets
import Testing

@Suite("Properties of option prices")
struct PricingPropertyTests {
    private struct Sample {
        var spot: Double
        var strike: Double
        var rate: Double
        var yield: Double
        var years: Double
        var volatility: Double

        init(_ random: inout SeededGenerator) {
            spot = 100 * exp(Double.random(in: -1...1, using: &random))
            strike = spot * exp(Double.random(in: -0.4...0.4, using: &random))
            rate = Double.random(in: 0...0.09, using: &random)
            yield = Bool.random(using: &random) ? 0 : Double.random(in: 0...0.08, using: &random)
            years = exp(Double.random(in: -5...0.7, using: &random))
            volatility = Double.random(in: 0.08...1.2, using: &random)
        }

        func terms(
            _ style: OptionTerms.Style,
            _ right: OptionContract.Right,
            spot: Double? = nil,
            strike: Double? = nil,
            years: Double? = nil
        ) throws -> OptionTerms {
            try OptionTerms(
                style: style,
                right: right,
                spot: spot ?? self.spot,
                strike: strike ?? self.strike,
                rate: rate,
                dividendYield: yield,
                years: years ?? self.years
            )
        }
    }

    private func samples(_ count: Int, seed: UInt64) -> [Sample] {
        var random = SeededGenerator(seed: seed)
        return (0..<count).map { _ in Sample(&random) }
    }

    @Test("European calls and puts obey parity")
    func parity() throws {
        for sample in samples(300, seed: 1) {
            let call = try BlackScholes(sample.terms(.european, .call), volatility: sample.volatility).greeks
            let put = try BlackScholes(sample.terms(.european, .put), volatility: sample.volatility).greeks
            let held = sample.spot * exp(-sample.yield * sample.years)
            let owed = sample.strike * exp(-sample.rate * sample.years)
            #expect(agree(call.price - put.price, held - owed, relative: 0, absolute: 1e-12 * (held + owed)))
            #expect(agree(call.delta - put.delta, exp(-sample.yield * sample.years), relative: 1e-12))
            #expect(agree(call.gamma, put.gamma, relative: 1e-12))
        }
    }

    @Test("American is worth at least European and intrinsic, at most spot or strike, and more with more volatility")
    func ordering() throws {
        let pricer = OptionPricer()
        for sample in samples(60, seed: 2) {
            for right in OptionContract.Right.allCases {
                let american = try sample.terms(.american, right)
                let price = try pricer.price(american, volatility: sample.volatility)
                let european = try pricer.price(sample.terms(.european, right), volatility: sample.volatility)
                let slack = 1e-7 * sample.strike
                #expect(price >= european - slack)
                #expect(price >= american.intrinsic)
                #expect(price <= (right == .call ? sample.spot : sample.strike))
                #expect(try pricer.price(american, volatility: 1.1 * sample.volatility) >= price - slack)
                let longer = try sample.terms(.american, right, years: 1.2 * sample.years)
                #expect(try pricer.price(longer, volatility: sample.volatility) >= price - slack)
            }
        }
    }

    @Test("prices are monotone and convex in the strike")
    func strikes() throws {
        let pricer = OptionPricer()
        for sample in samples(30, seed: 3) {
            for right in OptionContract.Right.allCases {
                let prices = try [0.95, 1, 1.05].map {
                    try pricer.price(
                        sample.terms(.american, right, strike: $0 * sample.strike),
                        volatility: sample.volatility
                    )
                }
                let slack = 1e-6 * sample.strike
                let rise = right == .call ? -1.0 : 1
                #expect(rise * (prices[1] - prices[0]) >= -slack && rise * (prices[2] - prices[1]) >= -slack)
                #expect(prices[0] + prices[2] - 2 * prices[1] >= -slack)
            }
        }
    }

    @Test("Greeks are the slopes of the price")
    func slopes() throws {
        let pricer = OptionPricer(scheme: .init(boundaryNodes: 14, sweeps: 12, equationNodes: 14, premiumNodes: 64))
        for sample in samples(24, seed: 4) {
            for style in OptionTerms.Style.allCases {
                let right: OptionContract.Right = sample.spot > sample.strike ? .put : .call
                let terms = try sample.terms(style, right)
                let greeks = try pricer.greeks(terms, volatility: sample.volatility)
                // Steps far below the width of the distribution, large against rounding.
                let step = 0.02 * sample.spot * sample.volatility * sample.years.squareRoot()
                func price(_ shift: Double) throws -> Double {
                    try pricer.price(
                        sample.terms(style, right, spot: sample.spot + shift * step),
                        volatility: sample.volatility
                    )
                }
                let (down, middle, up) = (try price(-1), try price(0), try price(1))
                #expect(agree(greeks.price, middle, relative: 1e-9, absolute: 1e-9 * sample.strike))
                #expect(agree(greeks.delta, (up - down) / (2 * step), relative: 2e-3, absolute: 2e-5))
                #expect(
                    agree(
                        greeks.gamma,
                        (up - 2 * middle + down) / (step * step),
                        relative: 2e-2,
                        absolute: 1e-4 / (sample.spot * sample.volatility * sample.years.squareRoot())
                    )
                )
                let time = 1e-3 * sample.years
                let older = try pricer.price(
                    sample.terms(style, right, years: sample.years - time),
                    volatility: sample.volatility
                )
                let younger = try pricer.price(
                    sample.terms(style, right, years: sample.years + time),
                    volatility: sample.volatility
                )
                let theta = (older - younger) / (2 * time)
                #expect(agree(greeks.theta, theta, relative: 5e-3, absolute: 1e-4 * sample.strike))
            }
        }
    }

    @Test("volatility comes back from the price", arguments: OptionTerms.Style.allCases)
    func roundTrip(style: OptionTerms.Style) throws {
        let pricer = OptionPricer()
        for sample in samples(60, seed: 5) {
            for right in OptionContract.Right.allCases {
                let terms = try sample.terms(style, right)
                let greeks = try pricer.greeks(terms, volatility: sample.volatility)
                guard greeks.vega > 1e-3 * sample.strike else { continue }
                let volatility = try pricer.impliedVolatility(terms, price: greeks.price)
                #expect(agree(volatility, sample.volatility, relative: 1e-5))
            }
        }
    }

    @Test("whatever goes in, nothing but finite numbers or a reason comes out")
    func wildInputs() {
        var random = SeededGenerator(seed: 6)
        func wild(_ plain: ClosedRange<Double>) -> Double {
            switch Int.random(in: 0..<12, using: &random) {
            case 0:
                return [0, -1, .nan, .infinity, -.infinity, 1e-300, 1e300, .leastNonzeroMagnitude].randomElement(
                    using: &random
                ) ?? 0
            case 1: return pow(10, Double.random(in: -9...9, using: &random))
            default: return Double.random(in: plain, using: &random)
            }
        }
        let pricer = OptionPricer(resolution: .init(spotIntervals: 40, timeSteps: 8))
        var priced = 0
        var refused = 0
        for index in 0..<1000 {
            let years = wild(0...3)
            let style: OptionTerms.Style = .allCases[index % 2]
            let right: OptionContract.Right = .allCases[index / 2 % 2]
            let dividends = index % 7 == 0 ? [OptionTerms.CashDividend(years: wild(0...2), amount: wild(0...20))] : []
            let (spot, strike, rate, yield) = (wild(1...200), wild(1...200), wild(-0.1...0.2), wild(-0.1...0.2))
            let (volatility, price) = (wild(0.01...2), wild(0...100))
            do {
                let terms = try OptionTerms(
                    style: style,
                    right: right,
                    spot: spot,
                    strike: strike,
                    rate: rate,
                    dividendYield: yield,
                    dividends: dividends,
                    years: years
                )
                let greeks = try pricer.greeks(terms, volatility: volatility)
                let values = [greeks.price, greeks.delta, greeks.gamma, greeks.theta, greeks.vega, greeks.rho]
                let areFinite = values.allSatisfy(\.isFinite)
                #expect(areFinite, "\(terms) \(volatility): \(greeks)")
                #expect(greeks.price >= 0)
                #expect(try pricer.price(terms, volatility: volatility).isFinite)
                priced += 1
                if let implied = try? pricer.impliedVolatility(terms, price: price) {
                    #expect(implied.isFinite && implied > 0, "\(terms) at \(price): \(implied)")
                }
            } catch {
                // The pricer's throws are typed: whatever comes out is a reason.
                refused += 1
            }
        }
        #expect(priced > 400 && refused > 100)
    }
}
