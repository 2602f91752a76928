import Foundation
import Markets

extension ReportedGreeks {
    /// Whether vega can be per point of volatility, as far as its size tells.
    ///
    /// In the model of Black and Scholes no option's vega per 1.00 exceeds `K e^(σ²T) √(T / 2π)`, whatever the price of
    /// the underlying; per point it is a hundredth of that. A vega of five times as much is in another unit, and theta,
    /// which comes with it, most likely too.
    func mayBePerPoint(_ contract: OptionContract, volatility: Double?, asOf: Date) -> Bool {
        guard let vega else { return true }
        let end = contract.expiration.newYorkInstant(hour: 16)
        let years = max(end.timeIntervalSince(asOf), 86_400) / (365 * 86_400)
        let strike = NSDecimalNumber(decimal: contract.strike).doubleValue
        let sigma = min(volatility ?? 1, 3)
        let bound = strike * exp(sigma * sigma * years) * (years / (2 * Double.pi)).squareRoot() / 100
        return abs(vega) <= 5 * bound
    }
}
