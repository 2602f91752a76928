import Crypto
import Foundation

/// A checksum by which a chunk that is not as it was written is known: whatever a passage shows is part of it.
enum ChunkChecksum {
    /// The first 64 bits of a SHA-256 digest, each part with its length in front.
    static func value(of chunk: ChunkRecord, documentID: Int64, ordinal: Int) -> Int64 {
        var digest = SHA256()
        func add(_ number: Int64) {
            withUnsafeBytes(of: number.littleEndian) { digest.update(bufferPointer: $0) }
        }
        func add(_ bytes: some Collection<UInt8>) {
            add(Int64(bytes.count))
            digest.update(data: Data(bytes))
        }
        add(documentID)
        add(Int64(ordinal))
        add(Int64(chunk.lines.lowerBound))
        add(Int64(chunk.lines.upperBound))
        add(chunk.title.utf8)
        add(chunk.headings.joined(separator: ChunkRecord.headingSeparator).utf8)
        add(chunk.text.utf8)
        add(chunk.hash)
        return digest.finalize().withUnsafeBytes { Int64(littleEndian: $0.loadUnaligned(as: Int64.self)) }
    }
}
