#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The QD+ approximation of an American put's early-exercise boundary for strike 1 and one time to expiration (M. Li,
/// "Analytical approximations for the critical stock prices of American options", 2010): a start for the exact one.
struct StartingBoundary {
    private let rate: Double
    private let yield: Double
    private let deviation: Double
    private let years: Double
    private let rateDiscount: Double
    private let yieldDiscount: Double
    private let alpha: Double
    private let beta: Double

    /// - Parameters: `rate`, `volatility` and `years` above 0.
    init(rate: Double, yield: Double, volatility: Double, years: Double) {
        self.rate = rate
        self.yield = yield
        self.years = years
        deviation = volatility * years.squareRoot()
        rateDiscount = exp(-rate * years)
        yieldDiscount = exp(-yield * years)
        let variance = volatility * volatility
        let drift = 2 * (rate - yield) / variance - 1
        let scaled = -rate / expm1(-rate * years)
        let root = (drift * drift + 8 * scaled / variance).squareRoot()
        let exponent = -0.5 * (drift + root)
        let exponentSlope = 2 * scaled * scaled / (variance * root)
        alpha = -2 * rateDiscount / (variance * root)
        beta = alpha * (scaled - exponentSlope / root) - exponent
    }

    /// The root of Li's equation in (0, `limit`], by safeguarded Newton steps; good to a few digits.
    func boundary(below limit: Double) -> Double {
        var lower = 1e-12 * limit
        var upper = limit
        // The boundary starts to fall like exp(-k sqrt(t)); any point inside the bracket converges.
        var point = limit * exp(-min(deviation, 3))
        for _ in 0..<40 {
            let (value, slope) = equation(point)
            if value > 0 { upper = point } else { lower = point }
            var next = point - value / slope
            if !(next > lower && next < upper) { next = 0.5 * (lower + upper) }
            if abs(next - point) < 1e-6 * point { return next }
            point = next
        }
        return point
    }

    private func equation(_ spot: Double) -> (value: Double, slope: Double) {
        let upper = (log(spot) + (rate - yield) * years) / deviation + 0.5 * deviation
        let lower = upper - deviation
        let upperTail = NormalDistribution.cumulative(-upper)
        let lowerTail = NormalDistribution.cumulative(-lower)
        let density = NormalDistribution.density(upper)
        let price = rateDiscount * lowerTail - spot * yieldDiscount * upperTail
        let theta =
            rate * rateDiscount * lowerTail - yield * spot * yieldDiscount * upperTail
            - 0.5 * spot * yieldDiscount * density * deviation / years
        let charm =
            -yieldDiscount
            * (density * ((rate - yield) / deviation - lower / (2 * years)) + yield * upperTail)
        let held = 1 - yieldDiscount * upperTail
        return (
            held * spot - beta * (1 - spot - price) + alpha / rateDiscount * theta,
            held + yieldDiscount * density / deviation + beta * held + alpha / rateDiscount * charm
        )
    }
}
