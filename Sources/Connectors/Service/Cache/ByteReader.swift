import Foundation

/// Reads what `ByteWriter` wrote. It never reads past the end: once something is not there, or is not what it should be,
/// `hasFailed` is true and everything that follows is zero or empty.
struct ByteReader {
    /// Digits of a decimal as a whole number are below this.
    static let digitLimit: UInt64 = 1 << 61

    private let bytes: UnsafeRawBufferPointer
    private var position = 0
    private(set) var hasFailed = false

    /// - Parameter bytes: Must outlive the reader.
    init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { position == bytes.count }
    var count: Int { bytes.count }

    mutating func fail() {
        hasFailed = true
        position = bytes.count
    }

    mutating func byte() -> UInt8 {
        guard position < bytes.count else {
            fail()
            return 0
        }
        defer { position += 1 }
        return bytes[position]
    }

    mutating func number() -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while shift < 64 {
            let next = byte()
            value |= UInt64(next & 0x7F) << shift
            if next < 0x80 { return value }
            shift += 7
        }
        fail()
        return 0
    }

    mutating func integer() -> Int {
        let value = number()
        return Int(truncatingIfNeeded: value >> 1) ^ -Int(truncatingIfNeeded: value & 1)
    }

    /// A number of things of which each takes at least a byte of what is left.
    mutating func size() -> Int {
        let value = number()
        guard value <= UInt64(bytes.count - position) else {
            fail()
            return 0
        }
        return Int(value)
    }

    /// An index below `count`.
    mutating func index(below count: Int) -> Int {
        let value = number()
        guard value < UInt64(count) else {
            fail()
            return 0
        }
        return Int(value)
    }

    mutating func fixed() -> UInt64 {
        guard bytes.count - position >= 8 else {
            fail()
            return 0
        }
        defer { position += 8 }
        return UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
    }

    mutating func flags() -> UInt16 {
        guard bytes.count - position >= 2 else {
            fail()
            return 0
        }
        defer { position += 2 }
        return UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt16.self))
    }

    mutating func text() -> String {
        String(decoding: slice(size()), as: UTF8.self)
    }

    mutating func double() -> Double {
        let value = number()
        guard value & 1 == 0 else { return Double(bitPattern: fixed()) }
        let folded = value >> 1
        let whole = Int64(truncatingIfNeeded: folded >> 1) ^ -Int64(truncatingIfNeeded: folded & 1)
        return Double(whole) / 1e6
    }

    mutating func decimal() -> Decimal {
        digits().value
    }

    /// A decimal, and the parts it was written in: nil where it was written as text.
    mutating func digits() -> (value: Decimal, parts: (digits: UInt64, exponent: Int)?) {
        let exponent = Int(Int8(bitPattern: byte()))
        let coded = number()
        guard coded & 2 == 0 else {
            let text = text()
            if text.isEmpty { return (.nan, nil) }
            guard let value = Decimal(string: text, locale: nil) else {
                fail()
                return (0, nil)
            }
            return (value, nil)
        }
        let digits = coded >> 2
        let isNegative = coded & 1 == 1
        let significand = Decimal(digits)
        if exponent == 0, !isNegative { return (significand, (digits, 0)) }
        let value = Decimal(sign: isNegative ? .minus : .plus, exponent: exponent, significand: significand)
        return (value, isNegative ? nil : (digits, exponent))
    }

    /// A reader of the column that begins here.
    mutating func column() -> ByteReader {
        ByteReader(UnsafeRawBufferPointer(rebasing: slice(size())))
    }

    private mutating func slice(_ count: Int) -> Slice<UnsafeRawBufferPointer> {
        defer { position += count }
        return bytes[position..<(position + count)]
    }
}
