/// Lines that are written as data, as in JSON: `{"symbol": "NVDA", "mark": 181.30}`.
enum DataLine {
    /// The line as labels and values with commas between them: without quotation marks and braces, with spaces for
    /// underscores. It is as long in UTF-8 as it was, so that what is found stands where it stood.
    ///
    /// Nil where the line is no data: where it does not begin with a name in quotation marks before a colon.
    static func plain(_ line: String) -> String? {
        var bytes = Array(line.utf8)
        guard isData(bytes) else { return nil }
        for position in bytes.indices {
            switch bytes[position] {
            case UInt8(ascii: "\""), UInt8(ascii: "{"), UInt8(ascii: "}"), UInt8(ascii: "_"), UInt8(ascii: "`"):
                bytes[position] = UInt8(ascii: " ")
            case UInt8(ascii: ":") where opensObject(bytes, after: position):
                // "assignment": {"level": "HIGH"} names what its parts are of.
                bytes[position] = UInt8(ascii: " ")
            default: break
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Whether a line, which need not be whole, begins as data does.
    static func begins(_ line: String) -> Bool { isData(Array(line.utf8)) }

    private static func isData(_ bytes: [UInt8]) -> Bool {
        let opening = Set("{[`- ".utf8)
        let name = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-/%&$ ".utf8)
        var position = 0
        while position < bytes.count, opening.contains(bytes[position]) { position += 1 }
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { return false }
        let start = position + 1
        position = start
        while position < bytes.count, name.contains(bytes[position]) { position += 1 }
        guard position > start, position < bytes.count, bytes[position] == UInt8(ascii: "\"") else { return false }
        position += 1
        while position < bytes.count, bytes[position] == UInt8(ascii: " ") { position += 1 }
        return position < bytes.count && bytes[position] == UInt8(ascii: ":")
    }

    private static func opensObject(_ bytes: [UInt8], after colon: Int) -> Bool {
        var position = colon + 1
        while position < bytes.count, bytes[position] == UInt8(ascii: " ") { position += 1 }
        return position < bytes.count && bytes[position] == UInt8(ascii: "{")
    }
}
