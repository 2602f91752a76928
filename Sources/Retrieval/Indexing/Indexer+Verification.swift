public import Foundation
public import Storage

extension Indexer {
    /// Compares the parts of the index with each other, and the index with the files it was made of; nothing is changed.
    ///
    /// - Parameters:
    ///   - readsFiles: Whether every file is read and cut anew, to compare each passage and its lines; otherwise its size and
    ///     time are looked at.
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
        for (done, document) in documents.enumerated() {
            try compare(document, readsFile: readsFiles, &verification)
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
    /// Documents that came as text and lost it leave the index, for there is nothing to read them from.
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
        let named = verification.defects.compactMap { defect -> Int64? in
            guard case .document(let id, _, _) = defect else { return nil }
            return id
        }
        let present = try store.documents(Set(named)).keys
        let affected = try store.repair(rereading: Set(present), digest: DocumentReader.digest) { step in
            try progress(.words(done: step.done, total: step.total))
        }
        try store.finishRemovals()
        let documents = try store.documents(affected).values.sorted { ($0.path, $0.id) < ($1.path, $1.id) }
        var report = try refresh(documents.filter(\.isFile), now: now)
        for path in report.missing { report.warnings.append("\(path): is gone and cannot be read again") }
        try removeLost(&report)
        report.encoded = try await encodePending(progress: progress)
        if let encoder { report.pending = try store.pendingCount(encoder: encoder.identifier) }
        return report
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

    /// Compares a long document with its file, part by part, as far as it was read.
    private func compareLong(_ document: DocumentRecord, _ verification: inout IndexVerification) throws {
        let source = FileBytes(file: try StreamedFile(path: document.path))
        let position = document.checkpoint.flatMap(ReadingPosition.init)
        let (reached, digest) =
            document.isWhole
            ? (source.count, document.contentHash) : (position?.offset ?? 0, position?.digest ?? Data())
        guard reached <= source.count, try reached == 0 || source.digests(ofFirst: [reached]) == [digest] else {
            verification.changed.append(document.path)
            return
        }
        guard document.recipe == reader.recipe(for: document.path, bytes: source.count) else { return }
        var parts = try reader.parts(of: source, path: document.path)
        var done = 0
        while parts.position.offset < reached, let chunks = try parts.next() {
            let cut = reader.records(of: chunks, title: parts.position.title ?? "")
            let kept = try store.chunks(ofDocument: document.id, from: done, limit: cut.count)
            let isSame =
                cut.count == kept.count
                && zip(cut, kept).allSatisfy { cut, kept in
                    (cut.hash, cut.text, cut.lines, cut.headings) == (kept.hash, kept.text, kept.lines, kept.headings)
                }
            guard isSame else { return verification.addOther(document) }
            done += cut.count
        }
        // Of one that is being read there may be some of the part that comes next.
        if document.isWhole, done != document.chunkCount { verification.addOther(document) }
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
                // Documents that were written just before they were read have no size to compare.
                let isSame = document.size < 0 || document.size == stamp.size
                if !isSame || document.modifiedAt != stamp.modifiedAt { verification.changed.append(document.path) }
                return
            }
            if reader.isLong(document.path, bytes: stamp.size) {
                return try compareLong(document, &verification)
            }
            let content = try reader.read(document.path)
            guard content.digest == document.contentHash else {
                // One that lost its chunks in a repair that was broken off has no digest.
                verification.changed.append(document.path)
                return
            }
            // Without the tokenizer it was cut by, there is nothing to compare with.
            guard document.recipe == reader.recipe(for: document.path, bytes: stamp.size),
                case .chunks(_, let cut, _) = try reader.chunks(of: content.file.data, path: document.path)
            else { return }
            var kept = try store.chunks(ofDocument: document.id)[...]
            let isSame = cut.allSatisfy { cut in
                guard let kept = kept.popFirst() else { return false }
                return (cut.hash, cut.text, cut.lines, cut.headings) == (
                    kept.hash, kept.text, kept.lines, kept.headings
                )
            }
            if !isSame || !kept.isEmpty { verification.addOther(document) }
        } catch let error as StorageError {
            if error.code == .notFound {
                verification.missing.append(document.path)
            } else {
                verification.unreadable.append(error)
            }
        }
    }
}

extension DocumentRecord {
    /// Whether it was read from a file that its path leads to; others came as text, or with the program.
    var isFile: Bool { path.hasPrefix("/") }

    /// Whether a repair has taken its passages, and there is no file to read them from again.
    var isLost: Bool {
        !isFile && !isBuiltIn && chunkCount == 0 && size == -1 && contentHash.isEmpty && recipe.isEmpty
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
