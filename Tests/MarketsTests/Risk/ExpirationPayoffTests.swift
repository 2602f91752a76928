import Foundation
import Markets
import Testing

@Suite("Payoffs at expiration")
struct ExpirationPayoffTests {
    private static func distribution(_ volatility: Double = 0.3) throws -> TerminalDistribution {
        try TerminalDistribution(spot: 100, drift: 0.03, volatility: volatility, years: 0.4)
    }

    /// An iron condor of 100 shares each, sold for 2.10 a share.
    private static func condor() throws -> ExpirationPayoff {
        try ExpirationPayoff(
            legs: [
                .init(right: .put, strike: 85, units: 100), .init(right: .put, strike: 90, units: -100),
                .init(right: .call, strike: 110, units: -100), .init(right: .call, strike: 117, units: 100),
            ],
            cost: -210
        )
    }

    @Test("a condor's corners, by hand")
    func condor() throws {
        let condor = try Self.condor()
        #expect(condor.profit(at: 100) == 210)
        #expect(condor.profit(at: 80) == 210 - 500 && condor.profit(at: 130) == 210 - 700)
        #expect(condor.maximumProfit == 210 && condor.maximumLoss == 490)
        let edges = condor.breakEvens
        #expect(edges.count == 2)
        #expect(agree(edges[0], 87.9, relative: 1e-12) && agree(edges[1], 112.1, relative: 1e-12))
        let distribution = try Self.distribution()
        let inside = distribution.probability(above: edges[0]) - distribution.probability(above: edges[1])
        #expect(agree(condor.probabilityOfProfit(under: distribution), inside, relative: 1e-12))
    }

    /// Against a sum over a fine grid of the normal score, which knows of no pieces.
    @Test("the expectation counts every piece", arguments: [0.05, 0.3, 0.9])
    func expectation(volatility: Double) throws {
        let distribution = try Self.distribution(volatility)
        let payoffs = [
            try Self.condor(),
            try ExpirationPayoff(shares: 100, legs: [.init(right: .call, strike: 105, units: -100)], cost: 9_780),
            try ExpirationPayoff(legs: [.init(right: .put, strike: 120, units: -50)], cost: -1_000),
        ]
        let count = 100_000
        let deviation = volatility * 0.4.squareRoot()
        for payoff in payoffs {
            var (sum, gains) = (0.0, 0.0)
            for index in 0..<count {
                let score = -9 + 18 * (Double(index) + 0.5) / Double(count)
                let price = 100 * exp(0.03 * 0.4 - 0.5 * deviation * deviation + deviation * score)
                let weight = NormalDistribution.density(score) * 18 / Double(count)
                sum += weight * payoff.profit(at: price)
                gains += payoff.profit(at: price) > 0 ? weight : 0
            }
            #expect(abs(payoff.expectedValue(under: distribution) - sum) < 1e-3)
            #expect(abs(payoff.probabilityOfProfit(under: distribution) - gains) < 1e-4)
        }
    }

    @Test("a put sold is the cash-secured put of the same strike")
    func put() throws {
        let terms = try OptionTerms(style: .american, right: .put, spot: 100, strike: 95, rate: 0.03, years: 0.4)
        let put = try CashSecuredPut(terms, volatility: 0.3, premium: 3.2, daysToExpiration: 146)
        let payoff = try ExpirationPayoff(legs: [.init(right: .put, strike: 95, units: -100)], cost: -320)
        let distribution = try Self.distribution()
        #expect(
            agree(payoff.expectedValue(under: distribution), put.expectedValue(under: distribution), relative: 1e-12)
        )
        #expect(agree(payoff.probabilityOfProfit(under: distribution), put.probabilityOfProfit, relative: 1e-12))
        #expect(payoff.maximumLoss == put.maximumLoss && payoff.breakEvens == [put.breakEven])
    }

    @Test("what has no limit has none, and nonsense is refused")
    func limits() throws {
        let call = try ExpirationPayoff(legs: [.init(right: .call, strike: 100, units: -100)], cost: -150)
        #expect(call.maximumLoss == nil && call.maximumProfit == 150 && call.breakEvens == [101.5])
        let shares = try ExpirationPayoff(shares: 10, legs: [], cost: 500)
        #expect(shares.maximumProfit == nil && shares.maximumLoss == 500 && shares.breakEvens == [50])
        #expect(throws: PricingError.notFinite("cost")) { try ExpirationPayoff(legs: [], cost: .nan) }
        #expect(throws: PricingError.outOfRange("strike", value: 0)) {
            try ExpirationPayoff(legs: [.init(right: .put, strike: 0, units: 1)], cost: 0)
        }
    }

    // MARK: - Kelly

    @Test("Kelly's fraction is mean over variance, by a sum over outcomes")
    func kelly() throws {
        let terms = try OptionTerms(style: .american, right: .put, spot: 100, strike: 95, rate: 0.04, years: 45.0 / 365)
        let put = try CashSecuredPut(terms, volatility: 0.35, premium: 2.4, daysToExpiration: 45)
        let calm = try TerminalDistribution(spot: 100, drift: 0.04, volatility: 0.25, years: 45.0 / 365)
        let count = 100_000
        let deviation = 0.25 * (45.0 / 365).squareRoot()
        var (mean, square) = (0.0, 0.0)
        for index in 0..<count {
            let score = -9 + 18 * (Double(index) + 0.5) / Double(count)
            let price = 100 * exp(0.04 * 45 / 365 - 0.5 * deviation * deviation + deviation * score)
            let result = (2.4 - max(95 - price, 0)) / 95
            let weight = NormalDistribution.density(score) * 18 / Double(count)
            mean += weight * result
            square += weight * result * result
        }
        let expected = mean / (square - mean * mean)
        let fraction = try #require(put.kellyFraction(under: calm))
        #expect(agree(fraction, expected, relative: 1e-5))
        // That is far more than anyone should bet: the cap holds.
        #expect(expected > 0.2 && put.cautiousKellyFraction(under: calm) == 0.05)
        // At a volatility above the one it was sold at the trade loses on average.
        let wild = try TerminalDistribution(spot: 100, drift: 0.04, volatility: 0.6, years: 45.0 / 365)
        #expect(put.kellyFraction(under: wild) == 0 && put.cautiousKellyFraction(under: wild) == 0)
        // A little edge: a quarter of the fraction.
        let near = try TerminalDistribution(spot: 100, drift: 0.04, volatility: 0.352, years: 45.0 / 365)
        let small = try #require(put.kellyFraction(under: near))
        if small / 4 < 0.05 { #expect(put.cautiousKellyFraction(under: near) == small / 4) }
        let still = try TerminalDistribution(spot: 100, drift: 0.04, volatility: 0, years: 45.0 / 365)
        #expect(put.kellyFraction(under: still) == nil)
    }
}
