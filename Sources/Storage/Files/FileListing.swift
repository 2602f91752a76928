import Foundation

/// What tells one state of a file from another.
public struct FileStamp: Sendable, Hashable {
    /// Bytes.
    public var size: Int
    /// Nanoseconds since 1970.
    public var modifiedAt: Int
    /// When the system last noted a change of its bytes or its status, in nanoseconds since 1970; no program sets that time.
    public var statusChangedAt: Int
    /// Which file it is on its disk: another number where it was replaced.
    public var node: UInt64

    /// The state of the regular file at `path`.
    ///
    /// - Throws: `StorageError`: `notFound`, `permissionDenied`, `isDirectory`, `notRegularFile`.
    public init(path: String) throws {
        var information = stat()
        guard stat(path, &information) == 0 else {
            throw StorageError.system(errno, path: path, action: "look at the file")
        }
        try self.init(information, path: path)
    }

    /// The state of an open file.
    init(descriptor: Int32, path: String) throws {
        var information = stat()
        guard fstat(descriptor, &information) == 0 else {
            throw StorageError.system(errno, path: path, action: "look at the file")
        }
        try self.init(information, path: path)
    }

    private init(_ information: stat, path: String) throws {
        switch information.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFDIR: throw StorageError.isDirectory(path: path)
        default: throw StorageError.notRegularFile(path: path)
        }
        size = Int(information.st_size)
        modifiedAt = information.modifiedAt
        statusChangedAt = information.statusChangedAt
        node = UInt64(information.st_ino)
    }
}

/// Finds files by a pattern.
public enum FileListing {
    /// `path` as a pattern that means itself: what has a meaning in a pattern is escaped.
    public static func escaped(_ path: String) -> String {
        path.map { "*?[\\".contains($0) ? "\\\($0)" : String($0) }.joined()
    }

    /// Paths that match `pattern` (`*`, `?` and `[...]` as in a shell), in order; files only.
    ///
    /// - Throws: `StorageError` where a folder on the way cannot be read.
    public static func paths(matching pattern: String) throws -> [String] {
        var matches = glob_t()
        defer { globfree(&matches) }
        // What is not there matches nothing; what cannot be read is an error.
        let isFault: @convention(c) (UnsafePointer<CChar>?, Int32) -> Int32 = { _, number in
            number == ENOENT || number == ENOTDIR ? 0 : 1
        }
        switch glob(pattern, 0, isFault, &matches) {
        case 0: break
        case GLOB_NOMATCH: return []
        default: throw StorageError.system(EACCES, path: pattern, action: "read the folder")
        }
        var paths: [String] = []
        for index in 0..<Int(matches.gl_pathc) {
            guard let path = matches.gl_pathv[index] else { continue }
            var information = stat()
            guard stat(path, &information) == 0, information.st_mode & S_IFMT == S_IFREG else { continue }
            paths.append(String(cString: path))
        }
        return paths
    }
}
