public import Foundation
public import Storage

extension Indexer {
    /// Compares the parts of the index with each other, and the index with the files it was made of; nothing is changed.
    ///
    /// - Parameters:
    ///   - readsFiles: Whether every file is read and cut anew, to compare each passage and its lines; otherwise its size and
    ///     time are looked at, and each passage is held to its checksum.
    ///   - progress: Called after each document; what it throws stops the run.
    /// - Throws: `StorageError` where the database cannot be read, or what `progress` throws.
    public func verify(
        readsFiles: Bool,
        progress: (IndexProgress) throws -> Void = { _ in }
    ) throws -> IndexVerification {
        let inspection = try store.inspect(digest: DocumentReader.digest)
        var verification = IndexVerification()
        verification.documents = inspection.documents
        verification.chunks = inspection.chunks
        verification.vectors = inspection.vectors
        verification.defects = inspection.defects
        if let encoder { verification.pending = try store.pendingCount(encoder: encoder.identifier) }
        let all = try store.documents()
        verification.defects += all.filter(\.isLost).map { document in
            .document(id: document.id, path: document.path, reason: "its passages were lost")
        }
        let documents = all.filter(\.isFile)
        let defective = Set(verification.defects.compactMap(\.documentID))
        for (done, document) in documents.enumerated() {
            // Passages without a checksum have their file alone to be held to; those that are known to be damaged need none.
            let readsFile = (readsFiles || !document.hasChecksums) && !defective.contains(document.id)
            try compare(document, readsFile: readsFile, &verification)
            try progress(.reading(done: done + 1, total: documents.count))
        }
        return verification
    }

    /// How the files stand to what the index has of them, by their sizes and times; the index itself is not looked into.
    /// - Throws: `StorageError` where the database cannot be read.
    public func fileStates() throws -> IndexVerification {
        var verification = IndexVerification()
        if let encoder { verification.pending = try store.pendingCount(encoder: encoder.identifier) }
        for document in try store.documents() where document.isFile {
            try compare(document, readsFile: false, &verification)
        }
        return verification
    }

    /// Mends what is damaged and reads the documents again that were affected; then the vectors that are missing are made.
    ///
    /// Files of documents whose records are lost are looked for and read again. Of documents that came as text what is whole stays,
    /// for there is nothing to read them from; those that lost it all leave the index.
    /// - Parameters:
    ///   - verification: What was found; what is damaged in the database is looked for again.
    ///   - now: The time noted for documents that go in.
    ///   - progress: Called after each step; what it throws stops the run, and what was mended stays so.
    /// - Throws: `StorageError`, `RetrievalError`, or what `progress` or the encoder throws.
    public func repair(
        _ verification: IndexVerification,
        now: Date,
        progress: (IndexProgress) throws -> Void = { _ in }
    ) async throws -> IndexReport {
        let orphans = try store.orphans()
        let present = try store.documents(Set(verification.defects.compactMap(\.documentID)))
        let affected = try mend(rereading: Set(present.keys), progress: progress)
        try store.finishRemovals()
        let documents = try store.documents(affected).values.sorted { ($0.path, $0.id) < ($1.path, $1.id) }
        var report = try refresh(documents.filter(\.isFile), now: now)
        for path in report.missing { report.warnings.append("\(path): is gone and cannot be read again") }
        try removeLost(&report)
        try recover(orphans, now: now, &report)
        let texts = present.filter { !affected.contains($0.key) && $0.value.isText }
        for document in try store.documents(Set(texts.keys)).values.sorted(by: { $0.path < $1.path }) {
            report.warnings.append(
                "\(document.path): came as text, of which the passages that are whole were kept "
                    + "(\(document.chunkCount)); index it again if there was more"
            )
        }
        report.encoded = try await encodePending(progress: progress)
        if let encoder { report.pending = try store.pendingCount(encoder: encoder.identifier) }
        return report
    }

    /// Mends the database, and keeps what is whole of documents that came as text.
    /// - Returns: The documents that have lost their passages.
    func mend(
        rereading documentIDs: Set<Int64>,
        progress: (IndexProgress) throws -> Void
    ) throws -> Set<Int64> {
        return try store.repair(
            rereading: documentIDs,
            keeping: store.textDocuments(),
            digest: DocumentReader.digest
        ) { step in
            try progress(.words(done: step.done, total: step.total))
        }
    }

    /// Removes the documents that came as text and lost it, in this repair or in one that was broken off, and names them.
    func removeLost(_ report: inout IndexReport) throws {
        let lost = try store.documents().filter(\.isLost).sorted { ($0.path, $0.id) < ($1.path, $1.id) }
        guard !lost.isEmpty else { return }
        try store.remove(lost.map(\.id))
        report.removed += lost.count
        report.warnings += lost.map { "\($0.path): came as text and was lost; index it again" }
    }

    /// Reads the files of documents again that are not as the index has them; those that are gone stay, and are named.
    ///
    /// - Throws: `StorageError` where the database fails.
    public func refresh(_ documents: [DocumentRecord], now: Date) throws -> IndexReport {
        var report = IndexReport()
        for document in documents { try refresh(document, now: now, &report) }
        return report
    }

    /// Reads the file of one document again if it is not as the index has it.
    /// - Parameter readsOnlyOn: Whether a long file is read on where it has grown, and else is missing.
    func refresh(
        _ document: DocumentRecord,
        now: Date,
        _ report: inout IndexReport,
        readsOnlyOn: Bool = false
    ) throws {
        let walk = walker.walk([document.path])
        guard let file = walk.files.first else {
            report.missing.append(document.path)
            return
        }
        let collection = DocumentCollection(rawValue: document.collection)
        var change = try change(of: file, name: document.path, in: collection, known: document, now: now)
        if case .skip(_, removing: nil) = change { report.missing.append(document.path) }
        let skipped = report.skipped.count
        if case .read(var file) = change {
            file.readsOnlyOn = readsOnlyOn
            change = .read(file)
        }
        var touches: [IndexStore.Touch] = []
        try apply(change, isDryRun: false, to: &report, &touches)
        if case .read = change, report.skipped.count > skipped { report.missing.append(document.path) }
        try store.touch(touches)
    }

    /// How the passages of a document stand to those of its file.
    enum Comparison {
        /// They are those of the file, with their lines.
        case same
        /// They are others, though the file is the one that was read.
        case others
        /// The file is another one.
        case changed
        /// They were cut by rules that are not at hand, or by a program, and say nothing.
        case incomparable
    }

    /// Compares the passages of a document with its file.
    /// - Parameter path: Where the file is.
    /// - Throws: `StorageError`.
    func comparison(of document: DocumentRecord, withFileAt path: String) throws -> Comparison {
        let stamp = try FileStamp(path: path)
        if reader.isLong(path, bytes: stamp.size) { return try comparison(ofLong: document, withFileAt: path) }
        let content = try reader.read(path)
        // One that lost its chunks in a repair that was broken off has no digest.
        guard content.digest == document.contentHash else { return .changed }
        // Without the tokenizer it was cut by, there is nothing to compare with.
        guard document.recipe == reader.recipe(for: path, bytes: stamp.size),
            case .chunks(_, let cut, _) = try reader.chunks(of: content.file.data, path: path)
        else { return .incomparable }
        return try hasSame(cut, document) ? .same : .others
    }

    /// Whether a document has the chunks that were cut, and no others.
    func hasSame(_ cut: some Sequence<ChunkRecord>, _ document: DocumentRecord) throws -> Bool {
        var kept = try store.chunks(ofDocument: document.id)[...]
        return cut.allSatisfy { cut in kept.popFirst().map { Self.isSame(cut, $0) } ?? false } && kept.isEmpty
    }

    /// Compares a long document with its file, part by part, as far as it was read.
    private func comparison(ofLong document: DocumentRecord, withFileAt path: String) throws -> Comparison {
        let source = FileBytes(file: try StreamedFile(path: path))
        let position = document.checkpoint.flatMap(ReadingPosition.init)
        let (reached, digest) =
            document.isWhole
            ? (source.count, document.contentHash) : (position?.offset ?? 0, position?.digest ?? Data())
        guard reached <= source.count, try reached == 0 || source.digests(ofFirst: [reached]) == [digest] else {
            return .changed
        }
        guard document.recipe == reader.recipe(for: path, bytes: source.count) else { return .incomparable }
        var parts = try reader.parts(of: source, path: path)
        var done = 0
        while parts.position.offset < reached, let chunks = try parts.next() {
            let cut = reader.records(of: chunks, title: parts.position.title ?? "")
            let kept = try store.chunks(ofDocument: document.id, from: done, limit: cut.count)
            guard cut.count == kept.count, zip(cut, kept).allSatisfy(Self.isSame) else { return .others }
            done += cut.count
        }
        // Of one that is being read there may be some of the part that comes next.
        return document.isWhole && done != document.chunkCount ? .others : .same
    }

    static func isSame(_ cut: ChunkRecord, _ kept: ChunkRecord) -> Bool {
        (cut.hash, cut.text, cut.lines, cut.headings) == (kept.hash, kept.text, kept.lines, kept.headings)
    }

    private func compare(
        _ document: DocumentRecord,
        readsFile: Bool,
        _ verification: inout IndexVerification
    ) throws {
        do {
            let stamp = try FileStamp(path: document.path)
            verification.files += 1
            if let share = document.shareRead { verification.unfinished[PathKey(document.path)] = share }
            guard readsFile else {
                if try isChanged(document, stamp) { verification.changed.append(document.path) }
                return
            }
            switch try comparison(of: document, withFileAt: document.path) {
            case .same: if !document.hasChecksums { verification.unchecked.insert(document.id) }
            case .others: verification.addOther(document)
            case .changed:
                verification.changed.append(document.path)
                if document.size == stamp.size, document.modifiedAt == stamp.modifiedAt {
                    verification.unnoticed.append(document)
                }
            case .incomparable: break
            }
        } catch let error as StorageError {
            if error.code == .notFound {
                verification.missing.append(document.path)
            } else {
                verification.unreadable.append(error)
            }
        }
    }

    /// Whether a file has changed since it was read, by its size and times; where its status alone was changed a short one is read.
    private func isChanged(_ document: DocumentRecord, _ stamp: FileStamp) throws -> Bool {
        // Documents that were written just before they were read have no size to compare.
        let isSameSize = document.size < 0 || document.size == stamp.size
        guard isSameSize, document.modifiedAt == stamp.modifiedAt else { return true }
        if document.size < 0, !reader.isLong(document.path, bytes: stamp.size) {
            return try reader.read(document.path).digest != document.contentHash
        }
        guard document.hasOtherStatus(than: stamp), !reader.isLong(document.path, bytes: stamp.size) else {
            return false
        }
        return try reader.read(document.path).digest != document.contentHash
    }

    /// Notes in the index what came to light: files that have changed though neither size nor time says so are read again by the
    /// next run, and passages that an older version wrote get their checksums where they are those of their files. Texts without a
    /// file are taken as they are.
    /// - Throws: `StorageError`.
    public func note(_ verification: IndexVerification) throws {
        try store.touch(
            verification.unnoticed.map { IndexStore.Touch($0.id, size: -1, modifiedAt: $0.modifiedAt) }
        )
        for id in verification.unchecked.sorted() { try store.addChecksums(toDocument: id) }
        let defective = Set(verification.defects.compactMap(\.documentID))
        let without = try store.documentsWithoutChecksums().subtracting(defective)
        for document in try store.documents(without).values where !document.isFile {
            try store.addChecksums(toDocument: document.id)
        }
    }
}

extension IndexDefect {
    /// The document it is about; nil where it is about none alone.
    var documentID: Int64? {
        guard case .document(let id, _, _) = self else { return nil }
        return id
    }
}

extension DocumentRecord {
    /// Whether it was read from a file that its path leads to; others came as text, or with the program.
    var isFile: Bool { path.hasPrefix("/") }

    /// Whether the system noted a change of its file since it was read.
    func hasOtherStatus(than stamp: FileStamp) -> Bool {
        statusChangedAt != nil && statusChangedAt != stamp.statusChangedAt
    }

    /// Whether it came as text, so that there is no file to read it from again.
    var isText: Bool { !isFile && !isBuiltIn }

    /// Whether a repair has taken its passages, and there is no file to read them from again.
    var isLost: Bool {
        isText && chunkCount == 0 && size == -1 && contentHash.isEmpty && recipe.isEmpty
    }

    /// The hundredths of its file that were read; nil where all was.
    var shareRead: Int? { readBytes.map { size > 0 ? $0 * 100 / size : 0 } }

    /// Whether the program put it in by itself.
    var isBuiltIn: Bool { DocumentCollection.builtIn.contains(DocumentCollection(rawValue: collection)) }
}

extension IndexVerification {
    fileprivate mutating func addOther(_ document: DocumentRecord) {
        let reason = "its passages are not those of the file"
        defects.append(.document(id: document.id, path: document.path, reason: reason))
    }
}
