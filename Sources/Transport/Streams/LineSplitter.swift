public import Foundation

/// Cuts a stream of bytes into lines, however the bytes arrive: newline-delimited JSON, for example.
///
/// A line ends with LF or CR LF, which are not part of it. Empty lines are left out.
public struct LineSplitter: Sendable {
    private var rest = Data()

    /// A splitter at the start of a stream.
    public init() {}

    /// The lines that `bytes` complete, in order.
    public mutating func split(_ bytes: Data) -> [Data] {
        var lines: [Data] = []
        var start = bytes.startIndex
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            let line = rest.isEmpty ? bytes[start..<end] : rest + bytes[start..<end]
            if let line = LineSplitter.trimmed(line) { lines.append(line) }
            rest = Data()
            start = end + 1
        }
        rest += bytes[start...]
        return lines
    }

    /// What stands behind the last line end when the stream ends; nil where that is nothing.
    public mutating func finish() -> Data? {
        defer { rest = Data() }
        return LineSplitter.trimmed(rest)
    }

    /// The bytes of an unfinished line that are kept.
    public var pendingBytes: Int { rest.count }

    private static func trimmed(_ line: Data) -> Data? {
        let content = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
        return content.isEmpty ? nil : Data(content)
    }
}
