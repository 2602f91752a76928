public import Foundation
import Storage

/// What a search is not to show, because it cannot be looked up.
public struct HiddenPassages: Sendable, Hashable {
    /// Documents whose files are gone or have changed.
    var documents: Set<Int64> = []
    /// Passages that are not as they were written.
    var chunks: Set<Int64> = []

    /// Whether there is nothing to hide.
    public var isEmpty: Bool { documents.isEmpty && chunks.isEmpty }
}

extension DocumentSearch {
    /// The same search without some passages: the next best take their places.
    public func hiding(_ hidden: HiddenPassages) -> DocumentSearch {
        hidden.isEmpty ? self : searching(store.hiding(documents: hidden.documents, chunks: hidden.chunks))
    }
}

extension Indexer {
    /// What a search finds, of files as they are now: those that changed since they were indexed are read again and searched
    /// again; what is gone or damaged is left out and named, and the next best takes its place, so that no passage is shown with
    /// lines that its file does not have.
    ///
    /// - Parameters:
    ///   - limit: The most hits.
    ///   - now: The time noted for documents that are read again.
    ///   - didRead: Called after documents were read again.
    ///   - search: The search, without some passages and with a limit of its own.
    /// - Throws: `StorageError`, or what `search` and `didRead` throw.
    public func current(
        limit: Int,
        now: Date,
        didRead: () throws -> Void = {},
        search: (_ hidden: HiddenPassages, _ limit: Int) async throws -> SearchResult
    ) async throws -> SearchResult {
        var hidden = HiddenPassages()
        var notes: Set<String> = []
        var result = try await search(hidden, limit)
        var freshness = try freshen(result.hits, now: now)
        var (readings, searches) = (0, 1)
        while true {
            if freshness.isIndexChanged, readings < Self.maximumReadings {
                // A file that is written to all the time must not keep a search from ending.
                readings += 1
                try didRead()
            } else if freshness.isIncomplete, searches < Self.maximumSearches {
                hidden.hide(result.hits, freshness)
                notes.formUnion(freshness.omissions)
                // Where something is gone more may be: a folder goes as a whole.
                searches += 1
            } else {
                break
            }
            result = try await search(hidden, min(limit << (searches - 1), max(limit, Self.largestLimit)))
            freshness = try freshen(result.hits, now: now)
        }
        hidden.hide(result.hits, freshness)
        notes.formUnion(freshness.omissions)
        if freshness.isIndexChanged {
            // Read again and not searched again: what those hits were may be no longer there, or stand in other lines.
            let present = try store.chunks(result.hits.map(\.chunkID))
            let gone = result.hits.filter { hit in
                guard let chunk = present[hit.chunkID] else { return true }
                return chunk.documentID != hit.documentID || chunk.lines != hit.passage.lines
                    || chunk.text != hit.passage.text
            }
            hidden.chunks.formUnion(gone.map(\.chunkID))
            notes.formUnion(gone.map { "left out: \($0.passage.document) changes while it is searched; search again" })
        }
        result.keep(limit) { !hidden.documents.contains($0.documentID) && !hidden.chunks.contains($0.chunkID) }
        result.notes += freshness.incompleteness(of: result.hits) + notes.sorted()
        return result
    }

    private static let maximumReadings = 3
    private static let maximumSearches = 8
    private static let largestLimit = 200
}

extension HiddenPassages {
    /// Hides those of some hits that cannot be shown.
    fileprivate mutating func hide(_ hits: [SearchHit], _ freshness: Indexer.Freshness) {
        let paths = freshness.lost.union(freshness.outdated)
        documents.formUnion(hits.filter { paths.contains(PathKey($0.passage.document)) }.map(\.documentID))
        chunks.formUnion(freshness.damagedChunks)
    }
}

extension Indexer.Freshness {
    /// Whether some hits cannot be shown.
    fileprivate var isIncomplete: Bool { !lost.isEmpty || !outdated.isEmpty || !damagedChunks.isEmpty }

    /// What is left out and why, a line each.
    fileprivate var omissions: [String] {
        outdated.map { key in
            "left out: \(key.path) has changed since it was indexed (`magnus index` brings it up to date)"
        }
            + lost.map { key in
                "left out: \(key.path) is gone or cannot be read since it was indexed (`magnus index rm` forgets it)"
            }
            + damaged.subtracting(lost).map { key in
                "left out: a passage of \(key.path) is not as it was written (`magnus doctor --repair` mends it)"
            }
    }

    /// Which files behind hits are not read to their end yet, a line each.
    fileprivate func incompleteness(of hits: [SearchHit]) -> [String] {
        let shown = Set(hits.map { PathKey($0.passage.document) })
        return unfinished.sorted { $0.key < $1.key }.filter { shown.contains($0.key) }.map {
            "\($0.key.path) is indexed to \($0.value) % so far (`magnus index` goes on)"
        }
    }
}
