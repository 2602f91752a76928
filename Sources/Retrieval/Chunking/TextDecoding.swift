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

    /// The text in `data`; nil if it is binary data.
    ///
    /// UTF-8 is expected. UTF-16 is known by its byte order mark. Single bytes that are no UTF-8 are read as
    /// Windows-1252, which older text files are in.
    public static func decode(_ data: Data) -> Decoded? {
        if data.starts(with: [0xFF, 0xFE]) || data.starts(with: [0xFE, 0xFF]) {
            guard let text = String(data: data, encoding: .utf16), !isBinary(Array(text.utf8)) else { return nil }
            return Decoded(text: withoutMark(text), warning: nil)
        }
        return data.withUnsafeBytes { raw -> Decoded? in
            let bytes = raw.bindMemory(to: UInt8.self)
            guard !isBinary(bytes) else { return nil }
            if let text = String(validating: bytes, as: UTF8.self) {
                return Decoded(text: withoutMark(text), warning: nil)
            }
            let (text, repaired) = repair(bytes)
            // Text in another encoding has such bytes here and there; data has them everywhere.
            guard repaired * 4 <= bytes.count else { return nil }
            return Decoded(
                text: withoutMark(text),
                warning: "\(repaired) bytes were not valid UTF-8 and were read as Windows-1252"
            )
        }
    }

    private static func withoutMark(_ text: String) -> String {
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
