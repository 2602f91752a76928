import Foundation
import GRDB
import GRDBSQLite

/// Finds the words of a small vocabulary in texts, in the form in which the full-text index knows words.
///
/// A word of ASCII letters and digits is one word to the index too, and its stem begins as it does. So those that begin like no
/// word of the vocabulary are passed over, and the index's tokenizer sees each of the others once.
struct WordReader {
    /// Takes the words that the tokenizer finds.
    private struct Sink {
        var numbers = KeyedNumbers()
        var row: [Int32] = []
    }

    private var sink = Sink()
    /// Whether a word of the vocabulary begins with these two bytes.
    private var beginnings = [Bool](repeating: false, count: 65_536)
    /// What is known of words of ASCII letters and digits, by their digests in lower case.
    private var known = KeyedNumbers()

    /// Below this length the stem of a word may differ from it in the second letter.
    private static let sureLength = 4

    init(vocabulary: [String]) {
        for (index, word) in vocabulary.enumerated() {
            var word = word
            let (digest, first, second) = word.withUTF8 { bytes in
                (Self.digest(bytes), bytes.first, bytes.count >= Self.sureLength ? bytes[1] : nil)
            }
            _ = sink.numbers.place(of: digest, orInsert: Int32(index))
            guard let first else { continue }
            for next in second.map({ $0...$0 }) ?? 0...255 { beginnings[Int(first) << 8 | Int(next)] = true }
        }
    }

    /// The place in the vocabulary of each word of `text`; -1 for one that is not in it.
    mutating func positions(in text: String, _ tokenizer: any FTS5Tokenizer) throws -> [Int32] {
        sink.row.removeAll(keepingCapacity: true)
        var text = text
        try text.withUTF8 { bytes in
            var start = 0
            while start < bytes.count {
                let first = bytes[start]
                guard Self.isWord(first) || first >= 0x80 else {
                    start += 1
                    continue
                }
                var end = start
                var isASCII = true
                while end < bytes.count {
                    let byte = bytes[end]
                    if byte >= 0x80 { isASCII = false } else if !Self.isWord(byte) { break }
                    end += 1
                }
                let word = UnsafeBufferPointer(rebasing: bytes[start..<end])
                if isASCII { try readASCII(word, tokenizer) } else { try tokenize(word, tokenizer) }
                start = end
            }
        }
        return sink.row
    }

    /// Whether a byte is part of a word to the tokenizer of the index; what is not ASCII it looks at itself.
    @inline(__always)
    private static func isWord(_ byte: UInt8) -> Bool {
        (byte | 0x20) &- 0x61 < 26 || byte &- 0x30 < 10
    }

    @inline(__always)
    private static func lowercase(_ byte: UInt8) -> UInt8 {
        byte &- 0x41 < 26 ? byte | 0x20 : byte
    }

    private mutating func readASCII(_ word: UnsafeBufferPointer<UInt8>, _ tokenizer: any FTS5Tokenizer) throws {
        let second = word.count > 1 ? Self.lowercase(word[1]) : 0
        guard beginnings[Int(Self.lowercase(word[0])) << 8 | Int(second)] else {
            sink.row.append(-1)
            return
        }
        let digest = Self.digest(word)
        if let place = known[digest] {
            sink.row.append(place)
            return
        }
        let count = sink.row.count
        try tokenize(word, tokenizer)
        if sink.row.count == count + 1 { _ = known.place(of: digest, orInsert: sink.row[count]) }
    }

    /// Adds the words that the tokenizer finds in `bytes`.
    private mutating func tokenize(_ bytes: UnsafeBufferPointer<UInt8>, _ tokenizer: any FTS5Tokenizer) throws {
        guard let base = bytes.baseAddress else { return }
        let code = withUnsafeMutablePointer(to: &sink) { sink in
            base.withMemoryRebound(to: CChar.self, capacity: bytes.count) { characters in
                tokenizer.tokenize(
                    context: UnsafeMutableRawPointer(sink),
                    tokenization: .document,
                    pText: characters,
                    nText: CInt(bytes.count)
                ) { context, _, token, length, _, _ in
                    guard let sink = context?.assumingMemoryBound(to: Sink.self), let token else { return SQLITE_ERROR }
                    let bytes = UnsafeRawBufferPointer(start: token, count: Int(length)).bindMemory(to: UInt8.self)
                    sink.pointee.row.append(sink.pointee.numbers[WordReader.digest(bytes)] ?? -1)
                    return SQLITE_OK
                }
            }
        }
        guard code == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
    }

    /// FNV-1a of the bytes, ASCII letters in lower case.
    private static func digest(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var digest: UInt64 = 14_695_981_039_346_656_037
        for byte in bytes { digest = (digest ^ UInt64(lowercase(byte))) &* 1_099_511_628_211 }
        return digest
    }
}
