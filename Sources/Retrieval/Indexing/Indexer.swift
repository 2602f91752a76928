public import Foundation
public import Storage

/// Keeps the index in step with files.
///
/// Each document goes in as one step, a long one in many, then each batch of vectors, so that a run that is stopped or killed
/// leaves whole steps, and the next one goes on where it ended. Several indexers may run at once.
public struct Indexer: Sendable {
    /// What there is to choose.
    public struct Options: Sendable, Hashable {
        /// How long chunks are to be, in word pieces.
        public var chunkSize: ChunkSize
        /// The most bytes of a document that is in memory as a whole.
        public var maximumBytes: Int
        /// Chunks that are encoded and stored together.
        public var batch: Int
        /// Bytes of the parts in which long documents are read; those of more than four such parts are long.
        public var part: Int

        /// The usual choices.
        public init(
            chunkSize: ChunkSize = ChunkSize(),
            maximumBytes: Int = 64_000_000,
            batch: Int = 64,
            part: Int = 1_048_576
        ) {
            self.chunkSize = chunkSize
            self.maximumBytes = maximumBytes
            self.batch = max(1, batch)
            self.part = max(64, part)
        }
    }

    let store: IndexStore
    let encoder: (any TextEncoder)?
    let reader: DocumentReader
    private let options: Options

    /// An indexer that writes to `store`. Without an encoder there is full-text search only, without a converter no file that
    /// needs a program of its own to be read.
    public init(
        store: IndexStore,
        encoder: (any TextEncoder)?,
        converter: (any DocumentConverter)? = nil,
        options: Options = Options()
    ) {
        self.store = store
        self.encoder = encoder
        self.options = options
        var size = options.chunkSize
        var measure = ChunkMeasure.estimate
        if let encoder {
            measure = ChunkMeasure(name: encoder.measureName) { encoder.tokenCount(of: $0) }
            size = ChunkSize(target: size.target, maximum: min(size.maximum, encoder.maximumTokens - 2))
        }
        reader = DocumentReader(
            size: size,
            measure: measure,
            maximumBytes: options.maximumBytes,
            window: options.part,
            converter: converter
        )
    }

    /// Brings the index in step with the files and folders at `paths`: what is new or changed goes in, what is gone
    /// from the folders leaves, then chunks get their vectors.
    ///
    /// A file of the same size and time as before is not read. If nothing changed nothing is written. Files whose passages were
    /// measured by another model are cut anew where that changes them, after their new vectors were made.
    /// - Parameters:
    ///   - excluded: Paths inside the folders that are passed over.
    ///   - base: A folder to which stored paths are relative; nil to store them as given.
    ///   - now: The time noted for documents that go in.
    ///   - progress: Called after each step; what it throws stops the run, and whole steps stay.
    /// - Throws: `StorageError`, `RetrievalError`, or what `progress` or the encoder throws.
    public func index(
        _ paths: [String],
        excluding excluded: Set<String> = [],
        in collection: DocumentCollection,
        relativeTo base: String? = nil,
        now: Date,
        progress: (IndexProgress) throws -> Void = { _ in }
    ) async throws -> IndexReport {
        try completeWords(progress: progress)
        try store.finishRemovals()
        var report = try read(
            paths,
            excluding: excluded,
            in: collection,
            relativeTo: base,
            now: now,
            recutting: true,
            progress: progress
        )
        try await recut(&report, now: now, progress: progress)
        if report.pending > 0 {
            let encoded = try await encodePending(progress: progress)
            report.encoded += encoded
            report.pending -= encoded
            report.reused = max(0, report.chunks - report.encoded)
            if report.updated + report.removed > 0, report.pending == 0 { try store.removeUnusedVectors() }
        } else if let encoder {
            try store.packVectors(encoder: encoder.identifier)
        }
        return report
    }

    /// Goes on with the full-text index where its making was begun and not finished.
    /// - Throws: `StorageError`, or what `progress` throws.
    public func completeWords(progress: (IndexProgress) throws -> Void = { _ in }) throws {
        try store.completeFullText { step in try progress(.words(done: step.done, total: step.total)) }
    }

    /// Brings the texts of the index in step with the files and folders at `paths`, as `index` does; `encodePending` makes
    /// the vectors later.
    ///
    /// - Parameters:
    ///   - excluded: Paths inside the folders that are passed over.
    ///   - isDryRun: Whether it is only told what would change, and nothing is written.
    ///   - recutting: Whether it is looked for documents whose passages were measured in another way, which `index` cuts anew.
    /// - Throws: `StorageError`, or what `progress` throws.
    public func read(
        _ paths: [String],
        excluding excluded: Set<String> = [],
        in collection: DocumentCollection,
        relativeTo base: String? = nil,
        now: Date,
        isDryRun: Bool = false,
        recutting: Bool = false,
        progress: (IndexProgress) throws -> Void = { _ in }
    ) throws -> IndexReport {
        var walker = self.walker
        walker.excluded = excluded
        let walk = walker.walk(paths)
        let known = Dictionary(
            try store.documents(in: collection.rawValue).map { (PathKey($0.path), $0) },
            uniquingKeysWith: { first, _ in first }
        )
        let names = StoredNames(base: base)
        var report = IndexReport()
        report.skipped = walk.skipped.map { IndexReport.Skip(path: $0.path, reason: .walk($0.reason)) }
        report.warnings += walk.skipped.compactMap { skipped in
            guard case .unreadable(let error) = skipped.reason, error.code == .notFound else { return nil }
            let path = PathKey(names.name(of: skipped.path))
            let count = known.keys.count { StoredNames.isBelow($0, path) }
            return count == 0
                ? nil : "\(skipped.path): \(count) documents of it stay in the index; `magnus index rm` forgets them"
        }
        var touches: [IndexStore.Touch] = []
        for (done, file) in walk.files.enumerated() {
            let name = names.name(of: file.path)
            var change = try change(
                of: file,
                name: name,
                in: collection,
                known: known[PathKey(name)],
                now: now,
                recutting: recutting
            )
            if case .none = change, let known = known[PathKey(name)], !known.hasChecksums, !isDryRun,
                store.database.access == .readWrite
            {
                change = try checked(change, of: file, known, now: now)
            }
            try apply(change, isDryRun: isDryRun, to: &report, &touches, progress: progress)
            try progress(.reading(done: done + 1, total: walk.files.count))
        }
        if !isDryRun { try store.touch(touches) }
        let gone = missing(from: Array(known.values), walk: walk, names: names)
        if !isDryRun, !gone.isEmpty { try store.remove(gone.map(\.id)) }
        for document in gone.sorted(by: { PathKey($0.path) < PathKey($1.path) }) {
            report.note(.removed, document.path)
        }
        guard let encoder, !isDryRun else { return report }
        report.pending = try store.pendingCount(encoder: encoder.identifier, trustsPacks: true)
        report.reused = report.chunks
        if report.updated + report.removed > 0, report.pending == 0 { try store.removeUnusedVectors() }
        return report
    }

    /// Finds the files that documents can be made of.
    var walker: DocumentWalker {
        // How long a file may be depends on its form.
        DocumentWalker(maximumBytes: .max, isDocument: { DocumentFormat(path: $0) != nil })
    }

    /// Where a change may be one of an index of some paths.
    public struct WatchedPlaces: Sendable, Hashable {
        /// Folders whose files are documents, or may be.
        public var folders: [String]
        /// Files that stand elsewhere and that links lead to.
        public var files: [String]
    }

    /// Where a change may be one of an index of `paths`.
    public func watchedPlaces(of paths: [String]) -> WatchedPlaces {
        let walk = walker.walk(paths)
        return WatchedPlaces(
            folders: walk.folders + walk.searchedFolders,
            files: walk.files.compactMap { DocumentWalker.target(ofLink: $0.path) }
        )
    }

    /// Makes the vectors that are missing, in all collections.
    /// - Parameter progress: Called after each batch; what it throws stops the run, and the batches before it stay.
    /// - Returns: How many vectors were made; 0 without an encoder.
    /// - Throws: `StorageError`, `RetrievalError`, or what `progress` or the encoder throws.
    @discardableResult
    public func encodePending(progress: (IndexProgress) throws -> Void = { _ in }) async throws -> Int {
        try await encodePending(excluding: [], progress: progress)
    }

    /// - Parameter excluded: Documents whose chunks get no vectors.
    func encodePending(excluding excluded: Set<Int64>, progress: (IndexProgress) throws -> Void) async throws -> Int {
        guard let encoder else { return 0 }
        let total = try store.pendingCount(encoder: encoder.identifier)
        var done = 0
        var last: Int64?
        while true {
            // Several batches at a time, so that chunks of like length come together.
            let (pending, end) = try store.pendingChunks(
                encoder: encoder.identifier,
                after: last,
                excluding: excluded,
                limit: options.batch * 16
            )
            guard let end else {
                // Another run may have put chunks in where this one has been.
                if last != nil {
                    last = nil
                    continue
                }
                if excluded.isEmpty { try store.packVectors(encoder: encoder.identifier) }
                return done
            }
            last = end
            try await encode(pending, encoder) { count in
                done += count
                try progress(.encoding(done: done, total: max(total, done)))
            }
        }
    }

    /// Makes the vectors of some texts and keeps them, a batch at a time.
    func encode(
        _ pending: [IndexStore.PendingChunk],
        _ encoder: any TextEncoder,
        progress: (Int) throws -> Void
    ) async throws {
        for start in stride(from: 0, to: pending.count, by: options.batch) {
            let batch = pending[start..<min(start + options.batch, pending.count)]
            try store.add(
                try await vectors(of: batch, encoder),
                encoder: encoder.identifier,
                dimension: encoder.dimension
            )
            try progress(batch.count)
        }
    }

    /// Takes a document, or all documents below a folder, out of the index; the files stay.
    /// - Parameters:
    ///   - collection: The collection they are in; any if nil.
    ///   - isDryRun: Whether it is only told what would leave.
    /// - Returns: The documents that left.
    /// - Throws: `StorageError`.
    @discardableResult
    public func remove(
        _ path: String,
        from collection: DocumentCollection? = nil,
        isDryRun: Bool = false
    ) throws -> [DocumentRecord] {
        let path = PathKey(path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path)
        let gone = try store.documents(in: collection?.rawValue).filter { document in
            // What comes with the program has paths of its own, which no path of the owner's names.
            !document.isBuiltIn && StoredNames.isBelow(PathKey(document.path), path)
        }
        if !isDryRun { try store.finishRemovals() }
        guard !gone.isEmpty, !isDryRun else { return gone }
        try store.remove(gone.map(\.id))
        try store.removeUnusedVectors()
        return gone
    }

    /// Reads every file anew that the index has documents of, makes the full-text index anew, and every vector. What is in
    /// the index stays searchable meanwhile; documents whose files are gone leave it.
    ///
    /// - Throws: `StorageError`, `RetrievalError`, or what `progress` or the encoder throws; the next run goes on.
    public func rebuild(
        now: Date,
        progress: (IndexProgress) throws -> Void = { _ in }
    ) async throws -> IndexReport {
        let orphans = try store.orphans()
        _ = try mend(rereading: [], progress: progress)
        try store.finishRemovals()
        let documents = try store.documents().filter(\.isFile)
        var report = IndexReport()
        try removeLost(&report)
        for (done, document) in documents.enumerated() {
            // Nothing of what is known of it is believed.
            var unknown = document
            (unknown.size, unknown.contentHash, unknown.recipe) = (-1, Data(), "")
            try refresh(unknown, now: now, &report)
            try progress(.reading(done: done + 1, total: documents.count))
        }
        let lost = Set(report.missing.map { PathKey($0) })
        let gone = documents.filter { lost.contains(PathKey($0.path)) }
        if !gone.isEmpty { try store.remove(gone.map(\.id)) }
        for document in gone { report.note(.removed, document.path) }
        try recover(orphans, now: now, &report)
        guard let encoder else { return report }
        try store.removeAllVectors()
        report.encoded = try await encodePending(progress: progress)
        report.pending = try store.pendingCount(encoder: encoder.identifier)
        return report
    }

    /// What is to be done about a file.
    enum Change {
        /// The index has it as it is; its time may be another one.
        case none(IndexStore.Touch?)
        /// It cannot be taken; what the index has of it stays, or leaves if it is of what is no text any more.
        case skip(IndexReport.Skip, removing: DocumentRecord?)
        /// It goes in, in place of what the index has of it.
        case put(DocumentRecord, AnySequence<ChunkRecord>, replacing: DocumentRecord?)
        /// Its passages were measured in another way, and serve until others have their vectors.
        case recut(Recut)
        /// It is long: its parts go in one after the other.
        case read(LongFile)
    }

    /// Looks at a file, and reads it if it is not as the index has it.
    func change(
        of file: DocumentWalker.File,
        name: String,
        in collection: DocumentCollection,
        known: DocumentRecord?,
        now: Date,
        recutting: Bool = false
    ) throws -> Change {
        let recipe = reader.recipe(for: file.path, bytes: file.size)
        let isOtherMeasure =
            known.map { $0.recipe != recipe && DocumentReader.haveSameForm($0.recipe, recipe) && $0.isWhole } ?? false
        // A long file keeps its passages: to read it anew would take them away for as long as that takes.
        let isSameRecipe =
            known?.recipe == recipe && known?.isWhole == true
            || isOtherMeasure && (!recutting || reader.isLong(file.path, bytes: file.size))
        if let known, isSameRecipe, known.size == file.size, known.modifiedAt == file.modifiedAt {
            let touch = IndexStore.Touch(
                known.id,
                size: file.size,
                modifiedAt: file.modifiedAt,
                statusChangedAt: file.statusChangedAt
            )
            guard let before = known.statusChangedAt else { return .none(touch) }
            // A program may set the time that a file was written; that its status was changed at another time is no change yet.
            if before == file.statusChangedAt { return .none(nil) }
        }
        if reader.isLong(file.path, bytes: file.size) {
            return .read(LongFile(path: file.path, name: name, collection: collection, known: known, now: now))
        }
        guard file.size <= DocumentFormat(path: file.path)?.maximumBytes ?? file.size else {
            let reason = DocumentWalker.Skipped.Reason.tooLarge(bytes: file.size)
            return .skip(IndexReport.Skip(path: file.path, reason: .walk(reason)), removing: nil)
        }
        let content: (file: FileSnapshot, digest: Data)
        do {
            content = try reader.read(file.path)
        } catch let error as StorageError {
            return .skip(IndexReport.Skip(path: file.path, reason: .unreadable(error)), removing: nil)
        }
        // A size that no file has: the next run looks at the bytes again, for a change may not show in the time.
        let size = content.file.isSettled ? content.file.size : -1
        let (modifiedAt, statusChangedAt) = (content.file.modifiedAt, content.file.statusChangedAt)
        if let known, isSameRecipe, known.contentHash == content.digest {
            let isTouched =
                (known.size, known.modifiedAt, known.statusChangedAt) != (size, modifiedAt, statusChangedAt)
            let touch = IndexStore.Touch(
                known.id,
                size: size,
                modifiedAt: modifiedAt,
                statusChangedAt: statusChangedAt
            )
            return .none(isTouched ? touch : nil)
        }
        let (title, chunks, warning): (String, AnySequence<ChunkRecord>, String?)
        switch try reader.chunks(of: content.file.data, path: file.path) {
        case .chunks(let itsTitle, let cut, let itsWarning):
            (title, chunks, warning) = (itsTitle, cut, itsWarning)
        case .noText:
            return .skip(IndexReport.Skip(path: file.path, reason: .binary), removing: known)
        case .unconverted(let error):
            return .skip(IndexReport.Skip(path: file.path, reason: .unconverted(error)), removing: nil)
        }
        if let known, isOtherMeasure, known.contentHash == content.digest {
            guard try hasSame(chunks, known) else {
                return .recut(Recut(file: file, name: name, collection: collection, known: known))
            }
            return .none(
                IndexStore.Touch(
                    known.id,
                    size: size,
                    modifiedAt: modifiedAt,
                    statusChangedAt: statusChangedAt,
                    recipe: recipe
                )
            )
        }
        let document = DocumentRecord(
            collection: collection.rawValue,
            path: name,
            title: title,
            size: size,
            modifiedAt: modifiedAt,
            statusChangedAt: statusChangedAt,
            contentHash: content.digest,
            recipe: recipe,
            indexedAt: now,
            note: warning ?? (chunks.first { _ in true } == nil ? "has no text" : "")
        )
        return .put(document, chunks, replacing: known)
    }

    /// What is to be done about a file that is as it was, and whose passages an older version wrote without checksums: they get
    /// these where they are those of the file, and go in anew where they are not.
    private func checked(
        _ change: Change,
        of file: DocumentWalker.File,
        _ known: DocumentRecord,
        now: Date
    ) throws -> Change {
        let comparison: Comparison
        do {
            comparison = try self.comparison(of: known, withFileAt: file.path)
        } catch let error as StorageError where error.path == file.path {
            return .skip(IndexReport.Skip(path: file.path, reason: .unreadable(error)), removing: nil)
        }
        switch comparison {
        case .same:
            try store.addChecksums(toDocument: known.id)
            return change
        case .incomparable:
            return change
        case .others, .changed:
            var unknown = known
            (unknown.size, unknown.contentHash, unknown.recipe) = (-1, Data(), "")
            let collection = DocumentCollection(rawValue: known.collection)
            return try self.change(of: file, name: known.path, in: collection, known: unknown, now: now)
        }
    }

    /// Does what is to be done about a file, and reports it.
    func apply(
        _ change: Change,
        isDryRun: Bool,
        to report: inout IndexReport,
        _ touches: inout [IndexStore.Touch],
        progress: (IndexProgress) throws -> Void = { _ in }
    ) throws {
        switch change {
        case .none(let touch):
            report.unchanged += 1
            if let touch { touches.append(touch) }
        case .recut(let recut):
            report.unchanged += 1
            report.outdated.append(recut)
        case .skip(let skip, let removed):
            report.skipped.append(skip)
            guard let removed else { return }
            if !isDryRun { try store.remove([removed.id]) }
            report.note(.removed, removed.path)
        case .put(let document, let chunks, let known):
            if isDryRun {
                for _ in chunks { report.chunks += 1 }
            } else {
                report.chunks += try put(document, chunks, replacing: known)
            }
            if !document.note.isEmpty { report.warnings.append("\(document.path): \(document.note)") }
            report.note(known == nil ? .added : .updated, document.path)
        case .read(let file):
            try read(file, isDryRun: isDryRun, to: &report, &touches, progress: progress)
        }
    }

    /// Puts a document in: at once, or in steps where it has many chunks.
    /// - Returns: How many chunks it has.
    func put(
        _ document: DocumentRecord,
        _ chunks: some Sequence<ChunkRecord>,
        replacing known: DocumentRecord?
    ) throws -> Int {
        var iterator = chunks.makeIterator()
        func step() -> [ChunkRecord] {
            var step: [ChunkRecord] = []
            while step.count < IndexStore.chunksInStep, let chunk = iterator.next() { step.append(chunk) }
            return step
        }
        var next = step()
        guard next.count == IndexStore.chunksInStep else {
            try store.put(document, chunks: next)
            return next.count
        }
        var begun = document
        // Until it is whole no digest says that it is what the file holds.
        begun.contentHash = Data()
        let id = try store.begin(begun, replacing: known?.id)
        var count = 0
        while !next.isEmpty {
            // How far it is in the file only the reader knows, which is done with it.
            try store.append(next, to: id, after: count, readBytes: 0)
            count += next.count
            next = step()
        }
        try store.finish(id, as: document, after: count)
        return count
    }

    /// What the folders no longer have. What could not be read is kept: it is not gone.
    private func missing(
        from known: [DocumentRecord],
        walk: DocumentWalker.Result,
        names: StoredNames
    ) -> [DocumentRecord] {
        let present = Set(walk.files.map { PathKey(names.name(of: $0.path)) })
        let folders = Set(walk.folders.map { PathKey(names.name(of: $0)) })
        let doubtful = walk.skipped.compactMap { skipped -> PathKey? in
            guard case .unreadable = skipped.reason else { return nil }
            return PathKey(names.name(of: skipped.path))
        }
        return known.filter { document in
            let path = PathKey(document.path)
            return !present.contains(path) && StoredNames.isBelow(path, any: folders)
                && !doubtful.contains { StoredNames.isBelow(path, $0) }
        }
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
            let vector = values[index * dimension..<(index + 1) * dimension]
            guard let record = VectorRecord(hash: chunk.hash, vector: vector) else {
                throw RetrievalError.invalidVector(encoder: encoder.identifier)
            }
            return record
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
        if PathKey(path + "/") == PathKey(prefix) { return "" }
        guard path.utf8.starts(with: prefix.utf8) else { return path }
        return String(decoding: path.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
    }

    /// Whether `path` is one of `folders` or stands below one.
    static func isBelow(_ path: PathKey, any folders: Set<PathKey>) -> Bool {
        let isAbsolute = path.path.utf8.first == UInt8(ascii: "/")
        if folders.contains(path) || folders.contains(isAbsolute ? "/" : "") { return true }
        var rest = path
        while let folder = rest.folder {
            if folders.contains(folder) { return true }
            rest = folder
        }
        return false
    }

    /// Whether `path` is `folder` or stands below it.
    static func isBelow(_ path: PathKey, _ folder: PathKey) -> Bool {
        folder.path.isEmpty ? path.path.utf8.first != UInt8(ascii: "/") : path.isBelow(folder)
    }
}
