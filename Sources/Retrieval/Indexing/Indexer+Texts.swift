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
            try store.documents(in: collection.rawValue).map { ($0.path, $0) },
            uniquingKeysWith: { first, _ in first }
        )
        var report = IndexReport()
        for (done, document) in documents.enumerated() {
            let old = known.removeValue(forKey: document.path)
            let bytes = Data((document.title + "\0" + document.text).utf8)
            let digest = Data(SHA256.hash(data: bytes))
            if let old, old.contentHash == digest, old.recipe == reader.recipe {
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
                    recipe: reader.recipe,
                    indexedAt: now
                )
                try store.put(record, chunks: chunks)
                if old == nil { report.added += 1 } else { report.updated += 1 }
                report.chunks += chunks.count
            }
            try progress(.reading(done: done + 1, total: documents.count))
        }
        try store.remove(known.values.map(\.id))
        report.removed = known.count
        if let encoder { report.pending = try store.pendingCount(encoder: encoder.identifier) }
        return report
    }
}
