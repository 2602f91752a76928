import Foundation
import Markets
import Testing

@Suite("Implied volatility")
struct ImpliedVolatilityTests {
    struct File: Decodable {
        struct Case: Decodable {
            let id: String?
            let S: Double
            let K: Double
            let r: Double
            let q: Double
            let T: Double
            let type: OptionContract.Right
            let price: Double?
            let sigma_exact: Double?
            let conditioning_rel: Double?
            let why: String?

            func volatility() throws -> Double {
                let terms = try OptionTerms(
                    style: .european,
                    right: type,
                    spot: S,
                    strike: K,
                    rate: r,
                    dividendYield: q,
                    years: T
                )
                return try OptionPricer().impliedVolatility(terms, price: price ?? .nan)
            }
        }
        let cases: [Case]
        let invalid: [Case]
    }

    @Test("115 reference volatilities to the last digits the price determines; 8 prices that determine none")
    func golden() throws {
        let file: File = try GoldenFile.load("implied_vol")
        #expect(file.cases.count == 123)
        for option in file.cases {
            let id = option.id ?? ""
            if let expected = option.sigma_exact, let conditioning = option.conditioning_rel {
                let volatility = try option.volatility()
                let tolerance = 4 * (conditioning + 2.3e-16)
                #expect(agree(volatility, expected, relative: tolerance), "\(id): \(volatility), not \(expected)")
            } else {
                #expect(throws: PricingError.noTimeValue, "\(id)") { try option.volatility() }
            }
        }
    }

    @Test("ten impossible inputs each give their reason")
    func invalid() throws {
        let file: File = try GoldenFile.load("implied_vol")
        #expect(file.invalid.count == 10)
        for option in file.invalid {
            let why = option.why ?? ""
            do {
                let volatility = try option.volatility()
                Issue.record("\(why): \(volatility)")
            } catch let error as PricingError {
                switch (why, error) {
                case ("below discounted intrinsic", .belowIntrinsic), ("above S e^-qT", .aboveUpperBound),
                    ("above K e^-rT", .aboveUpperBound), ("zero price", .noTimeValue), ("negative", .belowIntrinsic),
                    ("T=0", .expired), ("T<0", .expired), ("S=0", .outOfRange), ("K=0", .outOfRange),
                    ("NaN", .notFinite):
                    break
                default:
                    Issue.record("\(why): \(error)")
                }
            }
        }
    }

    @Test("American prices give back their volatility")
    func american() throws {
        let file: GoldenOption.File = try GoldenFile.load("options_american")
        var inverted = 0
        for option in file.cases where option.exercise_now != true {
            let terms = try option.terms(.american)
            let pricer = OptionPricer()
            let price = try pricer.price(terms, volatility: option.sigma)
            guard let volatility = try? pricer.impliedVolatility(terms, price: price) else {
                // Only a price without visible time value may have none.
                #expect(price - terms.intrinsic < 1e-6 * option.K, "\(option.id)")
                continue
            }
            inverted += 1
            // The price is met to 1e-9 of the strike, so the volatility is as good as its vega allows.
            let tolerance = max(1e-7, 4e-9 * option.K / option.vega / option.sigma)
            #expect(agree(volatility, option.sigma, relative: tolerance), "\(option.id): \(volatility)")
        }
        #expect(inverted >= 100)
    }

    @Test("American prices that no volatility explains are told apart")
    func americanFailures() throws {
        let put = try OptionTerms(style: .american, right: .put, spot: 80, strike: 100, rate: 0.05, years: 0.5)
        let call = try OptionTerms(
            style: .american,
            right: .call,
            spot: 100,
            strike: 90,
            rate: 0.05,
            dividends: [.init(years: 0.1, amount: 1)],
            years: 0.5
        )
        let pricer = OptionPricer()
        #expect(throws: PricingError.noTimeValue) { try pricer.impliedVolatility(put, price: 20) }
        #expect(throws: PricingError.belowIntrinsic(bound: 20)) { try pricer.impliedVolatility(put, price: 19) }
        #expect(throws: PricingError.aboveUpperBound(bound: 100)) { try pricer.impliedVolatility(put, price: 100) }
        #expect(throws: PricingError.aboveUpperBound(bound: 100)) { try pricer.impliedVolatility(call, price: 101) }
        #expect(throws: PricingError.notFinite("price")) { try pricer.impliedVolatility(call, price: .nan) }
    }
}
