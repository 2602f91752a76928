#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The probability that an American put without cash dividends is exercised before its last day: that the share reaches the
/// early-exercise boundary.
///
/// With the boundary known, the times of first reaching it solve an integral equation of the first kind, F(t) = P(S(t) below
/// the boundary), which paths that have reached it once satisfy anew from there; it is solved step by step at the middles of
/// intervals that shrink towards expiration as the boundary steepens. Good to 1e-4, to 2e-3 within a hundredth of the boundary.
struct BoundaryPassage {
    /// Probability of exercise before the last day.
    let early: Double
    /// Probability of exercise then or at expiration.
    let assigned: Double

    private static let steps = 24

    /// - Parameters:
    ///   - terms: an American put with a rate above 0 and without cash dividends.
    ///   - lastDay: years before expiration in which exercise is no longer early: a day.
    /// - Returns: nil where nothing can move.
    init?(_ terms: OptionTerms, volatility: Double, lastDay: Double) {
        let years = terms.years
        guard terms.right == .put, terms.rate > 0, terms.dividends.isEmpty, years > lastDay,
            volatility * years.squareRoot() > 1e-4, terms.spot > 0
        else { return nil }
        let boundary = AmericanBoundary(
            rate: terms.rate,
            yield: terms.dividendYield,
            volatility: volatility,
            years: years,
            scheme: .fast,
            derivatives: false
        )
        let start = log(terms.spot / terms.strike)
        let slope = terms.rate - terms.dividendYield - 0.5 * volatility * volatility
        guard terms.spot > terms.strike * boundary.critical else {
            (early, assigned) = (1, 1)
            return
        }
        let (far, near) = (years.squareRoot(), lastDay.squareRoot())
        func time(_ place: Double) -> Double {
            let root = far + (near - far) * place
            return years - root * root
        }
        func level(_ time: Double) -> Double { log(boundary.critical(years: years - time)) }
        func below(_ level: Double, from origin: Double, after time: Double) -> Double {
            NormalDistribution.cumulative((level - origin - slope * time) / (volatility * time.squareRoot()))
        }
        let middles = (0..<Self.steps).map { time((Double($0) + 0.5) / Double(Self.steps)) }
        let levels = middles.map(level)
        var reached = [Double](repeating: 0, count: Self.steps)
        for step in 0..<Self.steps {
            let now = time(Double(step + 1) / Double(Self.steps))
            let edge = level(now)
            var rest = below(edge, from: start, after: now)
            for earlier in 0..<step where reached[earlier] > 0 {
                rest -= reached[earlier] * below(edge, from: levels[earlier], after: now - middles[earlier])
            }
            reached[step] = max(rest / below(edge, from: levels[step], after: now - middles[step]), 0)
        }
        let sum = min(reached.reduce(0, +), 1)
        // Of all paths that end in the money those that were exercised on the way are counted already.
        var late = below(0, from: start, after: years)
        for (step, part) in reached.enumerated() {
            late -= part * below(0, from: levels[step], after: years - middles[step])
        }
        early = sum
        assigned = min(sum + max(late, 0), 1)
        guard early.isFinite, assigned.isFinite else { return nil }
    }
}
