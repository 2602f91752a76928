#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The value of an option after its last cash dividend at the many spots of a grid. The early-exercise premium is smooth
/// away from the boundary, so it is computed at a few Chebyshev points only and added to the closed form.
struct TailCurve {
    private let value: ContinuousValue
    private let terms: OptionTerms
    private let critical: Double?
    private let logCritical: Double
    private let width: Double
    private var coefficients: [Double] = []

    init(_ value: ContinuousValue, _ terms: OptionTerms, volatility: Double) {
        self.value = value
        self.terms = terms
        critical = value.critical
        logCritical = log(value.critical ?? 1)
        // Ten deviations from the boundary the premium is far below anything visible.
        width = 10 * volatility * terms.years.squareRoot() + abs(terms.rate - terms.dividendYield) * terms.years
        guard critical != nil else { return }
        let count = 24
        let samples = (0..<count).map { index in
            let position = 0.5 + 0.5 * cos(Double.pi * (Double(index) + 0.5) / Double(count))
            let spot = exp(logCritical - terms.sign * width * position * position)
            return value.price(at: spot) - value.europeanPrice(at: spot)
        }
        coefficients = (0..<count).map { order in
            let sum = samples.indices.reduce(0) {
                $0 + samples[$1] * cos(Double.pi * Double(order) * (Double($1) + 0.5) / Double(count))
            }
            return sum * (order == 0 ? 1 : 2) / Double(count)
        }
    }

    /// The value once the share is worth nothing for good.
    private var atZero: Double { DeterministicValue(terms.with(spot: 0)).greeks.price }

    func price(at spot: Double) -> Double {
        guard spot > 0 else { return atZero }
        guard critical != nil else { return value.europeanPrice(at: spot) }
        let distance = terms.sign * (logCritical - log(spot)) / width
        guard distance > 0 else { return terms.payoff(at: spot) }
        let european = value.europeanPrice(at: spot)
        guard distance < 1 else { return european }
        let x = 2 * distance.squareRoot() - 1
        var (next, afterNext) = (0.0, 0.0)
        for coefficient in coefficients.reversed() {
            (next, afterNext) = (coefficient + 2 * x * next - afterNext, next)
        }
        // Clenshaw's recurrence leaves the sum as next - x × (the value before).
        let premium = next - x * afterNext
        return max(european + max(premium, 0), terms.payoff(at: spot))
    }
}
