import Foundation

/// Finds the documents in files and folders.
public struct DocumentWalker: Sendable {
    /// A document found.
    public struct File: Sendable, Hashable {
        /// Its path, as reached from the one that was asked for.
        public var path: String
        /// The path asked for through which it was found.
        public var root: String
        /// Bytes.
        public var size: Int
        /// Nanoseconds since 1970.
        public var modifiedAt: Int
        /// When the system last noted a change of its bytes or its status, in nanoseconds since 1970.
        public var statusChangedAt: Int
    }

    /// Where a link leads; nil for a path that is none, or that leads nowhere.
    public static func target(ofLink path: String) -> String? {
        var information = stat()
        guard lstat(path, &information) == 0, information.st_mode & S_IFMT == S_IFLNK,
            let target = realpath(path, nil)
        else { return nil }
        defer { free(target) }
        return String(validatingCString: target)
    }

    /// Something asked for, or met on the way, that cannot be taken.
    public struct Skipped: Sendable, Hashable, CustomStringConvertible {
        /// Why it was passed over.
        public enum Reason: Sendable, Hashable {
            /// The name does not end as a document's does.
            case unknownType
            /// More bytes than the limit; the file's size.
            case tooLarge(bytes: Int)
            /// It could not be read.
            case unreadable(StorageError)
        }

        /// Its path.
        public var path: String
        /// Why it was passed over.
        public var reason: Reason

        /// What is at `path` was passed over because of `reason`.
        public init(path: String, reason: Reason) {
            self.path = path
            self.reason = reason
        }

        /// Path and reason in one line.
        public var description: String {
            switch reason {
            case .unknownType:
                return "\(path): not a document of a known format (`magnus index add --help` lists them)"
            case .tooLarge(let bytes):
                return "\(path): too large (\(bytes / 1_000_000) MB); split the file"
            case .unreadable(let error):
                return error.description
            }
        }
    }

    /// What a walk found.
    public struct Result: Sendable, Hashable {
        /// Documents in order of path, each once.
        public var files: [File] = []
        /// What was passed over, in order of path.
        public var skipped: [Skipped] = []
        /// Folders that were read to their end; what the index holds of them and is not in `files` is gone.
        public var folders: [String] = []
        /// Folders in which only some files were looked for, those that match a pattern.
        public var searchedFolders: [String] = []
    }

    /// Endings of the names of documents, in lower case.
    public static let documentExtensions: Set<String> = ["md", "markdown", "txt", "text"]

    /// The most bytes of a document.
    public var maximumBytes: Int
    /// Files and folders inside folders that are passed over.
    public var excluded: Set<String> = []
    private let isDocument: @Sendable (String) -> Bool

    /// A walker that passes over documents of more than `maximumBytes`.
    /// - Parameter isDocument: Whether a file of that name is one; those of `documentExtensions` are without it.
    public init(maximumBytes: Int = 64_000_000, isDocument: (@Sendable (_ path: String) -> Bool)? = nil) {
        self.maximumBytes = maximumBytes
        self.isDocument =
            isDocument ?? { path in
                DocumentWalker.documentExtensions.contains((path as NSString).pathExtension.lowercased())
            }
    }

    /// The documents at `paths`: files as they are, folders with all below them.
    ///
    /// Hidden files and folders are left out unless asked for by name, as are other kinds of files inside folders and what a
    /// `.gitignore` names, there or above up to the root of the repository. Links are followed, and no folder is entered twice.
    /// A path that is not there may be a pattern, as `docs/**/*.md`.
    public func walk(_ paths: [String]) -> Result {
        var walk = Walk(maximumBytes: maximumBytes, excluded: excluded, isDocument: isDocument)
        for path in paths {
            let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
            if access(trimmed, F_OK) != 0, PathPattern.isPattern(trimmed) {
                walk.visit(pattern: trimmed)
            } else {
                walk.visit(trimmed, root: trimmed, isAskedFor: true)
            }
        }
        walk.result.files.sort { $0.path < $1.path }
        walk.result.skipped.sort { $0.path < $1.path }
        return walk.result
    }
}

/// The state of one walk.
private struct Walk {
    struct Identity: Hashable {
        var device: UInt
        var node: UInt
    }

    let maximumBytes: Int
    let excluded: Set<String>
    let isDocument: @Sendable (String) -> Bool
    var result = DocumentWalker.Result()
    private var visited: Set<Identity> = []
    /// The folders on the way, from the outermost.
    private var entered: [Identity] = []
    /// Rules of the folders on the way, from the outermost.
    private var rules: [IgnoreRules] = []
    /// What files must match; all do if nil.
    private var pattern: PathPattern?

    init(maximumBytes: Int, excluded: Set<String>, isDocument: @escaping @Sendable (String) -> Bool) {
        self.maximumBytes = maximumBytes
        self.excluded = excluded
        self.isDocument = isDocument
    }

    /// Visits what matches a pattern: what is below the folder in front of its first sign.
    mutating func visit(pattern path: String) {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        let fixed = parts.prefix { !PathPattern.isPattern(String($0)) }.joined(separator: "/")
        let base = fixed.isEmpty ? (path.hasPrefix("/") ? "/" : ".") : fixed
        let (files, folders) = (result.files.count, result.folders.count)
        pattern = PathPattern(path)
        visit(base, root: base, isAskedFor: true)
        pattern = nil
        // Other files of these folders were not looked for.
        result.searchedFolders += result.folders[folders...]
        result.folders.removeSubrange(folders...)
        if result.files.count == files {
            skip(path, .unreadable(.system(ENOENT, path: path, action: "read")))
        }
    }

    mutating func visit(_ path: String, root: String, isAskedFor: Bool) {
        var information = stat()
        guard stat(path, &information) == 0 else {
            return skip(path, .unreadable(.system(errno, path: path, action: "read")))
        }
        // Entered by another path before: a link that leads in a circle, or a file asked for twice.
        let identity = Identity(device: UInt(information.st_dev), node: UInt(information.st_ino))
        let isKnown = visited.contains(identity)
        switch information.st_mode & S_IFMT {
        case S_IFDIR:
            // Below a pattern's folder only some files are taken: another path may ask for the others.
            if pattern == nil {
                guard visited.insert(identity).inserted else { return }
            } else {
                guard !entered.contains(identity) else { return }
            }
            entered.append(identity)
            let outer = rules
            if isAskedFor { rules = Self.rules(above: path) }
            if let own = IgnoreRules(folder: path) { rules.append(own) }
            visitFolder(path, root: root)
            rules = outer
            entered.removeLast()
        case S_IFREG:
            guard !isKnown else { return }
            guard isDocument(path) else {
                if isAskedFor { skip(path, .unknownType) }
                return
            }
            guard pattern?.matches(path) ?? true else { return }
            visited.insert(identity)
            guard Int(information.st_size) <= maximumBytes else {
                return skip(path, .tooLarge(bytes: Int(information.st_size)))
            }
            guard access(path, R_OK) == 0 else {
                return skip(path, .unreadable(.system(errno, path: path, action: "read")))
            }
            result.files.append(
                DocumentWalker.File(
                    path: path,
                    root: root,
                    size: Int(information.st_size),
                    modifiedAt: information.modifiedAt,
                    statusChangedAt: information.statusChangedAt
                )
            )
        default:
            if isAskedFor { skip(path, .unreadable(.notRegularFile(path: path))) }
        }
    }

    private mutating func visitFolder(_ path: String, root: String) {
        guard let folder = opendir(path) else {
            return skip(path, .unreadable(.system(errno, path: path, action: "read the folder")))
        }
        defer { closedir(folder) }
        var names: [String] = []
        /// What has a name that no text can hold.
        var unnamed: [String] = []
        errno = 0
        while let entry = readdir(folder) {
            let (name, isExact) = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { bytes in
                    (String(cString: bytes), String(validatingCString: bytes) != nil)
                }
            }
            errno = 0
            guard !name.hasPrefix(".") else { continue }
            if isExact {
                names.append(name)
            } else {
                unnamed.append(name)
            }
        }
        guard errno == 0 else {
            return skip(path, .unreadable(.system(errno, path: path, action: "read the folder")))
        }
        result.folders.append(path)
        func place(of name: String) -> String { path == "/" ? "/\(name)" : "\(path)/\(name)" }
        for name in unnamed.sorted() where isDocument(name) || !name.contains(".") {
            let error = StorageError(
                code: .failed,
                path: place(of: name),
                message: "its name is not UTF-8",
                nextStep: "rename it"
            )
            skip(error.path, .unreadable(error))
        }
        for name in names.sorted() {
            let inner = place(of: name)
            if !excluded.contains(inner), !isIgnored(inner) { visit(inner, root: root, isAskedFor: false) }
        }
    }

    /// Whether the rules on the way leave out what is at `path`; those nearest to it decide.
    private func isIgnored(_ path: String) -> Bool {
        guard !rules.isEmpty else { return false }
        var information = stat()
        let isFolder = stat(path, &information) == 0 && information.st_mode & S_IFMT == S_IFDIR
        for rule in rules.reversed() {
            if let isIgnored = rule.ignores(path, isFolder: isFolder) { return isIgnored }
        }
        return false
    }

    /// The rules of the folders above `path` that are in the same repository.
    private static func rules(above path: String) -> [IgnoreRules] {
        var rules: [IgnoreRules] = []
        var folder = path
        while access(folder + "/.git", F_OK) != 0 {
            let parent = (folder as NSString).deletingLastPathComponent
            // Outside of a repository a folder's own rules are all there are.
            guard !parent.isEmpty, parent != folder else { return [] }
            folder = parent
            if let own = IgnoreRules(folder: folder) { rules.insert(own, at: 0) }
        }
        return rules
    }

    private mutating func skip(_ path: String, _ reason: DocumentWalker.Skipped.Reason) {
        result.skipped.append(DocumentWalker.Skipped(path: path, reason: reason))
    }
}
