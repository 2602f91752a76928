public import Foundation

/// A file that comes piece by piece and may be gone on with by another run: private, under a name of its own until it is
/// complete.
///
/// One process at a time has it; it is given free with its last reference, or with the process.
public final class UnfinishedFile {
    /// Where it is while it is not complete.
    public let path: String
    /// Bytes it has.
    public private(set) var size: Int
    private let descriptor: Int32

    /// Opens the file at `path`, or creates it with mode 0600.
    ///
    /// - Throws: `StorageError`; `locked` where another process has it.
    public init(path: String) throws {
        try DatabaseFile.createFolder((path as NSString).deletingLastPathComponent)
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw StorageError.system(errno, path: path, action: "write the file") }
        var information = stat()
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw StorageError(
                code: .locked,
                path: path,
                message: "is being written by another process",
                nextStep: "wait for it to end"
            )
        }
        guard fstat(descriptor, &information) == 0, information.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw StorageError.notRegularFile(path: path)
        }
        self.path = path
        self.descriptor = descriptor
        size = Int(information.st_size)
    }

    deinit {
        close(descriptor)
    }

    /// Adds bytes to its end.
    /// - Throws: `StorageError`; what was written before stays.
    public func append(_ data: Data) throws {
        try data.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let piece = UnsafeRawBufferPointer(rebasing: rest)
                let count = pwrite(descriptor, piece.baseAddress, piece.count, off_t(size))
                guard count > 0 else {
                    if count < 0, errno == EINTR { continue }
                    throw StorageError.system(count < 0 ? errno : ENOSPC, path: path, action: "write the file")
                }
                size += count
                rest = rest.dropFirst(count)
            }
        }
    }

    /// Forgets all it has.
    /// - Throws: `StorageError`.
    public func removeAll() throws {
        guard ftruncate(descriptor, 0) == 0 else {
            throw StorageError.system(errno, path: path, action: "write the file")
        }
        size = 0
    }

    /// Sends it to the disk and gives it its final name, in place of what was there.
    /// - Throws: `StorageError`; it is then removed.
    public func commit(to final: String) throws {
        try PrivateFile.commit(path, to: final)
    }
}
