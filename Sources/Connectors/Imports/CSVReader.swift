/// Reads a comma-separated file (RFC 4180) row by row, knowing on which line each row begins.
///
/// Takes UTF-8 with or without a byte order mark and lines that end in CRLF, LF or CR; fields in quotes may hold
/// commas, line ends and doubled quotes. Rows may differ in length. One pass, no copies of the file.
public struct CSVReader {
    private let file: String
    private let bytes: [UInt8]
    private var position: Int
    private var line = 1

    /// A reader at the first row of `bytes`.
    ///
    /// - Parameter file: The name that errors give the file.
    /// - Throws: `ImportError` with `.notText` where the bytes are not UTF-8 or hold a NUL.
    public init(_ bytes: [UInt8], file: String) throws {
        self.file = file
        self.bytes = bytes
        if let fault = UTF8Check.firstFault(in: bytes) {
            throw ImportError(
                file: file,
                code: .notText(line: fault.line, offset: fault.offset, reason: fault.reason)
            )
        }
        position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    /// The next row, or nil at the end. An empty line is a row of one empty field.
    ///
    /// - Throws: `ImportError` with `.malformed` where quotes do not match.
    public mutating func next() throws -> CSVRow? {
        guard position < bytes.count else { return nil }
        let firstLine = line
        var fields: [CSVRow.Field] = []
        fields.reserveCapacity(10)
        while true {
            let isQuoted = position < bytes.count && bytes[position] == UInt8(ascii: "\"")
            fields.append(isQuoted ? try quotedField() : plainField())
            guard position < bytes.count else { break }
            let byte = bytes[position]
            position += 1
            if byte == UInt8(ascii: ",") {
                // A comma at the very end of the file is followed by one more, empty field.
                continue
            }
            if byte == UInt8(ascii: "\r"), position < bytes.count, bytes[position] == UInt8(ascii: "\n") {
                position += 1
            }
            line += 1
            break
        }
        return CSVRow(line: firstLine, bytes: bytes, fields: fields)
    }

    private mutating func plainField() -> CSVRow.Field {
        var end = position
        while end < bytes.count, !CSVReader.endsField(bytes[end]) { end += 1 }
        defer { position = end }
        return CSVRow.Field(start: position, end: end, hasDoubledQuotes: false)
    }

    /// Reads from the opening quote to just behind the closing one.
    private mutating func quotedField() throws -> CSVRow.Field {
        let openingLine = line
        let start = position + 1
        var index = start
        var end: Int?
        var hasDoubledQuotes = false
        while index < bytes.count, end == nil {
            let byte = bytes[index]
            let next = index + 1 < bytes.count ? bytes[index + 1] : 0
            index += 1
            if byte == UInt8(ascii: "\"") {
                if next == UInt8(ascii: "\"") {
                    hasDoubledQuotes = true
                    index += 1
                } else {
                    end = index - 1
                }
            } else if byte == UInt8(ascii: "\n") || (byte == UInt8(ascii: "\r") && next != UInt8(ascii: "\n")) {
                line += 1
            }
        }
        position = index
        guard let end else { throw malformed(openingLine, "a quote is opened and never closed") }
        if position < bytes.count {
            guard CSVReader.endsField(bytes[position]) else { throw malformed(line, "text follows a closing quote") }
        }
        return CSVRow.Field(start: start, end: end, hasDoubledQuotes: hasDoubledQuotes)
    }

    private static func endsField(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: ",") || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r")
    }

    private func malformed(_ line: Int, _ reason: String) -> ImportError {
        ImportError(file: file, code: .malformed(line: line, reason: reason))
    }
}
