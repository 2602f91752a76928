import Foundation

extension StorageError {
    /// The error of a failed system call on `path`. `action` is a verb phrase: `read`, `create the folder`.
    static func system(_ number: Int32, path: String, action: String) -> StorageError {
        switch number {
        case ENOENT, ENOTDIR:
            return StorageError(
                code: .notFound,
                path: path,
                message: "no such file or folder",
                nextStep: "check the path"
            )
        case EISDIR:
            return isDirectory(path: path)
        case EACCES, EPERM:
            return StorageError(
                code: .permissionDenied,
                path: path,
                message: "permission denied to \(action)",
                nextStep: "check who owns it and its mode"
            )
        case EROFS:
            return StorageError(
                code: .readOnly,
                path: path,
                message: "cannot \(action) on a read-only file system",
                nextStep: "choose a place that can be written"
            )
        case ENOSPC, EDQUOT, EFBIG:
            return diskFull(path: path)
        case EEXIST:
            return StorageError(
                code: .alreadyExists,
                path: path,
                message: "something is there already",
                nextStep: "choose another path, or remove it first"
            )
        case ENAMETOOLONG:
            return StorageError(
                code: .notFound,
                path: path,
                message: "the path is longer than the system allows",
                nextStep: "shorten the names of folders, or move it nearer to the root"
            )
        case ELOOP:
            return StorageError(
                code: .notFound,
                path: path,
                message: "the symbolic links lead in a circle",
                nextStep: "correct the links"
            )
        default:
            return StorageError(
                code: .inputOutput,
                path: path,
                message: "cannot \(action): \(String(cString: strerror(number)))",
                nextStep: "check the disk and try again"
            )
        }
    }

    static func isDirectory(path: String) -> StorageError {
        StorageError(
            code: .isDirectory,
            path: path,
            message: "is a folder, not a file",
            nextStep: "name a file in it"
        )
    }

    static func notRegularFile(path: String) -> StorageError {
        StorageError(
            code: .notRegularFile,
            path: path,
            message: "is a device, a pipe or a socket, not a file",
            nextStep: "name a regular file"
        )
    }

    static func diskFull(path: String) -> StorageError {
        StorageError(
            code: .diskFull,
            path: path,
            message: "no space is left to write; what was stored before is whole",
            nextStep: "free some space and try again"
        )
    }
}
