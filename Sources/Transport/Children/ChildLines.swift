import Foundation

/// Cuts what a child writes into lines of a limited length.
struct ChildLines {
    /// The longest line, in bytes.
    let maximumLineBytes: Int
    private var partial = Data()

    init(maximumLineBytes: Int) {
        self.maximumLineBytes = maximumLineBytes
    }

    /// The lines that `bytes` complete, without `\n` and `\r\n`; nil where one is too long, after which nothing more may
    /// be added.
    mutating func lines(adding bytes: UnsafeRawBufferPointer) -> [Data]? {
        var lines: [Data] = []
        var rest = bytes
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
            guard partial.count + end <= maximumLineBytes else { return nil }
            partial.append(contentsOf: rest[..<end])
            lines.append(take())
            rest = UnsafeRawBufferPointer(rebasing: rest[(end + 1)...])
        }
        guard partial.count + rest.count <= maximumLineBytes else { return nil }
        partial.append(contentsOf: rest)
        return lines
    }

    /// What stands behind the last line break; nil where nothing does.
    mutating func last() -> Data? {
        partial.isEmpty ? nil : take()
    }

    private mutating func take() -> Data {
        defer { partial = Data() }
        return partial.last == UInt8(ascii: "\r") ? partial.dropLast() : partial
    }
}
