import Foundation
import GRDBSQLite

/// A SQLite file of another program, only ever read.
///
/// The connection is opened read-only, the statement must be one query by itself, and SQLite's own authoriser refuses
/// anything but reading: no change, no attached file, no pragma, no extension.
public struct ForeignDatabase: Sendable {
    /// The file's path.
    public let path: String
    /// Whether nothing ever changes the file, so that it is read without locks and without a folder that can be written.
    public let isImmutable: Bool
    /// How much a query may take.
    public let limits: ForeignQueryLimits

    /// The file at `path`; nothing is opened yet.
    public init(path: String, isImmutable: Bool = false, limits: ForeignQueryLimits = ForeignQueryLimits()) {
        self.path = path
        self.isImmutable = isImmutable
        self.limits = limits
    }

    /// The rows of `query`.
    ///
    /// Opens the file, asks once, and closes it.
    /// - Parameters:
    ///   - query: One SELECT (WITH, VALUES).
    ///   - parameters: The values of `?1`, `?2`, ...
    /// - Throws: `StorageError`: `notAQuery` where it is not one query by itself, `tooSlow`, `tooLarge` where it has more
    ///   rows than the limit, `notFound`, `notADatabase`, `corrupt`, `locked`, `failed`; `CancellationError`.
    public func rows(_ query: String, parameters: [ForeignTable.Value] = []) async throws -> ForeignTable {
        // A missing file is an error of the file, and no reason to make SQLite look for it.
        _ = try FileStamp(path: path)
        return try await QueryDeadline(after: limits.time).run { deadline in
            try ForeignConnection(self, deadline: deadline).rows(query, parameters)
        }
    }
}

/// One open connection, used by one thread.
private final class ForeignConnection {
    private let database: ForeignDatabase
    private let deadline: QueryDeadline
    private var handle: OpaquePointer?

    init(_ database: ForeignDatabase, deadline: QueryDeadline) throws {
        self.database = database
        self.deadline = deadline
        let flags = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI | SQLITE_OPEN_NOMUTEX
        guard sqlite3_open_v2(ForeignConnection.address(database), &handle, flags, nil) == SQLITE_OK else {
            let error = failure()
            sqlite3_close_v2(handle)
            throw error
        }
        sqlite3_exec(handle, "PRAGMA query_only = ON; PRAGMA trusted_schema = OFF", nil, nil, nil)
        sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, 64_000_000)
        sqlite3_limit(handle, SQLITE_LIMIT_ATTACHED, 0)
        sqlite3_busy_timeout(handle, 2_000)
        sqlite3_progress_handler(
            handle,
            1_000,
            { context in
                guard let context else { return 0 }
                return Unmanaged<QueryDeadline>.fromOpaque(context).takeUnretainedValue().isOver ? 1 : 0
            },
            Unmanaged.passUnretained(deadline).toOpaque()
        )
        sqlite3_set_authorizer(
            handle,
            { _, action, _, name, _, _ in
                switch action {
                case SQLITE_SELECT, SQLITE_READ, SQLITE_RECURSIVE: return SQLITE_OK
                case SQLITE_FUNCTION:
                    let isLoading = name.map { strcasecmp($0, "load_extension") == 0 } ?? false
                    return isLoading ? SQLITE_DENY : SQLITE_OK
                default: return SQLITE_DENY
                }
            },
            nil
        )
    }

    deinit {
        sqlite3_close_v2(handle)
    }

    /// `file:/path?mode=ro`, everything in the path that has a meaning in an address escaped.
    private static func address(_ database: ForeignDatabase) -> String {
        let allowed = CharacterSet(charactersIn: "/").union(.alphanumerics)
        let escaped = database.path.addingPercentEncoding(withAllowedCharacters: allowed) ?? database.path
        return "file:" + escaped + "?mode=ro" + (database.isImmutable ? "&immutable=1" : "")
    }

    func rows(_ query: String, _ parameters: [ForeignTable.Value]) throws -> ForeignTable {
        let statement = try prepare(query)
        defer { sqlite3_finalize(statement) }
        try bind(parameters, to: statement)
        let count = sqlite3_column_count(statement)
        var table = ForeignTable(
            columns: (0..<count).map { sqlite3_column_name(statement, $0).map { String(cString: $0) } ?? "" },
            rows: []
        )
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW:
                guard table.rows.count < database.limits.rows else { throw tooManyRows() }
                table.rows.append(try (0..<count).map { try value(statement, $0) })
            case SQLITE_DONE: return table
            default: throw failure()
            }
        }
    }

    private func prepare(_ query: String) throws -> OpaquePointer? {
        guard let text = SingleSelect.statement(query) else { throw notAQuery("it does not begin with SELECT") }
        var statement: OpaquePointer?
        var isAlone = true
        let status = text.withCString { start in
            var rest: UnsafePointer<CChar>?
            let status = sqlite3_prepare_v2(handle, start, -1, &statement, &rest)
            isAlone = rest.map { $0.pointee == 0 } ?? true
            return status
        }
        guard status == SQLITE_OK else {
            let reason = sqlite3_errmsg(handle).map { String(cString: $0) } ?? ""
            // A function that is denied is reported as a plain error.
            if status == SQLITE_AUTH || reason.contains("not authorized") { throw notAQuery("it does more than read") }
            throw failure()
        }
        guard isAlone, sqlite3_stmt_readonly(statement) != 0 else {
            sqlite3_finalize(statement)
            throw notAQuery("it is more than one statement")
        }
        return statement
    }

    private func bind(_ parameters: [ForeignTable.Value], to statement: OpaquePointer?) throws {
        let wanted = Int(sqlite3_bind_parameter_count(statement))
        guard wanted == parameters.count else {
            throw StorageError(
                code: .notAQuery,
                path: database.path,
                message: "the query has \(wanted) parameters and was given \(parameters.count) values",
                nextStep: "give one value for each of ?1, ?2, ..."
            )
        }
        for (index, parameter) in parameters.enumerated() {
            let place = Int32(index + 1)
            switch parameter {
            case .null: sqlite3_bind_null(statement, place)
            case .boolean(let value): sqlite3_bind_int64(statement, place, value ? 1 : 0)
            case .number(let number):
                if let whole = Int64(number.description) {
                    sqlite3_bind_int64(statement, place, whole)
                } else {
                    sqlite3_bind_double(statement, place, NSDecimalNumber(decimal: number).doubleValue)
                }
            case .text(let text): sqlite3_bind_text(statement, place, text, -1, ForeignConnection.copied)
            case .bytes(let data):
                _ = data.withUnsafeBytes { bytes in
                    sqlite3_bind_blob(statement, place, bytes.baseAddress, Int32(bytes.count), ForeignConnection.copied)
                }
            }
        }
    }

    private func value(_ statement: OpaquePointer?, _ column: Int32) throws -> ForeignTable.Value {
        switch sqlite3_column_type(statement, column) {
        case SQLITE_INTEGER: return .number(Decimal(sqlite3_column_int64(statement, column)))
        case SQLITE_FLOAT:
            let number = sqlite3_column_double(statement, column)
            return Decimal(string: String(number), locale: nil).map(ForeignTable.Value.number) ?? .null
        case SQLITE_NULL: return .null
        case SQLITE_TEXT:
            guard let start = sqlite3_column_text(statement, column) else { return .null }
            let count = Int(sqlite3_column_bytes(statement, column))
            let bytes = UnsafeBufferPointer(start: start, count: count)
            // A column may hold bytes that are no text whatever its type says.
            guard let text = String(validating: bytes, as: UTF8.self) else { return .bytes(Data(bytes)) }
            return .text(text)
        default:
            let count = Int(sqlite3_column_bytes(statement, column))
            guard let start = sqlite3_column_blob(statement, column) else { return .bytes(Data()) }
            return .bytes(Data(bytes: start, count: count))
        }
    }

    private func failure() -> any Error {
        let reason = sqlite3_errmsg(handle).map { String(cString: $0) } ?? "no memory"
        let path = database.path
        switch sqlite3_errcode(handle) & 0xFF {
        case SQLITE_INTERRUPT:
            if deadline.isCancelled { return CancellationError() }
            return StorageError(
                code: .tooSlow,
                path: path,
                message: "the query took longer than \(database.limits.time)",
                nextStep: "ask for less, or give the table an index"
            )
        case SQLITE_NOTADB:
            return StorageError(
                code: .notADatabase,
                path: path,
                message: "is no SQLite database",
                nextStep: "name another file"
            )
        case SQLITE_BUSY, SQLITE_LOCKED:
            return StorageError(
                code: .locked,
                path: path,
                message: "another program is writing to it",
                nextStep: "try again later"
            )
        case SQLITE_CORRUPT:
            return StorageError(
                code: .corrupt,
                path: path,
                message: "the database is damaged (\(reason))",
                nextStep: "repair it with the program it belongs to"
            )
        case SQLITE_CANTOPEN, SQLITE_READONLY:
            return StorageError(
                code: .permissionDenied,
                path: path,
                message: "the database cannot be opened to read",
                nextStep: "check its mode; a file that nothing writes to can be read with immutable: true"
            )
        default:
            return StorageError(
                code: .failed,
                path: path,
                message: "the query was refused (\(reason))",
                nextStep: "correct the query"
            )
        }
    }

    private func notAQuery(_ reason: String) -> StorageError {
        StorageError(
            code: .notAQuery,
            path: database.path,
            message: "the statement is not run: \(reason)",
            nextStep: "write one SELECT"
        )
    }

    private func tooManyRows() -> StorageError {
        StorageError(
            code: .tooLarge,
            path: database.path,
            message: "the query has more than \(database.limits.rows) rows",
            nextStep: "give it a WHERE or a LIMIT"
        )
    }

    /// Tells SQLite to copy what it is given (`SQLITE_TRANSIENT`, a macro that Swift does not see).
    private static var copied: sqlite3_destructor_type {
        unsafeBitCast(OpaquePointer(bitPattern: -1), to: sqlite3_destructor_type.self)
    }
}
