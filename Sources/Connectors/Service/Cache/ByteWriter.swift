import Foundation

/// Writes values as bytes: whole numbers seven bits a byte, small ones in one.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    mutating func append(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// Signed, so that small numbers of either sign are short.
    mutating func append(_ value: Int) {
        append(UInt64(bitPattern: Int64((value << 1) ^ (value >> 63))))
    }

    mutating func append(fixed value: UInt64) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func append(flags: UInt16) {
        withUnsafeBytes(of: flags.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func append(_ text: String) {
        append(UInt64(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    /// Millionths where the number is a whole count of them, which what services send mostly is; else its bits.
    mutating func append(_ value: Double) {
        let millionths = (value * 1e6).rounded()
        // Zero below zero has no whole count.
        if abs(millionths) < 1e12, millionths != 0 || value.sign == .plus,
            (millionths / 1e6).bitPattern == value.bitPattern
        {
            let whole = Int64(millionths)
            append(UInt64(bitPattern: (whole << 1) ^ (whole >> 63)) << 1)
        } else {
            append(1 as UInt64)
            append(fixed: value.bitPattern)
        }
    }

    /// The exponent in a byte, then the digits and the sign; a number too long for that as text.
    mutating func append(_ value: Decimal) {
        if let exponent = Int8(exactly: value.exponent) {
            let digits = NSDecimalNumber(decimal: value.significand).uint64Value
            let sign: FloatingPointSign = value.isSignMinus ? .minus : .plus
            // What does not come back equal (38 digits, not a number) is written in another way.
            if digits < ByteReader.digitLimit,
                Decimal(sign: sign, exponent: value.exponent, significand: Decimal(digits)) == value
            {
                bytes.append(UInt8(bitPattern: exponent))
                append(digits << 2 | (value.isSignMinus ? 1 : 0))
                return
            }
        }
        bytes.append(0)
        append(2 as UInt64)
        append(value.isNaN ? "" : value.description)
    }

    /// The bytes of another writer, with their number before them.
    mutating func append(_ column: ByteWriter) {
        append(UInt64(column.bytes.count))
        bytes.append(contentsOf: column.bytes)
    }
}
