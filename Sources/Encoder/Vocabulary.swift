/// The word pieces of a model, found by their UTF-8 bytes.
///
/// A piece that continues a word stands in the file with a mark in front: `##ing`. Hashing goes byte by byte, so the hash
/// of every prefix of a word falls out on the way, and a continuing piece is hashed as if its mark stood before it.
final class Vocabulary: Sendable {
    /// Word pieces, one per line of the file.
    let count: Int
    /// Bytes of the longest line.
    let longestLine: Int

    // The file; line `id` is bytes[lines[id]].
    private let bytes: [UInt8]
    private let lines: [Range<UInt32>]
    // Open addressing: the hash in the upper half, id + 1 in the lower; 0 is free. The size is a power of two.
    private let slots: [UInt64]

    /// Reads a vocabulary: one piece per line, the first of which has id 0.
    init(text: UnsafeRawBufferPointer) throws(EncoderError) {
        let bytes = [UInt8](text)
        guard bytes.count < Int(Int32.max), String(validating: bytes, as: UTF8.self) != nil else {
            throw EncoderError(.vocabulary, "", "it is not text in UTF-8")
        }
        let lines = bytes.withUnsafeBufferPointer { Self.lines(of: $0) }
        var slots = [UInt64](repeating: 0, count: Self.slotCount(for: lines.count))
        let repetition = bytes.withUnsafeBufferPointer { bytes in
            slots.withUnsafeMutableBufferPointer { Self.fill($0, with: lines, of: bytes) }
        }
        if let repetition {
            throw EncoderError(.vocabulary, "line \(repetition.line)", "it repeats line \(repetition.earlier)")
        }
        self.bytes = bytes
        self.lines = lines
        count = lines.count
        longestLine = lines.reduce(0) { max($0, $1.count) }
        self.slots = slots
    }

    /// The hash to start a piece with.
    static func seed(continues: Bool) -> UInt32 {
        continues ? hash(hash(hashOfNothing, mark), mark) : hashOfNothing
    }

    /// Carries a hash on over one more byte (FNV-1a).
    static func hash(_ hash: UInt32, _ byte: UInt8) -> UInt32 {
        (hash ^ UInt32(byte)) &* 0x0100_0193
    }

    /// The id of a piece, given its hash; nil if there is none.
    func id(of piece: UnsafeBufferPointer<UInt8>, continues: Bool, hash: UInt32) -> Int32? {
        var slot = Int(hash) & (slots.count - 1)
        while slots[slot] != 0 {
            if slots[slot] >> 32 == UInt64(hash) {
                let id = Int(slots[slot] & 0xFFFF_FFFF) - 1
                if matches(id, piece, continues: continues) { return Int32(id) }
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    /// The id of a whole line; nil if there is none.
    func id(of line: String) -> Int32? {
        let bytes = Array(line.utf8)
        return bytes.withUnsafeBufferPointer {
            id(of: $0, continues: false, hash: $0.reduce(Self.hashOfNothing, Self.hash))
        }
    }

    private static let hashOfNothing: UInt32 = 0x811C_9DC5
    private static let mark = UInt8(ascii: "#")

    private static func slotCount(for lines: Int) -> Int {
        var size = 16
        while size < 2 * lines { size *= 2 }
        return size
    }

    private static func lines(of bytes: UnsafeBufferPointer<UInt8>) -> [Range<UInt32>] {
        var lines: [Range<UInt32>] = []
        var start = 0
        while start < bytes.count {
            var next = start
            while next < bytes.count, bytes[next] != UInt8(ascii: "\n") { next += 1 }
            let end = next > start && bytes[next - 1] == UInt8(ascii: "\r") ? next - 1 : next
            lines.append(UInt32(start)..<UInt32(end))
            start = next + 1
        }
        return lines
    }

    /// Enters all lines; stops at one that repeats an earlier one, and gives both, counted from 1.
    private static func fill(
        _ slots: UnsafeMutableBufferPointer<UInt64>,
        with lines: [Range<UInt32>],
        of bytes: UnsafeBufferPointer<UInt8>
    ) -> (line: Int, earlier: Int)? {
        for (id, line) in lines.enumerated() {
            let piece = UnsafeBufferPointer(rebasing: bytes[Int(line.lowerBound)..<Int(line.upperBound)])
            var hash = hashOfNothing
            for byte in piece { hash = Self.hash(hash, byte) }
            var slot = Int(hash) & (slots.count - 1)
            while slots[slot] != 0 {
                let other = Int(slots[slot] & 0xFFFF_FFFF) - 1
                let otherLine = lines[other]
                if slots[slot] >> 32 == UInt64(hash), line.count == otherLine.count,
                    piece.elementsEqual(bytes[Int(otherLine.lowerBound)..<Int(otherLine.upperBound)])
                {
                    return (id + 1, other + 1)
                }
                slot = (slot + 1) & (slots.count - 1)
            }
            slots[slot] = UInt64(hash) << 32 | UInt64(id + 1)
        }
        return nil
    }

    private func matches(_ id: Int, _ piece: UnsafeBufferPointer<UInt8>, continues: Bool) -> Bool {
        let line = lines[id]
        var start = Int(line.lowerBound)
        if continues {
            guard line.count == piece.count + 2, bytes[start] == Self.mark, bytes[start + 1] == Self.mark else {
                return false
            }
            start += 2
        } else if line.count != piece.count {
            return false
        }
        for index in piece.indices where bytes[start + index] != piece[index] { return false }
        return true
    }
}
