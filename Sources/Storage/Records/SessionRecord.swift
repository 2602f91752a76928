public import Foundation

/// A run of turns.
public struct SessionRecord: Hashable, Sendable, Identifiable {
    /// Unique among all sessions.
    public var id: String
    /// When its first question was asked.
    public var startedAt: Date
    /// When its last question was answered.
    public var updatedAt: Date
    /// A few words to recognise it by.
    public var title: String
    /// What the conversation is about at this moment, in a form its owner chooses; nil if nothing.
    public var state: Data?

    /// A session with all its values.
    public init(id: String, startedAt: Date, updatedAt: Date, title: String, state: Data? = nil) {
        self.id = id
        self.startedAt = startedAt
        self.updatedAt = updatedAt
        self.title = title
        self.state = state
    }
}
