/// Why an option could not be priced, or why a price has no implied volatility.
public enum PricingError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The named input is not a finite number.
    case notFinite(String)
    /// The named input lies outside the range in which the models are used.
    case outOfRange(String, value: Double)
    /// The option has no time left, so no volatility explains its price.
    case expired
    /// The price is lower than what the option is worth without any volatility: what exercise brings on the best day for it if
    /// the share does nothing but carry its yield and interest. No volatility gives a lower price.
    case belowIntrinsic(bound: Double)
    /// The price is exactly the value without any volatility: every small enough volatility explains it.
    case noTimeValue
    /// The price is at or above what the option can be worth at any volatility.
    case aboveUpperBound(bound: Double)
    /// The numerical method found no finite answer for these inputs.
    case notComputable(String)

    /// What failed and what to do about it, in one line.
    public var description: String {
        switch self {
        case .notFinite(let name):
            "The \(name) is not a finite number; check the quote it came from."
        case .outOfRange(let name, let value):
            "The \(name) of \(value) is outside the range of the pricing model; check its unit."
        case .expired:
            "The option has expired, so it has no implied volatility; use its intrinsic value."
        case .belowIntrinsic(let bound):
            "The price is below the lowest possible value of \(bound) at any volatility; check for a stale or crossed quote, "
                + "and the rate and dividends it was asked with."
        case .noTimeValue:
            "The price holds no time value, so no single volatility explains it; use a nearby strike."
        case .aboveUpperBound(let bound):
            "The price is not below the highest possible value of \(bound); check for a bad quote."
        case .notComputable(let what):
            "No finite \(what) was found for these inputs; check them for extreme values."
        }
    }
}
