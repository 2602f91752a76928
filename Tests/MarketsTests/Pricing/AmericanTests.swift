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
            // The reference's rho of A082 is wrong: see below.
            if let rho = option.rho, option.id != "A082" {
                #expect(agree(greeks.rho, rho, relative: 1e-2, absolute: 1e-4 * option.K), "rho \(option.id)")
            }
            if option.exercise_now == true {
                let delta = option.type == .call ? 1.0 : -1
                let intrinsic = abs(option.S - option.K)
                #expect(greeks == Greeks(price: intrinsic, delta: delta, gamma: 0, theta: 0, vega: 0, rho: 0))
            }
        }
    }

    /// A082, a call of two days with r = 4.5 % and q = 4 %, is exercised only above r K / q = 492.75, which the spot of 450 does not
    /// reach: what early exercise is worth is at most T q S N(d1 at that spot), about 2e-17. So its rho is the European one,
    /// K T exp(-r T) N(d2) = 2.38135 with 50 digits. The reference has 2.47368, which is more than K T exp(-r T), the rho of a call
    /// that is sure to be exercised. It is the difference over seven rates 30 basis points apart, of which the lowest three are
    /// those at which early exercise is worth something (r < q there); the same program (QuantLib 1.44) with rates 1 basis point
    /// apart gives 2.3813522678.
    @Test("the rho of the reference case A082 is the European one; the reference's own is impossible")
    func rhoOfA082() throws {
        let file: GoldenOption.File = try GoldenFile.load("options_american")
        let option = try #require(file.cases.first { $0.id == "A082" })
        let reference = try #require(option.rho)
        #expect(reference > option.K * option.T * exp(-option.r * option.T))
        let exact = 2.3813522680305638
        let greeks = try OptionPricer().greeks(option.terms(.american), volatility: option.sigma)
        #expect(agree(greeks.rho, exact, relative: 1e-6))
        // The slope of prices close by, of the pricer and of a tree, says the same.
        func terms(_ rate: Double) throws -> OptionTerms {
            try OptionTerms(
                style: .american,
                right: option.type,
                spot: option.S,
                strike: option.K,
                rate: rate,
                dividendYield: option.q,
                years: option.T
            )
        }
        let (above, below) = (try terms(option.r + 1e-4), try terms(option.r - 1e-4))
        let pricer = OptionPricer(scheme: .precise)
        let slope =
            (try pricer.price(above, volatility: option.sigma) - pricer.price(below, volatility: option.sigma)) / 2e-4
        #expect(agree(slope, exact, relative: 1e-6))
        let tree =
            BinomialTree.price(above, volatility: option.sigma) - BinomialTree.price(below, volatility: option.sigma)
        #expect(agree(tree / 2e-4, exact, relative: 2e-3))
        // With rates as far apart as the reference's, prices give the reference's number: the step is at fault.
        let weights: [Double] = [-1, 9, -45, 0, 45, -9, 1]
        var wide = 0.0
        for (index, weight) in weights.enumerated() {
            let rate = option.r + 0.003 * Double(index - 3)
            wide += weight * (try pricer.price(terms(rate), volatility: option.sigma))
        }
        #expect(agree(wide / (60 * 0.003), reference, relative: 1e-4))
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
