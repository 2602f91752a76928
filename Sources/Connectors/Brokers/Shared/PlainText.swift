/// Text that may hold markup, as one line to read.
enum PlainText {
    /// `text` without tags, its entities resolved, without control characters, cut to `limit` characters.
    static func line(_ text: String, limit: Int) -> String {
        DisplayText.line(resolved(untagged(text)), limit: limit)
    }

    /// A `<` that no letter, slash or `!` follows is a sign, not a tag.
    private static func untagged(_ text: String) -> String {
        guard text.contains("<") else { return text }
        var plain = ""
        var rest = text[...]
        while let start = rest.firstIndex(of: "<") {
            plain += rest[..<start]
            let behind = rest.index(after: start)
            let isTag = behind < rest.endIndex && (rest[behind].isLetter || rest[behind] == "/" || rest[behind] == "!")
            guard isTag, let end = rest[start...].firstIndex(of: ">") else {
                plain.append("<")
                rest = rest[behind...]
                continue
            }
            plain.append(" ")
            rest = rest[rest.index(after: end)...]
        }
        return plain + rest
    }

    private static func resolved(_ text: String) -> String {
        guard text.contains("&") else { return text }
        var plain = ""
        var rest = text[...]
        while let start = rest.firstIndex(of: "&") {
            plain += rest[..<start]
            let body = rest[rest.index(after: start)...].prefix(10)
            guard let end = body.firstIndex(of: ";"), let character = character(body[..<end]) else {
                plain.append("&")
                rest = rest[rest.index(after: start)...]
                continue
            }
            plain.append(character)
            rest = rest[rest.index(after: end)...]
        }
        return plain + rest
    }

    private static func character(_ entity: Substring) -> Character? {
        switch entity {
        case "amp": return "&"
        case "lt": return "<"
        case "gt": return ">"
        case "quot": return "\""
        case "apos": return "'"
        case "nbsp": return " "
        default:
            guard entity.hasPrefix("#") else { return nil }
            let number = entity.dropFirst()
            let value = number.hasPrefix("x") ? UInt32(number.dropFirst(), radix: 16) : UInt32(number)
            return value.flatMap(Unicode.Scalar.init).map(Character.init)
        }
    }
}
