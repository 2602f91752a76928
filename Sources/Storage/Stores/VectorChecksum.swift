import Foundation

/// A checksum by which a vector that is not as it was written is known.
///
/// FNV-1a over words of 64 bits: each step can be undone, so that a change in a single word always changes the result.
enum VectorChecksum {
    static func value(hash: Data, residuals: Data) -> Int64 {
        residuals.withUnsafeBytes { value(hash: hash, scale: 0, components: $0) }
    }

    static func value(hash: Data, scale: Double, components: UnsafeRawBufferPointer) -> Int64 {
        var state: UInt64 = 14_695_981_039_346_656_037
        func add(_ word: UInt64) {
            state = (state ^ word) &* 1_099_511_628_211
        }
        func add(_ bytes: UnsafeRawBufferPointer) {
            var offset = 0
            while offset + 8 <= bytes.count {
                add(UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
                offset += 8
            }
            while offset < bytes.count {
                add(UInt64(bytes[offset]))
                offset += 1
            }
        }
        hash.withUnsafeBytes(add)
        add(scale.bitPattern)
        add(components)
        return Int64(bitPattern: state)
    }
}
