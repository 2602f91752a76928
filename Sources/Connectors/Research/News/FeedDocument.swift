import Foundation

/// A feed: RSS 0.9x and 2.0, RSS 1.0 (RDF), Atom.
struct FeedDocument: Sendable, Equatable {
    /// An entry.
    struct Entry: Sendable, Equatable {
        var identifier = ""
        var title = ""
        var summary = ""
        var link: String?
        /// Who it was first published by, where that is someone else.
        var source = ""
        var published: Date?
    }

    /// The feed's title.
    var title = ""
    /// Entries in the feed's order.
    var entries: [Entry] = []
    /// Whether the feed ended before it was complete.
    var isCut = false
}
