import Foundation
import MagnusTestSupport
import Markets
import Testing

@Suite("Many European options side by side")
struct EuropeanOptionsTests {
    private struct Columns {
        var rights: [OptionContract.Right] = []
        var spots: [Double] = []
        var strikes: [Double] = []
        var rates: [Double] = []
        var yields: [Double] = []
        var years: [Double] = []
        var last: [Double] = []

        var options: EuropeanOptions {
            EuropeanOptions(
                rights: rights,
                spots: spots,
                strikes: strikes,
                rates: rates,
                dividendYields: yields,
                years: years
            )
        }

        mutating func append(
            _ right: OptionContract.Right,
            _ spot: Double,
            _ strike: Double,
            _ rate: Double,
            _ yield: Double,
            _ years: Double,
            _ last: Double
        ) {
            rights.append(right)
            spots.append(spot)
            strikes.append(strike)
            rates.append(rate)
            yields.append(yield)
            self.years.append(years)
            self.last.append(last)
        }
    }

    private func random(_ count: Int, seed: UInt64) -> Columns {
        var random = SeededGenerator(seed: seed)
        var columns = Columns()
        for index in 0..<count {
            let spot = 100 * exp(Double.random(in: -1...1, using: &random))
            columns.append(
                index.isMultiple(of: 2) ? .call : .put,
                spot,
                spot * exp(Double.random(in: -0.7...0.7, using: &random)),
                Double.random(in: -0.02...0.1, using: &random),
                Double.random(in: -0.02...0.08, using: &random),
                exp(Double.random(in: -7...1.5, using: &random)),
                exp(Double.random(in: -3...0.7, using: &random))
            )
        }
        return columns
    }

    @Test("106 cases of 50 digits: prices to 5e-13 or 1e-15 of the spot, Greeks to 1e-12 or 1e-14 of their scale")
    func golden() throws {
        let file: GoldenOption.File = try GoldenFile.load("options_european")
        var columns = Columns()
        for option in file.cases {
            columns.append(option.type, option.S, option.K, option.r, option.q, option.T, option.sigma)
        }
        let prices = columns.options.prices(volatilities: columns.last)
        let greeks = columns.options.greeks(volatilities: columns.last)
        #expect(prices.refusals.isEmpty && greeks.refusals.isEmpty)
        for (index, option) in file.cases.enumerated() {
            let value = try #require(greeks[index])
            let isVisible = option.price > 1e-8 * option.S
            let (relative, absolute) = isVisible ? (5e-13, 0.0) : (0, 1e-15 * option.S)
            #expect(agree(prices.all[index], option.price, relative: relative, absolute: absolute), "\(option.id)")
            #expect(agree(value.price, option.price, relative: relative, absolute: absolute), "\(option.id)")
            let rho = try #require(option.rho)
            let pairs: [(Double, Double, Double)] = [
                (value.delta, option.delta, 1), (value.gamma, option.gamma, 1 / option.S),
                (value.theta, option.theta, option.S), (value.vega, option.vega, option.S), (value.rho, rho, option.S),
            ]
            for (given, expected, scale) in pairs {
                #expect(
                    agree(given, expected, relative: 1e-12, absolute: 1e-14 * scale),
                    "\(option.id): \(given), not \(expected)"
                )
            }
        }
    }

    @Test("115 reference volatilities to the last digits the price determines, and a reason for the others")
    func goldenVolatilities() throws {
        struct File: Decodable {
            struct Case: Decodable {
                let S: Double
                let K: Double
                let r: Double
                let q: Double
                let T: Double
                let type: OptionContract.Right
                let price: Double?
                let sigma_exact: Double?
                let conditioning_rel: Double?
            }
            let cases: [Case]
            let invalid: [Case]
        }
        let file: File = try GoldenFile.load("implied_vol")
        var columns = Columns()
        for option in file.cases + file.invalid {
            columns.append(option.type, option.S, option.K, option.r, option.q, option.T, option.price ?? .nan)
        }
        let volatilities = columns.options.impliedVolatilities(prices: columns.last)
        var found = 0
        for (index, option) in (file.cases + file.invalid).enumerated() {
            guard let expected = option.sigma_exact, let conditioning = option.conditioning_rel else {
                #expect(volatilities[index] == nil && volatilities.refusals[index] != nil)
                continue
            }
            found += 1
            let volatility = try #require(volatilities[index])
            #expect(agree(volatility, expected, relative: 8 * (conditioning + 2.3e-16)), "\(index): \(volatility)")
        }
        #expect(found == 115)
        #expect(volatilities.refusals.count == 18)
        let areFinite = volatilities.all.allSatisfy(\.isFinite)
        #expect(areFinite)
    }

    @Test("agree with one option at a time, whatever their number", arguments: [0, 1, 7, 8, 513, 5000])
    func singles(count: Int) throws {
        let columns = random(count, seed: 11)
        let prices = columns.options.prices(volatilities: columns.last)
        let greeks = columns.options.greeks(volatilities: columns.last)
        let volatilities = columns.options.impliedVolatilities(prices: prices.all)
        #expect(prices.all.count == count && greeks.prices.count == count && volatilities.all.count == count)
        for index in stride(from: 0, to: count, by: max(count / 500, 1)) {
            let terms = try OptionTerms(
                style: .european,
                right: columns.rights[index],
                spot: columns.spots[index],
                strike: columns.strikes[index],
                rate: columns.rates[index],
                dividendYield: columns.yields[index],
                years: columns.years[index]
            )
            let single = try OptionPricer().greeks(terms, volatility: columns.last[index])
            let spot = columns.spots[index]
            #expect(agree(prices.all[index], single.price, relative: 5e-13, absolute: 1e-15 * spot))
            #expect(agree(greeks.thetas[index], single.theta, relative: 1e-11, absolute: 1e-13 * spot))
            guard let volatility = volatilities[index] else { continue }
            // As good as the price determines it, which has an error of its own.
            let error = max(5e-13 * single.price, 1e-15 * spot) / max(single.vega * columns.last[index], 1e-300)
            #expect(
                agree(volatility, columns.last[index], relative: error + 1e-14),
                "\(terms) \(volatility) \(columns.last[index])"
            )
        }
    }

    @Test("what one option gives does not depend on its neighbours")
    func neighbours() {
        let columns = random(600, seed: 12)
        let all = columns.options.greeks(volatilities: columns.last)
        var reversed = Columns()
        for index in columns.rights.indices.reversed() {
            reversed.append(
                columns.rights[index],
                columns.spots[index],
                columns.strikes[index],
                columns.rates[index],
                columns.yields[index],
                columns.years[index],
                columns.last[index]
            )
        }
        let turned = reversed.options.greeks(volatilities: reversed.last)
        for index in 0..<600 { #expect(all[index] == turned[599 - index]) }
    }

    @Test("whatever goes in, only finite numbers or reasons come out")
    func wildColumns() {
        var random = SeededGenerator(seed: 13)
        let wild = [
            0, -1, .nan, .infinity, -.infinity, 1e-300, 1e300, .leastNonzeroMagnitude, 1e-12, 1e12, 100, 1, 0.25, 50,
            -0.0, 1e-8,
        ]
        var columns = Columns()
        for index in 0..<4000 {
            func value() -> Double { wild.randomElement(using: &random) ?? 0 }
            columns.append(index % 3 == 0 ? .put : .call, value(), value(), value(), value(), value(), value())
        }
        let prices = columns.options.prices(volatilities: columns.last)
        let greeks = columns.options.greeks(volatilities: columns.last)
        let volatilities = columns.options.impliedVolatilities(prices: columns.last)
        for values in [
            prices.all, volatilities.all, greeks.prices, greeks.deltas, greeks.gammas, greeks.thetas, greeks.vegas,
            greeks.rhos,
        ] {
            let areFinite = values.allSatisfy(\.isFinite)
            #expect(areFinite)
        }
        let isNoneNegative = prices.all.allSatisfy { $0 >= 0 }
        #expect(isNoneNegative)
        #expect(prices.refusals.count > 1000 && prices.refusals.count < 4000)
        // What the pricer refuses one by one is refused here, and nothing else.
        for index in 0..<4000 {
            let single = try? OptionPricer().price(
                OptionTerms(
                    style: .european,
                    right: columns.rights[index],
                    spot: columns.spots[index],
                    strike: columns.strikes[index],
                    rate: columns.rates[index],
                    dividendYield: columns.yields[index],
                    years: columns.years[index]
                ),
                volatility: columns.last[index]
            )
            #expect((single == nil) == (prices[index] == nil), "\(index)")
        }
    }
}
