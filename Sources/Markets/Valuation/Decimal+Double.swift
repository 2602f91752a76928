import Foundation

extension Decimal {
    /// The nearest Double. Through the digits: the library's own conversion multiplies by powers of ten in floating
    /// point and can miss the nearest value.
    var double: Double { Double(description) ?? .nan }
}
