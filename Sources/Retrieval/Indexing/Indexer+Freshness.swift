public import Foundation
public import Storage

extension Indexer {
    /// What became of a search's hits when their files were looked at.
    public struct Freshness: Sendable, Hashable {
        /// Whether documents were read again, so that the search had better be repeated.
        public var isIndexChanged = false
        /// Paths whose files are gone or cannot be read: what the index has of them cannot be looked up any more.
        public var lost: Set<PathKey> = []
        /// Paths of long files that have changed and are not read again while somebody waits.
        public var outdated: Set<PathKey> = []
        /// Paths of files that are not read to their end yet, with the hundredths that are.
        public var unfinished: [PathKey: Int] = [:]
        /// Paths of documents of which a hit is not as it was written, because the database is damaged.
        public var damaged: Set<PathKey> = []
        /// Those hits.
        var damagedChunks: Set<Int64> = []

        /// All is as it was.
        public init() {}
    }

    /// Looks whether the files behind `hits` are as they were when they were read, and reads those again that are not, so
    /// that no passage is given with lines that its file no longer has. A long file is only read on where it has grown a little.
    ///
    /// Where nothing changed this costs one look at each file.
    /// - Throws: `StorageError` where the database fails.
    public func freshen(_ hits: [SearchHit], now: Date) throws -> Freshness {
        let all = try store.documents(Set(hits.map(\.documentID)))
        let documents = all.values.filter(\.isFile)
        var freshness = Freshness()
        try findDamage(of: hits, in: all, &freshness)
        var doubtful: [DocumentRecord] = []
        var long: Set<PathKey> = []
        for document in documents {
            do {
                let stamp = try FileStamp(path: document.path)
                if let share = document.shareRead { freshness.unfinished[PathKey(document.path)] = share }
                let isLong = reader.isLong(document.path, bytes: stamp.size)
                // Its status alone is a reason to read a short file, for its owner or mode may be all that changed.
                guard
                    document.size != stamp.size || document.modifiedAt != stamp.modifiedAt
                        || !isLong && document.hasOtherStatus(than: stamp)
                else { continue }
                if isLong, !isGrownALittle(document, stamp) {
                    freshness.outdated.insert(PathKey(document.path))
                } else {
                    doubtful.append(document)
                    if isLong { long.insert(PathKey(document.path)) }
                }
            } catch is StorageError {
                freshness.lost.insert(PathKey(document.path))
            }
        }
        guard !doubtful.isEmpty else { return freshness }
        var report = IndexReport()
        for document in doubtful.sorted(by: { $0.path < $1.path }) {
            try refresh(document, now: now, &report, readsOnlyOn: true)
        }
        for path in report.missing.map({ PathKey($0) }) {
            if long.contains(path) { freshness.outdated.insert(path) } else { freshness.lost.insert(path) }
        }
        freshness.isIndexChanged = report.isChanged
        return freshness
    }

    /// Whether it takes a moment only to see what has become of a long file: all of it is read, and what is new is cut.
    private func isGrownALittle(_ document: DocumentRecord, _ stamp: FileStamp) -> Bool {
        document.isWhole && stamp.size <= 256 << 20
            && (document.size < 0 || (0...8_000_000).contains(stamp.size - document.size))
    }

    /// Holds hits to their checksums, and those without one to their files where these are short.
    private func findDamage(
        of hits: [SearchHit],
        in documents: [Int64: DocumentRecord],
        _ freshness: inout Freshness
    ) throws {
        freshness.damagedChunks = try store.damagedChunks(among: hits.map(\.chunkID), digest: DocumentReader.digest)
        // What another program has to read is not held to its file while somebody waits.
        let converted: Set<DocumentFormat?> = [.pdf, .office, .epub]
        for document in documents.values
        where document.isFile && !document.hasChecksums && !converted.contains(DocumentFormat(path: document.path)) {
            do {
                guard try FileStamp(path: document.path).size <= Self.largestComparison,
                    case .others = try comparison(of: document, withFileAt: document.path)
                else { continue }
                freshness.damagedChunks.formUnion(hits.filter { $0.documentID == document.id }.map(\.chunkID))
            } catch let error as StorageError where error.path == document.path {
                // A file that cannot be read is told apart below.
            }
        }
        freshness.damaged = Set(
            hits.filter { freshness.damagedChunks.contains($0.chunkID) }.map { PathKey($0.passage.document) }
        )
    }

    /// Bytes of a file that is cut anew while somebody waits: some hundredths of a second.
    private static let largestComparison = 512 << 10
}
