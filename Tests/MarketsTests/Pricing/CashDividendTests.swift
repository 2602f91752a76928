import Foundation
import Markets
import Testing

@Suite("Options on shares with cash dividends")
struct CashDividendTests {
    struct File: Decodable {
        struct Case: Decodable {
            struct Dividend: Decodable {
                let day: Double
                let amount: Double
            }
            struct Expected: Decodable {
                let price: Double
                let delta: Double
                let gamma: Double
            }
            let S: Double
            let K: Double
            let r: Double
            let sigma: Double
            let days: Double
            let dividends: [Dividend]
            let type: OptionContract.Right
            let spot: Expected

            func terms(_ style: OptionTerms.Style) throws -> OptionTerms {
                try OptionTerms(
                    style: style,
                    right: type,
                    spot: S,
                    strike: K,
                    rate: r,
                    dividends: dividends.map { .init(years: $0.day / 365, amount: $0.amount) },
                    years: days / 365
                )
            }
        }
        let cases: [Case]
    }

    @Test("12 reference cases of a finite-difference solver, within that solver's own grid error")
    func golden() throws {
        let file: File = try GoldenFile.load("options_discrete_dividend")
        #expect(file.cases.count == 12)
        for (index, option) in file.cases.enumerated() {
            let greeks = try OptionPricer().greeks(option.terms(.american), volatility: option.sigma)
            #expect(agree(greeks.price, option.spot.price, relative: 0, absolute: 3e-4), "price \(index)")
            #expect(agree(greeks.delta, option.spot.delta, relative: 0, absolute: 5e-5), "delta \(index)")
            #expect(agree(greeks.gamma, option.spot.gamma, relative: 0, absolute: 1e-5), "gamma \(index)")
        }
    }

    @Test("the standard grid is within 3e-6 of the strike of a grid sixteen times as fine")
    func convergence() throws {
        let file: File = try GoldenFile.load("options_discrete_dividend")
        for option in file.cases {
            let coarse = try OptionPricer().price(option.terms(.american), volatility: option.sigma)
            let fine = try OptionPricer(scheme: .precise, resolution: .init(spotIntervals: 640, timeSteps: 128))
                .price(option.terms(.american), volatility: option.sigma)
            #expect(agree(coarse, fine, relative: 0, absolute: 3e-6 * option.K))
        }
    }

    @Test("a call exercised before its only ex-date is worth the integral over the spot on that eve")
    func integral() throws {
        // One dividend and no other reason to exercise: value = e^{-rt} E[max(S - K, C(S - D))], a plain quadrature.
        let (spot, strike, rate, volatility, amount) = (100.0, 98.0, 0.04, 0.22, 1.5)
        let (ex, years) = (0.1, 0.3)
        let terms = try OptionTerms(
            style: .american,
            right: .call,
            spot: spot,
            strike: strike,
            rate: rate,
            dividends: [.init(years: ex, amount: amount)],
            years: years
        )
        var sum = 0.0
        let count = 4000
        for index in 0...count {
            let score = -8 + 16 * Double(index) / Double(count)
            let eve = spot * exp((rate - volatility * volatility / 2) * ex + volatility * ex.squareRoot() * score)
            let after = try OptionTerms(
                style: .european,
                right: .call,
                spot: eve - amount,
                strike: strike,
                rate: rate,
                years: years - ex
            )
            let held = try BlackScholes(after, volatility: volatility).greeks.price
            sum += max(eve - strike, held) * NormalDistribution.density(score) * 16 / Double(count)
        }
        let price = try OptionPricer().price(terms, volatility: volatility)
        #expect(agree(price, exp(-rate * ex) * sum, relative: 0, absolute: 2e-4))
    }

    @Test("European options obey put-call parity with the dividends' present value")
    func parity() throws {
        let dividends = [OptionTerms.CashDividend(years: 0.1, amount: 2), .init(years: 0.35, amount: 2)]
        func price(_ right: OptionContract.Right) throws -> Double {
            let terms = try OptionTerms(
                style: .european,
                right: right,
                spot: 80,
                strike: 85,
                rate: 0.04,
                dividends: dividends,
                years: 0.5
            )
            return try OptionPricer().price(terms, volatility: 0.3)
        }
        let claim = 80 - 2 * exp(-0.04 * 0.1) - 2 * exp(-0.04 * 0.35) - 85 * exp(-0.04 * 0.5)
        #expect(agree(try price(.call) - price(.put), claim, relative: 0, absolute: 2e-4))
    }

    @Test("dividends before now or after expiration do not count")
    func outside() throws {
        func price(_ dividends: [OptionTerms.CashDividend]) throws -> Double {
            let terms = try OptionTerms(
                style: .american,
                right: .put,
                spot: 50,
                strike: 52,
                rate: 0.04,
                dividends: dividends,
                years: 0.25
            )
            return try OptionPricer().price(terms, volatility: 0.3)
        }
        let plain = try price([])
        #expect(
            try price([.init(years: -0.1, amount: 1), .init(years: 0.25, amount: 1), .init(years: 0.3, amount: 1)])
                == plain
        )
        #expect(try price([.init(years: 0.1, amount: 1)]) > plain + 0.3)
    }

    @Test("a dividend of next to nothing changes next to nothing", arguments: OptionContract.Right.allCases)
    func continuity(right: OptionContract.Right) throws {
        for spot in [90.0, 100, 112] {
            let plain = try OptionTerms(
                style: .american,
                right: right,
                spot: spot,
                strike: 100,
                rate: 0.05,
                years: 0.4
            )
            let paying = try OptionTerms(
                style: .american,
                right: right,
                spot: spot,
                strike: 100,
                rate: 0.05,
                dividends: [.init(years: 0.2, amount: 1e-7)],
                years: 0.4
            )
            let pricer = OptionPricer()
            let (left, right) = (
                try pricer.greeks(plain, volatility: 0.25), try pricer.greeks(paying, volatility: 0.25)
            )
            #expect(agree(left.price, right.price, relative: 0, absolute: 4e-4))
            #expect(agree(left.delta, right.delta, relative: 0, absolute: 1e-4))
            #expect(agree(left.vega, right.vega, relative: 2e-3, absolute: 1e-2))
            #expect(agree(left.rho, right.rho, relative: 1e-2, absolute: 1e-2))
            #expect(agree(left.theta, right.theta, relative: 2e-3, absolute: 1e-2))
        }
    }

    @Test("implied volatility comes back")
    func inversion() throws {
        let file: File = try GoldenFile.load("options_discrete_dividend")
        for option in file.cases.dropLast() {
            let terms = try option.terms(.american)
            let price = try OptionPricer().price(terms, volatility: option.sigma)
            let volatility = try OptionPricer().impliedVolatility(terms, price: price)
            #expect(agree(volatility, option.sigma, relative: 1e-6))
        }
    }

    @Test("without volatility the holder takes the best day")
    func withoutVolatility() throws {
        // Exercise on the eve of the ex-date: 100 - 90 e^{-0.05 × 0.5}.
        let call = try OptionTerms(
            style: .american,
            right: .call,
            spot: 100,
            strike: 90,
            rate: 0.05,
            dividends: [.init(years: 0.5, amount: 10)],
            years: 1
        )
        #expect(agree(try OptionPricer().price(call, volatility: 0), 12.2221079174500598, relative: 1e-12))
        // Just after the ex-date the put is worth 110 e^{-0.025} - (100 - 10 e^{-0.025}) = 17.04, now only 10.
        let put = try OptionTerms(
            style: .american,
            right: .put,
            spot: 100,
            strike: 110,
            rate: 0.05,
            dividends: [.init(years: 0.5, amount: 10)],
            years: 1
        )
        #expect(agree(try OptionPricer().price(put, volatility: 0), 17.037189443399872, relative: 1e-12))
        #expect(agree(try OptionPricer().price(put, volatility: 0.005), 17.037189443399872, relative: 1e-3))
    }
}
