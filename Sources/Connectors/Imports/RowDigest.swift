import Crypto
import Foundation

/// Gives each row of a history an id that is the same in every export that has the row.
///
/// The id is a digest of what the row says, with its numbers and dates normalised, and of its rank among rows that say
/// the same; it does not depend on the file, the line or the other rows.
struct RowDigest {
    private struct Key: Hashable {
        var high: UInt64
        var low: UInt64
    }

    private var buffer: [UInt8] = []
    private var counts: [Key: Int] = [:]

    /// Begins a row of the source called `source`.
    mutating func begin(_ source: String) {
        buffer.removeAll(keepingCapacity: true)
        buffer.append(contentsOf: source.utf8)
    }

    /// Adds text; white space within is counted as one space.
    mutating func add(_ text: ArraySlice<UInt8>) {
        buffer.append(0x1F)
        var pendingSpace = false
        for byte in text {
            if byte == 0x20 || (9...13).contains(byte) {
                pendingSpace = true
            } else {
                if pendingSpace { buffer.append(0x20) }
                pendingSpace = false
                buffer.append(byte)
            }
        }
    }

    /// Adds a number, so that `$1,000.00` and `1000` are the same.
    mutating func add(_ number: ExactNumber?) {
        buffer.append(0x1F)
        guard let number else { return }
        buffer.append(number.isNegative ? UInt8(ascii: "-") : UInt8(ascii: "+"))
        buffer.append(UInt8(truncatingIfNeeded: number.fractionDigits))
        append(number.significand)
    }

    /// Adds a count of days or seconds.
    mutating func add(_ value: Int) {
        buffer.append(0x1F)
        append(UInt64(bitPattern: Int64(value)))
    }

    /// The id of the row: 32 hexadecimal digits of the digest (128 bits) and the rank among equal rows, from 1.
    mutating func finish() -> String {
        let digest = SHA256.hash(data: buffer)
        let key = digest.withUnsafeBytes { bytes in
            Key(
                high: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 0, as: UInt64.self)),
                low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
            )
        }
        let rank = (counts[key] ?? 0) + 1
        counts[key] = rank
        return digest.withUnsafeBytes { RowDigest.hexadecimal($0.prefix(16)) } + "-" + String(rank)
    }

    /// SHA-256 of a file's bytes in hexadecimal.
    static func hexadecimal(ofFile bytes: [UInt8]) -> String {
        SHA256.hash(data: bytes).withUnsafeBytes { hexadecimal($0[...]) }
    }

    private mutating func append(_ value: UInt64) {
        for shift in stride(from: 56, through: 0, by: -8) {
            buffer.append(UInt8(truncatingIfNeeded: value >> UInt64(shift)))
        }
    }

    private static func hexadecimal(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(unsafeUninitializedCapacity: bytes.count * 2) { buffer in
            for (index, byte) in bytes.enumerated() {
                buffer[index * 2] = digits[Int(byte >> 4)]
                buffer[index * 2 + 1] = digits[Int(byte & 15)]
            }
            return bytes.count * 2
        }
    }
}
