import Foundation
import GRDB
import GRDBSQLite

/// A database file whose structure cannot be relied on, read page by page while no other process has it open.
///
/// Pages are read through SQLite's own file: to open it a second time and close that would release the locks on it.
final class DamagedFile {
    /// Where it is.
    let path: String
    /// Bytes of a page that hold something.
    let usableSize: Int
    /// Pages in the file, the last one as far as it is there.
    let pageCount: Int
    /// The version of the tables, as the file says.
    let schemaVersion: Int

    private let pageSize: Int
    private let connection: OpaquePointer
    private let file: UnsafeMutablePointer<sqlite3_file>

    /// Takes the file for this process alone and brings into it what is in its log, which is then removed.
    /// - Throws: `StorageError`: `locked` where another process has it open, `notADatabase` or `newerSchema` where it is not ours,
    ///   `corrupt` where even its first bytes are lost.
    init(path: String, busyTimeout: Double) throws {
        self.path = path
        connection = try Self.open(path, busyTimeout: busyTimeout)
        do {
            file = try Self.file(of: connection, path: path)
            // Before anything is read: what is there of the file may be in its log alone.
            try Self.emptyLog(connection, path: path)
            var size: sqlite3_int64 = 0
            guard let first = Self.read(100, at: 0, of: file),
                Self.methods(of: file).xFileSize(file, &size) == SQLITE_OK
            else { throw Self.illegible(path) }
            let written = Int(first[16]) << 8 | Int(first[17])
            pageSize = written == 1 ? 65_536 : written
            guard pageSize >= 512, pageSize.nonzeroBitCount == 1 else { throw Self.illegible(path) }
            usableSize = pageSize - Int(first[20])
            pageCount = (Int(size) + pageSize - 1) / pageSize
            guard Self.number(first, at: 68) == Schema.applicationIdentifier else {
                throw StorageError.notADatabase(path: path)
            }
            let version = Self.number(first, at: 60)
            guard (1...Schema.version).contains(version) else { throw SchemaState.newer(version, path: path) }
            // The last value that is set: from here on the connection is closed by `deinit`.
            schemaVersion = version
        } catch {
            sqlite3_close_v2(connection)
            throw error
        }
    }

    deinit {
        sqlite3_close_v2(connection)
    }

    /// The bytes of a page, counted from 1; nil where the disk does not give them.
    func page(_ number: Int) -> [UInt8]? {
        guard number >= 1, number <= pageCount else { return nil }
        return Self.read(pageSize, at: (number - 1) * pageSize, of: file)
    }

    /// The pages that belong to nothing, as far as the list of them can be read.
    func freePages() -> Set<Int> {
        guard let first = page(1) else { return [] }
        var free: Set<Int> = []
        var trunk = Self.number(first, at: 32)
        while trunk > 1, free.insert(trunk).inserted, let bytes = page(trunk) {
            let count = min(Self.number(bytes, at: 4), usableSize / 4 - 2)
            for index in 0..<max(0, count) { free.insert(Self.number(bytes, at: 8 + 4 * index)) }
            trunk = Self.number(bytes, at: 0)
        }
        return free
    }

    /// Removes the companions of the file, which hold nothing any more: they would be taken for those of another file of its name.
    /// - Throws: `StorageError`.
    func removeCompanions() throws {
        // Else SQLite removes by their names, when it lets go of the file, what may be another file's by then.
        var persists: CInt = 1
        sqlite3_file_control(connection, "main", SQLITE_FCNTL_PERSIST_WAL, &persists)
        for suffix in ["-wal", "-shm"] where unlink(path + suffix) != 0 && errno != ENOENT {
            throw StorageError.system(errno, path: path + suffix, action: "remove the file")
        }
    }

    /// A number of four bytes, the highest first.
    static func number(_ bytes: [UInt8], at index: Int) -> Int {
        guard index >= 0, index + 4 <= bytes.count else { return 0 }
        return bytes[index..<index + 4].reduce(0) { $0 << 8 | Int($1) }
    }

    private static func open(_ path: String, busyTimeout: Double) throws -> OpaquePointer {
        var handle: OpaquePointer?
        let code = sqlite3_open_v2(path, &handle, SQLITE_OPEN_READWRITE, nil)
        guard let handle, code == SQLITE_OK else {
            defer { sqlite3_close_v2(handle) }
            throw error(code, handle, path: path)
        }
        sqlite3_busy_timeout(handle, CInt(busyTimeout * 1_000))
        // In this mode the lock that keeps all others out stays from the first transaction on. With a schema that could be written
        // a file that is shorter than it says is opened as well.
        let beginning = "PRAGMA locking_mode = EXCLUSIVE; PRAGMA writable_schema = ON; BEGIN EXCLUSIVE; COMMIT"
        let result = sqlite3_exec(handle, beginning, nil, nil, nil)
        guard result == SQLITE_OK else {
            defer { sqlite3_close_v2(handle) }
            throw result == SQLITE_NOTADB || result == SQLITE_CORRUPT
                ? illegible(path) : error(result, handle, path: path)
        }
        return handle
    }

    /// Writes to the file what is in the log beside it.
    private static func emptyLog(_ connection: OpaquePointer, path: String) throws {
        let code = sqlite3_wal_checkpoint_v2(connection, "main", SQLITE_CHECKPOINT_TRUNCATE, nil, nil)
        guard code == SQLITE_OK else { throw error(code, connection, path: path) }
    }

    private static func file(of connection: OpaquePointer, path: String) throws -> UnsafeMutablePointer<sqlite3_file> {
        var file: UnsafeMutablePointer<sqlite3_file>?
        let code = sqlite3_file_control(connection, "main", SQLITE_FCNTL_FILE_POINTER, &file)
        guard code == SQLITE_OK, let file else { throw error(code, connection, path: path) }
        return file
    }

    private static func methods(of file: UnsafeMutablePointer<sqlite3_file>) -> sqlite3_io_methods {
        file.pointee.pMethods.pointee
    }

    /// Bytes of the file; those after its end are 0, nil where the disk fails.
    private static func read(_ count: Int, at offset: Int, of file: UnsafeMutablePointer<sqlite3_file>) -> [UInt8]? {
        var code = SQLITE_OK
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            code = methods(of: file).xRead(file, buffer.baseAddress, CInt(count), sqlite3_int64(offset))
            initialized = code == SQLITE_OK || code == shortRead ? count : 0
        }
        return bytes.isEmpty ? nil : bytes
    }

    /// `SQLITE_IOERR_SHORT_READ`, a macro that Swift does not see.
    private static let shortRead = SQLITE_IOERR | 2 << 8

    private static func error(_ code: CInt, _ connection: OpaquePointer?, path: String) -> any Error {
        let message = connection.flatMap { sqlite3_errmsg($0) }.map { String(cString: $0) }
        return StorageError(DatabaseError(resultCode: ResultCode(rawValue: code), message: message), path: path)
    }

    private static func illegible(_ path: String) -> StorageError {
        StorageError(
            code: .corrupt,
            path: path,
            message: "the first bytes of the file, which say how to read the rest, are lost; it was left as it is",
            nextStep: "restore a backup, or move the file away and import and index again"
        )
    }
}
