public import Storage

/// What a run of the indexer did.
public struct IndexReport: Sendable, Hashable {
    /// A document that was passed over.
    public struct Skip: Sendable, Hashable, CustomStringConvertible {
        /// Why it was passed over.
        public enum Reason: Sendable, Hashable {
            /// The walk over files and folders says why.
            case walk(DocumentWalker.Skipped.Reason)
            /// It holds no text.
            case binary
            /// It could not be read.
            case unreadable(StorageError)
            /// The program that reads such files is missing, or cannot read this one.
            case unconverted(ConversionError)
        }

        /// Its path.
        public var path: String
        /// Why it was passed over.
        public var reason: Reason

        /// Path and reason in one line.
        public var description: String {
            switch reason {
            case .walk(let reason): return DocumentWalker.Skipped(path: path, reason: reason).description
            case .binary: return "\(path): not text; save it as plain text or Markdown"
            case .unreadable(let error): return error.description
            case .unconverted(let error): return "\(path): \(error)"
            }
        }
    }

    /// A document that differs from before.
    public struct Change: Sendable, Hashable {
        /// What became of a document.
        public enum Kind: String, Sendable, Hashable {
            /// It was new.
            case added
            /// Its text had changed.
            case updated
            /// It left the index.
            case removed
        }

        /// What became of it.
        public var kind: Kind
        /// Its path in the index.
        public var path: String
    }

    /// Documents that differ from before, in the order in which they were looked at.
    public private(set) var changes: [Change] = []
    /// Documents that were new.
    public var added = 0
    /// Documents whose text had changed.
    public var updated = 0
    /// Documents that were as the index has them.
    public var unchanged = 0
    /// Documents that were gone and left the index.
    public var removed = 0
    /// What was passed over and why, in order of path.
    public var skipped: [Skip] = []
    /// Documents of the index that were to be read again and could not be.
    public var missing: [String] = []
    /// What was odd, each with the path it is about.
    public var warnings: [String] = []
    /// Chunks of the documents added and updated.
    public var chunks = 0
    /// Chunks for which a vector was made.
    public var encoded = 0
    /// Chunks of documents added and updated that needed no new vector, because an equal chunk had one.
    public var reused = 0
    /// Different chunks that still have no vector.
    public var pending = 0

    /// Documents whose passages were measured in another way; they are among those that are unchanged.
    var outdated: [Recut] = []

    /// The report of a run that did nothing.
    public init() {}

    mutating func note(_ kind: Change.Kind, _ path: String) {
        changes.append(Change(kind: kind, path: path))
        switch kind {
        case .added: added += 1
        case .updated: updated += 1
        case .removed: removed += 1
        }
    }

    /// Whether the index differs from before.
    public var isChanged: Bool { added + updated + removed + encoded > 0 }
}

/// How far a run of the indexer has come.
public enum IndexProgress: Sendable, Hashable {
    /// Documents looked at, of how many.
    case reading(done: Int, total: Int)
    /// Bytes read of one long document, of how many.
    case readingLong(path: String, done: Int, total: Int)
    /// Passages whose words the full-text index knows, of how many, while it is made anew.
    case words(done: Int, total: Int)
    /// Vectors made, of how many.
    case encoding(done: Int, total: Int)
}
