import Foundation
import Markets

/// How values of one type are kept as bytes: behind a short header with the coding, its version and a checksum, so that
/// bytes that were damaged, or written by another version, count as not there.
struct CacheCoding<Value: Sendable>: Sendable {
    /// Which coding it is; stands in the header.
    let identifier: UInt8
    /// The bytes of a value; nil where it has none (a number that is not one).
    let encode: @Sendable (Value) -> [UInt8]?
    /// The value of bytes; nil where they are not those of a value.
    let decode: @Sendable (UnsafeRawBufferPointer) -> Value?
    /// About how many bytes a value takes in memory, given how many it takes on disk.
    let cost: @Sendable (Value, Int) -> Int

    private static var headerLength: Int { 12 }
    private static var version: UInt8 { 1 }

    /// What is stored for `value`.
    func stored(_ value: Value) -> Data? {
        guard let payload = encode(value) else { return nil }
        var data = Data(capacity: payload.count + Self.headerLength)
        data.append(contentsOf: [UInt8(ascii: "M"), UInt8(ascii: "V"), Self.version, identifier])
        let checksum = payload.withUnsafeBytes { Self.checksum($0) }
        withUnsafeBytes(of: checksum.littleEndian) { data.append(contentsOf: $0) }
        data.append(contentsOf: payload)
        return data
    }

    /// The value that was stored; nil where it was damaged or written by another version.
    func value(_ stored: Data) -> Value? {
        stored.withUnsafeBytes { bytes in
            guard bytes.count >= Self.headerLength, bytes[0] == UInt8(ascii: "M"), bytes[1] == UInt8(ascii: "V"),
                bytes[2] == Self.version, bytes[3] == identifier
            else { return nil }
            let payload = UnsafeRawBufferPointer(rebasing: bytes[Self.headerLength...])
            let checksum = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt64.self))
            guard Self.checksum(payload) == checksum else { return nil }
            return decode(payload)
        }
    }

    /// Eight bytes at a time, each step reversible, so that a change within eight bytes is always seen.
    private static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var state = 0x9E37_79B9_7F4A_7C15 ^ UInt64(bytes.count)
        var position = 0
        func mix(_ word: UInt64) {
            state = (state ^ word) &* 0xFF51_AFD7_ED55_8CCD
            state ^= state >> 32
        }
        while position + 8 <= bytes.count {
            mix(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)))
            position += 8
        }
        var rest: UInt64 = 0
        while position < bytes.count {
            rest = rest << 8 | UInt64(bytes[position])
            position += 1
        }
        mix(rest)
        return state
    }
}

extension CacheCoding where Value: Codable {
    /// JSON; what most kinds of data are kept as.
    static var json: CacheCoding {
        CacheCoding(
            identifier: 1,
            encode: { value in
                // A value that JSON cannot hold is not kept, which is no failure of the answer.
                (try? JSONEncoder().encode(value)).map(Array.init)
            },
            decode: { bytes in try? JSONDecoder().decode(Value.self, from: Data(bytes)) },
            cost: { _, stored in 256 + 2 * stored }
        )
    }
}

extension CacheCoding<OptionChain> {
    /// The compact coding of option chains.
    static var chain: CacheCoding {
        CacheCoding(
            identifier: 2,
            encode: OptionChainCoding.encode,
            decode: OptionChainCoding.decode,
            // A symbol of more than 15 characters has an allocation of its own.
            cost: { chain, _ in 256 + chain.options.count * (MemoryLayout<ListedOption>.stride + 64) }
        )
    }
}
