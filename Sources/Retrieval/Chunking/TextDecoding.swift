public import Foundation

/// Makes text of a document's bytes, or says why it is none.
public enum TextDecoding {
    /// A text and what was odd about its bytes.
    public struct Decoded: Hashable, Sendable {
        /// The text, without a byte order mark.
        public var text: String
        /// What was repaired, in words; nil if nothing was.
        public var warning: String?
    }

    /// How the characters of a text are written as bytes.
    enum Encoding: String, Codable, Hashable {
        /// Single bytes of other encodings among it are read as Windows-1252.
        case utf8
        case utf16LittleEndian = "utf16le"
        case utf16BigEndian = "utf16be"
        /// Each byte is one character, for formats whose parts name encodings of their own.
        case bytes

        /// Bytes of the smallest part of a character.
        var width: Int { self == .utf8 || self == .bytes ? 1 : 2 }

        /// What the first bytes of a text say of the rest.
        init(of start: Data) {
            if start.starts(with: [0xFF, 0xFE]) {
                self = .utf16LittleEndian
            } else if start.starts(with: [0xFE, 0xFF]) {
                self = .utf16BigEndian
            } else {
                self = Encoding.withoutMark(start) ?? .utf8
            }
        }

        /// UTF-16 without its mark: of what is mostly Latin, every other byte is zero and none of the others.
        private static func withoutMark(_ start: Data) -> Encoding? {
            let sample = start.prefix(4_096)
            let units = sample.count / 2
            guard units >= 4 else { return nil }
            var zeros = [0, 0]
            for (index, byte) in sample.enumerated() where byte == 0 { zeros[index % 2] += 1 }
            if zeros[0] == 0, zeros[1] * 2 > units { return .utf16LittleEndian }
            if zeros[1] == 0, zeros[0] * 2 > units { return .utf16BigEndian }
            return nil
        }
    }

    /// A text, without a byte order mark, and how many of its bytes were no UTF-8.
    struct Part {
        var text: String
        var repaired: Int
    }

    /// The text in `data`; nil if it is binary data.
    ///
    /// UTF-8 is expected. UTF-16 is known by its byte order mark, or by zeros in every other byte. Single bytes that are no UTF-8
    /// are read as Windows-1252, which older text files are in.
    public static func decode(_ data: Data) -> Decoded? {
        let encoding = Encoding(of: data)
        guard encoding == .utf8 || data.count % 2 == 0, let part = decode(data, as: encoding) else { return nil }
        return Decoded(
            text: withoutMark(part.text),
            warning: warning(encoding: encoding, hasMark: hasMark(data), repaired: part.repaired)
        )
    }

    /// What was odd about the bytes of a text; nil if nothing was.
    static func warning(encoding: Encoding, hasMark: Bool, repaired: Int) -> String? {
        if encoding.width == 2, !hasMark { return "has no byte order mark and was read as UTF-16" }
        return repaired > 0 ? "\(repaired) bytes were not valid UTF-8 and were read as Windows-1252" : nil
    }

    /// The text in a part of a file, a byte order mark at its start included; nil if it is binary data.
    static func decode(_ data: Data, as encoding: Encoding) -> Part? {
        if encoding == .bytes { return bytes(data).map { Part(text: $0, repaired: 0) } }
        if encoding != .utf8 {
            let text = data.withUnsafeBytes { raw -> String in
                let units = (0..<raw.count / 2).map { index in
                    let unit = raw.loadUnaligned(fromByteOffset: index * 2, as: UInt16.self)
                    return encoding == .utf16LittleEndian ? UInt16(littleEndian: unit) : UInt16(bigEndian: unit)
                }
                return String(decoding: units, as: UTF16.self)
            }
            return isBinary(Array(text.utf8)) ? nil : Part(text: text, repaired: 0)
        }
        return data.withUnsafeBytes { raw -> Part? in
            let bytes = raw.bindMemory(to: UInt8.self)
            guard !isBinary(bytes) else { return nil }
            if let text = String(validating: bytes, as: UTF8.self) { return Part(text: text, repaired: 0) }
            let (text, repaired) = repair(bytes)
            // Text in another encoding has such bytes here and there; data has them everywhere.
            return repaired * 4 <= bytes.count ? Part(text: text, repaired: repaired) : nil
        }
    }

    /// `data` with each byte as the character of its number, without a byte order mark; nil if it is binary data.
    static func bytes(_ data: Data) -> String? {
        let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
        return (data.starts(with: mark) ? data.dropFirst(mark.count) : data).withUnsafeBytes { raw -> String? in
            let bytes = raw.bindMemory(to: UInt8.self)
            guard !isBinary(bytes) else { return nil }
            if bytes.allSatisfy({ $0 < 0x80 }) { return String(decoding: bytes, as: UTF8.self) }
            return String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
        }
    }

    /// The text in bytes of which nothing is known but that they are text.
    static func guessed(_ bytes: [UInt8]) -> String {
        bytes.withUnsafeBufferPointer { String(validating: $0, as: UTF8.self) ?? repair($0).0 }
    }

    static func hasMark(_ start: Data) -> Bool {
        start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF])
    }

    /// `text` without a byte order mark in front of it.
    static func withoutMark(_ text: String) -> String {
        text.unicodeScalars.first == "\u{FEFF}" ? String(text.unicodeScalars.dropFirst()) : text
    }

    /// Whether there is a NUL among `bytes`, or more control characters than text has.
    private static func isBinary(_ bytes: some Collection<UInt8>) -> Bool {
        var controls = 0
        for byte in bytes {
            if byte == 0 { return true }
            if byte < 0x20, byte != 0x09, byte != 0x0A, byte != 0x0C, byte != 0x0D { controls += 1 }
        }
        return controls * 20 > bytes.count
    }

    private static func repair(_ bytes: UnsafeBufferPointer<UInt8>) -> (text: String, repaired: Int) {
        var scalars = String.UnicodeScalarView()
        var repaired = 0
        var index = 0
        while index < bytes.count {
            let length = validLength(bytes, at: index)
            if length > 0 {
                scalars.append(
                    contentsOf: String(decoding: bytes[index..<index + length], as: UTF8.self).unicodeScalars
                )
                index += length
            } else {
                scalars.append(windows1252(bytes[index]))
                repaired += 1
                index += 1
            }
        }
        return (String(scalars), repaired)
    }

    /// The length of the valid run of UTF-8 that begins at `start`; 0 if the byte there belongs to none.
    private static func validLength(_ bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> Int {
        var end = start
        while end < bytes.count, bytes[end] < 0x80 { end += 1 }
        if end > start { return end - start }
        let lead = bytes[start]
        let length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC2 ? 2 : 0
        guard length > 0, start + length <= bytes.count else { return 0 }
        let sequence = UnsafeBufferPointer(rebasing: bytes[start..<start + length])
        return String(validating: sequence, as: UTF8.self) == nil ? 0 : length
    }

    static func windows1252(_ byte: UInt8) -> Unicode.Scalar {
        let upper: [UInt16] = [
            0x20AC, 0xFFFD, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152,
            0xFFFD,
            0x017D, 0xFFFD, 0xFFFD, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161,
            0x203A,
            0x0153, 0xFFFD, 0x017E, 0x0178,
        ]
        guard (0x80..<0xA0).contains(byte) else { return Unicode.Scalar(byte) }
        return Unicode.Scalar(upper[Int(byte) - 0x80]) ?? "\u{FFFD}"
    }
}
