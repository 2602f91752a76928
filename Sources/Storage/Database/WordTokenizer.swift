import GRDB
import GRDBSQLite

/// The tokenizer of the full-text index: words between separators, folded (`LetterFolding`, then case and marks) and reduced to
/// their stems, and each character of a script without spaces as a word of its own.
final class WordTokenizer: FTS5CustomTokenizer {
    static let name = "magnus_words"

    /// What becomes of the words of a part of a text.
    private struct Part {
        var context: UnsafeMutableRawPointer?
        var callback: FTS5TokenCallback
        /// Where the part begins in the text.
        var start: CInt
    }

    private let base: any FTS5Tokenizer

    init(db: GRDB.Database, arguments: [String]) throws {
        base = try db.makeTokenizer(.porter(wrapping: .unicode61(diacritics: .remove)))
    }

    /// What becomes of the words of a text of which letters were folded.
    private struct FoldedText {
        var context: UnsafeMutableRawPointer?
        var callback: FTS5TokenCallback
        /// Where each of its bytes, and its end, is in the text as it was.
        var places: UnsafePointer<CInt>
    }

    func tokenize(
        context: UnsafeMutableRawPointer?,
        tokenization: FTS5Tokenization,
        pText text: UnsafePointer<CChar>?,
        nText count: CInt,
        tokenCallback: @escaping FTS5TokenCallback
    ) -> CInt {
        let bytes = UnsafeRawBufferPointer(start: text, count: text == nil ? 0 : Int(count))
        guard let folded = LetterFolding.folded(bytes) else {
            return tokenizeFolded(
                context: context,
                tokenization: tokenization,
                pText: text,
                nText: count,
                tokenCallback: tokenCallback
            )
        }
        return folded.places.withUnsafeBufferPointer { places in
            guard let places = places.baseAddress else { return SQLITE_OK }
            var target = FoldedText(context: context, callback: tokenCallback, places: places)
            return folded.bytes.withUnsafeBytes { bytes in
                tokenizeFolded(
                    context: &target,
                    tokenization: tokenization,
                    pText: bytes.baseAddress?.assumingMemoryBound(to: CChar.self),
                    nText: CInt(bytes.count)
                ) { target, flags, token, length, start, end in
                    guard let target = target?.assumingMemoryBound(to: FoldedText.self).pointee else {
                        return SQLITE_ERROR
                    }
                    let (first, last) = (target.places[Int(start)], target.places[Int(end)])
                    return target.callback(target.context, flags, token, length, first, last)
                }
            }
        }
    }

    private func tokenizeFolded(
        context: UnsafeMutableRawPointer?,
        tokenization: FTS5Tokenization,
        pText text: UnsafePointer<CChar>?,
        nText count: CInt,
        tokenCallback: @escaping FTS5TokenCallback
    ) -> CInt {
        let bytes = UnsafeRawBufferPointer(start: text, count: text == nil ? 0 : Int(count))
        // The first of the scripts begins with a character of three bytes.
        guard let text, bytes.contains(where: { $0 >= 0xE0 }) else {
            return base.tokenize(
                context: context,
                tokenization: tokenization,
                pText: text,
                nText: count,
                tokenCallback: tokenCallback
            )
        }
        /// Hands the words between two characters on.
        func handOn(_ range: Range<Int>) -> CInt {
            guard !range.isEmpty else { return SQLITE_OK }
            var part = Part(context: context, callback: tokenCallback, start: CInt(range.lowerBound))
            return base.tokenize(
                context: &part,
                tokenization: tokenization,
                pText: text + range.lowerBound,
                nText: CInt(range.count)
            ) { part, flags, token, length, start, end in
                guard let part = part?.assumingMemoryBound(to: Part.self).pointee else { return SQLITE_ERROR }
                return part.callback(part.context, flags, token, length, part.start + start, part.start + end)
            }
        }
        var (spaced, index) = (0, 0)
        while index < bytes.count {
            let length = bytes[index] < 0xE0 ? 1 : bytes[index] < 0xF0 ? 3 : 4
            guard length > 1, index + length <= bytes.count,
                let scalar = Self.scalar(UnsafeRawBufferPointer(rebasing: bytes[index..<index + length])),
                UnspacedScript.contains(scalar)
            else {
                index += length
                continue
            }
            var code = handOn(spaced..<index)
            guard code == SQLITE_OK else { return code }
            code = tokenCallback(context, 0, text + index, CInt(length), CInt(index), CInt(index + length))
            guard code == SQLITE_OK else { return code }
            index += length
            spaced = index
        }
        return handOn(spaced..<bytes.count)
    }

    /// The character of three or four bytes; nil where they are none.
    private static func scalar(_ bytes: UnsafeRawBufferPointer) -> Unicode.Scalar? {
        let first = UInt32(bytes[0]) & (bytes.count == 3 ? 0x0F : 0x07)
        return Unicode.Scalar(bytes.dropFirst().reduce(first) { $0 << 6 | UInt32($1) & 0x3F })
    }
}
