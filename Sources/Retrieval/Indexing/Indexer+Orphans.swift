import Foundation
import Storage

/// Passages whose document's record is lost say nothing of their file. It is looked for where the other files of the collection
/// are, and known by its passages.
extension Indexer {
    /// Files that are looked into for those of lost documents.
    private static let mostCandidates = 500

    /// Reads the files of lost documents again, and names those that are not found.
    func recover(_ orphans: [IndexStore.Orphans], now: Date, _ report: inout IndexReport) throws {
        // What comes with the program is read by itself.
        var lost = orphans.filter { orphan in
            orphan.collection.map { !DocumentCollection.builtIn.contains(DocumentCollection(rawValue: $0)) } ?? true
        }
        for name in Set(lost.compactMap(\.collection)).sorted() where !lost.isEmpty {
            let collection = DocumentCollection(rawValue: name)
            for path in try candidates(in: collection) {
                guard let digests = firstDigests(ofFileAt: path),
                    let place = lost.firstIndex(where: { $0.collection == name && Self.isSame(digests, $0.hashes) })
                else { continue }
                lost.remove(at: place)
                let own = try read([path], in: collection, now: now)
                report.chunks += own.chunks
                for change in own.changes { report.note(change.kind, change.path) }
                report.warnings.append(
                    "\(path): its record was lost; the file was found by its passages and read again"
                )
            }
        }
        for orphan in lost {
            report.warnings.append(
                "the record of a document titled '\(orphan.title)' was lost with its path, and its \(orphan.hashes.count) passages "
                    + "left the index; index it again"
            )
        }
    }

    /// Files beside those of a collection that it has not.
    private func candidates(in collection: DocumentCollection) throws -> [String] {
        let files = try store.documents(in: collection.rawValue).filter(\.isFile).map(\.path)
        let known = Set(files.map { PathKey($0) })
        let folders = Set(files.map { ($0 as NSString).deletingLastPathComponent }).sorted()
        let found = folders.lazy.flatMap { folder in
            // A folder that cannot be read has nothing to offer.
            (try? FileListing.paths(matching: FileListing.escaped(folder) + "/*")) ?? []
        }
        return Array(
            found.filter { DocumentFormat(path: $0) != nil && !known.contains(PathKey($0)) }.prefix(Self.mostCandidates)
        )
    }

    /// The digests of the passages of a file, of a long one those of its first part; nil where it cannot be read.
    private func firstDigests(ofFileAt path: String) -> [Data]? {
        guard let stamp = try? FileStamp(path: path) else { return nil }
        guard reader.isLong(path, bytes: stamp.size) else {
            guard let content = try? reader.read(path),
                case .chunks(_, let cut, _)? = try? reader.chunks(of: content.file.data, path: path)
            else { return nil }
            return cut.map(\.hash)
        }
        guard let source = (try? StreamedFile(path: path)).map(FileBytes.init),
            var parts = try? reader.parts(of: source, path: path), let chunks = try? parts.next()
        else { return nil }
        return reader.records(of: chunks, title: parts.position.title ?? "").map(\.hash)
    }

    /// Whether most passages of a file are the lost ones, for some may be damaged.
    private static func isSame(_ digests: [Data], _ lost: [Data]) -> Bool {
        let known = Set(lost)
        return !digests.isEmpty && digests.count { known.contains($0) } * 2 > digests.count
    }
}
