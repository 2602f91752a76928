public import Foundation

/// Writes values as one line of JSON, keys sorted by their bytes, so that equal values are equal bytes.
///
/// The same text as Foundation's `JSONEncoder` gives with sorted keys, unescaped slashes and dates in ISO 8601. It is
/// written straight away instead of building a tree of the whole value first, which for the record of a large
/// portfolio takes several times as long and as much memory.
public struct JSONWriter: Sendable {
    /// How the names of properties are written. Keys of dictionaries are data and stay as they are.
    public enum KeyStyle: Sendable {
        /// `asOf`.
        case asDeclared
        /// `as_of`.
        case snakeCase
    }

    private let style: KeyStyle

    /// A writer with a style of keys.
    public init(keys style: KeyStyle = .asDeclared) {
        self.style = style
    }

    /// A value as JSON in UTF-8.
    ///
    /// - Throws: `EncodingError` for a number that JSON cannot hold, and what the value itself throws.
    public func data(_ value: some Encodable) throws -> Data {
        Data(try bytes(value))
    }

    /// A value as JSON.
    ///
    /// - Throws: As `data(_:)` does.
    public func text(_ value: some Encodable) throws -> String {
        String(decoding: try bytes(value), as: UTF8.self)
    }

    private func bytes(_ value: some Encodable) throws -> [UInt8] {
        let output = JSONOutput(style)
        try output.write(value)
        return output.text.bytes
    }
}
