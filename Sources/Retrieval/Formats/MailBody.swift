import Foundation

/// What stands in the body of a part of a message, in whatever encoding it was sent.
enum MailBody {
    /// The lines of a part's text, each with the lines of the file that hold it.
    static func lines(of part: MailHeaders, _ lines: TextLines) -> [(text: String, place: ClosedRange<Int>)] {
        let charset = part.parameter("charset", of: "content-type")?.lowercased() ?? ""
        switch part["content-transfer-encoding"].lowercased() {
        case "base64":
            let encoded = part.body.map { String(lines[$0]) }.joined()
            guard let data = Data(base64Encoded: encoded, options: .ignoreUnknownCharacters), !part.body.isEmpty else {
                return []
            }
            let place = (part.body.lowerBound + 1)...part.body.upperBound
            let text = TextLines(NamedCharset.text(Array(data), charset))
            return (0..<text.count).map { (String(text[$0]), place) }
        case "quoted-printable":
            return quotedPrintable(part.body, lines, charset)
        default:
            return part.body.map { line in
                // A mailbox marks lines that look like the beginning of the next message.
                let own = lines[line].hasPrefix(">From ") ? lines[line].dropFirst() : lines[line]
                return (text(own, charset), (line + 1)...(line + 1))
            }
        }
    }

    private static func quotedPrintable(
        _ range: Range<Int>,
        _ lines: TextLines,
        _ charset: String
    ) -> [(text: String, place: ClosedRange<Int>)] {
        var result: [(text: String, place: ClosedRange<Int>)] = []
        var bytes: [UInt8] = []
        var start: Int?
        for line in range {
            let text = lines[line].trimmedEndOfBytes
            let isSoft = text.utf8.last == 0x3D
            bytes += quotedPrintable(isSoft ? text.dropLast() : text)
            let first = start ?? line
            if isSoft, line + 1 < range.upperBound {
                start = first
            } else {
                result.append((NamedCharset.text(bytes, charset), (first + 1)...(line + 1)))
                (bytes, start) = ([], nil)
            }
        }
        return result
    }

    /// The bytes of `text`, `=E9` being one.
    private static func quotedPrintable(_ text: Substring) -> [UInt8] {
        unescaped(text, mark: UInt8(ascii: "="))
    }

    /// The bytes of `text`, `%E9` being one.
    static func percentDecoded(_ text: Substring) -> [UInt8] {
        unescaped(text, mark: UInt8(ascii: "%"))
    }

    private static func unescaped(_ text: Substring, mark: UInt8) -> [UInt8] {
        var bytes: [UInt8] = []
        var rest = Self.bytes(text)[...]
        while let byte = rest.popFirst() {
            if byte == mark, rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte)
            }
        }
        return bytes
    }

    /// The bytes that a text stands for, of which each character is one byte. A message in UTF-16, which none should be in, is not
    /// such a text.
    static func bytes(_ text: some StringProtocol) -> [UInt8] {
        let bytes = text.unicodeScalars.compactMap { UInt8(exactly: $0.value) }
        return bytes.count == text.unicodeScalars.count ? bytes : Array(text.utf8)
    }

    /// The text in a line of which each character is one byte, of a header or of a body that names `charset`.
    static func text(_ line: some StringProtocol, _ charset: String = "") -> String {
        if line.utf8.allSatisfy({ $0 < 0x80 && $0 != 0x1B }), !charset.hasPrefix("utf-7") { return String(line) }
        return NamedCharset.text(bytes(line), charset)
    }

    /// `text` with encoded words (`=?utf-8?Q?caf=C3=A9?=`) resolved.
    static func decodedWords(_ text: String) -> String {
        guard text.contains("=?") else { return text }
        var result = ""
        var rest = text[...]
        var followsWord = false
        while let start = rest.range(of: "=?") {
            let parts = rest[start.upperBound...].split(separator: "?", maxSplits: 3, omittingEmptySubsequences: false)
            guard parts.count == 4, parts[3].first == "=", let word = word(parts) else {
                result += rest[..<start.upperBound]
                rest = rest[start.upperBound...]
                followsWord = false
                continue
            }
            let between = rest[..<start.lowerBound]
            // White space between two encoded words is not part of the text.
            if !(followsWord && between.allSatisfy(\.isWhitespace)) { result += between }
            result += word
            rest = parts[3].dropFirst()
            followsWord = true
        }
        return result + rest
    }

    private static func word(_ parts: [Substring]) -> String? {
        // A language may follow (RFC 2231, section 5).
        let charset = parts[0].prefix { $0 != "*" }.lowercased()
        switch parts[1].lowercased() {
        case "q":
            return NamedCharset.text(quotedPrintable(Substring(parts[2].replacing("_", with: " "))), charset)
        case "b":
            return Data(base64Encoded: String(parts[2]), options: .ignoreUnknownCharacters).map {
                NamedCharset.text(Array($0), charset)
            }
        default:
            return nil
        }
    }
}
