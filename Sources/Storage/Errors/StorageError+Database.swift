import Foundation
import GRDB

extension StorageError {
    /// `error` as ours: what SQLite reports is translated, our own errors pass through, others are described.
    static func wrapping(_ error: any Error, path: String) -> any Error {
        switch error {
        case let error as StorageError:
            return error
        case let error as DatabaseError:
            return StorageError(error, path: path)
        case let error as RowDecodingError:
            return StorageError(
                code: .corrupt,
                path: path,
                message: "a row cannot be read: \(error)",
                nextStep: "run `magnus doctor`"
            )
        default:
            return error
        }
    }

    /// What to do where the database is damaged.
    public static let savingAdvice =
        "run `magnus doctor --repair`, which saves what can be read and keeps the damaged file"

    init(_ error: DatabaseError, path: String) {
        let reason = error.message ?? "SQLite error \(error.resultCode.rawValue)"
        self.path = path
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED:
            code = .locked
            message = "another process is using the database"
            nextStep = "let it finish, then try again"
        case .SQLITE_FULL:
            self = .diskFull(path: path)
        case .SQLITE_READONLY:
            code = .readOnly
            message = "the database can only be read; nothing was changed"
            nextStep = "make the file and its folder writable for this user"
        case .SQLITE_PERM, .SQLITE_AUTH:
            code = .permissionDenied
            message = "permission denied to use the database"
            nextStep = "check who owns the file and its mode"
        case .SQLITE_CANTOPEN:
            code = .permissionDenied
            message = "the database cannot be opened"
            nextStep = "check that the file and its folder exist and are writable for this user"
        case .SQLITE_CORRUPT:
            code = .corrupt
            message = "the database is damaged (\(reason))"
            nextStep = Self.savingAdvice
        case .SQLITE_NOTADB:
            self = .notADatabase(path: path)
        case .SQLITE_IOERR:
            code = .inputOutput
            message = "the disk failed (\(reason), code \(error.extendedResultCode.rawValue)); nothing was changed"
            nextStep = "check the disk and the space left on it, then try again"
        case .SQLITE_CONSTRAINT:
            code = .constraint
            message = "a row contradicts the database (\(reason))"
            nextStep = "nothing was changed; run `magnus doctor` if it happens again"
        default:
            code = .failed
            message = "the database refused (\(reason), code \(error.extendedResultCode.rawValue))"
            nextStep = "run `magnus doctor`"
        }
    }

    static func notADatabase(path: String) -> StorageError {
        StorageError(
            code: .notADatabase,
            path: path,
            message: "is not a database of this program",
            nextStep: "move the file away, or choose another data folder"
        )
    }
}
