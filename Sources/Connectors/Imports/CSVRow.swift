/// One row of a comma-separated file: its fields as bytes, without their quotes.
public struct CSVRow: Sendable {
    /// A field's place in the file.
    struct Field: Sendable {
        var start: Int
        var end: Int
        /// Whether the field holds doubled quotes that stand for one.
        var hasDoubledQuotes: Bool
    }

    /// The line the row begins on, counted from 1.
    public let line: Int
    private let bytes: [UInt8]
    private let fields: [Field]

    init(line: Int, bytes: [UInt8], fields: [Field]) {
        self.line = line
        self.bytes = bytes
        self.fields = fields
    }

    /// How many fields the row has; never 0.
    public var count: Int { fields.count }

    /// Whether every field is empty or white space.
    public var isBlank: Bool {
        fields.allSatisfy { field in
            bytes[field.start..<field.end].allSatisfy { $0 == 0x20 || (9...13).contains($0) }
        }
    }

    /// The bytes of a field, doubled quotes undone; empty where the row has no such field.
    public subscript(index: Int) -> ArraySlice<UInt8> {
        guard fields.indices.contains(index) else { return [] }
        let field = fields[index]
        let raw = bytes[field.start..<field.end]
        guard field.hasDoubledQuotes else { return raw }
        var text: [UInt8] = []
        text.reserveCapacity(raw.count)
        var isFirstOfPair = false
        for byte in raw {
            isFirstOfPair = byte == UInt8(ascii: "\"") && !isFirstOfPair
            if byte != UInt8(ascii: "\"") || isFirstOfPair { text.append(byte) }
        }
        return text[...]
    }

    /// A field as text; empty where the row has no such field.
    public func text(_ index: Int) -> String {
        String(decoding: self[index], as: UTF8.self)
    }

    /// The whole row, cut to what fits into a message.
    var excerpt: String {
        DisplayText.line((0..<count).map { text($0) }.joined(separator: ","), limit: 80)
    }
}
