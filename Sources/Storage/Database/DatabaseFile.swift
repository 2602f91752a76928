import Foundation
import GRDB
import GRDBSQLite

/// The database's file and folder, before SQLite sees them.
///
/// The file itself is never opened here: closing any descriptor of it would release the locks that SQLite holds on it
/// in this process.
enum DatabaseFile {
    /// Makes sure that there is a folder of mode 0700 and a file that only its owner can read.
    static func prepare(path: String) throws {
        try createFolder((path as NSString).deletingLastPathComponent)
        var information = stat()
        guard stat(path, &information) == 0 else {
            guard errno == ENOENT else {
                throw StorageError.system(errno, path: path, action: "look at the database")
            }
            return try create(path: path)
        }
        try requireRegular(information, path: path)
        guard access(path, R_OK) == 0 else {
            throw StorageError.system(errno, path: path, action: "read the database")
        }
        guard access(path, W_OK) == 0 else { throw readOnly(path: path, folder: false) }
        let folder = folder(of: path)
        guard access(folder, W_OK) == 0 else { throw readOnly(path: folder, folder: true) }
        if information.st_mode & 0o077 != 0 {
            for file in [path, "\(path)-wal", "\(path)-shm"] { chmod(file, 0o600) }
        }
    }

    /// Makes sure that `path` is a file that can be read.
    static func check(path: String) throws {
        var information = stat()
        guard stat(path, &information) == 0, access(path, R_OK) == 0 else {
            throw StorageError.system(errno, path: path, action: "read the database")
        }
        try requireRegular(information, path: path)
    }

    /// Whether the file at `path` is there without a byte in it.
    static func isEmpty(path: String) throws -> Bool {
        var information = stat()
        guard stat(path, &information) == 0 else {
            throw StorageError.system(errno, path: path, action: "look at the database")
        }
        return information.st_size == 0
    }

    /// An empty file of mode 0600 at `path`, if nothing is there yet.
    static func create(path: String) throws {
        let descriptor = open(path, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            if errno == EEXIST { return }
            if errno == EACCES || errno == EROFS || errno == EPERM {
                throw readOnly(path: folder(of: path), folder: true)
            }
            throw StorageError.system(errno, path: path, action: "create the database")
        }
        // The umask may have taken even the owner's bits away.
        fchmod(descriptor, 0o600)
        close(descriptor)
    }

    /// Whether the file of a connection is not the one of its name any more.
    static func isReplaced(_ db: GRDB.Database) -> Bool {
        var hasMoved: CInt = 0
        return sqlite3_file_control(db.sqliteConnection, "main", SQLITE_FCNTL_HAS_MOVED, &hasMoved) == SQLITE_OK
            && hasMoved != 0
    }

    static func requireNothing(at path: String) throws {
        var information = stat()
        guard lstat(path, &information) != 0 else {
            throw StorageError.system(EEXIST, path: path, action: "write")
        }
    }

    /// Runs `body` while no other process runs one of these for a file in the same folder.
    static func withFolderLocked<Value>(
        of path: String,
        timeout: Double,
        _ body: () throws -> Value
    ) throws -> Value {
        let descriptor = open(folder(of: path), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw StorageError.system(errno, path: folder(of: path), action: "open") }
        defer { close(descriptor) }
        var waited = 0.0
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            // A file system without such locks leaves it to SQLite's own.
            guard errno == EWOULDBLOCK || errno == EINTR else { break }
            guard waited < timeout else {
                throw StorageError(
                    code: .locked,
                    path: path,
                    message: "another process is making the database",
                    nextStep: "let it finish, then try again"
                )
            }
            usleep(10_000)
            waited += 0.01
        }
        return try body()
    }

    /// `path` and what is missing above it, as folders of mode 0700.
    static func createFolder(_ path: String) throws {
        var information = stat()
        guard !path.isEmpty, stat(path, &information) != 0 else {
            guard path.isEmpty || information.st_mode & S_IFMT == S_IFDIR else {
                throw StorageError(
                    code: .notFound,
                    path: path,
                    message: "is a file where a folder is wanted",
                    nextStep: "move it away, or choose another folder"
                )
            }
            return
        }
        let parent = (path as NSString).deletingLastPathComponent
        if parent != path { try createFolder(parent) }
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw StorageError.system(errno, path: path, action: "create the folder")
        }
        chmod(path, 0o700)
    }

    static func folder(of path: String) -> String {
        let folder = (path as NSString).deletingLastPathComponent
        return folder.isEmpty ? "." : folder
    }

    private static func requireRegular(_ information: stat, path: String) throws {
        switch information.st_mode & S_IFMT {
        case S_IFREG: return
        case S_IFDIR: throw StorageError.isDirectory(path: path)
        default: throw StorageError.notRegularFile(path: path)
        }
    }

    private static func readOnly(path: String, folder: Bool) -> StorageError {
        StorageError(
            code: .readOnly,
            path: path,
            message: folder ? "the database's folder cannot be written" : "the database cannot be written",
            nextStep: "make it writable for this user, or choose another data folder"
        )
    }
}
