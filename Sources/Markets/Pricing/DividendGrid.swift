#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// How finely the finite-difference grid for cash dividends is laid.
public struct GridResolution: Sendable, Hashable {
    /// Intervals in the logarithm of the spot.
    public let spotIntervals: Int
    /// Time steps between now and the last ex-date; shorter stretches between dividends get fewer.
    public let timeSteps: Int

    /// About 1e-6 of the strike.
    public static let standard = GridResolution(spotIntervals: 160, timeSteps: 32)
    /// Better than 1e-7 of the strike, some ten times the cost.
    public static let precise = GridResolution(spotIntervals: 800, timeSteps: 160)

    /// At least 20 intervals and 4 steps; fewer are raised.
    public init(spotIntervals: Int, timeSteps: Int) {
        self.spotIntervals = max(spotIntervals, 20)
        self.timeSteps = max(timeSteps, 4)
    }
}

/// An option on a share that pays cash dividends in the spot model, by finite differences backwards in time.
///
/// Between ex-dates the discounted value, seen from a frame that moves with the drift, obeys the heat equation; it is
/// stepped by Crank-Nicolson with the fourth-order (Numerov) mass matrix. At an ex-date the value just before is that
/// just after, at a spot lower by the dividend, or the exercise value. After the last ex-date no grid is needed: the
/// closed form or the early-exercise boundary gives the value there.
struct DividendGrid {
    let terms: OptionTerms
    let volatility: Double
    let resolution: GridResolution
    let scheme: AmericanScheme

    /// The option now.
    func state() -> OptionState {
        var remaining = terms.dividends
        var end = terms.years
        var value: (Double) -> Double = { terms.payoff(at: $0) }
        var kink: Double? = terms.strike
        let tail = terms.withoutDividends(from: remaining.last?.years ?? 0)
        if let last = remaining.last, let after = ContinuousValue(tail, volatility: volatility, scheme: scheme) {
            let curve = TailCurve(after, tail, volatility: volatility)
            value = { curve.price(at: $0) }
            end = last.years
            (value, kink) = beforeDividend(last, value)
            remaining.removeLast()
        }
        while true {
            let start = remaining.last?.years ?? 0
            let slice = march(value, kink: kink, from: end, to: start)
            guard let dividend = remaining.popLast() else { return slice.state(at: terms.spot) }
            end = start
            (value, kink) = beforeDividend(dividend) { slice.price(at: $0) }
        }
    }

    /// The value just before an ex-date, and the spot at which exercising begins to be better if the value bends there.
    private func beforeDividend(
        _ dividend: OptionTerms.CashDividend,
        _ after: @escaping (Double) -> Double
    ) -> (value: (Double) -> Double, kink: Double?) {
        let held = { (spot: Double) in after(max(spot - dividend.amount, 0)) }
        guard terms.style == .american else { return (held, nil) }
        let payoff = { terms.payoff(at: $0) }
        let value = { (spot: Double) in max(held(spot), payoff(spot)) }
        guard terms.right == .call else { return (value, nil) }
        var lower = terms.strike
        var upper = 8 * (terms.spot + terms.strike + dividend.amount)
        guard payoff(upper) > held(upper) else { return (value, nil) }
        for _ in 0..<60 {
            let middle = 0.5 * (lower + upper)
            if payoff(middle) > held(middle) { upper = middle } else { lower = middle }
        }
        return (value, upper)
    }

    /// Steps a value at the time `end` back to the time `start`.
    private func march(
        _ value: (Double) -> Double,
        kink: Double?,
        from end: Double,
        to start: Double
    ) -> GridSlice {
        let duration = end - start
        let longest = terms.dividends.last?.years ?? terms.years
        let steps = max(4, Int((Double(resolution.timeSteps) * (duration / longest).squareRoot()).rounded(.up)))
        var slice = GridSlice(
            terms, volatility: volatility, intervals: resolution.spotIntervals, from: end, kink: kink, value
        )
        slice.march(duration: duration, steps: steps, smoothingKink: kink != nil)
        return slice
    }
}
