#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The values of an option over a grid of spots at one time, and their march backwards between two ex-dates.
///
/// With x = ln S and tau the time marched, U(y, tau) = e^{r tau} V, y = x + (r - q - sigma²/2) tau, satisfies
/// U_tau = sigma²/2 U_yy. The first point lies deepest in the money, where early exercise begins.
struct GridSlice {
    private let terms: OptionTerms
    private let volatility: Double
    private let origin: Double
    /// Signed distance of neighbours: upwards for puts, downwards for calls.
    private let step: Double
    private var values: [Double]
    /// The spots of the points when the march began.
    private let spots: [Double]
    private let edges: Edges
    private var elapsed = 0.0

    /// A slice of `value`, wide enough for what can happen until `time`.
    ///
    /// - Parameter kink: the spot at which `value` bends, if it does. It is laid between points at the offset for which
    ///   sampling a bent function at the points makes no second-order error (the root of the Bernoulli polynomial B2).
    init(
        _ terms: OptionTerms,
        volatility: Double,
        intervals: Int,
        from time: Double,
        kink: Double?,
        _ value: (Double) -> Double
    ) {
        self.terms = terms
        self.volatility = volatility
        let drift = terms.rate - terms.dividendYield
        var centre = terms.spot * exp(drift * time)
        for dividend in terms.dividends where dividend.years < time {
            centre -= dividend.amount * exp(drift * (time - dividend.years))
        }
        let deviation = volatility * time.squareRoot()
        let reach = 6.5 * deviation + deviation * deviation + 1e-12
        // With dividends near the spot itself the log grid must still reach from next to nothing to the spot.
        let floor = 1e-3 * terms.spot * exp(drift * time)
        let low = log(max(centre, floor)) - reach
        let high = max(log(max(centre, floor)), log(terms.spot) + drift * time) + reach
        let width = (high - low) / Double(intervals)
        let towardsMoney = -terms.sign
        var first = terms.right == .put ? low : high
        if let kink {
            let place = (log(kink) - first) / (towardsMoney * width)
            let offset = place - place.rounded(.down) - 0.21132486540518712
            first += towardsMoney * width * offset
        }
        origin = first
        step = towardsMoney * width
        spots = (0...intervals).map { [origin, step] in exp(origin + Double($0) * step) }
        values = spots.map(value)
        edges = Edges(values: values, spots: spots)
    }

    // MARK: - Marching

    /// Moves the slice back in time. After a kink the first two steps are four half steps fully implicit, which damps
    /// the oscillations Crank-Nicolson would carry along (Rannacher).
    mutating func march(duration: Double, steps: Int, smoothingKink: Bool) {
        let length = duration / Double(steps)
        let smoothed = smoothingKink ? min(2, steps) : 0
        if smoothed > 0 {
            run(Stencil(self, time: 0.5 * length, implicit: 1), count: 2 * smoothed)
        }
        if steps > smoothed {
            run(Stencil(self, time: length, implicit: 0.5), count: steps - smoothed)
        }
    }

    /// Beyond the grid the value is taken to be linear in the spot, as it is where exercise is certain or hopeless.
    private struct Edges {
        let first: (constant: Double, slope: Double)
        let last: (constant: Double, slope: Double)

        init(values: [Double], spots: [Double]) {
            let end = values.count - 1
            let firstSlope = (values[1] - values[0]) / (spots[1] - spots[0])
            let lastSlope = (values[end] - values[end - 1]) / (spots[end] - spots[end - 1])
            first = (values[0] - firstSlope * spots[0], firstSlope)
            last = (values[end] - lastSlope * spots[end], lastSlope)
        }
    }

    /// The coefficients of one time step and the factors of its tridiagonal matrix, eliminated from the last point.
    private struct Stencil {
        let time: Double
        let explicit: Double
        let off: Double
        let diagonal: Double
        let carried: [Double]
        let inverse: [Double]
        let returned: [Double]

        init(_ slice: GridSlice, time: Double, implicit: Double) {
            self.time = time
            let lambda = 0.5 * slice.volatility * slice.volatility * time / (slice.step * slice.step)
            explicit = 1.0 / 12 + lambda * (1 - implicit)
            off = 1.0 / 12 - lambda * implicit
            diagonal = 1 - 2 * off
            let count = slice.values.count
            var carried = [Double](repeating: 0, count: count)
            var inverse = carried
            inverse[count - 2] = 1 / diagonal
            for index in stride(from: count - 3, through: 1, by: -1) {
                carried[index] = off * inverse[index + 1]
                inverse[index] = 1 / (diagonal - off * carried[index])
            }
            self.carried = carried
            self.inverse = inverse
            returned = inverse.map { [off] in off * $0 }
        }
    }

    private mutating func run(_ stencil: Stencil, count: Int) {
        let isAmerican = terms.style == .american
        let hasOneBoundary = terms.dividendYield >= 0
        let drift = terms.rate - terms.dividendYield - 0.5 * volatility * volatility
        let end = values.count - 1
        var right = values
        var floors = [Double](repeating: -Double.infinity, count: values.count)
        for _ in 0..<count {
            elapsed += stencil.time
            if isAmerican {
                let strike = terms.sign * terms.strike * exp(terms.rate * elapsed)
                let growth = terms.sign * exp((terms.rate - drift) * elapsed)
                for index in floors.indices {
                    floors[index] = growth * spots[index] - strike
                }
            }
            for index in 1..<end {
                let curve = values[index - 1] - 2 * values[index] + values[index + 1]
                right[index] = values[index] + stencil.explicit * curve
            }
            let growth = exp(0.5 * volatility * volatility * elapsed)
            values[0] = max(edges.first.constant + edges.first.slope * spots[0] * growth, floors[0])
            values[end] = max(edges.last.constant + edges.last.slope * spots[end] * growth, floors[end])
            right[1] -= stencil.off * values[0]
            right[end - 1] -= stencil.off * values[end]
            if isAmerican && !hasOneBoundary {
                solveByPolicies(stencil, right, floors)
            } else {
                solve(stencil, &right, floors)
            }
        }
    }

    /// Solves the inequality when exercise begins at the first point and ends once, by raising each value to the
    /// exercise value on the way back (Brennan and Schwartz).
    private mutating func solve(_ stencil: Stencil, _ right: inout [Double], _ floors: [Double]) {
        let end = values.count - 1
        // The two recurrences below carry a value from point to point; keeping it in a register and the products that
        // do not need it out of the chain is what makes them fast.
        var carried = 0.0
        for index in stride(from: end - 1, through: 1, by: -1) {
            carried = right[index] - stencil.carried[index] * carried
            right[index] = carried * stencil.inverse[index]
        }
        var previous = 0.0
        for index in 1..<end {
            let value = right[index] - stencil.returned[index] * previous
            let floor = floors[index]
            previous = value > floor ? value : floor
            values[index] = previous
        }
    }

    /// Solves the inequality when the exercise region may lie anywhere: guess where exercise is best, solve, correct the
    /// guess, until it no longer changes (Howard's policy iteration).
    private mutating func solveByPolicies(_ stencil: Stencil, _ right: [Double], _ floors: [Double]) {
        let end = values.count - 1
        var exercised = (0...end).map { values[$0] <= floors[$0] }
        var factor = [Double](repeating: 0, count: end + 1)
        var partial = factor
        for _ in 0..<50 {
            factor[0] = 0
            partial[0] = 0
            for index in 1..<end {
                let (off, diagonal, target) =
                    exercised[index] ? (0, 1, floors[index]) : (stencil.off, stencil.diagonal, right[index])
                let pivot = diagonal - off * factor[index - 1]
                factor[index] = off / pivot
                partial[index] = (target - off * partial[index - 1]) / pivot
            }
            var next = 0.0
            for index in stride(from: end - 1, through: 1, by: -1) {
                next = partial[index] - factor[index] * next
                values[index] = next
            }
            var changed = false
            for index in 1..<end {
                let before = index == 1 ? 0 : values[index - 1]
                let after = index == end - 1 ? 0 : values[index + 1]
                let residual = stencil.diagonal * values[index] + stencil.off * (before + after) - right[index]
                let isBest = values[index] - floors[index] < residual
                if isBest != exercised[index] {
                    exercised[index] = isBest
                    changed = true
                }
            }
            if !changed { break }
        }
    }

    // MARK: - Reading

    func price(at spot: Double) -> Double {
        guard let local = local(at: spot) else { return outside(spot) }
        let value = exp(-terms.rate * elapsed) * local.value
        return terms.style == .american ? max(value, terms.payoff(at: spot)) : max(value, 0)
    }

    func state(at spot: Double) -> OptionState {
        guard let local = local(at: spot) else {
            let slope = (outside(spot * 1.0001) - outside(spot)) / (spot * 0.0001)
            return OptionState(price: outside(spot), delta: slope, gamma: 0, isExercised: false)
        }
        let discount = exp(-terms.rate * elapsed)
        let price = discount * local.value
        let slope = discount * local.slope
        let payoff = terms.payoff(at: spot)
        if terms.style == .american, payoff > 0, price <= payoff * (1 + 1e-12) {
            return OptionState(price: payoff, delta: terms.sign, gamma: 0, isExercised: true)
        }
        return OptionState(
            price: max(price, 0),
            delta: slope / spot,
            gamma: (discount * local.curvature - slope) / (spot * spot),
            isExercised: false
        )
    }

    /// Value and derivatives by ln S of the polynomial through the six nearest points; nil beyond the grid.
    private func local(at spot: Double) -> (value: Double, slope: Double, curvature: Double)? {
        guard spot > 0 else { return nil }
        let drift = terms.rate - terms.dividendYield - 0.5 * volatility * volatility
        let place = (log(spot) + drift * elapsed - origin) / step
        guard place >= 0, place <= Double(values.count - 1) else { return nil }
        let first = min(max(Int(place) - 2, 0), values.count - 6)
        let t = place - Double(first)
        var differences = (0..<6).map { values[first + $0] }
        for order in 1..<6 {
            for index in stride(from: 5, through: order, by: -1) {
                differences[index] = (differences[index] - differences[index - 1]) / Double(order)
            }
        }
        var (value, slope, curvature) = (differences[5], 0.0, 0.0)
        for order in stride(from: 4, through: 0, by: -1) {
            let distance = t - Double(order)
            curvature = curvature * distance + 2 * slope
            slope = slope * distance + value
            value = value * distance + differences[order]
        }
        return (value, slope / step, curvature / (step * step))
    }

    private func outside(_ spot: Double) -> Double {
        let drift = terms.rate - terms.dividendYield - 0.5 * volatility * volatility
        let isFirst = spot > 0 ? (log(spot) + drift * elapsed - origin) / step < 0 : terms.right == .put
        let edge = isFirst ? edges.first : edges.last
        // In the moving frame a claim on the spot itself grows like e^{sigma² tau / 2}.
        let growth = exp((drift + 0.5 * volatility * volatility) * elapsed)
        let held = exp(-terms.rate * elapsed) * (edge.constant + edge.slope * spot * growth)
        return terms.style == .american ? max(held, terms.payoff(at: spot)) : max(held, 0)
    }
}
