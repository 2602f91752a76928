public import Foundation
import Storage

extension Indexer {
    /// What became of a search's hits when their files were looked at.
    public struct Freshness: Sendable, Hashable {
        /// Whether documents were read again, so that the search had better be repeated.
        public var isIndexChanged = false
        /// Paths whose files are gone or cannot be read: what the index has of them cannot be looked up any more.
        public var lost: Set<String> = []

        /// All is as it was.
        public init() {}
    }

    /// Looks whether the files behind `hits` are as they were when they were read, and reads those again that are not, so
    /// that no passage is given with lines that its file no longer has.
    ///
    /// Where nothing changed this costs one look at each file.
    /// - Throws: `StorageError` where the database fails.
    public func freshen(_ hits: [SearchHit], now: Date) throws -> Freshness {
        let documents = try store.documents(Set(hits.map(\.documentID))).values.filter(\.isFile)
        var freshness = Freshness()
        var doubtful: [DocumentRecord] = []
        for document in documents {
            do {
                let stamp = try FileStamp(path: document.path)
                if document.size != stamp.size || document.modifiedAt != stamp.modifiedAt { doubtful.append(document) }
            } catch is StorageError {
                freshness.lost.insert(document.path)
            }
        }
        guard !doubtful.isEmpty else { return freshness }
        let report = try refresh(doubtful.sorted { $0.path < $1.path }, now: now)
        freshness.lost.formUnion(report.missing)
        freshness.isIndexChanged = report.isChanged
        return freshness
    }
}
