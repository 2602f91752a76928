/// Text from a file, made fit to be shown in one line of a terminal or kept in a record.
///
/// Files are data: a control character or a change of writing direction could hide or forge what a message says.
enum DisplayText {
    /// `text` without control characters, its white space collapsed, cut to `limit` characters with an ellipsis.
    static func line(_ text: some StringProtocol, limit: Int = 60) -> String {
        var result = ""
        var length = 0
        var pendingSpace = false
        for scalar in text.unicodeScalars {
            if scalar.isASCII ? scalar.value <= 0x20 || scalar.value == 0x7F : isSpaceOrUnsafe(scalar) {
                pendingSpace = !result.isEmpty
                continue
            }
            if length + (pendingSpace ? 1 : 0) >= limit { return result + "…" }
            if pendingSpace {
                result.unicodeScalars.append(" ")
                length += 1
                pendingSpace = false
            }
            result.unicodeScalars.append(scalar)
            length += 1
        }
        return result
    }

    /// The same for UTF-8 bytes; plain ASCII without odd spacing is taken as it is.
    static func line(_ bytes: ArraySlice<UInt8>, limit: Int = 60) -> String {
        var isPlain = bytes.count <= limit && bytes.first != space && bytes.last != space
        var previous: UInt8 = 0
        for byte in bytes where isPlain {
            isPlain = byte >= space && byte < 0x7F && !(byte == space && previous == space)
            previous = byte
        }
        let text = String(decoding: bytes, as: UTF8.self)
        return isPlain ? text : line(text, limit: limit)
    }

    /// `text` without white space at its ends.
    static func trimmed(_ text: String) -> String {
        let head = text.drop(while: \.isWhitespace)
        guard let last = head.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(head[...last])
    }

    private static let space = UInt8(ascii: " ")

    private static func isSpaceOrUnsafe(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.properties.isWhitespace { return true }
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .surrogate, .unassigned: return true
        default: return false
        }
    }
}
