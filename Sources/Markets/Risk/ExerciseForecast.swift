#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// How likely the holder of an American option is to exercise it before its last day, if he does so whenever exercising is
/// worth more than keeping it, under the option's own drift and volatility.
///
/// The price of the share is followed on a grid from day to day: its logarithm moves by a normal amount, cash dividends are
/// taken off at the step next to their ex-dates, and at each step the option is exercised where that is worth more. Value and
/// probabilities go back on the same grid, so that any number of ex-dates, puts and calls are one case.
struct ExerciseForecast {
    /// Probability of exercise before the last day.
    let early: Double
    /// Probability of exercise then or at expiration.
    let assigned: Double
    /// Probability of ending in the money, exercised before or not.
    let inTheMoney: Double
    /// The spot beyond which the option is exercised on the eve of the next ex-date; nil where there is none or never.
    let criticalSpot: Double?

    /// Steps at most; longer lives are followed in steps of more than a day.
    private static let mostSteps = 120

    /// - Returns: nil where nothing can move: no time, no volatility, or a dividend that takes all of the spot.
    init?(_ terms: OptionTerms, volatility: Double) {
        let years = terms.years
        let total = volatility * years.squareRoot()
        guard total > 1e-4, total < 20, terms.spot > 0, terms.strike > 0 else { return nil }
        let paid = terms.dividends.reduce(0) { $0 + $1.amount }
        guard paid < 0.9 * terms.spot else { return nil }
        let steps = min(max(Int((years * 365).rounded(.up)), 2), Self.mostSteps)
        let duration = years / Double(steps)
        let grid = Grid(terms, volatility: volatility, steps: steps, paid: paid)
        let discount = exp(-terms.rate * duration)

        // One step before the end the closed form holds, which knows no corners.
        var value = grid.spots.map { spot in
            BlackScholes.price(terms.after(years - duration, spot: spot), volatility: volatility)
        }
        var finish = grid.spots.map { spot in
            let end = TerminalDistribution(
                unchecked: spot,
                drift: terms.rate - terms.dividendYield,
                volatility: volatility,
                years: duration
            )
            return terms.right == .call
                ? end.probability(above: terms.strike) : end.probability(below: terms.strike)
        }
        var assigned = finish
        var early = [Double](repeating: 0, count: grid.spots.count)
        var critical: Double?
        let payoffs = grid.spots.map(terms.payoff)
        var dividends = terms.dividends
        for step in stride(from: steps - 1, through: 0, by: -1) {
            if step < steps - 1 {
                value = grid.back(value).map { discount * $0 }
                finish = grid.back(finish)
                assigned = grid.back(assigned)
                early = grid.back(early)
            }
            var isEve = false
            // Exercise just before an ex-date is the choice of the moment itself; on the last day that of the step before.
            while let last = dividends.last, min(Int((last.years / duration).rounded()), steps - 1) >= step {
                dividends.removeLast()
                isEve = true
                value = grid.fallen(value, by: last.amount)
                finish = grid.fallen(finish, by: last.amount)
                assigned = grid.fallen(assigned, by: last.amount)
                early = grid.fallen(early, by: last.amount)
            }
            if isEve { critical = grid.crossing(payoffs, value, terms) }
            for (index, part) in Self.exercised(payoffs, value).enumerated() where part > 0 {
                value[index] = max(value[index], payoffs[index])
                assigned[index] = part + (1 - part) * assigned[index]
                early[index] = part + (1 - part) * early[index]
            }
        }
        func probability(_ values: [Double]) -> Double { min(max(grid.read(values, at: terms.spot), 0), 1) }
        self.early = probability(early)
        self.assigned = max(probability(assigned), self.early)
        inTheMoney = probability(finish)
        criticalSpot = critical
        guard self.early.isFinite, self.assigned.isFinite, inTheMoney.isFinite else { return nil }
    }

    /// How much of each point's cell lies where exercising is worth more than keeping: 0 or 1 but for the cell in which that
    /// changes, of which the part counts, lest probabilities hang on where the points happen to lie.
    private static func exercised(_ payoffs: [Double], _ held: [Double]) -> [Double] {
        let gains = zip(payoffs, held).map { $0 - $1 }
        let isBetter = zip(payoffs, gains).map { $0 > 0 && $1 > 0 }
        var parts = isBetter.map { $0 ? 1.0 : 0 }
        for index in isBetter.indices.dropLast() where isBetter[index] != isBetter[index + 1] {
            let (kept, taken) = isBetter[index] ? (index + 1, index) : (index, index + 1)
            let distance = gains[kept] < gains[taken] ? max(-gains[kept] / (gains[taken] - gains[kept]), 0) : 0
            if distance < 0.5 { parts[kept] = 0.5 - distance } else { parts[taken] = 1.5 - distance }
        }
        return parts
    }

    /// Spots evenly spaced in their logarithm, half a step's deviation apart.
    private struct Grid {
        let spots: [Double]
        private let first: Double
        private let gap: Double
        /// Weights of the neighbours from which a step comes, by distance.
        private let weights: [Double]
        private let reach: Int

        init(_ terms: OptionTerms, volatility: Double, steps: Int, paid: Double) {
            let duration = terms.years / Double(steps)
            let deviation = volatility * duration.squareRoot()
            let drift = (terms.rate - terms.dividendYield - 0.5 * volatility * volatility)
            let width = 6.5 * volatility * terms.years.squareRoot() + abs(drift) * terms.years
            gap = 0.5 * deviation
            let low = log(terms.spot - paid) - width
            let count = Int(((log(terms.spot) + width - low) / gap).rounded(.up)) + 1
            first = low
            spots = (0..<count).map { [first, gap] in exp(first + Double($0) * gap) }
            let shift = drift * duration
            reach = Int((6 * deviation + abs(shift)) / gap) + 1
            let raw = (-reach...reach).map { index -> Double in
                let score = (Double(index) * 0.5 * deviation - shift) / deviation
                return exp(-0.5 * score * score)
            }
            let sum = raw.reduce(0, +)
            weights = raw.map { $0 / sum }
        }

        /// The expectation over one step.
        func back(_ values: [Double]) -> [Double] {
            let last = values.count - 1
            return values.withUnsafeBufferPointer { values in
                weights.withUnsafeBufferPointer { weights in
                    (0...last).map { index in
                        var sum = 0.0
                        for offset in 0..<weights.count {
                            // Beyond the grid, which the share all but never reaches, all stays as it is at the edge.
                            sum += weights[offset] * values[min(max(index + offset - reach, 0), last)]
                        }
                        return sum
                    }
                }
            }
        }

        /// The values at spots lower by a dividend.
        func fallen(_ values: [Double], by amount: Double) -> [Double] {
            spots.map { read(values, at: max($0 - amount, spots[0])) }
        }

        /// Linear between the two neighbours in the logarithm for probabilities and values alike, which are monotonous.
        func read(_ values: [Double], at spot: Double) -> Double {
            let place = min(max((log(spot) - first) / gap, 0), Double(values.count - 1))
            let index = min(max(Int(place) - 1, 0), values.count - 4)
            let t = place - Double(index)
            let (a, b, c, d) = (values[index], values[index + 1], values[index + 2], values[index + 3])
            let cubic =
                -a * (t - 1) * (t - 2) * (t - 3) / 6 + b * t * (t - 2) * (t - 3) / 2
                - c * t * (t - 1) * (t - 3) / 2 + d * t * (t - 1) * (t - 2) / 6
            // A cubic swings where a probability jumps; it never leaves its neighbours here.
            let near = min(max(Int(place), 0), values.count - 2)
            let bounds = (min(values[near], values[near + 1]), max(values[near], values[near + 1]))
            return min(max(cubic, bounds.0), bounds.1)
        }

        /// The spot at which exercising begins to be worth more than what is kept.
        func crossing(_ payoffs: [Double], _ held: [Double], _ terms: OptionTerms) -> Double? {
            let gains = zip(payoffs, held).map { $0 - $1 }
            let isCall = terms.right == .call
            let order = isCall ? Array(gains.indices) : Array(gains.indices.reversed())
            for (before, index) in zip(order, order.dropFirst()) where payoffs[index] > 0 && gains[index] > 0 {
                guard gains[before] <= 0 else { continue }
                let weight = gains[before] / (gains[before] - gains[index])
                return spots[before] + weight * (spots[index] - spots[before])
            }
            return nil
        }
    }
}
