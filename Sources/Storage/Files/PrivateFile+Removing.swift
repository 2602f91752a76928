import Foundation

extension PrivateFile {
    /// Removes the file at `path`.
    ///
    /// - Returns: Whether there was one.
    /// - Throws: `StorageError`.
    @discardableResult
    public static func remove(_ path: String) throws -> Bool {
        guard unlink(path) != 0 else { return true }
        if errno == ENOENT { return false }
        throw StorageError.system(errno, path: path, action: "remove the file")
    }
}
