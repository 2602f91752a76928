import Foundation
import Storage

/// A long file that is to be read part by part.
struct LongFile {
    var path: String
    /// Its path in the index.
    var name: String
    var collection: DocumentCollection
    /// What the index has of it.
    var known: DocumentRecord?
    var now: Date
    /// Whether it is only to be read on from where an earlier reading ended, and not anew.
    var readsOnlyOn = false
}

extension Indexer {
    /// Reads a long file and puts its parts in one after the other; where an earlier reading was broken off, or the file has
    /// grown since, it goes on from there.
    ///
    /// Its passages are searched as far as they have come. If the file turns out to have been written to in what was read, the
    /// document leaves the index and the file is skipped.
    /// - Throws: `StorageError` where the database fails, or what `progress` throws; parts that are in stay.
    func read(
        _ file: LongFile,
        isDryRun: Bool,
        to report: inout IndexReport,
        _ touches: inout [IndexStore.Touch],
        progress: (IndexProgress) throws -> Void
    ) throws {
        do {
            let source = FileBytes(file: try StreamedFile(path: file.path))
            switch try beginning(of: file, source) {
            case .same(let known):
                report.unchanged += 1
                touches.append(
                    IndexStore.Touch(
                        known.id,
                        size: source.file.wasSettled ? source.count : -1,
                        modifiedAt: source.file.stamp.modifiedAt,
                        statusChangedAt: source.file.stamp.statusChangedAt
                    )
                )
            case .other where file.readsOnlyOn:
                report.missing.append(file.name)
            case .other:
                try read(file, source, from: nil, isDryRun: isDryRun, to: &report, progress: progress)
            case .longer(let known, let position):
                let start = (known: known, position: position)
                try read(file, source, from: start, isDryRun: isDryRun, to: &report, progress: progress)
            }
        } catch let error as StorageError where error.code == .inUse || error.path == file.path {
            report.skipped.append(IndexReport.Skip(path: file.path, reason: .unreadable(error)))
        }
    }

    /// How a long file stands to what the index has of it.
    private enum Beginning {
        /// It holds the same bytes.
        case same(DocumentRecord)
        /// It begins with the bytes that were read of it, up to a position.
        case longer(DocumentRecord, ReadingPosition)
        /// It holds others.
        case other
    }

    private func beginning(of file: LongFile, _ source: FileBytes) throws -> Beginning {
        guard let known = file.known, known.recipe == reader.recipe(for: file.path, bytes: source.count) else {
            return .other
        }
        let position = known.checkpoint.flatMap(ReadingPosition.init).flatMap { position in
            position.offset <= source.count && position.chunks <= known.chunkCount ? position : nil
        }
        guard known.isWhole || position != nil else { return .other }
        let digests = try source.digests(ofFirst: [position?.offset ?? 0, source.count])
        if known.isWhole, known.contentHash == digests[1] { return .same(known) }
        guard let position, position.offset > 0, position.digest == digests[0] else { return .other }
        return .longer(known, position)
    }

    private func read(
        _ file: LongFile,
        _ source: FileBytes,
        from start: (known: DocumentRecord, position: ReadingPosition)?,
        isDryRun: Bool,
        to report: inout IndexReport,
        progress: (IndexProgress) throws -> Void
    ) throws {
        var parts = try reader.parts(of: source, path: file.path, from: start?.position ?? ReadingPosition())
        var document = DocumentRecord(
            collection: file.collection.rawValue,
            path: file.name,
            title: DocumentReader.title(fromPath: file.path),
            size: source.count,
            modifiedAt: source.file.stamp.modifiedAt,
            statusChangedAt: source.file.stamp.statusChangedAt,
            contentHash: Data(),
            recipe: reader.recipe(for: file.path, bytes: source.count),
            indexedAt: file.now
        )
        let id: Int64
        if isDryRun {
            id = 0
        } else if let (known, position) = start {
            var known = known
            (known.size, known.modifiedAt) = (document.size, document.modifiedAt)
            known.statusChangedAt = document.statusChangedAt
            try store.resume(
                known,
                after: position.chunks,
                readBytes: position.offset,
                checkpoint: try position.encoded()
            )
            id = known.id
        } else {
            id = try store.begin(
                document,
                replacing: file.known?.id,
                checkpoint: try ReadingPosition().encoded()
            )
        }
        // Should the file grow, its last part may end elsewhere.
        var last = parts.position
        do {
            var before = parts.position
            while let chunks = try parts.next() {
                last = before
                report.chunks += chunks.count
                if !isDryRun { try append(chunks, to: id, from: before, parts.position) }
                before = parts.position
                try progress(.readingLong(path: file.path, done: before.offset, total: source.count))
            }
            let size = isDryRun ? source.count : try sizeAtEnd(of: source, parts.position.digest)
            guard !isDryRun else { return report.note(file.known == nil ? .added : .updated, file.name) }
            document.size = size
            document.title = parts.position.title ?? document.title
            document.contentHash = parts.position.digest
            document.note = parts.warning ?? (parts.position.chunks == 0 ? "has no text" : "")
            try store.finish(id, as: document, after: parts.position.chunks, checkpoint: try last.encoded())
        } catch is DocumentParts.NoText {
            report.skipped.append(IndexReport.Skip(path: file.path, reason: .binary))
            if !isDryRun { try store.remove([id]) }
            if file.known != nil { report.note(.removed, file.name) }
            return
        } catch let error as StorageError where error.code == .changing && error.path == file.path {
            // What is in the index may be of bytes that the file has no more.
            if !isDryRun { try store.remove([id]) }
            throw error
        }
        if !document.note.isEmpty { report.warnings.append("\(document.path): \(document.note)") }
        report.note(file.known == nil ? .added : .updated, file.name)
    }

    /// Puts the chunks of one part in. Where they are many they go in by steps, and a reading that is broken off between these
    /// goes on from the part's beginning.
    private func append(
        _ chunks: [Chunk],
        to id: Int64,
        from before: ReadingPosition,
        _ after: ReadingPosition
    ) throws {
        let records = reader.records(of: chunks, title: after.title ?? "")
        var start = 0
        repeat {
            let end = min(start + IndexStore.chunksInStep, records.count)
            let reached = end == records.count ? after : before
            try store.append(
                Array(records[start..<end]),
                to: id,
                after: before.chunks + start,
                readBytes: reached.offset,
                checkpoint: try reached.encoded()
            )
            start = end
        } while start < records.count
    }

    /// The size to note for a file that was read to its end: -1 where a later change may not show, so that the next run looks at
    /// its bytes again.
    /// - Throws: `StorageError`, `changing` where what was read is not what the file holds.
    private func sizeAtEnd(of source: FileBytes, _ digest: Data) throws -> Int {
        if source.file.wasSettled, try source.file.isUnchanged() { return source.count }
        // It was written to, or may have been: perhaps only behind what was read.
        let isSettled = source.file.isSettled
        guard try FileStamp(path: source.file.path).node == source.file.stamp.node,
            try source.digests(ofFirst: [source.count]) == [digest]
        else { throw FileBytes.changing(source.file.path) }
        return try isSettled && source.file.isUnchanged() ? source.count : -1
    }
}
