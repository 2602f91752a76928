public import Foundation
public import Storage

/// Keeps the index in step with files.
///
/// Each document goes in as one step, then each batch of vectors, so that a run that is stopped or killed leaves whole
/// steps, and the next one goes on where it ended. Several indexers may run at once.
public struct Indexer: Sendable {
    /// What there is to choose.
    public struct Options: Sendable, Hashable {
        /// How long chunks are to be, in word pieces.
        public var chunkSize: ChunkSize
        /// The most bytes of a document.
        public var maximumBytes: Int
        /// Chunks that are encoded and stored together.
        public var batch: Int

        /// The usual choices.
        public init(chunkSize: ChunkSize = ChunkSize(), maximumBytes: Int = 64_000_000, batch: Int = 64) {
            self.chunkSize = chunkSize
            self.maximumBytes = maximumBytes
            self.batch = max(1, batch)
        }
    }

    let store: IndexStore
    let encoder: (any TextEncoder)?
    let reader: DocumentReader
    private let options: Options

    /// An indexer that writes to `store`. Without an encoder there is full-text search only.
    public init(store: IndexStore, encoder: (any TextEncoder)?, options: Options = Options()) {
        self.store = store
        self.encoder = encoder
        self.options = options
        var size = options.chunkSize
        var measure = ChunkMeasure.estimate
        if let encoder {
            measure = ChunkMeasure(name: encoder.measureName) { encoder.tokenCount(of: $0) }
            size = ChunkSize(target: size.target, maximum: min(size.maximum, encoder.maximumTokens - 2))
        }
        reader = DocumentReader(size: size, measure: measure, maximumBytes: options.maximumBytes)
    }

    /// Brings the index in step with the files and folders at `paths`: what is new or changed goes in, what is gone
    /// from the folders leaves, then chunks get their vectors.
    ///
    /// A file of the same size and time as before is not read. If nothing changed nothing is written.
    /// - Parameters:
    ///   - base: A folder to which stored paths are relative; nil to store them as given.
    ///   - now: The time noted for documents that go in.
    ///   - progress: Called after each step; what it throws stops the run, and whole steps stay.
    /// - Throws: `StorageError`, `RetrievalError`, or what `progress` or the encoder throws.
    public func index(
        _ paths: [String],
        in collection: DocumentCollection,
        relativeTo base: String? = nil,
        now: Date,
        progress: (IndexProgress) throws -> Void = { _ in }
    ) async throws -> IndexReport {
        var report = try read(paths, in: collection, relativeTo: base, now: now, progress: progress)
        if report.pending > 0 {
            report.encoded = try await encodePending(progress: progress)
            report.pending -= report.encoded
            report.reused = max(0, report.chunks - report.encoded)
            if report.updated + report.removed > 0, report.pending == 0 { try store.removeUnusedVectors() }
        } else if let encoder {
            try store.packVectors(encoder: encoder.identifier)
        }
        return report
    }

    /// Brings the texts of the index in step with the files and folders at `paths`, as `index` does; `encodePending` makes
    /// the vectors later.
    ///
    /// - Throws: `StorageError`, or what `progress` throws.
    public func read(
        _ paths: [String],
        in collection: DocumentCollection,
        relativeTo base: String? = nil,
        now: Date,
        progress: (IndexProgress) throws -> Void = { _ in }
    ) throws -> IndexReport {
        let walk = DocumentWalker(maximumBytes: options.maximumBytes).walk(paths)
        let known = Dictionary(
            try store.documents(in: collection.rawValue).map { ($0.path, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        let names = StoredNames(base: base)
        var report = IndexReport()
        report.skipped = walk.skipped.map { IndexReport.Skip(path: $0.path, reason: .walk($0.reason)) }
        for (done, file) in walk.files.enumerated() {
            let name = names.name(of: file.path)
            try take(file, name: name, collection: collection, known: known[name], now: now, &report)
            try progress(.reading(done: done + 1, total: walk.files.count))
        }
        try removeMissing(from: Array(known.values), walk: walk, names: names, &report)
        guard let encoder else { return report }
        report.pending = try store.pendingCount(encoder: encoder.identifier)
        report.reused = report.chunks
        if report.updated + report.removed > 0, report.pending == 0 { try store.removeUnusedVectors() }
        return report
    }

    /// Makes the vectors that are missing, in all collections.
    /// - Parameter progress: Called after each batch; what it throws stops the run, and the batches before it stay.
    /// - Returns: How many vectors were made; 0 without an encoder.
    /// - Throws: `StorageError`, `RetrievalError`, or what `progress` or the encoder throws.
    @discardableResult
    public func encodePending(progress: (IndexProgress) throws -> Void = { _ in }) async throws -> Int {
        guard let encoder else { return 0 }
        let total = try store.pendingCount(encoder: encoder.identifier)
        var done = 0
        while true {
            // Several batches at a time, because looking for what is missing reads through all chunks.
            let pending = try store.pendingChunks(encoder: encoder.identifier, limit: options.batch * 16)
            guard !pending.isEmpty else {
                try store.packVectors(encoder: encoder.identifier)
                return done
            }
            for start in stride(from: 0, to: pending.count, by: options.batch) {
                let batch = pending[start..<min(start + options.batch, pending.count)]
                try store.add(
                    try await vectors(of: batch, encoder),
                    encoder: encoder.identifier,
                    dimension: encoder.dimension
                )
                done += batch.count
                try progress(.encoding(done: done, total: max(total, done)))
            }
        }
    }

    /// Takes a document, or all documents below a folder, out of the index.
    /// - Returns: How many documents left.
    /// - Throws: `StorageError`.
    @discardableResult
    public func remove(_ path: String, from collection: DocumentCollection) throws -> Int {
        let gone = try store.documents(in: collection.rawValue).filter { document in
            StoredNames.isBelow(document.path, path)
        }
        guard !gone.isEmpty else { return 0 }
        try store.remove(gone.map(\.id))
        try store.removeUnusedVectors()
        return gone.count
    }

    /// Takes one file in if it is not as the index has it.
    private func take(
        _ file: DocumentWalker.File,
        name: String,
        collection: DocumentCollection,
        known: DocumentRecord?,
        now: Date,
        _ report: inout IndexReport
    ) throws {
        let isSameRecipe = known?.recipe == reader.recipe
        if let known, isSameRecipe, known.size == file.size, known.modifiedAt == file.modifiedAt {
            report.unchanged += 1
            return
        }
        let content: (data: Data, digest: Data)
        do {
            content = try reader.read(file.path)
        } catch let error as StorageError {
            report.skipped.append(IndexReport.Skip(path: file.path, reason: .unreadable(error)))
            return
        }
        if let known, isSameRecipe, known.contentHash == content.digest {
            try store.touch(known.id, size: file.size, modifiedAt: file.modifiedAt)
            report.unchanged += 1
            return
        }
        guard let (title, chunks, warning) = reader.chunks(of: content.data, path: file.path) else {
            report.skipped.append(IndexReport.Skip(path: file.path, reason: .binary))
            if let known {
                try store.remove([known.id])
                report.removed += 1
            }
            return
        }
        if let warning { report.warnings.append("\(file.path): \(warning)") }
        if chunks.isEmpty { report.warnings.append("\(file.path): has no text") }
        try store.put(
            DocumentRecord(
                collection: collection.rawValue,
                path: name,
                title: title,
                size: file.size,
                modifiedAt: file.modifiedAt,
                contentHash: content.digest,
                recipe: reader.recipe,
                indexedAt: now,
                note: warning ?? ""
            ),
            chunks: chunks
        )
        if known == nil { report.added += 1 } else { report.updated += 1 }
        report.chunks += chunks.count
    }

    /// Takes out what the folders no longer have. What could not be read is kept: it is not gone.
    private func removeMissing(
        from known: [DocumentRecord],
        walk: DocumentWalker.Result,
        names: StoredNames,
        _ report: inout IndexReport
    ) throws {
        let present = Set(walk.files.map { names.name(of: $0.path) })
        let folders = Set(walk.folders.map(names.name(of:)))
        let doubtful = walk.skipped.compactMap { skipped -> String? in
            guard case .unreadable = skipped.reason else { return nil }
            return names.name(of: skipped.path)
        }
        let gone = known.filter { document in
            !present.contains(document.path)
                && folders.contains { StoredNames.isBelow(document.path, $0) }
                && !doubtful.contains { StoredNames.isBelow(document.path, $0) }
        }
        guard !gone.isEmpty else { return }
        try store.remove(gone.map(\.id))
        report.removed += gone.count
    }

    private func vectors(
        of chunks: ArraySlice<IndexStore.PendingChunk>,
        _ encoder: any TextEncoder
    ) async throws -> [VectorRecord] {
        let texts = chunks.map { EncoderInput.text(title: $0.title, headings: $0.headings, text: $0.text) }
        let values = try await encoder.encode(texts, as: .document)
        let dimension = encoder.dimension
        guard values.count == texts.count * dimension else {
            throw RetrievalError.unexpectedVectors(
                encoder: encoder.identifier,
                expected: texts.count * dimension,
                got: values.count
            )
        }
        return try chunks.enumerated().map { index, chunk in
            guard let code = VectorCode.encode(values[index * dimension..<(index + 1) * dimension]) else {
                throw RetrievalError.invalidVector(encoder: encoder.identifier)
            }
            return VectorRecord(hash: chunk.hash, scale: code.scale, components: code.components)
        }
    }
}

/// The names under which files are in the index.
struct StoredNames {
    private let prefix: String

    init(base: String?) {
        guard let base, !base.isEmpty else {
            prefix = ""
            return
        }
        prefix = base.hasSuffix("/") ? base : base + "/"
    }

    /// `path` without the base; the base itself is empty.
    func name(of path: String) -> String {
        if path + "/" == prefix { return "" }
        return path.hasPrefix(prefix) ? String(path.dropFirst(prefix.count)) : path
    }

    /// Whether `path` is `folder` or stands below it.
    static func isBelow(_ path: String, _ folder: String) -> Bool {
        guard !folder.isEmpty else { return !path.hasPrefix("/") }
        return path == folder || path.hasPrefix(folder.hasSuffix("/") ? folder : folder + "/")
    }
}
