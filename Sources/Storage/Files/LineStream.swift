public import Foundation

/// The lines of a stream, as many at a time as have come: a file arrives in large blocks, and what a program writes line
/// by line is seen line by line.
public struct LineStream {
    private let descriptor: Int32
    private let name: String
    private let longestLine: Int
    private let buffer: UnsafeMutableRawBufferPointer
    private var rest: [UInt8] = []
    private var hasEnded = false

    /// The lines of an open descriptor, such as standard input (descriptor 0), which stays the caller's.
    ///
    /// - Parameters:
    ///   - name: How errors call it.
    ///   - longestLine: The most bytes of a line that are kept; what is beyond them is dropped.
    public static func read<Result>(
        descriptor: Int32,
        named name: String,
        longestLine: Int = 1_000_000,
        _ body: (inout LineStream) throws -> Result
    ) rethrows -> Result {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 20, alignment: 16)
        defer { buffer.deallocate() }
        var stream = LineStream(descriptor: descriptor, name: name, longestLine: longestLine, buffer: buffer)
        return try body(&stream)
    }

    private init(descriptor: Int32, name: String, longestLine: Int, buffer: UnsafeMutableRawBufferPointer) {
        self.descriptor = descriptor
        self.name = name
        self.longestLine = longestLine
        self.buffer = buffer
    }

    /// The next whole lines without their line breaks (LF or CRLF); nil at the end. A last line without a break counts.
    ///
    /// - Throws: `StorageError` where the stream cannot be read.
    public mutating func next() throws -> [Data]? {
        while !hasEnded {
            let count = Foundation.read(descriptor, buffer.baseAddress, buffer.count)
            if count < 0 {
                if errno == EINTR { continue }
                throw StorageError.system(errno, path: name, action: "read")
            }
            hasEnded = count == 0
            var lines: [Data] = []
            var bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            while let end = bytes.firstIndex(of: UInt8(ascii: "\n")) {
                append(bytes[..<end])
                lines.append(takeLine())
                bytes = UnsafeRawBufferPointer(rebasing: bytes[(end + 1)...])
            }
            append(bytes[...])
            if hasEnded, !rest.isEmpty { lines.append(takeLine()) }
            if !lines.isEmpty { return lines }
        }
        return nil
    }

    private mutating func append(_ bytes: Slice<UnsafeRawBufferPointer>) {
        rest.append(contentsOf: bytes.prefix(max(longestLine - rest.count, 0)))
    }

    private mutating func takeLine() -> Data {
        if rest.last == UInt8(ascii: "\r") { rest.removeLast() }
        defer { rest.removeAll(keepingCapacity: true) }
        return Data(rest)
    }
}
