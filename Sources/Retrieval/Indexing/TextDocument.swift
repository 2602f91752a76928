/// A document that comes as text and not as a file.
public struct TextDocument: Hashable, Sendable {
    /// What it is called in its collection; unique there.
    public var path: String
    /// Its title; may be empty.
    public var title: String
    /// Its text.
    public var text: String

    /// A document.
    public init(path: String, title: String, text: String) {
        self.path = path
        self.title = title
        self.text = text
    }
}
