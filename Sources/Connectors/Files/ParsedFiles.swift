import Storage

/// Files that were read, kept for as long as they do not change.
actor ParsedFiles<Value: Sendable> {
    private struct Key: Hashable {
        var path: String
        var part: String
    }

    private struct Entry {
        var stamp: FileStamp
        var value: Value
        var lastUse: Int
    }

    private let capacity: Int
    private var entries: [Key: Entry] = [:]
    private var uses = 0

    /// Keeps what was read last of at most `capacity` files.
    init(capacity: Int) {
        self.capacity = capacity
    }

    /// What `read` makes of the file at `path`; read again only after the file was changed.
    ///
    /// - Parameter part: Which of several things that are made of one file.
    /// - Throws: `StorageError` where the file is not there, or what `read` throws.
    func value(
        _ path: String,
        part: String = "",
        read: @Sendable (FileStamp) throws -> Value
    ) throws -> Value {
        let stamp = try FileStamp(path: path)
        let key = Key(path: path, part: part)
        uses += 1
        if let entry = entries[key], entry.stamp == stamp {
            entries[key]?.lastUse = uses
            return entry.value
        }
        let value = try read(stamp)
        entries[key] = Entry(stamp: stamp, value: value, lastUse: uses)
        if entries.count > capacity, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }) {
            entries[oldest.key] = nil
        }
        return value
    }
}
