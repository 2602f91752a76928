public import Foundation

/// Files that only their owner can read, and that are written whole or not at all.
public enum PrivateFile {
    /// Writes `data` to `path` with mode 0600, in place of what was there.
    ///
    /// The bytes go to a file beside it, to the disk, and only then under the name: whoever opens `path` finds the old
    /// file or the new one, never a part. Missing folders are created with mode 0700.
    /// - Throws: `StorageError`; the old file is then as it was.
    public static func write(_ data: Data, to path: String) throws {
        try DatabaseFile.createFolder((path as NSString).deletingLastPathComponent)
        var information = stat()
        if stat(path, &information) == 0, information.st_mode & S_IFMT == S_IFDIR {
            throw StorageError.isDirectory(path: path)
        }
        var template = Array("\(path).XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw StorageError.system(errno, path: path, action: "write the file") }
        let unfinished = template.withUnsafeBufferPointer { buffer in
            buffer.baseAddress.map { String(cString: $0) } ?? ""
        }
        do {
            defer { close(descriptor) }
            try write(data, to: descriptor, path: path)
        } catch {
            unlink(unfinished)
            throw error
        }
        try commit(unfinished, to: path)
    }

    /// Adds `line` and a line break to the end of the file at `path`, which is created with mode 0600 if it is missing.
    ///
    /// The line goes out in one write, so that two processes that append at once do not mix their lines.
    /// - Throws: `StorageError`.
    public static func append(_ line: String, to path: String) throws {
        try DatabaseFile.createFolder((path as NSString).deletingLastPathComponent)
        let descriptor = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StorageError.system(errno, path: path, action: "write the file") }
        defer { close(descriptor) }
        try write(Data((line + "\n").utf8), to: descriptor, path: path)
    }

    private static func write(_ data: Data, to descriptor: Int32, path: String) throws {
        fchmod(descriptor, 0o600)
        try data.withUnsafeBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Foundation.write(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
                guard count >= 0 else {
                    if errno == EINTR { continue }
                    throw StorageError.system(errno, path: path, action: "write the file")
                }
                rest = rest.dropFirst(count)
            }
        }
    }

    /// Sends the file `unfinished` to the disk and gives it the name `path`; on failure it is removed.
    static func commit(_ unfinished: String, to path: String) throws {
        let descriptor = open(unfinished, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0, fsync(descriptor) == 0, rename(unfinished, path) == 0 else {
            let number = errno
            if descriptor >= 0 { close(descriptor) }
            unlink(unfinished)
            throw StorageError.system(number, path: path, action: "write the file")
        }
        close(descriptor)
        // Without this the new name itself may be lost with the power, though never the old file.
        let folder = open(DatabaseFile.folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if folder >= 0 {
            fsync(folder)
            close(folder)
        }
    }
}
