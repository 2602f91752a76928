public import Foundation

/// A file that is read piece by piece, for one that is too long to be in memory as a whole.
public final class StreamedFile: Sendable {
    /// The path it was opened at.
    public let path: String
    /// Its state when it was opened.
    public let stamp: FileStamp
    /// Whether a change since it was opened is sure to show in its stamp; see `FileSnapshot.isSettled`.
    public let wasSettled: Bool
    private let descriptor: Int32

    /// Opens the file at `path`.
    /// - Throws: `StorageError`: `notFound`, `permissionDenied`, `isDirectory`, `notRegularFile`.
    public init(path: String) throws {
        let file = try RegularFile(path: path)
        self.path = path
        let now = FileSnapshot.now
        descriptor = file.descriptor
        do {
            stamp = try FileStamp(descriptor: file.descriptor, path: path)
            wasSettled = FileSnapshot.isSettled(stamp.modifiedAt, at: now)
        } catch {
            file.close()
            throw error
        }
    }

    deinit {
        close(descriptor)
    }

    /// Up to `count` bytes from `offset` on; fewer only where the file ends.
    /// - Throws: `StorageError` where it cannot be read.
    public func bytes(at offset: Int, count: Int) throws -> Data {
        var data = Data(count: count)
        let filled = try data.withUnsafeMutableBytes { (buffer: UnsafeMutableRawBufferPointer) -> Int in
            var filled = 0
            while filled < count {
                let got = pread(descriptor, buffer.baseAddress?.advanced(by: filled), count - filled, offset + filled)
                if got < 0, errno == EINTR { continue }
                guard got >= 0 else { throw StorageError.system(errno, path: path, action: "read the file") }
                guard got > 0 else { break }
                filled += got
            }
            return filled
        }
        if filled < count { data.removeSubrange(filled...) }
        return data
    }

    /// Whether nothing has happened to the file since it was opened, and its path still leads to it.
    /// - Throws: `StorageError` where its path leads to no file any more.
    public func isUnchanged() throws -> Bool {
        try FileStamp(path: path) == stamp
    }

    /// Whether a change from now on is sure to show in its stamp.
    public var isSettled: Bool {
        FileSnapshot.isSettled(stamp.modifiedAt, at: FileSnapshot.now)
    }
}
