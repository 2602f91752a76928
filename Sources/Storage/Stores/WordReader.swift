import Foundation
import GRDB
import GRDBSQLite

/// Finds the words of a small vocabulary in texts, in the form in which the full-text index knows words, without making a
/// string of each.
final class WordReader {
    private let numbers: [UInt64: Int32]
    private var row: [Int32] = []

    init(vocabulary: [String]) {
        var numbers: [UInt64: Int32] = [:]
        for (index, word) in vocabulary.enumerated() {
            var word = word
            let digest = word.withUTF8 { Self.digest($0) }
            numbers[digest] = numbers[digest] ?? Int32(index)
        }
        self.numbers = numbers
    }

    /// The place in the vocabulary of each word of `text`; -1 for one that is not in it.
    func positions(in text: String, _ tokenizer: any FTS5Tokenizer) throws -> [Int32] {
        row.removeAll(keepingCapacity: true)
        var text = text
        let code = text.withUTF8 { bytes -> CInt in
            guard let base = bytes.baseAddress else { return SQLITE_OK }
            return base.withMemoryRebound(to: CChar.self, capacity: bytes.count) { characters in
                tokenizer.tokenize(
                    context: Unmanaged.passUnretained(self).toOpaque(),
                    tokenization: .document,
                    pText: characters,
                    nText: CInt(bytes.count)
                ) { context, _, token, length, _, _ in
                    guard let context, let token else { return SQLITE_ERROR }
                    let reader = Unmanaged<WordReader>.fromOpaque(context).takeUnretainedValue()
                    let bytes = UnsafeRawBufferPointer(start: token, count: Int(length)).bindMemory(to: UInt8.self)
                    reader.row.append(reader.numbers[WordReader.digest(bytes)] ?? -1)
                    return SQLITE_OK
                }
            }
        }
        guard code == SQLITE_OK else { throw DatabaseError(resultCode: ResultCode(rawValue: code)) }
        return row
    }

    /// FNV-1a.
    private static func digest(_ bytes: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var digest: UInt64 = 14_695_981_039_346_656_037
        for byte in bytes { digest = (digest ^ UInt64(byte)) &* 1_099_511_628_211 }
        return digest
    }
}
