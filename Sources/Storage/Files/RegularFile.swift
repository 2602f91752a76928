import Foundation

/// An open descriptor of a regular file, checked before anything is read from it.
struct RegularFile {
    let path: String
    let descriptor: Int32
    let size: Int
    /// Nanoseconds since 1970.
    let modifiedAt: Int
    /// Nanoseconds since 1970.
    let statusChangedAt: Int

    init(path: String) throws {
        // Without O_NONBLOCK opening a pipe waits for its writer, for ever.
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else {
            // A socket cannot be opened at all.
            if errno == ENXIO { throw StorageError.notRegularFile(path: path) }
            throw StorageError.system(errno, path: path, action: "read the file")
        }
        var information = stat()
        guard fstat(descriptor, &information) == 0 else {
            let number = errno
            Foundation.close(descriptor)
            throw StorageError.system(number, path: path, action: "read the file")
        }
        let kind = information.st_mode & S_IFMT
        guard kind == S_IFREG else {
            Foundation.close(descriptor)
            throw kind == S_IFDIR ? StorageError.isDirectory(path: path) : StorageError.notRegularFile(path: path)
        }
        self.path = path
        self.descriptor = descriptor
        size = Int(information.st_size)
        modifiedAt = information.modifiedAt
        statusChangedAt = information.statusChangedAt
    }

    func close() {
        Foundation.close(descriptor)
    }
}

extension stat {
    /// Nanoseconds since 1970.
    var modifiedAt: Int {
        Int(st_mtim.tv_sec) * 1_000_000_000 + Int(st_mtim.tv_nsec)
    }

    /// Nanoseconds since 1970.
    var statusChangedAt: Int {
        Int(st_ctim.tv_sec) * 1_000_000_000 + Int(st_ctim.tv_nsec)
    }
}
