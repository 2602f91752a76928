public import Foundation

/// Reads files and streams whole, up to a limit.
public struct FileReader: Sendable {
    /// The most bytes it reads; a longer file or stream is refused.
    public var maximumBytes: Int

    /// A reader that refuses what is longer than `maximumBytes`.
    public init(maximumBytes: Int) {
        self.maximumBytes = maximumBytes
    }

    /// The bytes of the file at `path`.
    ///
    /// Files without a size of their own, as those under `/proc`, are read to their end.
    /// - Throws: `StorageError`: `notFound`, `permissionDenied`, `isDirectory`, `notRegularFile`, `tooLarge`,
    ///   `inputOutput`.
    public func read(_ path: String) throws -> Data {
        let file = try RegularFile(path: path)
        defer { file.close() }
        guard file.size <= maximumBytes else {
            throw StorageError(
                code: .tooLarge,
                path: path,
                message: "has \(Self.size(file.size)), more than the limit of \(Self.size(maximumBytes))",
                nextStep: "split the file"
            )
        }
        return try read(descriptor: file.descriptor, named: path, expecting: file.size)
    }

    /// The bytes of the file at `path`, all of one moment, with what tells that moment's file from a later one.
    ///
    /// - Throws: `StorageError` as `read`, and `changing` where the file is written to all the while.
    public func snapshot(of path: String) throws -> FileSnapshot {
        for _ in 0..<4 {
            let file = try RegularFile(path: path)
            defer { file.close() }
            guard file.size <= maximumBytes else { break }
            let start = FileSnapshot.now
            let data = try read(descriptor: file.descriptor, named: path, expecting: file.size)
            var after = Foundation.stat()
            var current = Foundation.stat()
            let isSame =
                fstat(file.descriptor, &after) == 0 && after.modifiedAt == file.modifiedAt
                && after.statusChangedAt == file.statusChangedAt
                && Int(after.st_size) == file.size && (data.count == file.size || file.size == 0)
                && stat(path, &current) == 0 && current.st_ino == after.st_ino
            guard isSame else { continue }
            return FileSnapshot(
                data: data,
                size: file.size,
                modifiedAt: file.modifiedAt,
                statusChangedAt: file.statusChangedAt,
                readAt: start
            )
        }
        // Says why if it is too large.
        _ = try read(path)
        throw StorageError(
            code: .changing,
            path: path,
            message: "is written to while it is read",
            nextStep: "try again when it is complete"
        )
    }

    /// What comes from an open descriptor until its end, such as standard input (descriptor 0).
    /// - Parameter name: How errors call it.
    /// - Throws: `StorageError`: `tooLarge`, `isDirectory`, `inputOutput`.
    public func read(descriptor: Int32, named name: String) throws -> Data {
        try read(descriptor: descriptor, named: name, expecting: 0)
    }

    private func read(descriptor: Int32, named name: String, expecting size: Int) throws -> Data {
        var data = Data(count: 0)
        data.reserveCapacity(size + 1)
        let room = min(max(size + 1, 64 * 1024), 8 * 1024 * 1024)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: room, alignment: 16)
        defer { buffer.deallocate() }
        while true {
            let count = Foundation.read(descriptor, buffer.baseAddress, room)
            guard count >= 0 else {
                if errno == EINTR { continue }
                throw StorageError.system(errno, path: name, action: "read")
            }
            guard count > 0 else { return data }
            guard data.count + count <= maximumBytes else {
                throw StorageError(
                    code: .tooLarge,
                    path: name,
                    message: "is longer than the limit of \(Self.size(maximumBytes))",
                    nextStep: "give less at a time"
                )
            }
            data.append(contentsOf: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        }
    }

    private static func size(_ bytes: Int) -> String {
        for (unit, factor) in [("GB", 1_000_000_000), ("MB", 1_000_000), ("KB", 1_000)] where bytes >= factor {
            let tenths = bytes / (factor / 10)
            return tenths % 10 == 0 ? "\(tenths / 10) \(unit)" : "\(tenths / 10).\(tenths % 10) \(unit)"
        }
        return "\(bytes) bytes"
    }
}
