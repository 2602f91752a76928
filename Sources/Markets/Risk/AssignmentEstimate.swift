#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How likely a short option is to be assigned, under risk-neutral drift with the option's own volatility.
///
/// At expiration: the probability of finishing in the money. Before: a call is exercised on the eve of its only ex-date when
/// S - K exceeds what the call is worth after the dividend, which has a closed form. A put, and a call with several ex-dates,
/// is exercised where that is worth more than keeping it: the probability of getting there comes from the early-exercise
/// boundary, or with cash dividends from a grid of days. Exercise on the last day counts as at expiration. Whether a put
/// ought to be exercised now is flagged besides: its time value is below the interest on the strike.
public struct AssignmentEstimate: Sendable, Hashable {
    /// The next ex-date of the underlying.
    public struct ExDividend: Sendable, Hashable {
        /// Years until the ex-date, at least 0.
        public var years: Double
        /// Trading sessions until the ex-date: 1 when it is the next session.
        public var sessions: Int
        /// Cash per share.
        public var amount: Double

        /// A dividend of `amount` per share.
        public init(years: Double, sessions: Int, amount: Double) {
            self.years = years
            self.sessions = sessions
            self.amount = amount
        }
    }

    /// The estimate in a word.
    public enum Level: String, Sendable, Hashable, CaseIterable {
        /// Below 10 %.
        case low = "LOW"
        /// From 10 % to below 40 %.
        case medium = "MEDIUM"
        /// 40 % and above.
        case high = "HIGH"
        /// In the money with at most 5 cents of time value, or a call whose time value is below a dividend that goes ex
        /// within two sessions.
        case imminent = "IMMINENT"
    }

    /// Probability of finishing in the money at expiration, if held until then.
    public let inTheMoneyAtExpiration: Double
    /// Probability that the spot is at the strike at any time until expiration; 1 in the money.
    public let touch: Double
    /// Probability that the holder exercises before the last day; for a call with one ex-date, on the eve of that. 0 for a call
    /// without one and for European options; nil for a put where it cannot be worked out, since neither boundary nor grid
    /// covers it: a rate of 0 or less above the yield, or no movement.
    public let early: Double?
    /// The spot above which a call is exercised before the next ex-date; nil if never.
    public let criticalSpot: Double?
    /// Probability of being assigned at all: early + (1 - early) × in the money at expiration given not exercised.
    public let probability: Double
    /// ``probability`` and urgency in a word.
    public let level: Level
    /// Whether exercising now pays: for a put, time value below the interest on the strike until expiration; for a call,
    /// a dividend above the time value within two sessions.
    public let isEarlyExerciseRational: Bool
    /// Spot within 0.5 % of the strike with at most a day left: whether assignment comes is open until the last minute.
    public let hasPinRisk: Bool

    /// - Parameters:
    ///   - terms: the option; its cash dividends count for puts, and for calls where there are several.
    ///   - volatility: the option's implied volatility, 0.25 is 25 %.
    ///   - price: what the option costs per share now.
    ///   - daysToExpiration: calendar days.
    ///   - exDividend: the next ex-date; ignored when it is not before expiration.
    /// - Throws: ``PricingError`` for values that are not finite or a spot or strike of 0.
    public init(
        _ terms: OptionTerms,
        volatility: Double,
        price: Double,
        daysToExpiration: Int,
        exDividend: ExDividend? = nil
    ) throws(PricingError) {
        try BlackScholes.check(volatility: volatility)
        guard price.isFinite else { throw .notFinite("price") }
        guard terms.spot > 0 else { throw .outOfRange("spot price", value: terms.spot) }
        guard terms.strike > 0 else { throw .outOfRange("strike", value: terms.strike) }
        let distribution = TerminalDistribution(
            unchecked: terms.spot,
            drift: terms.rate - terms.dividendYield,
            volatility: volatility,
            years: terms.years
        )
        let isAmerican = terms.style == .american
        let intrinsic = terms.intrinsic
        let extrinsic = max(price - intrinsic, 0)
        touch = intrinsic > 0 ? 1 : distribution.probability(touching: terms.strike)
        hasPinRisk = daysToExpiration <= 1 && abs(terms.spot - terms.strike) / terms.spot < 0.005

        let isPut = terms.right == .put
        let next = exDividend.flatMap { $0.years >= 0 && $0.years < terms.years && $0.amount > 0 ? $0 : nil }
        let strike = terms.strike
        let atExpiration =
            isPut ? distribution.probability(below: strike) : distribution.probability(above: strike)
        if isAmerican, isPut ? !terms.dividends.isEmpty : terms.dividends.count > 1,
            let forecast = ExerciseForecast(terms, volatility: volatility)
        {
            (early, probability) = (forecast.early, forecast.assigned)
            inTheMoneyAtExpiration = forecast.inTheMoney
            criticalSpot = isPut ? nil : forecast.criticalSpot
        } else if let next {
            let path = DividendPath(terms, volatility: volatility, next)
            let critical = isAmerican ? path.criticalSpot() : nil
            criticalSpot = critical
            let exercised = critical.map { path.probability(above: $0) } ?? 0
            early = isAmerican && isPut ? nil : exercised
            inTheMoneyAtExpiration = path.inTheMoney(below: nil)
            probability = min(exercised + path.inTheMoney(below: critical), 1)
        } else {
            criticalSpot = nil
            inTheMoneyAtExpiration = atExpiration
            let neverEarly = terms.rate <= 0 && terms.dividendYield >= terms.rate
            if !isAmerican || !isPut || neverEarly || terms.years <= Self.lastDay {
                (early, probability) = (0, atExpiration)
            } else if let passage = BoundaryPassage(terms, volatility: volatility, lastDay: Self.lastDay) {
                (early, probability) = (passage.early, passage.assigned)
            } else {
                (early, probability) = (nil, atExpiration)
            }
        }
        let dividendIsNear =
            next.map { isAmerican && !isPut && $0.sessions <= 2 && $0.amount > extrinsic } ?? false
        let interest = terms.strike * -expm1(-terms.rate * terms.years)
        isEarlyExerciseRational =
            isAmerican && intrinsic > 0 && (terms.right == .put ? extrinsic < interest : dividendIsNear)
        // Prices are whole cents; their differences are not quite.
        if intrinsic > 0 && (extrinsic <= 0.05 + 1e-9 || dividendIsNear) {
            level = .imminent
        } else {
            level = probability < 0.1 ? .low : (probability < 0.4 ? .medium : .high)
        }
        guard probability.isFinite, touch.isFinite, inTheMoneyAtExpiration.isFinite else {
            throw .notComputable("assignment probability")
        }
    }

    /// Years before expiration in which exercise is no longer early: a day.
    private static let lastDay = 1.0 / 365
}

/// A price that is lognormal, falls by a dividend once, and is lognormal again.
private struct DividendPath {
    private let terms: OptionTerms
    private let volatility: Double
    private let dividend: AssignmentEstimate.ExDividend

    init(_ terms: OptionTerms, volatility: Double, _ dividend: AssignmentEstimate.ExDividend) {
        self.terms = terms
        self.volatility = volatility
        self.dividend = dividend
    }

    private var before: TerminalDistribution {
        TerminalDistribution(
            unchecked: terms.spot,
            drift: terms.rate - terms.dividendYield,
            volatility: volatility,
            years: dividend.years
        )
    }

    func probability(above spot: Double) -> Double {
        before.probability(above: spot)
    }

    /// The root of S - K = C(S - D, K, time after the ex-date); nil for puts and for dividends too small to be worth
    /// the interest on the strike, D <= K (1 - e^{-r tau}).
    func criticalSpot() -> Double? {
        let remaining = terms.withoutDividends(from: dividend.years)
        let interest = terms.strike * -expm1(-terms.rate * remaining.years)
        guard terms.right == .call, dividend.amount > interest else { return nil }
        let gain = { (spot: Double) in
            let after = max(spot - dividend.amount, 0)
            return spot - terms.strike - BlackScholes.price(remaining.with(spot: after), volatility: volatility)
        }
        var lower = terms.strike
        var upper = 2 * (terms.strike + dividend.amount)
        while gain(upper) <= 0 {
            lower = upper
            upper *= 2
            guard upper < 1e15 else { return nil }
        }
        while upper - lower > 1e-14 * upper {
            let middle = 0.5 * (lower + upper)
            guard middle > lower, middle < upper else { break }
            if gain(middle) > 0 { upper = middle } else { lower = middle }
        }
        return 0.5 * (lower + upper)
    }

    /// The probability of finishing in the money on paths that are below `critical` just before the ex-date.
    func inTheMoney(below critical: Double?) -> Double {
        let drift = terms.rate - terms.dividendYield
        let deviation = volatility * dividend.years.squareRoot()
        let mean = log(terms.spot) + (drift - 0.5 * volatility * volatility) * dividend.years
        let finish = { (spot: Double) -> Double in
            let after = TerminalDistribution(
                unchecked: max(spot - dividend.amount, .leastNormalMagnitude),
                drift: drift,
                volatility: volatility,
                years: terms.years - dividend.years
            )
            let strike = terms.strike
            return terms.right == .call ? after.probability(above: strike) : after.probability(below: strike)
        }
        guard deviation > 1e-9 else {
            let spot = exp(mean)
            return spot < critical ?? .infinity ? finish(spot) : 0
        }
        let widest = 8.5
        let end = min(max(((critical.map(log) ?? .infinity) - mean) / deviation, -widest), widest)
        // The integrand bends most where the spot after the dividend is at the strike.
        let turn = (log(terms.strike + dividend.amount) - mean) / deviation
        let points = [-widest, -2, min(max(turn, -widest), end), 2, end].filter { $0 <= end }.sorted()
        var sum = 0.0
        for (start, stop) in zip(points, points.dropFirst()) where stop > start {
            sum += Self.quadrature.integrate(from: start, to: stop) { score in
                NormalDistribution.density(score) * finish(exp(mean + deviation * score))
            }
        }
        return sum
    }

    private static let quadrature = GaussLegendre(count: 32)
}
