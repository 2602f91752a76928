import Storage
import Synchronization

/// The database, opened when it is first needed: a command that needs none does not create one.
final class LazyDatabase: Sendable {
    /// Where it is.
    let path: String
    private let database = Mutex<Database?>(nil)

    /// The database at `path`.
    init(path: String) {
        self.path = path
    }

    /// The database, opened and brought up to date.
    ///
    /// - Throws: `StorageError`.
    func open() throws -> Database {
        try database.withLock { database in
            if let database { return database }
            let opened = try Database(path: path)
            database = opened
            return opened
        }
    }
}
