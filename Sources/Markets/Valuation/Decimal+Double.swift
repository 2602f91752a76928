import Foundation

extension Decimal {
    /// The nearest Double; NaN for a Decimal that is not a number.
    ///
    /// Prices take the fast way: digits and power of ten are both exact, so one division rounds once. The library's own
    /// conversion multiplies by powers of ten in floating point and can miss the nearest value.
    var double: Double {
        let exponent = exponent
        guard !isNaN, exponent <= 0, exponent >= -22 else { return Double(description) ?? .nan }
        let digits = (significand as NSDecimalNumber).doubleValue
        guard abs(digits) < 9_007_199_254_740_992 else { return Double(description) ?? .nan }
        return (sign == .minus ? -digits : digits) / Self.powersOfTen[-exponent]
    }

    private static let powersOfTen = (0...22).map { power in (0..<power).reduce(1.0) { value, _ in value * 10 } }
}
