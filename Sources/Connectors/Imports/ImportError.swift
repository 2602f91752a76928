/// Why a file could not be imported. The whole file is refused: nothing of it is used.
public struct ImportError: Error, Hashable, Sendable {
    /// What was wrong. Lines are counted from 1; a row that spans several lines is named by its first.
    public enum Code: Hashable, Sendable {
        /// The file has no rows at all.
        case empty
        /// The file has more bytes than can be read at once.
        case tooLarge(bytes: Int, limit: Int)
        /// The file is no UTF-8 text; `offset` counts bytes from 0.
        case notText(line: Int, offset: Int, reason: String)
        /// The text is no well-formed table.
        case malformed(line: Int, reason: String)
        /// The header belongs to no format that can be read.
        case unknownFormat(headerSeen: String)
        /// The header belongs to `format`, but lacks a column it must have.
        case missingColumn(String, format: ImportFormat)
        /// A value that cannot be what its column should hold.
        case badValue(line: Int, column: String, value: String, expected: String)
    }

    /// The file's name, without its folder.
    public var file: String
    /// What was wrong.
    public var code: Code

    /// An error in the file called `file`.
    public init(file: String, code: Code) {
        self.file = file
        self.code = code
    }
}

extension ImportError: CustomStringConvertible {
    /// What failed and what to do next, in one line.
    public var description: String {
        switch code {
        case .empty:
            return "\(file) has no rows: export it again and check that the date range is not empty"
        case .tooLarge(let bytes, let limit):
            return "\(file) has \(bytes) bytes, and at most \(limit) can be read at once: export a shorter date range"
        case .notText(let line, let offset, let reason):
            return "\(file) line \(line): \(reason) at byte \(offset): save the file as CSV in UTF-8"
        case .malformed(let line, let reason):
            return "\(file) line \(line): \(reason): correct the line or export the file again"
        case .unknownFormat(let header):
            let known = ImportFormat.allCases.map(\.name).joined(separator: ", ")
            return
                "\(file) begins with \"\(header)\", which is none of the formats known (\(known)): check that it is "
                + "the file you meant, unchanged from its export"
        case .missingColumn(let column, let format):
            return
                "\(file) looks like \(format.name), but has no column \"\(column)\": export it again with all columns"
        case .badValue(let line, let column, let value, let expected):
            let seen = value.isEmpty ? "is empty" : "is \"\(value)\""
            return
                "\(file) line \(line): \(column) \(seen), expected \(expected): correct the line or export the "
                + "file again"
        }
    }
}
