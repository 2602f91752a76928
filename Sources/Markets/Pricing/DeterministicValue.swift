#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// An option's value when nothing is left to chance: no volatility, no time, or a price of 0. The holder sees the whole
/// path of the underlying and picks the best day to exercise.
struct DeterministicValue {
    let greeks: Greeks
    /// Whether exercising at once is (one of) the best.
    let isExercisedNow: Bool

    init(_ terms: OptionTerms) {
        let intrinsic = terms.sign * (terms.spot - terms.strike)
        guard terms.years > 0 else {
            let weight = intrinsic > 0 ? 1 : (intrinsic == 0 ? 0.5 : 0)
            greeks = Greeks(
                price: max(intrinsic, 0),
                delta: terms.sign * weight,
                gamma: 0,
                theta: 0,
                vega: 0,
                rho: 0
            )
            isExercisedNow = intrinsic > 0
            return
        }
        var best = Self.claim(terms, at: terms.years, paid: terms.dividends.count)
        if terms.style == .american {
            for candidate in Self.candidates(terms) {
                let claim = Self.claim(terms, at: candidate.time, paid: candidate.paid)
                if claim.value > best.value || (claim.value == best.value && claim.time < best.time) { best = claim }
            }
        }
        let weight = best.value > 0 ? 1 : (best.value == 0 ? 0.5 : 0)
        let sign = terms.sign * weight
        let price = max(best.value, 0)
        let delta = sign * best.delta
        isExercisedNow = best.time == 0 && best.value > 0
        greeks = Greeks(
            price: price,
            delta: delta,
            gamma: 0,
            theta: isExercisedNow ? 0 : terms.rate * price - (terms.rate - terms.dividendYield) * terms.spot * delta,
            vega: 0,
            rho: sign * best.rho
        )
    }

    /// The discounted claim of exercising at one time. `delta` and `rho` are those of spot minus strike.
    private struct Claim {
        var time: Double
        var value: Double
        var delta: Double
        var rho: Double
    }

    private static func claim(_ terms: OptionTerms, at time: Double, paid: Int) -> Claim {
        let (rate, yield) = (terms.rate, terms.dividendYield)
        var spot = terms.spot * exp(-yield * time)
        var delta = exp(-yield * time)
        var rho = 0.0
        for dividend in terms.dividends.prefix(paid) {
            let lost = dividend.amount * exp(-rate * dividend.years - yield * (time - dividend.years))
            spot -= lost
            rho += dividend.years * lost
        }
        // A share cannot be worth less than nothing.
        if spot <= 0 { (spot, delta, rho) = (0, 0, 0) }
        let strike = terms.strike * exp(-rate * time)
        return Claim(
            time: time,
            value: terms.sign * (spot - strike),
            delta: delta,
            rho: rho + time * strike
        )
    }

    /// Now, just before and after each ex-date, and where the discounted claim is level in between.
    private static func candidates(_ terms: OptionTerms) -> [(time: Double, paid: Int)] {
        let (rate, yield) = (terms.rate, terms.dividendYield)
        var candidates: [(time: Double, paid: Int)] = [(0, 0)]
        var level = terms.spot
        var start = 0.0
        for paid in 0...terms.dividends.count {
            let end = paid < terms.dividends.count ? terms.dividends[paid].years : terms.years
            if level > 0, rate * yield > 0, rate != yield {
                let time = log(rate * terms.strike / (yield * level)) / (rate - yield)
                if time > start, time < end { candidates.append((time, paid)) }
            }
            guard paid < terms.dividends.count else { break }
            candidates.append((end, paid))
            candidates.append((end, paid + 1))
            level -= terms.dividends[paid].amount * exp(-(rate - yield) * end)
            start = end
        }
        return candidates
    }
}
