import Foundation
import MagnusTestSupport
import Markets
import Testing

@Suite("Whole chains of options")
struct ChainTests {
    private func chain(_ count: Int, style: OptionTerms.Style = .american) throws -> [OptionTerms] {
        try (0..<count).map { index in
            try OptionTerms(
                style: style,
                right: index.isMultiple(of: 2) ? .put : .call,
                spot: 100,
                strike: 60 + Double(index / 2 % 50) * 1.6,
                rate: 0.05,
                dividendYield: 0.02,
                years: [0.1, 0.5, 1.3][index % 3]
            )
        }
    }

    @Test("shared boundaries change no figure", arguments: OptionTerms.Style.allCases)
    func shared(style: OptionTerms.Style) throws {
        let options = try chain(120, style: style)
        let volatilities = options.indices.map { 0.2 + 0.1 * Double($0 % 4) }
        let pricer = OptionPricer()
        let greeks = pricer.greeks(chain: options, volatilities: volatilities)
        let prices = pricer.prices(chain: options, volatilities: volatilities)
        #expect(greeks.count == 120 && prices.count == 120)
        for (index, terms) in options.enumerated() {
            let single = try pricer.greeks(terms, volatility: volatilities[index])
            #expect(greeks[index] == .success(single))
            let price = try prices[index].get()
            // With a quadrature that is denser than a price alone needs.
            #expect(agree(price, single.price, relative: 0, absolute: 1e-5))
        }
    }

    @Test("volatilities come back in order, and each failure with its reason")
    func volatilities() throws {
        var options = try chain(100)
        let volatilities = options.indices.map { 0.2 + 0.002 * Double($0) }
        let pricer = OptionPricer()
        var prices = try pricer.prices(chain: options, volatilities: volatilities).map { try $0.get() }
        options.append(
            try OptionTerms(style: .american, right: .put, spot: 80, strike: 100, rate: 0.05, years: 0.5)
        )
        prices.append(19)
        let implied = pricer.impliedVolatilities(chain: options, prices: prices)
        #expect(implied.last == .failure(.belowIntrinsic(bound: 20)))
        for (index, terms) in options.dropLast().enumerated() where abs(terms.strike - 100) <= 15 {
            let volatility = try implied[index].get()
            #expect(agree(volatility, volatilities[index], relative: 1e-5), "\(terms)")
        }
    }

    @Test("options with dividends, without time, without price or with nonsense stand among the others")
    func mixture() throws {
        func put(spot: Double, rate: Double = 0.05, dividend: Double = 0, years: Double = 0.5) throws -> OptionTerms {
            try OptionTerms(
                style: .american,
                right: .put,
                spot: spot,
                strike: 100,
                rate: rate,
                dividendYield: rate < 0 ? -0.06 : 0,
                dividends: dividend > 0 ? [.init(years: 0.2, amount: dividend)] : [],
                years: years
            )
        }
        let options = [
            try put(spot: 100), try put(spot: 100, dividend: 1), try put(spot: 90, years: 0), try put(spot: 0),
            try put(spot: 100, rate: -0.02), try put(spot: 110), try put(spot: 110),
        ]
        let volatilities = [0.3, 0.3, 0.3, 0.3, 0.3, 0, .nan]
        let pricer = OptionPricer()
        let greeks = pricer.greeks(chain: options, volatilities: volatilities)
        for index in 0..<6 {
            let single = try pricer.greeks(options[index], volatility: volatilities[index])
            #expect(greeks[index] == .success(single), "\(index)")
        }
        #expect(greeks[6] == .failure(.notFinite("volatility")))
    }

    @Test("price, delta, gamma and theta without the rest are the same figures")
    func spotGreeks() throws {
        for precision in PricingPrecision.allCases {
            let pricer = OptionPricer(precision: precision)
            for terms in try chain(12) + chain(12, style: .european) {
                let few = try pricer.spotGreeks(terms, volatility: 0.3)
                let all = try pricer.greeks(terms, volatility: 0.3)
                #expect(few == SpotGreeks(price: all.price, delta: all.delta, gamma: all.gamma, theta: all.theta))
            }
        }
        #expect(throws: PricingError.outOfRange("volatility", value: -1)) {
            try OptionPricer().spotGreeks(try chain(1)[0], volatility: -1)
        }
    }

    /// Root mean square and largest error, as of a strike of 100.
    @Test(
        "each precision is as exact as it says, over 110 reference cases",
        arguments: [
            (PricingPrecision.fast, 5e-5, 2.5e-4), (.standard, 2.5e-6, 1e-5), (.reference, 1e-8, 1e-7),
        ]
    )
    func precision(precision: PricingPrecision, typical: Double, largest: Double) throws {
        let file: GoldenOption.File = try GoldenFile.load("options_american")
        let pricer = OptionPricer(precision: precision)
        let errors = try file.cases.map { option in
            let greeks = try pricer.spotGreeks(option.terms(.american), volatility: option.sigma)
            #expect(agree(greeks.delta, option.delta, relative: 0, absolute: 1e-5), "\(option.id)")
            #expect(
                agree(greeks.gamma, option.gamma, relative: 1e-3, absolute: 1e-6 / option.S),
                "\(option.id): \(greeks.gamma), not \(option.gamma)"
            )
            let price = try pricer.price(option.terms(.american), volatility: option.sigma)
            return 100 * (price - option.price) / option.K
        }
        let meanSquare = errors.reduce(0) { $0 + $1 * $1 } / Double(errors.count)
        #expect(meanSquare.squareRoot() <= typical)
        let worst = errors.map(abs).max() ?? 0
        #expect(worst <= largest)
    }

    @Test("American options at the edge of what is allowed are finite, or refused")
    func extremes() throws {
        var random = SeededGenerator(seed: 21)
        let spots = [1e-9, 1e-3, 50, 99.999999, 100, 100.000001, 1e4, 1e12]
        let rates = [-0.1, 0, 1e-12, 1e-6, 0.0005, 0.05, 1, 10]
        let volatilities = [1e-9, 1e-6, 1e-3, 0.01, 0.5, 5, 100]
        let lives = [1e-12, 1e-6, 0.003, 0.1, 4.9, 200]
        var answered = 0
        for index in 0..<1500 {
            guard let spot = spots.randomElement(using: &random), let rate = rates.randomElement(using: &random),
                let yield = rates.randomElement(using: &random), let years = lives.randomElement(using: &random),
                let volatility = volatilities.randomElement(using: &random),
                let terms = try? OptionTerms(
                    style: .american,
                    right: index.isMultiple(of: 2) ? .put : .call,
                    spot: spot,
                    strike: 100,
                    rate: rate,
                    dividendYield: yield,
                    years: years
                ),
                // Where exercise has two boundaries a grid is used, which takes long.
                rate > 0, yield > 0
            else { continue }
            do throws(PricingError) {
                let greeks = try OptionPricer(precision: .fast).spotGreeks(terms, volatility: volatility)
                #expect(
                    greeks.price.isFinite && greeks.delta.isFinite && greeks.gamma.isFinite && greeks.theta.isFinite
                )
                #expect(greeks.price >= terms.intrinsic)
                #expect(greeks.price <= max(spot, 100) * (1 + 1e-9), "\(terms) \(volatility)")
                answered += 1
            } catch {
                Issue.record("\(terms) \(volatility): \(error)")
            }
        }
        #expect(answered > 400)
    }
}
