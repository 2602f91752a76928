import Foundation

/// The encoding a feed is written in.
enum FeedEncoding {
    /// The text of `data` as UTF-8: by its byte order mark, else by `contentType`, else by its XML declaration (RFC 7303,
    /// section 3), else taken for UTF-8.
    static func utf8(_ data: Data, contentType: String?) -> [UInt8] {
        let bytes = Array(data)
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { return Array(bytes.dropFirst(3)) }
        if bytes.starts(with: [0xFE, 0xFF]) || bytes.starts(with: [0xFF, 0xFE]) {
            return converted(data, .utf16) ?? bytes
        }
        let name = charset(contentType) ?? declared(bytes)
        guard let name, let encoding = encodings[name.lowercased()] else { return bytes }
        return converted(data, encoding) ?? bytes
    }

    private static let encodings: [String: String.Encoding] = [
        "iso-8859-1": .windowsCP1252, "latin1": .windowsCP1252, "windows-1252": .windowsCP1252,
        "cp1252": .windowsCP1252,
        "iso-8859-15": .windowsCP1252, "utf-16": .utf16, "utf-16le": .utf16LittleEndian, "utf-16be": .utf16BigEndian,
        "iso-8859-2": .isoLatin2, "windows-1250": .windowsCP1250, "windows-1251": .windowsCP1251,
        "shift_jis": .shiftJIS, "euc-jp": .japaneseEUC,
    ]

    private static func converted(_ data: Data, _ encoding: String.Encoding) -> [UInt8]? {
        String(data: data, encoding: encoding).map { Array($0.utf8) }
    }

    private static func charset(_ contentType: String?) -> String? {
        guard let contentType, let range = contentType.range(of: "charset=", options: .caseInsensitive) else {
            return nil
        }
        let value = contentType[range.upperBound...].prefix { $0 != ";" && $0 != " " }
        return String(value.filter { $0 != "\"" && $0 != "'" })
    }

    /// The encoding in `<?xml version="1.0" encoding="…"?>`.
    private static func declared(_ bytes: [UInt8]) -> String? {
        let head = String(decoding: bytes.prefix(200), as: UTF8.self)
        guard head.hasPrefix("<?xml"), let end = head.range(of: "?>"),
            let range = head.range(of: "encoding=", range: head.startIndex..<end.lowerBound)
        else { return nil }
        let value = head[range.upperBound..<end.lowerBound]
        guard let quote = value.first, quote == "\"" || quote == "'" else { return nil }
        return String(value.dropFirst().prefix { $0 != quote })
    }
}
