/// One event of a `text/event-stream`.
public struct ServerSentEvent: Sendable, Hashable {
    /// The kind of event; `message` where the stream names none.
    public var event: String
    /// The data: lines joined by line feeds.
    public var data: String
    /// The last id that the stream gave, by this event or by one before it; nil before the first.
    public var id: String?

    /// An event with all its values.
    public init(event: String = "message", data: String, id: String? = nil) {
        self.event = event
        self.data = data
        self.id = id
    }
}
