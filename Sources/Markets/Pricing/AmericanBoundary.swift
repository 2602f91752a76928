#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The early-exercise boundary of an American put with strike 1 and an interest rate above 0, and the values that
/// follow from it at any spot.
///
/// Spectral collocation after Andersen, Lake and Offengenden, "High-performance American option pricing" (2016): the
/// squared logarithm of the boundary is interpolated at Chebyshev nodes in the square root of time and found by
/// fixed-point sweeps with a Newton correction per node, starting from the QD+ approximation (Li, 2010). The boundary
/// depends on neither spot nor strike. Calls are priced as puts with spot and strike, rate and yield exchanged.
struct AmericanBoundary {
    /// Value per unit of strike and derivatives by the spot.
    struct Values {
        var price: Double
        var delta: Double
        var gamma: Double
    }

    private let rate: Double
    private let yield: Double
    private let volatility: Double
    private let years: Double
    private let scheme: AmericanScheme
    /// The boundary just before expiration: min(1, r/q).
    private let limit: Double
    /// ln(boundary/limit)² at the scheme's nodes.
    private var squares: [Double]

    /// - Parameters: `rate`, `volatility` and `years` above 0.
    init(rate: Double, yield: Double, volatility: Double, years: Double, scheme: AmericanScheme) {
        self.rate = rate
        self.yield = yield
        self.volatility = volatility
        self.years = years
        self.scheme = scheme
        limit = yield > rate ? rate / yield : 1
        squares = []
        squares = scheme.rootTimes.map { root in
            let start = StartingBoundary(rate: rate, yield: yield, volatility: volatility, years: years * root * root)
            let ratio = log(min(start.boundary(below: limit), limit) / limit)
            return ratio * ratio
        }
        solve()
    }

    /// The spot at and below which the put is exercised now.
    var critical: Double { limit * exp(-squares[0].squareRoot()) }

    // MARK: - Boundary

    private mutating func solve() {
        let count = scheme.boundaryNodes
        let inner = scheme.equationNodes
        // The discount factors at the quadrature points are the same in every sweep.
        var rateGrowth = [Double](repeating: 0, count: count * inner)
        var yieldGrowth = rateGrowth
        for node in 0..<count {
            let time = years * scheme.rootTimes[node] * scheme.rootTimes[node]
            for point in 0..<inner {
                let elapsed = time * (1 - scheme.halves[point] * scheme.halves[point])
                rateGrowth[node * inner + point] = exp(rate * elapsed)
                yieldGrowth[node * inner + point] = yield == 0 ? 1 : exp(yield * elapsed)
            }
        }
        for _ in 0..<scheme.sweeps {
            let previous = squares
            var largest = 0.0
            for node in 0..<count {
                let improved = improve(node, previous, rateGrowth, yieldGrowth)
                largest = max(largest, abs(improved - previous[node]))
                squares[node] = improved
            }
            if largest < 1e-14 { break }
        }
    }

    /// One Newton step for the boundary at a node, in the equation that comes from the value at the boundary being
    /// the exercise value (the "B" form of the paper), or from the delta being -1 ("A") when r and q nearly agree and
    /// B contracts too slowly.
    private func improve(
        _ node: Int,
        _ squares: [Double],
        _ rateGrowth: [Double],
        _ yieldGrowth: [Double]
    ) -> Double {
        let root = scheme.rootTimes[node]
        let time = years * root * root
        let deviation = volatility * time.squareRoot()
        let drift = rate - yield
        let depth = squares[node].squareRoot()
        let boundary = limit * exp(-depth)
        let lower = (log(limit) - depth + drift * time) / deviation - 0.5 * deviation
        let upper = lower + deviation
        let usesDelta = abs(drift) < 1e-3
        let inner = scheme.equationNodes

        var rateSum = 0.0
        var yieldSum = 0.0
        for point in 0..<inner {
            let half = scheme.halves[point]
            let other = interpolated(scheme.equationRows, row: node * inner + point, squares).squareRoot()
            let width = deviation * half
            let below = (other - depth + drift * time * half * half) / width - 0.5 * width
            let above = below + width
            let weight = scheme.equationWeights[point] * half * time
            let rateWeight = weight * rateGrowth[node * inner + point]
            let yieldWeight = weight * yieldGrowth[node * inner + point]
            if usesDelta {
                rateSum += rateWeight * NormalDistribution.density(below) / width
                let aboveDensity = NormalDistribution.density(above) / width
                yieldSum += yieldWeight * (NormalDistribution.cumulative(above) + aboveDensity)
            } else {
                rateSum += rateWeight * NormalDistribution.cumulative(below)
                if yield != 0 { yieldSum += yieldWeight * NormalDistribution.cumulative(above) }
            }
        }
        let lowerDensity = NormalDistribution.density(lower) / deviation
        let upperDensity = NormalDistribution.density(upper) / deviation
        let numerator: Double
        let numeratorSlope: Double
        let denominator: Double
        let denominatorSlope: Double
        if usesDelta {
            numerator = lowerDensity + rate * rateSum
            numeratorSlope = -lowerDensity * lower / deviation
            denominator = NormalDistribution.cumulative(upper) + upperDensity + yield * yieldSum
            denominatorSlope = upperDensity * (1 - upper / deviation)
        } else {
            numerator = NormalDistribution.cumulative(lower) + rate * rateSum
            numeratorSlope = lowerDensity
            denominator = NormalDistribution.cumulative(upper) + yield * yieldSum
            denominatorSlope = upperDensity
        }
        let forward = exp(-drift * time)
        let image = forward * numerator / denominator
        // Slopes are by the logarithm of the boundary; hence the division by it. The integrals do not count: they depend
        // on ratios of boundary values, which hardly change when neighbouring nodes move together.
        let slope =
            forward * (numeratorSlope / denominator - denominatorSlope * numerator / (denominator * denominator))
            / boundary
        let step = (boundary - image) / (1 - slope)
        var improved = boundary - step
        if !(improved > 0 && improved <= limit) { improved = image }
        guard improved > 0, improved.isFinite else { return squares[node] }
        let ratio = log(min(improved, limit) / limit)
        return ratio * ratio
    }

    /// The squared logarithm at the time of a row of interpolation weights.
    private func interpolated(_ rows: [Double], row: Int, _ values: [Double]) -> Double {
        var sum = 0.0
        let start = row * values.count
        for index in values.indices {
            sum += rows[start + index] * values[index]
        }
        return max(sum, 0)
    }

    // MARK: - Values

    /// The price at a spot, without derivatives.
    func price(at spot: Double) -> Double {
        guard spot > critical else { return 1 - spot }
        let table = scheme.premium
        let deviation = volatility * years.squareRoot()
        let moneyness = log(spot)
        var premium = 0.0
        for point in table.times.indices {
            let fraction = table.times[point]
            let depth = interpolated(table.rows, row: point, squares).squareRoot()
            let width = deviation * fraction.squareRoot()
            let elapsed = years * fraction
            let below = (moneyness - log(limit) + depth + (rate - yield) * elapsed) / width - 0.5 * width
            var gain = rate * exp(-rate * elapsed) * NormalDistribution.cumulative(-below)
            if yield != 0 {
                gain -= yield * spot * exp(-yield * elapsed) * NormalDistribution.cumulative(-below - width)
            }
            premium += table.weights[point] * gain
        }
        return max(europeanPrice(at: spot) + years * premium, 1 - spot)
    }

    /// The price at a spot with delta and gamma, from the same integral differentiated.
    func values(at spot: Double) -> Values {
        guard spot > critical else { return Values(price: 1 - spot, delta: -1, gamma: 0) }
        let table = scheme.sensitivity
        let deviation = volatility * years.squareRoot()
        let moneyness = log(spot)
        var premium = Values(price: 0, delta: 0, gamma: 0)
        for point in table.times.indices {
            let fraction = table.times[point]
            let depth = interpolated(table.rows, row: point, squares).squareRoot()
            let width = deviation * fraction.squareRoot()
            let elapsed = years * fraction
            let below = (moneyness - log(limit) + depth + (rate - yield) * elapsed) / width - 0.5 * width
            let above = below + width
            let weight = years * table.weights[point]
            let rateWeight = weight * rate * exp(-rate * elapsed)
            let yieldWeight = weight * yield * exp(-yield * elapsed)
            let belowDensity = NormalDistribution.density(below) / (spot * width)
            let aboveDensity = NormalDistribution.density(above) / width
            let aboveTail = NormalDistribution.cumulative(-above)
            premium.price += rateWeight * NormalDistribution.cumulative(-below) - yieldWeight * spot * aboveTail
            premium.delta += yieldWeight * (aboveDensity - aboveTail) - rateWeight * belowDensity
            premium.gamma += rateWeight * belowDensity * (below / width + 1) / spot
            premium.gamma += yieldWeight * aboveDensity * (1 - above / width) / spot
        }
        let start = european(at: spot)
        return Values(
            price: max(start.price + premium.price, 1 - spot),
            delta: min(max(start.delta + premium.delta, -1), 0),
            gamma: max(start.gamma + premium.gamma, 0)
        )
    }

    /// The closed form, as the plain difference: precise to 1e-16 of the strike, which suffices for sums with a premium.
    private func europeanPrice(at spot: Double) -> Double {
        let deviation = volatility * years.squareRoot()
        let lower = (log(spot) + (rate - yield) * years) / deviation - 0.5 * deviation
        return exp(-rate * years) * NormalDistribution.cumulative(-lower)
            - spot * exp(-yield * years) * NormalDistribution.cumulative(-lower - deviation)
    }

    private func european(at spot: Double) -> Values {
        let deviation = volatility * years.squareRoot()
        let lower = (log(spot) + (rate - yield) * years) / deviation - 0.5 * deviation
        let upper = lower + deviation
        let discount = exp(-yield * years)
        let tail = NormalDistribution.cumulative(-upper)
        return Values(
            price: exp(-rate * years) * NormalDistribution.cumulative(-lower) - spot * discount * tail,
            delta: -discount * tail,
            gamma: discount * NormalDistribution.density(upper) / (spot * deviation)
        )
    }
}
