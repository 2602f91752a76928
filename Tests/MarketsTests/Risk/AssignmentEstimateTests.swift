import Foundation
import Markets
import Testing

@Suite("Assignment")
struct AssignmentEstimateTests {
    struct File: Decodable {
        struct Terminal: Decodable {
            let S, K, r, q, sigma, days: Double
            let type: OptionContract.Right
            let prob_itm_rn, prob_touch: Double
        }
        struct ExDividend: Decodable {
            let S, K, r, sigma, days_to_expiry, days_to_ex, dividend: Double
            let critical_price_at_ex: Double?
            let prob_early_assignment_rn: Double
        }
        let terminal: [Terminal]
        let ex_dividend: [ExDividend]
    }

    @Test("probabilities of finishing in the money and of touching the strike")
    func terminal() throws {
        let file: File = try GoldenFile.load("assignment")
        #expect(file.terminal.count == 12)
        for option in file.terminal {
            let terms = try OptionTerms(
                style: .american,
                right: option.type,
                spot: option.S,
                strike: option.K,
                rate: option.r,
                dividendYield: option.q,
                years: option.days / 365
            )
            let estimate = try AssignmentEstimate(
                terms,
                volatility: option.sigma,
                price: terms.intrinsic + 1,
                daysToExpiration: Int(option.days)
            )
            #expect(agree(estimate.inTheMoneyAtExpiration, option.prob_itm_rn, relative: 1e-11))
            #expect(agree(estimate.touch, option.prob_touch, relative: 1e-11))
            // A put may be exercised before; EarlyExerciseTests has how likely that is.
            if option.type == .call {
                #expect(estimate.early == 0 && estimate.probability == estimate.inTheMoneyAtExpiration)
            } else {
                #expect(try #require(estimate.early) >= 0)
                #expect(estimate.probability >= estimate.inTheMoneyAtExpiration - 1e-3)
            }
        }
    }

    @Test("early exercise of calls on the eve of an ex-date")
    func exDividend() throws {
        let file: File = try GoldenFile.load("assignment")
        #expect(file.ex_dividend.count == 10)
        for option in file.ex_dividend {
            let terms = try OptionTerms(
                style: .american,
                right: .call,
                spot: option.S,
                strike: option.K,
                rate: option.r,
                years: option.days_to_expiry / 365
            )
            let estimate = try AssignmentEstimate(
                terms,
                volatility: option.sigma,
                price: terms.intrinsic + 1,
                daysToExpiration: Int(option.days_to_expiry),
                exDividend: .init(years: option.days_to_ex / 365, sessions: 5, amount: option.dividend)
            )
            let early = try #require(estimate.early)
            #expect(agree(early, option.prob_early_assignment_rn, relative: 1e-9, absolute: 1e-12))
            #expect((estimate.criticalSpot == nil) == (option.critical_price_at_ex == nil))
            if let critical = option.critical_price_at_ex {
                #expect(agree(try #require(estimate.criticalSpot), critical, relative: 1e-10))
            }
            #expect(estimate.probability >= early && estimate.probability <= 1)
            #expect(estimate.probability >= estimate.inTheMoneyAtExpiration - 1e-9)
        }
    }

    @Test("early and late assignment add up over all paths")
    func total() throws {
        // Summed over a fine grid of spots on the eve of the ex-date, with no shared code but the normal distribution.
        let (spot, strike, rate, volatility, amount) = (105.0, 100.0, 0.045, 0.25, 0.8)
        let (ex, years) = (5.0 / 365, 30.0 / 365)
        let terms = try OptionTerms(
            style: .american,
            right: .call,
            spot: spot,
            strike: strike,
            rate: rate,
            years: years
        )
        let estimate = try AssignmentEstimate(
            terms,
            volatility: volatility,
            price: 6,
            daysToExpiration: 30,
            exDividend: .init(years: ex, sessions: 3, amount: amount)
        )
        let critical = try #require(estimate.criticalSpot)
        let drift = rate - volatility * volatility / 2
        var (assigned, finished) = (0.0, 0.0)
        let count = 20_000
        for index in 0..<count {
            let score = -8 + 16 * (Double(index) + 0.5) / Double(count)
            let weight = NormalDistribution.density(score) * 16 / Double(count)
            let eve = spot * exp(drift * ex + volatility * ex.squareRoot() * score)
            let rest = years - ex
            let late = NormalDistribution.cumulative(
                (log((eve - amount) / strike) + drift * rest) / (volatility * rest.squareRoot())
            )
            assigned += weight * (eve > critical ? 1 : late)
            finished += weight * late
        }
        #expect(agree(estimate.probability, assigned, relative: 0, absolute: 1e-4))
        #expect(agree(estimate.inTheMoneyAtExpiration, finished, relative: 0, absolute: 1e-6))
    }

    @Test("a put's early exercise is flagged when the interest on the strike exceeds its time value")
    func put() throws {
        let terms = try OptionTerms(style: .american, right: .put, spot: 80, strike: 100, rate: 0.05, years: 0.25)
        // Interest: 100 (1 - e^{-0.0125}) = 1.2422.
        let dear = try AssignmentEstimate(terms, volatility: 0.3, price: 21.3, daysToExpiration: 91)
        let cheap = try AssignmentEstimate(terms, volatility: 0.3, price: 21.2, daysToExpiration: 91)
        #expect(!dear.isEarlyExerciseRational && cheap.isEarlyExerciseRational)
        #expect(try #require(dear.early) > 0.5 && dear.level == .high)
    }

    @Test(
        "levels",
        arguments: [
            (80, 1.0, 20, AssignmentEstimate.Level.low), (97, 1.0, 20, .medium), (110, 12.0, 20, .high),
            (110, 10.05, 20, .imminent), (110, 10.30, 1, .imminent), (110, 10.30, 3, .high),
        ]
    )
    func levels(spot: Double, price: Double, sessions: Int, expected: AssignmentEstimate.Level) throws {
        let terms = try OptionTerms(style: .american, right: .call, spot: spot, strike: 100, rate: 0.04, years: 0.1)
        let estimate = try AssignmentEstimate(
            terms,
            volatility: 0.3,
            price: price,
            daysToExpiration: 36,
            exDividend: sessions < 20 ? .init(years: Double(sessions) / 365, sessions: sessions, amount: 0.5) : nil
        )
        #expect(estimate.level == expected)
        #expect(estimate.isEarlyExerciseRational == (sessions == 1))
    }

    @Test(
        "pin risk only within half a percent and a day",
        arguments: [(100.4, 1, true), (100.6, 1, false), (100.4, 2, false)]
    )
    func pin(spot: Double, days: Int, expected: Bool) throws {
        let terms = try OptionTerms(
            style: .american,
            right: .put,
            spot: spot,
            strike: 100,
            rate: 0.04,
            years: Double(days) / 365
        )
        let estimate = try AssignmentEstimate(terms, volatility: 0.3, price: 0.4, daysToExpiration: days)
        #expect(estimate.hasPinRisk == expected)
    }

    @Test("on the expiration day only the side of the strike counts")
    func lastDay() throws {
        let terms = try OptionTerms(style: .american, right: .put, spot: 99, strike: 100, rate: 0.04, years: 0)
        let estimate = try AssignmentEstimate(terms, volatility: 0.3, price: 1, daysToExpiration: 0)
        #expect(estimate.probability == 1 && estimate.touch == 1 && estimate.level == .imminent)
    }
}
