public import Storage

/// Whether the index is sound, and whether it is of the files as they are now.
public struct IndexVerification: Sendable, Hashable {
    /// Documents in the index.
    public var documents = 0
    /// Their chunks.
    public var chunks = 0
    /// Vectors of all encoders.
    public var vectors = 0
    /// Different chunks without a vector by the encoder at hand.
    public var pending = 0
    /// Files that were compared with what the index has of them.
    public var files = 0
    /// What contradicts the rest of the index; empty for a sound one.
    public var defects: [IndexDefect] = []
    /// Files that have changed since they were read.
    public var changed: [String] = []
    /// Files that are not read to their end yet, with the hundredths that are.
    public var unfinished: [PathKey: Int] = [:]
    /// Files that are gone.
    public var missing: [String] = []
    /// Files that cannot be read now.
    public var unreadable: [StorageError] = []

    /// Documents whose passages an older version wrote without checksums, and which are those of their files.
    var unchecked: Set<Int64> = []

    /// Documents whose files have changed though neither size nor time says so.
    var unnoticed: [DocumentRecord] = []

    /// Whether the index agrees with itself and with the files that are as they were.
    public var isSound: Bool { defects.isEmpty }
}
