import Foundation
import GRDB

/// The program's one database file. All its data is in it: ledger, market data, decisions, documents.
///
/// Several processes may have it open; a writer waits a few seconds for another one, then fails with
/// `StorageError.Code.locked`. Every write is all or nothing, also when the process is killed in the middle.
public final class Database: Sendable {
    /// How a database is opened.
    public enum Access: Sendable, Hashable {
        /// Creates the file and its folder if they are missing, and brings older tables up to date.
        case readWrite
        /// Opens an existing file without ever changing it; its tables must be up to date.
        case readOnly
    }

    /// The file's path; `:memory:` for a database that vanishes with its object.
    public let path: String
    /// Whether the database can be written.
    public let access: Access

    private let writer: any DatabaseWriter

    /// The version of the tables this program reads and writes.
    public static var schemaVersion: Int { Schema.version }

    /// Opens the database at `path`; a few milliseconds when the tables are up to date.
    ///
    /// The folder is created with mode 0700, the file and its companions (`-wal`, `-shm`) with mode 0600.
    /// - Parameter busyTimeout: How long to wait for another process that writes.
    /// - Throws: `StorageError`: `newerSchema` when a newer version of this program wrote the file, which is then left
    ///   as it is; `notADatabase`, `corrupt`, `readOnly`, `permissionDenied`, `isDirectory`, `notRegularFile`,
    ///   `locked`, `diskFull`, or `notFound` for reading only.
    public init(path: String, access: Access = .readWrite, busyTimeout: Duration = .seconds(5)) throws {
        let seconds = Double(busyTimeout.components.seconds) + Double(busyTimeout.components.attoseconds) / 1e18
        self.path = path
        self.access = access
        do {
            switch access {
            case .readWrite:
                try DatabaseFile.prepare(path: path)
                writer = try Database.openWritable(path: path, busyTimeout: seconds)
            case .readOnly:
                try DatabaseFile.check(path: path)
                writer = try Database.openReadOnly(path: path, busyTimeout: seconds)
            }
        } catch {
            throw StorageError.wrapping(error, path: path)
        }
    }

    /// A database in memory, empty and up to date, that vanishes with its object.
    public init() throws {
        path = ":memory:"
        access = .readWrite
        do {
            let queue = try DatabaseQueue(configuration: Self.configuration())
            try Schema.migrator.migrate(queue)
            writer = queue
        } catch {
            throw StorageError.wrapping(error, path: ":memory:")
        }
    }

    /// What all connections have in common.
    static func configuration(busyTimeout: Double? = nil) -> Configuration {
        var configuration = Configuration()
        if let busyTimeout { configuration.busyMode = .timeout(busyTimeout) }
        configuration.prepareDatabase { db in
            // In KiB where negative. A search touches a few thousand pages, and the usual 2 MB hold five hundred.
            // This also reads the tables' names, without which asking for the functions of the full text would fail hard.
            try db.execute(sql: "PRAGMA cache_size = -32768")
            try PhraseScores.register(in: db)
            db.add(tokenizer: WordTokenizer.self)
        }
        return configuration
    }

    private static func openWritable(path: String, busyTimeout: Double) throws -> any DatabaseWriter {
        if try !DatabaseFile.isEmpty(path: path) {
            do {
                if let pool = try connect(path: path, busyTimeout: busyTimeout, migrating: false) { return pool }
            } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
                // Another process may be switching the journal of a new file, which SQLite does not wait for by
                // itself; it does so under the folder's lock.
            }
        }
        return try DatabaseFile.withFolderLocked(of: path, timeout: busyTimeout) {
            guard let pool = try connect(path: path, busyTimeout: busyTimeout, migrating: true) else {
                throw StorageError.notADatabase(path: path)
            }
            return pool
        }
    }

    /// The open database; nil if its tables are not up to date and `migrating` is false.
    private static func connect(
        path: String,
        busyTimeout: Double,
        migrating: Bool,
        isSecond: Bool = false
    ) throws -> DatabasePool? {
        var configuration = configuration(busyTimeout: busyTimeout)
        // The writer's connection comes first, and its check stands for the readers that follow: a file that is not
        // ours to change is refused before anything is written to it.
        configuration.prepareDatabase { db in
            guard !db.configuration.readonly else { return }
            _ = try SchemaState(reading: db, path: path)
        }
        let pool = try DatabasePool(path: path, configuration: configuration)
        let (state, isReplaced) = try pool.writeWithoutTransaction { db in
            (try SchemaState(reading: db, path: path), DatabaseFile.isReplaced(db))
        }
        // From its first look on a connection keeps others from replacing the file; one that came too late takes the new one.
        guard !isReplaced || isSecond else {
            return try connect(path: path, busyTimeout: busyTimeout, migrating: migrating, isSecond: true)
        }
        if state == .current { return pool }
        guard migrating else { return nil }
        try Schema.migrator.migrate(pool)
        return pool
    }

    private static func openReadOnly(
        path: String,
        busyTimeout: Double,
        isSecond: Bool = false
    ) throws -> any DatabaseWriter {
        var configuration = configuration(busyTimeout: busyTimeout)
        configuration.readonly = true
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        let (state, isReplaced) = try queue.read { db in
            (try SchemaState(reading: db, path: path), DatabaseFile.isReplaced(db))
        }
        guard !isReplaced || isSecond else {
            return try openReadOnly(path: path, busyTimeout: busyTimeout, isSecond: true)
        }
        guard state == .current else {
            throw StorageError(
                code: .readOnly,
                path: path,
                message: "the tables are of an older version and cannot be brought up to date while only reading",
                nextStep: "open the database once with permission to write"
            )
        }
        return queue
    }

    /// Runs `body` on a consistent view of the database.
    func read<Value>(_ body: (GRDB.Database) throws -> Value) throws -> Value {
        do {
            return try writer.read(body)
        } catch {
            throw StorageError.wrapping(error, path: path)
        }
    }

    /// Runs `body` in one transaction: all its changes are kept, or none if it throws.
    func write<Value>(_ body: (GRDB.Database) throws -> Value) throws -> Value {
        do {
            return try writer.write(body)
        } catch {
            throw StorageError.wrapping(error, path: path)
        }
    }

    /// Runs `body` on the connection that writes, without a transaction: it may make tables of its own for a while.
    func withoutTransaction<Value>(_ body: (GRDB.Database) throws -> Value) throws -> Value {
        do {
            return try writer.writeWithoutTransaction(body)
        } catch {
            throw StorageError.wrapping(error, path: path)
        }
    }

    /// Copies the whole database, as it is at this moment, to a new file of mode 0600.
    ///
    /// Other processes may go on writing meanwhile. The copy appears under its name only when it is complete.
    /// - Throws: `StorageError`, `alreadyExists` when something is at `destination`.
    public func backup(to destination: String) throws {
        try DatabaseFile.requireNothing(at: destination)
        let unfinished = "\(destination).unfinished-\(getpid())"
        do {
            try DatabaseFile.create(path: unfinished)
            let copy = try DatabaseQueue(path: unfinished)
            try writer.backup(to: copy)
            // A single file, without the companions that a write-ahead log needs.
            try copy.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA journal_mode = DELETE") }
            try copy.close()
            try PrivateFile.commit(unfinished, to: destination)
        } catch {
            unlink(unfinished)
            throw StorageError.wrapping(error, path: destination)
        }
    }
}
