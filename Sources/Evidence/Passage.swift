/// A retrieved chunk of a document, as it can be cited.
public struct Passage: Hashable, Sendable, Identifiable, Codable {
    /// The evidence's id and the passage's rank in it: `D1.2`.
    public var id: String
    /// Path of the document as the owner knows it.
    public var document: String
    /// The document's title.
    public var title: String
    /// Headings from the outermost to the one the passage stands under.
    public var headings: [String]
    /// First and last line in the document, from 1.
    public var lines: ClosedRange<Int>
    /// The text itself, as it stands in the document.
    public var text: String
    /// Relevance to the question, 0 to 1.
    public var score: Double

    /// A passage with all its values.
    public init(
        id: String = "",
        document: String,
        title: String,
        headings: [String],
        lines: ClosedRange<Int>,
        text: String,
        score: Double
    ) {
        self.id = id
        self.document = document
        self.title = title
        self.headings = headings
        self.lines = lines
        self.text = text
        self.score = score
    }
}
