public import Foundation

extension PrivateFile {
    /// The bytes of the file at `path`, which nobody but its owner may read or write.
    ///
    /// - Returns: nil where there is no such file.
    /// - Throws: `StorageError`; `openToOthers` where others can read it, for then it may hold what others wrote, and
    ///   what it holds is no secret.
    public static func read(_ path: String, maximumBytes: Int = 1_000_000) throws -> Data? {
        var information = stat()
        guard stat(path, &information) == 0 else {
            if errno == ENOENT { return nil }
            throw StorageError.system(errno, path: path, action: "read the file")
        }
        guard information.st_mode & 0o077 == 0 else {
            throw StorageError(
                code: .openToOthers,
                path: path,
                message: "can be read by others",
                nextStep: "chmod 600 '\(path)'"
            )
        }
        return try FileReader(maximumBytes: maximumBytes).read(path)
    }
}
