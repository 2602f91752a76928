/// The tags and texts of HTML or XHTML, one after the other, however badly they are written.
struct HTMLScanner {
    /// A tag or a run of text.
    enum Token {
        /// Text with its character references resolved.
        case text(String)
        /// A start tag; `isEmpty` where it ends itself.
        case open(name: String, attributes: [String: String], isEmpty: Bool)
        /// An end tag.
        case close(name: String)
    }

    private let bytes: [UInt8]
    private var index = 0
    /// The line in which the next token begins, from 1.
    private(set) var line = 1
    /// The element whose content is no HTML, as that of a script.
    private var rawElement: String?

    /// Elements whose content is text to its end tag.
    private static let rawElements: Set<String> = ["script", "style", "textarea", "title", "noscript", "iframe", "xmp"]

    init(_ text: String) {
        bytes = Array(text.utf8)
    }

    /// The next token; nil at the end.
    mutating func next() -> Token? {
        while index < bytes.count {
            if let name = rawElement {
                rawElement = nil
                let text = rawText(of: name)
                if !text.isEmpty { return .text(name == "title" ? HTMLEntities.decoded(text) : text) }
                continue
            }
            guard bytes[index] == 0x3C, index + 1 < bytes.count else { return text() }
            switch bytes[index + 1] {
            case 0x21:
                skipDeclaration()
            case 0x3F:
                skip(past: [0x3E])
            case 0x2F where index + 2 < bytes.count && Self.isLetter(bytes[index + 2]):
                index += 2
                let name = self.name()
                skip(past: [0x3E])
                return .close(name: name)
            case let byte where Self.isLetter(byte):
                return startTag()
            default:
                return text()
            }
        }
        return nil
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == 0x20 || (0x09...0x0D).contains(byte)
    }

    private mutating func advance(to end: Int) {
        while index < end {
            if bytes[index] == 0x0A { line += 1 }
            index += 1
        }
    }

    private mutating func text() -> Token {
        var end = index + 1
        while end < bytes.count, bytes[end] != 0x3C { end += 1 }
        let text = String(decoding: bytes[index..<end], as: UTF8.self)
        advance(to: end)
        return .text(HTMLEntities.decoded(text))
    }

    /// The content of an element that holds no tags, up to its end tag or the end.
    private mutating func rawText(of name: String) -> String {
        let mark = Array("</\(name)".utf8)
        var end = index
        while end < bytes.count {
            if bytes[end] == 0x3C, end + mark.count <= bytes.count,
                zip(bytes[end..<end + mark.count], mark).allSatisfy({ $0 | 0x20 == $1 | 0x20 })
            {
                break
            }
            end += 1
        }
        let text = String(decoding: bytes[index..<end], as: UTF8.self)
        advance(to: end)
        return text
    }

    private mutating func skipDeclaration() {
        if bytes[index...].starts(with: Array("<!--".utf8)) {
            index += 4
            skip(past: Array("-->".utf8))
        } else if bytes[index...].starts(with: Array("<![CDATA[".utf8)) {
            // Its content is text as any other.
            index += 9
        } else {
            skip(past: [0x3E])
        }
    }

    private mutating func skip(past mark: [UInt8]) {
        var end = index
        while end + mark.count <= bytes.count, !bytes[end...].starts(with: mark) { end += 1 }
        advance(to: min(end + mark.count, bytes.count))
        if end + mark.count > bytes.count { advance(to: bytes.count) }
    }

    /// A name of letters, digits and what XML has in names, in small letters.
    private mutating func name() -> String {
        let start = index
        while index < bytes.count, !Self.isSpace(bytes[index]), ![0x2F, 0x3E, 0x3D].contains(bytes[index]) {
            index += 1
        }
        return String(decoding: bytes[start..<index], as: UTF8.self).lowercased()
    }

    private mutating func startTag() -> Token {
        index += 1
        let name = self.name()
        var attributes: [String: String] = [:]
        var isEmpty = false
        while index < bytes.count, bytes[index] != 0x3E {
            if Self.isSpace(bytes[index]) {
                advance(to: index + 1)
            } else if bytes[index] == 0x2F {
                isEmpty = index + 1 < bytes.count && bytes[index + 1] == 0x3E
                index += 1
            } else {
                let start = index
                let key = self.name()
                if index == start { index += 1 }
                attributes[key] = attributeValue() ?? ""
            }
        }
        index = min(index + 1, bytes.count)
        if Self.rawElements.contains(name), !isEmpty { rawElement = name }
        return .open(name: name, attributes: attributes, isEmpty: isEmpty)
    }

    private mutating func attributeValue() -> String? {
        var end = index
        while end < bytes.count, Self.isSpace(bytes[end]) { end += 1 }
        guard end < bytes.count, bytes[end] == 0x3D else { return nil }
        end += 1
        while end < bytes.count, Self.isSpace(bytes[end]) { end += 1 }
        advance(to: end)
        guard index < bytes.count else { return "" }
        let quote = bytes[index]
        let start: Int
        if quote == 0x22 || quote == 0x27 {
            start = index + 1
            end = start
            while end < bytes.count, bytes[end] != quote { end += 1 }
            advance(to: min(end + 1, bytes.count))
        } else {
            start = index
            while end < bytes.count, !Self.isSpace(bytes[end]), bytes[end] != 0x3E { end += 1 }
            advance(to: end)
        }
        return HTMLEntities.decoded(String(decoding: bytes[start..<end], as: UTF8.self))
    }
}
