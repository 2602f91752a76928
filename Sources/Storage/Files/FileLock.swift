import Foundation

/// A lock that one holder at a time has, in this process or another (flock). It ends with its last reference, or with the
/// process that holds it, however that ends.
public final class FileLock: Sendable {
    private let descriptor: Int32

    private init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// Takes the lock on `path`, without waiting. The file is created empty with mode 0600 where it is missing, and stays.
    ///
    /// - Returns: The lock; nil where someone else has it.
    /// - Throws: `StorageError` where the file cannot be opened.
    public static func attempt(_ path: String) throws -> FileLock? {
        try DatabaseFile.createFolder((path as NSString).deletingLastPathComponent)
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw StorageError.system(errno, path: path, action: "lock the file") }
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            let number = errno
            if number == EINTR { continue }
            close(descriptor)
            if number == EWOULDBLOCK { return nil }
            throw StorageError.system(number, path: path, action: "lock the file")
        }
        return FileLock(descriptor: descriptor)
    }
}
