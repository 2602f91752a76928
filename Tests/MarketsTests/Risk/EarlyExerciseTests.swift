import Foundation
import Markets
import Testing

/// Early exercise as a probability: puts, and calls with several ex-dates.
@Suite("The probability of early exercise")
struct EarlyExerciseTests {
    private static func put(
        spot: Double,
        rate: Double,
        yield: Double = 0,
        days: Double,
        dividends: [OptionTerms.CashDividend] = []
    ) throws -> OptionTerms {
        try OptionTerms(
            style: .american,
            right: .put,
            spot: spot,
            strike: 100,
            rate: rate,
            dividendYield: yield,
            dividends: dividends,
            years: days / 365
        )
    }

    private static func estimate(_ terms: OptionTerms, _ volatility: Double, days: Int) throws -> AssignmentEstimate {
        try AssignmentEstimate(terms, volatility: volatility, price: terms.intrinsic + 1, daysToExpiration: days)
    }

    /// A binomial tree that is exercised at the end of a day where that is worth more, with the probabilities of the same tree.
    @Test(
        "a put's agrees with a tree",
        arguments: [
            (100.0, 0.05, 0.0, 0.25, 365.0), (90.0, 0.05, 0.0, 0.25, 365.0), (120.0, 0.08, 0.0, 0.4, 180.0),
            (97.0, 0.04, 0.0, 0.3, 45.0), (85.0, 0.06, 0.02, 0.35, 90.0), (100.0, 0.03, 0.05, 0.25, 365.0),
        ]
    )
    func trees(spot: Double, rate: Double, yield: Double, volatility: Double, days: Double) throws {
        let terms = try Self.put(spot: spot, rate: rate, yield: yield, days: days)
        let estimate = try Self.estimate(terms, volatility, days: Int(days))
        let tree = ExerciseTree(terms, volatility: volatility, days: Int(days))
        let early = try #require(estimate.early)
        #expect(abs(early - tree.early) < 0.012, "\(early) \(tree.early)")
        #expect(abs(estimate.probability - tree.assigned) < 0.012, "\(estimate.probability) \(tree.assigned)")
        #expect(estimate.probability >= early && estimate.probability <= 1)
    }

    @Test("a put deep in the money is exercised at once, one without interest never early")
    func limits() throws {
        let deep = try Self.estimate(try Self.put(spot: 60, rate: 0.05, days: 90), 0.2, days: 90)
        #expect(deep.early == 1 && deep.probability == 1)
        let free = try Self.estimate(try Self.put(spot: 90, rate: 0, days: 90), 0.2, days: 90)
        #expect(free.early == 0 && free.probability == free.inTheMoneyAtExpiration)
        let lastDay = try Self.estimate(try Self.put(spot: 99, rate: 0.05, days: 1), 0.2, days: 1)
        #expect(lastDay.early == 0 && lastDay.probability == lastDay.inTheMoneyAtExpiration)
        let european = try OptionTerms(style: .european, right: .put, spot: 60, strike: 100, rate: 0.05, years: 0.25)
        #expect(try Self.estimate(european, 0.2, days: 91).early == 0)
    }

    @Test("a put without dividends is the limit of one with dividends that vanish")
    func vanishing() throws {
        for (spot, days) in [(100.0, 120.0), (92.0, 60.0)] {
            let plain = try Self.estimate(try Self.put(spot: spot, rate: 0.06, days: days), 0.3, days: Int(days))
            let paying = try Self.put(
                spot: spot,
                rate: 0.06,
                days: days,
                dividends: [.init(years: 20 / 365, amount: 1e-6)]
            )
            let other = try Self.estimate(paying, 0.3, days: Int(days))
            let (early, expected) = (try #require(other.early), try #require(plain.early))
            #expect(abs(early - expected) < 0.02, "\(early) \(expected)")
            #expect(abs(other.probability - plain.probability) < 0.01)
            #expect(abs(other.inTheMoneyAtExpiration - plain.inTheMoneyAtExpiration) < 1e-3)
        }
    }

    /// A large dividend ahead is what a put's holder waits for.
    @Test("a dividend ahead keeps a put from being exercised before it")
    func waiting() throws {
        let ahead = try Self.put(spot: 80, rate: 0.05, days: 60, dividends: [.init(years: 59.6 / 365, amount: 3)])
        let waiting = try Self.estimate(ahead, 0.2, days: 60)
        let without = try Self.estimate(try Self.put(spot: 80, rate: 0.05, days: 60), 0.2, days: 60)
        #expect(without.early == 1)
        #expect(try #require(waiting.early) < 0.05)
        #expect(waiting.probability > 0.97)
    }

    /// The closed form of a single ex-date, with another one besides that pays next to nothing.
    @Test("calls with several ex-dates go over into those with one")
    func calls() throws {
        let file: AssignmentEstimateTests.File = try GoldenFile.load("assignment")
        for option in file.ex_dividend where option.days_to_expiry - option.days_to_ex > 4 {
            let years = option.days_to_expiry / 365
            let terms = try OptionTerms(
                style: .american,
                right: .call,
                spot: option.S,
                strike: option.K,
                rate: option.r,
                dividends: [
                    .init(years: option.days_to_ex / 365, amount: option.dividend),
                    .init(years: years - 2 / 365, amount: 1e-9),
                ],
                years: years
            )
            let estimate = try AssignmentEstimate(
                terms,
                volatility: option.sigma,
                price: terms.intrinsic + 1,
                daysToExpiration: Int(option.days_to_expiry),
                exDividend: .init(years: option.days_to_ex / 365, sessions: 5, amount: option.dividend)
            )
            let early = try #require(estimate.early)
            #expect(abs(early - option.prob_early_assignment_rn) < 0.008, "\(early) \(option)")
        }
    }

    /// Against a sum over all prices at the first ex-date, from each of which the second is a matter of the closed form.
    @Test("two dividends are two chances, the second from a price that the first has lowered")
    func two() throws {
        func estimate(_ dividends: [(days: Double, amount: Double)]) throws -> AssignmentEstimate {
            let terms = try OptionTerms(
                style: .american,
                right: .call,
                spot: 104,
                strike: 100,
                rate: 0.04,
                dividends: dividends.map { .init(years: $0.days / 365, amount: $0.amount) },
                years: 120 / 365
            )
            return try AssignmentEstimate(
                terms,
                volatility: 0.22,
                price: 7,
                daysToExpiration: 120,
                exDividend: .init(years: dividends[0].days / 365, sessions: 9, amount: dividends[0].amount)
            )
        }
        let both = try estimate([(15, 1.5), (106, 1.5)])
        let first = try #require(both.criticalSpot)
        let second = try #require(try estimate([(106, 1.5)]).criticalSpot)
        #expect(first > 104 && first < 140)
        let (until, between) = (15.0 / 365, 91.0 / 365)
        let drift = 0.04 - 0.22 * 0.22 / 2
        var expected = 0.0
        let count = 4_000
        for index in 0..<count {
            let score = -8 + 16 * (Double(index) + 0.5) / Double(count)
            let eve = 104 * exp(drift * until + 0.22 * until.squareRoot() * score)
            let later = NormalDistribution.cumulative(
                (log((eve - 1.5) / second) + drift * between) / (0.22 * between.squareRoot())
            )
            expected += NormalDistribution.density(score) * 16 / Double(count) * (eve > first ? 1 : later)
        }
        let early = try #require(both.early)
        #expect(abs(early - expected) < 0.005, "\(early) \(expected)")
        #expect(both.probability >= early && both.probability <= 1)
    }
}

/// A binomial tree (Cox, Ross, Rubinstein) with the probability of having been exercised before a time; nothing in common with
/// the methods it checks.
private struct ExerciseTree {
    let early: Double
    let assigned: Double

    init(_ terms: OptionTerms, volatility: Double, days: Int) {
        let stepsPerDay = max(1_500 / days, 1)
        let steps = stepsPerDay * days
        let time = terms.years / Double(steps)
        let up = exp(volatility * time.squareRoot())
        let growth = exp((terms.rate - terms.dividendYield) * time)
        let rise = (growth - 1 / up) / (up - 1 / up)
        let discount = exp(-terms.rate * time)
        var values = (0...steps).map { terms.payoff(at: terms.spot * pow(up, Double(2 * $0 - steps))) }
        var late = values.map { $0 > 0 ? 1.0 : 0 }
        var soon = [Double](repeating: 0, count: steps + 1)
        for step in stride(from: steps - 1, through: 0, by: -1) {
            let isEvening = step.isMultiple(of: stepsPerDay)
            // The evening before the last day is the last on which exercise is early.
            let isEarly = step <= steps - stepsPerDay
            var spot = terms.spot * pow(up, Double(-step))
            for index in 0...step {
                let held = discount * (rise * values[index + 1] + (1 - rise) * values[index])
                let payoff = terms.payoff(at: spot)
                let isExercised = isEvening && payoff > 0 && payoff >= held
                values[index] = isExercised ? payoff : held
                late[index] = isExercised ? 1 : rise * late[index + 1] + (1 - rise) * late[index]
                soon[index] = isExercised && isEarly ? 1 : rise * soon[index + 1] + (1 - rise) * soon[index]
                spot *= up * up
            }
        }
        early = soon[0]
        assigned = late[0]
    }
}
