import Foundation
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
    /// - Throws: `CommandError`.
    func open() throws -> Database {
        try database.withLock { database in
            if let database { return database }
            let opened: Database
            do {
                opened = try Database(path: path)
            } catch let error as StorageError {
                // Whatever is wrong with the database is a failure of storage, not of a file that was named.
                throw CommandError(.storage, type: error.code.rawValue, error.description)
            }
            database = opened
            return opened
        }
    }

    /// Makes the file anew from what can be read of it, where its structure is damaged; nothing may have opened it yet.
    ///
    /// - Returns: What was saved; nil where the file is sound.
    /// - Throws: `CommandError`.
    func salvageIfDamaged(
        at now: Date,
        progress: @escaping (SalvageProgress) throws -> Void
    ) throws -> SalvageReport? {
        try database.withLock { database in
            guard database == nil else { return nil }
            do {
                return try Database.salvageIfDamaged(path: path, at: now, progress: progress)
            } catch let error as StorageError {
                throw CommandError(.storage, type: error.code.rawValue, error.description)
            }
        }
    }

    /// Refuses a file whose structure is damaged, before rows are read that may be none.
    ///
    /// - Throws: `CommandError`.
    func requireSoundStructure() throws {
        try database.withLock { database in
            guard database == nil else { return }
            do {
                guard let problem = try Database.structuralProblems(of: path).first else { return }
                throw StorageError(
                    code: .corrupt,
                    path: path,
                    message: "the database is damaged (\(problem))",
                    nextStep: StorageError.savingAdvice
                )
            } catch let error as StorageError {
                throw CommandError(.storage, type: error.code.rawValue, error.description)
            }
        }
    }
}
