#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Black's formula without dimensions, for the out-of-the-money option: with x = -|ln(F/K)| and s = sigma sqrt(T),
/// price = discount × sqrt(F K) × b(x, s), where b(x, s) = e^{x/2} N(x/s + s/2) - e^{-x/2} N(x/s - s/2).
///
/// The textbook difference loses every digit for options far out of the money or close to expiration. Written with the
/// Mills ratio R it is n(x/s) e^{-s²/8} [R(u - t) - R(u + t)], u = -x/s, t = s/2, and for small t the bracket is the
/// integral of -R', which has only positive terms.
enum NormalisedBlack {
    /// b = scale × e^exponent, kept apart so that neither part underflows.
    struct Value {
        let scale: Double
        let exponent: Double

        var value: Double { scale * exp(exponent) }
        var logarithm: Double { log(scale) + exponent }
    }

    /// - Parameters:
    ///   - x: log-moneyness of the out-of-the-money option, at most 0.
    ///   - s: total volatility, above 0.
    static func price(_ x: Double, _ s: Double) -> Value {
        let u = -x / s
        let t = 0.5 * s
        if t < 0.35 * max(1, u) {
            var sum = 0.0
            for index in 0..<6 {
                let offset = t * quadrature.nodes[index]
                sum += quadrature.weights[index] * (MillsRatio.slope(u + offset) + MillsRatio.slope(u - offset))
            }
            return Value(scale: NormalDistribution.inverseRootTwoPi * t * sum, exponent: -0.5 * (u * u + t * t))
        }
        if u - t > 1 {
            let difference = MillsRatio.value(u - t) - MillsRatio.value(u + t)
            return Value(scale: NormalDistribution.inverseRootTwoPi * difference, exponent: -0.5 * (u * u + t * t))
        }
        let difference =
            exp(0.5 * x) * NormalDistribution.cumulative(t - u) - exp(-0.5 * x) * NormalDistribution.cumulative(-u - t)
        return Value(scale: difference, exponent: 0)
    }

    /// e^{x/2} - b(x, s), the distance to the value at infinite volatility, without cancellation.
    static func complement(_ x: Double, _ s: Double) -> Double {
        let u = -x / s
        let t = 0.5 * s
        return exp(0.5 * x) * NormalDistribution.cumulative(u - t)
            + exp(-0.5 * x) * NormalDistribution.cumulative(-u - t)
    }

    /// The s with b(x, s) = `price`: safeguarded Newton steps on a transform of b that is close to linear in each of
    /// three regions (far out of the money, middle, close to the upper bound).
    ///
    /// - Parameters:
    ///   - x: log-moneyness, at most 0.
    ///   - price: strictly between 0 and e^{x/2}.
    static func totalVolatility(_ x: Double, price: Double) -> Double? {
        let inflection = (-2 * x).squareRoot()
        guard inflection > 0 else { return rising(x, price: price, from: 0) }
        let atInflection = Self.price(x, inflection)
        let target = log(price)
        if target < atInflection.logarithm {
            return low(x, target: target, below: inflection)
        }
        return rising(x, price: price, from: inflection)
    }

    private static func rising(_ x: Double, price: Double, from lower: Double) -> Double? {
        let gap = exp(0.5 * x) - price
        guard gap > 0 else { return nil }
        return price > gap
            ? high(x, target: log(gap), from: lower)
            : middle(x, price: price, from: lower)
    }

    /// ln b is nearly linear in w = 1/s².
    private static func low(_ x: Double, target: Double, below upper: Double) -> Double? {
        let smallest = 1 / (upper * upper)
        return root(in: smallest, .infinity, start: max(smallest, -2 * target / (x * x))) { w in
            let s = 1 / w.squareRoot()
            let value = Self.price(x, s)
            let slope = -0.5 * s * s * s * slopeScale(x, s, value.exponent) / value.scale
            return (value.logarithm - target, slope)
        }
        .map { 1 / $0.squareRoot() }
    }

    private static func middle(_ x: Double, price: Double, from lower: Double) -> Double? {
        let start = lower > 0 ? lower : price / NormalDistribution.inverseRootTwoPi
        return root(in: lower, .infinity, start: start) { s in
            (Self.price(x, s).value / price - 1, slopeScale(x, s, 0) / price)
        }
    }

    /// ln(e^{x/2} - b) is nearly linear in v = s².
    private static func high(_ x: Double, target: Double, from lower: Double) -> Double? {
        let start = max(lower * lower, -8 * target, 1e-3)
        return root(in: lower * lower, .infinity, start: start) { v in
            let s = v.squareRoot()
            let complement = Self.complement(x, s)
            return (log(complement) - target, -0.5 * slopeScale(x, s, 0) / (s * complement))
        }
        .map { $0.squareRoot() }
    }

    /// db/ds divided by e^exponent.
    private static func slopeScale(_ x: Double, _ s: Double, _ exponent: Double) -> Double {
        let u = x / s
        return NormalDistribution.inverseRootTwoPi * exp(-0.5 * u * u - 0.125 * s * s - exponent)
    }

    /// Newton's method inside a shrinking bracket; a step that leaves it, or a slope without use, becomes a bisection.
    private static func root(
        in lowest: Double,
        _ highest: Double,
        start: Double,
        _ function: (Double) -> (value: Double, slope: Double)
    ) -> Double? {
        var lower = lowest
        var upper = highest
        var point = start
        var previousStep = Double.infinity
        for _ in 0..<200 {
            let (value, slope) = function(point)
            if value == 0 { return point }
            // The sign of the slope is the same everywhere, so it tells which side the root is on.
            if (value > 0) == (slope > 0) { upper = point } else { lower = point }
            var next = point - value / slope
            if !(next > lower && next < upper) {
                next = upper.isFinite ? 0.5 * (lower + upper) : 2 * max(point, Double.leastNormalMagnitude)
            }
            let step = abs(next - point)
            point = next
            if step <= 1e-16 * point || (step >= previousStep && step <= 4e-16 * point) { return point }
            previousStep = step
        }
        return point.isFinite ? point : nil
    }

    private static let quadrature = GaussLegendre(count: 12)
}
