import Foundation
import Storage

/// Which documents a search looks at.
struct DocumentFilter: Sendable {
    /// Absolute paths of files and folders, and patterns; any path will do if empty.
    var paths: [String] = []
    /// Files that were changed at this time or later.
    var since: Date?
    /// Files that were changed before this time.
    var before: Date?

    /// Whether nothing is asked for.
    var isEmpty: Bool { paths.isEmpty && since == nil && before == nil }

    /// Whether a document is one of those.
    func isWanted(_ document: DocumentRecord) -> Bool {
        let changed = Date(timeIntervalSince1970: Double(document.modifiedAt) / 1e9)
        if let since, changed < since { return false }
        if let before, changed >= before { return false }
        let key = PathKey(document.path)
        return paths.isEmpty
            || paths.contains { path in
                key.isBelow(PathKey(path))
                    || (PathPattern.isPattern(path) && PathPattern(path).matches(document.path))
            }
    }
}
