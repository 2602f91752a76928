import Foundation
import Markets
import Testing

@Suite("American options")
struct AmericanTests {
    @Test("110 reference cases: prices to 1e-5 of 100 dollars of strike, and all Greeks")
    func golden() throws {
        let file: GoldenOption.File = try GoldenFile.load("options_american")
        #expect(file.cases.count == 110)
        let pricer = OptionPricer()
        for option in file.cases {
            let greeks = try pricer.greeks(option.terms(.american), volatility: option.sigma)
            #expect(agree(greeks.price, option.price, relative: 0, absolute: 1e-7 * option.K), "price \(option.id)")
            #expect(agree(greeks.delta, option.delta, relative: 0, absolute: 1e-5), "delta \(option.id)")
            #expect(
                agree(greeks.gamma, option.gamma, relative: 1e-3, absolute: 1e-6 / option.S),
                "gamma \(option.id)"
            )
            #expect(agree(greeks.theta, option.theta, relative: 1e-3, absolute: 1e-5 * option.K), "theta \(option.id)")
            #expect(agree(greeks.vega, option.vega, relative: 2e-3, absolute: 1e-5 * option.K), "vega \(option.id)")
            if let rho = option.rho {
                #expect(agree(greeks.rho, rho, relative: 1e-2, absolute: 1e-4 * option.K), "rho \(option.id)")
            }
            if option.exercise_now == true {
                let delta = option.type == .call ? 1.0 : -1
                let intrinsic = abs(option.S - option.K)
                #expect(greeks == Greeks(price: intrinsic, delta: delta, gamma: 0, theta: 0, vega: 0, rho: 0))
            }
        }
    }

    /// Root mean square and largest error of all reference prices, each scaled to a strike of 100.
    private static func errors(_ scheme: AmericanScheme) throws -> (rootMeanSquare: Double, largest: Double) {
        let file: GoldenOption.File = try GoldenFile.load("options_american")
        let pricer = OptionPricer(scheme: scheme)
        let errors = try file.cases.map { option in
            100 / option.K * (try pricer.price(option.terms(.american), volatility: option.sigma) - option.price)
        }
        let mean = errors.reduce(0) { $0 + $1 * $1 } / Double(errors.count)
        return (mean.squareRoot(), errors.map(abs).max() ?? 0)
    }

    /// The accuracies that the fastest and the accurate scheme of QuantLib have on 92 of these cases.
    @Test("each scheme is as exact on all reference cases as it says")
    func schemes() throws {
        let fast = try Self.errors(.fast)
        #expect(fast.rootMeanSquare <= 5e-5 && fast.largest <= 2.5e-4, "\(fast)")
        let standard = try Self.errors(.standard)
        #expect(standard.rootMeanSquare <= 2.5e-6 && standard.largest <= 1e-5, "\(standard)")
        let precise = try Self.errors(.precise)
        #expect(precise.largest <= 1e-6, "\(precise)")
    }

    @Test("the precise scheme agrees with the reference to 1e-9 of the strike")
    func precise() throws {
        let file: GoldenOption.File = try GoldenFile.load("options_american")
        let pricer = OptionPricer(scheme: .precise)
        for option in file.cases.prefix(30) {
            let price = try pricer.price(option.terms(.american), volatility: option.sigma)
            #expect(agree(price, option.price, relative: 0, absolute: 1e-9 * option.K), "\(option.id)")
        }
    }

    /// A put and the mirrored call in every region of rates: one boundary, none, and two.
    @Test(
        "agrees with a binomial tree whatever the signs of rate and yield",
        arguments: [
            (0.05, 0.0), (0.05, 0.09), (0.05, -0.03), (0.0, 0.04), (0.0, -0.04), (-0.01, 0.03), (-0.02, -0.01),
            (-0.02, -0.06), (0.0, 0.0), (0.03, 0.03),
        ]
    )
    func tree(rate: Double, yield: Double) throws {
        for right in OptionContract.Right.allCases {
            for spot in [80.0, 100, 118] {
                let terms = try OptionTerms(
                    style: .american,
                    right: right,
                    spot: spot,
                    strike: 100,
                    rate: rate,
                    dividendYield: yield,
                    years: 0.75
                )
                let price = try OptionPricer().price(terms, volatility: 0.3)
                let expected = BinomialTree.price(terms, volatility: 0.3)
                #expect(agree(price, expected, relative: 0, absolute: 4e-3), "\(right) \(spot): \(price) \(expected)")
            }
        }
    }

    @Test("Greeks are the slopes of the price where exercise has two boundaries")
    func twoBoundaries() throws {
        let pricer = OptionPricer()
        func price(_ spot: Double, _ volatility: Double) throws -> Double {
            let terms = try OptionTerms(
                style: .american,
                right: .put,
                spot: spot,
                strike: 100,
                rate: -0.02,
                dividendYield: -0.06,
                years: 0.75
            )
            return try pricer.price(terms, volatility: volatility)
        }
        let terms = try OptionTerms(
            style: .american,
            right: .put,
            spot: 105,
            strike: 100,
            rate: -0.02,
            dividendYield: -0.06,
            years: 0.75
        )
        let greeks = try pricer.greeks(terms, volatility: 0.25)
        let delta = (try price(105.5, 0.25) - price(104.5, 0.25)) / 1
        let vega = (try price(105, 0.26) - price(105, 0.24)) / 0.02
        #expect(agree(greeks.delta, delta, relative: 2e-3))
        #expect(agree(greeks.vega, vega, relative: 2e-3))
    }
}

/// The plain binomial tree of Cox, Ross and Rubinstein, averaged over an even and an odd number of steps: slow and
/// good to about 1e-3, but with nothing in common with the methods it checks.
enum BinomialTree {
    static func price(_ terms: OptionTerms, volatility: Double) -> Double {
        0.5 * (price(terms, volatility, steps: 400) + price(terms, volatility, steps: 401))
    }

    private static func price(_ terms: OptionTerms, _ volatility: Double, steps: Int) -> Double {
        let time = terms.years / Double(steps)
        let up = exp(volatility * time.squareRoot())
        let growth = exp((terms.rate - terms.dividendYield) * time)
        let probability = (growth - 1 / up) / (up - 1 / up)
        let discount = exp(-terms.rate * time)
        var values = (0...steps).map { terms.payoff(at: terms.spot * pow(up, Double(2 * $0 - steps))) }
        for step in stride(from: steps - 1, through: 0, by: -1) {
            var spot = terms.spot * pow(up, Double(-step))
            for index in 0...step {
                let held = discount * (probability * values[index + 1] + (1 - probability) * values[index])
                values[index] = max(held, terms.payoff(at: spot))
                spot *= up * up
            }
        }
        return values[0]
    }
}
