/// What went wrong with a file or with the database, and what the owner can do about it.
public struct StorageError: Error, Sendable, Hashable, CustomStringConvertible {
    /// The kinds of failure, for callers that act on them.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// Nothing is at the path.
        case notFound = "not_found"
        /// Something is at the path already, and it is not to be replaced.
        case alreadyExists = "already_exists"
        /// The path leads to a folder where a file is wanted.
        case isDirectory = "is_directory"
        /// The path leads to a device, a pipe or a socket.
        case notRegularFile = "not_regular_file"
        /// The operating system does not let this user read or write there.
        case permissionDenied = "permission_denied"
        /// A file that must be private can be read by others.
        case openToOthers = "open_to_others"
        /// The file or the input is larger than the limit.
        case tooLarge = "too_large"
        /// The file was written to while it was read.
        case changing
        /// Another process is at work on the same thing.
        case inUse = "in_use"
        /// The database or its folder can be read but not written.
        case readOnly = "read_only"
        /// No space is left, or a quota or a file size limit is reached.
        case diskFull = "disk_full"
        /// Another process holds the database.
        case locked
        /// The database file is damaged.
        case corrupt
        /// The file is not a database of this program.
        case notADatabase = "not_a_database"
        /// The database was written by a newer version of this program.
        case newerSchema = "newer_schema"
        /// The disk or the file system failed.
        case inputOutput = "input_output"
        /// A row contradicts another one, or refers to one that is not there.
        case constraint
        /// No record has the identifier.
        case noSuchRecord = "no_such_record"
        /// Several records have the identifier.
        case ambiguous
        /// A statement for another program's database is not one query by itself.
        case notAQuery = "not_a_query"
        /// A query took longer than it may.
        case tooSlow = "too_slow"
        /// A database server cannot be reached, or does not let this user in.
        case unreachable
        /// This build of the program cannot do it.
        case notBuilt = "not_built"
        /// The database refused an operation for a reason of its own.
        case failed
    }

    /// The kind of failure.
    public var code: Code
    /// The file it happened to; empty where there is none.
    public var path: String
    /// What failed, without the path, as the end of a sentence that begins with it.
    public var message: String
    /// What the owner can do next.
    public var nextStep: String

    /// A failure with all its values.
    public init(code: Code, path: String, message: String, nextStep: String) {
        self.code = code
        self.path = path
        self.message = message
        self.nextStep = nextStep
    }

    /// The path, what failed and the next step, in one line.
    public var description: String {
        let subject = path.isEmpty ? "" : "\(StorageError.printable(path)): "
        return "\(subject)\(StorageError.printable(message)); \(nextStep)"
    }

    /// `text` on one line: control characters, which a file name may hold, become question marks.
    private static func printable(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let isControl = scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value)
            scalars.append(isControl ? "?" : scalar)
        }
        return String(scalars)
    }
}
