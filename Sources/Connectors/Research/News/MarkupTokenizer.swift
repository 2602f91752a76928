/// A piece of XML or HTML.
enum MarkupToken: Equatable {
    /// `<name a="b">`; `isEmpty` for `<name/>`.
    case open(name: String, attributes: [String: String], isEmpty: Bool)
    /// `</name>`.
    case close(name: String)
    /// Text between tags, its references decoded.
    case text(String)
}

/// Takes XML and HTML apart, one piece at a time, and forgives what feeds get wrong: ampersands and angle brackets that
/// stand for themselves, unquoted attributes, tags that are never closed.
///
/// Declarations, comments and processing instructions are passed over; a document type's own entities are never looked at.
/// One pass, in time and memory linear in the length of the text.
struct MarkupTokenizer {
    private let bytes: [UInt8]
    /// How many bytes were taken apart.
    private(set) var position = 0
    /// Whether the text ended within a tag, a comment or a section.
    private(set) var isCut = false

    /// A tokenizer at the start of `text` in UTF-8.
    init(_ text: [UInt8]) {
        bytes = text
    }

    /// The next piece; nil at the end.
    mutating func next() -> MarkupToken? {
        while position < bytes.count {
            guard bytes[position] == UInt8(ascii: "<") else { return .text(text()) }
            switch position + 1 < bytes.count ? bytes[position + 1] : 0 {
            case UInt8(ascii: "!"):
                if let section = declaration() { return .text(section) }
            case UInt8(ascii: "?"): skip(past: "?>")
            case UInt8(ascii: "/"):
                let end = end(ofTagAt: position + 2)
                let name = self.name(from: position + 2)
                position = end
                if !name.isEmpty { return .close(name: name) }
            case let byte where Self.beginsName(byte):
                if let tag = tag() { return tag }
            default: return .text(text())
            }
        }
        return nil
    }

    /// From here to the next bracket that may begin a tag; a bracket here stands for itself.
    private mutating func text() -> String {
        let start = position
        position += 1
        while position < bytes.count, bytes[position] != UInt8(ascii: "<") { position += 1 }
        return CharacterReferences.decoded(bytes[start..<position])
    }

    /// Passes over `<!…>`; the text of a CDATA section is returned.
    private mutating func declaration() -> String? {
        if starts(with: "<!--") {
            position += 4
            skip(past: "-->")
        } else if starts(with: "<![CDATA[") {
            let start = position + 9
            position = start
            let end = skip(past: "]]>") ?? bytes.count
            return String(decoding: bytes[start..<end], as: UTF8.self)
        } else {
            skipDocumentType()
        }
        return nil
    }

    /// Passes over `<!DOCTYPE … [ … ]>`, whose quoted texts and inner declarations may hold brackets.
    private mutating func skipDocumentType() {
        var depth = 0
        var quote: UInt8?
        while position < bytes.count {
            if quote == nil, bytes[position] == UInt8(ascii: "<"), starts(with: "<!--") {
                position += 4
                skip(past: "-->")
                continue
            }
            let byte = bytes[position]
            position += 1
            if let open = quote {
                if byte == open { quote = nil }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "'"): quote = byte
            case UInt8(ascii: "["), UInt8(ascii: "<"): depth += 1
            case UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: ">"):
                depth -= 1
                if depth <= 0 { return }
            default: break
            }
        }
        isCut = true
    }

    private mutating func tag() -> MarkupToken? {
        let name = self.name(from: position + 1)
        var index = position + 1 + name.utf8.count
        let end = end(ofTagAt: index)
        position = end
        guard !isCut else { return nil }
        var attributes: [String: String] = [:]
        let last = end - 1
        let isEmpty = last > index && bytes[last - 1] == UInt8(ascii: "/")
        let limit = isEmpty ? last - 1 : last
        while index < limit {
            guard Self.beginsName(bytes[index]) else {
                index += 1
                continue
            }
            let key = self.name(from: index)
            index += key.utf8.count
            while index < limit, Self.isSpace(bytes[index]) { index += 1 }
            guard index < limit, bytes[index] == UInt8(ascii: "=") else {
                attributes[key] = attributes[key] ?? ""
                continue
            }
            index += 1
            while index < limit, Self.isSpace(bytes[index]) { index += 1 }
            let value = value(at: &index, before: limit)
            attributes[key] = attributes[key] ?? CharacterReferences.decoded(value)
        }
        return .open(name: name, attributes: attributes, isEmpty: isEmpty)
    }

    private func value(at index: inout Int, before limit: Int) -> ArraySlice<UInt8> {
        guard index < limit else { return [] }
        let quote = bytes[index]
        if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
            let start = index + 1
            let end = bytes[start..<limit].firstIndex(of: quote) ?? limit
            index = min(end + 1, limit)
            return bytes[start..<end]
        }
        let start = index
        while index < limit, !Self.isSpace(bytes[index]) { index += 1 }
        return bytes[start..<index]
    }

    /// The place behind the `>` that ends the tag; brackets in quoted attributes do not.
    private mutating func end(ofTagAt start: Int) -> Int {
        var quote: UInt8?
        var mayQuote = false
        for index in start..<max(start, bytes.count) {
            let byte = bytes[index]
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: ">") {
                return index + 1
            } else if mayQuote, byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
            }
            // Only behind an equals sign does a quotation mark open a value.
            if byte == UInt8(ascii: "=") { mayQuote = true } else if !Self.isSpace(byte) { mayQuote = false }
        }
        isCut = true
        return bytes.count
    }

    private func name(from start: Int) -> String {
        var end = start
        while end < bytes.count, Self.continuesName(bytes[end]) { end += 1 }
        return start < end ? String(decoding: bytes[start..<end], as: UTF8.self) : ""
    }

    @discardableResult
    private mutating func skip(past mark: String) -> Int? {
        let mark = Array(mark.utf8)
        var index = position
        while index + mark.count <= bytes.count {
            if bytes[index] == mark[0], bytes[index..<(index + mark.count)].elementsEqual(mark) {
                position = index + mark.count
                return index
            }
            index += 1
        }
        position = bytes.count
        isCut = true
        return nil
    }

    private func starts(with mark: String) -> Bool {
        bytes[position...].starts(with: mark.utf8)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || (9...13).contains(byte) }

    private static func beginsName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"), 0x80...:
            true
        default: false
        }
    }

    private static func continuesName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: ":"), UInt8(ascii: "-"), UInt8(ascii: "."): true
        default: beginsName(byte)
        }
    }
}
