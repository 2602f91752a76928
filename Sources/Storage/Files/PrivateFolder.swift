import Foundation

/// Folders of the program's own, which only their owner can read.
public enum PrivateFolder {
    /// Makes sure that there is a folder at `path`; it and missing ones above it are created with mode 0700.
    /// - Throws: `StorageError`.
    public static func create(_ path: String) throws {
        try DatabaseFile.createFolder(path)
    }

    /// The names of the folders in `path`, links to folders included, in order; none where it is missing.
    /// - Throws: `StorageError` where it cannot be read.
    public static func names(in path: String) throws -> [String] {
        guard let folder = opendir(path) else {
            if errno == ENOENT { return [] }
            throw StorageError.system(errno, path: path, action: "read the folder")
        }
        defer { closedir(folder) }
        var names: [String] = []
        while let entry = readdir(folder) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            var information = stat()
            guard name != ".", name != "..", stat(path + "/" + name, &information) == 0,
                information.st_mode & S_IFMT == S_IFDIR
            else { continue }
            names.append(name)
        }
        return names.sorted()
    }

    /// Gives the folder at `path` the name `final`, at once and as a whole.
    /// - Throws: `StorageError`; `alreadyExists` where something is there that is not an empty folder.
    public static func rename(_ path: String, to final: String) throws {
        guard Foundation.rename(path, final) == 0 else {
            let number = errno == ENOTEMPTY || errno == ENOTDIR ? EEXIST : errno
            throw StorageError.system(number, path: final, action: "rename the folder")
        }
        for folder in Set([DatabaseFile.folder(of: path), DatabaseFile.folder(of: final)]) {
            let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
            guard descriptor >= 0 else { continue }
            fsync(descriptor)
            close(descriptor)
        }
    }

    /// Makes `path` a symbolic link to `target`.
    /// - Throws: `StorageError`.
    public static func link(_ path: String, to target: String) throws {
        try DatabaseFile.createFolder(DatabaseFile.folder(of: path))
        guard symlink(target, path) == 0 else {
            throw StorageError.system(errno, path: path, action: "make the link")
        }
    }

    /// Removes the folder at `path` with all in it; of a link the link alone. Nothing is done where there is none.
    /// - Throws: `StorageError`.
    public static func remove(_ path: String) throws {
        var information = stat()
        guard lstat(path, &information) == 0 else {
            if errno == ENOENT { return }
            throw StorageError.system(errno, path: path, action: "remove the folder")
        }
        guard information.st_mode & S_IFMT == S_IFDIR else {
            try PrivateFile.remove(path)
            return
        }
        do {
            try FileManager.default.removeItem(atPath: path)
        } catch {
            throw StorageError(
                code: .permissionDenied,
                path: path,
                message: "cannot be removed as a whole",
                nextStep: "check who owns it and its mode"
            )
        }
    }
}
