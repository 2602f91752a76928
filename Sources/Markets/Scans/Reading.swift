/// A figure, or why there is none. A value is always finite.
public enum Reading: Sendable, Hashable {
    /// The figure.
    case value(Double)
    /// Why there is none, as a clause: `fewer than 60 days of implied volatility`.
    case missing(String)

    /// `value` where it is there and finite, else the reason.
    public init(_ value: Double?, orMissing reason: @autoclosure () -> String) {
        if let value, value.isFinite {
            self = .value(value)
        } else {
            self = .missing(reason())
        }
    }

    /// The figure; nil when it is missing.
    public var value: Double? {
        if case .value(let value) = self { return value }
        return nil
    }

    /// Why there is none; nil when there is one.
    public var reason: String? {
        if case .missing(let reason) = self { return reason }
        return nil
    }
}
