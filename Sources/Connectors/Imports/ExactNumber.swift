import Foundation

/// A decimal number as it stands in a file, without rounding: significand / 10^fractionDigits.
///
/// `Decimal(string:)` is slow and takes anything that begins like a number; statements hold hundreds of thousands.
struct ExactNumber: Hashable {
    var isNegative: Bool
    /// Without trailing zeros behind the point.
    var significand: UInt64
    /// Digits behind the point, 0 to 18.
    var fractionDigits: Int

    /// The largest magnitude taken for a number of money or shares: a trillion.
    static let limit: UInt64 = 1_000_000_000_000

    /// A number written `1234.5`, `-1,234.50`, `$1,234.50`, `-$1.50`, `+3`, `($1,234.50)` or `-2.637E-4`; nil for anything
    /// else, for more than 18 digits and for magnitudes above a trillion. With an exponent, what lies behind the 18th digit
    /// after the point is cut off.
    init?(_ text: ArraySlice<UInt8>) {
        var bytes = text
        ExactNumber.trim(&bytes)
        var isNegative = false
        if bytes.first == UInt8(ascii: "("), bytes.last == UInt8(ascii: ")") {
            isNegative = true
            bytes = bytes.dropFirst().dropLast()
        } else if bytes.first == UInt8(ascii: "-") || bytes.first == UInt8(ascii: "+") {
            isNegative = bytes.first == UInt8(ascii: "-")
            bytes = bytes.dropFirst()
        }
        if bytes.first == UInt8(ascii: "$") {
            bytes = bytes.dropFirst()
            if bytes.first == UInt8(ascii: "-"), !isNegative {
                isNegative = true
                bytes = bytes.dropFirst()
            }
        }
        guard let digits = ExactNumber.scaled(bytes) ?? ExactNumber.digits(bytes) else { return nil }
        (significand, fractionDigits) = digits
        // There is one zero.
        self.isNegative = isNegative && significand != 0
    }

    /// The number as a decimal.
    var decimal: Decimal {
        let magnitude =
            fractionDigits == 0
            ? Decimal(significand)
            : Decimal(sign: .plus, exponent: -fractionDigits, significand: Decimal(significand))
        return isNegative ? -magnitude : magnitude
    }

    private static let powersOfTen: [UInt64] = (0...18).map { exponent in
        (0..<exponent).reduce(1) { power, _ in power * 10 }
    }

    private static func trim(_ bytes: inout ArraySlice<UInt8>) {
        while bytes.first == 0x20 || bytes.first == 0x09 { bytes = bytes.dropFirst() }
        while bytes.last == 0x20 || bytes.last == 0x09 { bytes = bytes.dropLast() }
    }

    /// Digits with an exponent of ten behind a capital E, as some programs write very small and very large numbers; nil for
    /// digits without.
    private static func scaled(_ bytes: ArraySlice<UInt8>) -> (UInt64, Int)? {
        guard let mark = bytes.firstIndex(of: UInt8(ascii: "E")), let mantissa = digits(bytes[..<mark]) else {
            return nil
        }
        var tail = bytes[(mark + 1)...]
        let isSmall = tail.first == UInt8(ascii: "-")
        if isSmall { tail = tail.dropFirst() }
        guard (1...2).contains(tail.count), let exponent = digits(tail), exponent.1 == 0 else { return nil }
        var (value, places) = (mantissa.0, mantissa.1 + (isSmall ? 1 : -1) * Int(exponent.0))
        while places > 18 {
            value /= 10
            places -= 1
        }
        while places < 0 {
            guard value < powersOfTen[17] else { return nil }
            value *= 10
            places += 1
        }
        while places > 0, value % 10 == 0 {
            value /= 10
            places -= 1
        }
        return value / powersOfTen[places] <= limit ? (value, places) : nil
    }

    /// Digits with at most one point; commas, if any, stand before every third digit of the whole part.
    private static func digits(_ bytes: ArraySlice<UInt8>) -> (UInt64, Int)? {
        var value: UInt64 = 0
        var wholeDigits = 0
        var fraction: Int?
        var sinceComma: Int?
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                guard value < powersOfTen[17] else { return nil }
                value = value * 10 + UInt64(byte - UInt8(ascii: "0"))
                if fraction == nil { wholeDigits += 1 }
                fraction = fraction.map { $0 + 1 }
                sinceComma = sinceComma.map { $0 + 1 }
            case UInt8(ascii: ","):
                guard fraction == nil, sinceComma.map({ $0 == 3 }) ?? (1...3).contains(wholeDigits) else { return nil }
                sinceComma = 0
            case UInt8(ascii: "."):
                guard fraction == nil, sinceComma.map({ $0 == 3 }) ?? true else { return nil }
                (fraction, sinceComma) = (0, nil)
            default:
                return nil
            }
        }
        var fractionDigits = fraction ?? 0
        guard wholeDigits + fractionDigits > 0, sinceComma.map({ $0 == 3 }) ?? true else { return nil }
        while fractionDigits > 0, value % 10 == 0 {
            value /= 10
            fractionDigits -= 1
        }
        guard fractionDigits <= 18, value / powersOfTen[fractionDigits] <= limit else { return nil }
        return (value, fractionDigits)
    }
}
