public import Foundation

extension Decimal {
    /// The nearest decimal with at most `places` digits after the point; halves go away from zero (2.5 to 3,
    /// -2.5 to -3). Negative places round to tens, hundreds and so on.
    public func rounded(toPlaces places: Int) -> Decimal {
        var exact = self
        var result = Decimal()
        NSDecimalRound(&result, &exact, places, .plain)
        return result
    }

    /// The decimal that a double prints as: the shortest one that reads back as the same double. Nil for
    /// infinities and what is not a number.
    public init?(shortest double: Double) {
        guard double.isFinite, let decimal = Decimal(string: "\(double)", locale: nil) else { return nil }
        self = decimal
    }

    /// The nearest double, within a unit or two in its last place.
    var approximation: Double {
        NSDecimalNumber(decimal: self).doubleValue
    }
}
