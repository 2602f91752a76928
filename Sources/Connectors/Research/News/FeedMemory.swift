import Synchronization

/// The feeds a process has read, so that one that has not changed is not sent again.
final class FeedMemory: Sendable {
    /// A feed, and what its server wants to be told to compare.
    struct Kept: Sendable {
        var entityTag: String?
        var lastModified: String?
        var document: FeedDocument
    }

    private let feeds = Mutex<[String: Kept]>([:])

    /// What was kept of the feed at `url`.
    func kept(_ url: String) -> Kept? {
        feeds.withLock { $0[url] }
    }

    /// Keeps a feed that can be asked for again; forgets one that cannot.
    func keep(_ kept: Kept, of url: String) {
        feeds.withLock { $0[url] = kept.entityTag == nil && kept.lastModified == nil ? nil : kept }
    }
}
