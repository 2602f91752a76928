import Foundation
import Storage

/// A document whose passages were measured in another way than they would be now: by another model's word pieces, or to another
/// length.
struct Recut: Sendable, Hashable {
    var file: DocumentWalker.File
    /// Its path in the index.
    var name: String
    var collection: DocumentCollection
    /// What the index has of it.
    var known: DocumentRecord
}

extension Indexer {
    /// Cuts the documents anew that a reading found outdated. Their old passages, with what vectors they have, serve until all
    /// others have their new vectors and so have those that will take their place; without an encoder they stay.
    func recut(
        _ report: inout IndexReport,
        now: Date,
        progress: (IndexProgress) throws -> Void
    ) async throws {
        guard let encoder, !report.outdated.isEmpty else { return }
        let outdated = report.outdated
        report.outdated = []
        report.encoded += try await encodePending(excluding: Set(outdated.map(\.known.id)), progress: progress)
        var done = report.encoded
        for recut in outdated {
            try await encode(try chunksWithoutVectors(of: recut, encoder, now: now), encoder) { count in
                done += count
                try progress(.encoding(done: done, total: done))
            }
        }
        report.encoded = done
        for recut in outdated {
            var touches: [IndexStore.Touch] = []
            report.unchanged -= 1
            try apply(change(for: recut, now: now), isDryRun: false, to: &report, &touches)
            try store.touch(touches)
        }
        report.pending = try store.pendingCount(encoder: encoder.identifier)
        if report.pending == 0 { try store.removeUnusedVectors() }
    }

    /// Whether the index has documents of a collection whose passages were measured in another way than they would be now, which
    /// `index` cuts anew.
    /// - Throws: `StorageError`.
    public func isOutdated(_ collection: DocumentCollection) throws -> Bool {
        guard encoder != nil else { return false }
        return try store.documents(in: collection.rawValue).contains { known in
            let recipe = reader.recipe(for: known.path, bytes: known.size)
            return known.recipe != recipe && known.isWhole && DocumentReader.haveSameForm(known.recipe, recipe)
                && !reader.isLong(known.path, bytes: known.size)
        }
    }

    /// What is to be done about a document where nothing is believed of how it was cut.
    private func change(for recut: Recut, now: Date) throws -> Change {
        var unknown = recut.known
        unknown.recipe = ""
        return try change(of: recut.file, name: recut.name, in: recut.collection, known: unknown, now: now)
    }

    private func chunksWithoutVectors(
        of recut: Recut,
        _ encoder: any TextEncoder,
        now: Date
    ) throws -> [IndexStore.PendingChunk] {
        guard case .put(_, let chunks, _) = try change(for: recut, now: now) else { return [] }
        var missing = try store.withoutVectors(chunks.map(\.hash), encoder: encoder.identifier)
        return chunks.compactMap { chunk in
            guard missing.remove(chunk.hash) != nil else { return nil }
            return IndexStore.PendingChunk(
                hash: chunk.hash,
                title: chunk.title,
                headings: chunk.headings,
                text: chunk.text
            )
        }
    }
}
