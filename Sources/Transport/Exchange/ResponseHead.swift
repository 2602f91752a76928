/// The status and the header fields of an answer.
struct ResponseHead: Sendable, Hashable {
    var status: Int
    var headers: HTTPHeaders
}

/// Puts the header of an answer together from its lines.
struct ResponseHeadParser {
    /// The largest header that is accepted.
    static let maximumBytes = 262_144

    private var status: Int?
    private var fields: [HTTPHeaders.Field] = []
    private var bytes = 0

    /// Whether more came than is accepted.
    var isTooLarge: Bool { bytes > ResponseHeadParser.maximumBytes }

    /// Takes a line with its end. The whole header at the empty line behind it, unless it was an interim one (100 to 199).
    mutating func take(_ line: String) -> ResponseHead? {
        bytes += line.utf8.count
        let text = line.trimmingSuffix { $0.isNewline }
        if text.hasPrefix("HTTP/") {
            let words = text.split(separator: " ", maxSplits: 2)
            status = words.count > 1 ? Int(words[1]) : nil
            fields = []
        } else if text.isEmpty {
            defer { status = nil }
            guard let status, status >= 200 else { return nil }
            return ResponseHead(status: status, headers: HTTPHeaders(fields))
        } else if text.first == " " || text.first == "\t" {
            // A field continued on the next line (obsolete, RFC 9112, section 5.2).
            guard let last = fields.indices.last else { return nil }
            fields[last].value += " " + text.trimmingBlanks()
        } else if let colon = text.firstIndex(of: ":") {
            let value = text[text.index(after: colon)...].trimmingBlanks()
            fields.append(HTTPHeaders.Field(String(text[..<colon]), value))
        }
        return nil
    }
}

extension StringProtocol {
    fileprivate func trimmingSuffix(while isCut: (Character) -> Bool) -> SubSequence {
        var end = endIndex
        while end > startIndex, isCut(self[index(before: end)]) { end = index(before: end) }
        return self[..<end]
    }

    fileprivate func trimmingBlanks() -> String {
        String(drop { $0 == " " || $0 == "\t" }.trimmingSuffix { $0 == " " || $0 == "\t" })
    }
}
