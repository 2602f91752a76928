public import Foundation

/// A document in the index.
public struct DocumentRecord: Hashable, Sendable, Identifiable {
    /// Given by the store; 0 until then.
    public var id: Int64
    /// The named set it belongs to: `concepts`, `documents`.
    public var collection: String
    /// Its path as the owner knows it, unique in its collection.
    public var path: String
    /// Its title.
    public var title: String
    /// Bytes of the file when it was read.
    public var size: Int
    /// When the file was changed last, in nanoseconds since 1970.
    public var modifiedAt: Int
    /// When the system last noted a change of the file's bytes or status, which no program sets; nil where that is not known.
    public var statusChangedAt: Int?
    /// A digest of the file's bytes.
    public var contentHash: Data
    /// How it was cut into chunks; another recipe means cutting it anew.
    public var recipe: String
    /// How many chunks it has; given by the store.
    public internal(set) var chunkCount = 0
    /// How many bytes of the file its chunks reach, where it is not yet read to its end; nil where it is.
    public internal(set) var readBytes: Int?
    /// What its reader can go on with; only long documents have one. Its form is the reader's.
    public internal(set) var checkpoint: Data?
    /// Whether its chunks have checksums; those that an older version wrote have none.
    public internal(set) var hasChecksums = false
    /// When it was read.
    public var indexedAt: Date
    /// What was odd about it, in words; may be empty.
    public var note: String

    /// A document that is not stored yet.
    public init(
        collection: String,
        path: String,
        title: String,
        size: Int,
        modifiedAt: Int,
        statusChangedAt: Int? = nil,
        contentHash: Data,
        recipe: String,
        indexedAt: Date,
        note: String = ""
    ) {
        id = 0
        self.collection = collection
        self.path = path
        self.title = title
        self.size = size
        self.modifiedAt = modifiedAt
        self.statusChangedAt = statusChangedAt
        self.contentHash = contentHash
        self.recipe = recipe
        self.indexedAt = indexedAt
        self.note = note
    }

    /// Whether it was read to its end.
    public var isWhole: Bool { readBytes == nil }
}
