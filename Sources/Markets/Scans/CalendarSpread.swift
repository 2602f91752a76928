import Foundation

/// A long calendar: an option sold in a near expiration and the same strike bought in a later one, judged at the near
/// expiration with the later option's implied volatility held. European model, dollars per share.
public struct CalendarSpread: Sendable, Hashable {
    /// Price per share paid for both legs: the largest loss.
    public let debit: Double
    /// Model values per share of the option sold and of the one bought.
    public let frontPrice, backPrice: Double
    /// Profit per share at the front expiration with the underlying at the strike.
    public let profitAtStrike: Double
    /// ``profitAtStrike`` / debit; nil when nothing is paid.
    public let returnAtStrike: Double?
    /// Prices of the underlying at the front expiration between which the spread gains; nil where the profit does not
    /// cross zero on that side.
    public let lowerBreakEven, upperBreakEven: Double?
    /// Risk-neutral probability of a gain at the front expiration, at the front's volatility; 0 when there is none at
    /// the strike.
    public let probabilityOfProfit: Double
    /// Expected profit per share at the front expiration under the same distribution.
    public let expectedValue: Double
    /// Sensitivities of the spread per share: of the option bought less those of the one sold.
    public let greeks: Greeks
    /// The front's implied volatility less the back's.
    public let volatilityDifference: Double
    /// Variance per year between the two expirations; negative where the quotes contradict each other.
    public let forwardVariance: Double
    /// The square root of ``forwardVariance``; nil when that is negative.
    public var forwardVolatility: Double? { forwardVariance >= 0 ? forwardVariance.squareRoot() : nil }

    private let front: OptionTerms
    private let back: OptionTerms
    private let frontVolatility, backVolatility: Double

    /// - Parameters:
    ///   - front: the option sold; style and cash dividends are not looked at.
    ///   - frontVolatility: its implied volatility.
    ///   - back: the option bought: the same right, spot, strike and rate, more time.
    ///   - backVolatility: its implied volatility.
    ///   - debit: paid per share; the difference of the model values when nil.
    /// - Throws: ``PricingError`` for terms that do not make a calendar or values that are not finite.
    public init(
        front: OptionTerms,
        frontVolatility: Double,
        back: OptionTerms,
        backVolatility: Double,
        debit: Double? = nil
    ) throws(PricingError) {
        guard front.years > 0 else { throw .expired }
        guard back.years > front.years else { throw .outOfRange("time to the back expiration", value: back.years) }
        guard front.right == back.right, front.strike == back.strike, front.spot == back.spot else {
            throw .outOfRange("strike of the back option", value: back.strike)
        }
        guard front.strike > 0 else { throw .outOfRange("strike", value: front.strike) }
        guard front.spot > 0 else { throw .outOfRange("spot price", value: front.spot) }
        for volatility in [frontVolatility, backVolatility] where !(volatility > 0) {
            throw .outOfRange("volatility", value: volatility)
        }
        let frontValue = try BlackScholes(front, volatility: frontVolatility).greeks
        let backValue = try BlackScholes(back, volatility: backVolatility).greeks
        let paid = debit ?? backValue.price - frontValue.price
        guard paid.isFinite else { throw .notFinite("debit") }
        self.front = front
        self.back = back
        self.frontVolatility = frontVolatility
        self.backVolatility = backVolatility
        self.debit = paid
        frontPrice = frontValue.price
        backPrice = backValue.price
        greeks = Greeks(
            price: backValue.price - frontValue.price,
            delta: backValue.delta - frontValue.delta,
            gamma: backValue.gamma - frontValue.gamma,
            theta: backValue.theta - frontValue.theta,
            vega: backValue.vega - frontValue.vega,
            rho: backValue.rho - frontValue.rho
        )
        volatilityDifference = frontVolatility - backVolatility
        let gap = back.years - front.years
        forwardVariance =
            (backVolatility * backVolatility * back.years - frontVolatility * frontVolatility * front.years) / gap
        let value = Payoff(back: back, gap: gap, volatility: backVolatility, debit: paid)
        let atStrike = value.profit(at: front.strike)
        profitAtStrike = atStrike
        returnAtStrike = paid > 0 ? atStrike / paid : nil
        let distribution = TerminalDistribution(
            unchecked: front.spot,
            drift: front.rate - front.dividendYield,
            volatility: frontVolatility,
            years: front.years
        )
        if atStrike > 0 {
            let lower = value.crossing(from: front.strike, toward: 0.5)
            let upper = value.crossing(from: front.strike, toward: 2)
            lowerBreakEven = lower
            upperBreakEven = upper
            let below = lower.map { distribution.probability(below: $0) } ?? 0
            let above = upper.map { distribution.probability(above: $0) } ?? 0
            probabilityOfProfit = max(1 - below - above, 0)
        } else {
            lowerBreakEven = nil
            upperBreakEven = nil
            probabilityOfProfit = 0
        }
        expectedValue = value.expectation(under: distribution, kink: front.strike)
        guard profitAtStrike.isFinite, expectedValue.isFinite, forwardVariance.isFinite, greeks.isFinite else {
            throw .notComputable("value of the calendar")
        }
    }

    /// Profit per share at the front expiration with the underlying at `price`, 0 or more.
    public func profit(at price: Double) -> Double {
        Payoff(back: back, gap: back.years - front.years, volatility: backVolatility, debit: debit).profit(at: price)
    }

    /// The same spread, paid the same, with the back's implied volatility `points` higher: 0.05 is five points.
    ///
    /// - Throws: ``PricingError`` when the volatility would not be above 0.
    public func withBackVolatility(shiftedBy points: Double) throws(PricingError) -> CalendarSpread {
        try CalendarSpread(
            front: front,
            frontVolatility: frontVolatility,
            back: back,
            backVolatility: backVolatility + points,
            debit: debit
        )
    }

    /// The profit at the front expiration as a function of the underlying.
    private struct Payoff {
        let back: OptionTerms
        let gap: Double
        let volatility: Double
        let debit: Double

        func profit(at price: Double) -> Double {
            let later = back.withoutDividends(from: back.years - gap).with(spot: max(price, 0))
            return BlackScholes.price(later, volatility: volatility) - back.payoff(at: max(price, 0)) - debit
        }

        /// Where the profit, above 0 at `start`, falls to 0 on the way to `factor`^12 times it; nil where it does not.
        func crossing(from start: Double, toward factor: Double) -> Double? {
            var (inside, outside) = (start, start)
            var steps = 0
            repeat {
                inside = outside
                outside *= factor
                steps += 1
                if steps > 12 { return nil }
            } while profit(at: outside) > 0
            for _ in 0..<80 where abs(outside - inside) > 1e-13 * start {
                let middle = 0.5 * (inside + outside)
                if profit(at: middle) > 0 { inside = middle } else { outside = middle }
            }
            return 0.5 * (inside + outside)
        }

        /// The expectation by quadrature over the standard normal score, split at the kink.
        func expectation(under distribution: TerminalDistribution, kink: Double) -> Double {
            let deviation = distribution.volatility * distribution.years.squareRoot()
            let centre =
                log(distribution.spot) + distribution.drift * distribution.years - 0.5 * deviation * deviation
            let turn = min(max((log(kink) - centre) / deviation, -9), 9)
            var sum = 0.0
            for (start, stop) in [(-10, turn - 3), (turn - 3, turn), (turn, turn + 3), (turn + 3, 10)]
            where stop > start {
                sum += Self.quadrature.integrate(from: start, to: stop) { score in
                    NormalDistribution.density(score) * profit(at: exp(centre + deviation * score))
                }
            }
            return sum
        }

        private static let quadrature = GaussLegendre(count: 32)
    }
}
