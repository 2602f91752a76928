import Crypto
public import Foundation
import Storage

extension Indexer {
    /// Brings a collection in step with documents that come as text: what is new or changed goes in, everything else leaves.
    ///
    /// `encodePending` makes the vectors. Those of texts that left are kept, so that the same texts need no new ones later.
    /// - Parameters:
    ///   - documents: Each path once; of several with the same path the last one stays.
    ///   - now: The time noted for documents that go in.
    ///   - progress: Called after each document; what it throws stops the run, and whole documents stay.
    /// - Throws: `StorageError`, or what `progress` throws.
    public func replace(
        _ collection: DocumentCollection,
        with documents: [TextDocument],
        now: Date,
        progress: (IndexProgress) throws -> Void = { _ in }
    ) throws -> IndexReport {
        var known = Dictionary(
            try store.documents(in: collection.rawValue).map { (PathKey($0.path), $0) },
            uniquingKeysWith: { first, _ in first }
        )
        var report = IndexReport()
        for (done, document) in documents.enumerated() {
            let old = known.removeValue(forKey: PathKey(document.path))
            let bytes = Data((document.title + "\0" + document.text).utf8)
            let digest = Data(SHA256.hash(data: bytes))
            let recipe = reader.recipe(for: .plainText)
            if let old, old.contentHash == digest,
                old.recipe == recipe || DocumentReader.haveSameForm(old.recipe, recipe)
            {
                report.unchanged += 1
            } else {
                let chunks = reader.chunks(of: document)
                let record = DocumentRecord(
                    collection: collection.rawValue,
                    path: document.path,
                    title: document.title,
                    size: bytes.count,
                    modifiedAt: 0,
                    contentHash: digest,
                    recipe: recipe,
                    indexedAt: now
                )
                try store.put(record, chunks: chunks)
                report.note(old == nil ? .added : .updated, document.path)
                report.chunks += chunks.count
            }
            try progress(.reading(done: done + 1, total: documents.count))
        }
        try store.remove(known.values.map(\.id))
        for key in known.keys.sorted() { report.note(.removed, key.path) }
        if let encoder {
            report.pending = try store.pendingCount(encoder: encoder.identifier, trustsPacks: true)
        }
        return report
    }

    /// Puts a document in that comes as bytes and not as a file, in place of the one of the same name.
    ///
    /// - Parameter name: What it is called; its ending says what form it has, and plain text is taken without one.
    /// - Throws: `StorageError`.
    public func add(
        _ data: Data,
        named name: String,
        in collection: DocumentCollection,
        now: Date
    ) throws -> IndexReport {
        var report = IndexReport()
        switch try reader.chunks(of: data, path: name) {
        case .chunks(let title, let chunks, let warning):
            // Never a path: nothing is looked for where it might lead.
            let path = "stdin:" + name.replacing("/", with: "_")
            try store.finishRemovals()
            let known = try store.documents(in: collection.rawValue).first { PathKey($0.path) == PathKey(path) }
            let note = warning ?? (chunks.first { _ in true } == nil ? "has no text" : "")
            report.chunks = try put(
                DocumentRecord(
                    collection: collection.rawValue,
                    path: path,
                    title: title,
                    size: data.count,
                    modifiedAt: Int(now.timeIntervalSince1970) * 1_000_000_000,
                    contentHash: Data(SHA256.hash(data: data)),
                    recipe: reader.recipe(for: name, bytes: data.count),
                    indexedAt: now,
                    note: note
                ),
                chunks,
                replacing: known
            )
            report.note(known == nil ? .added : .updated, path)
            if !note.isEmpty { report.warnings.append("\(path): \(note)") }
        case .noText:
            report.skipped.append(IndexReport.Skip(path: name, reason: .binary))
        case .unconverted(let error):
            report.skipped.append(IndexReport.Skip(path: name, reason: .unconverted(error)))
        }
        return report
    }
}
