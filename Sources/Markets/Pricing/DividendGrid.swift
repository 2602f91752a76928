#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

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
        if let last = remaining.last,
            let after = ContinuousValue(tail, volatility: volatility, scheme: scheme, derivatives: false)
        {
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
            terms,
            volatility: volatility,
            intervals: resolution.spotIntervals,
            from: end,
            kink: kink,
            value
        )
        guard end == terms.years else {
            slice.march(duration: duration, steps: steps, smoothingKink: kink != nil)
            return slice
        }
        // The exercise boundary leaves the strike like a square root of the time to expiration; steps that grow with
        // that time follow it.
        var reached = 0.0
        for fraction in [1.0 / 256, 1.0 / 64, 1.0 / 16, 1.0 / 4, 1] {
            slice.march(
                duration: (fraction - reached) * duration,
                steps: max(4, steps / 2),
                smoothingKink: reached == 0
            )
            reached = fraction
        }
        return slice
    }
}
