import Foundation

/// Messages in the form they are sent in (RFC 5322 and MIME): subject, who wrote to whom, and the text of their parts.
struct MailOutline {
    private let lines: TextLines
    private var builder = OutlineBuilder()

    private init(_ lines: TextLines) {
        self.lines = lines
    }

    /// The outline of one message; its subject is the title.
    static func outline(ofMessage text: String) -> DocumentOutline {
        var reader = MailOutline(TextLines(text))
        let message = MailHeaders(reader.lines, reader.range)
        let subject = message["subject"]
        reader.read(message, level: 1, depth: 0)
        return reader.builder.outline(title: subject.isEmpty ? nil : subject)
    }

    /// The outlines of a mailbox, one for each message, which is a section under its subject.
    static func outlines(ofMailbox text: String) -> some Sequence<DocumentOutline> {
        let lines = TextLines(text)
        return outlines(ofMailbox: lines, starts(in: lines) + [lines.count])
    }

    /// The outlines of the messages that begin at `starts`, counted from 0; each ends where the next one begins, and the last of
    /// `starts` is the end of the one before.
    static func outlines(ofMailbox lines: TextLines, _ starts: [Int]) -> some Sequence<DocumentOutline> {
        zip(starts, starts.dropFirst()).lazy.map { start, end in
            var reader = MailOutline(lines)
            let message = MailHeaders(lines, start + 1..<max(start + 1, end))
            let subject = message["subject"]
            let place = message.place(of: "subject") ?? (start + 1)...(start + 1)
            reader.builder.open(subject.isEmpty ? "(no subject)" : subject, level: 1, at: place)
            reader.read(message, level: 2, depth: 0)
            return reader.builder.outline(title: nil)
        }
    }

    /// The lines at which messages of a mailbox begin.
    static func starts(in lines: TextLines) -> [Int] {
        (0..<lines.count).filter { line in
            lines[line].hasPrefix("From ") && (line == 0 || lines.isBlank(line - 1))
        }
    }

    private var range: Range<Int> { 0..<lines.count }

    private mutating func read(_ message: MailHeaders, level: Int, depth: Int) {
        let shown = ["from", "to", "cc", "date"].compactMap { name -> (text: String, place: ClosedRange<Int>)? in
            let value = message[name]
            guard !value.isEmpty, let place = message.place(of: name) else { return nil }
            return ("\(name.prefix(1).uppercased())\(name.dropFirst()): \(value)", place)
        }
        builder.add(shown)
        part(message, level: level, depth: depth)
    }

    /// Adds what can be read of a part.
    private mutating func part(_ part: MailHeaders, level: Int, depth: Int) {
        // Parts within parts within parts: nobody writes so.
        guard depth < 20 else { return }
        let type = part.contentType
        if type.hasPrefix("multipart/"), let boundary = part.parameter("boundary", of: "content-type") {
            let parts = self.parts(of: part.body, boundary: boundary)
            if type == "multipart/alternative" {
                let best =
                    parts.first { isReadable($0) && $0.contentType == "text/plain" } ?? parts.last { isReadable($0) }
                if let best { self.part(best, level: level, depth: depth + 1) }
            } else {
                for inner in parts { self.part(inner, level: level, depth: depth + 1) }
            }
        } else if type == "message/rfc822" {
            let inner = MailHeaders(lines, part.body)
            builder.open(inner["subject"], level: level, at: Self.place(part.body))
            read(inner, level: level + 1, depth: depth + 1)
        } else if type == "text/html", !part.isAttachment {
            let text = MailBody.lines(of: part, lines)
            let blocks = HTMLOutline.blocks(of: text.map(\.text).joined(separator: "\n")).map { block in
                var block = block
                let inner = text[min(block.place.lowerBound, text.count) - 1..<min(block.place.upperBound, text.count)]
                block.place = Self.union(inner.map(\.place)) ?? Self.place(part.body)
                return block
            }
            HTMLOutline.add(blocks, to: &builder, below: level)
        } else if type.hasPrefix("text/"), !part.isAttachment {
            var paragraph: [(text: String, place: ClosedRange<Int>)] = []
            for line in MailBody.lines(of: part, lines) {
                if line.text.allSatisfy(\.isWhitespace) {
                    builder.add(paragraph)
                    paragraph = []
                } else {
                    paragraph.append(line)
                }
            }
            builder.add(paragraph)
        } else {
            let name =
                part.parameter("filename", of: "content-disposition") ?? part.parameter("name", of: "content-type")
            if let name { builder.add([("Attachment: \(name)", Self.place(part.body))]) }
        }
    }

    private func isReadable(_ part: MailHeaders) -> Bool {
        part.contentType.hasPrefix("multipart/") || (part.contentType.hasPrefix("text/") && !part.body.isEmpty)
    }

    private func parts(of range: Range<Int>, boundary: String) -> [MailHeaders] {
        let mark = "--" + boundary
        var parts: [MailHeaders] = []
        var start: Int?
        for line in range where lines[line].hasPrefix("--") {
            let text = lines[line].trimmedEndOfBytes
            guard text == mark || text == mark + "--" else { continue }
            if let start { parts.append(MailHeaders(lines, start..<line)) }
            start = text == mark ? line + 1 : nil
        }
        // A message that was cut off has no end of its last part.
        if let start, start < range.upperBound { parts.append(MailHeaders(lines, start..<range.upperBound)) }
        return parts
    }

    private static func place(_ range: Range<Int>) -> ClosedRange<Int> {
        (range.lowerBound + 1)...max(range.lowerBound + 1, range.upperBound)
    }

    private static func union(_ places: [ClosedRange<Int>]) -> ClosedRange<Int>? {
        guard let first = places.map(\.lowerBound).min(), let last = places.map(\.upperBound).max() else { return nil }
        return first...last
    }
}

/// The headers of a message or of a part of one, and where its body stands.
struct MailHeaders {
    /// Lines of the body, counted from 0.
    let body: Range<Int>
    private var values: [String: (text: String, place: ClosedRange<Int>)] = [:]

    /// Reads the headers at the beginning of `range`.
    init(_ lines: TextLines, _ range: Range<Int>) {
        var line = range.lowerBound
        var last: String?
        while line < range.upperBound, !lines.isBlank(line) {
            let text = lines[line]
            if text.first == " " || text.first == "\t" {
                // A header goes on in the next line.
                if let last, let value = values[last] {
                    values[last] = (value.text + " " + text.trimmedBytes, value.place.lowerBound...(line + 1))
                }
            } else if let colon = text.firstIndex(of: ":") {
                let name = text[..<colon].trimmedBytes.lowercased()
                if values[name] == nil {
                    values[name] = (String(text[text.index(after: colon)...].trimmedBytes), (line + 1)...(line + 1))
                    last = name
                } else {
                    last = nil
                }
            } else {
                break
            }
            line += 1
        }
        if line < range.upperBound, lines.isBlank(line) { line += 1 }
        body = line..<range.upperBound
    }

    /// The value of a header with its encoded words resolved; empty where it is missing.
    subscript(name: String) -> String {
        OutlineBuilder.oneLine(MailBody.decodedWords(MailBody.text(values[name]?.text ?? "")))
    }

    func place(of name: String) -> ClosedRange<Int>? {
        values[name]?.place
    }

    /// `text/plain` and the like, in small letters.
    var contentType: String {
        let type = values["content-type"]?.text.prefix { $0 != ";" } ?? ""
        return type.isEmpty ? "text/plain" : type.trimmed.lowercased()
    }

    var isAttachment: Bool {
        values["content-disposition"]?.text.lowercased().hasPrefix("attachment") ?? false
    }

    /// A parameter behind a header's value, as the `boundary` of `content-type`, also one in pieces or in an encoding of its own
    /// (RFC 2231).
    func parameter(_ name: String, of header: String) -> String? {
        guard let value = values[header]?.text else { return nil }
        var pieces: [(rank: Int, text: Substring, isEncoded: Bool)] = []
        for part in Self.parameters(value).dropFirst() {
            guard let equals = part.firstIndex(of: "=") else { continue }
            let words = part[..<equals].trimmedBytes.lowercased()
                .split(separator: "*", omittingEmptySubsequences: false)
            guard words.first.map(String.init) == name, words.count <= 3 else { continue }
            var text = part[part.index(after: equals)...].trimmedBytes
            if text.count >= 2, text.first == "\"", text.last == "\"" { text = text.dropFirst().dropLast() }
            if words.count == 1 { return MailBody.decodedWords(MailBody.text(text)) }
            pieces.append((Int(words[1]) ?? 0, text, words.last == ""))
        }
        guard !pieces.isEmpty else { return nil }
        var charset = ""
        let bytes = pieces.sorted { $0.rank < $1.rank }.flatMap { piece -> [UInt8] in
            guard piece.isEncoded else { return MailBody.bytes(piece.text) }
            let parts = piece.text.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
            if piece.rank == 0, parts.count == 3 { charset = String(parts[0]) }
            return MailBody.percentDecoded(piece.rank == 0 && parts.count == 3 ? parts[2] : piece.text)
        }
        return NamedCharset.text(bytes, charset)
    }

    /// The parts of a value between semicolons that stand outside of quotes.
    private static func parameters(_ value: String) -> [Substring] {
        var isQuoted = false
        return value.split { character in
            if character == "\"" { isQuoted.toggle() }
            return character == ";" && !isQuoted
        }
    }
}
